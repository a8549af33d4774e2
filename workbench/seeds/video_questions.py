"""Questions of the simulated videos, of all six types, and their reviews: most approved, some still waiting, some refused."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import video_texts as texts
from workbench.seeds.draw import (
    DAY,
    HOUR,
    keys,
    number_column,
    ordinals,
    pick,
    same,
    spread,
    text_column,
    time_column,
    uuid_column,
)  # fmt: skip
from workbench.seeds.video_content import MOST_STOPS, Content
from workbench.seeds.video_people import People
from workbench.seeds.video_plan import Plan

TYPES = ("multiple_choice", "true_false", "short_answer", "fill_in_blank", "matching", "ordering")
TYPE_SHARES = (46, 20, 12, 8, 8, 6)
CHOICE = TYPES.index("multiple_choice")
PUBLISHED, WAITING, REJECTED, DRAFT = range(4)
LETTERS = ("a", "b", "c", "d")
RIGHT, WRONG_KEY = "b", "d"  # of the question whose key is wrong
MOST = 4  # questions at a stop


@dataclass(frozen=True)
class Questions:
    """Questions in the order of their stops; `state` is what becomes of them."""

    ids: np.ndarray
    stop: np.ndarray
    place: np.ndarray
    type: np.ndarray
    key: np.ndarray  # right letter of a multiple choice, as stored
    points: np.ndarray
    partial: np.ndarray
    difficulty: np.ndarray
    by_ai: np.ndarray
    state: np.ndarray
    limits: np.ndarray  # attempts allowed, by stop
    created: np.ndarray
    wrong: int  # the question whose stored key is wrong

    def at_stops(self, stops: int) -> np.ndarray:
        """(stops, MOST): the published questions of each stop, −1 where there are no more."""
        table = np.full((stops, MOST), -1)
        shown = np.flatnonzero(self.state == PUBLISHED)
        table[self.stop[shown], self.place[shown]] = shown
        return table

    def shown(self, content: Content) -> np.ndarray:
        """(videos, MOST_STOPS): how many questions are published at each stop."""
        table = np.zeros((len(content.videos), MOST_STOPS), int)
        table[content.stop_video, content.stop_place] = (self.at_stops(len(content.stops)) >= 0).sum(axis=1)
        return table


def questions(spec: Spec, made: Content, plan: Plan) -> Questions:
    """What is asked where. The first question of each stop is published; those in the making are the machine's."""
    rng = spec.rng("questions")
    stop, place = ordinals(1 + pick(rng, len(made.stops), (55, 33, 10, 2)))
    count = len(stop)
    state = np.where(place == 0, PUBLISHED, pick(rng, count, (74, 12, 8, 6)))
    kind = pick(rng, count, TYPE_SHARES)
    wrong = _most_asked(made, stop)
    kind[wrong] = CHOICE
    letters = rng.integers(0, len(LETTERS), count)
    letters[wrong] = LETTERS.index(WRONG_KEY)
    settled = (made.group_created[made.video_group[made.stop_video[stop]]] + spread(rng, 2 * DAY, 8 * DAY, count)) // DAY * DAY + 9 * HOUR
    fresh = plan.whole.start + (rng.random(count) * (spec.days - 2)).astype(np.int64) * DAY + 10 * HOUR
    return Questions(
        keys(spec, rng, count), stop, place, kind, letters, points=np.where(kind < 3, 1.0, 2.0) * rng.integers(1, 3, count),
        partial=kind >= 3, difficulty=np.round(rng.normal(0, 0.9, count), 3), by_ai=(rng.random(count) < 0.4) | (state != PUBLISHED),
        state=state, limits=1 + pick(rng, len(made.stops), (10, 25, 65)),
        created=np.where(state == PUBLISHED, np.minimum(settled, plan.whole.start - 2 * DAY), fresh), wrong=wrong,
    )  # fmt: skip


def _most_asked(made: Content, stop: np.ndarray) -> int:
    """The first question of the largest tenant's first own video, which most learners come to."""
    own = np.flatnonzero((made.group_lesson[made.video_group] == 0) & ~made.failed)[0]
    return int(np.flatnonzero(made.stop_video[stop] == own)[0])


