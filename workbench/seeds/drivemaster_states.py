"""What DriveMaster's simulated learners know by their answers: the replay of definition P1, the schedule of P5, points and streaks."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.metrics import bkt, sm2
from workbench.seeds import Spec
from workbench.seeds.draw import DAY, number_column, time_column, uuid_column
from workbench.seeds.drivemaster_answers import Answers
from workbench.seeds.drivemaster_people import People, Rewards
from workbench.seeds.drivemaster_theory import Syllabus


@dataclass(frozen=True)
class Traces:
    """What follows from the answers.

    Attributes:
        mastery: probability of knowing after each answer. plan: the schedule after each answer.
        last: positions of the last answer of each learner × concept; first: of the first. mastered: of the answers by which a concept
            was mastered for the first time.
    """

    mastery: np.ndarray
    plan: sm2.Schedule
    first: np.ndarray
    last: np.ndarray
    mastered: np.ndarray


def trace(given: Answers, taught: Syllabus) -> Traces:
    """Replay all answers."""
    after = bkt.replay(given.sequence, given.concept, given.correct, bkt.parameters(*taught.truth)).mastery
    confidence = np.where(given.confidence < 0, np.nan, given.confidence / 100)
    quality = sm2.grades(given.correct, given.hints, confidence)
    schedule = sm2.schedule(given.sequence, given.at // DAY, quality)
    _, first = np.unique(given.sequence, return_index=True)
    _, back = np.unique(given.sequence[::-1], return_index=True)
    at_last = len(given.at) - 1 - back
    reached = np.flatnonzero(after >= bkt.MASTERED)
    _, earliest = np.unique(given.sequence[reached], return_index=True)
    return Traces(after, schedule, first, at_last, reached[earliest])


def knowledge_states(spec: Spec, who: People, taught: Syllabus, given: Answers, known: Traces) -> dict[str, pa.Array]:
    """One row per learner and concept begun."""
    rng = spec.rng("states")
    _, group = np.unique(given.sequence, return_inverse=True)
    last, count = known.last, len(known.last)
    concept, learner = given.concept[last], given.learner[last]
    velocity = np.round(rng.lognormal(0, 0.2, who.learners), 3)
    prior, learn, guess, slip = (number_column(row[concept]) for row in taught.truth)
    return {
        "user_id": uuid_column(who.ids[learner]),
        "concept_id": uuid_column(taught.ids[concept]),
        "initial_knowledge": prior,
        "learning_rate": learn,
        "guess_parameter": guess,
        "slip_parameter": slip,
        "mastery_probability": number_column(known.mastery[last]),
        "temporal_decay": number_column(np.round(rng.uniform(0.95, 1.0, count), 3)),
        "personal_learning_velocity": number_column(velocity[learner]),
        "easiness": number_column(known.plan.easiness[last] / 100),
        "repetitions": number_column(known.plan.repetitions[last].astype(np.int32)),
        "interval_days": number_column(known.plan.interval_days[last].astype(np.int32)),
        "due_at": time_column(known.plan.due_day[last] * DAY),
        "total_attempts": number_column(np.bincount(group)),
        "correct_attempts": number_column(np.bincount(group[given.correct], minlength=count)),
        "last_interaction": time_column(given.at[last]),
        "created_at": time_column(given.at[known.first]),
        "updated_at": time_column(given.at[last]),
    }


def gamification(who: People, given: Answers, known: Traces) -> Rewards:
    """Ten points a right answer and fifty a mastered concept; streaks are runs of UTC days with an answer."""
    count = who.learners
    points = 10 * np.bincount(given.learner[given.correct], minlength=count)
    points += 50 * np.bincount(given.learner[known.mastered], minlength=count)
    seen = np.zeros(count, np.int64)
    np.maximum.at(seen, given.learner, given.at)
    learner, day = np.divmod(np.unique(given.learner * 100_000 + given.at // DAY), 100_000)
    begins = np.r_[len(day) > 0, (learner[1:] != learner[:-1]) | (day[1:] != day[:-1] + 1)]
    start = np.flatnonzero(begins)
    length = np.diff(np.r_[start, len(day)])
    longest, streak = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.maximum.at(longest, learner[start], length)
    last = start + length - 1
    current = day[last] >= given.at.max(initial=0) // DAY - 1
    streak[learner[start[current]]] = length[current]
    return Rewards(points, streak, longest, seen)
