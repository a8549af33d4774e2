"""Sessions of the learning platform and what is done in them."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds.draw import (
    DAY,
    HOUR,
    SECOND,
    keys,
    midnight,
    number_column,
    ordinals,
    pick,
    spread,
    text_column,
    time_column,
    uuid_column,
)  # fmt: skip
from workbench.seeds.learning_content import FLASHCARD, KINDS, QUIZ, SUMMARY, Library
from workbench.seeds.learning_people import People
from workbench.seeds.learning_plan import BROKEN_COMPLETION, BROKEN_DEVICE, DEVICES, GUESS_MS, GUESSES, USUAL_COMPLETION, Plan

JAPAN = 9 * HOUR
WEEK = np.array([1.05, 0.85, 0.7, 0.9, 1.2, 1.15, 1.15])  # from Thursday, the first of the days counted since 1970
HOURS = (3, 2, 1, 1, 1, 2, 5, 9, 7, 4, 4, 5, 9, 6, 5, 6, 8, 10, 14, 22, 30, 34, 24, 10)  # in Japan
ANSWER, VIEW, SKIP = 0, 1, 2
ACTIONS = ("answer", "view", "skip")
MATERIALS_EACH = 5


@dataclass(frozen=True)
class Study:
    """Sessions in the order of their start, the interactions of each after the other; `learner` is a position."""

    ids: np.ndarray
    learner: np.ndarray
    material: np.ndarray
    start: np.ndarray
    end: np.ndarray
    finished: np.ndarray
    kind: np.ndarray
    session: np.ndarray  # of each interaction, as are all below
    action_ids: np.ndarray
    asset: np.ndarray
    action: np.ndarray
    correct: np.ndarray
    took_ms: np.ndarray
    at: np.ndarray
    guesser: int  # the learner who guesses

    def last_seen(self, learners: int) -> np.ndarray:
        """Start of the last session of each learner, 0 for none."""
        seen = np.zeros(learners, np.int64)
        np.maximum.at(seen, self.learner, self.start)
        return seen


def study(spec: Spec, who: People, books: Library, windows: Plan) -> Study:
    """Who learns when, what they do, and how well. A day is one in Japan."""
    rng = spec.rng("study")
    learner, start = _when(spec, rng, who, windows)
    guesser = _guesser(who, windows)
    learner, start = np.append(learner, guesser), np.append(start, windows.guessing.start)
    order = np.argsort(start, kind="stable")
    learner, start, guessing = learner[order], start[order], order == len(order) - 1
    count = len(start)
    material = _favourites(rng, who, books)[learner, np.minimum(rng.geometric(0.45, count) - 1, MATERIALS_EACH - 1)]
    broken = (who.device[learner] == BROKEN_DEVICE) & windows.released.holds(start)
    finished = (rng.random(count) < np.where(broken, BROKEN_COMPLETION, USUAL_COMPLETION)) | guessing
    size = np.where(guessing, GUESSES, np.where(finished, 5, 1) + rng.poisson(np.where(finished, 4, 2), count))
    session = ordinals(size)[0]
    fast = guessing[session]
    asset, action = _acts(rng, books, material[session], fast)
    usual = np.where(action == ANSWER, 14, np.where(action == VIEW, 40, 3)) * 1000
    took = np.where(fast, GUESS_MS * rng.uniform(0.7, 1.3, len(session)), rng.lognormal(np.log(usual), 0.5)).astype(np.int64)
    at = start[session] + _passed(took * 1000 + np.where(fast, 0, SECOND), size)
    right = _right(rng, spec, who, books, learner[session], asset, at)
    end = np.zeros(count, np.int64)
    np.maximum.at(end, session, at)
    return Study(
        ids=keys(spec, rng, count), learner=learner, material=material, start=start, end=end, finished=finished,
        kind=np.where(guessing, 0, pick(rng, count, (25, 25, 50))), session=session, action_ids=keys(spec, rng, len(session)),
        asset=asset, action=action, correct=np.where(fast, rng.random(len(session)) < 0.25, right), took_ms=took, at=at, guesser=guesser,
    )  # fmt: skip


def _guesser(who: People, windows: Plan) -> int:
    """Somebody who is there when the guessing happens; in a tiny seeding, just somebody."""
    there = (who.joined[: who.learners] < windows.guessing.start) & (who.left > windows.guessing.start)
    return int(np.argmax(there))


def _acts(rng: np.random.Generator, books: Library, material: np.ndarray, fast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is met in a session and what is done with it. Who guesses sees nothing but the first quiz of a segment."""
    asset = material * books.per_material + rng.integers(0, books.per_material, len(material))
    asset = np.where(fast, asset - asset % len(KINDS), asset)
    kind, luck = books.kind[asset], rng.random(len(asset))
    action = np.where((kind == SUMMARY) | ((kind == FLASHCARD) & (luck < 0.3)), VIEW, ANSWER)
    return asset, np.where((kind == QUIZ) & (luck < 0.07) & ~fast, SKIP, action)


