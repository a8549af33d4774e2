"""Every notebook runs as it is, from top to bottom, on a seeded database, in a kernel of JupyterLab of its own: nbval, folder by folder."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench import lab, paths

FOLDERS = sorted({path.parent for path in paths.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts})
# nbval and nothing else: other plugins, and a grammar for a format check, take longer to import than most notebooks to run
PYTEST = "import sys; sys.modules['rfc3987_syntax'] = None; import pytest; sys.exit(pytest.main(sys.argv[1:]))"


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(paths.NOTEBOOKS)))
def test_notebooks_run_as_they_are(folder: Path, seeded_database: Any, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-c", PYTEST, "-q", "-c", str(tmp_path / "pytest.ini"), "-p", "no:cacheprovider", "-p", "nbval.plugin"]
    url = seeded_database.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [*command, "--nbval-lax", *map(str, sorted(folder.glob("*.ipynb")))],
        capture_output=True, text=True, check=False, timeout=240,
        env=lab.environment() | {"WORKBENCH_DATABASE_URL": url, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
