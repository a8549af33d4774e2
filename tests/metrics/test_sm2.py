"""SM-2 against its published table and its laws."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import sm2

grades = st.lists(st.integers(0, 5), max_size=30)


@pytest.mark.parametrize(("quality", "easiness"), [(5, "2.60"), (4, "2.50"), (3, "2.36"), (2, "2.5"), (1, "2.5"), (0, "2.5")])
def test_easiness_after_one_grade(quality: int, easiness: str) -> None:
    assert sm2.review(sm2.Card(), quality).easiness == Decimal(easiness)


def test_intervals_of_perfect_answers() -> None:
    assert [card.interval_days for card in sm2.replay([5] * 6)] == [1, 6, 17, 50, 150, 465]


def test_intervals_use_decimal_arithmetic() -> None:
    assert sm2.review(sm2.Card(Decimal("2.2"), 5, 25), 4).interval_days == 55


@given(grades)
def test_easiness_never_falls_below_its_floor(qualities: list[int]) -> None:
    assert all(card.easiness >= sm2.LOWEST_EASINESS for card in sm2.replay(qualities))


@given(grades, st.integers(0, 2))
def test_a_failure_restarts_the_intervals_and_keeps_the_easiness(qualities: list[int], bad: int) -> None:
    before = (sm2.replay(qualities) or [sm2.Card()])[-1]
    after = sm2.review(before, bad)
    assert (after.repetitions, after.interval_days, after.easiness) == (0, 1, before.easiness)
    assert [card.interval_days for card in sm2.replay([4, 4], after)] == [1, 6]


@given(grades)
def test_successes_in_a_row_never_shorten_the_interval(qualities: list[int]) -> None:
    cards = [sm2.Card(), *sm2.replay(qualities)]
    for before, after, quality in zip(cards, cards[1:], qualities, strict=False):
        assert quality < 3 or after.interval_days >= before.interval_days or before.repetitions == 0


def test_a_grade_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 5"):
        sm2.review(sm2.Card(), 6)


@given(st.lists(st.integers(-40, 80), max_size=60))
def test_due_load_counts_every_card_once(days: list[int]) -> None:
    overdue, due = sm2.due_load(days, today=0, days=30)
    assert overdue + due.sum() + sum(day >= 30 for day in days) == len(days)


def test_recall_bands_count_every_review_once() -> None:
    rng = np.random.default_rng(1)
    interval, recalled = rng.integers(1, 200, 500), rng.random(500) < 0.8
    bands = sm2.recall_by_interval(interval, recalled)
    assert sum(band["reviews"] for band in bands) == 500
    assert sum(band["recalled"] for band in bands) == recalled.sum()


answers = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 5)), max_size=60)


@given(answers)
def test_a_schedule_is_that_of_one_card_after_another(given_answers: list[tuple[int, int, int]]) -> None:
    sequence, gap, quality = (np.array([row[i] for row in given_answers], dtype=int) for i in range(3))
    day = np.cumsum(gap)  # in time order, as the answers of everybody are
    made = sm2.schedule(sequence, day, quality)
    cards: dict[int, tuple[sm2.Card, int]] = {}
    for i, key in enumerate(sequence.tolist()):
        card, due = cards.get(key, (sm2.Card(), -1))
        if review := day[i] >= due:
            card = sm2.review(card, int(quality[i]))
            due = int(day[i]) + card.interval_days
        cards[key] = card, due
        assert (made.repetitions[i], made.interval_days[i], made.due_day[i]) == (card.repetitions, card.interval_days, due)
        assert Decimal(int(made.easiness[i])) / 100 == card.easiness
        assert made.is_review[i] == review


def test_cramming_on_one_day_is_one_review() -> None:
    made = sm2.schedule([1] * 500, [20_000] * 500, [5] * 500)
    assert made.is_review.sum() == 1
    assert made.interval_days.max() == 1


def test_a_schedule_without_answers_is_empty_and_a_bad_grade_refused() -> None:
    assert len(sm2.schedule([], [], []).due_day) == 0
    with pytest.raises(ValueError, match="0 to 5"):
        sm2.schedule([1], [1], [6])


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.none() | st.floats(0, 1)), max_size=30))
def test_grades_are_those_of_one_answer_each(rows: list[tuple[bool, int, float | None]]) -> None:
    right, hints, sure = ([row[i] for row in rows] for i in range(3))
    many = sm2.grades(right, hints, [np.nan if value is None else value for value in sure])
    assert many.tolist() == [sm2.grade(*row) for row in rows]
