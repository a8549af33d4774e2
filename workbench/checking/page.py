"""The offline page of a run of the checks, in the look of the reports: what fails first, since when, the keys, the SQL to see the rows.

The page is a notebook that never ran: headings and fragments go through the renderer of the reports. Keys of rows stand in it, no other
value of a row.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import present
from workbench.checking.results import CheckRun, RuleResult
from workbench.checking.schema import SEVERITIES
from workbench.present import Column, Fragment
from workbench.publish import html, store
from workbench.publish.running import package_version

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Data checks"
ABOUT = "One run of the rules over the data: what fails, since when, in which rows, and whom to ask."
FOLDER = "data_checks"
_SIGNS = {"critical": "breached", "warning": "at_risk", "info": "no_data"}


def state(run: CheckRun) -> str:
    """breached with a failing critical rule, at_risk with any other failure or a rule without an answer, else met."""
    return "breached" if run.worst("critical") else "at_risk" if run.worst("info") or run.errors else "met"


def sentence(run: CheckRun) -> str:
    """The run in one sentence."""
    count = run.counts()
    failed = ", ".join(f"{count[severity]} {severity}" for severity in SEVERITIES if count[severity])
    lost = f"; {count['error']} got no answer" if count["error"] else ""
    if not failed:
        return f"{count['passed']} of {count['rules']} rules pass and none fails{lost}."
    return f"{count['failed']} of {count['rules']} rules {'fails' if count['failed'] == 1 else 'fail'} ({failed}){lost}."


def write_page(run: CheckRun, history: "pd.DataFrame", path: Path) -> None:
    """Write the page of a run to a file.

    Args:
        history: `workbench.queries.checks.history`.
        path: file to write, whole or not at all.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    store.write_beside(path, render(run, history))


def publish(run: CheckRun, history: "pd.DataFrame", out: Path) -> Path:
    """Publish the page of a run among the reports, where the index finds it; a later run of the same day and targets takes its place.

    Args:
        history: `workbench.queries.checks.history`.
        out: folder of the published reports.

    Returns:
        The page.
    """
    from workbench.publish import naming

    day = run.started_at.date()
    values = {
        "start": day.isoformat(),
        "end": (day + timedelta(days=1)).isoformat(),
        "timezone": "UTC",
        "checked": list(run.targets) or None,
    }
    target = out / FOLDER / naming.period_name(values) / (naming.safe_name("+".join(run.targets)) if run.targets else "default")
    notes = {
        "report": FOLDER, "title": TITLE, "description": ABOUT, "run_id": run.run_id, "verdict": state(run), "sentence": sentence(run),
        "parameters": {**values, "as_of": (run.as_of or run.started_at).isoformat()}, "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat(), "freshness_hours": None, "files": {store.HTML: 0},
    }  # fmt: skip
    with store.held(target), store.staged(target) as staging:
        (staging / store.HTML).write_text(render(run, history, "../../../index.html"), encoding="utf-8")
        notes["files"] = {store.HTML: (staging / store.HTML).stat().st_size}
        (staging / store.MANIFEST).write_text(store.to_json(notes), encoding="utf-8")
        store.publish(staging, target)
    return target / store.HTML


