"""The stored rollups against the raw rows they were made of (definition Q5)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from workbench import replica, sqlfiles
from workbench.errors import UsageError
from workbench.rollups import batch, derived, earlier, families, parts, plan

if TYPE_CHECKING:
    import pandas as pd

_KEYS = ["platform", "day", "rollup", "metric"]


def compare(
    connection: Connection, start: date, end: date, platform: str | Sequence[str], timezone: str, names: Sequence[str]
) -> "pd.DataFrame":
    """Every figure of the rollups of these families, stored and computed anew; see `workbench.queries.marts.rollup_audit`."""

    def work(able: Connection) -> "pd.DataFrame":
        return _compare(able, start, end, platform, timezone, names)

    return replica.or_primary(connection, work, "the comparison of rollups with raw rows")


def _compare(
    connection: Connection, start: date, end: date, platform: str | Sequence[str], timezone: str, names: Sequence[str]
) -> "pd.DataFrame":
    import pandas as pd

    if "pg_temp" in "".join(connection.info.get(sqlfiles.REPLACED, {}).values()):
        raise UsageError("At an earlier cut-off the figures are computed from raw rows: there is nothing to audit; leave as_of out.")
    platforms = parts.chosen_platforms(platform)
    recipes = [recipe for recipe in plan.installed(connection, families.chosen(names)) if recipe.platform in platforms]
    chosen = {"zone": parts.kept_zone(timezone), "start": start, "end": end}
    found = []
    for recipe in recipes:
        chosen |= {"platforms": [recipe.platform], "rollups": list(recipe.family.tables)}
        stored = sqlfiles.read(connection, "marts/queries/rollup_audit", **chosen)
        refreshed = plan.refreshed_at(connection, recipe) or batch.FOREVER
        replaced = batch.earlier([recipe.family])
        with earlier.tables(connection, [recipe], refreshed, start, end, timezone) as sealed:
            raw = sqlfiles.read(connection, "marts/queries/rollup_audit", replaced, **chosen)
        both = stored.merge(raw, on=_KEYS, how="outer", suffixes=("_stored", "_raw")).fillna({"value_stored": 0.0, "value_raw": 0.0})
        zone = both["rollup"].map(lambda name: "UTC" if name == "slo_slice" else timezone)
        kept = pd.Series([(name, day.date()) not in sealed for name, day in zip(zone, both["day"], strict=True)], dtype=bool)
        found.append(both.assign(is_pending=_is_pending(connection, recipe, both))[kept])
    return _shape(found)


def _is_pending(connection: Connection, recipe: parts.Recipe, both: "pd.DataFrame") -> "pd.Series":
    """Whether the day, or one that counts in it, changed since the last refresh: 27 days before in windows, any in cohorts and in
    what learners made of items and skills."""
    import pandas as pd

    facts = [*recipe.facts, derived.SOURCE]
    touched = sqlfiles.fetch(connection, "marts/rollups/touched_days", platforms=[recipe.platform], facts=facts)
    near = {pd.Timestamp(row.day + timedelta(days=step)) for row in touched for step in (-1, 0, 1)}
    late = {day + timedelta(days=step) for day in near for step in range(derived.MONTH.days)}
    spells = (both["rollup"] == "activity_day") & both["day"].isin(late) | (both["rollup"] == "cohort_week") & bool(near)
    whole = both["rollup"].isin(families.ATTEMPTS.derived) & bool(near)
    return both["day"].isin(near) | spells | whole


def _shape(found: "list[pd.DataFrame]") -> "pd.DataFrame":
    import pandas as pd

    both = pd.concat(found, ignore_index=True)
    both = both.rename(columns={"value_stored": "stored", "value_raw": "raw"})
    both["drift"] = both["stored"] - both["raw"]
    return both[[*_KEYS, "stored", "raw", "drift", "is_pending"]].sort_values(_KEYS, ignore_index=True)
