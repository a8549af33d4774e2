"""The README holds: its commands run as written, its settings and paths exist."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import paths
from workbench.settings import Settings

README = paths.PACKAGE.parent / "README.md"
pytestmark = pytest.mark.skipif(not README.exists(), reason="an installed package has no README")


def text() -> str:
    return README.read_text(encoding="utf-8")


def commands() -> list[str]:
    blocks = re.findall(r"^```console\n(.*?)^```", text(), re.MULTILINE | re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


@pytest.mark.slow
def test_commands_run_in_order_exactly_as_written(empty_database, tmp_path: Path) -> None:
    """On one empty database, in a folder of its own; `$ …` lines of the console blocks, top to bottom."""
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {
        "WORKBENCH_DATABASE_URL": str(empty_database.url.render_as_string(hide_password=False)),
        "WORKBENCH_REPORTS_OUT": str(tmp_path / "out"),
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
    }
    assert shutil.which("workbench", path=environment["PATH"]), "the package is not installed beside this Python"
    for command in commands():
        done = subprocess.run(command, check=False, shell=True, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=170)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"
    assert (tmp_path / "out" / "index.html").exists()


def test_every_setting_is_listed_with_its_default() -> None:
    for name, field in Settings.model_fields.items():
        default = ", ".join(field.default) if isinstance(field.default, tuple) else field.default
        row = f"| `WORKBENCH_{name.upper()}` | {field.description} | {'' if default is None else default} |"
        assert row in text(), f"missing or out of date: {row}"


def test_files_named_in_the_readme_exist() -> None:
    named = re.findall(r"(?:`|\()((?:sql|workbench|notebooks|expectations|reports|tests|benchmarks)/[\w./-]*\w)(?![\w./-]*<)", text())
    missing = [name for name in named if not (paths.PACKAGE.parent / name).exists() and not name.startswith("reports/out")]
    assert not missing


@pytest.mark.parametrize("target", ["demo", "test", "lab", "lint", "clean"])
def test_make_targets_exist(target: str) -> None:
    assert re.search(rf"^{target}:", (README.parent / "Makefile").read_text(), re.MULTILINE)
