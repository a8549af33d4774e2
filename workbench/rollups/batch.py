"""One batch of days: facts are staged once in temporary tables, then every rollup is deleted and inserted from there."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from workbench import sqlfiles
from workbench.rollups.families import Family
from workbench.rollups.parts import Part, Recipe

FOREVER = "infinity"


def earlier(families: Iterable[Family]) -> dict[str, str]:
    """Names to replace in a query that is to read or write rollups of an earlier cut-off: temporary tables of the session."""
    return {f"marts.{table}": f"pg_temp.{table}" for family in families for table in family.tables}


@dataclass
class Batch:
    """UTC days `[start, end)` of one platform and the parts to compute for them.

    Attributes:
        tables: names of tables to replace (`earlier`, or nothing). as_of: only rows that happened and were recorded before
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

    @property
    def platform(self) -> str:
        """Platform of the recipe."""
        return self.recipe.platform

    def keys(self, rollup: str) -> list[str]:
        """Parts of the rollup that are due: time zones or objectives."""
        return [part.key for part in self.parts if part.rollup == rollup]

    def zones(self) -> list[str]:
        """Time zones whose days are needed: those of the rollups by day that are due, and UTC."""
        return sorted({part.key for part in self.parts if part.rollup in self.recipe.family.days} | {"UTC"})

    def day_columns(self) -> dict[str, str]:
        """Time zone → staged column with the local day in it: worked out once, used by every rollup."""
        return {zone: f"local_day_{number}" for number, zone in enumerate(self.recipe.zones)}

    def day_texts(self, instant: str) -> list[str]:
        """Select list for the local days of an instant."""
        return [f"cast({instant} at time zone '{zone}' as date) as {name}" for zone, name in self.day_columns().items()]


def limits(connection: Connection, batch: Batch) -> dict[str, object] | None:
    """Make `batch_day`, the local days of the batch, and note which are sealed; returns the instants between which its facts lie,
    nothing if all is sealed."""
    days = {"start": batch.start, "end": batch.end, "zones": batch.zones(), "facts": list(batch.recipe.facts)}
    run(connection, batch, "batch_days", platform=batch.platform, **days)
    found = sqlfiles.fetch(connection, "marts/rollups/batch_range")[0]
    if found.is_sealed:
        kept = sqlfiles.fetch(connection, "marts/rollups/sealed_days", zones=list(batch.recipe.zones))
        batch.sealed.extend((row.time_zone, row.day) for row in kept)
    return {"from_at": found.from_at, "until_at": found.until_at, "as_of": batch.as_of} if found.from_at else None


def write_days(connection: Connection, batch: Batch, names: Mapping[str, Mapping[str, str]]) -> None:
    """Delete and insert the rows of the rollups by day, and of the months that add them up.

    Args:
        names: by time zone, texts to replace in the SQL of the rollups: the columns that were staged for the zone.
    """
    family = batch.recipe.family
    for rollup in family.days:
        for zone in batch.keys(rollup):
            run(connection, batch, "clear_days", {"{rollup}": rollup, "{kept}": _KEPT.get(rollup, "")}, platform=batch.platform, zone=zone)
            batch.rows[rollup] += run(connection, batch, rollup, names[zone], platform=batch.platform, zone=zone)
    for rollup, month in family.months.items():
        for zone in batch.keys(rollup):
            run(connection, batch, "clear_months", {"{rollup}": month}, platform=batch.platform, zone=zone)
            batch.rows[month] += run(connection, batch, month, platform=batch.platform, zone=zone)


_KEPT = dict.fromkeys(("learner_day", "attempt_day", "learner_attempt_day"), "and not r.is_erased")


def run(connection: Connection, batch: Batch, name: str, names: Mapping[str, str] | None = None, **parameters: object) -> int:
    """Run `sql/marts/rollups/<name>.sql` with the tables of the batch and return how many rows it touched."""
    return sqlfiles.execute(connection, f"marts/rollups/{name}", {**(names or {}), **batch.tables}, **parameters)
