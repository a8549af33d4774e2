"""Does help help: right answers after a good and after a bad answer of the assistant, on platforms that have both answers of learners and
answers of an assistant. An association, no proof of a cause."""

import numpy as np
import pandas as pd

from workbench.metrics import help_effect
from workbench.metrics.disclosure import suppress

RELEVANT, BESIDE = 0.7, 0.4
"""Without a rating, an answer counts as good from this relevance on, and as bad below that."""
COLUMNS = [
    "platform",
    "learners",
    "attempts",
    "after_good",
    "good_answers",
    "after_bad",
    "bad_answers",
    "raw",
    "raw_low",
    "raw_high",
    "standardised",
    "low",
    "high",
    "within",
    "within_low",
    "within_high",
    "flips",
    "state",
]


def judged(helped: pd.DataFrame) -> pd.DataFrame:
    """Answers of the assistant with `is_good`: rated up, or unrated and relevant (0.7); not good: an error, rated down, or unrated and
    beside the point (below 0.4); what lies between is not known and empty."""
    rated = helped["feedback"].fillna(0)
    relevance = helped["relevance_score"]
    bad = helped["is_error"].astype(bool) | (rated < 0) | ((rated == 0) & (relevance < BESIDE))
    good = ~bad & ((rated > 0) | ((rated == 0) & (relevance >= RELEVANT)))
    kind = pd.Series(np.select([good, bad], [1.0, 0.0], np.nan), index=helped.index).astype(object)
    return helped.assign(is_good=kind.where(kind.notna(), None).map({1.0: True, 0.0: False}), occurred_at=_instants(helped["at_s"]))


def help_frame(helped: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """One row a platform that has both: `learners` with good and bad help, `attempts` of theirs, shares right `after_good` and `after_bad`
    with how many `good_answers` and `bad_answers` they follow; their difference `raw`, `standardised` over difficulty, `within` learners,
    each with `_low` and `_high` (`low`, `high` of the standardised); `flips` (Simpson); `state` (higher, lower, no_difference, few).
    Platforms with fewer than 10 such learners are withheld.

    Args:
        helped: `Inputs.helped`. answers: `tracing.Traced.answers`.
    """
    rows = []
    for platform, part in helped.groupby("platform"):
        tried = answers[answers["platform"] == platform]
        if len(tried):
            share = tried.groupby("item_id")["is_correct"].transform("mean").astype(float)
            tried = tried.assign(occurred_at=_instants(tried["at_s"]), stratum=help_effect.difficulty_strata(share))
            pairs = help_effect.followed(judged(part)[["learner_id", "occurred_at", "is_good"]], tried)
            if len(pairs):
                rows.append(_row(str(platform), pairs))
    return suppress(pd.DataFrame(rows, columns=COLUMNS), "platform", totals=False).table


def _row(platform: str, pairs: pd.DataFrame) -> tuple:
    found = help_effect.effect(pairs)
    after = (found.after_good.value, found.after_good.total, found.after_bad.value, found.after_bad.total)
    return platform, found.learners, found.attempts, *after, *found.raw, *found.standardised, *found.within, found.flips, found.state


def _instants(seconds: pd.Series) -> pd.Series:
    return pd.to_datetime(seconds, unit="s", utc=True)
