"""The parts of publishing: canonical data, safe names, secrets, whole files, pages that quote what they show."""

import json
import math
import subprocess
import sys
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.errors import RunFailed, UsageError
from workbench.publish import context, data, exchange, html, index, naming, scrub, store
from workbench.publish import pdf as printing
from workbench.report_definition import COMMON, Definition, Parameter
from workbench.settings import settings

VERDICT = {"verdict": {"state": "met", "sentence": "All is well."}}
VALUES = {"platform": "all", "tenant": None, "timezone": "UTC", "start": "2026-08-01", "end": "2026-09-01", "as_of": "2026-09-01T00:00:00Z"}


# --- data.json -------------------------------------------------------------------------------------------------------


def test_values_have_one_form_in_the_data() -> None:
    at = pd.Timestamp("2026-08-01 09:00", tz="Asia/Tokyo")
    frame = pd.DataFrame(
        {"day": pd.to_datetime(["2026-08-01", None]), "at": [at, pd.NaT], "n": [1, 2], "x": [0.1, np.nan], "名": ["あ", None]}
    )
    written = json.loads(data.canonical({"frame": frame, "grouped": frame.groupby("n")[["x"]].sum()}))
    assert written["frame"]["columns"] == ["day", "at", "n", "x", "名"]
    assert written["frame"]["rows"] == [["2026-08-01", "2026-08-01T00:00:00Z", 1, 0.1, "あ"], [None, None, 2, None, None]]
    assert written["grouped"] == {"columns": ["n", "x"], "rows": [[1, 0.1], [2, 0]]}
    odd = [np.int64(3), np.float32(0.5), np.bool_(True), Decimal("1.50"), timedelta(minutes=1), date(2026, 8, 1), math.inf, {3, 1}, pd.NA]
    assert json.loads(data.canonical(odd)) == [3, 0.5, True, 1.5, 60, "2026-08-01", "inf", [1, 3], None]
    assert json.loads(data.canonical(frame["n"])) == [1, 2] and json.loads(data.canonical(uuid.UUID(int=1))) == str(uuid.UUID(int=1))


def test_an_empty_frame_keeps_its_columns() -> None:
    assert data.canonical(pd.DataFrame({"a": [], "b": []})) == '{"columns":["a","b"],"rows":[]}\n'


def test_what_cannot_be_written_is_named_with_its_place() -> None:
    with pytest.raises(UsageError, match=r"data\.a\[1\]: a object cannot be written"):
        data.canonical({"a": [1, object()]})


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9), min_size=2, max_size=30), st.randoms())
def test_the_order_of_adding_does_not_show(numbers: list[float], shuffled: Any) -> None:
    cents = [round(number, 2) for number in numbers]
    other = shuffled.sample(cents, len(cents))
    total = math.fsum(map(abs, cents)) or 1
    assert abs(json.loads(data.canonical(sum(cents))) - json.loads(data.canonical(sum(other)))) <= 1e-11 * total


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_canonical_text_reads_back_to_itself(value: Any) -> None:
    text = data.canonical(value)
    assert data.canonical(json.loads(text)) == text


def test_in_jupyterlab_nothing_is_written_and_the_verdict_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(context.FOLDER, raising=False)
    assert data.write_data({}, VERDICT) is None
    assert context.run_context() == context.RunContext() and context.run_context().folder is None
    with pytest.raises(UsageError, match="met, at_risk, breached, no_data"):
        data.write_data({}, {"verdict": {"state": "fine", "sentence": "x"}})


def test_in_a_run_the_notebook_is_told_and_the_data_is_collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = context.RunContext("tiny", "7", parameters={"tenant": "渋谷"}, schema_version={"mued": "0011"})
    told.write(tmp_path / "told.json")
    for name, value in context.variables(tmp_path, tmp_path / "told.json").items():
        monkeypatch.setenv(name, value)
    assert context.run_context() == told and context.run_context().folder == tmp_path
    assert data.write_data({"daily": pd.DataFrame({"a": [1]})}, {**VERDICT, "rows_read": 3}) == tmp_path / "data.json"
    written = json.loads((tmp_path / "data.json").read_text())
    assert written["report"] == "tiny" and written["parameters"] == {"tenant": "渋谷"} and written["rows_read"] == 3
    assert "run_id" not in written


# --- names -----------------------------------------------------------------------------------------------------------


def definition(*more: Parameter) -> Definition:
    return Definition("tiny", "Tiny", "About.", ("mued",), (*COMMON, *more), "", 36, Path("tiny.ipynb"))


def test_parameters_at_their_default_are_not_in_the_name() -> None:
    assert naming.parameters_name(definition(), VALUES) == "default"
    assert naming.parameters_name(definition(), {**VALUES, "platform": ["mued"], "tenant": "渋谷校"}) == "platform-mued_tenant-渋谷校"
    assert naming.parameters_name(definition(), {**VALUES, "timezone": "Asia/Tokyo"}).startswith("timezone-asia-tokyo.")


