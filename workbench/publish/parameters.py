"""Checked parameter values: what a user wrote becomes what the notebook gets, or a sentence that says what is allowed.

Values are plain JSON: a date is `"2026-08-01"`, an instant `"2026-08-01T00:00:00Z"`, several values a list.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from workbench import paths
from workbench.errors import UsageError
from workbench.report_definition import Definition, Parameter, nearest
from workbench.settings import settings

_RELATIVE = "today, yesterday, start of [previous] week, month or year, N days ago"


def resolve(definition: Definition, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Every parameter of the report with its value.

    Args:
        definition: the report.
        given: values as written (command line) or typed (Python); None means not given.
        now: start of the run, the default of `as_of`.

    Raises:
        UsageError: an unknown, missing or ill-typed parameter, a zone without rollups, a period that does not end after it starts.
    """
    values = {definition.parameter(name).name: value for name, value in given.items() if value is not None}
    if missing := [p.option for p in definition.parameters if p.required and p.name not in values]:
        raise UsageError(f"Report {definition.name} needs {' and '.join(missing)}; `workbench report list` explains its parameters.")
    raw = {p.name: values.get(p.name, p.default) for p in definition.parameters}
    check = _Check(definition, now)
    raw["timezone"] = raw["timezone"] or settings().timezones[0]
    check.zone = ZoneInfo(check.value(definition.parameter("timezone"), raw["timezone"]))
    as_of = check.value(definition.parameter("as_of"), raw["as_of"])
    check.today = datetime.fromisoformat(as_of).astimezone(check.zone).date()
    found = {p.name: None if raw[p.name] is None else check.value(p, raw[p.name]) for p in definition.parameters}
    found["as_of"] = as_of
    if found["end"] <= found["start"]:
        raise UsageError(f"--end {found['end']} is not after --start {found['start']}; the period is [start, end), end excluded.")
    return found


def shown(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that may be shown and stored in files: private ones are replaced by `"withheld"`."""
    hidden = {p.name for p in definition.parameters if p.private}
    return {name: "withheld" if name in hidden and value is not None else value for name, value in values.items()}


def private_values(definition: Definition, values: Mapping[str, Any]) -> list[str]:
    """The values that must appear in no file."""
    found = [values[p.name] for p in definition.parameters if p.private and values[p.name] is not None]
    return [str(item) for value in found for item in (value if isinstance(value, list) else [value])]


class _Check:
    """Checks one value by its parameter's type; `zone` and `today` are known after the first two."""

    def __init__(self, definition: Definition, now: datetime) -> None:
        self.definition, self.now = definition, now
        self.zone, self.today = ZoneInfo("UTC"), now.date()

    def value(self, parameter: Parameter, raw: Any) -> Any:
        return getattr(self, f"_{parameter.type}")(parameter, raw)

    def _refuse(self, parameter: Parameter, raw: Any, allowed: str) -> UsageError:
        return UsageError(f"{parameter.option} {raw!r}: {allowed}.")

    def _str(self, parameter: Parameter, raw: Any) -> str:
        if not isinstance(raw, str) or not raw.strip() or len(raw) > 500 or not raw.isprintable():
            raise self._refuse(parameter, raw, "give one line of text")
        return raw.strip()

    def _int(self, parameter: Parameter, raw: Any) -> int:
        if isinstance(raw, bool) or not re.fullmatch(r"[+-]?\d{1,18}", str(raw).strip(), re.ASCII):
            raise self._refuse(parameter, raw, "give a whole number")
        return int(raw)

    def _float(self, parameter: Parameter, raw: Any) -> float:
        try:
            number = float("nan") if isinstance(raw, bool) else float(raw)
        except (TypeError, ValueError):
            number = float("nan")
        if not isfinite(number):
            raise self._refuse(parameter, raw, "give a number")
        return number

    def _bool(self, parameter: Parameter, raw: Any) -> bool:
        words = {"true": True, "yes": True, "false": False, "no": False}
        if str(raw).lower() not in words:
            raise self._refuse(parameter, raw, "give true or false")
        return words[str(raw).lower()]

    def _choice(self, parameter: Parameter, raw: Any) -> str:
        if raw not in parameter.choices:
            raise self._refuse(parameter, raw, f"choose one of {', '.join(parameter.choices)}{nearest(str(raw), parameter.choices)}")
        return str(raw)

    def _list(self, parameter: Parameter, raw: Any) -> list[str]:
        items = [part for item in ([raw] if isinstance(raw, str) else raw) for part in str(item).split(",")]
        one = self._choice if parameter.choices else self._str
        return list(dict.fromkeys(one(parameter, item.strip()) for item in items))

    def _platforms(self, parameter: Parameter, raw: Any) -> str | list[str]:
        names = self._list(parameter, raw)
        if names == ["all"]:
            return "all"
        allowed = self.definition.on_platforms
        for name in names:
            if name not in allowed:
                other = name in paths.platforms() and name not in self.definition.platforms
                why = f"report {self.definition.name} does not read it" if other else f"no such platform{nearest(name, allowed)}"
                raise self._refuse(parameter, name, f"{why}; use {', '.join((*allowed, 'all'))}")
        return sorted(names)

    def _timezone(self, parameter: Parameter, raw: Any) -> str:
        kept = settings().timezones
        if raw not in kept:
            raise self._refuse(parameter, raw, f"rollups are kept for {', '.join(kept)}; set WORKBENCH_TIMEZONES for another")
        return str(raw)

    def _date(self, parameter: Parameter, raw: Any) -> str:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw.isoformat()
        found = relative_day(str(raw), self.today)
        if found is None and re.fullmatch(r"\d{4}-\d\d-\d\d", str(raw), re.ASCII):
            try:
                found = date.fromisoformat(str(raw))
            except ValueError:
                found = None
        if found is None:
            raise self._refuse(parameter, raw, f"give a date as YYYY-MM-DD, or one of: {_RELATIVE}")
        return found.isoformat()

    def _datetime(self, parameter: Parameter, raw: Any) -> str:
        if raw == "now":
            moment = self.now
        else:
            try:
                moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
                moment = moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment
                moment = moment.astimezone(UTC)
            except (ValueError, OverflowError):
                example = "2026-09-01T00:00:00+09:00"
                raise self._refuse(
                    parameter, raw, f"give an instant such as {example} (without an offset: in --timezone), or now"
                ) from None
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def relative_day(words: str, today: date) -> date | None:
    """A day named by words, seen from `today`; None when the words name none.

    >>> relative_day("start of previous month", date(2026, 3, 31))
    datetime.date(2026, 2, 1)
    >>> relative_day("28 days ago", date(2026, 3, 1)), relative_day("someday", date(2026, 3, 1))
    (datetime.date(2026, 2, 1), None)
    """
    month = today.replace(day=1)
    monday = today - timedelta(days=today.weekday())
    named = {
        "today": today, "yesterday": today - timedelta(days=1),
        "start of week": monday, "start of previous week": monday - timedelta(days=7),
        "start of month": month, "start of previous month": (month - timedelta(days=1)).replace(day=1),
        "start of year": today.replace(month=1, day=1), "start of previous year": today.replace(year=today.year - 1, month=1, day=1),
    }  # fmt: skip
    if ago := re.fullmatch(r"(\d{1,4}) days? ago", words, re.ASCII):
        return today - timedelta(days=int(ago[1]))
    return named.get(words)
