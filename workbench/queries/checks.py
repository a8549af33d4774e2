"""Questions to what the checks found: their last answers, their history, the answers of a period."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from workbench import sqlfiles

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Platforms = str | Sequence[str]


def latest(connection: "Connection", *, tables: Sequence[str] | None = None) -> "pd.DataFrame":
    """What is known of the data: the last answer to each rule of the checks, of all tables or of these (`mued.users`).

    Returns:
        One row per `rule`, with `table_name`, `platform`, `severity`, `topic`, `state` (passed, failed, error), `failed` (rows, NaN where
        they are not what is judged), `message`, `keys` (of the first rows at fault), `run_id`, `checked_at` and `as_of`.
    """
    return sqlfiles.read(connection, "marts/queries/checks_latest", tables=None if tables is None else list(tables))


def history(connection: "Connection", *, platform: Platforms = "all", until: datetime | None = None) -> "pd.DataFrame":
    """How the rules of the checks fared over all runs, or those begun before an instant.

    Returns:
        One row per `rule`, what fails first: `table_name`, `platform` (marts among them), `severity`, `topic`, `state`; `status`, which
        is `first seen` (it failed and had not before), `still failing`, `fixed`, `passing`, or `flapping` (three changes or more in its
        last ten runs); `failed` rows, `checked_at`, `since_at` (when it took this state), `first_failed_at`, `last_failed_at`, `runs`,
        `failed_runs`, `changes`, `last_runs` (the last ten, oldest first, x for a failure).
    """
    return sqlfiles.read(connection, "marts/queries/checks_history", platforms=_platforms(platform), until=until)


def results(connection: "Connection", *, since: datetime, until: datetime, platform: Platforms = "all") -> "pd.DataFrame":
    """Every answer to a rule of the checks by the runs begun in `[since, until)`.

    Returns:
        One row per run and rule: `rule`, `table_name`, `platform` (marts among them), `severity`, `topic`, `state` (passed, failed, error),
        `failed` rows, `message`, `duration_ms`, `run_id`, `started_at`, `finished_at`, `is_partial` (the run looked at some of the rows
        only), `targets` (what the run was asked for; empty: everything).
    """
    return sqlfiles.read(connection, "marts/queries/checks_results", platforms=_platforms(platform), since=since, until=until)


def _platforms(platform: Platforms) -> list[str] | None:
    return None if platform == "all" else [platform] if isinstance(platform, str) else list(platform)
