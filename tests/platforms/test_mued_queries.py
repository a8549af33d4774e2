"""What only MUED can be asked, on rows written by hand."""

import inspect

import pandas as pd
import pytest
from sqlalchemy import Connection

from workbench import db, queries
from workbench.errors import UsageError

AUGUST = {"start": "2026-08-01", "end": "2026-09-01"}
ROWS = """
insert into mued.users (id, email, display_name, role) values
    ('00000000-0000-4000-8000-00000000000a', 'ann@example.org', '安', 'student'),
    ('00000000-0000-4000-8000-00000000000b', 'mia@example.org', 'Mia', 'mentor');
insert into mued.ai_dialogue_log (user_id, created_at, source, latency_ms, error_code) values
    ('00000000-0000-4000-8000-00000000000a', '2026-08-01 00:00+00', 'note', 900, null),
    (null, '2026-08-31 23:59:59+00', 'note', 2500.5, null),
    (null, '2026-08-10 12:00+00', 'note', 9999, 'down'),
    (null, '2026-09-01 00:00+00', 'note', 5000, null),
    (null, '2026-08-10 12:00+00', null, null, null);
update mued.plugin_registry set health_status = 'degraded', last_health_check = '2026-08-31 12:00+00' where source = 'note';
insert into mued.provenance (content_type, license_type, acquisition_method, acquired_at, retention_years) values
    ('note_article', 'cc_by', 'api_fetch', '2025-08-15', 1),
    ('note_article', null, 'api_fetch', '2020-08-15', 1),
    ('material', 'mit', 'manual_upload', '2025-09-01', 1),
    ('material', 'mit', 'manual_upload', '2000-01-01', null);
insert into mued.lesson_slots (mentor_id, starts_at, ends_at, status)
    select '00000000-0000-4000-8000-00000000000b', t, t + interval '1 hour',
           case when t = '2026-08-20 01:00+00' then 'cancelled' else 'open' end
    from unnest(array[
        '2026-08-03 01:00+00', '2026-08-04 01:00+00', '2026-08-09 16:00+00', '2026-08-20 01:00+00', '2026-09-01 01:00+00'
    ]::timestamptz[]) t;
insert into mued.reservations (slot_id, student_id, starts_at, ends_at, booked_at, status, attendance_recorded_at, cancelled_at)
    select id, '00000000-0000-4000-8000-00000000000a', starts_at, ends_at, starts_at, v.status,
           case when v.status in ('attended', 'no_show') then ends_at end, case when v.status = 'cancelled' then starts_at end
    from mued.lesson_slots join (
        values ('2026-08-03', 'cancelled'), ('2026-08-03', 'attended'), ('2026-08-04', 'no_show'), ('2026-08-09', 'booked')
    ) as v (day, status) on v.day = to_char(starts_at, 'YYYY-MM-DD');
insert into mued.sessions (id, user_id, started_at) values
    ('00000000-0000-4000-8000-00000000000c', '00000000-0000-4000-8000-00000000000a', '2026-08-05');
insert into mued.interview_questions (session_id, position, theme, question, asked_at)
    select '00000000-0000-4000-8000-00000000000c', n, case when n < 4 then 'harmony' else 'rhythm' end, 'x', '2026-08-05'
    from generate_series(1, 4) n;
insert into mued.interview_answers (question_id, session_id, user_id, answer, is_skipped, duration_ms)
    select id, session_id, '00000000-0000-4000-8000-00000000000a', case when position < 3 then 'x' end, position = 3, position * 4000
    from mued.interview_questions where position < 4;
insert into mued.subscriptions (user_id, plan, price_jpy, started_at, ended_at, status) values
    ('00000000-0000-4000-8000-00000000000a', 'free', 0, '2026-07-01', '2026-08-15', 'ended'),
    ('00000000-0000-4000-8000-00000000000a', 'premium', 3000, '2026-08-15', null, 'active'),
    ('00000000-0000-4000-8000-00000000000b', 'free', 0, '2026-07-01', '2026-07-02', 'ended');
insert into mued.log_entries (user_id, content, language, logged_at, is_public, shared_with_mentor) values
    ('00000000-0000-4000-8000-00000000000a', 'x', 'ja', '2026-08-09 16:00+00', true, false),
    ('00000000-0000-4000-8000-00000000000a', 'x', 'ja', '2026-08-03 16:00+00', false, true),
    ('00000000-0000-4000-8000-00000000000b', 'x', 'en', '2026-08-03 16:00+00', false, false);
select mued.refresh_summaries()
"""


@pytest.fixture
def school(connection: Connection) -> Connection:
    """The rows above, seen by an analyst."""
    db.raw(connection).execute(ROWS)
    db.raw(connection).execute("set local role workbench_reader")
    return connection


