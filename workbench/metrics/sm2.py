"""Spaced repetition by SuperMemo SM-2 (definition P5; Wozniak 1990): grades, next interval, due load, replay of reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
