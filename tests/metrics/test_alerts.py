"""Burn-rate alerts: thresholds, reach, small samples, states, episodes (definitions S3 to S5), and their sentences."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.metrics import alerts, slo, wording
from workbench.metrics.alerts import evaluate
from workbench.metrics.goals import DAY, HOUR, LADDER, Goal
from workbench.metrics.slices import SLOT, Slices

MONTH = 30 * DAY
NOW = 20 * DAY


def traffic(bad_share: float, since: int, answers: int = 10, until: int = NOW) -> Slices:
    """Answers in every slot up to `until`; that share of them is bad in the last `since` seconds."""
    start = np.arange(0, until, SLOT)
    bad = np.where(start >= until - since, round(answers * bad_share), 0)
    return Slices.of(start, answers - bad, np.full(len(start), answers))


def few(bad: int, total: int, at: int = NOW - SLOT) -> Slices:
    return Slices.of([at], [total - bad], [total])


def states(slices: Slices, target: float, period: int = MONTH, at: int = NOW) -> list[str]:
    return [alert.state for alert in evaluate(slices, target, period, at)]


@pytest.mark.parametrize(("days", "expected"), [(30, [14.4, 6, 3, 1]), (28, [13.44, 5.6, 2.8, 0.9333])])
def test_thresholds_are_those_of_the_definition(days: int, expected: list[float]) -> None:
    assert [round(float(rung.threshold(days * DAY)), 4) for rung in LADDER] == expected
    assert [rung.long / rung.short for rung in LADDER] == [12] * 4


def test_all_bad_fires_everywhere_and_all_good_nowhere() -> None:
    assert states(traffic(1, 4 * DAY), 0.99) == ["firing"] * 4
    assert states(traffic(0, 0), 0.99) == ["quiet"] * 4


def test_both_windows_must_burn() -> None:
    over = traffic(1, HOUR, until=NOW - 10 * 60)  # an hour of errors, over for ten minutes
    start = np.arange(NOW - 600, NOW, SLOT)
    good_again = Slices.of(np.append(over.start, start), np.append(over.good, [10, 10]), np.append(over.total, [10, 10]))
    found = evaluate(good_again, 0.99, MONTH, NOW)
    assert found[0].state == "quiet" and found[0].burn_long > found[0].threshold and found[0].burn_short == 0
    assert found[1].state == "firing", "the half hour still holds errors"


def test_a_burn_of_exactly_the_threshold_fires() -> None:
    # 144 of 1000 at a target of 0.99 is 14.4, which floats miss
    start = np.arange(NOW - HOUR, NOW, SLOT)
    exact = Slices.of(start, [856] * 12, [1000] * 12)
    assert states(exact, 0.99)[0] == "firing"
    assert states(Slices.of(start, [857] + [856] * 11, [1000] * 12), 0.99)[0] == "quiet"


@given(st.integers(1, 9999), st.integers(1, 400))
def test_a_rung_is_unreachable_exactly_when_even_all_bad_cannot_reach_it(number: int, days: int) -> None:
    target, period = number / 10000, days * DAY
    found = evaluate(traffic(1, 4 * DAY, answers=20), target, period, NOW)
    for alert in found:
        assert (alert.state == "unreachable") == (alert.threshold > alert.highest * (1 + 1e-12))
        assert alert.state in ("firing", "unreachable"), "every answer was bad"


def test_unreachable_alarms_are_named_and_the_next_lower_one_takes_their_place() -> None:
    ninety = evaluate(traffic(0, 0), 0.9, MONTH, NOW)
    assert [alert.state for alert in ninety] == ["unreachable", "quiet", "quiet", "quiet"]
    assert ninety[0].highest == 10 and ninety[0].instead.long == 6 * HOUR and ninety[0].instead.severity == "page"
    eighty = evaluate(traffic(0, 0), 0.8, MONTH, NOW)
    assert [alert.state for alert in eighty] == ["unreachable", "unreachable", "quiet", "quiet"]
    assert [alert.severity for alert in eighty] == ["page", "page", "page", "ticket"], "the day's alarm pages in their place"
    assert eighty[0].instead == eighty[1].instead and eighty[0].instead.long == DAY


@pytest.mark.parametrize(
    ("bad", "total", "expected"),
    [
        (1, 5, "insufficient_data"),  # burn 20, but one answer
        (2, 2, "insufficient_data"),  # fewer than three bad
        (3, 10, "insufficient_data"),  # Wilson's lower bound 0.108 is below 14.4 × 0.01
        (3, 3, "firing"),  # 0.439
        (4, 10, "firing"),  # 0.168
        (15, 99, "insufficient_data"),  # 0.094
        (15, 100, "firing"),  # from 100 on the burn decides
        (14, 100, "quiet"),
        (0, 3, "quiet"),
    ],
)
def test_small_samples_need_more_than_a_burn(bad: int, total: int, expected: str) -> None:
    assert states(few(bad, total), 0.99)[0] == expected


def test_without_answers_there_is_nothing_to_judge() -> None:
    found = evaluate(Slices.of([], [], []), 0.99, MONTH, NOW)
    assert {alert.state for alert in found} == {"insufficient_data"} and math.isnan(found[0].burn_long)
    burning_but_silent = evaluate(few(200, 200, NOW - 1800), 0.99, MONTH, NOW)
    assert burning_but_silent[0].state == "insufficient_data" and burning_but_silent[0].total_short == 0
    assert evaluate(few(0, 200, NOW - 1800), 0.99, MONTH, NOW)[0].state == "quiet", "the hour is fine whatever the minutes would say"


def test_a_cutoff_within_a_slot_counts_the_slot() -> None:
    assert evaluate(few(50, 50), 0.99, MONTH, NOW - 60)[0].total_short == 50


# --- episodes --------------------------------------------------------------------------------------------------------


def incident(first: int, last: int, share: float = 0.5, days: int = 30) -> Slices:
    start = np.arange(-3 * DAY, days * DAY, SLOT)
    bad = np.where((start >= first) & (start < last), round(20 * share), 0)
    return Slices.of(start, 20 - bad, np.full(len(start), 20))


def test_an_incident_is_one_episode_with_its_time_and_cost() -> None:
    first, last = 12 * DAY + 10 * HOUR, 12 * DAY + 13 * HOUR
    found = [one for one in alerts.episodes(incident(first, last), 0.99, 0, 30 * DAY) if one.severity == "page"]
    assert len(found) == 1
    page = found[0]
    assert abs(page.start - first) <= 1800 and last <= page.end <= last + 1800
    # the first three slots had not yet spent a page's worth
    assert page.bad == 33 * 10 and page.share == pytest.approx(330 / (8640 * 20 * 0.01)) and page.peak == pytest.approx(50)


def test_a_quiet_month_has_no_episode() -> None:
    assert alerts.episodes(incident(0, 0), 0.99, 0, 30 * DAY) == []
    assert alerts.episodes(Slices.of([], [], []), 0.99, 0, 30 * DAY) == []
    assert alerts.episodes(incident(0, DAY), 0.99, DAY, DAY) == []


def test_two_incidents_are_two_episodes_and_before_the_period_is_left_out() -> None:
    both = incident(12 * DAY, 12 * DAY + HOUR)
    again = incident(20 * DAY, 20 * DAY + HOUR)
    joint = Slices(both.start, np.minimum(both.good, again.good), both.total)
    pages = [one for one in alerts.episodes(joint, 0.99, 0, 30 * DAY) if one.severity == "page"]
    assert [one.start // DAY for one in pages] == [11, 20] or [one.start // DAY for one in pages] == [12, 20]
    late = alerts.episodes(joint, 0.99, 12 * DAY + 1800, 30 * DAY)
    assert min(one.start for one in late) >= 12 * DAY + 1800


def test_an_incident_with_few_answers_is_one_episode() -> None:
    # an answer every quarter of an hour, all bad for three hours
    start = np.arange(-3 * DAY, 30 * DAY, 900)
    bad = (start >= 12 * DAY) & (start < 12 * DAY + 3 * HOUR)
    pages = [one for one in alerts.episodes(Slices.of(start, 1 - bad, np.ones(len(start))), 0.99, 0, 30 * DAY) if one.severity == "page"]
    assert len(pages) == 1 and pages[0].bad >= 9 and pages[0].end <= 12 * DAY + 4 * HOUR


def test_the_share_of_an_unfinished_period_is_of_its_whole_budget() -> None:
    slices = incident(2 * DAY, 2 * DAY + HOUR)
    share = {end: alerts.episodes(slices, 0.99, 0, end, period=30 * DAY)[0].share for end in (15 * DAY, 30 * DAY)}
    assert share[15 * DAY] == pytest.approx(share[30 * DAY])


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.sampled_from([0.8, 0.9, 0.99]))
def test_episodes_are_what_looking_after_every_slot_finds(seed: int, target: float) -> None:
    rng = np.random.default_rng(seed)
    start = np.arange(-3 * DAY, DAY // 2, SLOT)
    total = rng.poisson(rng.choice([0.3, 5, 30]), len(start))
    rate = np.where((start > rng.integers(-DAY, DAY // 2)) & (rng.random() < 0.9), 0.5, 0.02)
    slices = Slices.of(start, total - rng.binomial(total, rate), total)
    period, found, waiting = 30 * DAY, set(), {}
    for edge in range(SLOT, DAY // 2 + 1, SLOT):
        for alert in evaluate(slices, target, period, edge):
            since = waiting.setdefault(alert.rung, [])
            if alert.state == "firing":
                found |= {(alert.severity, slot) for slot in range(max(0, edge - alert.rung.short), edge, SLOT)}
                found |= {(alert.severity, slot) for end in since[1:] for slot in range(max(0, end - alert.rung.short), end, SLOT)}
                waiting[alert.rung] = [edge]
            elif alert.state == "insufficient_data" and alert.total_long and since:
                since.append(edge)
            else:
                waiting[alert.rung] = []
    spans = alerts.episodes(slices, target, 0, DAY // 2, period)
    assert found == {(one.severity, slot) for one in spans for slot in range(one.start, one.end, SLOT)}
    for one in spans:
        good, answers = slices.window(one.start, one.end)
        assert (one.answers, one.bad) == (answers, answers - good) and one.peak >= 0


@pytest.mark.timeout(60)
def test_a_year_of_slots_is_read() -> None:
    assert alerts.episodes(incident(100 * DAY, 101 * DAY, days=365), 0.99, 0, 365 * DAY, 30 * DAY)


# --- sentences -------------------------------------------------------------------------------------------------------


def said(slices: Slices, target: float = 0.99, rung: int = 0) -> str:
    good, total = slices.window(0, NOW)
    return wording.reading(evaluate(slices, target, MONTH, NOW)[rung], slo.budget(good, total, target, MONTH, NOW), NOW)


def test_each_state_has_its_sentence() -> None:
    assert said(traffic(0.2, HOUR)) == (
        "In the last hour 24 of 120 answers missed the objective: 20 times the pace the budget allows (alarm from 14.4); "
        "at this pace the budget is empty on 22 January, 11:00."
    )
    assert said(traffic(1, 4 * DAY)).endswith("the budget is already spent.")
    assert said(traffic(0.1, HOUR)) == (
        "In the last hour 12 of 120 answers missed the objective: 10 times the pace the budget allows, below the 14.4 that raise an alarm."
    )
    assert said(traffic(0, 0), 0.9) == (
        "The pace can never exceed 10 times what the budget allows, and this alarm needs 14.4; the alarm over 6 hours stands in for it."
    )
    assert "the alarm over one day stands in" in said(traffic(0, 0), 0.8)
    assert said(few(1, 5)).endswith("1 of 5 answers missed the objective: so few that it may be chance, so no alarm is raised.")
    assert said(few(200, 200, NOW - 1800)).endswith("but none came in the last 5 minutes: too little to raise an alarm.")
    assert said(few(1, 5, 0)) == "No answers in the last hour: nothing to judge by."
    fine_again = Slices.of([NOW - 1800, NOW - SLOT], [0, 10], [200, 10])
    assert said(fine_again).endswith("but the last 5 minutes are back below the alarm's 14.4 times the allowed pace.")


@pytest.mark.parametrize(
    ("slices", "end", "cutoff", "words"),
    [
        (traffic(1, DAY), MONTH, NOW, "empty since 20 January, 07:15"),
        (traffic(0.1, DAY), MONTH, NOW, "lasts to the end of the period at this pace"),
        (traffic(0.2, DAY, until=10 * DAY), MONTH, 10 * DAY, "empty on 16 January at this pace"),
        (traffic(0, 0), NOW, NOW, "not used up in the period"),
        (Slices.of([], [], []), NOW, NOW, "no data"),
    ],
)
def test_the_outlook_of_a_budget_in_words(slices: Slices, end: int, cutoff: int, words: str) -> None:
    assert wording.outlook(slo.assess(slices, Goal(0.99), 0, end, cutoff), cutoff) == words
