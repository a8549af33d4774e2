"""`workbench seed | load | rollup`: data in, and the rollups over them."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.cli import output

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def seed(
    platform: Annotated[str, typer.Argument(help="Platform to fill, for instance mued.")],
    learners: Annotated[int, typer.Option(min=1, help="How many learners.")] = 500,
    days: Annotated[int, typer.Option(min=40, help="How many days of history, up to --end.")] = 90,
    seed: Annotated[int, typer.Option(help="Same seed, same end: the same rows.")] = 7,
    end: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day + 1 of the history [default: today].")] = None,
    reset: Annotated[bool, typer.Option("--reset", help="First remove the rows that were seeded before.")] = False,
    json: Json = False,
) -> None:
    """Fill a platform with believable, reproducible data that hides known facts (kept in marts.seed_fact)."""
    from workbench import db
    from workbench import seed as seeding

    with db.engine().connect() as connection, output.progress_bar(json) as progress:
        if reset:
            seeding.reset(connection, platform)
        report = seeding.seed(connection, platform, learners=learners, days=days, seed=seed, end=_day(end), progress=progress)
        connection.commit()
    _show(report, json)


def load(
    target: Annotated[str, typer.Argument(help="Table as platform.table, or with --preset the platform.")],
    files: Annotated[list[Path], typer.Argument(help="CSV, JSONL, JSON or Parquet files; with --preset one folder or file.")],
    map: Annotated[Path | None, typer.Option("--map", help="TOML file that maps the file's fields to the table's columns.")] = None,
    rejects: Annotated[Path | None, typer.Option(help="Keep bad rows here, with line and reason, and load the others.")] = None,
    preset: Annotated[
        str | None, typer.Option(help="Known format: llm-requests (mued), oulad (learning), knowledge-tracing (drivemaster).")
    ] = None,
    start: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day for a preset whose files carry no dates.")] = None,
    backfill: Annotated[
        bool, typer.Option("--backfill", help="Make new months out of their rows: fast for millions; other writers wait.")
    ] = False,
    json: Json = False,
) -> None:
    """Load files through COPY: all or nothing, types, enums and references checked."""
    from workbench import db
    from workbench import load as loading
    from workbench.errors import UsageError

    with db.engine().connect() as connection, output.progress_bar(json) as progress:
        if preset is None:
            report = loading.load_table(connection, target, files, mapping=map, rejects=rejects, progress=progress, backfill=backfill)
        else:
            if len(files) != 1 or map or rejects or backfill:
                raise UsageError("--preset takes one folder or file, and none of --map, --rejects and --backfill.")
            from workbench import presets

            options: dict[str, Any] = {"start": _day(start)} if start else {}
            report = presets.load_preset(connection, target, preset, files[0], progress=progress, **options)
        connection.commit()
    _show(report, json)


def rollup(
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day to recompute.")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Day after the last to recompute.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Recompute every day that still has its raw rows, and every learner.")] = False,
    json: Json = False,
) -> None:
    """Bring the rollups up to date: only days touched since the last time, unless a range or --full is given.

    Within a range, what rests on all answers of a learner is recomputed only where the learner's answers of a day changed; --full
    recomputes everything.
    """
    from workbench import db
    from workbench import rollup as rollups

    with db.engine().connect() as connection, output.progress_bar(json) as progress:
        report = rollups.refresh(connection, start=_day(start), end=_day(end), full=full, progress=progress)
        connection.commit()
    _show(report, json)


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _show(report: Any, json: bool) -> None:
    if json:
        output.print_json(report.as_dict())
    else:
        output.say(report.text())
