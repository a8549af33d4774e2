"""The trust banner: a report says what the checks found in the tables it reads, and is held back where its data must be sound."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nbformat.v4 import new_notebook
from sqlalchemy import Connection

from workbench import check, db, report
from workbench.checking import ledger
from workbench.checking.results import CheckRun, RuleResult
from workbench.errors import Finding, UsageError
from workbench.publish import html, trust
from workbench.publish.trust import Failure, Trust

pytestmark = pytest.mark.xdist_group("great_expectations")

AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "as_of": "2026-09-01T00:00:00Z", "platform": "mued"}
READS = 'reads = ["mued.provenance", "mued.materials"]\n'
AT = datetime(2026, 9, 1, 6, tzinfo=UTC)


def told(
    database: Any, states: Mapping[str, str], tables: tuple[str, ...] = ("mued.provenance", "mued.materials"), at: datetime = AT
) -> None:
    """Record a run over all rules of these tables, in which some, by id, came to another state than passed."""
    suites = [suite for suite in check.load_suites(extra=[]) if suite.name in tables]
    results = [
        RuleResult(rule, suite, state, message="3 rows fail" if state == "failed" else "the server was stopped" * (state == "error"))
        for suite in suites for rule in suite.rules for state in [states.get(rule.id, "passed")]
    ]  # fmt: skip
    assert set(states) <= {result.rule.id for result in results}
    with database.connect(db.READER) as connection:
        ledger.record(connection, CheckRun(str(uuid4()), at, at, None, None, None, ("mued",), (), tables, results))


@pytest.fixture
def database(cleared_database: Any) -> Any:
    """In place of a copy for each test: they leave rows only."""
    return cleared_database


def folder_of(out: Path) -> Path:
    return out / "tiny" / "2026-08-01_2026-09-01" / "platform-mued"


@contextmanager
def unsound(database: Any) -> Iterator[Connection]:
    """With a row that is not as it must be, for which a constraint has to make room."""
    name = "provenance_retention_range"
    with database.connect() as connection:
        rule = connection.exec_driver_sql("select pg_get_constraintdef(oid) from pg_constraint where conname = %s", (name,)).scalar_one()
        connection.exec_driver_sql(f"alter table mued.provenance drop constraint {name}")
        connection.exec_driver_sql(
            "insert into mued.provenance (content_type, source_uri, acquisition_method, acquired_at, retention_years)"
            " values ('ai_response', ' ', 'api_fetch', now(), 900)"
        )
        connection.commit()
        try:
            yield connection
        finally:
            connection.rollback()
            connection.exec_driver_sql("delete from mued.provenance")
            connection.exec_driver_sql(f"alter table mued.provenance add constraint {name} {rule}")
            connection.commit()


def test_a_report_shows_the_checks_on_the_tables_it_reads(tiny, out: Path, on_database) -> None:
    with unsound(on_database) as connection:
        run = check.run(connection, ["mued.provenance", "mued.users"])
    failed = [result.rule.id for result in run.worst("info")]
    assert {"MUED-PROV-003", "MUED-PROV-008"} <= set(failed), run.text()
    tiny(platforms='["mued"]', extra=READS)
    result = report.run("tiny", AUGUST, out=out)
    page = result.html.read_text(encoding="utf-8")
    mine = [one for one in run.results if one.suite.table == "mued.provenance"]
    bad = [one for one in mine if one.state == "failed"]
    assert '<aside class="trust breached"' in page and "✕ Data faulty" in page
    assert f"{len(bad)} of {len(mine)} rules on the 2 tables behind this report do not hold" in page
    assert "Last checked " in page and "Never checked: mued.materials." in page
    assert "<b>MUED-PROV-003</b> (critical) mued.provenance: 1 row fails" in page and "<b>MUED-PROV-008</b> (warning)" in page
    assert page.index("<b>MUED-PROV-003</b>") < page.index("<b>MUED-PROV-008</b>"), "the worst stands first"
    assert "MUED-PROV-007" not in page and "MUED-USER" not in page, "neither what passes nor a table it does not read"
    noted = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))["trust"]
    assert noted["state"] == "breached" and noted["sentence"].startswith(f"{len(bad)} of {len(mine)} rules")


def banner() -> str:
    """The banner of the report `tiny`, on a page without contents; that a run has it on its page is shown above."""
    return html.render(new_notebook(), html.Page("Tiny", "August", "", trust=trust.read(report.read_definition("tiny"), AUGUST)))


def test_a_report_on_tables_nobody_checked_says_so(tiny, on_database) -> None:
    tiny(platforms='["mued"]', extra='reads = ["fact_ai_answer"]\n')
    page = banner()
    assert '<aside class="trust no_data"' in page and "? Data unchecked" in page
    assert "The data behind this report was never checked; `workbench check run` does it." in page


def test_facts_stand_for_the_tables_they_are_made_of(tiny, on_database) -> None:
    told(on_database, {"MUED-DIAL-002": "failed"}, ("mued.ai_dialogue_log", "mued.provenance"))
    tiny(platforms='["mued"]', extra='reads = ["fact_ai_answer"]\n')
    page = banner()
    assert "<b>MUED-DIAL-002</b> (critical) mued.ai_dialogue_log: 3 rows fail" in page


def test_the_last_answer_to_each_rule_counts(tiny, on_database) -> None:
    tiny(platforms='["mued"]', extra=READS)
    told(on_database, {"MUED-PROV-003": "failed", "MUED-PROV-008": "failed"})
    told(on_database, {"MUED-PROV-008": "error"}, ("mued.provenance",), AT + timedelta(days=1))
    found = trust.read(report.read_definition("tiny"), AUGUST)
    assert [(one.severity, one.rule) for one in found.failures] == [("error", "MUED-PROV-008")]
    assert found.state == "at_risk" and found.checked_at == AT, "of all answers the oldest tells how fresh they are"
    assert "1 without an answer" in found.sentence
    tiny(platforms='["mued"]')
    assert trust.read(report.read_definition("tiny"), AUGUST) is None, "a report that names no tables has no banner"


def test_the_banner_escapes_what_it_shows() -> None:
    failures = tuple(Failure("warning", f"OWN-{n:03}", "mued.<i>表</i>", f"<script>alert({n})</script> 行が失敗") for n in range(23))
    page = html.Page("Tiny", "August", "", trust=Trust(("mued.<i>表</i>",), ("mued.<b>未検査</b>",), 40, AT, failures))
    text = html.render(new_notebook(), page)
    assert "<script>alert" not in text and "<i>表" not in text and "<b>未" not in text
    assert (
        "&lt;script&gt;alert(0)&lt;/script&gt; 行が失敗" in text and "mued.&lt;i&gt;表&lt;/i&gt;" in text and "mued.&lt;b&gt;未検査" in text
    )
    assert "OWN-019" in text and "OWN-020" not in text and "… and 3 more" in text


@pytest.mark.parametrize(
    ("severities", "unchecked", "state", "refused"),
    [
        ((), (), "met", ()),
        (("info",), (), "met", ("info",)),
        (("warning", "info"), (), "at_risk", ("warning", "info")),
        (("critical",), (), "breached", ("critical", "warning", "info")),
        (("error",), (), "at_risk", ("critical", "warning", "info")),
        ((), ("mued.users",), "at_risk", ("critical", "warning", "info")),
    ],
)  # fmt: skip
def test_what_is_required_decides(severities: tuple[str, ...], unchecked: tuple[str, ...], state: str, refused: tuple[str, ...]) -> None:
    failures = tuple(Failure(severity, f"OWN-A-{n:03}", "mued.users", "fails") for n, severity in enumerate(severities))
    found = Trust(("mued.users",), unchecked, 9, AT, failures)
    assert found.state == state
    for bar in ("critical", "warning", "info"):
        if bar in refused:
            with pytest.raises(Finding, match=f"--require-checks {bar}"):
                found.require(bar)
        else:
            found.require(bar)


@pytest.fixture
def command(tiny, out: Path, on_database, in_process):
    """`workbench report run tiny …` over a report of the tests: exit code and standard error."""
    tiny(platforms='["mued"]', extra=READS)

    def run(*options: str) -> tuple[int, str]:
        dates = [word for name, value in AUGUST.items() for word in (f"--{name.replace('_', '-')}", value)]
        done = in_process("report", "run", "tiny", *dates, "--out", str(out), *options)
        return done.returncode, done.stderr

    return run


def runs(database: Any) -> list[Any]:
    with database.connect() as connection:
        return list(connection.exec_driver_sql("select state, verdict, reason from marts.report_run order by started_at").all())


def test_a_report_over_a_critical_failure_is_refused_and_later_published(command, out: Path, on_database) -> None:
    folder_of(out).mkdir(parents=True)
    (folder_of(out) / "report.html").write_text("the last good report")
    told(on_database, {"MUED-PROV-003": "failed", "MUED-PROV-008": "failed"})
    code, said = command("--require-checks", "critical")
    reason = "Not published, because --require-checks critical asks for sound data (MUED-PROV-003): 2 of "
    assert code == 1 and said.startswith(f"workbench: {reason}"), said
    assert (folder_of(out) / "report.html").read_text() == "the last good report"
    assert {path.name for path in folder_of(out).iterdir()} == {"report.html", "failed.json"}
    (row,) = runs(on_database)
    assert (row.state, row.verdict) == ("failed", None) and row.reason.startswith(reason)
    assert "Last run failed" in (index := (out / "index.html").read_text()) and "MUED-PROV-003" in index

    told(on_database, {"MUED-PROV-008": "failed"}, at=AT + timedelta(days=1))
    assert command("--require-checks", "warning")[0] == 1
    assert command("--require-checks", "critical") == (0, "")
    assert "MUED-PROV-008" in (folder_of(out) / "report.html").read_text(encoding="utf-8")
    assert [row.state for row in runs(on_database)] == ["failed", "failed", "published"]
    assert not (folder_of(out) / "failed.json").exists() and "Last run failed" not in (out / "index.html").read_text()


def test_nothing_is_required_of_a_report_that_names_no_tables(tiny, out: Path, on_database) -> None:
    tiny(platforms='["mued"]')
    with pytest.raises(UsageError, match="names no tables it reads"):
        report.run("tiny", AUGUST, out=out, require_checks="critical")
    with pytest.raises(UsageError, match="did you mean critical"):
        report.run("tiny", AUGUST, out=out, require_checks="critcal")
    assert not out.exists() and not runs(on_database)
