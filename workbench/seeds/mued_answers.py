"""Answers of MUED's simulated assistant, with the planted findings in them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.seeds import Planted, Spec
from workbench.seeds import mued_texts as texts
from workbench.seeds.draw import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    instant,
    keys,
    midnight,
    number_column,
    pick,
    spread,
    text_column,
    time_column,
    uuid_column,
)  # fmt: skip
from workbench.seeds.mued_content import LOST, Library
from workbench.seeds.mued_people import People
from workbench.seeds.mued_plan import (
    DEAD_SHARE,
    DEAD_SOURCE,
    DEARER_FACTOR,
    DEARER_MODEL,
    LATE_SHARE,
    MODELS,
    SLOW_FACTOR,
    SLOW_MODEL,
    SOURCES,
    UNCITED_MODEL,
    UNCITED_SHARE,
    Plan,
    Window,
)  # fmt: skip
from workbench.seeds.mued_sessions import Sessions

MODEL_SHARES = (30, 40, 23, 7)
SOURCE_SHARES = (0.55, 0.35, 0.10)  # the last: answered without a source
MEDIAN_MS = np.array([1500.0, 620.0, 950.0, 1900.0])
INPUT_JPY, OUTPUT_JPY = np.array([0.45, 0.05, 0.18, 0.90]), np.array([1.35, 0.16, 0.50, 2.70])  # per 1000 tokens
QUALITY = np.array([0.86, 0.78, 0.82, 0.72])
CITED_SHARE = np.array([0.95, 0.91, 0.94, 0.86])
ERRORS = ("timeout", "rate_limited", "upstream_5xx", "plugin_unavailable")
ERROR_SHARE, LOST_CITATION_SHARE, UNPRICED_SHARE, ENOUGH = 0.004, 0.008, 0.008, 15


@dataclass(frozen=True)
class Answers:
    """Answers in the order of their time; `learner`, `session` (−1: none), `model` and `source` are positions."""

    time: np.ndarray
    learner: np.ndarray
    session: np.ndarray
    model: np.ndarray
    source: np.ndarray
    error: np.ndarray  # position in ERRORS, −1: none
    latency: np.ndarray  # milliseconds
    tokens: tuple[np.ndarray, np.ndarray]
    cost: np.ndarray
    priced: np.ndarray
    citations: np.ndarray  # how many
    relevance: np.ndarray
    recorded: np.ndarray

    @property
    def fine(self) -> np.ndarray:
        """Which are no errors."""
        return self.error < 0


def answers(spec: Spec, who: People, held: Sessions, plan: Plan) -> Answers:
    """What was asked when, which model answered from which source, and how well."""
    rng = spec.rng("answers")
    time, learner, session = _asked(spec, rng, held, plan)
    count = len(time)
    model = pick(rng, count, MODEL_SHARES)
    source = pick(rng, count, SOURCE_SHARES)
    _at_least(rng, model, MODELS.index(SLOW_MODEL), plan.slow, time)
    _at_least(rng, source, SOURCES.index(DEAD_SOURCE), plan.dead, time)
    _at_least(rng, model, MODELS.index(UNCITED_MODEL), plan.uncited, time)
    error = _errors(rng, source, plan.dead, time)
    slow = plan.slow.holds(time) & (model == MODELS.index(SLOW_MODEL))
    latency = _latency(rng, model, source) * np.where(slow, SLOW_FACTOR, 1.0)
    tokens = tuple(np.clip(rng.lognormal(np.log(middle), 0.45, count), 20, 8000).astype(int) for middle in (900, 210))
    dearer = plan.dearer.holds(time) & (model == MODELS.index(DEARER_MODEL))
    price = (tokens[0] * INPUT_JPY[model] + tokens[1] * OUTPUT_JPY[model]) / 1000
    citations = _citation_counts(rng, model, plan.uncited, time)
    relevance = np.clip(rng.normal(QUALITY[model] + np.where(citations > 0, 0.04, -0.05), 0.07), 0, 1)
    return Answers(
        time, learner, session, model, source, error, np.round(latency, 3), tokens,
        cost=np.round(price * np.where(dearer, DEARER_FACTOR, 1.0), 6),
        priced=rng.random(count) >= UNPRICED_SHARE,
        citations=np.where(error < 0, citations, 0),
        relevance=np.round(relevance, 3),
        recorded=_recorded(spec, rng, plan, time, latency),
    )  # fmt: skip


def _asked(spec: Spec, rng: np.random.Generator, held: Sessions, plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three or four questions a session, at any time of it; a few are asked outside of one. None on silent and idle days."""
    session = np.repeat(np.arange(len(held.start)), rng.poisson(3.8, len(held.start)))
    time = held.start[session] + (rng.random(len(session)) * (held.end - held.start)[session]).astype(np.int64)
    learner = held.learner[session]
    session = np.where(rng.random(len(session)) < 0.04, -1, session)
    kept = np.flatnonzero((time < midnight(spec.end) - MINUTE) & ~plan.silent.holds(time) & ~plan.idle.holds(time))
    order = kept[np.argsort(time[kept], kind="stable")]
    return time[order], learner[order], session[order]


