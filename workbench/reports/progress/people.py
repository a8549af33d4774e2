"""How learners stand: who is on track, who struggles, who has stalled and who never started."""

import pandas as pd

from workbench.metrics import standing
from workbench.metrics.disclosure import suppress, suppress_grid
from workbench.metrics.stats import wilson
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.tracing import KEYS, Traced

WORDS = {
    "on_track": "on track",
    "struggling": "struggling",
    "stalled": "stalled",
    "never_started": "never started",
    "inactive": "not seen for 28 days",
    "too_few": "too few answers to tell",
}

ALL = "*"


def standings(learners: pd.DataFrame, traced: Traced, asked: Asked) -> pd.DataFrame:
    """One row for each learner enrolled: `platform`, `tenant` and the columns of `metrics.standing.standing` as of the end of the period.
    About single learners: for counting, and for the page of one.

    Args:
        learners: those whose answers were read.
    """
    prior = traced.parameters["prior"].where(traced.parameters["prior"].notna(), traced.parameters["fitted_prior"])
    answers = traced.answers.merge(traced.parameters[KEYS].assign(prior=prior), on=KEYS, how="left")
    from workbench.metrics import bkt

    answers = answers.assign(occurred_at=pd.to_datetime(answers["at_s"], unit="s", utc=True), mastery=bkt.probability(answers["log_odds"]))
    parts = []
    for platform, part in learners.groupby("platform"):
        own = answers[answers["platform"] == platform]
        made = standing.standing(own, part["learner_id"].to_numpy(), pd.Timestamp(asked.until))
        parts.append(made.assign(platform=platform, tenant=part["tenant"].to_numpy()))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["platform", "tenant", "learner_id", "state"])


def standing_frame(found: pd.DataFrame) -> pd.DataFrame:
    """One row a platform and state, and the totals of both (`*`): `platform`, `state`, `label`, `learners`, `share` of the platform's
    learners with `low`, `high`. Cells of fewer than 10 learners are withheld, and what the totals would give back.

    Args:
        found: of `standings`; platforms without an answer have no rows.
    """
    told = found[found["platform"].isin(found.loc[found["state"] != "never_started", "platform"])]
    platforms = [*sorted(told["platform"].unique()), ALL] if len(told) else []
    pairs = pd.concat(
        [told[["platform", "state"]].assign(**more) for more in ({}, {"platform": ALL}, {"state": ALL}, {"platform": ALL, "state": ALL})]
    )
    counted = pairs.groupby(["platform", "state"]).size()
    names = pd.MultiIndex.from_product([platforms, [*WORDS, ALL]], names=["platform", "state"])
    frame = counted.reindex(names, fill_value=0).rename("learners").reset_index()
    total = frame["platform"].map(counted.xs(ALL, level="state")) if len(frame) else frame["learners"]
    low, high = wilson(frame["learners"].astype(float), total.astype(float))
    frame = frame.assign(label=frame["state"].map(WORDS).fillna("in all"), share=frame["learners"] / total, low=low, high=high)
    frame = frame[["platform", "state", "label", "learners", "share", "low", "high"]]
    shown = suppress_grid(frame, "state", "platform").table
    return shown.assign(label=frame["label"])


def tenants_frame(found: pd.DataFrame) -> pd.DataFrame:
    """The same by tenant, for platforms with several: `platform`, `tenant`, `learners`, and the share of them in each of the states that
    ask for help: `struggling`, `stalled`, `never_started`. Tenants of fewer than 10 learners are withheld, so are shares about
    fewer."""
    columns = ["platform", "tenant", "learners", "struggling", "stalled", "never_started"]
    several = found.groupby("platform")["tenant"].transform("nunique") > 1 if len(found) else pd.Series(dtype=bool)
    rows = []
    for (platform, tenant), part in found[several].groupby(["platform", "tenant"]):
        counts = part["state"].value_counts()
        rows.append((platform, tenant, len(part), *(counts.get(name, 0) for name in columns[3:])))
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[3:], "float64"))
    for name in columns[3:]:
        few = (frame[name] > 0) & (frame[name] < 10) | ((frame["learners"] - frame[name]).between(1, 9))
        frame[name] = (frame[name] / frame["learners"]).where(~few)
    return suppress(frame, columns[:2], within=["platform"]).table
