"""Questions of the engagement report to the rollups and facts that all platforms share. The SQL of `activity` is `engagement_activity`.

Every function takes the same filters: `start`, `end` (half-open days `[start, end)` of the local calendar), `platform` (`all`, a name or
a list of names), `tenant` and `timezone` (one for which rollups are kept). Figures are as of the last refresh; inside
`workbench.rollup.cut_off` they are as of its instant. Only learners are counted, not those who teach. Nothing is suppressed here:
the rows carry, or come with, the number of learners behind them, and reports suppress (definition X5).

All raise `UsageError` for an unknown platform, a time zone without rollups and an empty period.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from workbench import sqlfiles
from workbench.errors import UsageError
from workbench.rollups import parts

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Day = date | str
Platforms = str | Sequence[str]


def activity(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """Distinct active learners of every day, week and month that ends with it (definition E2).

    Returns:
        One row per `platform`, `day`, and `tenant` or `device` (`*`: all of them; with a chosen tenant its rows stand under `*`): `dau`,
        `wau`, `mau`. No row for a day on which nobody has been active for 28 days.
    """
    return _read(connection, "activity", start, end, platform, tenant, timezone)


def work(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """What active learners did on each day (definition E1).

    Returns:
        One row per `platform`, `day`, `tenant` and `device` (of a learner's first session of the day): `learners`, `events`, `active_ms`,
        `started`, `completed`, `asked_ai` (events).
    """
    return _read(connection, "work", start, end, platform, tenant, timezone)


def cohort_days(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """Active learners of each day by the week in which they joined (its Monday), or were first active where joining is not known.

    Returns:
        One row per `platform`, `day` and `cohort`: `learners`.
    """
    return _read(connection, "cohort_days", start, end, platform, tenant, timezone)


def states(
    connection: "Connection", *, before: Day, on: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """How many learners were in which state at the end of two days (definition E7; states as in `metrics.learner_states`), those who never
    did anything included.

    Returns:
        One row per `platform`, `tenant`, `weeks` since joining (at the second day, whole ones; since the first active day where joining is
        not known), `state_before` (`not_joined`: not enrolled on the first day), `state_after` (`left`: not on the second): `learners`;
        `active`: those who were on a day after the first; `users` with `answers` of AI help on those days.
    """
    chosen = {"platforms": parts.chosen_platforms(platform), "tenant": tenant, "zone": parts.kept_zone(timezone)}
    return sqlfiles.read(connection, "marts/queries/engagement_states", before=before, on=on, **chosen)


def newly_at_risk(
    connection: "Connection", *, on: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """Who became at risk in the seven days that end with a day: last active 7 to 13 days before it (definition E7).

    Returns:
        One row per learner enrolled on the day and not erased, the latest first: `platform`, `learner_id` (an id, not for display:
        definition X6), `tenant`, `last_day`.
    """
    chosen = {"platforms": parts.chosen_platforms(platform), "tenant": tenant, "zone": parts.kept_zone(timezone)}
    return sqlfiles.read(connection, "marts/queries/engagement_newly_at_risk", on=on, **chosen)


def cohorts(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC",
    basis: str = "joined",
) -> "pd.DataFrame":  # fmt: skip
    """Learners who started on a day of the period, by week since (definition E3).

    Args:
        basis: what starts a learner: `joined` or `first_active`.

    Returns:
        One row per `platform`, `start_day` and `week`: `members`, `active`, `first_back`, `last_active` as in `marts.cohort_week`.
    """
    return _read(connection, "cohorts", start, end, platform, tenant, timezone, basis=basis)


def joins(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """Learners who joined or left.

    Returns:
        One row per `platform` and `day` with either: `joined`, `left_count`.
    """
    return _read(connection, "joins", start, end, platform, tenant, timezone)


def sessions(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """Sessions begun on each day: how many, when, how long (definitions E4, Q2).

    Returns:
        One row per `platform`, `day`, `tenant`, `device` and `kind`: `sessions`, `unended`, `session_ms`, `completion_count`,
        `completion_sum`, `hours` (24 counts), `buckets` and `counts` of the histogram of lengths in milliseconds.
    """
    return _read(connection, "sessions", start, end, platform, tenant, timezone)


def session_people(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """Distinct learners behind the figures of sessions (definition X5).

    Returns:
        One row per `platform` and `cell`: `platform` (key empty), `day` (key `2026-08-01`), `device` (at least so many: a day counts for
        the device of its first session), `hour` (key `1 17`: ISO weekday and local hour); `learners`.
    """
    return _read(connection, "session_people", start, end, platform, tenant, timezone)


def funnel(
    connection: "Connection", *, start: Day, end: Day, flow: str, platform: Platforms = "all", tenant: str | None = None,
    timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Steps of a platform's funnel that were reached in the period, from the facts (definition E5).

    Args:
        flow: name of the funnel: interview, study, concept or video.

    Returns:
        One row per step: `platform`, `learner_id`, `entry_id`, `step_no`, `step`, `occurred_at`.
    """
    return _read(connection, "funnel", start, end, platform, tenant, timezone, flow=flow)


def watched(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC",
    videos: int = 3,
) -> "pd.DataFrame":  # fmt: skip
    """The videos watched by most learners, from the facts (definition E6).

    Returns:
        At most `videos` rows: `platform`, `video_id`, `learners`, `stretches`, `last_second` that anybody saw.
    """
    return _read(connection, "watched", start, end, platform, tenant, timezone, videos=videos)


def watch(
    connection: "Connection", *, start: Day, end: Day, video: str, platform: Platforms = "all", tenant: str | None = None,
    timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """The stretches of one video that were watched, from the facts (definition E6).

    Returns:
        One row per stretch: `learner_id`, `started_at`, `from_second`, `to_second`.
    """
    return _read(connection, "watch", start, end, platform, tenant, timezone, video=video)


def known_days(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """On which days learners were active, and since when that was known, from the facts: for back-tests.

    Returns:
        One row per `platform`, `learner_id` and `day`: `known_at` (when the first row of the day was recorded).
    """
    return _read(connection, "known_days", start, end, platform, tenant, timezone)


def habit_days(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """Days on which learners wrote a note, went to a lesson or rated something.

    Returns:
        One row per `platform`, `learner_id` and `day`: `logged`, `attended`, `rated` (events).
    """
    return _read(connection, "habit_days", start, end, platform, tenant, timezone)


def _read(
    connection: "Connection", name: str, start: Day, end: Day, platform: Platforms, tenant: str | None, timezone: str, **more: Any
) -> "pd.DataFrame":
    if str(start) >= str(end):
        raise UsageError(f"The period is empty: {start} is not before {end}.")
    chosen = {"platforms": parts.chosen_platforms(platform), "tenant": tenant, "zone": parts.kept_zone(timezone)}
    return sqlfiles.read(connection, f"marts/queries/engagement_{name}", {"{as_of}": "infinity"}, start=start, end=end, **chosen, **more)
