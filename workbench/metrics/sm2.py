"""Spaced repetition by SuperMemo SM-2 (definition P5; Wozniak 1990): grades, next interval, due load, replay of reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.bkt import sequences

FIRST_EASINESS = Decimal("2.5")
LOWEST_EASINESS = Decimal("1.3")
PASS = 3
"""Grades below this restart the intervals."""


@dataclass(frozen=True)
class Card:
    """State of one learner × concept: easiness factor, successful repetitions in a row, current interval in days."""

    easiness: Decimal = FIRST_EASINESS
    repetitions: int = 0
    interval_days: int = 0


def grade(is_correct: bool, hints_used: int, confidence: float | None) -> int:
    """Grade 0–5 of an answer: 1 wrong, 3 right with hints, 4 right, 5 right without hints and confidence ≥ 0.8.

    >>> grade(False, 0, 1.0), grade(True, 2, 0.9), grade(True, 0, None), grade(True, 0, 0.8)
    (1, 3, 4, 5)
    """
    if not is_correct:
        return 1
    if hints_used > 0:
        return 3
    return 5 if confidence is not None and confidence >= 0.8 else 4


def review(card: Card, quality: int) -> Card:
    """The card after a review: I₁ = 1, I₂ = 6, Iₙ = ⌈Iₙ₋₁·EF′⌉ with the updated easiness, in decimal arithmetic.

    A grade below 3 restarts the intervals and leaves the easiness as it was.

    Raises:
        ValueError: a grade outside 0 … 5.

    >>> card = Card(Decimal("2.1"), 4, 25)
    >>> review(card, 5)
    Card(easiness=Decimal('2.20'), repetitions=5, interval_days=55)
    >>> review(card, 2)
    Card(easiness=Decimal('2.1'), repetitions=0, interval_days=1)
    """
    if quality not in range(6):
        raise ValueError(f"a grade is 0 to 5, not {quality!r}")
    if quality < PASS:
        return Card(card.easiness, 0, 1)
    missing = 5 - quality
    easiness = max(LOWEST_EASINESS, card.easiness + Decimal("0.1") - missing * (Decimal("0.08") + missing * Decimal("0.02")))
    repetitions = card.repetitions + 1
    if repetitions <= 2:
        interval = (1, 6)[repetitions - 1]
    else:
        interval = int((card.interval_days * easiness).to_integral_value(ROUND_CEILING))
    return Card(easiness, repetitions, interval)


def replay(qualities: Iterable[int], card: Card | None = None) -> list[Card]:
    """Cards after each review in turn.

    >>> [card.interval_days for card in replay([4, 4, 4, 4, 1, 4])]
    [1, 6, 15, 38, 1, 1]
    """
    card, cards = card or Card(), []
    for quality in qualities:
        card = review(card, quality)
        cards.append(card)
    return cards


def grades(correct: ArrayLike, hints_used: ArrayLike, confidence: ArrayLike) -> NDArray[np.int64]:
    """`grade` of many answers; NaN is no confidence.

    >>> grades([False, True, True, True], [0, 2, 0, 0], [1.0, 0.9, np.nan, 0.8]).tolist()
    [1, 3, 4, 5]
    """
    right, hints = np.asarray(correct, dtype=bool), np.asarray(hints_used, dtype=float)
    sure = np.asarray(confidence, dtype=float) >= 0.8
    return np.where(~right, 1, np.where(hints > 0, 3, np.where(sure, 5, 4)))


@dataclass(frozen=True)
class Schedule:
    """Outcome of `schedule`, after each answer and in the order of the answers given.

    Attributes:
        easiness: in hundredths, so that no rounding can creep in. repetitions, interval_days: as in `Card`. due_day: day number of the
            next review. is_review: whether the answer was one.
    """

    easiness: NDArray[np.int64]
    repetitions: NDArray[np.int64]
    interval_days: NDArray[np.int64]
    due_day: NDArray[np.int64]
    is_review: NDArray[np.bool_]


def schedule(sequence: ArrayLike, day: ArrayLike, quality: ArrayLike) -> Schedule:
    """The cards of many learners × concepts after each of their answers, in whole days.

    An answer is a review when its concept is due: on the first day of a sequence, then on or after the due day; the first answer of
    such a day counts. Practice before that leaves the schedule as it is: it says nothing about recall after the interval.

    Args:
        sequence: integer per answer, one value for each learner × concept; answers in the order in which they were given.
        day: day number of each answer. quality: grade 0–5 of each answer.

    >>> made = schedule([7, 7, 7, 7], day=[100, 100, 101, 106], quality=[4, 1, 4, 5])
    >>> made.interval_days.tolist(), made.due_day.tolist(), made.is_review.tolist()
    ([1, 1, 6, 6], [101, 101, 107, 107], [True, False, True, False])
    """
    when, graded = np.asarray(day, dtype=np.int64), np.asarray(quality, dtype=np.int64)
    if np.any((graded < 0) | (graded > 5)):
        raise ValueError("a grade is 0 to 5")
    groups = sequences(sequence, np.zeros(len(when), dtype=np.int64))
    longest_first = np.argsort(-groups.length, kind="stable")
    first, length = groups.first[longest_first], groups.length[longest_first]
    after, reviewed = np.empty((4, len(when)), dtype=np.int64), np.empty(len(when), dtype=bool)
    card = np.repeat(np.array([[250], [0], [0], [np.iinfo(np.int64).min]]), len(first), axis=1)
    for step in range(length.max(initial=0)):
        count = int(np.searchsorted(-length, -step, side="left"))
        at = groups.positions(first[:count] + step)
        due = when[at] >= card[3, :count]
        card[:, :count] = np.where(due, _reviewed(card[:, :count], when[at], graded[at]), card[:, :count])
        after[:, at], reviewed[at] = card[:, :count], due
    return Schedule(*after, reviewed)


def _reviewed(card: NDArray[np.int64], day: NDArray[np.int64], quality: NDArray[np.int64]) -> NDArray[np.int64]:
    """`review` of many cards (rows: easiness, repetitions, interval, due day)."""
    easiness, repetitions, interval, _ = card
    missing, passed = 5 - quality, quality >= PASS
    easier = np.where(passed, np.maximum(130, easiness + 10 - missing * (8 + missing * 2)), easiness)
    again = np.where(passed, repetitions + 1, 0)
    later = np.where(again <= 1, 1, np.where(again == 2, 6, -(-interval * easier // 100)))
    return np.stack([easier, again, later, day + later])


def due_load(due_day: ArrayLike, today: int, days: int = 30) -> tuple[int, NDArray[np.int64]]:
    """Reviews overdue before `today`, and reviews due on each of the next `days` days, today first.

    Args:
        due_day: day number of each card's due date. today: day number.

    >>> overdue, due = due_load([9, 10, 10, 12, 99], today=10, days=3)
    >>> overdue, due.tolist()
    (1, [2, 0, 1])
    """
    ahead = np.asarray(due_day, dtype=np.int64) - today
    return int((ahead < 0).sum()), np.bincount(ahead[(ahead >= 0) & (ahead < days)], minlength=days)


def recall_by_interval(interval_days: ArrayLike, recalled: ArrayLike, edges: ArrayLike = (1, 2, 7, 15, 31, 61)) -> list[dict]:
    """Observed recall by the interval that had passed: the calibration of the schedule.

    Returns:
        One entry a band with answers: `from_days`, `to_days` (None: open), `reviews`, `recalled`.

    >>> recall_by_interval([1, 1, 6, 40], [1, 0, 1, 1])[0]
    {'from_days': 1, 'to_days': 2, 'reviews': 2, 'recalled': 1}
    """
    bounds = [*np.asarray(edges).tolist(), None]
    band = np.searchsorted(np.asarray(edges), np.asarray(interval_days), side="right") - 1
    hit = np.asarray(recalled, dtype=np.int64)
    return [
        {"from_days": bounds[i], "to_days": bounds[i + 1], "reviews": int((band == i).sum()), "recalled": int(hit[band == i].sum())}
        for i in range(len(bounds) - 1)
        if (band == i).any()
    ]
