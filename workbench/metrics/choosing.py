"""Which questions a learner gets next: due reviews, what is being learnt, and among the questions of a concept a bandit's choice.

A bandit that paid for right answers would soon give nothing but easy questions. What pays here is closeness to a wanted share of right
answers: Thompson sampling draws the share of each question from its posterior and takes the nearest to the target; UCB1 takes the one
that its bound would allow to be nearest. Questions of which little is known may lie near, and so are tried.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.bandit import UCB1, Arms, Policy
from workbench.metrics.bkt import MASTERED

ABREAST = 3
"""Concepts that are learnt at the same time, in turn."""

TARGET = 0.75
"""Share of right answers that is wanted: hard enough to learn from, easy enough to go on."""


@dataclass(frozen=True)
class Candidates:
    """Questions that may be given; one entry a question.

    Attributes:
        concept: integer 0 … n−1. pulls, rewards: answers and right answers of everybody. seen: answers of this learner.
        mastery: of the question's concept; NaN where it was not begun. overdue_days: days since its review was due, negative before,
            NaN where none is planned.
    """

    concept: NDArray[np.int64]
    pulls: NDArray[np.int64]
    rewards: NDArray[np.float64]
    seen: NDArray[np.int64]
    mastery: NDArray[np.float64]
    overdue_days: NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """A question that was chosen: its position among the candidates, and why (`review`, `learn`, `new`)."""

    position: int
    reason: str


def choose(candidates: Candidates, count: int, policy: Policy, target: float = TARGET) -> list[Choice]:
    """At most `count` different questions, in the order to give them.

    Reviews that are due come first, the longest overdue leading, one question a concept, and take at most half of the places while there
    is something to learn. The other places go in turn to the first three concepts not yet mastered: those begun before new ones, the best
    known leading. Places that one side leaves free go to the other. Within a concept a question the learner has had less often wins, then
    the one that the policy believes nearest to `target`.

    Returns:
        Fewer than `count` when nothing else is due or open: mastered concepts are left alone until they are due.
    """
    ranked = _ranked(candidates, policy, target)
    reviews = [Choice(ranked[concept].pop(0), "review") for concept in _due_first(candidates)]
    lessons = list(_in_turn(candidates, _being_learnt(candidates), ranked))
    places = min(len(reviews), max(math.ceil(count / 2), count - len(lessons)))
    return (reviews[:places] + lessons)[:count]


def distance(policy: Policy, arms: Arms, target: float) -> NDArray[np.float64]:
    """How far each question's share of right answers lies from the target, as the policy believes it; 0 for UCB1 where nothing is known."""
    scores = policy.scores(arms)
    if not isinstance(policy, UCB1):
        return np.abs(scores - target)
    mean = arms.rewards / np.maximum(arms.pulls, 1)
    return np.maximum(0.0, np.abs(mean - target) - (scores - mean))


def _ranked(candidates: Candidates, policy: Policy, target: float) -> dict[int, list[int]]:
    """Positions of each concept's questions, the best first."""
    away = distance(policy, Arms(candidates.pulls, candidates.rewards), target)
    order = np.lexsort((away, candidates.seen, candidates.concept))
    ranked: dict[int, list[int]] = {}
    for position in order.tolist():
        ranked.setdefault(int(candidates.concept[position]), []).append(position)
    return ranked


def _due_first(candidates: Candidates) -> list[int]:
    due = candidates.overdue_days >= 0
    order = np.lexsort((candidates.concept, -np.where(due, candidates.overdue_days, 0)))
    return list(dict.fromkeys(int(candidates.concept[position]) for position in order if due[position]))


def _being_learnt(candidates: Candidates) -> list[int]:
    new = np.isnan(candidates.mastery)
    learning = new | (candidates.mastery < MASTERED)
    order = np.lexsort((candidates.concept, -np.where(new, 0, candidates.mastery), new))
    return list(dict.fromkeys(int(candidates.concept[position]) for position in order if learning[position]))[:ABREAST]


def _in_turn(candidates: Candidates, concepts: list[int], ranked: dict[int, list[int]]) -> Iterator[Choice]:
    for place in range(max((len(ranked[concept]) for concept in concepts), default=0)):
        for concept in concepts:
            if place < len(ranked[concept]):
                position = ranked[concept][place]
                yield Choice(position, "new" if np.isnan(candidates.mastery[position]) else "learn")
