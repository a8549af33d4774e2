"""The page of a run: what fails first, since when, the keys, the SQL; nothing of it leaves the page, and nothing in it acts."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import check, db
from workbench.checking import ledger, page
from workbench.checking.results import CheckRun, RuleResult
from workbench.queries import checks

START = datetime(2026, 8, 1, 6, tzinfo=UTC)
TAKEN = "<script>document.title='taken'</script><img src='https://example.org/x.png' onerror=\"document.title='taken'\">"
RULES = [
    {"holds": "true", "reason": "It is well."},
    {"holds": "id <> 'x'", "severity": "info", "reason": f"理由は {TAKEN}"},
    {"holds": "retention_years < 100", "severity": "warning", "reason": "A slip."},
    {"holds": "id is not null", "severity": "critical", "reason": "鍵がない。"},
    {"holds": "colour = 'red'", "severity": "info", "reason": "Nobody knows."},
]


def run_of(suite: check.Suite, number: int = 0, states: str = ".xxx?", **part: Any) -> CheckRun:
    """A run whose rules came to these states, one letter a rule."""
    results = []
    for rule, letter in zip(suite.rules, states, strict=True):
        keys = [{"id": f"{n}件目 <script>alert({n})</script>"} for n in range(20)]
        if letter == "x":
            see = f"select id from mued.provenance where not ({rule.holds}) and '{TAKEN}' <> '渋谷' order by id;"  # noqa: S608 -- shown, not run
            results.append(RuleResult(rule, suite, "failed", 1234, keys, "1,234 rows fail", see))
        else:
            lost = letter == "?"
            results.append(RuleResult(rule, suite, "error" if lost else "passed", message=f"no column {TAKEN}" * lost))
    begun = START + timedelta(days=number)
    whole = {"as_of": None, "since": None, "sample": None, "platforms": ("mued",), "skipped": ("video",), "targets": (), **part}
    return CheckRun(f"00000000-0000-4000-8000-{number:012}", begun, begun + timedelta(seconds=5), **whole, results=results)


@pytest.fixture
def suite(made) -> check.Suite:
    return made(*RULES, owner="運用 <i>team</i>", title="来歴 <b>origins</b>")[0]


@pytest.fixture
def recorded(database, suite: check.Suite) -> tuple[CheckRun, pd.DataFrame]:
    """The third of three runs, and the course of its rules."""
    with database.connect(db.READER) as connection:
        for number, states in enumerate((".....", "x.x.?", ".xxx?")):
            ledger.record(connection, run := run_of(suite, number, states))
        return run, checks.history(connection)


def chapter(text: str, heading: str) -> str:
    """What stands between a heading and the next."""
    return re.split(r"<h2 ", text.split(f'<h2 id="{heading.replace(" ", "-")}">')[1])[0]


def test_what_fails_stands_first_with_its_keys_its_course_and_its_owner(recorded: tuple[CheckRun, pd.DataFrame]) -> None:
    text = page.render(*recorded)
    assert "3 of 5 rules fail (1 critical, 1 warning, 1 info); 1 got no answer." in text
    fails = chapter(text, "What fails")
    assert re.findall(r"MUED-PROV-00\d", fails) == [f"MUED-PROV-00{n}" for n in (4, 3, 2)], "the worst first"
    first, second, _ = fails.split("<h3>")[1:]
    assert "1,234 rows fail" in first and "鍵がない。" in first and "written in design" in first and "ask 運用" in first
    assert "since 3 August 2026 06:00 UTC, first seen (..x)" in first and "since 2 August 2026 06:00 UTC, still failing (.xx)" in second
    assert "Keys of the first 20 of 1,234 rows" in first and "0件目" in first and "19件目" in first
    assert "SQL that shows the rows" in first and "select id from mued.provenance where not (id is not null)" in first
    assert "MUED-PROV-001" not in fails and "MUED-PROV-005" not in fails
    assert re.findall(r"(fixed|first seen|flapping)</td>.*?(MUED-PROV-00\d)", chapter(text, "Course"), re.DOTALL) == [
        ("first seen", "MUED-PROV-002"), ("first seen", "MUED-PROV-004"), ("fixed", "MUED-PROV-001"),
    ]  # fmt: skip
    assert "MUED-PROV-005" in chapter(text, "Without an answer") and text.index("Without-an-answer") < text.index("What-fails")
    assert set(re.findall(r"MUED-PROV-00\d", chapter(text, "All rules"))) == {f"MUED-PROV-00{n}" for n in range(1, 6)}


def test_nothing_that_was_found_is_markup(recorded: tuple[CheckRun, pd.DataFrame]) -> None:
    text = page.render(*recorded)
    assert "<script>document" not in text and "<script>alert" not in text and "<img src='https" not in text
    assert "<i>team" not in text and "<b>origins" not in text
    assert "0件目 &lt;script&gt;alert(0)&lt;/script&gt;" in text and "理由は &lt;script&gt;" in text
    assert re.search(r"<pre>select id [^<]*&lt;script&gt;[^<]*渋谷", text)
    assert len(re.findall("<script", text)) == 2, "the page has two scripts, its own"


def test_a_run_in_which_nothing_fails_says_so(suite: check.Suite) -> None:
    nothing = pd.DataFrame({"rule": []})
    calm = run_of(suite, states=".....", since=START, sample=5.0, as_of=START, targets=("mued",))
    assert page.state(calm) == "met" and page.sentence(calm) == "5 of 5 rules pass and none fails."
    text = page.render(calm, nothing)
    assert "No rule fails." in text and "No rule changed its answer" in text and "Without-an-answer" not in text
    assert "rows since 2026-08-01, a sample of 5 %" in text and "2026-08-01 06:00" in text
    assert [page.state(run_of(suite, states=states)) for states in ("...x.", "..x..", ".x...", "....?")] == ["breached"] + ["at_risk"] * 3


def test_the_page_is_published_among_the_reports(seeded_database, suite: check.Suite, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with seeded_database.connect(db.READER) as connection:
        first = check.publish_page(connection, run_of(suite), out)
        again = check.publish_page(connection, run_of(suite, states="....."), out)
        part = check.publish_page(connection, run_of(suite, targets=("mued.provenance", "../../表")), out)
    assert first == again == out / "data_checks" / "2026-08-01_2026-08-02" / "default" / "report.html"
    assert "5 of 5 rules pass" in again.read_text(encoding="utf-8"), "the later run of a day takes the place of the earlier"
    assert part != first and part.is_relative_to(out / "data_checks" / "2026-08-01_2026-08-02")
    assert {path.name for path in part.parent.iterdir()} == {"report.html", "run.json"}
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "Data checks" in index and "5 of 5 rules pass and none fails." in index and "3 of 5 rules fail" in index
    assert first.relative_to(out).as_posix() in index and (first.parent / "../../../index.html").resolve() == out / "index.html"
    assert 'href="../../../index.html"' in again.read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_page_asks_nobody_for_anything(browser: Any, suite: check.Suite, tmp_path: Path) -> None:
    path, requests, errors = tmp_path / "run.html", [], []
    page.write_page(run_of(suite), pd.DataFrame({"rule": []}), path)
    context = browser.new_context()
    opened = context.new_page()
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(path.as_uri())
    opened.wait_for_function("document.documentElement.dataset.ready")
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert requests == [path.as_uri()] and not errors
    assert opened.title().startswith("Data checks") and not opened.locator("img").count()
    assert opened.get_by_text("0件目 <script>alert(0)</script>").first.is_visible()
    assert TAKEN in opened.locator("pre").first.inner_text()
    context.close()
