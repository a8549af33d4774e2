"""Every notebook runs as it is, from top to bottom, on a seeded database, in a kernel of JupyterLab of its own: nbval."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench import lab, paths

NOTEBOOKS = sorted(path for path in paths.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
# nbval and nothing else: other plugins, and a grammar for a format check, take longer to import than most notebooks to run
PYTEST = """
import runpy, sys
sys.modules["rfc3987_syntax"] = None
runpy.run_path(sys.argv.pop(1), run_name="warm_kernels")["install"]()
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_notebooks_run_as_they_are(seeded_database: Any, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-c", PYTEST, str(Path(__file__).with_name("warm_kernels.py"))]
    options = ["-q", "-c", str(tmp_path / "pytest.ini"), "-p", "no:cacheprovider", "-p", "nbval.plugin", "--nbval-lax"]
    url = seeded_database.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [*command, *options, *map(str, NOTEBOOKS)],
        capture_output=True, text=True, check=False, timeout=240,
        env=lab.environment() | {"WORKBENCH_DATABASE_URL": url, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    print(done.stdout[-300:])
