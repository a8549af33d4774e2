"""Questions only video can be asked: the business metrics of its tenants, their content and questions, positions, alerts, ages of data.

Periods are half-open `[start, end)`: dates (or ISO text) of the given IANA time zone. `tenant` is a slug; without one all tenants are
answered for. Rows come back as `sqlfiles.read` types them. Rates carry their 95 % Wilson interval (definition X1) as `<rate>_low` and
`<rate>_high` and are NaN where there is nothing to divide by; nothing is suppressed here: results about few learners are for reports
to suppress (definition X5).
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from workbench import sqlfiles
from workbench.errors import UsageError
from workbench.metrics.stats import wilson

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Day = date | str
Instant = datetime | str


def engagement_rate(connection: "Connection", *, start: Day, end: Day, tenant: str | None = None, timezone: str = "UTC") -> "pd.DataFrame":
    """The student engagement rate: of the students who had an account in the period, the share active in it (definition E1).

    Active is who watched, answered, reached a milestone or completed something; a page view or sign-in alone is not learning.

    Returns:
        One row per tenant: `tenant`, `students`, `engaged`, `engagement_rate` (0 to 1) with its interval.
    """
    found = sqlfiles.read(connection, "video/queries/engagement_rate", start=start, end=end, tenant=tenant, timezone=timezone)
    return _with_rate(found, "engagement_rate", "engaged", "students")


def engagement_daily(connection: "Connection", *, start: Day, end: Day, tenant: str | None = None, timezone: str = "UTC") -> "pd.DataFrame":
    """How many students learn on each day (definition E1); days without anybody are there with 0.

    Returns:
        One row per tenant and day of the time zone: `tenant`, `day`, `students` with an account on it, `active_students`,
        `minutes_watched`.
    """
    return sqlfiles.read(connection, "video/queries/engagement_daily", start=start, end=end, tenant=tenant, timezone=timezone)


def completion_rate(connection: "Connection", *, until: Day, tenant: str | None = None, timezone: str = "UTC") -> "pd.DataFrame":
    """The content completion rate: of the students to whom a lesson was assigned before the day `until`, the share done (definition P7).

    Returns:
        One row per lesson with assignments: `tenant`, `lesson_id`, `lesson`, `assigned`, `begun`, `completed`, `due` (assignments
        past their day), `on_time` of those, `median_days` from assignment to completion (NaN without any), `completion_rate` =
        completed/assigned with its interval.
    """
    found = sqlfiles.read(connection, "video/queries/completion_rate", until=until, tenant=tenant, timezone=timezone)
    return _with_rate(found, "completion_rate", "completed", "assigned")


def ai_generation_success(
    connection: "Connection", *, start: Day, end: Day, tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """The AI generation success rate, what people thought of the questions, and what the calls cost.

    Jobs and their questions are those asked for in the period, calls those made in it. Cancelled and unfinished jobs count neither
    way. An approval is one that stands now; a call without a price is counted, never taken for 0 (definition S7).

    Returns:
        One row per configuration: `tenant`, `provider`, `model`, `jobs`, `succeeded`, `failed`, `cancelled`, `questions` =
        `approved` + `rejected` + `waiting` + drafts, `calls`, `failed_calls`, `cost_jpy` (JPY), `unpriced_calls`, `success_rate` =
        succeeded/(succeeded + failed) and `approval_rate` = approved/(approved + rejected) with their intervals.
    """
    found = sqlfiles.read(connection, "video/queries/ai_generation_success", start=start, end=end, tenant=tenant, timezone=timezone)
    settled = found.assign(settled=found["succeeded"] + found["failed"], judged=found["approved"] + found["rejected"])
    rated = _with_rate(settled, "success_rate", "succeeded", "settled")
    return _with_rate(rated, "approval_rate", "approved", "judged").drop(columns=["settled", "judged"])


def error_rate(connection: "Connection", *, start: Day, end: Day, tenant: str | None = None, timezone: str = "UTC") -> "pd.DataFrame":
    """The system error rate as students meet it: views during which the player or a page reported an error.

    Returns:
        One row per tenant, device and ISO week (definition E8): `tenant`, `device`, `week` (its Monday), `views` begun, `completed`,
        `errors`, `views_with_errors`, `error_rate` = views_with_errors/views with its interval.
    """
    found = sqlfiles.read(connection, "video/queries/error_rate", start=start, end=end, tenant=tenant, timezone=timezone)
    return _with_rate(found, "error_rate", "views_with_errors", "views")


def storage_classes(connection: "Connection", *, as_of: Instant) -> "pd.DataFrame":
    """How much of every table is hot (changed or happened less than 90 days before `as_of`), warm (up to 2 years) and cold.

    Returns:
        Three rows per table: `table_name`, `class`, `rows`, `bytes` (the table's bytes on disk, indexes included, shared out by
        rows), `oldest_at`, `newest_at` (NaT without rows).
    """
    return sqlfiles.read(connection, "video/queries/storage_classes", as_of=as_of)


def teacher_content(
    connection: "Connection", *, tenant: str, lesson_id: str, start: Day, end: Day, timezone: str = "UTC"
) -> "pd.DataFrame":
    """How a lesson is watched and answered, video by video in its order.

    Returns:
        One row per video: `video_id`, `video`, `duration_seconds`, `starters` and `completers` (students), `views`,
        `minutes_watched`, `errors`, `first_attempts` at the questions of its milestones, `first_correct` of those, `attempts`;
        `completed_share` = completers/starters and `correct_share` = first_correct/first_attempts with their intervals.
    """
    found = sqlfiles.read(
        connection, "video/queries/teacher_content", tenant=tenant, lesson_id=lesson_id, start=start, end=end, timezone=timezone
    )
    return _with_rate(_with_rate(found, "completed_share", "completers", "starters"), "correct_share", "first_correct", "first_attempts")


def watch_curve(
    connection: "Connection", *, video_id: str, start: Day, end: Day, timezone: str = "UTC", slices: int = 50
) -> "pd.DataFrame":
    """Where a video loses its audience and what is watched again (definition E6): a peak marks a passage hard to follow.

    Returns:
        One row per slice of equal length: `from_second`, `to_second`, `audience` (students who saw any of it), `starters` of the
        whole video, `watched_again` (times its length was seen beyond the first, over all students), `audience_share` with its interval.

    Raises:
        UsageError: `slices` is not positive.
    """
    if slices < 1:
        raise UsageError(f"slices is {slices}; a video has at least one.")
    found = sqlfiles.read(
        connection, "video/queries/watch_curve", video_id=video_id, start=start, end=end, timezone=timezone, slices=slices
    )
    return _with_rate(found, "audience_share", "audience", "starters")


def milestone_losses(connection: "Connection", *, start: Day, end: Day, tenant: str | None = None, timezone: str = "UTC") -> "pd.DataFrame":
    """Milestones where students stop, beside how hard the questions there are: who stops may have failed.

    Returns:
        One row per milestone reached in the period, most reached first: `tenant`, `video_id`, `video`, `duration_seconds`,
        `milestone_id`, `milestone` (title), `timestamp_seconds`, `reached` and `went_on` (students; who watched beyond it afterwards),
        `answerers` (students), `first_attempts` at its questions, `first_correct` of those.
    """
    texts = {"{as_of}": "infinity"}
    return sqlfiles.read(connection, "video/queries/milestone_losses", texts, start=start, end=end, tenant=tenant, timezone=timezone)


def question_quality(connection: "Connection", *, start: Day, end: Day, tenant: str | None = None, timezone: str = "UTC") -> "pd.DataFrame":
    """Questions by how well they tell strong from weak students (definition P6), the worst first: below 0 the key may be wrong.

    Returns:
        One row per question with first attempts in the period: `tenant`, `question_id`, `question_type`, `prompt`, `origin` (human,
        ai), `first_attempts`, `correct`, `discrimination` (point-biserial of a right first attempt against the share of the
        student's other first attempts that were right; NaN where either never varies), `correct_share` with its interval.
    """
    found = sqlfiles.read(connection, "video/queries/question_quality", start=start, end=end, tenant=tenant, timezone=timezone)
    return _with_rate(found, "correct_share", "correct", "first_attempts")


def sync_position(connection: "Connection", *, student_id: str) -> "pd.DataFrame":
    """Where a student goes on, on whatever device: the videos open somewhere, the one seen last first.

    Returns:
        One row per open video: `video_id`, `video`, `position_seconds`, `duration_seconds`, `last_device`, `last_seen_at`,
        `milestones_passed`.
    """
    return sqlfiles.read(connection, "video/queries/sync_position", student_id=student_id)


def milestone_lookup(
    connection: "Connection", *, video_id: str, from_second: float = 0.0, to_second: float = float("inf")
) -> "pd.DataFrame":
    """The stops of a video from one second up to another, and what is asked there.

    Returns:
        One row per milestone in order: `milestone_id`, `timestamp_seconds`, `title`, `is_required`, `pass_ratio` (0 to 1),
        `retry_limit` (attempts), `branch_video_id` (where a failed one leads; empty on a straight path), published `questions` and
        their `points`.
    """
    return sqlfiles.read(connection, "video/queries/milestone_lookup", video_id=video_id, from_second=from_second, to_second=to_second)


def open_notifications(connection: "Connection", *, as_of: Instant, tenant: str | None = None) -> "pd.DataFrame":
    """Alerts that nobody had taken on at the instant, those of the system first, then the oldest.

    Returns:
        One row per alert: `notification_id`, `tenant` (empty for alerts about the whole system; a wanted tenant leaves them out),
        `kind`, `severity` (critical, business), `title`, `created_at`, `open_hours`.
    """
    return sqlfiles.read(connection, "video/queries/open_notifications", as_of=as_of, tenant=tenant)


def review_queue(connection: "Connection", *, tenant: str | None = None) -> "pd.DataFrame":
    """Questions that wait for their review now, the longest first.

    Returns:
        One row per question: `tenant`, `question_id`, `question_type`, `prompt`, `origin`, `content_version`, `waiting_since`.
    """
    return sqlfiles.read(connection, "video/queries/review_queue", tenant=tenant)


def _with_rate(found: "pd.DataFrame", name: str, good: str, total: str) -> "pd.DataFrame":
    trials = found[total].astype("float64")
    low, high = wilson(found[good], trials)
    return found.assign(**{name: found[good] / trials.where(trials > 0), f"{name}_low": low, f"{name}_high": high})