def test_private_values_are_keyed_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    learner = Parameter("learner", "str", "Who", private=True)
    monkeypatch.setenv("WORKBENCH_PSEUDONYM_KEY", "a key")
    settings.cache_clear()
    naming._key.cache_clear()
    try:
        names = [naming.parameters_name(definition(learner), {**VALUES, "learner": value}) for value in ("taro", "taro", "hanako")]
    finally:
        monkeypatch.undo()
        settings.cache_clear()
        naming._key.cache_clear()
    assert names[0] == names[1] != names[2] and "taro" not in names[0]


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_names_are_safe_and_tell_values_apart(one: str, other: str) -> None:
    name = naming.safe_name(one)
    assert name and len(name.encode()) <= 100 and not name.startswith((".", "-"))
    assert not set(name) & set('/\\:*?"<>|_\0 \n') and name == name.lower()
    assert (naming.safe_name(other) == name) == (other == one)


@given(st.lists(st.text(min_size=1, max_size=200), min_size=3, max_size=6))
def test_a_folder_name_fits_every_file_system(texts: list[str]) -> None:
    more = [Parameter(f"parameter_{number}", "str", "x") for number in range(len(texts))]
    values = {**VALUES, **{parameter.name: text for parameter, text in zip(more, texts, strict=True)}}
    try:
        name = naming.parameters_name(definition(*more), values)
    except UsageError:
        return
    assert len(name.encode()) <= 220


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_secrets_leave_a_notebook_in_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_PSEUDONYM_KEY", "the-pseudonym-key")
    monkeypatch.setenv("MY_TOKEN", "tok-123456")
    settings.cache_clear()
    try:
        hide = scrub.secrets("postgresql+psycopg://me:p%C3%A4ss%2Fw'd@host/db", private=["taro"])
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    forms = [
        "päss/w'd",
        "p%C3%A4ss%2Fw'd",
        "p%C3%A4ss%2Fw%27d",
        repr("päss/w'd\n"),
        "p\\u00e4ss/w'd",
        "päss/w&#x27;d",
        "taro",
        "tok-123456",
    ]
    coloured = "\x1b[31mpostgresql://me:\x1b[1mother@host\x1b[0m/db"
    notebook = {"cells": [{"source": form, "outputs": [{"text": ["the-pseudonym-key", form]}]} for form in [*forms, coloured]]}
    text = json.dumps(scrub.scrub(notebook, hide), ensure_ascii=False)
    for leaked in ("päss", "%C3%A4ss", "u00e4ss", "taro", "tok-", "pseudonym", "other", "\\u001b"):
        assert leaked not in text, leaked
    assert "postgresql://me:***@host/db" in text


def test_short_passwords_do_not_wreck_the_text() -> None:
    hide = scrub.secrets("postgresql://me:a@host/db")
    assert scrub.scrub_text("a database at postgresql://me:a@host/db", hide) == "a database at ***"
    assert scrub.scrub_text("a table at postgresql://you:a@host/db", hide) == "a table at postgresql://you:***@host/db"


# --- files -----------------------------------------------------------------------------------------------------------


def folder(path: Path, text: str) -> Path:
    path.mkdir()
    (path / "file").write_text(text)
    return path


@pytest.mark.parametrize("can_swap", [True, False])
def test_folders_change_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_swap: bool) -> None:
    if not can_swap:
        monkeypatch.setattr(exchange, "_swap", lambda one, other: False)
    new, place = folder(tmp_path / "new", "new"), folder(tmp_path / "place", "old")
    exchange.exchange(new, place)
    assert (place / "file").read_text() == "new" and (new / "file").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "place"]
    exchange.exchange(new, tmp_path / "empty place")
    assert (tmp_path / "empty place" / "file").read_text() == "old"


def test_linux_and_macos_swap_in_one_step(tmp_path: Path) -> None:
    if sys.platform not in {"linux", "darwin"}:
        pytest.skip("this system renames in two steps")
    assert exchange._swap(folder(tmp_path / "new", "new"), folder(tmp_path / "place", "old"))


def test_a_process_killed_between_the_two_steps_loses_nothing(tmp_path: Path) -> None:
    place = tmp_path / "place"
    folder(tmp_path / ".place.old", "the last good")
    with store.held(place):
        assert (place / "file").read_text() == "the last good"
    folder(tmp_path / ".place.old", "older")
    with store.held(place):
        assert (place / "file").read_text() == "the last good"
    assert {path.name for path in tmp_path.iterdir()} == {"place", ".place.lock"}


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    folder(tmp_path / ".a[1].new-123", "stale")
    folder(tmp_path / ".a1.new-123", "of another")
    with store.held(tmp_path / "a[1]"), store.staged(tmp_path / "a[1]") as staging:
        (staging / "file").write_text("good")
        store.publish(staging, tmp_path / "a[1]")
    assert {path.name for path in tmp_path.iterdir()} == {"a[1]", ".a[1].lock", ".a1.new-123"}


