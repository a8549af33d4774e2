"""The rollups of AI answers: by day and month, by objective, and the platforms' own."""

import json
from collections.abc import Collection

from sqlalchemy import Connection

from workbench import sqlfiles
from workbench.rollups import batch, parts
from workbench.rollups.batch import Batch
from workbench.slo_files import Objective


def stage(connection: Connection, due: Batch, limits: dict[str, object]) -> list[str]:
    """Copy the facts between the limits into temporary tables; returns their names."""
    days = due.day_texts("f.occurred_at")
    answer = [
        f"{parts.missed_any(due.recipe.objectives)} as bad",
        "marts.sketch_bucket(case when not f.is_error then f.latency_ms end) as bucket",
    ]
    for fact in due.recipe.facts:
        columns = days + (answer if fact == "fact_ai_answer" else [])
        names = {"{fact}": fact, "{columns}": "".join(f"{column}, " for column in columns)}
        batch.run(connection, due, "batch_fact", names, platform=due.platform, **limits)
        connection.exec_driver_sql(f"analyze batch_{fact}")  # else sums are sorted instead of hashed
    return [f"batch_{fact}" for fact in due.recipe.facts]


def write(connection: Connection, due: Batch) -> None:
    """Delete and insert the rows of every rollup from what was staged."""
    batch.write_days(connection, due, {zone: {"{day}": column} for zone, column in due.day_columns().items()})
    _write_slots(connection, due)
    _write_own(connection, due)


def _write_slots(connection: Connection, due: Batch) -> None:
    names = due.keys("slo_slice")
    batch.run(connection, due, "clear_slots", platform=due.platform, slos=names)
    chosen = [one for one in due.recipe.objectives if one.name in names]
    for fact in dict.fromkeys(one.fact for one in chosen):
        over_fact = [one for one in chosen if one.fact == fact]
        texts = {"{fact}": fact, "{day}": due.day_columns()["UTC"], **_counts(over_fact)}
        due.rows["slo_slice"] += batch.run(connection, due, "slo_slice", texts, platform=due.platform)


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


def _write_own(connection: Connection, due: Batch) -> None:
    targets = json.dumps({one.name: one.target for one in due.recipe.objectives})
    for rollup in due.recipe.own_rollups:
        if due.keys(rollup):
            folder = f"{due.platform}/rollups"
            sqlfiles.execute(connection, f"{folder}/clear_{rollup}")
            due.rows[rollup] += sqlfiles.execute(connection, f"{folder}/{rollup}", targets=targets)
