"""Questions only the learning platform can be asked: enrolments and clicks of courses, quality of generated assets, search.

Periods are half-open `[start, end)`: dates (or ISO text) of the given IANA time zone. Rows come back as `sqlfiles.read` types them.
Ratios carry their 95 % Wilson interval (definition X1); nothing is suppressed here: results about few learners are for reports
to suppress (definition X5).
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from workbench import sqlfiles
from workbench.errors import UsageError
from workbench.metrics.stats import wilson

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Day = date | str


def enrolment_results(connection: "Connection") -> "pd.DataFrame":
    """How the enrolments of each course ended.

    Returns:
        One row per material and result: `title`, `final_result` (for instance Pass, Withdrawn), `enrolments`, `learners`,
        `of_material` (all its enrolments), `share` = enrolments/of_material with `share_low` and `share_high`.
    """
    return _with_rate(sqlfiles.read(connection, "learning/queries/enrolment_results"), "share", "enrolments", "of_material")


def enrolment_weeks(connection: "Connection", *, title: str | None = None) -> "pd.DataFrame":
    """Enrolments and departures by week from the beginning of the course, of one course or of all.

    Returns:
        One row per week with either: `week` = floor(day / 7), negative before the course begins, `registrations`, `unregistrations`.
    """
    return sqlfiles.read(connection, "learning/queries/enrolment_weeks", title=title)


def score_distribution(connection: "Connection") -> "pd.DataFrame":
    """How the scores of submissions are spread, those carried over from an earlier course included (definition Q1).

    Returns:
        One row for all, whose `title` is empty, then one per material: `title`, `submissions` = `scores` + `missing`,
        `carried_over` among them, `mean`, `p05`, `p25`, `p50`, `p75`, `p95` of the scores (0 to 100).
    """
    return sqlfiles.read(connection, "learning/queries/score_distribution")


def daily_clicks(connection: "Connection") -> "pd.DataFrame":
    """Clicks of all learners of a course by day, from the totals kept with the course.

    Returns:
        One row per course and day: `title`, `day` (0 = the first of the course), `date`, `clicks`.
    """
    return sqlfiles.read(connection, "learning/queries/daily_clicks")


def click_totals(connection: "Connection") -> "pd.DataFrame":
    """Clicks of each course, and how much of them is there row by row: a sample stays a sample.

    Returns:
        One row per course: `title`, `clicks` by its totals, `days` with any, `peak_day`, `peak_clicks`; `sampled_rows` and
        `sampled_clicks` among the interactions.
    """
    return sqlfiles.read(connection, "learning/queries/click_totals")


def kept_defects(connection: "Connection") -> "pd.DataFrame":
    """Loaded rows that break a rule and were kept, by what is wrong with them.

    Returns:
        One row per table and flag: `held_in`, `flag`, `row_count`.
    """
    return sqlfiles.read(connection, "learning/queries/kept_defects")


def asset_quality(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """What generated assets are worth, by kind and by the model that made them.

    Returns:
        One row per kind and model: `asset_type`, `generation_model`, `assets`; in the period `answers`, `correct`, `views`, `skips`,
        `ratings`, `mean_rating` (1 to 5, NaN without ratings), `reports`; `stated_quality` (mean quality score, 0 to 1);
        `correct_rate` = correct/answers with `correct_rate_low` and `correct_rate_high`.
    """
    found = sqlfiles.read(connection, "learning/queries/asset_quality", start=start, end=end, timezone=timezone)
    return _with_rate(found, "correct_rate", "correct", "answers")


def item_quality(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC", least: int = 30) -> "pd.DataFrame":
    """Which questions do not measure what they should: those that learners who know more get wrong come first (definition P6).

    A clearly negative `point_biserial` means a wrong key more often than a hard question.

    Args:
        least: only assets with at least this many answers in the period.

    Returns:
        One row per asset: `asset_id`, `title`, `material`, `answers`, `correct`, `point_biserial` (−1 to 1, NaN when all or none are
        right), `median_seconds` to answer, `reports` ever; `correct_rate` with `correct_rate_low` and `correct_rate_high`.
    """
    found = sqlfiles.read(connection, "learning/queries/item_quality", start=start, end=end, timezone=timezone, least=least)
    return _with_rate(found, "correct_rate", "correct", "answers")


def session_outcomes(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """Whether sessions come to their end, by ISO week of the time zone and device (definition E8).

    Returns:
        One row per week and device: `week` (its Monday), `device` (empty when unknown), `sessions`, `learners`,
        `measured` sessions (those whose completion is known), `completed`, `mean_completion` (0 to 1), `median_minutes` of those with
        an end; `completed_rate` = completed/measured with `completed_rate_low` and `completed_rate_high`.
    """
    found = sqlfiles.read(connection, "learning/queries/session_outcomes", start=start, end=end, timezone=timezone)
    return _with_rate(found, "completed_rate", "completed", "measured")


def ratings_given(connection: "Connection", *, start: Day, end: Day, timezone: str = "UTC") -> "pd.DataFrame":
    """How learners rated the generated material in the period.

    Returns:
        One row per `rating` given: `ratings` (how often), `learners`.
    """
    return sqlfiles.read(connection, "learning/queries/ratings_given", {"{as_of}": "infinity"}, start=start, end=end, timezone=timezone)


def search_materials(connection: "Connection", words: str, *, rows: int = 20) -> "pd.DataFrame":
    """Materials by words in title and description (`"exact phrase"`, `-without`, `or`), or by any part of the title, in any language.

    Returns:
        At most `rows` rows, the best first: `material_id`, `title`, `subject_area`, `difficulty_level`, `tags`, `rank`.

    Raises:
        UsageError: there is nothing to look for, or `rows` is not positive.
    """
    return sqlfiles.read(connection, "learning/queries/search_materials", words=_wanted(words, rows), part=_part(words), rows=rows)


def search_chunks(connection: "Connection", words: str, *, rows: int = 20) -> "pd.DataFrame":
    """Segments of materials by words, or by any part of their text, in any language.

    Returns:
        At most `rows` rows, the best first: `chunk_id`, `material`, `chunk_order`, `language`, `extract` (words found in <b>, not
        escaped), `rank`.

    Raises:
        UsageError: there is nothing to look for, or `rows` is not positive.
    """
    return sqlfiles.read(connection, "learning/queries/search_chunks", words=_wanted(words, rows), part=_part(words), rows=rows)


def materials_by_tag(connection: "Connection", tags: Sequence[str]) -> "pd.DataFrame":
    """Materials that carry all of these tags.

    Returns:
        One row per material: `material_id`, `title`, `tags`, and how many `chunks`, `assets` and `sessions` it has.
    """
    return sqlfiles.read(connection, "learning/queries/materials_by_tag", tags=list(tags))


def _wanted(words: str, rows: int) -> str:
    if not words.strip() or rows < 1:
        raise UsageError(f"a search needs words and room for at least one row; it was given {words!r} and {rows}.")
    return words


def _part(words: str) -> str:
    """A pattern for ILIKE that holds the words as they are."""
    escaped = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _with_rate(found: "pd.DataFrame", name: str, good: str, total: str) -> "pd.DataFrame":
    trials = found[total].astype("float64")
    low, high = wilson(found[good], trials)
    return found.assign(**{name: found[good] / trials.where(trials > 0), f"{name}_low": low, f"{name}_high": high})
