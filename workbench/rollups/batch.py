"""One batch of days: facts are staged once in temporary tables, then every rollup is deleted and inserted from there."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from workbench import sqlfiles
from workbench.rollups import parts
from workbench.rollups.parts import Part, Recipe
from workbench.slo_files import Objective

FOREVER = "infinity"
EARLIER = {f"marts.{table}": f"pg_temp.{table}" for table in parts.TABLES}
"""Names to replace in a query that is to read or write the rollups of an earlier cut-off: temporary tables of the session."""


@dataclass
class Batch:
    """UTC days `[start, end)` of one platform and the parts to compute for them.

    Attributes:
        tables: names of tables to replace (`EARLIER`, or nothing). as_of: only rows that happened and were recorded before
            this instant count. rows: rows written, by rollup. sealed: (time zone, day) that were left alone.
    """

    recipe: Recipe
    start: date
    end: date
    parts: Collection[Part]
    tables: Mapping[str, str] = field(default_factory=dict)
    as_of: datetime | str = FOREVER
    rows: Counter[str] = field(default_factory=Counter)
    sealed: list[tuple[str, date]] = field(default_factory=list)

    def keys(self, rollup: str) -> list[str]:
        """Parts of the rollup that are due: time zones or objectives."""
        return [part.key for part in self.parts if part.rollup == rollup]


def compute(connection: Connection, batch: Batch) -> None:
    """Compute the batch inside the open transaction; what it wrote and left alone stands in `batch.rows` and `batch.sealed`."""
    zones = sorted({zone for rollup in parts.DAY_ROLLUPS for zone in batch.keys(rollup)} | {"UTC"})
    days = {"start": batch.start, "end": batch.end, "zones": zones, "facts": list(batch.recipe.facts)}
    _run(connection, batch, "batch_days", platform=batch.recipe.platform, **days)
    staged = _stage(connection, batch)
    if staged:
        _write_days(connection, batch)
        _write_slots(connection, batch)
        _write_own(connection, batch)
    kept = sqlfiles.fetch(connection, "marts/rollups/sealed_days", zones=list(batch.recipe.zones))
    batch.sealed.extend((row.time_zone, row.day) for row in kept)
    connection.exec_driver_sql(f"drop table {', '.join(['batch_day', *staged])}")


def _stage(connection: Connection, batch: Batch) -> list[str]:
    limits = sqlfiles.fetch(connection, "marts/rollups/batch_range")[0]
    if limits.from_at is None:
        return []
    days = [f"cast(f.occurred_at at time zone '{zone}' as date) as {name}" for zone, name in _day_columns(batch).items()]
    answer = [
        f"{parts.missed_any(batch.recipe.objectives)} as bad",
        "marts.sketch_bucket(case when not f.is_error then f.latency_ms end) as bucket",
    ]
    limit = {"from_at": limits.from_at, "until_at": limits.until_at, "as_of": batch.as_of}
    for fact in batch.recipe.facts:
        columns = days + (answer if fact == "fact_ai_answer" else [])
        names = {"{fact}": fact, "{columns}": "".join(f"{column}, " for column in columns)}
        _run(connection, batch, "batch_fact", names, platform=batch.recipe.platform, **limit)
        connection.exec_driver_sql(f"analyze batch_{fact}")  # else sums are sorted instead of hashed
    return [f"batch_{fact}" for fact in batch.recipe.facts]


def _day_columns(batch: Batch) -> dict[str, str]:
    """Time zone → staged column with the local day in it: worked out once, used by every rollup."""
    return {zone: f"local_day_{number}" for number, zone in enumerate(batch.recipe.zones)}


def _write_days(connection: Connection, batch: Batch) -> None:
    platform, columns = batch.recipe.platform, _day_columns(batch)
    for rollup in parts.DAY_ROLLUPS:
        for zone in batch.keys(rollup):
            _run(connection, batch, "clear_days", {"{rollup}": rollup}, platform=platform, zone=zone)
            batch.rows[rollup] += _run(connection, batch, rollup, {"{day}": columns[zone]}, platform=platform, zone=zone)
    for rollup, month in parts.MONTHS.items():
        for zone in batch.keys(rollup):
            _run(connection, batch, "clear_months", {"{rollup}": month}, platform=platform, zone=zone)
            batch.rows[month] += _run(connection, batch, month, platform=platform, zone=zone)


def _write_slots(connection: Connection, batch: Batch) -> None:
    names, platform = batch.keys("slo_slice"), batch.recipe.platform
    _run(connection, batch, "clear_slots", platform=platform, slos=names)
    due = [one for one in batch.recipe.objectives if one.name in names]
    for fact in dict.fromkeys(one.fact for one in due):
        over_fact = [one for one in due if one.fact == fact]
        texts = {"{fact}": fact, "{day}": _day_columns(batch)["UTC"], **_counts(over_fact)}
        batch.rows["slo_slice"] += _run(connection, batch, "slo_slice", texts, platform=platform)


def _counts(objectives: Collection[Objective]) -> dict[str, str]:
    """Lists for `slo_slice.sql`: counts of each objective, their sums, its arrays over the slots of a day, and the objectives as rows."""
    counts, sums, series, rows = [], [], [], []
    for number, one in enumerate(objectives):
        good, total = f"good_{number}", f"total_{number}"
        counts += [f"count(*) filter (where ({one.total}) and ({one.good})) as {good}", f"count(*) filter (where {one.total}) as {total}"]
        sums += [f"cast(sum({column}) as bigint) as {column}" for column in (good, total)]
        series += [f"sum({column}) as {column}" for column in (good, total)]
        series += [f"array_agg({value} order by slot) filter (where {total} > 0) as {value}_{number}s" for value in ("slot", good, total)]
        rows.append(f"('{one.name}', s.{good}, s.{total}, s.slot_{number}s, s.{good}_{number}s, s.{total}_{number}s)")
    lists = {"{counts}": counts, "{sums}": sums, "{series}": series, "{objectives}": rows}
    return {name: ", ".join(entries) for name, entries in lists.items()}


def _write_own(connection: Connection, batch: Batch) -> None:
    targets = json.dumps({one.name: one.target for one in batch.recipe.objectives})
    for rollup in batch.recipe.own_rollups:
        if batch.keys(rollup):
            folder = f"{batch.recipe.platform}/rollups"
            sqlfiles.execute(connection, f"{folder}/clear_{rollup}")
            batch.rows[rollup] += sqlfiles.execute(connection, f"{folder}/{rollup}", targets=targets)


def _run(connection: Connection, batch: Batch, name: str, names: Mapping[str, str] | None = None, **parameters: object) -> int:
    return sqlfiles.execute(connection, f"marts/rollups/{name}", {**(names or {}), **batch.tables}, **parameters)
