"""Answers of the simulated students: by ability and difficulty, tried again while the milestone allows it, with partial credit."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds.draw import SECOND, keys, number_column, pick, spread, text_column, time_column, uuid_column
from workbench.seeds.video_content import MOST_STOPS, Content
from workbench.seeds.video_people import People
from workbench.seeds.video_questions import CHOICE, LETTERS, PUBLISHED, RIGHT, Questions
from workbench.seeds.video_views import Views, stop_times

TRIES = 3


@dataclass(frozen=True)
class Answers:
    """Answers in the order of students and time."""

    student: np.ndarray
    view: np.ndarray
    question: np.ndarray
    number: np.ndarray
    time: np.ndarray
    response: np.ndarray  # milliseconds
    right: np.ndarray
    earned: np.ndarray
    letter: np.ndarray  # chosen in a multiple choice

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.time)


def answers(spec: Spec, who: People, content: Content, asked: Questions, seen: Views) -> Answers:
    """What was answered at every stop that was reached."""
    rng = spec.rng("answers")
    stop_of = np.full((len(content.videos), MOST_STOPS), -1)
    stop_of[content.stop_video, content.stop_place] = np.arange(len(content.stops))
    view, place = np.nonzero(seen.reached)
    stop = stop_of[seen.video[view], place]
    shown = asked.at_stops(len(content.stops))[stop]
    row, _ = np.nonzero(shown >= 0)
    question = shown[shown >= 0]
    rank = (np.cumsum(shown >= 0, axis=1) - 1)[shown >= 0]
    begun = stop_times(content, asked, seen)[view, place][row] + rank * 40 * SECOND
    view = view[row]
    return _tries(rng, who, asked, seen, view, question, begun)


def _tries(rng, who: People, asked: Questions, seen: Views, view: np.ndarray, question: np.ndarray, begun: np.ndarray) -> Answers:
    chance = _chance(who, asked, seen.student[view], question)
    limit = asked.limits[asked.stop[question]]
    parts = []
    left = np.arange(len(view))
    for number in range(1, TRIES + 1):
        right = rng.random(len(left)) < np.minimum(chance[left] + 0.12 * (number - 1), 0.97)
        response = spread(rng, 3_000, 11_500, len(left))
        time = begun[left] + (number - 1) * 12 * SECOND + response * 1000
        parts.append((view[left], question[left], np.full(len(left), number), time, response, right))
        left = left[~right & (limit[left] > number) & (rng.random(len(left)) < 0.65)]
    view, question, number, time, response, right = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((number, time, seen.student[view]))
    view, question, number, time, response, right = (column[order] for column in (view, question, number, time, response, right))
    share = np.where(asked.partial[question], pick(rng, len(view), (40, 20, 25, 15)) / 4, 0)
    earned = asked.points[question] * np.where(right, 1.0, share)
    letter = _letters(rng, who, asked, seen.student[view], question, right)
    return Answers(seen.student[view], view, question, number, time, response, right, earned, letter)


def _chance(who: People, asked: Questions, student: np.ndarray, question: np.ndarray) -> np.ndarray:
    """Rasch with guessing. Where the key is wrong, the able choose what is right and are marked wrong."""
    strength = who.ability[student] - asked.difficulty[question]
    usual = 0.12 + 0.88 / (1 + np.exp(-strength))
    misled = np.clip(0.3 - 0.16 * who.ability[student], 0.02, 0.6)
    return np.where(question == asked.wrong, misled, usual)


def _letters(rng, who: People, asked: Questions, student: np.ndarray, question: np.ndarray, right: np.ndarray) -> np.ndarray:
    key = asked.key[question]
    other = (key + 1 + rng.integers(0, len(LETTERS) - 1, len(key))) % len(LETTERS)
    sure = (question == asked.wrong) & (rng.random(len(key)) < np.clip(0.75 + 0.12 * who.ability[student], 0.2, 0.97))
    return np.where(right, key, np.where(sure, LETTERS.index(RIGHT), other))


def answer_columns(spec: Spec, who: People, asked: Questions, seen: Views, given: Answers, sittings: np.ndarray) -> dict[str, pa.Array]:
    """The answers as they are stored."""
    rng = spec.rng("answer columns")
    words = ("true", "false", '"公式"', '"slope"', '["平均", "mean"]', '["a", "b"]', "[0, 1, 2]", "[2, 1, 0]")
    pool = [f'{{"choice": "{letter}"}}' for letter in LETTERS] + [f'{{"value": {word}}}' for word in words]
    kind = asked.type[given.question]
    second = np.array([0, 0, 2, 4, 4, 6])[kind] + rng.integers(0, 2, given.rows)
    return {
        "id": uuid_column(keys(spec, rng, given.rows)),
        "tenant_id": uuid_column(who.tenants[who.tenant[given.student]]),
        "student_id": uuid_column(who.ids[given.student]),
        "question_id": uuid_column(asked.ids[given.question]),
        "attempt_no": number_column(given.number),
        "answer": text_column(pool, np.where(kind == CHOICE, given.letter, len(LETTERS) + second)),
        "is_correct": number_column(given.right),
        "points_earned": number_column(given.earned),
        "response_ms": number_column(given.response),
        "session_id": uuid_column(sittings[seen.sitting[given.view]]),
        "answered_at": time_column(given.time),
        "recorded_at": time_column(given.time + SECOND),
    }


def possible(content: Content, asked: Questions) -> np.ndarray:
    """Points of the published questions of each video."""
    shown = asked.state == PUBLISHED
    return np.bincount(content.stop_video[asked.stop[shown]], asked.points[shown], minlength=len(content.videos))