def _at_least(rng: np.random.Generator, choice: np.ndarray, wanted: int, window: Window, time: np.ndarray) -> None:
    """Even among few answers a planted window holds enough that it can be found: others in it are given the wanted choice."""
    inside = window.holds(time)
    others = np.flatnonzero(inside & (choice != wanted))
    missing = min(ENOUGH - int((inside & (choice == wanted)).sum()), len(others))
    if missing > 0:
        choice[rng.choice(others, missing, replace=False)] = wanted


def _errors(rng: np.random.Generator, source: np.ndarray, dead: Window, time: np.ndarray) -> np.ndarray:
    count = len(time)
    failed = rng.random(count) < ERROR_SHARE
    error = np.where(failed, pick(rng, count, (50, 30, 20)), -1)
    struck = dead.holds(time) & (source == SOURCES.index(DEAD_SOURCE)) & (rng.random(count) < DEAD_SHARE)
    return np.where(struck, ERRORS.index("plugin_unavailable"), error)


def _latency(rng: np.random.Generator, model: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Lognormal with a heavy tail: one answer in a hundred waits a Pareto multiple."""
    count = len(model)
    usual = rng.lognormal(np.log(MEDIAN_MS[model]), 0.35)
    fetched = np.where(source == SOURCES.index("note"), 180.0, 60.0)
    stuck = np.where(rng.random(count) < 0.01, 2 + rng.pareto(2.2, count), 1.0)
    return np.minimum((usual + fetched) * stuck, 120_000.0)


def _citation_counts(rng: np.random.Generator, model: np.ndarray, uncited: Window, time: np.ndarray) -> np.ndarray:
    count = len(time)
    cited = rng.random(count) < CITED_SHARE[model]
    dropped = uncited.holds(time) & (model == MODELS.index(UNCITED_MODEL)) & (rng.random(count) < UNCITED_SHARE)
    return np.where(cited & ~dropped, 1 + pick(rng, count, (45, 35, 15, 5)), 0)


def _recorded(spec: Spec, rng: np.random.Generator, plan: Plan, time: np.ndarray, latency: np.ndarray) -> np.ndarray:
    """Most are written when they are given, one in a hundred within hours, and a part of one day comes days late."""
    count = len(time)
    usual = time + (latency * 1_000).astype(np.int64)
    offline = np.where(rng.random(count) < 0.01, spread(rng, 10 * MINUTE, 5 * HOUR, count), 0)
    late = plan.late.holds(time) & (rng.random(count) < LATE_SHARE)
    recorded = np.where(late, plan.late_arrival + spread(rng, 0, 20 * MINUTE, count), usual + offline)
    return np.minimum(recorded, midnight(spec.end) - SECOND)


def answer_columns(spec: Spec, who: People, held: Sessions, books: Library, given: Answers) -> dict[str, pa.Array]:
    """The answers as a table. Ratings come from one learner in five and follow relevance and waiting time."""
    rng = spec.rng("answer columns")
    count, fine = len(given.time), given.fine
    english = who.english[given.learner]
    rate = np.where(given.citations > 0, 100 * rng.beta(12, 3, count), 0.0)
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "user_id": uuid_column(who.ids[given.learner]),
        "session_id": uuid_column(held.ids[given.session], given.session >= 0),
        "query": texts.choose(rng, texts.both(texts.ASKED_JA, texts.ASKED_EN), english),
        "response": pa.compute.if_else(
            pa.array(fine), texts.choose(rng, texts.both(texts.ANSWERED_JA, texts.ANSWERED_EN), english), pa.scalar(None, pa.string())
        ),
        "citations": _citations(rng, books, given),
        "latency_ms": number_column(given.latency, fine),
        "citation_rate": number_column(np.round(rate, 2), fine),
        "token_cost_jpy": number_column(given.cost, fine & given.priced),
        "relevance_score": number_column(given.relevance, fine & (rng.random(count) < 0.97)),
        "user_feedback": _feedback(rng, given),
        "model": text_column(MODELS, given.model),
        "source": text_column((*SOURCES, "none"), given.source, given.source < len(SOURCES)),
        "input_tokens": number_column(given.tokens[0]),
        "output_tokens": number_column(given.tokens[1], fine),
        "error_code": text_column(ERRORS, np.maximum(given.error, 0), ~fine),
        "created_at": time_column(given.time),
        "recorded_at": time_column(given.recorded),
    }


def _feedback(rng: np.random.Generator, given: Answers) -> pa.Array:
    count = len(given.time)
    liking = 9 * (given.relevance - 0.70) - 0.25 * (given.latency / 1000 - 1.5) + np.where(given.citations > 0, 0.3, -0.6)
    up = 1 / (1 + np.exp(-np.clip(liking, -30, 30)))
    drawn = rng.random(count)
    rating = np.where(drawn < up, 1, np.where(drawn < up + 0.35 * (1 - up), 0, -1))
    return number_column(rating, given.fine & (rng.random(count) < 0.2))


def _citations(rng: np.random.Generator, books: Library, given: Answers) -> pa.Array:
    """JSON arrays: works of the answer's own source; about one citation in 125 leads to a row that is gone."""
    pieces = [books.pieces(position) for position in range(1, 5)]
    shape = (len(given.time), len(pieces))
    chosen = np.stack([pick(rng, shape[0] * shape[1], books.appeal * (books.source == s)).reshape(shape) for s in range(len(SOURCES))])
    chosen = np.where(given.source[:, None] == SOURCES.index("note"), chosen[1], chosen[0])
    gone = len(books.source) - LOST + rng.integers(0, LOST, shape)
    chosen = np.where(rng.random(shape) < LOST_CITATION_SHARE, gone, chosen)
    made = [
        "[" + ", ".join(pieces[position][row[position]] for position in range(number)) + "]"
        for row, number in zip(chosen.tolist(), given.citations.tolist(), strict=True)
    ]
    return pa.array(made, pa.string())


def planted(spec: Spec, held: Sessions, plan: Plan, given: Answers) -> list[Planted]:
    """What was hidden, with the figures that the rows themselves give."""
    return [
        _slow(plan, given), _dead(plan, given), _dearer(plan, given), _quiet("silent_day", plan.silent, held, given), _uncited(plan, given),
        _quiet("idle_day", plan.idle, held, given), _late(plan, given),
    ]  # fmt: skip


def _fact(name: str, window: Window, **details: Any) -> Planted:
    return Planted(name, window.start, window.end, details)


def _slow(plan: Plan, given: Answers) -> Planted:
    mine = given.fine & (given.model == MODELS.index(SLOW_MODEL))
    inside = plan.slow.holds(given.time)
    return _fact(
        "latency_incident", plan.slow, model=SLOW_MODEL, factor=SLOW_FACTOR, answers=int((mine & inside).sum()),
        median_ms=round(float(np.median(given.latency[mine & inside])), 1),
        usual_median_ms=round(float(np.median(given.latency[mine & ~inside])), 1),
    )  # fmt: skip


def _dead(plan: Plan, given: Answers) -> Planted:
    inside = plan.dead.holds(given.time) & (given.source == SOURCES.index(DEAD_SOURCE))
    errors = int((inside & ~given.fine).sum())
    return _fact("plugin_outage", plan.dead, source=DEAD_SOURCE, error_code=ERRORS[-1], answers=int(inside.sum()), errors=errors)


def _dearer(plan: Plan, given: Answers) -> Planted:
    mine = given.fine & given.priced & (given.model == MODELS.index(DEARER_MODEL))
    after = plan.dearer.holds(given.time)
    means = [round(float(given.cost[mine & part].mean()), 6) for part in (~after, after)]
    return _fact("price_change", plan.dearer, model=DEARER_MODEL, factor=DEARER_FACTOR, cost_before_jpy=means[0], cost_after_jpy=means[1])


def _uncited(plan: Plan, given: Answers) -> Planted:
    mine = given.fine & (given.model == MODELS.index(UNCITED_MODEL))
    cited = given.citations > 0
    inside = plan.uncited.holds(given.time)
    return _fact(
        "citation_loophole", plan.uncited, model=UNCITED_MODEL, answers=int((mine & inside).sum()),
        coverage=round(float(cited[mine & inside].mean()), 4), usual_coverage=round(float(cited[mine & ~inside].mean()), 4),
    )  # fmt: skip


def _quiet(name: str, window: Window, held: Sessions, given: Answers) -> Planted:
    """A day without answers: the one day that lies whole in the window, in UTC and in Japan alike."""
    return _fact(
        name, window, day=instant(window.end - DAY).date().isoformat(), sessions=int(window.holds(held.start).sum()),
        answers=int(window.holds(given.time).sum()),
    )  # fmt: skip


def _late(plan: Plan, given: Answers) -> Planted:
    late = plan.late.holds(given.time) & (given.recorded >= plan.late_arrival)
    return _fact(
        "late_rows", plan.late, day=instant(plan.late.start).date().isoformat(), answers=int(late.sum()),
        recorded_from=instant(plan.late_arrival).isoformat(),
    )  # fmt: skip
