"""`workbench check …` as a build server sees it: exit codes, files, one sentence on standard error."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from workbench.settings import settings

pytestmark = pytest.mark.xdist_group("great_expectations")


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def workbench(seeded_database, tmp_path: Path, monkeypatch, in_process: Run) -> Iterator[Run]:
    """Runs `workbench check …` in this process, where Great Expectations is imported already, with the suites of the test on top."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        url = seeded_database.url.render_as_string(hide_password=False)
        fixed = {"WORKBENCH_DATABASE_URL": url, "WORKBENCH_CHECKS_PATH": str(tmp_path / "suites")}
        for name, value in (fixed | environment).items():
            monkeypatch.setenv(name, value)
        return in_process("check", *arguments)

    yield run
    monkeypatch.undo()
    settings.cache_clear()


def test_a_run_ends_with_its_exit_code_and_its_files(workbench: Run, write, tmp_path: Path) -> None:
    write({"holds": "true", "id": "OWN-A-001"}, {"holds": "id is null", "severity": "warning", "id": "OWN-B-001"})
    files = [tmp_path / "out" / name for name in ("run.xml", "run.json", "run.html")]
    options = [part for flag, path in zip(("--junit", "--json", "--html"), files, strict=True) for part in (flag, str(path))]
    done = workbench("run", "OWN-*", "--no-record", "--as-of", "2026-09-01", *options)
    assert done.returncode == 0, done.stderr
    assert "OWN-B-001" in done.stdout and "warning" in done.stdout and "2 rules in" in done.stdout and done.stderr == ""
    assert ElementTree.parse(files[0]).getroot().get("failures") == "0"
    document = json.loads(files[1].read_text(encoding="utf-8"))
    assert document["counts"]["warning"] == 1 and document["as_of"] == "2026-09-01T00:00:00+00:00"
    assert "OWN-B-001" in files[2].read_text(encoding="utf-8")


def test_a_failure_at_the_bar_is_a_finding(workbench: Run, write) -> None:
    write({"holds": "id is null", "severity": "warning", "id": "OWN-B-001"})
    done = workbench("run", "OWN-B-001", "--no-record", "--fail-on", "warning", "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["counts"]["failed"] == 1
    assert done.stderr == "workbench: 1 rule at or above warning failed: OWN-B-001.\n"


def test_a_rule_without_an_answer_is_never_exit_code_zero(workbench: Run, write) -> None:
    path = write({"holds": "colour = 'red'", "severity": "info", "id": "OWN-A-001"}, {"holds": "true", "id": "OWN-B-001"})
    done = workbench("run", "OWN-*", "--no-record")
    assert done.returncode == 2 and f'{path}: rule OWN-A-001: column "colour" does not exist' in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "mued.user"), "There is no platform, table, topic or rule 'mued.user' to check; did you mean mued.users"),
        (("run", "--fail-on", "high"), "--fail-on: high is not known; allowed: critical, warning, info"),
        (("run", "--as-of", "yesterday"), "write an instant such as 2026-09-01"),
        (("run", "--sample", "0"), "--sample"),
        (("lint", "nothing.yml"), "nothing.yml: cannot be read"),
    ],
)  # fmt: skip
def test_wrong_use_is_exit_code_two(workbench: Run, write, arguments: tuple[str, ...], said: str) -> None:
    write({"holds": "true", "id": "OWN-A-001"}, table="mued.users")
    done = workbench(*arguments)
    assert done.returncode == 2 and said in done.stderr, done.stderr


def test_a_typo_in_a_suite_file_stops_everything(workbench: Run, write) -> None:
    path = write({"expect": "expect_colum_foo", "id": "OWN-A-001"})
    for verb in ("run", "list", "lint"):
        done = workbench(verb)
        assert done.returncode == 2 and f"{path}: rule OWN-A-001: expect: expect_colum_foo is not known" in done.stderr


def test_no_server_is_exit_code_three(workbench: Run, write) -> None:
    write({"holds": "true", "id": "OWN-A-001"})
    done = workbench("run", "OWN-A-001", WORKBENCH_DATABASE_URL="postgresql://127.0.0.1:1/none")
    assert done.returncode == 3 and "No PostgreSQL answers" in done.stderr


def test_files_are_linted_and_rules_listed_without_a_database(workbench: Run, write) -> None:
    path = write({"holds": "true", "id": "OWN-A-001", "reason": "Because."})
    nowhere = {"WORKBENCH_DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    assert workbench("lint", str(path), **nowhere).stdout == "1 rules of 1 suites are sound.\n"
    listed = json.loads(workbench("list", "OWN-*", "--json", **nowhere).stdout)
    assert [(rule["rule"], rule["table"], rule["reason"]) for rule in listed] == [("OWN-A-001", "mued.provenance", "Because.")]
    assert "OWN-A-001" in workbench("list", "OWN-*", **nowhere).stdout
