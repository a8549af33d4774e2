"""Findings in plain sentences, each with its evidence."""

from collections.abc import Mapping, Sequence

import pandas as pd

from workbench.metrics.disclosure import K
from workbench.present import count, day, moment, percent, signed, yen
from workbench.reports.rag_slo import scan
from workbench.slo_files import Objective

Text = dict[str, str]


def stretches(days: Sequence[pd.Timestamp]) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """First and last day of each run of days without a gap.

    >>> days = [pd.Timestamp(f"2026-08-{d:02}") for d in (1, 2, 5)]
    >>> [(a.day, b.day) for a, b in stretches(days)]
    [(1, 2), (5, 5)]
    """
    found: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    for one in sorted(days):
        if found and one - found[-1][1] == pd.Timedelta(days=1):
            found[-1] = (found[-1][0], one)
        else:
            found.append((one, one))
    return found


def days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """A day, or a range of days with both ends.

    >>> days(pd.Timestamp("2026-08-01"), pd.Timestamp("2026-08-03"))
    'From Sat 1 Aug 2026 to Mon 3 Aug 2026'
    """
    return f"On {day(first)}" if first == last else f"From {day(first)} to {day(last)}"


def hours(start: pd.Timestamp, end: pd.Timestamp, timezone: str) -> str:
    """A span of hours; the day is said once where it is one."""
    first, last = start.tz_convert(timezone), end.tz_convert(timezone)
    until = f"{last:%H:%M}" if first.date() == last.date() else moment(end, timezone)
    return f"Between {moment(start, timezone)} and {until}"


def empty_days(kind: str, first: pd.Timestamp, last: pd.Timestamp, sessions: int) -> Text:
    """A stretch of days without answers."""
    if kind == "silent":
        held = f"{count(sessions)} sessions" if sessions >= K else "sessions"
        return {
            "sentence": f"{days(first, last)}, the assistant gave no answer although learners were there: something was broken.",
            "evidence": f"{held} began, and not one answer, not even an error, was recorded (silent: definition S6).",
        }
    return {
        "sentence": f"{days(first, last)}, nobody used the platform, so there are no answers.",
        "evidence": "No session began (idle: definition S6).",
    }


def _evidence(found: scan.Window) -> str:
    return f"{count(found.bad)} of {count(found.total)}; {percent(found.usual)} in the rest of the time. {_chance(found.chance)}"


def _chance(chance: float) -> str:
    return f"Chance alone: {'below 1 in a million' if chance < 1e-6 else f'about {chance:.0e}'}."


_MISSED = {"latency": "took longer than promised", "availability": "ended in an error"}


def incident(objective: Objective, found: scan.Window, start: pd.Timestamp, end: pd.Timestamp, timezone: str) -> Text:
    """Hours in which an objective was missed."""
    missed = {"latency": "took longer than promised", "availability": "ended in an error"}.get(
        objective.name, f"missed the objective {objective.display_name}"
    )
    unit = "citations" if objective.fact == "fact_citation" else "questions" if objective.name == "availability" else "answers"
    return {
        "sentence": f"{hours(start, end, timezone)}, {percent(found.rate, 0)} of the {unit} {missed}.",
        "evidence": f"{objective.display_name}: {_evidence(found)}",
    }


def raised_rate(dimension: str, group: str, what: str, found: scan.Window, first: pd.Timestamp, last: pd.Timestamp) -> Text:
    """Days on which a rate of a model or source rose."""
    return {
        "sentence": f"{days(first, last)}, {percent(found.rate, 0)} {what} for the {dimension} {group}; usually {percent(found.usual)}.",
        "evidence": f"{dimension.capitalize()} {group}: {_evidence(found)}",
    }


def price_change(kind: str, model: str, found: scan.Change, first: pd.Timestamp) -> Text:
    """A model that costs another amount from a day on."""
    low, high = signed(100 * found.low, 0), signed(100 * found.high, 0)
    amount = f"{yen(found.before)} to {yen(found.after)} an answer ({signed(100 * found.relative, 0)} %)"
    if kind == "price_change":
        sentence = f"From {day(first)} on, the price of the model {model} changed: {amount}."
    else:
        sentence = f"From {day(first)} on, answers of the model {model} cost another amount, {amount}, at the same price a token."
    return {"sentence": sentence, "evidence": f"95 % interval of the change {low} to {high} %. {_chance(found.chance)}"}


def located(shares: Mapping[str, tuple[int, int]], rate: float) -> str:
    """The models that carried an incident: those whose own share is at least half as high again as that of all."""
    high = {model: bad / total for model, (bad, total) in shares.items() if bad / total >= min(1.25 * rate, 0.95) and bad >= 3}
    names = [f"{model} ({percent(share, 0)})" for model, share in sorted(high.items(), key=lambda item: -item[1])]
    return f"Above all the model {' and '.join(names)}." if names else ""
