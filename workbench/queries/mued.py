"""Questions only MUED can be asked: lessons, interviews, notes, plans, rights of content, health of its content sources.

Periods are half-open `[start, end)`: dates (or ISO text) of the given IANA time zone. Rows come back as `sqlfiles.read` types them.
Ratios carry their 95 % Wilson interval (definition X1); nothing is suppressed here: results about few learners are for reports
to suppress (definition X5).
"""

import json
from datetime import date
from typing import TYPE_CHECKING

from workbench import replica, sqlfiles
from workbench.errors import UsageError
from workbench.metrics.stats import wilson

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Day = date | str


def plugin_health(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """Each registered content source: what its health check says, and what its answers in the period say.

    Returns:
        One row per plugin, by `source`: `name`, `source`, `version`, `enabled`, `health_status` (unknown, healthy, degraded,
        unhealthy), `last_health_check`; `answers` (errors included), `errors`, `last_answer_at` of the period; `error_rate`
        (0 to 1, NaN without answers) with `error_rate_low` and `error_rate_high`.
    """
    found = sqlfiles.read(connection, "mued/queries/plugin_health", start=start, end=end, timezone=timezone)
    return _with_rate(found, "error_rate", "errors", "answers")


def expiring_provenance(connection: "Connection", *, until: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """Content whose retention period ends before the day `until`, what has expired already included.

    A period of n years ends n calendar years (UTC) after `acquired_at`; content without one never expires.

    Returns:
        One row per provenance row, the soonest first: `provenance_id`, `content_type`, `license_type` (empty when unknown),
        `permission_flag`, `acquired_at`, `retention_years`, `expires_at`.
    """
    return sqlfiles.read(connection, "mued/queries/expiring_provenance", until=until, timezone=timezone)


def interview_answer_rate(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """How willingly learners answer, by theme of the questions asked in the period.

    Returns:
        One row per theme: `theme`, `questions` = `answered` + `skipped` + `open` (no answer yet), `median_seconds` from question
        to answer (NaN without answers), `answer_rate` = answered/questions with `answer_rate_low` and `answer_rate_high`.
    """
    found = sqlfiles.read(connection, "mued/queries/interview_answer_rate", start=start, end=end, timezone=timezone)
    return _with_rate(found, "answer_rate", "answered", "questions")


def interview_days(connection: "Connection", *, start: Day, end: Day) -> "pd.DataFrame":
    """Interviews by UTC day and kind of session, from the materialized view: as of its last refresh.

    Returns:
        One row per day and kind: `day`, `kind`, `sessions`, `analysed_sessions`, `questions`, `answers`, `skipped`.
    """
    return sqlfiles.read(connection, "mued/queries/interview_days", start=start, end=end)


def booking_outcomes(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """What became of the lessons that start in the period, by ISO week of the time zone (definition E8).

    Returns:
        One row per week with lessons: `week` (its Monday), `slots` offered and not cancelled; bookings that are still `booked`,
        `attended`, `no_show` or `cancelled`; `attendance_rate` = attended/(attended + no_show), NaN when no lesson is settled,
        with `attendance_rate_low` and `attendance_rate_high`.
    """
    found = sqlfiles.read(connection, "mued/queries/booking_outcomes", start=start, end=end, timezone=timezone)
    settled = found.assign(settled=found["attended"] + found["no_show"])
    return _with_rate(settled, "attendance_rate", "attended", "settled").drop(columns="settled")


def lesson_weeks(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """What became of the bookings of each week's lessons, with the students behind the numbers.

    Returns:
        One row per week and outcome: `week` (its Monday; empty: the whole period), `outcome` (booked, attended, no_show,
        cancelled), `bookings`, `learners`.
    """
    return sqlfiles.read(connection, "mued/queries/lesson_weeks", {"{as_of}": "infinity"}, start=start, end=end, timezone=timezone)


def interview_weeks(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """How readily students answer interview questions, week by week.

    Returns:
        One row per week: `week` (its Monday), `learners` who were asked, `questions`, `answered`, `skipped`, `median_seconds` from
        question to answer (NaN without any).
    """
    return sqlfiles.read(connection, "mued/queries/interview_weeks", {"{as_of}": "infinity"}, start=start, end=end, timezone=timezone)


def subscription_changes(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """How the plans fared over the period.

    Returns:
        One row per plan in use: `plan`, accounts on it `at_start`, subscriptions `begun` and `ended` within the period, accounts on it
        `at_end` (at_start + begun − ended), `monthly_jpy_at_end` = what those pay a month, in JPY.
    """
    return sqlfiles.read(connection, "mued/queries/subscription_changes", start=start, end=end, timezone=timezone)


def log_writing(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """Notes written, by ISO week of the time zone and language.

    Returns:
        One row per week and language: `week` (its Monday), `language`, `entries`, `writers` (distinct learners), entries
        `shared_with_mentor`, entries `public`.
    """
    return sqlfiles.read(connection, "mued/queries/log_writing", start=start, end=end, timezone=timezone)


def slow_answers(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC", rows: int = 50) -> "pd.DataFrame":
    """The slowest answers of the period and who waited for them, for `connect("workbench_identified")`.

    Each call is noted in `marts.audit`.

    Returns:
        At most `rows` rows, the slowest first: `answer_id`, `occurred_at`, `learner` (name; empty without an account), `model`,
        `source`, `latency_ms`, `input_tokens`, `output_tokens`, `feedback` (−1, 0, 1 or NaN).

    Raises:
        UsageError: the connection's role may not see names, or `rows` is not positive.
    """
    if rows < 1:
        raise UsageError(f"rows is {rows}; ask slow_answers for at least one row.")
    if not connection.exec_driver_sql("select has_column_privilege('mued.users', 'display_name', 'select')").scalar():
        raise UsageError('slow_answers shows names, which this role may not see; use connect("workbench_identified").')
    _note_identified_read(connection, "slow_answers", start=str(start), end=str(end), timezone=timezone, rows=rows)
    return sqlfiles.read(connection, "mued/queries/slow_answers", start=start, end=end, timezone=timezone, rows=rows)


def _note_identified_read(connection: "Connection", query: str, **parameters: object) -> None:
    """In a transaction of its own: the caller's is read-only, and a read stays noted whatever becomes of it."""
    details = json.dumps({"query": query, **parameters})
    with replica.primary_engine(connection).begin() as noting:
        noting.exec_driver_sql("set transaction read write")
        noting.exec_driver_sql("select marts.note_audit('identified_read', cast(%s as jsonb))", (details,))


def _with_rate(found: "pd.DataFrame", name: str, good: str, total: str) -> "pd.DataFrame":
    trials = found[total].astype("float64")
    low, high = wilson(found[good], trials)
    return found.assign(**{name: found[good] / trials.where(trials > 0), f"{name}_low": low, f"{name}_high": high})
