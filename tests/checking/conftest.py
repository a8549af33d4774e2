"""Suites written in a folder of the test."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from workbench.checking import suites
from workbench.checking.schema import Suite

HEAD = {"table": "mued.provenance", "title": "Origins", "owner": "data operations", "key": ["id"], "time": "acquired_at"}
ABOUT = {"severity": "critical", "reason": "It matters.", "source": "design"}

Write = Callable[..., Path]
Made = Callable[..., list[Suite]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a suite file of rules; what is given by name stands in its head. A text is written as it is."""

    def file(*rules: dict, sql: dict[str, str] | None = None, text: str | None = None, **head: object) -> Path:
        whole = {**HEAD, **head}
        platform, table = str(whole["table"]).split(".")
        path = tmp_path / "suites" / platform / f"{table}.yml"
        (path.parent / "sql").mkdir(parents=True, exist_ok=True)
        for name, query in (sql or {}).items():
            (path.parent / "sql" / f"{name}.sql").write_text(query, encoding="utf-8")
        whole["rules"] = [{"id": f"MUED-PROV-{number:03}", **ABOUT, **rule} for number, rule in enumerate(rules, 1)]
        path.write_text(text or yaml.safe_dump(whole, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path

    return file


@pytest.fixture
def made(write: Write, tmp_path: Path) -> Made:
    """The suites of a file written so, loaded as somebody's own."""

    def loaded(*rules: dict, **head: object) -> list[Suite]:
        write(*rules, **head)
        return suites.load(tmp_path / "none", [tmp_path / "suites"])

    return loaded
