"""`workbench report …`, `workbench demo` and `workbench lab`."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli import output

app = typer.Typer(no_args_is_help=True, help="Reports: parameterised notebooks, run and published as offline HTML.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
FailOn = Annotated[str | None, typer.Option("--fail-on", help="Exit 1 on breached, at_risk or no_data (each includes those before it).")]
Out = Annotated[Path | None, typer.Option("--out", help="Publish here instead of reports/out.")]
Require = Annotated[
    str | None,
    typer.Option("--require-checks", help="Publish only over data whose checks pass: critical, warning or info."),
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also print a PDF (needs an installed Chromium).")]


@app.command("list")
def list_(json: Json = False) -> None:
    """Every report with its parameters, platforms and schedule."""
    from workbench import report

    definitions = report.list_reports()
    if json:
        output.print_json([definition.as_dict() for definition in definitions])
        return
    rows = ([d.name, d.title, ", ".join(d.platforms), d.schedule] for d in definitions)
    output.print_table("", ("report", "title", "platforms", "schedule"), rows)
    for definition in definitions:
        columns = ("option", "type", "default", "meaning")
        output.print_table(f"{definition.name}: parameters", columns, (p.row() for p in definition.parameters))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the report, as `report list` shows it.")],
    fail_on: FailOn = None,
    pdf: Pdf = False,
    out: Out = None,
    require_checks: Require = None,
    json: Json = False,
) -> None:
    """Run one report and publish it. Its parameters are options: `--start 2026-08-01 --end 2026-09-01 --platform mued`."""
    from workbench import report

    parameters = report.parse_options(name, context.args)
    with output.progress_bar(json) as progress:
        result = report.run(name, parameters, fail_on=fail_on, pdf=pdf, out=out, progress=progress, require_checks=require_checks)
    if json:
        output.print_json(result.as_dict())
    else:
        output.say(result.text())
    result.raise_for_finding()


@app.command("all")
def all_(fail_on: FailOn = None, out: Out = None, json: Json = False) -> None:
    """Run every report whose platforms are installed, with its default parameters."""
    from workbench import report

    with output.progress_bar(json) as progress:
        results = report.run_all(fail_on=fail_on, out=out, progress=progress)
    if json:
        output.print_json([result.as_dict() for result in results])
    else:
        for result in results:
            output.say(result.text())
    for result in results:
        result.raise_for_finding()


@app.command("open")
def open_(name: Annotated[str | None, typer.Argument(help="Report to open; the index without it.")] = None, out: Out = None) -> None:
    """Open the newest report, or the index of all, in the browser."""
    from workbench import report

    output.say(str(report.open_report(name, out=out)))


def demo(
    learners: Annotated[int, typer.Option(min=20, help="Learners to simulate.")] = 500,
    days: Annotated[int, typer.Option(min=40, help="Days of history.")] = 90,
    out: Out = None,
) -> None:
    """Set up schemas, simulated data, rollups and the reports in one go; prints where to look."""
    from workbench import demo as demonstration

    with output.progress_bar() as progress:
        for line in demonstration.run(learners=learners, days=days, out=out, progress=progress):
            output.say(line)


def lab(
    port: Annotated[int | None, typer.Option(help="Port to listen on [default: the first free one from 8888].")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser window.")] = True,
) -> None:
    """Open JupyterLab on the notebooks, with a welcome page."""
    from workbench import lab as jupyterlab

    jupyterlab.start(port=port, browser=browser)
