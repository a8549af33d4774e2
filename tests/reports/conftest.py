"""Shared by the tests of reports: a small hand-written year of answers in which every month is of another kind, and finished reports."""

import functools
import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL

from workbench import db, rollup
from workbench.settings import settings

PSEUDONYM_KEY = "a key of the tests"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

LEARNERS = [uuid.UUID(int=n + 1) for n in range(40)]
CONTENT = uuid.UUID(int=1000)
EVIL, JAPANESE = "<script>alert(1)</script>", "日本語モデル「大」"
COLUMNS = (
    "user_id", "citations", "latency_ms", "citation_rate", "token_cost_jpy", "relevance_score", "user_feedback", "model", "source",
    "input_tokens", "output_tokens", "error_code", "created_at", "recorded_at",
)  # fmt: skip


def answer(at: datetime, learner: uuid.UUID, **given: Any) -> dict[str, Any]:
    cited = json.dumps([{"provenance_id": str(CONTENT), "title": "t", "quote": "q", "position": 1}])
    usual = {
        "user_id": learner, "citations": cited, "latency_ms": 1000.0, "citation_rate": 80, "token_cost_jpy": 0.5, "relevance_score": 0.9,
        "user_feedback": 1, "model": "plain", "source": "note", "input_tokens": 900, "output_tokens": 100, "error_code": None,
    }  # fmt: skip
    return {**usual, "created_at": at, "recorded_at": at, **given}


def month(number: int, learners: list[uuid.UUID] = LEARNERS) -> Iterator[tuple[int, dict[str, Any]]]:
    """One answer a learner and day of the month, at times spread over the working day."""
    day = datetime(2026, number, 1, 8, tzinfo=UTC)
    place = 0
    while day.month == number:
        for index, learner in enumerate(learners):
            yield place, answer(day + timedelta(minutes=15 * index), learner)
            place += 1
        day += timedelta(days=1)


def failed(row: dict[str, Any]) -> dict[str, Any]:
    gone = dict.fromkeys(("latency_ms", "citation_rate", "token_cost_jpy", "relevance_score", "user_feedback"))
    return {**row, **gone, "citations": "[]", "error_code": "timeout"}


def year() -> Iterator[dict[str, Any]]:
    """January met, February at risk, March breached, April silent, May idle, June three learners, July rare and strange models."""
    yield from (row for _, row in month(1))
    yield from (failed(row) if place % 120 == 60 else row for place, row in month(2))
    yield from (failed(row) if place % 20 == 0 else row for place, row in month(3))
    yield from (row for _, row in month(6, LEARNERS[:3]))
    for place, row in month(7):
        learner = LEARNERS.index(row["user_id"])
        name = "rare-model" if learner < 3 else EVIL if learner < 20 else JAPANESE
        source = f"{EVIL}の元" if learner % 2 else JAPANESE
        yield {**row, "model": name, "source": source, "latency_ms": 500.0 + 7 * (place % 200), "token_cost_jpy": 0.25 + learner / 100}


@pytest.fixture(scope="module")
def hand_made(server: URL, template_database: str) -> Iterator[URL]:
    """URL of a database with the hand-written year and its rollups."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(**db.parameters(server), autocommit=True) as maintenance:
        maintenance.execute(f"create database {name} template {template_database}")
        url = server.set(database=name)
        _fill(url)
        yield url
        db.engine(None, url).dispose()
        db.engine(db.READER, url).dispose()
        maintenance.execute(f"drop database {name} with (force)")


def _fill(url: URL) -> None:
    with db.engine(None, url).connect() as connection:
        raw = db.raw(connection)
        people = [(one, f"{one.int}@example.org", "x", datetime(2025, 1, 1, tzinfo=UTC)) for one in LEARNERS]
        raw.cursor().executemany("insert into mued.users (id, email, display_name, created_at) values (%s, %s, %s, %s)", people)
        raw.execute(
            "insert into mued.provenance (id, content_type, license_type, acquisition_method, acquired_at, permission_flag)"
            " values (%s, 'material', 'cc_by', 'manual_upload', '2025-01-01', true)",
            [CONTENT],
        )
        raw.execute(
            "insert into mued.sessions (user_id, started_at, recorded_at) select u.id, d, d from mued.users as u,"
            " generate_series(timestamptz '2026-04-01 10:00Z', timestamptz '2026-04-30 10:00Z', interval '1 day') as d"
        )
        with raw.cursor().copy(f"copy mued.ai_dialogue_log ({', '.join(COLUMNS)}) from stdin") as copy:
            for row in year():
                copy.write_row([row[name] for name in COLUMNS])
        connection.commit()
        rollup.refresh(connection)
        connection.commit()


@pytest.fixture(scope="session")
def pseudonym_key() -> str:
    """The key of pseudonyms that finished reports were made with."""
    return PSEUDONYM_KEY


@pytest.fixture(scope="session")
def published(engaged_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the folder of a finished report about all platforms in August, made once."""

    @functools.cache
    def folder(report: str) -> Path:
        from workbench import report as reports

        period = {"start": "2026-08-01", "end": "2026-09-01", "platform": "all"}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WORKBENCH_DATABASE_URL", engaged_database.url.render_as_string(hide_password=False))
            patch.setenv("WORKBENCH_PSEUDONYM_KEY", PSEUDONYM_KEY)
            patch.setenv("WORKBENCH_TIMEZONES", "UTC")
            settings.cache_clear()
            made = reports.run(report, period, out=tmp_path_factory.mktemp(report))
        settings.cache_clear()
        return made.html.parent

    return folder


@pytest.fixture(scope="session")
def identities() -> Callable[[str], set[str]]:
    """Gives every UUID that a text holds anywhere."""
    return lambda told: set(UUID.findall(told))
