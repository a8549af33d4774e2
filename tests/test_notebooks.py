"""Every notebook runs as it is, from top to bottom, on a seeded database: nbval, one process a notebook."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench import paths

NOTEBOOKS = sorted(path for path in paths.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: str(path.relative_to(paths.NOTEBOOKS)))
def test_notebook_runs_as_it_is(notebook: Path, seeded_database: Any, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(tmp_path / "pytest.ini"), "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*command, "--nbval-lax", "--nbval-current-env", str(notebook)],
        capture_output=True, text=True, check=False, timeout=240,
        env=os.environ | {"WORKBENCH_DATABASE_URL": seeded_database.url.render_as_string(hide_password=False)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