def _passed(lengths: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Time from the start of the session to the end of each thing done in it."""
    whole = np.cumsum(lengths)
    first = np.cumsum(size) - size
    return whole - np.repeat(whole[first] - lengths[first], size)


def _when(spec: Spec, rng: np.random.Generator, who: People, windows: Plan) -> tuple[np.ndarray, np.ndarray]:
    day = midnight(spec.start) - JAPAN + np.arange(spec.days + 1) * DAY
    joined = who.joined[: who.learners, None]
    there = (day + DAY > joined) & (day < who.left[:, None])
    fresh = np.where(day - joined < 10 * DAY, 1.3, 1.0)
    chance = np.clip(who.eagerness[:, None] * WEEK[(day + JAPAN) // DAY % 7] * fresh, 0, 0.97) * there
    learner, on = np.nonzero(rng.random(chance.shape) < chance)
    start = day[on] + pick(rng, len(on), HOURS) * HOUR + spread(rng, 0, HOUR, len(on))
    kept = (start >= np.maximum(midnight(spec.start), who.joined[learner])) & (start < midnight(spec.end) - HOUR)
    kept &= ~windows.idle.holds(start) & ~windows.idle.holds(start + HOUR)
    return learner[kept], start[kept]


def _favourites(rng: np.random.Generator, who: People, books: Library) -> np.ndarray:
    """The materials of each learner, in their language, none of them deleted; everybody begins with the first of the language."""
    half = len(books.ids) // 2
    drawn = np.argsort(rng.random((who.learners, half - 2)), axis=1)[:, : MATERIALS_EACH - 1] + 1
    mine = np.concatenate([np.zeros((who.learners, 1), int), drawn], axis=1)
    return mine + np.where(who.english[: who.learners], half, 0)[:, None]


def _right(
    rng: np.random.Generator, spec: Spec, who: People, books: Library, learner: np.ndarray, asset: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """Ability grows slowly with the days; the question with the wrong key calls the right answer wrong."""
    grown = np.maximum(at - np.maximum(who.joined[learner], midnight(spec.start)), 0) / DAY * 0.01
    chance = 1 / (1 + np.exp(-1.4 * (who.ability[learner] + grown - books.difficulty[asset])))
    right = rng.random(len(at)) < 0.15 + 0.85 * chance
    return np.where(asset == books.wrong, ~right, right)


def sessions(spec: Spec, who: People, books: Library, held: Study, windows: Plan) -> dict[str, pa.Array]:
    """The sessions as a table."""
    rng = spec.rng("session columns")
    count = len(held.ids)
    versions = ("3.1.0", "3.2.0")
    pool = [json.dumps({"device": device, "app_version": version}) for device in DEVICES for version in versions]
    size = np.bincount(held.session, minlength=count)
    done = np.where(held.finished, 100, np.round(rng.uniform(10, 90, count)))
    open_ = held.end > midnight(spec.end) - 2 * HOUR
    return {
        "id": uuid_column(held.ids),
        "user_id": uuid_column(who.ids[held.learner]),
        "study_material_id": uuid_column(books.ids[held.material]),
        "started_at": time_column(held.start),
        "ended_at": time_column(held.end + 5 * SECOND, held.finished | (rng.random(count) < 0.8)),
        "session_type": text_column(("quiz", "review", "study"), held.kind),
        "session_data": text_column(pool, who.device[held.learner] * 2 + windows.released.holds(held.start)),
        "total_interactions": number_column(size),
        "completion_percentage": number_column(done.astype(float)),
        "status": text_column(("completed", "abandoned", "active"), np.where(held.finished, 0, np.where(open_, 2, 1))),
        "configuration": text_column(('{"shuffle": true}', '{"shuffle": false}'), rng.integers(0, 2, count)),
    }


def interactions(spec: Spec, who: People, books: Library, held: Study) -> dict[str, pa.Array]:
    """What was done, with the number of the learner's attempt at the asset."""
    rng = spec.rng("interaction columns")
    count = len(held.at)
    answered = held.action == ANSWER
    attempt = attempts(held)
    pool = ["{}", *(json.dumps({"attempt_no": n, "choice": choice}) for n in range(1, attempt.max() + 1) for choice in "abcd")]
    sure = np.clip(np.where(held.correct, rng.beta(5, 2, count), rng.beta(3, 3, count)), 0, 1)
    return {
        "id": uuid_column(held.action_ids),
        "learning_session_id": uuid_column(held.ids[held.session]),
        "generated_asset_id": uuid_column(books.asset_ids[held.asset]),
        "user_id": uuid_column(who.ids[held.learner[held.session]]),
        "interaction_type": text_column(ACTIONS, held.action),
        "interaction_data": text_column(pool, np.where(answered, 1 + (attempt - 1) * 4 + rng.integers(0, 4, count), 0)),
        "created_at": time_column(held.at),
        "is_correct": number_column(held.correct, answered),
        "response_time_ms": number_column(held.took_ms),
        "confidence_level": number_column(np.round(sure, 2), answered & (rng.random(count) < 0.6)),
        "feedback_data": text_column(('{"shown": "explanation"}',), np.zeros(count, int), answered & ~held.correct),
    }


def attempts(held: Study) -> np.ndarray:
    """The number of each answer among the same learner's answers to the asset; 1 for what is no answer."""
    rows = np.flatnonzero(held.action == ANSWER)
    learner, asset = held.learner[held.session[rows]], held.asset[rows]
    order = np.lexsort((held.at[rows], asset, learner))
    new = np.ones(len(rows), bool)
    new[1:] = (np.diff(learner[order]) != 0) | (np.diff(asset[order]) != 0)
    first = np.maximum.accumulate(np.where(new, np.arange(len(rows)), 0))
    number = np.ones(len(held.at), np.int64)
    number[rows[order]] = np.arange(len(rows)) - first + 1
    return number
