"""Preset `oulad` of the learning platform: courses, enrolments, submissions and clicks of the Open University.

Presentation → study_materials (day by day click totals of the whole click table in its metadata: they are about no single user); site of
the course → content_chunks and generated_assets; assessment → generated_assets; student → users; enrolment → progress_metrics of
type `enrolment` (value 1 for Pass and Distinction, else 0; everything known of it in metric_data); a day of a student in a presentation →
learning_sessions; row of clicks → interactions `view`; submission → interactions `answer` (right from 40 points on, the university's pass
mark); mean of an enrolment's scores → progress_metrics of type `score`.

Dates are day offsets: every event stands at noon (UTC) of its day, and how long anything took stays unknown. Rows that break a rule are
kept, marked by `flags` and counted in `marts.load_run`. Rows of clicks have no key: equal ones are different rows.
"""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import db, partition
from workbench.errors import UsageError
from workbench.load import LoadReport
from workbench.loading.ahead import ahead
from workbench.loading.copying import as_loader
from workbench.loading.ledger import loads, note_load
from workbench.loading.target import describe
from workbench.partitioning import backfill
from workbench.presets.oulad_files import read
from workbench.presets.oulad_rows import Rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

PRESET = "oulad"


def load(
    connection: "Connection", folder: Path, start: date | None = None, progress: Callable[[int, int | None, str], None] | None = None
) -> LoadReport:
    """Load the folder of the data set; see the module for the mapping.

    Raises:
        UsageError: a file is missing or of another shape, `start` is given (the presentations have their dates), or it was loaded before.
    """
    started = time.monotonic()
    if start is not None:
        raise UsageError(f"the preset {PRESET} takes no first day: its presentations have dates of their own.")
    world = Rows(read(folder))
    with as_loader(connection):
        db.one_at_a_time(connection, f"preset {PRESET}")
        describe(connection, "learning.users")
        if loads(connection, "learning", PRESET):
            raise UsageError(f"the preset {PRESET} was loaded into this database before (see marts.load_run); use a fresh database.")
        partition.ensure(connection, "learning", ahead=0)  # the audit trail of the new accounts is of today
        rows: dict[str, int] = {}
        with closing(ahead(world.tables())) as tables:
            for table, columns in tables:
                rows[table] = backfill.store(connection, describe(connection, f"learning.{table}"), columns)
                if progress:
                    progress(sum(rows.values()), world.rows, f"learning.{table}")
        first, last = world.span()
        partition.ensure(connection, "learning", start=first, end=last + timedelta(days=1))
        total, names = sum(rows.values()), world.files.names
        note_load(connection, "learning", "learning", [str(folder)], total, 0, started, PRESET, tables=rows, kept=world.kept())
    return LoadReport("learning", names, total, 0, None, round(time.monotonic() - started, 3))