def test_another_process_waits(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, time; from workbench.publish import store\n"
        "with store.held(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True); time.sleep(0.5); pathlib.Path(sys.argv[1] + '.done').touch()"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "place")], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with store.held(tmp_path / "place"):
            assert (tmp_path / "place.done").exists()


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write_beside(tmp_path / "note", "first")
    monkeypatch.setattr(store, "_sync", lambda path: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        store.write_beside(tmp_path / "note", "second")
    assert [path.name for path in tmp_path.iterdir()] == ["note"] and (tmp_path / "note").read_text() == "first"
    assert store.keep_failure(tmp_path / "target", {}, "notebook", "page") is None


# --- page, PDF, index ------------------------------------------------------------------------------------------------


def rendered(*cells: Any, **page: Any) -> str:
    words = {"title": "T", "period": "P", "description": "D"}
    return html.render(new_notebook(cells=list(cells)), html.Page(**{**words, **page}))


def test_a_page_quotes_what_it_shows() -> None:
    outputs = [
        new_output("stream", name="stdout", text="<b>out</b>"),
        new_output("stream", name="stderr", text="<b>err</b>"),
        new_output("execute_result", data={"text/plain": "<b>plain</b>"}, execution_count=1),
        new_output("error", ename="<b>Error", evalue="<b>value", traceback=["<b>trace"]),
        new_output("display_data", data={html.PLOTLY: {"data": [{"name": "</script><b>"}], "layout": {}}}),
    ]
    text = rendered(
        new_code_cell("code()", outputs=outputs), title="<b>T", chips=[("<b>", "<b>")], failure="<b>", provenance=[("<b>", "<b>")]
    )
    assert "<b>" not in text and "code()" not in text
    assert text.count("</script>") == 4, "head, figure, plotly, page"


def test_a_page_has_contents_when_there_is_more_than_one_part() -> None:
    assert 'class="contents"' not in rendered(new_markdown_cell("## One"))
    text = rendered(new_markdown_cell("# Title\n\nFor you."), new_markdown_cell("## One & <i>two</i>"), new_markdown_cell("## 三"))
    assert "One &amp; two</a></li>" in text and "三</a></li>" in text and "Title" not in text and "For you" not in text


def test_a_page_without_figures_carries_no_plotly_and_hidden_cells_are_left_out() -> None:
    text = rendered(new_markdown_cell("hello"), new_markdown_cell("not this", metadata={"tags": ["remove-cell"]}))
    assert "wb-plotly" not in text.replace("getElementById('wb-plotly')", "") and len(text) < 50_000
    assert "hello" in text and "not this" not in text


def test_without_a_browser_a_pdf_is_refused_before_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(printing, "_PLACES", ())
    with pytest.raises(UsageError, match="installed Chromium and there is none"):
        printing.find_browser()
    with pytest.raises(RunFailed, match="printed no PDF"):
        printing.print_pdf(tmp_path / "page.html", tmp_path / "page.pdf", "/bin/true")


def test_the_index_lists_reports_that_were_never_published_and_survives_broken_notes(tmp_path: Path) -> None:
    (tmp_path / "tiny" / "2026" / "default").mkdir(parents=True)
    (tmp_path / "tiny" / "2026" / "default" / "run.json").write_text("{half")
    text = index.write_index(tmp_path, [definition()]).read_text()
    assert "Not published yet" in text and "workbench report run tiny" in text
    assert index.published(tmp_path) == []
    assert not list(tmp_path.glob(".index.html*"))


def test_the_newest_period_stands_first_and_links_are_quoted(tmp_path: Path) -> None:
    for end, slug in (("2026-09-01", "tenant-渋谷校"), ("2026-08-01", "tenant-渋谷校")):
        place = tmp_path / "gone" / end / slug
        place.mkdir(parents=True)
        values = {**VALUES, "start": "2026-07-01", "end": end, "tenant": "<b>渋谷校"}
        notes = {"report": "gone", "title": "Gone", "description": "d", "parameters": values, "finished_at": datetime.now(UTC).isoformat()}
        (place / "run.json").write_text(json.dumps({**notes, "verdict": "breached", "sentence": "<b>", "files": {"report.html": 1}}))
    text = index.write_index(tmp_path, []).read_text()
    assert text.index("1 July – 31 August 2026") < text.index("Earlier periods (1)") < text.index("1 – 31 July 2026")
    assert "gone/2026-09-01/tenant-%E6%B8%8B%E8%B0%B7%E6%A0%A1/report.html" in text and "<b>渋谷校" not in text