def render(run: CheckRun, history: "pd.DataFrame", index: str | None = None) -> str:
    """The page as HTML text, with a link to the index where it has one."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    course = {row["rule"]: row for row in history.to_dict("records")}
    cells = []
    for heading, parts in _chapters(run, course):
        shown = [new_output("display_data", data={"text/html": str(part)}) for part in present.outputs(*parts)]
        cells += [new_markdown_cell(f"## {heading}"), new_code_cell("", outputs=shown)]
    period = f"{run.started_at:%-d %B %Y %H:%M} UTC"
    chips = [("checked", ", ".join(run.targets) or "everything"), ("as of", f"{run.as_of:%Y-%m-%d %H:%M}" if run.as_of else "the run")]
    page = html.Page(
        TITLE, period, ABOUT, chips, [("All reports", index)] if index else [], _provenance(run),
        version=package_version(),
    )  # fmt: skip
    return html.render(new_notebook(cells=cells), page)


def _chapters(run: CheckRun, course: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, list[Any]]]:
    failed = run.worst("info")
    chapters = [("Verdict", [present.style(), present.verdict(state(run), sentence(run)), present.cards(_cards(run))])]
    if run.errors:
        chapters.append(("Without an answer", [_lost(run.errors)]))
    chapters.append(("What fails", [_rule(one, course.get(one.rule.id, {})) for one in failed] or [present.empty("No rule fails.")]))
    return [*chapters, ("Course", _course(course)), ("All rules", [_everything(run, course)])]


def _cards(run: CheckRun) -> list[Fragment]:
    cards = []
    for platform in dict.fromkeys(result.suite.platform for result in run.results):
        mine = [result for result in run.results if result.suite.platform == platform]
        fails = {severity: sum(r.state == "failed" and r.rule.severity == severity for r in mine) for severity in SEVERITIES}
        lost, passed = sum(r.state == "error" for r in mine), sum(r.state == "passed" for r in mine)
        sign = "breached" if fails["critical"] else "at_risk" if any(fails.values()) or lost else "met"
        facts = [(severity.capitalize(), present.count(fails[severity])) for severity in SEVERITIES]
        facts += [("Without an answer", present.count(lost))]
        cards.append(present.card(sign, platform, f"{passed} of {len(mine)}", "rules pass", facts, passed / len(mine)))
    return cards


def _lost(errors: Sequence[RuleResult]) -> Fragment:
    rows = [{"rule": r.rule.id, "table": r.suite.table, "message": r.message, "file": r.suite.path.name} for r in errors]
    columns = [
        Column("rule", "Rule", align="left"), Column("table", "Table", align="left"), Column("message", "Why", align="wrap"),
        Column("file", "Suite", align="left"),
    ]  # fmt: skip
    return present.table(rows, columns)


def _rule(result: RuleResult, course: Mapping[str, Any]) -> Fragment:
    """A failing rule: what was found, why it matters, since when, whose it is, the keys, the SQL."""
    rule = result.rule
    badge = present.badge(_SIGNS[rule.severity], rule.severity)
    since = f"since {course['since_at']:%-d %B %Y %H:%M} UTC, {course['status']} ({course['last_runs']})" if course else ""
    told = " · ".join(text for text in (since, f"ask {result.suite.owner}", f"written in {rule.source}") if text)
    keys = present.table(result.keys, [Column(name, name, align="left") for name in result.keys[0]], _keys(result)) if result.keys else ""
    see = present.details("SQL that shows the rows", Fragment(f"<pre>{escape(result.see_sql)}</pre>")) if result.see_sql else ""
    head = f"<h3>{badge} {escape(rule.id)} <small>{escape(result.suite.table)}</small></h3>"
    words = f"<p><b>{present.safe(result.message)}.</b> {present.safe(rule.reason)}</p>"
    return Fragment(f'<div class="wb">{head}{words}<p class="wb-note">{present.safe(told)}</p></div>{keys}{see}')


def _keys(result: RuleResult) -> str:
    shown = len(result.keys)
    return f"Keys of the first {shown} of {result.failed:,} rows" if result.failed and result.failed > shown else "Keys of the rows"


def _course(course: Mapping[str, Mapping[str, Any]]) -> list[Fragment]:
    """What began to fail, is fixed or flaps, over all runs so far."""
    told = [row for row in course.values() if row["status"] in ("first seen", "fixed", "flapping")]
    order = {"first seen": 0, "flapping": 1, "fixed": 2}
    columns = [
        Column("status", "Course", align="left"), Column("rule", "Rule", align="left"), Column("table_name", "Table", align="left"),
        Column("since_at", "Since", lambda at: f"{at:%Y-%m-%d %H:%M}", "left"), Column("last_runs", "Last runs", align="left"),
    ]  # fmt: skip
    rows = sorted(told, key=lambda row: (order[row["status"]], row["rule"]))
    note = present.lead("Last runs: oldest first, x for a failure. UTC.") if rows else Fragment("")
    return [present.table(rows, columns, nothing="No rule changed its answer since the run before."), note]


def _everything(run: CheckRun, course: Mapping[str, Mapping[str, Any]]) -> Fragment:
    parts = []
    for name in dict.fromkeys(result.suite.name for result in run.results):
        mine = [result for result in run.results if result.suite.name == name]
        rows = [
            {
                "rule": r.rule.id, "state": present.badge("met" if r.state == "passed" else _SIGNS[r.rule.severity], r.state),
                "severity": r.rule.severity, "topic": r.rule.topic, "reason": r.rule.reason,
                "last": course.get(r.rule.id, {}).get("last_runs", ""),
            }
            for r in mine
        ]  # fmt: skip
        columns = [
            Column("rule", "Rule", align="left"), Column("state", "State", align="left"), Column("severity", "Severity", align="left"),
            Column("topic", "Topic", align="left"), Column("reason", "Why it matters", align="wrap"),
            Column("last", "Last runs", align="left"),
        ]  # fmt: skip
        passed = sum(result.state == "passed" for result in mine)
        parts.append(present.details(f"{name}: {passed} of {len(mine)} pass", present.table(rows, columns)))
    return Fragment("".join(parts))


def _provenance(run: CheckRun) -> list[tuple[str, str]]:
    took = (run.finished_at - run.started_at).total_seconds()
    part = f"rows since {run.since:%Y-%m-%d}" if run.since else "all rows"
    part += f", a sample of {run.sample:g} %" if run.sample else ""
    lines = [
        ("Run", run.run_id), ("Started", f"{run.started_at:%Y-%m-%d %H:%M:%S}Z, took {took:.1f} s"), ("Looked at", part),
        ("Platforms", ", ".join(run.platforms)), ("Not set up here", ", ".join(run.skipped)),
    ]  # fmt: skip
    return [(name, value) for name, value in lines if value]
