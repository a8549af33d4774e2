"""What a reader sees, in a real browser: pages that ask nobody for anything, light and dark, JupyterLab with its welcome page."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench import lab
from workbench.publish import html, index, store
from workbench.publish import pdf as printing

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SAID = "<p>all is well</p><details><summary>More</summary><b>all of it</b></details>"
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script><img src='https://example.org/x.png'>"


class Seen:
    """A page and what it asked for, said and threw."""

    def __init__(self, browser: Any, scheme: str = "light", width: int = 1280) -> None:
        self.page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: Path) -> Any:
        self.page.goto(path.as_uri())
        self.page.wait_for_function("document.documentElement.dataset.ready")
        return self.page

    def outside(self) -> list[str]:
        return [url for url in self.requests if not re.match(r"(file|data|blob|about):|(http|ws)://127\.0\.0\.1:", url)]


def figure(name: str = "応答 <b>p95</b>") -> dict[str, Any]:
    import plotly.graph_objects as go

    made = go.Figure(go.Scatter(x=["2026-08-01", "2026-08-02"], y=[1, 2], name=name, showlegend=True), {"height": 280})
    return json.loads(made.to_json())


def shown(**data: Any) -> Any:
    return new_output("display_data", data={key.replace("_", "/", 1): value for key, value in data.items()})


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = new_output("display_data", data={html.PLOTLY: figure(), "text/plain": "Figure"})
    cells = [
        new_markdown_cell("# Dropped"),
        new_markdown_cell("## 概要 Summary"),
        new_code_cell("secret_code()", outputs=[shown(text_html=SAID + HOSTILE)]),
        new_markdown_cell("## Latency"),
        new_code_cell("", outputs=[drawn, drawn]),
    ]
    chips = [("tenant", "渋谷校 <script>")]
    page = html.Page("Tiny </title><b>", "1 – 31 August 2026", "About.", chips, [("Data", "data.json")], [("Run", "7")])
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html.render(new_notebook(cells=cells), page), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(browser: Any, page_file: Path) -> Seen:
    """The page as a dark telephone opens it, which takes longer than all that is asked of it."""
    seen = Seen(browser, "dark", width=390)
    seen.open(page_file)
    return seen


def test_nothing_is_wider_than_a_telephone(opened: Seen) -> None:
    assert opened.page.viewport_size["width"] == 390, "the tests below widen it"
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.fixture
def on_a_screen(opened: Seen) -> Seen:
    """The page on a screen."""
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    return opened


def test_the_page_draws_offline_and_foreign_markup_is_inert(on_a_screen: Seen, page_file: Path) -> None:
    seen, page = on_a_screen, on_a_screen.page
    assert page.locator(".figure .main-svg").count() >= 2
    assert "Tiny </title><b>" in page.title() and page.locator("h1").inner_text() == "Tiny </title><b>"
    assert page.locator(".chips").inner_text().replace("\n", " ") == "tenant 渋谷校 <script>"
    assert "secret_code" not in page.content() and "Dropped" not in page.inner_text("body")
    assert page.locator(".contents a").all_inner_texts() == ["概要 Summary", "Latency"]
    assert not page.locator("[data-title*='Share'], [data-title*='loud'], .modebar-btn--logo").count()
    blocked = {"https://example.org/x.png", (page_file.parent / "x").as_uri()}  # the policy stopped these before they left
    assert page.evaluate("[...document.images].every(image => image.naturalWidth === 0)")
    assert set(seen.requests) - blocked == {page_file.as_uri()}
    assert not seen.errors


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_page_follows_the_system_and_its_own_switch(on_a_screen: Seen, scheme: str) -> None:
    """Dark is how the system was when the page was opened, light what it is changed to."""
    page = on_a_screen.page
    page.emulate_media(media="screen", color_scheme=scheme)
    page.wait_for_function("scheme => document.documentElement.dataset.drawn === scheme", arg=scheme)
    ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 22, 29)"}
    other = {"light": "dark", "dark": "light"}[scheme]
    for mode in (scheme, other):
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground[mode]
        assert page.evaluate("document.documentElement.dataset.drawn") == mode
        page.click("#wb-theme")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.drawn") == "light"
    assert page.locator("text=all of it").is_visible() and not page.locator(".tools").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.drawn") == scheme and not page.locator("text=all of it").is_visible()
    page.evaluate("delete document.documentElement.dataset.theme")  # the switch is forgotten: the system decides again


def test_the_pdf_is_printed(chromium: str, page_file: Path, tmp_path: Path) -> None:
    printing.print_pdf(page_file, tmp_path / "report.pdf", chromium)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def published(out: Path, slug: str, end: str, age: timedelta, **more: Any) -> None:
    folder = out / "tiny" / f"2026-08-01_{end}" / slug
    folder.mkdir(parents=True)
    values = {"platform": slug, "start": "2026-08-01", "end": end, "timezone": "UTC", "as_of": "2026-09-01T00:00:00Z"}
    at = (datetime.now(UTC) - age).isoformat()
    notes = {"report": "tiny", "title": "Tiny", "description": "For <tests>.", "parameters": values, "finished_at": at}
    failure = {**notes, "reason": "code cell 3 <raised>", "notebook": "failed.ipynb", "page": None}
    run = {**notes, "verdict": "met", "sentence": "All is well.", "freshness_hours": 36, "files": {"report.html": 1}}
    for name, text in {store.MANIFEST: run, store.FAILURE: failure}.items():
        if more.get("failed") or name == store.MANIFEST:
            (folder / name).write_text(json.dumps(text))


def test_the_index_tells_age_state_and_failure_from_a_file(browser: Any, tmp_path: Path) -> None:
    published(tmp_path, "default", "2026-09-01", timedelta(minutes=5))
    published(tmp_path, "渋谷校", "2026-09-01", timedelta(days=3), failed=True)
    published(tmp_path, "default", "2026-08-15", timedelta(days=20))
    seen = Seen(browser)
    page = seen.open(index.write_index(tmp_path, []))
    rows = page.locator("section > .scroll tbody tr")
    assert rows.count() == 2 and page.locator("details tbody tr").count() == 1
    assert "5 minutes ago" in rows.nth(0).inner_text() and not rows.nth(0).locator(".stale").count()
    assert rows.nth(1).locator("time.stale").inner_text() == "3 days ago"
    assert "Last run failed" in rows.nth(1).inner_text() and "code cell 3 <raised>" in rows.nth(1).inner_text()
    assert page.locator("details time.stale").count() == 0, "an old period is not stale, it is over"
    page.fill("#filter", "渋谷校 met")
    assert [rows.nth(number).is_visible() for number in range(2)] == [False, True]
    page.fill("#filter", "breached")
    assert page.locator("#nothing").is_visible()
    assert seen.requests == [(tmp_path / "index.html").as_uri()] and not seen.errors


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def jupyterlab(tmp_path: Path) -> Iterator[str]:
    """Address of a JupyterLab started as `workbench lab` does, on the welcome page and one notebook."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / lab.HOME).write_text((lab.notebooks_folder() / lab.HOME).read_text(encoding="utf-8"), encoding="utf-8")
    cells = [
        new_code_cell("from workbench import connect, queries\nprint('questions:', 'ai_answer_daily' in dir(queries.marts))"),
        new_code_cell("import plotly.graph_objects as go\ngo.Figure(go.Scatter(x=[1, 2], y=[3, 4]))"),
    ]
    (folder / "first.ipynb").write_text(
        json.dumps(
            new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
        )
    )
    port, token = free_port(), "a-token-for-the-test"
    own = {"JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_DATA_DIR": str(tmp_path / "data"), "JUPYTER_TOKEN": token}
    environment = {**lab.environment(), **own, "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(lab.command(folder, port=port, browser=False), env=environment, stdout=log, stderr=log, cwd=tmp_path)
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/?token={token}"
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.mark.slow
def test_jupyterlab_opens_on_the_welcome_page_and_runs_a_notebook(browser: Any, jupyterlab: str) -> None:
    seen = Seen(browser)
    page = seen.page
    page.set_default_timeout(90_000)
    page.goto(jupyterlab)
    page.wait_for_selector(".jp-RenderedMarkdown h1")
    assert page.locator(".jp-RenderedMarkdown h1").first.inner_text().startswith("Learning-data workbench")
    if shots := os.environ.get("TEST_SCREENSHOTS"):
        page.screenshot(path=f"{shots}/lab-welcome.png")
    page.locator(".jp-DirListing-itemText", has_text="first.ipynb").dblclick()
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector("text=Workbench | Idle")
    page.click(".lm-MenuBar-itemLabel >> text=Run")
    page.click(".lm-Menu-itemLabel >> text='Run All Cells'")
    page.wait_for_selector(".jp-OutputArea-output >> text=questions: True")
    page.wait_for_selector(".jp-OutputArea-output .main-svg")
    if shots:
        page.screenshot(path=f"{shots}/lab-notebook.png")
    assert page.locator(".jp-Toolbar-kernelName", has_text="Workbench").count()
    assert not page.locator("[data-title*='Share'], [data-title*='loud']").count()
    assert not seen.outside()
    assert not [url for url in seen.requests if "/lab/api/build" in url], "a check that starts Node.js for nothing"
