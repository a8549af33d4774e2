"""Questions to the rollups and facts that all platforms share.

Every function takes the same filters: `start`, `end` (half-open days `[start, end)`, dates or ISO text, of the local calendar),
`platform` (`all`, a name or a list of names), `tenant`, `model` (`unknown` is where none was recorded) and `timezone` (one for which
rollups are kept). Figures are as of the last refresh; inside `workbench.rollup.cut_off` they are as of its instant. Rows come back
as `sqlfiles.read` types them. Counts and sums are given, so that a ratio over any period is a ratio of sums (definition Q3). Nothing
is suppressed here: results about few learners are for reports to suppress (definition X5).

All raise `UsageError` for an unknown platform, a time zone without rollups and an empty period; the sentence names what is known.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from workbench import sqlfiles
from workbench.errors import UsageError
from workbench.metrics import sketch
from workbench.rollups import parts
from workbench.rollups.families import FAMILIES
from workbench.rollups.families import chosen as chosen_families

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

Day = date | str
Platforms = str | Sequence[str]

_PACKED = ("slots", "slot_good", "slot_total")


def ai_answer_daily(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """AI answers by local day (definitions R1 to R4).

    Returns:
        One row per day with answers, by `day`: `answers` (errors included), `errors`; `cited` (answers without error that have a
        citation), `citations` = `resolvable_citations` + `citations_missing` + `citations_not_permitted` + `citations_unlicensed` +
        `citations_expired`; `priced` answers, `cost_jpy` (yen), `cost_square_sum`; over answers without error `citation_rate_count`,
        `citation_rate_sum` (per cent), `citation_rate_square_sum`, `relevance_count`, `relevance_sum` (0 to 1 each),
        `relevance_square_sum`; `feedback_up`, `feedback_zero`, `feedback_down`; `input_tokens`, `output_tokens`.
    """
    return _read(connection, "ai_answer_daily", start, end, platform, tenant, model, timezone)


def ai_answer_by_model(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """AI answers of the period by model and content source, for comparisons within strata (definition X4).

    Returns:
        One row per `model` and `source`, with the measures of `ai_answer_daily`.
    """
    months = _whole_months(start, end)
    return _read(connection, "ai_answer_by_model", start, end, platform, tenant, model, timezone, **months)


def ai_latency_daily(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Latency percentiles of each local day; never to be averaged over days (definition Q2). Error answers have no part (S7).

    Returns:
        One row per day, by `day`: `answers` with a latency, `p50_ms`, `p95_ms`, `p99_ms`, `is_exact` (definition Q1; false where
        several platforms answered on the day and their histograms were merged: within 1 %).
    """
    asked = (start, end, platform, tenant, model, timezone)
    daily = _read(connection, "ai_latency_daily", *asked, packed=False).iloc[:, :5]
    if daily["day"].is_unique:
        return daily.assign(is_exact=True)
    import pandas as pd

    several = daily["day"].duplicated(keep=False)
    packed = _read(connection, "ai_latency_daily", *asked, packed=True)[several]
    merged = _merged("day", *(packed[name] for name in ("day", "buckets", "counts")))
    both = [daily[~several].assign(is_exact=True), merged.assign(is_exact=False)]
    return pd.concat(both).sort_values("day", ignore_index=True)


def ai_latency_period(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC", by_model: bool = False,
) -> "pd.DataFrame":  # fmt: skip
    """Latency percentiles of the whole period from merged histograms, within 1 % of exact (definition Q2).

    Args:
        by_model: a row for each model instead of one for all.

    Returns:
        One row, or one per model: `model` (`*` is all), `answers`, `p50_ms`, `p95_ms`, `p99_ms`. No row without answers.
    """
    chosen = _chosen(start, end, platform, tenant=tenant, model=model, zone=parts.kept_zone(timezone), by_model=by_model)
    pieces = sqlfiles.fetch(connection, "marts/queries/ai_latency_period", **chosen, **_whole_months(start, end))
    return _merged("model", *zip(*pieces, strict=True)) if pieces else _merged("model", (), (), ())


