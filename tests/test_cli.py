"""The command line as a scheduler sees it: help, exit codes, one sentence on standard error, JSON on standard output."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from workbench import fingerprint, migrate
from workbench.cli import app

Run = Callable[..., subprocess.CompletedProcess[str]]


def in_its_own_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("WORKBENCH_", "DATABASE_URL", "PG"))}
    command = [sys.executable, "-m", "workbench", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=clean | environment)


@pytest.fixture
def workbench(on_database: Any, out: Path, monkeypatch: pytest.MonkeyPatch, in_process: Run) -> Run:
    """Runs `workbench …` in this process, on a database of its own; each exit code comes from a process of its own once, below."""
    monkeypatch.setenv("WORKBENCH_REPORTS_OUT", str(out))
    return in_process


@pytest.fixture
def on_shared(shared_database: Any, monkeypatch: pytest.MonkeyPatch, in_process: Run) -> Run:
    """The same on a database that all may use, for a command that does nothing."""
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", shared_database.url.render_as_string(hide_password=False))
    return in_process


def commands(command: Any = None, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    command = command or get_command(app)
    below = getattr(command, "commands", {})
    return [path] + [found for name, child in below.items() for found in commands(child, (*path, name))]


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_help_teaches_every_command_and_option(path: tuple[str, ...]) -> None:
    command = get_command(app)
    for name in path:
        command = command.commands[name]
    assert command.help and len(command.help) > 20
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{' '.join(path)}: {parameter.name} is not explained"


def test_help_imports_little() -> None:
    """Which is why it answers at once: `benchmarks/start.py` times it."""
    code = """
import sys
from workbench import cli

sys.argv = ["workbench", "--help"]
try:
    cli.main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = done.stderr.split()
    assert "rollup" in done.stdout
    assert not {"pandas", "numpy", "sqlalchemy", "psycopg", "plotly", "papermill", "pydantic"} & set(imported)
    assert len(imported) < 200, "a bare Python has 30, with Typer there are 160"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("report", "run", "no_such_report"), 2, "no_such_report"),
        (("report", "run", "rag_slo", "--stat", "2026-08-01"), 2, "start"),
        (("db", "up", "muedd"), 2, "muedd"),
        (("load", "mued.no_such_table", __file__), 2, "no_such_table"),
        (("seed", "nowhere"), 2, "nowhere"),
        (("rollup", "--from", "yesterday"), 2, "yesterday"),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(on_shared: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = on_shared(*arguments)
    assert result.returncode == code, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_an_unreachable_database_is_exit_3_and_hides_the_password(tmp_path: Path) -> None:
    result = in_its_own_process("db", "status", WORKBENCH_DATABASE_URL="postgresql://me:s3cret@127.0.0.1:1/none")
    assert result.returncode == 3, result.stderr
    assert "127.0.0.1" in result.stderr
    assert "s3cret" not in result.stderr + result.stdout


def test_wrong_use_of_a_process_is_exit_2_and_debug_shows_the_traceback() -> None:
    done = in_its_own_process("--debug", "report", "run", "no_such_report")
    assert done.returncode == 2 and "Traceback" in done.stderr and done.stdout == ""


def test_json_is_the_only_thing_on_standard_output(on_shared: Run) -> None:
    """Of a process of its own `test_wheel.py` reads it."""
    done = on_shared("db", "status", "--json")
    assert done.returncode == 0, done.stderr
    assert {schema["platform"] for schema in json.loads(done.stdout)["schemas"]} >= {"marts", "mued"}
    assert json.loads(on_shared("report", "list", "--json").stdout)


@pytest.mark.slow
def test_verify_exits_1_and_names_the_drift(workbench: Run, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.connect() as connection:
        made = fingerprint.take(connection, "mued")
    monkeypatch.setattr(migrate, "_built", lambda raw, applied, names: {"mued": made})  # the process below builds it
    fine = workbench("db", "verify", "mued", "--json")
    assert fine.returncode == 0 and json.loads(fine.stdout)
    with database.connect() as connection:
        connection.exec_driver_sql("drop index mued.idx_ai_dialogue_user_created")
        connection.commit()
    result = in_its_own_process("db", "verify", "mued", WORKBENCH_DATABASE_URL=database.url.render_as_string(hide_password=False))
    assert result.returncode == 1
    assert "idx_ai_dialogue_user_created" in result.stdout


@pytest.mark.slow
def test_a_line_from_seed_to_report(workbench: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In processes of their own such commands run in `test_readme`."""
    monkeypatch.setenv("WORKBENCH_TIMEZONES", "UTC")
    seeded = workbench("seed", "mued", "--learners", "20", "--days", "40", "--end", "2026-09-01", "--json")
    assert seeded.returncode == 0, seeded.stderr
    assert workbench("rollup").returncode == 0
    period = ("--start", "2026-08-01", "--end", "2026-09-01", "--platform", "mued")
    result = workbench("report", "run", "data_quality", *period, "--json", "--fail-on", "no_data")
    told = json.loads(result.stdout)
    assert Path(told["html"]).exists()
    assert result.returncode == (told["state"] != "met"), result.stderr
    assert told["finding"] == bool(result.returncode) == bool(result.stderr)
