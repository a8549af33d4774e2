"""How JupyterLab is started: command, environment, notebooks; `test_browser.py` looks at it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import workbench
from workbench import lab, paths


def test_the_command_listens_on_this_machine_only_and_opens_the_welcome_page() -> None:
    arguments = lab.command(paths.NOTEBOOKS, port=8899, browser=False)
    assert arguments[:3] == [sys.executable, "-m", "workbench.lab"]
    assert {"--ServerApp.ip=127.0.0.1", "--no-browser", "--ServerApp.port=8899", "--LabApp.default_url=/lab/tree/Welcome.md"} <= set(
        arguments
    )
    assert not any(option.startswith("--ServerApp.port") or option == "--no-browser" for option in lab.command(paths.NOTEBOOKS))


def test_a_folder_without_a_welcome_page_opens_plainly(tmp_path: Path) -> None:
    assert not any("default_url" in option for option in lab.command(tmp_path))


def test_the_settings_come_before_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", "/mine")
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    found = lab.environment()
    assert found["JUPYTER_PATH"] == f"{lab.SETTINGS / 'share'}{os.pathsep}/mine"
    assert found["JUPYTER_CONFIG_PATH"] == str(lab.SETTINGS / "etc")


def test_jupyter_finds_the_kernel_and_no_news() -> None:
    code = "from jupyter_client.kernelspec import KernelSpecManager as M; print(M().get_kernel_spec('python3').display_name)"
    done = subprocess.run([sys.executable, "-c", code], env=lab.environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Workbench"
    server = json.loads((lab.SETTINGS / "etc" / "jupyter_server_config.json").read_text())
    assert server["LabApp"]["news_url"] is None and server["LabApp"]["extension_manager"] == "readonly"


def test_an_installed_wheel_copies_the_notebooks_and_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "INSTALLED", True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "Welcome.md").write_text("my own")
    folder = lab.notebooks_folder()
    assert folder == tmp_path / "notebooks"
    assert (folder / "Welcome.md").read_text() == "my own"
    shipped = {path.relative_to(paths.NOTEBOOKS) for path in paths.NOTEBOOKS.rglob("*.ipynb")}
    assert shipped <= {path.relative_to(folder) for path in folder.rglob("*.ipynb")}


def test_a_checkout_is_worked_on_directly() -> None:
    assert lab.notebooks_folder() == paths.NOTEBOOKS


def test_the_welcome_page_links_to_what_there_is() -> None:
    import re

    links = re.findall(r"\]\(([^)]+)\)", (paths.NOTEBOOKS / lab.HOME).read_text(encoding="utf-8"))
    assert links and not [link for link in links if not (paths.NOTEBOOKS / link).exists()]


def test_connect_and_queries_are_imported_when_used() -> None:
    code = (
        "import sys, workbench\n"
        "assert not {'pandas', 'sqlalchemy', 'plotly'} & set(sys.modules), 'something heavy is imported'\n"
        "assert {'connect', 'queries'} <= set(dir(workbench))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    queries, connect = (workbench.__getattr__(name) for name in ("queries", "connect"))
    assert queries.marts.ai_answer_daily.__doc__ and callable(connect)


def test_plotly_has_the_house_colours_and_no_share_button(monkeypatch: pytest.MonkeyPatch) -> None:
    import plotly.express as px
    import plotly.io as pio

    from workbench.charts.base import PALETTE

    assert pio.templates.default == "workbench"
    monkeypatch.setattr(pio.renderers, "default", "plotly_mimetype")
    bundle = px.scatter(x=[1], y=[2])._repr_mimebundle_()["application/vnd.plotly.v1+json"]
    assert bundle["config"] == {"showSendToCloud": False, "plotlyServerURL": "", "displaylogo": False}
    assert bundle["layout"]["template"]["layout"]["colorway"] == list(PALETTE)
    assert all(pio.renderers[name].config["showSendToCloud"] is False for name in pio.renderers if hasattr(pio.renderers[name], "config"))
