"""Answers of DriveMaster's simulated learners, drawn from knowledge tracing, and the events they become."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.metrics import bkt
from workbench.seeds import Spec
from workbench.seeds import drivemaster_plan as planning
from workbench.seeds.draw import DAY, MINUTE, SECOND, keys, midnight, ordinals, spread, text_column, time_column, uuid_column
from workbench.seeds.drivemaster_people import People
from workbench.seeds.drivemaster_practice import CONTEXTS, Sessions
from workbench.seeds.drivemaster_theory import CONCEPTS, QUESTIONS, TRIED_WEIGHT, Syllabus

PACE = 11  # answers after which a learner goes on to the next concept
NEW_SHARE = 0.55  # of the answers that are about the newest concept; the others review
KINDS = ("session_started", "question_answered", "concept_mastered")


@dataclass(frozen=True)
class Answers:
    """One entry an answer, by learner and then in the order of time. `sequence` is one value for each learner × concept."""

    session: np.ndarray
    learner: np.ndarray
    concept: np.ndarray
    item: np.ndarray
    at: np.ndarray
    correct: np.ndarray
    response_ms: np.ndarray
    hints: np.ndarray
    confidence: np.ndarray  # in hundredths, −1 for none
    attempt: np.ndarray

    @property
    def sequence(self) -> np.ndarray:
        """One value for each learner × concept."""
        return self.learner * CONCEPTS + self.concept


def answers(spec: Spec, held: Sessions, taught: Syllabus, windows: planning.Plan) -> Answers:
    """All answers: what is asked follows the syllabus and what was begun before, what is answered follows knowledge tracing."""
    rng = spec.rng("answers")
    session, place = ordinals(held.answers)
    seconds = np.clip(rng.lognormal(2.6, 0.6, len(session)), 2, 110) + rng.uniform(2, 14, len(session))
    total = np.cumsum(seconds)
    before = (total - seconds)[place == 0][session]  # of each session, what all sessions before it took
    at = held.start[session] + ((total - before) * SECOND).astype(np.int64)
    order = np.lexsort((at, held.learner[session]))
    session, at = session[order], at[order]
    learner = held.learner[session]
    _, number = ordinals(np.bincount(learner))
    newest = np.minimum(held.ahead[session] + number // PACE, CONCEPTS - 1)
    count = len(session)
    concept = np.where(rng.random(count) < NEW_SHARE, newest, (rng.random(count) * (newest + 1)).astype(np.int64))
    item = _items(rng, taught, windows, concept, at)
    known, correct = _draw(rng, taught, windows, learner * CONCEPTS + concept, concept, item, at)
    response = np.clip(rng.lognormal(np.where(known, 8.7, 9.3), 0.5), 900, 120_000).astype(np.int64)
    hints = np.where(rng.random(count) < np.where(known, 0.05, 0.2), rng.integers(1, 4, count), 0)
    sure = np.round(100 * rng.beta(np.where(known, 6.0, 2.5), np.where(known, 1.8, 2.5))).astype(np.int64)
    confidence = np.where(rng.random(count) < 0.85, sure, -1)
    return Answers(session, learner, concept, item, at, correct, response, hints, confidence, _attempts(learner, item))


def _items(rng: np.random.Generator, taught: Syllabus, windows: planning.Plan, concept: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The item of each answer: the first of a concept oftener where it is under test; later a variant or a second version."""
    tested = np.isin(concept, [item // QUESTIONS for item in taught.tried])
    first = tested & (rng.random(len(concept)) < TRIED_WEIGHT / (TRIED_WEIGHT + QUESTIONS))
    item = concept * QUESTIONS + np.where(first, 0, rng.integers(0, QUESTIONS, len(concept)))
    given = np.arange(len(taught.item_ids))
    given[taught.revised] = taught.second
    item = np.where(at >= windows.revised, given[item], item)
    varied = np.arange(len(taught.item_ids))
    varied[list(taught.tried)] = taught.variants
    return np.where((at >= windows.trials) & (rng.random(len(concept)) < 0.5), varied[item], item)


def _draw(
    rng: np.random.Generator, taught: Syllabus, windows: planning.Plan, sequence: np.ndarray, concept: np.ndarray, item: np.ndarray,
    at: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Whether the concept was known before each answer, and whether the answer was right."""
    prior, learn, guess, slip = taught.truth
    slips = np.where((concept == planning.DRIFTED_CONCEPT) & (at >= windows.drifted), planning.DRIFTED_SLIP, slip[concept])
    when_known, when_not = (_shifted(p, taught.ease[item]) for p in (1 - slips, guess[concept]))
    factor = np.where(item == taught.variants[1], planning.WORSE_FACTOR, 1.0)
    luck, learning = rng.random(len(item)), rng.random(len(item))
    groups = bkt.sequences(sequence, concept)
    state = rng.random(len(groups.first)) < prior[groups.key]
    longest_first = np.argsort(-groups.length, kind="stable")
    known = np.empty(len(item), bool)
    state, length = state[longest_first], groups.length[longest_first]
    for step in range(length.max(initial=0)):
        count = int(np.searchsorted(-length, -step, side="left"))
        at_step = groups.positions(groups.first[longest_first[:count]] + step)
        known[at_step] = state[:count]
        state[:count] |= learning[at_step] < learn[concept[at_step]]
    chance = np.where(known, when_known, when_not) * factor
    return known, luck < np.where(item == taught.bad, planning.BAD_SHARE, chance)


def _shifted(share: np.ndarray, logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + (1 - share) / share * np.exp(-logit))


def _attempts(learner: np.ndarray, item: np.ndarray) -> np.ndarray:
    """The how manieth answer of the learner to the item each answer is, from 1."""
    order = np.lexsort((np.arange(len(item)), item, learner))
    pair = (learner * (item.max(initial=0) + 1) + item)[order]
    first = np.r_[len(pair) > 0, pair[1:] != pair[:-1]]
    start = np.flatnonzero(first)
    number = np.empty(len(item), np.int64)
    number[order] = np.arange(len(item)) - np.repeat(start, np.diff(np.r_[start, len(item)])) + 1
    return number


def counters(given: Answers, taught: Syllabus) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Answers, right ones and mean response time of each item."""
    size = len(taught.item_ids)
    total = np.bincount(given.item, minlength=size)
    right = np.bincount(given.item[given.correct], minlength=size)
    return total, right, np.bincount(given.item, given.response_ms, minlength=size) / np.maximum(total, 1)


def events(
    spec: Spec, who: People, held: Sessions, taught: Syllabus, windows: planning.Plan, given: Answers, mastered: np.ndarray
) -> dict[str, pa.Array]:
    """Starts of sessions, answers, and concepts mastered (a millisecond after the answer), in the order of time.

    Args:
        mastered: positions of the answers by which a concept was mastered.
    """
    rng = spec.rng("events")
    counts = (len(held.start), len(given.at), len(mastered))
    kind = np.repeat(np.arange(3), counts)
    session = np.concatenate([np.arange(counts[0]), given.session, given.session[mastered]])
    at = np.concatenate([held.start, given.at, given.at[mastered] + 1000])
    order = np.argsort(at, kind="stable")
    kind, session, at = kind[order], session[order], at[order]
    answer = np.concatenate([np.zeros(counts[0], np.int64), np.arange(counts[1]), mastered])[order]
    answered = kind == 1
    concept = uuid_column(taught.ids[given.concept[answer]], kind > 0)
    responses = _responses(given).take(pa.array(answer))
    return {
        "id": uuid_column(keys(spec, rng, len(at))),
        "user_id": uuid_column(who.ids[held.learner[session]]),
        "content_id": uuid_column(taught.item_ids[given.item[answer]], answered),
        "concept_id": concept,
        "session_id": uuid_column(held.ids[session]),
        "event_type": text_column(KINDS, kind),
        "timestamp": time_column(at),
        "recorded_at": time_column(_recorded(spec, rng, windows, at)),
        "response_data": pc.if_else(pa.array(answered), responses, pa.scalar(None, pa.string())),
        "context_data": text_column(CONTEXTS, held.context[session]),
    }


def _recorded(spec: Spec, rng: np.random.Generator, windows: planning.Plan, at: np.ndarray) -> np.ndarray:
    """When the events reached the server: soon, for some phones hours later, and part of one day's only days later."""
    recorded = at + spread(rng, 0, 2 * SECOND, len(at))
    recorded = np.where(rng.random(len(at)) < 0.015, at + spread(rng, 20 * MINUTE, DAY // 3, len(at)), recorded)
    late = (at >= windows.late[0]) & (at < windows.late[1]) & (rng.random(len(at)) < planning.LATE_SHARE)
    recorded = np.where(late, windows.late_arrival + spread(rng, 0, MINUTE, len(at)), recorded)
    return np.minimum(recorded, np.maximum(at, midnight(spec.end) - SECOND))


def _responses(given: Answers) -> pa.Array:
    """The answers as JSON."""
    shares = ["null", *(f"{n / 100:g}" for n in range(101))]
    parts = (
        '{"isCorrect": ', text_column(("false", "true"), given.correct.astype(int)),
        ', "responseTime": ', pa.array(given.response_ms).cast(pa.string()),
        ', "confidenceLevel": ', text_column(shares, given.confidence + 1),
        ', "hintsUsed": ', pa.array(given.hints).cast(pa.string()),
        ', "attemptNo": ', pa.array(given.attempt).cast(pa.string()), "}",
    )  # fmt: skip
    return pc.binary_join_element_wise(*parts, "")
