"""The wheel carries everything: it works in an empty folder, far from the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from workbench import paths

CHECKOUT = paths.PACKAGE.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("WORKBENCH_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "workbench", *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=170,
        env=inherited | {"PYTHONPATH": str(unpacked)} | environment,
    )  # fmt: skip


def test_every_data_file_of_the_checkout_is_in_the_wheel(unpacked: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "sql", "notebooks", "expectations", "reports"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    missing = [name for name in tracked if (CHECKOUT / name).exists() and not (unpacked / "workbench/_data" / name).exists()]
    assert not missing
    assert not (unpacked / "workbench/_data/reports/out").exists()


@pytest.mark.slow
def test_schemas_and_a_report_in_an_empty_folder(unpacked: Path, empty_database: Any, tmp_path: Path) -> None:
    url = {"WORKBENCH_DATABASE_URL": empty_database.url.render_as_string(hide_password=False)}
    up = run(unpacked, tmp_path, "db", "up", "mued", "--json", **url)
    assert up.returncode == 0, up.stderr
    period = ("--start", "2026-08-01", "--end", "2026-09-01", "--platform", "mued")
    done = run(unpacked, tmp_path, "report", "run", "data_quality", *period, "--json", **url)
    assert done.returncode == 0, done.stderr
    published = Path(json.loads(done.stdout)["html"])
    assert published.is_relative_to(tmp_path / "reports" / "out")
    assert json.loads(done.stdout)["state"] == "no_data"
