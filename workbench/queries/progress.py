"""Questions of the progress report to the rollups and facts that all platforms share. The SQL of `states` is `progress_states`.

Filters: `platform` (`all`, a name or a list of names), `tenant`, `unit` (only learners to whom this unit is assigned) and `until` (an
aware instant: what happened from then on does not count). Rollups are as of their last refresh; inside `workbench.rollup.cut_off` of the
attempts they are as of its instant. Keys are text, instants that are only computed with are seconds of the epoch. Nothing is suppressed
here: rows are about one learner or come with the number of learners behind them, and reports suppress (definition X5).

All raise `UsageError` for an unknown platform.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from workbench import sqlfiles
from workbench.rollups import parts

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Day = date | str
Platforms = str | Sequence[str]


def is_later(connection: "Connection", *, platform: Platforms = "all", until: datetime) -> bool:
    """Whether the stored rollups hold answers of a time from `until` on, so that they do not show the state at that instant."""
    asked = {"platforms": parts.chosen_platforms(platform), "until": until}
    return bool(sqlfiles.fetch(connection, "marts/queries/progress_is_later", **asked)[0].is_later)


def skills(connection: "Connection", *, platform: Platforms = "all") -> "pd.DataFrame":
    """The skills that items exercise.

    Returns:
        One row per `platform` and `skill_id`: `name`, `category`, `prerequisites` (list of skills to be mastered before), `minutes` to
        learn it, and `prior`, `learn`, `guess`, `slip`, `forget`: the platform's own parameters of tracing (definition P1; NaN without).
    """
    found = _read(connection, "skills", platform)
    numbers = ["minutes", "prior", "learn", "guess", "slip", "forget"]
    return found.astype(dict.fromkeys(numbers, "float64"))


def states(
    connection: "Connection", *, until: datetime, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None,
    learner: str | None = None,
) -> "pd.DataFrame":  # fmt: skip
    """Where learners stand in the skills they have answered (definition P1); of one `learner` on request.

    Returns:
        One row per `platform`, `learner_id` and `skill_id`: `tenant`, `answers`, `correct`, `opportunities` (first answers to items),
        `first_s`, `last_s`, `log_odds` of knowing after the last answer (NaN where no parameters are known), `mastered_s` and
        `answers_to_mastery` (when the probability first was 0.95; NaN: not yet).
    """
    found = _read(connection, "states", platform, tenant=tenant, unit=unit, learner=learner, until=until)
    return found.astype(dict.fromkeys(["log_odds", "mastered_s", "answers_to_mastery"], "float64"))


def opportunities(
    connection: "Connection", *, until: datetime, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None
) -> "pd.DataFrame":
    """Errors at the opportunities of each skill (definition P4).

    Returns:
        One row per `platform`, `skill_id`, `reached` (opportunities the learners had) and `opportunity`: `learners`, `errors`.
    """
    return _read(connection, "opportunities", platform, tenant=tenant, unit=unit, until=until)


def work(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None,
    timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Answers given in the period `[start, end)` of local days.

    Returns:
        One row per `platform` and `skill_id` (all zeros: none): `answers`, `correct`, `score_sum` (shares of points, 0 to 1 each).
    """
    zone = parts.kept_zone(timezone)
    return _read(connection, "work", platform, tenant=tenant, unit=unit, zone=zone, start=start, end=end)


def learners(
    connection: "Connection", *, since: Day, end: Day, until: datetime, platform: Platforms = "all", tenant: str | None = None,
    unit: str | None = None, timezone: str = "UTC", share: float = 1.0,
) -> "pd.DataFrame":  # fmt: skip
    """Everybody enrolled before `until`, those who never answered included.

    Returns:
        One row per `platform` and `learner_id`: `tenant`, `recent_answers` and `recent_correct` of the local days `[since, end)`,
        `is_drawn`: among the `share` of them whose answers `attempts` and `first_answers` give.
    """
    zone = parts.kept_zone(timezone)
    return _read(connection, "learners", platform, tenant=tenant, unit=unit, zone=zone, since=since, end=end, until=until, share=share)


def items(connection: "Connection", *, platform: Platforms = "all") -> "pd.DataFrame":
    """The items that can be answered.

    Returns:
        One row per `platform` and `item_id`: `skill_id`, `kind`, `title`, stored `difficulty`, `discrimination`, `guessing` (NaN: none).
    """
    found = _read(connection, "items", platform)
    return found.astype(dict.fromkeys(["difficulty", "discrimination", "guessing"], "float64"))


