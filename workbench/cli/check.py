"""`workbench check …`: rules over the data, run through Great Expectations."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from workbench.cli import output
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.checking.results import CheckRun

app = typer.Typer(no_args_is_help=True, help="Data checks: integrity, retention, freshness and service, by rules in suite files.")

Targets = Annotated[
    list[str] | None, typer.Argument(help="Platforms, tables (mued.users), topics, rule ids or patterns (MUED-PROV-*); all without one.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


class _JsonFile(TyperCommand):
    """Lets `--json` stand alone: then the document goes to standard output."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)
        for place, word in enumerate(args):
            after = args[place + 1] if place + 1 < len(args) else ""
            if word == "--json" and after != "-" and not after.endswith(".json"):
                given[place] = "--json=-"
        return super().parse_args(ctx, given)


@app.command(cls=_JsonFile)
def run(
    targets: Targets = None,
    fail_on: Annotated[str, typer.Option("--fail-on", help="Exit 1 when a rule fails: critical, warning or info.")] = "critical",
    junit: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML for a build server.")] = None,
    json: Annotated[str | None, typer.Option("--json", help="Write a .json file; alone, print the document.", metavar="[FILE]")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write an offline page of the run.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Look row by row only at rows since this day (UTC).")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Judge freshness and retention as of this instant [default: now].")] = None,
    sample: Annotated[float | None, typer.Option(help="Look row by row only at so many per cent of the rows.")] = None,
    record: Annotated[
        bool, typer.Option("--record/--no-record", help="Keep the results in marts.check_result, and the page among the reports.")
    ] = True,
) -> None:
    """Run the rules and exit 0, 1 when one at or above --fail-on fails, 2 or more when one could not be answered.

    Uniqueness and SQL rules look at all rows whatever --since and --sample say; SQL rules may ask for --since themselves.
    """
    from workbench import check, db

    instants = {"since": since.replace(tzinfo=UTC) if since else None, "as_of": _instant(as_of)}
    check.severity(fail_on)
    with db.connect() as connection, output.progress_bar(json == "-") as progress:
        found = check.run(connection, targets, **instants, sample=sample, progress=progress, record=record)
        if html:
            check.write_page(connection, found, html)
        page = check.publish_page(connection, found) if record else None
    if junit:
        check.write_junit(found, junit, fail_on)
    if json and json != "-":
        output.write_json(found.as_dict(), Path(json))
    output.print_json(found.as_dict()) if json == "-" else _show(found)
    if page and json != "-":
        output.say(f"  {page}")
    found.raise_for(fail_on)


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--as-of {text!r}: write an instant such as 2026-09-01 or 2026-09-01T06:00:00+09:00.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _show(found: "CheckRun") -> None:
    failed = [[r.rule.severity, r.rule.id, r.suite.table, r.message, r.rule.reason, r.suite.owner] for r in found.worst("info")]
    if failed:
        output.print_table("Failed", ("severity", "rule", "table", "found", "why it matters", "owner"), failed)
    if found.errors:
        errors = ([r.rule.id, r.suite.path, r.message] for r in found.errors)
        output.print_table("Without an answer", ("rule", "file", "why"), errors)
    output.say(found.text().splitlines()[0])


@app.command("list")
def list_(targets: Targets = None, json: Json = False) -> None:
    """Show the rules, from the suite files alone."""
    from workbench import check

    rules = check.list_rules(targets)
    if json:
        output.print_json(rules)
        return
    columns = ("rule", "table", "severity", "topic", "reason")
    output.print_table("", columns, ([rule[column] for column in columns] for rule in rules))


@app.command()
def lint(files: Annotated[list[Path] | None, typer.Argument(help="Suite files; all of them without one.")] = None) -> None:
    """Validate suite files without a database: for a commit hook."""
    from workbench import check

    output.say(check.lint(files))


@app.command()
def new(
    table: Annotated[str, typer.Argument(help="Table to draft a suite for, as schema.table.")],
    out: Annotated[Path | None, typer.Option("--out", help="File to write [default: its place among the suites].")] = None,
) -> None:
    """Draft a suite from the live table: required columns, domains, ranges, keys and references, for you to correct."""
    from workbench import check, db

    with db.connect() as connection:
        path = check.draft(connection, table, out)
    output.say(f"{path} is drafted; its rules count as info until you have read them and taken out `draft: true`.")
