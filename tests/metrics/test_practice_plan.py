"""A learner's plan: what is due comes first, prerequisites are respected, the day is never too short."""

import math
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.metrics import practice_plan
from workbench.metrics.bkt import MASTERED

TODAY = date(2026, 8, 3)


def table(**columns: list) -> pd.DataFrame:
    count = len(columns["skill_id"])
    return pd.DataFrame({"mastery": [0.3] * count, "due_day": [None] * count} | columns)


skill = st.fixed_dictionaries({
    "mastery": st.sampled_from([math.nan, 0.1, 0.5, 0.94, 0.95, 1.0]),
    "due_day": st.sampled_from([None, *(TODAY + timedelta(days=ahead) for ahead in (-9, -1, 0, 2, 6, 7))]),
    "minutes_per_review": st.sampled_from([2.0, 5.0, 12.0]),
    "minutes_to_learn": st.sampled_from([4.0, 15.0, 60.0]),
})  # fmt: skip
SKILLS = st.lists(skill, min_size=1, max_size=7).map(lambda rows: [{"skill_id": key, **row} for key, row in enumerate(rows)])
EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda edge: edge[0] > edge[1]), max_size=8)
BUDGET = st.sampled_from([0.0, 3.0, 10.0, 30.0, 200.0])


@settings(max_examples=80)
@given(SKILLS, EDGES, BUDGET)
def test_the_laws_of_a_plan(skills: list[dict], edges: list[tuple[int, int]], budget: float) -> None:
    edges = [edge for edge in edges if edge[0] < len(skills)]
    rows = practice_plan.plan(pd.DataFrame(skills), edges, TODAY, budget).to_dict("records")
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)
    for day in (TODAY + timedelta(days=ahead) for ahead in range(7)):
        of_day = [row for row in rows if row["day"] == day]
        assert sum(row["minutes"] for row in of_day) <= budget + 1e-9, "the day is never too short"
        check_reviews(skills, [row for row in rows if row["day"] < day], of_day, budget)
    for place, row in enumerate(rows):
        if row["kind"] != "review":
            check_lesson(skills, edges, rows[: place + 1])


def check_reviews(skills: list[dict], before: list[dict], of_day: list[dict], budget: float) -> None:
    """Nothing due that fits is left out while something not due is planned, and nothing is reviewed early or twice."""
    reviews = [row for row in of_day if row["kind"] == "review"]
    assert of_day[: len(reviews)] == reviews
    done = {row["skill_id"] for row in before if row["kind"] == "review"}
    for row in reviews:
        assert skills[row["skill_id"]]["due_day"] <= row["day"] and row["skill_id"] not in done
        done.add(row["skill_id"])
    if len(of_day) > len(reviews):
        waiting = [one for one in skills if one["due_day"] and one["due_day"] <= of_day[0]["day"] and one["skill_id"] not in done]
        assert all(one["minutes_per_review"] > budget - sum(row["minutes"] for row in reviews) for one in waiting)


def check_lesson(skills: list[dict], edges: list[tuple[int, int]], rows: list[dict]) -> None:
    """The last of the rows is a lesson on what is not mastered, after the whole lesson of all that it needs."""

    def given_to(key: int) -> float:
        return sum(row["minutes"] for row in rows if row["skill_id"] == key and row["kind"] != "review")

    key = rows[-1]["skill_id"]
    assert not skills[key]["mastery"] >= MASTERED and 0 < given_to(key) <= skills[key]["minutes_to_learn"] + 1e-9
    for needed in (needed for one, needed in edges if one == key):
        assert skills[needed]["mastery"] >= MASTERED or given_to(needed) == pytest.approx(skills[needed]["minutes_to_learn"])


@settings(max_examples=25)
@given(SKILLS, EDGES, BUDGET, st.randoms())
def test_the_order_of_rows_decides_nothing(skills: list[dict], edges: list, budget: float, random: object) -> None:
    edges = [edge for edge in edges if edge[0] < len(skills)]
    before = practice_plan.plan(pd.DataFrame(skills), edges, TODAY, budget)
    random.shuffle(edges)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(before, practice_plan.plan(pd.DataFrame(skills[::-1]), edges, TODAY.isoformat(), budget))


def test_overdue_reviews_lead_and_what_does_not_fit_comes_first_the_next_day() -> None:
    skills = table(skill_id=["a", "b", "c"], mastery=[0.99] * 3, due_day=[TODAY, TODAY - timedelta(days=3), TODAY - timedelta(days=1)])
    made = practice_plan.plan(skills, [], TODAY, minutes_a_day=12, days=2)
    assert made.skill_id.tolist() == ["b", "c", "a"] and made.day.tolist() == [TODAY, TODAY, TODAY + timedelta(days=1)]
    assert made.reason.tolist() == ["due 3 days before", "due 1 day before", "due 1 day before"]


def test_what_others_wait_for_comes_before_weaker_skills_nobody_waits_for() -> None:
    skills = table(skill_id=["basics", "more", "island", "far"], mastery=[0.6, None, 0.2, None])
    made = practice_plan.plan(skills, [("more", "basics"), ("far", "more")], TODAY, minutes_a_day=60, days=2)
    assert made.skill_id.tolist() == ["basics", "more", "far", "island"]
    assert made.kind.tolist() == ["prerequisite", "prerequisite", "learn", "learn"]
    assert made.reason[:2].tolist() == ["known with probability 0.60, 1 skill needs it", "not begun, 1 skill needs it"]


def test_a_long_lesson_goes_on_the_next_day_without_crumbs() -> None:
    made = practice_plan.plan(table(skill_id=[1, 2], minutes_to_learn=[42, 10]), [], TODAY, minutes_a_day=20)
    assert made.skill_id.tolist() == [1, 1, 1, 2] and made.minutes.tolist() == [20, 17, 5, 10]
    assert made.reason[1].startswith("continued: ")


def test_nothing_to_do_is_an_empty_plan() -> None:
    made = practice_plan.plan(table(skill_id=["a"], mastery=[0.99]), [], TODAY, 30)
    assert made.empty and made.columns.tolist() == ["day", "skill_id", "kind", "minutes", "reason"]
    assert practice_plan.plan(table(skill_id=["a"]), [], TODAY, 0).empty


@pytest.mark.parametrize(
    ("keys", "edges", "days", "words"),
    [
        ("aa", [], 7, "twice"),
        ("ab", [("a", "b"), ("b", "a")], 7, "need each other"),
        ("ab", [("a", "c")], 7, "among the skills"),
        ("ab", [], 0, "at least one day"),
    ],
)
def test_what_makes_no_plan_is_refused(keys: str, edges: list, days: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        practice_plan.plan(table(skill_id=list(keys)), edges, TODAY, 30, days)