def records(found: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(found[list(columns)].itertuples(index=False, name=None))


def test_plugin_health_sets_the_stated_health_beside_the_answers(school: Connection) -> None:
    found = queries.mued.plugin_health(school, **AUGUST)
    columns = ("source", "health_status", "answers", "errors", "error_rate")
    assert records(found, *columns)[1] == ("note", "degraded", 3, 1, pytest.approx(1 / 3))
    local = found.iloc[0]
    assert (local["source"], local["answers"]) == ("local", 0)
    assert pd.isna(local["error_rate"]) and pd.isna(local["error_rate_low"]), "no answers, no rate"
    assert found["error_rate_low"][1] == pytest.approx(0.0615, abs=1e-4)
    assert found["last_answer_at"][1] == pd.Timestamp("2026-08-31 23:59:59", tz="UTC")


def test_a_period_follows_its_time_zone(school: Connection) -> None:
    tokyo = queries.mued.plugin_health(school, **AUGUST, timezone="Asia/Tokyo")
    assert tokyo["answers"].tolist() == [0, 2], "the last second of August in UTC is September in Tokyo"


def test_expiring_provenance_lists_the_soonest_first(school: Connection) -> None:
    found = queries.mued.expiring_provenance(school, until="2026-09-01")
    assert records(found, "content_type", "license_type") == [("note_article", None), ("note_article", "cc_by")]
    assert found["expires_at"].tolist() == [pd.Timestamp("2021-08-15", tz="UTC"), pd.Timestamp("2026-08-15", tz="UTC")]
    assert len(queries.mued.expiring_provenance(school, until="2026-09-02")) == 3


def test_interview_answer_rate_by_theme(school: Connection) -> None:
    found = queries.mued.interview_answer_rate(school, **AUGUST)
    columns = ("theme", "questions", "answered", "skipped", "open", "median_seconds", "answer_rate")
    harmony, rhythm = records(found, *columns)
    assert harmony == ("harmony", 3, 2, 1, 0, 6.0, pytest.approx(2 / 3))
    assert rhythm[:5] == ("rhythm", 1, 0, 0, 1) and pd.isna(rhythm[5]) and rhythm[6] == 0


def test_interview_days_come_from_the_summary(school: Connection) -> None:
    found = queries.mued.interview_days(school, **AUGUST)
    assert records(found, "kind", "sessions", "questions", "answers", "skipped") == [("practice", 1, 4, 2, 1)]


def test_booking_outcomes_by_week(school: Connection) -> None:
    found = queries.mued.booking_outcomes(school, **AUGUST)
    columns = ("week", "slots", "booked", "attended", "no_show", "cancelled", "attendance_rate")
    first, cancelled = records(found, *columns)
    assert first == (pd.Timestamp("2026-08-03"), 3, 1, 1, 1, 1, 0.5)
    assert cancelled[:6] == (pd.Timestamp("2026-08-17"), 0, 0, 0, 0, 0) and pd.isna(cancelled[6])


def test_a_week_belongs_to_the_time_zone(school: Connection) -> None:
    tokyo = queries.mued.booking_outcomes(school, **AUGUST, timezone="Asia/Tokyo")
    assert records(tokyo, "week", "slots")[:2] == [(pd.Timestamp("2026-08-03"), 2), (pd.Timestamp("2026-08-10"), 1)]


def test_subscription_changes_add_up(school: Connection) -> None:
    found = queries.mued.subscription_changes(school, **AUGUST)
    columns = ("plan", "at_start", "begun", "ended", "at_end", "monthly_jpy_at_end")
    assert records(found, *columns) == [("free", 1, 0, 1, 0, 0), ("premium", 0, 1, 0, 1, 3000)]
    assert (found["at_start"] + found["begun"] - found["ended"] == found["at_end"]).all()


def test_log_writing_by_week_and_language(school: Connection) -> None:
    found = queries.mued.log_writing(school, **AUGUST)
    columns = ("week", "language", "entries", "writers", "shared_with_mentor", "public")
    monday = pd.Timestamp("2026-08-03")
    assert records(found, *columns) == [(monday, "en", 1, 1, 0, 0), (monday, "ja", 2, 1, 1, 1)]


def test_an_empty_database_gives_empty_answers_with_their_columns(database) -> None:
    questions = {
        name: function for name, function in vars(queries.mued).items() if getattr(function, "__module__", "") == queries.mued.__name__
    }
    with database.connect(db.IDENTIFIED) as connection:
        for name, question in questions.items():
            wanted = inspect.signature(question).parameters
            if name.startswith("_"):
                continue
            found = question(connection, **({"until": "2026-01-01"} if "until" in wanted else {"start": "2020-01-01", "end": "2020-02-01"}))
            assert len(found.columns) >= 4, name
            assert found.empty or name == "plugin_health"


def test_slow_answers_name_the_learner_and_leave_a_note(database) -> None:
    with database.connect() as connection:
        db.raw(connection).execute(ROWS)
        connection.commit()
    with database.connect(db.IDENTIFIED) as connection:
        found = queries.mued.slow_answers(connection, **AUGUST, rows=5)
    assert records(found, "learner", "source", "latency_ms") == [(None, "note", 2500.5), ("安", "note", 900.0)]
    with database.connect() as connection:
        noted = db.raw(connection).execute("select action, details ->> 'query', details ->> 'rows' from marts.audit").fetchall()
    assert noted == [("identified_read", "slow_answers", "5")]


def test_names_are_refused_to_a_role_that_may_not_see_them(school: Connection) -> None:
    with pytest.raises(UsageError, match="workbench_identified"):
        queries.mued.slow_answers(school, **AUGUST)
    with pytest.raises(UsageError, match="at least one row"):
        queries.mued.slow_answers(school, **AUGUST, rows=0)