def question_columns(spec: Spec, who: People, made: Content, asked: Questions) -> dict[str, pa.Array]:
    """Questions as they are handed in: all wait for their review."""
    rng = spec.rng("question texts")
    count = len(asked.ids)
    tenant = made.video_tenant[made.stop_video[asked.stop]]
    speaks = np.array([entry[4] for entry in texts.TENANTS])[tenant]
    templates = [(texts.PROMPTS_JA if ja else texts.PROMPTS_EN)[n] for ja, n in zip(speaks, rng.integers(0, 3, count), strict=True)]
    words = [(texts.WORDS_JA if ja else texts.WORDS_EN) for ja in speaks]
    told = rng.random(count) < 0.6
    data = [_data(*one) for one in zip(asked.type.tolist(), asked.key.tolist(), words, strict=True)]
    return {
        "id": uuid_column(asked.ids),
        "tenant_id": uuid_column(who.tenants[tenant]),
        "milestone_id": uuid_column(made.stops[asked.stop]),
        "question_type": text_column(TYPES, asked.type),
        "prompt": pa.array([t.format(w[n]) for t, w, n in zip(templates, words, rng.integers(0, 6, count), strict=True)]),
        "data": pa.array([json.dumps(one, ensure_ascii=False) for one in data]),
        "explanation": text_column(["もう一度この場面を見てみよう。", "Watch this scene once more."], (~speaks).astype(int), told),
        "points": number_column(asked.points),
        "allows_partial_credit": number_column(asked.partial),
        "difficulty": number_column(asked.difficulty),
        "tags": text_column(["{}", "{maths}", "{maths,exam}"], rng.integers(0, 3, count)),
        "origin": text_column(("human", "ai"), asked.by_ai.astype(int)),
        "status": same("in_review", count),
        "created_at": time_column(asked.created),
        "updated_at": time_column(asked.created),
    }


def _data(kind: int, key: int, words: tuple[str, ...]) -> dict:
    match TYPES[kind]:
        case "multiple_choice":
            return {"options": [{"id": letter, "text": words[n], "isCorrect": n == key} for n, letter in enumerate(LETTERS)]}
        case "true_false":
            return {"correctAnswer": bool(key % 2)}
        case "short_answer":
            return {"acceptedAnswers": [words[key]], "caseSensitive": False}
        case "fill_in_blank":
            blanks = [{"acceptedAnswers": [words[key]]}, {"acceptedAnswers": [words[3 - key]]}]
            return {"text": f"{words[4]} = ___, {words[5]} = ___", "blanks": blanks}
        case "matching":
            return {"pairs": [{"left": words[n], "right": str(n + key)} for n in range(3)]}
        case _:
            return {"items": list(words[:4]), "correctOrder": [(n + key) % 4 for n in range(4)]}


def reviews(spec: Spec, who: People, made: Content, asked: Questions, plan: Plan) -> dict[str, pa.Array]:
    """What teachers decided: nothing about those still waiting."""
    rng = spec.rng("reviews")
    decided = np.flatnonzero(asked.state != WAITING)
    tenant = made.video_tenant[made.stop_video[asked.stop[decided]]]
    teachers = [who.staff(one, "teacher") for one in range(len(who.tenants))]
    reviewer = np.array([teachers[one][n % len(teachers[one])] for one, n in zip(tenant, rng.integers(0, 1000, len(tenant)), strict=True)])
    state = asked.state[decided]
    at = asked.created[decided] + spread(rng, 2 * HOUR, 30 * HOUR, len(decided))
    fine = state == PUBLISHED
    return {
        "id": uuid_column(keys(spec, rng, len(decided))),
        "tenant_id": uuid_column(who.tenants[tenant]),
        "question_id": uuid_column(asked.ids[decided]),
        "content_version": number_column(np.ones(len(decided), int)),
        "reviewer_id": uuid_column(who.ids[reviewer]),
        "decision": text_column(("approved", "rejected", "changes_requested"), np.array([0, 0, 1, 2])[state]),
        "comment": text_column(texts.COMMENTS, np.where(fine, 0, 2) + rng.integers(0, 2, len(decided)), rng.random(len(decided)) < 0.4),
        "reviewed_at": time_column(np.minimum(at, plan.whole.end - HOUR)),
    }
