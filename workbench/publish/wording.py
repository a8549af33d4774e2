"""Periods, instants and parameters in words, for the page, the index and the terminal."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_NOT_IN_CHIPS = {"start", "end", "timezone", "as_of"}


def period_words(start: str, end: str) -> str:
    """A half-open period by its first and last day.

    >>> period_words("2026-08-01", "2026-09-01"), period_words("2026-08-01", "2026-08-02")
    ('1 – 31 August 2026', '1 August 2026')
    >>> period_words("2025-12-15", "2026-01-15")
    '15 December 2025 – 14 January 2026'
    """
    first, last = date.fromisoformat(start), date.fromisoformat(end) - timedelta(days=1)
    whole = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return whole
    if first.year != last.year:
        return f"{first.day} {first:%B} {first.year} – {whole}"
    return f"{first.day} {first:%B} – {whole}" if first.month != last.month else f"{first.day} – {whole}"


def instant_words(instant: str, timezone: str) -> str:
    """An instant in a time zone.

    >>> instant_words("2026-09-01T00:00:00Z", "Asia/Tokyo")
    '1 September 2026 09:00'
    """
    local = datetime.fromisoformat(instant).astimezone(ZoneInfo(timezone))
    return f"{local.day} {local:%B %Y %H:%M}"


def chips(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters that narrow a report, as label and text, the cut-off last; what is not set is left out."""
    found = [(name.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list) else str(value))
             for name, value in values.items() if value is not None and name not in _NOT_IN_CHIPS]  # fmt: skip
    return [*found, ("as of", instant_words(values["as_of"], values["timezone"]))]