def first_answers(
    connection: "Connection", *, until: datetime, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None,
    learner: str | None = None, share: float = 1.0,
) -> "pd.DataFrame":  # fmt: skip
    """First answers of learners to items (definition P6), of all learners or of a `share` of them drawn by their identity.

    Returns:
        One row per `platform`, `learner_id` and `item_id`, in the order of time: `skill_id`, `first_s`, `is_correct`, `response_ms`
        (NaN: not timed), and over all answers of the learner to the item `attempts` and `correct`.
    """
    asked = {"tenant": tenant, "unit": unit, "learner": learner, "until": until, "share": share}
    return _read(connection, "first_answers", platform, **asked).astype({"response_ms": "float64"})


def attempts(
    connection: "Connection", *, until: datetime, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None,
    learner: str | None = None, share: float = 1.0,
) -> "pd.DataFrame":  # fmt: skip
    """Answers of all learners, or of a `share` of them drawn by their identity, from the raw rows.

    Returns:
        One row per answer to an item of a skill, learner by learner in the order of time: `platform`, `learner_id`, `skill_id`,
        `item_id`, `at_s`, `is_correct`, `response_ms`.
    """
    asked = {"tenant": tenant, "unit": unit, "learner": learner, "until": until, "share": share}
    return _read(connection, "attempts", platform, **asked).astype({"response_ms": "float64"})


def due(
    connection: "Connection", *, until: datetime, days: int = 30, platform: Platforms = "all", tenant: str | None = None,
    unit: str | None = None, learner: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Reviews that are due (definition P5), by the schedule as it stands now.

    Returns:
        One row per review: `platform`, `skill_id`, `day` (NaT: overdue), `learner_id`, `mastery_probability` as stored.
    """
    asked = {"tenant": tenant, "unit": unit, "learner": learner, "until": until, "zone": timezone, "days": days}
    return _read(connection, "due", platform, **asked)


def stored(
    connection: "Connection", *, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None, learner: str | None = None
) -> "pd.DataFrame":
    """The states of knowledge that the platforms keep, as they are now (definition P3).

    Returns:
        One row per `platform`, `learner_id` and `skill_id`: `stored` probability, `updated_s`, `due_s` (NaN: no review planned).
    """
    found = _read(connection, "stored", platform, tenant=tenant, unit=unit, learner=learner)
    return found.astype({"due_s": "float64"})


def units(
    connection: "Connection", *, until: datetime, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None,
    learner: str | None = None,
) -> "pd.DataFrame":  # fmt: skip
    """Units assigned and how far they are done (definition P7). With `unit` only that one.

    Returns:
        One row per `platform`, `unit_type`, `unit_id` and `grade` (none is a grade of its own): `name`, `category`, `assigned` (learners),
        `completed`, `completed_sum` (of ratios), `scored`, `score_sum`, `score_square_sum`.
    """
    found = _read(connection, "units", platform, tenant=tenant, unit=unit, learner=learner, until=until)
    return found.astype(dict.fromkeys(["completed_sum", "score_sum", "score_square_sum"], "float64"))


def unit_kinds(
    connection: "Connection", *, until: datetime, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None
) -> "pd.DataFrame":
    """Kinds of units as wholes, by category and by grade; learners are distinct.

    Returns:
        One row per `platform`, `unit_type`, `category` (`*`: all) and `grade` (`*`: all, empty: without one), never split by both:
        `learners`, `assigned`, `completed`, `completed_sum`, `scored`, `score_sum`.
    """
    found = _read(connection, "unit_kinds", platform, tenant=tenant, unit=unit, until=until)
    return found.astype(dict.fromkeys(["completed_sum", "score_sum"], "float64"))


def ai_help(
    connection: "Connection", *, until: datetime, platform: Platforms = "all", tenant: str | None = None, unit: str | None = None
) -> "pd.DataFrame":
    """Answers of an AI assistant to learners.

    Returns:
        One row per answer: `platform`, `learner_id`, `at_s`, `is_error`, `feedback` (−1, 0, 1 or NaN), `relevance_score` (0 to 1 or NaN).
    """
    found = _read(connection, "ai_help", platform, tenant=tenant, unit=unit, until=until)
    return found.astype(dict.fromkeys(["feedback", "relevance_score"], "float64"))


def _read(connection: "Connection", name: str, platform: Platforms, **asked: Any) -> "pd.DataFrame":
    texts = {"{as_of}": "infinity"}
    platforms = parts.chosen_platforms(platform)
    return sqlfiles.read(connection, f"marts/queries/progress_{name}", texts, platforms=platforms, **asked)
