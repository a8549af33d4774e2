"""A run of a report from the outside: what is published, what stands when it fails, what the ledger says."""

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workbench import report, sqlfiles
from workbench.errors import Finding, RunFailed, UsageError
from workbench.publish import ledger as books
from workbench.settings import settings

AUGUST = {"start": "2026-08-01", "end": "2026-09-01", "as_of": "2026-09-01T00:00:00Z"}
FIGURE = """\
import plotly.graph_objects as go
print("parameters:", start, end, as_of)
go.Figure(go.Scatter(y=[1, 3, 2], name="</script>夏"))"""
PUBLISHED = {"report.html", "report.ipynb", "data.json", "run.json"}

Tiny = Callable[..., None]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, write_tiny: Tiny, use_tiny: Tiny) -> Iterator[tuple[report.RunResult, list[Any]]]:
    """One published run, with a figure, and its progress."""
    root = tmp_path_factory.mktemp("published")
    write_tiny(root, FIGURE)
    seen: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        use_tiny(root, patch)
        yield report.run("tiny", AUGUST, out=root / "out", progress=lambda *step: seen.append(step)), seen


IN_A_PROCESS = f"""
import resource, sys
from pathlib import Path
from workbench import paths, report
from workbench.errors import RunFailed
root = Path(sys.argv[1])
paths.REPORTS, paths.NOTEBOOKS = root / "reports", root / "notebooks"
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    report.run("tiny", {AUGUST}, out=root / "out")
except RunFailed as error:
    sys.exit(str(error))
"""


@pytest.fixture(scope="module")
def two_at_once(
    tmp_path_factory: pytest.TempPathFactory, write_tiny: Tiny, use_tiny: Tiny
) -> Iterator[tuple[report.RunResult, int, list[str]]]:
    """Two runs of the same inputs begun at once, one in a process: the result of the other, its exit code, what their cells noted."""
    root = tmp_path_factory.mktemp("two")
    log = root / "log"
    noting = f"log = open({str(log)!r}, 'a', buffering=1); print('in', file=log); time.sleep(0.5); print('out', file=log)"
    write_tiny(root, f"import time; {noting}")
    with pytest.MonkeyPatch.context() as patch:
        use_tiny(root, patch)
        other = subprocess.Popen([sys.executable, "-c", IN_A_PROCESS, str(root)])
        result = report.run("tiny", AUGUST, out=root / "out")
        yield result, other.wait(120), log.read_text().split()


def folder_of(out: Path) -> Path:
    return out / "tiny" / "2026-08-01_2026-09-01" / "default"


def last_good(out: Path) -> Path:
    """A report that was published before."""
    folder_of(out).mkdir(parents=True)
    (folder_of(out) / "report.html").write_text("the last good report")
    return folder_of(out)


def assert_still_good(folder: Path) -> None:
    assert (folder / "report.html").read_text() == "the last good report"
    assert not list(folder.parent.glob(".default.new-*"))


def test_a_run_publishes_page_notebook_data_and_index(published: tuple[report.RunResult, list[Any]]) -> None:
    result, seen = published
    out = result.index.parent
    assert result.folder == folder_of(out)
    assert {path.name for path in result.folder.iterdir()} == PUBLISHED
    assert {path.name for path in result.folder.parent.iterdir()} == {"default", ".default.lock"}
    assert "parameters: 2026-08-01 2026-09-01 2026-09-01T00:00:00Z" in result.notebook.read_text()
    assert result.state == "met" and result.sentence == "All is <well>." and "1 – 31 August 2026: met" in result.text()
    assert seen[0][0] == 0 and seen[-1][0] == seen[-1][1] and "First part" in {label for _, _, label in seen}
    page = (out / "index.html").read_text()
    assert "tiny/2026-08-01_2026-09-01/default/report.html" in page and "1 – 31 August 2026" in page
    assert "All is &lt;well&gt;." in page and "<i>" not in page
    assert json.loads(json.dumps(result.as_dict()))["html"] == str(result.html)


