"""Months as dates of their first day, in UTC: which follow each other, which are missing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise

LONGEST_GAP = 12  # months; a longer run without partitions separates two blocks of history, and nobody misses it


def month_of(day: date) -> date:
    """The first day of its month."""
    return date(day.year, day.month, 1)


def after(month: date, count: int = 1) -> date:
    """The month so many months later."""
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def months_up_to(first: date, until: date) -> Iterator[date]:
    """The months from one on that begin before a day."""
    while first < until:
        yield first
        first = after(first)


def this_month() -> date:
    """The current month."""
    return month_of(datetime.now(UTC))


def spelt(month: date) -> str:
    """A month as `2026-01`."""
    return month.isoformat()[:7]


def runs(months: list[str]) -> str:
    """Months as runs.

    >>> runs(["2026-01", "2026-02", "2026-03", "2026-05"])
    '2026-01 to 2026-03, 2026-05'
    """
    found: list[list[str]] = []
    for month in sorted(months):
        if found and spelt(after(date.fromisoformat(f"{found[-1][-1]}-01"))) == month:
            found[-1].append(month)
        else:
            found.append([month])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in found)


def gaps(months: list[date], ahead: int) -> list[date]:
    """What is missing among the months: short runs between two that are there, and from now up to the months ahead."""
    there = set(months)
    missing = {month for month in months_up_to(this_month(), after(this_month(), ahead + 1)) if month not in there}
    for before, behind in pairwise(months):
        between = list(months_up_to(after(before), behind))
        if len(between) <= LONGEST_GAP:
            missing.update(between)
    return sorted(missing)