def ai_latency_exact(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Latency percentiles over the raw rows of the period that are still there (definition Q1): slow, to show the histogram's error.

    Returns:
        One row: `answers`, `p50_ms`, `p95_ms`, `p99_ms` (NaN without answers). Fewer answers than in `ai_latency_period`: raw rows
        of part of the period were archived, and the two are not comparable.
    """
    return _read(connection, "ai_latency_exact", start, end, platform, tenant, model, timezone)


def ai_latency_histogram(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC", merge: int = 10,
) -> "pd.DataFrame":  # fmt: skip
    """How latency is distributed on each local day (definition Q2).

    Args:
        merge: neighbouring buckets put into one band: each band ends 1.0202^merge times above its beginning (10: a factor 1.22).

    Returns:
        One row per day and band with answers, by `day` and `from_ms`: `day`, `from_ms` (excluded), `to_ms` (included), `answers`.
        An answer in 0 ms is in a band from 0 to 0.
    """
    if merge < 1:
        raise UsageError(f"merge is {merge}; a band takes at least one bucket.")
    return _read(connection, "ai_latency_histogram", start, end, platform, tenant, model, timezone, merge=merge)


def ai_learner_day(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """What each learner received and cost in the period: who bears the bad answers, the share of the top decile (definition R4).

    Rollups of learners know no model: with `model` the raw rows are counted, as far as they are still there.

    Returns:
        One row per learner and tenant: `learner_id` (an id, not for display: definition X6), `tenant`, `days` with answers,
        `answers`, `errors`, `bad` (missed at least one objective over answers), `priced`, `cost_jpy` (yen).
    """
    bad = {"{bad}": _missed() if model else "false"}
    return _read(connection, "ai_learner_day", start, end, platform, tenant, model, timezone, bad)


def ai_answer_series(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """AI answers by local day, model and content source: where a rate rises or a price changes.

    Returns:
        One row per `day`, `model` and `source` with answers: `answers`, `errors`, `cited`, `citations`, `resolvable_citations`, `priced`,
        `cost_jpy` (yen), `feedback_up`, `feedback_down` as in `ai_answer_daily`; `tokens` (read and written).
    """
    return _read(connection, "ai_answer_series", start, end, platform, tenant, model, timezone)


def ai_learners_daily(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None, timezone: str = "UTC"
) -> "pd.DataFrame":
    """How many learners are behind the answers of each local day (definition X5).

    Returns:
        One row per `day` with answers of known learners: `learners`, `most_answers` (received by one of them).
    """
    chosen = {"platforms": parts.chosen_platforms(platform), "tenant": tenant, "zone": parts.kept_zone(timezone)}
    return sqlfiles.read(connection, "marts/queries/ai_learners_daily", start=start, end=end, **chosen)


def ai_cell_learners(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Distinct learners of the cells of a report, exactly (definition X5). Reads every raw row of the period that is still there.

    Returns:
        One row per cell with answers: `day` (text), `model`, `source`, each `*` where the cell runs over all of them; `learners`. There
        are the whole period, days, models, sources, and models by day.
    """
    return _read(connection, "ai_cell_learners", start, end, platform, tenant, model, timezone)


def slo_slices(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Good and total events of each objective by five minutes (definitions S1, S2).

    Returns:
        One row per objective and slot with events, by `slo` and `slot`: `slo`, `slot` (first instant, UTC), `good`, `total`.
    """
    zone = ZoneInfo(parts.kept_zone(timezone))
    packed = _run(connection, "slo_slices", start, end, platform, tenant=tenant, model=model)
    limits = [datetime.combine(date.fromisoformat(str(day)), time(), zone).timestamp() for day in (start, end)]
    return _unpacked(packed, *limits)


def ai_days_without_data(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", tenant: str | None = None,
    model: str | None = None, timezone: str = "UTC",
) -> "pd.DataFrame":  # fmt: skip
    """Local days of the period that have begun and have no answer, and of which kind they are (definition S6).

    Returns:
        One row per day, by `day`: `day`, `sessions` begun on it, `other_answers` (of other models, when `model` is given), `kind`:
        `idle` (no session), `silent` (sessions, but no answer: something is broken), `unused` (only other models answered).
    """
    return _read(connection, "ai_days_without_data", start, end, platform, tenant, model, timezone)


def rollup_freshness(connection: "Connection", *, platform: Platforms = "all", families: Sequence[str] = ("answers",)) -> "pd.DataFrame":
    """How fresh the rollups of these families are: `answers` (of AI), `activity` (engagement).

    Returns:
        One row per part: `platform`, `rollup`, `part` (time zone, objective or UTC), `refreshed_at`, `pending_days` (UTC days of the
        platform that changed since).
    """
    asked = chosen_families(families)
    names = {
        "tables": [table for family in asked for table in family.tables],
        "others": [table for family in FAMILIES.values() if family not in asked for table in family.tables],
        "facts": [fact for family in asked for fact in family.facts],
    }
    return sqlfiles.read(connection, "marts/queries/rollup_freshness", platforms=parts.chosen_platforms(platform), **names)


def rollup_audit(
    connection: "Connection", *, start: Day, end: Day, platform: Platforms = "all", timezone: str = "UTC",
    families: Sequence[str] = ("answers",),
) -> "pd.DataFrame":  # fmt: skip
    """The stored rollups of the period beside the same rollups computed from raw rows (definition Q5). Reads every raw row of it.

    Days whose raw rows were archived, wholly or in part, are left out. Rows recorded after the last refresh do not count.

    Args:
        families: of rollups: `answers` (of AI), `activity` (engagement; the days of cohorts are those of the start; it reads all days).

    Returns:
        One row per platform, day, rollup and metric: `platform`, `day` (UTC for slo_slice, else local), `rollup`, `metric`, `stored`
        and `raw` (0 where one side has no row), `drift` = stored − raw, `is_pending` (the day changed since the last refresh, so
        that a drift is to be expected).
    """
    from workbench.rollups import audit

    return audit.compare(connection, date.fromisoformat(str(start)), date.fromisoformat(str(end)), platform, timezone, families)


def _missed() -> str:
    from workbench import slo_files

    return parts.missed_any(slo_files.load_objectives())


def _whole_months(start: Day, end: Day) -> dict[str, date]:
    """First day of the first month that lies in the period as a whole, and of the first after those; not ascending without any."""
    first, last = date.fromisoformat(str(start)), date.fromisoformat(str(end)).replace(day=1)
    return {"first_month": first if first.day == 1 else (first.replace(day=1) + timedelta(days=31)).replace(day=1), "last_month": last}


def _merged(by: str, keys: "Sequence[Any]", buckets: "Sequence[list[int]]", counts: "Sequence[list[int]]") -> "pd.DataFrame":
    """Percentiles of packed histograms, added up where their keys are equal (definition Q2)."""
    import numpy as np
    import pandas as pd

    lengths = [len(entry) for entry in buckets]
    flat = [np.fromiter(chain.from_iterable(entries), "int64", sum(lengths)) for entries in (buckets, counts)]
    names, place = np.unique(np.asarray(keys), return_inverse=True)
    groups = np.repeat(place, lengths)
    found, values = sketch.quantiles_by(groups, *flat, [0.5, 0.95, 0.99])
    answers = np.bincount(groups, weights=flat[1], minlength=len(names)).astype("int64")[found]
    shown = names[found] if names.dtype.kind == "M" else pd.Series(names[found], dtype=object)
    return pd.DataFrame({by: shown, "answers": answers, "p50_ms": values[:, 0], "p95_ms": values[:, 1], "p99_ms": values[:, 2]})


def _unpacked(packed: "pd.DataFrame", since: float, until: float) -> "pd.DataFrame":
    """One row per objective and slot that begins in `[since, until)` (seconds of the epoch), summed over the packed rows."""
    import numpy as np
    import pandas as pd

    lengths = packed["slots"].str.len().to_numpy(dtype="int64") if len(packed) else np.zeros(0, dtype="int64")
    slots, good, total = (np.fromiter(chain.from_iterable(packed[name]), "int64", lengths.sum()) for name in _PACKED)
    midnight = packed["day"].to_numpy().astype("datetime64[s]").astype("int64")
    epoch = np.repeat(midnight, lengths) + 300 * slots
    found = pd.DataFrame({"slo": np.repeat(packed["slo"].to_numpy(), lengths), "slot": epoch, "good": good, "total": total})
    found = found[(epoch >= since) & (epoch < until)]
    if found.duplicated(["slo", "slot"]).any():
        found = found.groupby(["slo", "slot"], as_index=False).sum()
    found["slot"] = pd.to_datetime(found["slot"], unit="s", utc=True).astype("datetime64[us, UTC]")
    return found.reset_index(drop=True)


def _read(
    connection: "Connection", name: str, start: Day, end: Day, platform: Platforms, tenant: str | None, model: str | None,
    timezone: str, replace: dict[str, str] | None = None, **more: Any,
) -> "pd.DataFrame":  # fmt: skip
    zone = parts.kept_zone(timezone)
    return _run(connection, name, start, end, platform, replace, tenant=tenant, model=model, zone=zone, **more)


def _run(
    connection: "Connection", name: str, start: Day, end: Day, platform: Platforms, replace: dict[str, str] | None = None, **more: Any
) -> "pd.DataFrame":
    texts = {"{as_of}": "infinity", **(replace or {})}
    return sqlfiles.read(connection, f"marts/queries/{name}", texts, **_chosen(start, end, platform, **more))


def _chosen(start: Day, end: Day, platform: Platforms, **more: Any) -> dict[str, Any]:
    if str(start) >= str(end):
        raise UsageError(f"The period is empty: {start} is not before {end}.")
    return {"start": start, "end": end, "platforms": parts.chosen_platforms(platform), **more}
