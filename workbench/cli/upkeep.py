"""`workbench db optimize | indexes | maintenance`: upkeep of tables and indexes."""

from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import output
from workbench.errors import Finding

if TYPE_CHECKING:
    from workbench.upkeep import MaintenanceReport, OptimizeReport

Platform = Annotated[str | None, typer.Argument(help="mued, learning, drivemaster, video or marts; all that are set up without it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Create = Annotated[bool, typer.Option("--create", help="Build missing ones beside readers and writers, and repair INVALID ones.")]


def optimize(platform: Platform = None, json: Json = False) -> None:
    """Refresh the materialized views and gather statistics of every table, partitioned ones included; exit 1 when some were skipped."""
    from workbench import db, upkeep

    with db.engine().connect() as connection, output.progress_bar(json) as progress:
        report = upkeep.optimize(connection, platform, progress=progress)
    _show(report, json)


def indexes(platform: Platform = None, create: Create = False, json: Json = False) -> None:
    """Show missing, INVALID, unused and doubled indexes; exit 1 while one that the migrations name is not as they make it."""
    from workbench import db
    from workbench import indexes as indexing

    with db.engine().connect() as connection, output.progress_bar(json) as progress:
        report = indexing.look(connection, platform, create=create, progress=progress)
    output.print_json(report.as_dict()) if json else output.say(report.text())
    if report.wrong or report.failed:
        advice = "`workbench db indexes --create` builds missing ones" if not create else "what stands above says what is in the way"
        raise Finding(f"{len(report.wrong)} indexes are not as they should be; {advice}.")


def maintenance(platform: Platform = None, json: Json = False) -> None:
    """VACUUM (ANALYZE) table by table, readers and writers going on; exit 1 when some were skipped."""
    from workbench import db, upkeep

    with db.engine().connect() as connection, output.progress_bar(json) as progress:
        report = upkeep.maintenance(connection, platform, progress=progress)
    _show(report, json)


def _show(report: "OptimizeReport | MaintenanceReport", json: bool) -> None:
    output.print_json(report.as_dict()) if json else output.say(report.text())
    if report.skipped:
        raise Finding(f"{len(report.skipped)} tables or views were left out; each is named above with the reason.")