def test_the_page_is_one_small_file_with_code_hidden(published: tuple[report.RunResult, list[Any]]) -> None:
    result, _ = published
    page = result.html.read_text(encoding="utf-8")
    assert len(page.encode()) < 6_000_000 and result.notebook.stat().st_size < 1_000_000
    assert 'class="figure"' in page and 'id="wb-plotly"' in page and "夏" in page and "<i>report" not in page
    assert "go.Scatter" not in page and "write_data" not in page
    assert "https://" not in page and "http://" not in page
    outputs = json.loads(result.notebook.read_text())["cells"][4]["outputs"]
    figure = outputs[-1]["data"]["application/vnd.plotly.v1+json"]
    assert figure["config"] == {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False}


def test_the_same_inputs_give_the_same_data_bytes(
    published: tuple[report.RunResult, list[Any]], two_at_once: tuple[report.RunResult, int, list[str]]
) -> None:
    first = published[0].data.read_bytes()
    assert two_at_once[0].data.read_bytes() == first
    data = json.loads(first)
    assert data["frames"]["daily"] == [{"day": "2026-08-01", "share": 0.3}]
    assert data["parameters"]["timezone"] == "UTC" and data["report"] == "tiny"
    assert published[0].folder.name.encode() not in first and b"run_id" not in first


def test_the_newest_run_is_opened(published: tuple[report.RunResult, list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    result, _ = published
    with pytest.raises(UsageError, match="never published"):
        report.open_report("tiny", out=tmp_path)
    assert report.open_report("tiny", out=result.index.parent) == result.html
    assert report.open_report(out=result.index.parent) == result.index
    assert opened == [result.html.as_uri(), result.index.as_uri()]


@pytest.mark.parametrize(("state", "fail_on", "finding"), [
    ("met", "no_data", False), ("at_risk", "breached", False), ("at_risk", "at_risk", True), ("breached", "breached", True),
    ("breached", "no_data", True), ("no_data", "at_risk", False), ("no_data", "no_data", True), ("breached", None, False),
])  # fmt: skip
def test_fail_on_includes_the_states_before_it(state: str, fail_on: str | None, finding: bool) -> None:
    assert (state in report.FAIL_ON.get(fail_on or "", ())) == finding


def test_a_finding_is_raised_when_asked_for(published: tuple[report.RunResult, list[Any]]) -> None:
    published[0].raise_for_finding()
    with pytest.raises(Finding, match="breached"):
        dataclasses.replace(published[0], state="breached", finding=True).raise_for_finding()
    with pytest.raises(UsageError, match="did you mean breached"):
        report.run("tiny", AUGUST, fail_on="breach")


def failing(tiny: Tiny, out: Path, cell: str) -> tuple[str, dict[str, Any]]:
    """Fail a run beside a good one; returns the sentence and the note left behind."""
    folder = last_good(out)
    tiny(cell)
    with pytest.raises(RunFailed) as failure:
        report.run("tiny", AUGUST, out=out)
    assert_still_good(folder)
    note = json.loads((folder / "failed.json").read_text())
    assert note["reason"] in str(failure.value) and str(folder / "failed.ipynb") in str(failure.value)
    assert nbformat.read(folder / "failed.ipynb", as_version=4).cells
    assert "Last run failed" in (out / "index.html").read_text()
    return str(failure.value), note


def test_a_cell_error_leaves_the_last_good_report_and_names_the_cell(tiny: Tiny, out: Path) -> None:
    sentence, note = failing(tiny, out, "raise ValueError('no such \\x1b[31mmodel <b>')")
    assert note["state"] == "failed"
    assert "code cell 3 (“First part”) raised ValueError: no such model <b>; the last good report stands" in sentence
    page = (folder_of(out) / "failed.html").read_text()
    assert "This run failed" in page and "model <b>" not in page
    tiny()
    report.run("tiny", AUGUST, out=out)
    assert {path.name for path in folder_of(out).iterdir()} == PUBLISHED
    assert "Last run failed" not in (out / "index.html").read_text()


def test_a_cell_that_takes_too_long_is_a_timeout(tiny: Tiny, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_REPORT_TIMEOUT_S", "2")
    settings.cache_clear()
    sentence, note = failing(tiny, out, "import time; time.sleep(60)")
    assert note["state"] == "timed_out" and "code cell 3 (“First part”) took longer than 2 s" in sentence


def test_a_dead_kernel_is_told_as_such(tiny: Tiny, out: Path) -> None:
    sentence, note = failing(tiny, out, "import os; os._exit(9)")
    assert note["state"] == "died" and "kernel died at code cell 3" in sentence


def test_a_full_disk_leaves_the_last_good_report(tiny: Tiny, out: Path, tmp_path: Path) -> None:
    folder = last_good(out)
    tiny("print('<' * 50_000)")  # in the page that is four times as long, more than a file may have now
    command = [sys.executable, "-c", IN_A_PROCESS, str(tmp_path), "100000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "the disk is full" in done.stderr and "the last good report stands" in done.stderr
    assert "failed notebook is" in done.stderr and (folder / "failed.ipynb").exists()
    assert_still_good(folder)


def test_a_killed_run_leaves_no_half_state(tiny: Tiny, out: Path, tmp_path: Path) -> None:
    folder = last_good(out)
    tiny("import time; time.sleep(60)")
    process = subprocess.Popen([sys.executable, "-c", IN_A_PROCESS, str(tmp_path)])
    deadline = time.monotonic() + 60
    while not (staged := list(folder.parent.glob(".default.new-*"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert staged, "it was killed before it had begun"
    assert (folder / "report.html").read_text() == "the last good report"
    tiny()
    report.run("tiny", AUGUST, out=out)
    assert {path.name for path in folder.iterdir()} == PUBLISHED
    assert {path.name for path in folder.parent.iterdir()} == {"default", ".default.lock"}


def test_two_runs_at_once_wait_for_each_other(two_at_once: tuple[report.RunResult, int, list[str]]) -> None:
    result, other, log = two_at_once
    assert result.state == "met" and other == 0
    assert log == ["in", "out", "in", "out"]
    assert {path.name for path in result.folder.iterdir()} == PUBLISHED


def ledger(database: Any) -> list[Any]:
    with database.connect() as connection:
        return list(connection.exec_driver_sql("select * from marts.report_run order by started_at").all())


def test_the_ledger_tells_every_run_and_private_values_stand_in_no_file_no_name_and_no_ledger(
    tiny: Tiny, out: Path, on_database: Any
) -> None:
    extra = '[parameters.learner]\ntype = "str"\nhelp = "One learner"\nprivate = true\n'
    cell = """\
from workbench import connect
with connect() as c: print(c.exec_driver_sql('select 40 + 2').scalar())
print('report on', learner)"""
    tiny(cell, extra=extra, declared="learner = None", platforms='["mued"]')
    result = report.run("tiny", {**AUGUST, "platform": "mued", "learner": "taro.yamada@example.jp"}, out=out)
    for path in out.rglob("*"):
        assert "yamada" not in path.name
        assert not path.is_file() or "yamada" not in path.read_text(encoding="utf-8", errors="replace"), path
    assert json.loads(result.data.read_text())["parameters"]["learner"] == "withheld"
    (good,) = ledger(on_database)
    assert "yamada" not in str(good)
    assert '"42\\n"' in result.notebook.read_text()
    assert (good.state, good.verdict, good.rows_read, good.reason) == ("published", "met", 7, None)
    assert str(good.run_id) == result.run_id and good.output_path == str(result.folder)
    assert str(good.period_start) == "2026-08-01" and good.parameters["platform"] == ["mued"]
    assert good.schema_version.keys() >= {"marts", "mued"} and len(good.notebook_hash) == len(good.sql_hash) == 64
    assert result.run_id in result.html.read_text()


def test_a_failed_run_is_in_the_ledger_and_no_password_in_any_file(tiny: Tiny, out: Path, on_database: Any) -> None:
    tiny("import os; url = os.environ['WORKBENCH_DATABASE_URL']\nprint(url)\nraise RuntimeError(url)", platforms='["mued"]')
    with pytest.raises(RunFailed) as failure:
        report.run("tiny", AUGUST, out=out)
    (row,) = ledger(on_database)
    assert (row.state, row.verdict) == ("failed", None) and "RuntimeError" in row.reason
    texts = [path.read_text(encoding="utf-8") for path in out.rglob("*") if path.is_file()]
    for text in [*texts, str(failure.value), str(row)]:
        assert "s3cret" not in text and "ssword/1" not in text and "ssword%2F1" not in text
    assert "failed.ipynb" in {path.name for path in out.rglob("*")}


def test_a_place_that_cannot_be_written_is_in_the_ledger(tiny: Tiny, out: Path, on_database: Any) -> None:
    out.write_text("a file where a folder should be")
    tiny(platforms='["mued"]')
    with pytest.raises(RunFailed, match=r"Not a directory.*nothing was published"):
        report.run("tiny", AUGUST, out=out)
    (row,) = ledger(on_database)
    assert row.state == "failed" and "Not a directory" in row.reason


def test_a_run_whose_process_vanished_is_closed_as_died(on_database: Any) -> None:
    facts: dict[str, Any] = {"parameters": {}, "schema_version": {}, "period_start": "2026-08-01", "period_end": "2026-09-01"}
    facts |= dict.fromkeys(("parameters_hash", "notebook_hash", "sql_hash", "package_version"), "x") | {"as_of": "2026-09-01T00:00:00Z"}
    mine = books.begin({"report": "tiny", **facts})
    vanished = books._me().replace(f":{os.getpid()}:", ":999999999:")
    with on_database.connect() as connection:
        for worker in (vanished, "another-host:1:1", None):
            values = {"report": "tiny", **{k: json.dumps(v) if isinstance(v, dict) else v for k, v in facts.items()}, "worker": worker}
            sqlfiles.fetch(connection, "marts/report/begin_run", **values)
        connection.commit()
    books.finish(books.begin({"report": "tiny", **facts}), "published", verdict="met")
    assert [row.state for row in ledger(on_database)] == ["running", "died", "running", "running", "published"]
    books.finish(mine, "failed", reason="stopped")


def test_without_schemas_there_is_no_failure_to_tell(tiny: Tiny, out: Path, empty_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", empty_database.url.render_as_string(hide_password=False))
    settings.cache_clear()
    tiny(platforms='["mued"]')
    with pytest.raises(UsageError, match="workbench db up"):
        report.run("tiny", AUGUST, out=out)
    assert not (out / "index.html").exists()


def test_all_runs_the_others_when_one_fails(tiny: Tiny, out: Path, tmp_path: Path) -> None:
    tiny(last="1")
    broken = (tmp_path / "reports" / "tiny.toml").read_text() + 'notebook = "broken.ipynb"\n'
    (tmp_path / "reports" / "broken.toml").write_text(broken)
    (tmp_path / "notebooks" / "reports" / "tiny.ipynb").rename(tmp_path / "notebooks" / "reports" / "broken.ipynb")
    tiny(state="no_data")
    with pytest.raises(RunFailed, match=r"Report broken failed: its last cell did not call workbench.publish.data.write_data; nothing was"):
        report.run_all(AUGUST, out=out)
    assert (folder_of(out) / "report.html").exists()
    assert "never published" in (out / "index.html").read_text()
