"""Does help help: right answers after a good and after a bad answer of the assistant. An association, no proof of a cause.

Who asks what is not drawn by lot: the able may get better answers, and easy questions are easier to explain. So the comparison is made
within learners (each has a level of their own) and within strata of difficulty. What differs between the good and the bad moments of one
learner in any other way is still in it.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics import strata
from workbench.metrics.stats import Difference, Proportion, t95

if TYPE_CHECKING:
    import pandas as pd

WITHIN = "1D"
"""An attempt later than this after an answer is not set down to it."""
FEWEST_LEARNERS, FEWEST_OF_EACH = 10, 30
"""Below so many learners with both kinds, or so many attempts of theirs after either, nothing is concluded."""

Floats = NDArray[np.float64]

_UNKNOWN = Difference(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class HelpEffect:
    """Right answers after good help against those after bad; differences are shares, good minus bad.

    Attributes:
        after_good, after_bad: right answers of all. raw: their difference (Newcombe). standardised: the same over strata of
            difficulty (definition X4). flips: those two have opposite signs.
        within: difference within learners and strata with Student's t interval over learners, the figure to go by (NaN where no
            learner has both kinds). learners, attempts: what it rests on.
        state: `higher` or `lower` (the interval of `within` leaves 0; definition X2), `no_difference` shown, or `few`.
    """

    after_good: Proportion
    after_bad: Proportion
    raw: Difference
    standardised: Difference
    flips: bool
    within: Difference
    learners: int
    attempts: int
    state: str


def followed(answers: "pd.DataFrame", attempts: "pd.DataFrame", within: object = WITHIN) -> "pd.DataFrame":
    """The first attempt after each answer of the assistant.

    An attempt that follows several answers is set down to the last of them alone: nothing counts twice.

    Args:
        answers: of the assistant: `learner_id`, `occurred_at`, `is_good` (unrated: empty, left out); with the column `skill_id` only an
            attempt at that skill counts, any attempt where it is empty.
        attempts: `learner_id`, `skill_id`, `occurred_at`, `is_correct`, and `stratum` of difficulty if there is one. Times of both are
            aware, or all in one zone.
        within: longest time between the two, as pandas writes time spans.

    Returns:
        One row per answer that was followed, in order of time: `learner_id`, `asked_at`, `is_good`, `skill_id` and `occurred_at` of the
        attempt, `is_correct`, `stratum`.
    """
    import pandas as pd

    rated = answers[answers["is_good"].notna()]
    about = rated["skill_id"].notna().to_numpy() if "skill_id" in rated else np.zeros(len(rated), dtype=bool)
    asked, tried = (_timed(rows) for rows in (rated, attempts))
    met = [_next(asked[~about], tried, ["learner_id"], within)]
    if about.any():
        met.append(_next(asked[about], tried, ["learner_id", "skill_id"], within))
    links = pd.concat(met).sort_values(["at", "asked"], kind="stable").drop_duplicates("attempt", keep="last")
    own, after = rated.iloc[links["asked"]].reset_index(drop=True), attempts.iloc[links["attempt"]].reset_index(drop=True)
    made = own[["learner_id", "is_good"]].assign(asked_at=own["occurred_at"], stratum=after.get("stratum", "all"))
    made = made.assign(**{name: after[name] for name in ("skill_id", "occurred_at", "is_correct")})
    return made[["learner_id", "asked_at", "is_good", "skill_id", "occurred_at", "is_correct", "stratum"]]


def _timed(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Keys, the instant in one unit, and the position of each row."""
    import pandas as pd

    at = pd.to_datetime(rows["occurred_at"], utc=True).astype("datetime64[us, UTC]")
    return rows.reindex(columns=["learner_id", "skill_id"]).assign(at=at, place=np.arange(len(rows)))


def _next(asked: "pd.DataFrame", tried: "pd.DataFrame", by: list[str], within: object) -> "pd.DataFrame":
    """Positions `asked` and `attempt` of each answer and the first attempt after it, `at` the time of the former."""
    import pandas as pd

    both = pd.concat([asked[by].astype(object), tried[by].astype(object)])
    group = both.groupby(by, sort=False, dropna=False).ngroup().to_numpy()  # whatever the keys are, numbers of one kind
    left = asked[["at", "place"]].assign(group=group[: len(asked)]).rename(columns={"place": "asked"})
    right = tried[["at", "place"]].assign(group=group[len(asked) :]).rename(columns={"place": "attempt"})
    sides = (rows.sort_values("at", kind="stable") for rows in (left, right))
    how = {"on": "at", "by": "group", "tolerance": pd.Timedelta(within), "direction": "forward", "allow_exact_matches": False}
    return pd.merge_asof(*sides, **how).dropna(subset=["attempt"]).astype({"attempt": "int64"})


def difficulty_strata(difficulty: ArrayLike, count: int = 5) -> NDArray[np.int64]:
    """Strata of equal count, 0 the lowest; −1 where the difficulty is not known. Equal values share one.

    >>> difficulty_strata([0.1, 0.9, np.nan, 0.4, 0.5], 2).tolist()
    [0, 1, -1, 0, 1]
    """
    values = np.asarray(difficulty, dtype=float)
    known = values[~np.isnan(values)]
    if not len(known):
        return np.full(len(values), -1)
    edges = np.quantile(known, np.arange(1, count) / count)
    return np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="left"))


def effect(pairs: "pd.DataFrame") -> HelpEffect:
    """Right answers after good and after bad help, raw, standardised and within learners.

    The difference within learners is the coefficient of `is_good` in a linear model of `is_correct` with a level for each learner and
    each stratum, over the learners who have both kinds; its interval is a jackknife over learners.

    Args:
        pairs: of `followed`: `learner_id`, `is_good`, `is_correct`, `stratum`.
    """
    import pandas as pd

    good, right = (pairs[name].to_numpy(dtype=bool) for name in ("is_good", "is_correct"))
    kind = pd.factorize(pairs["stratum"], use_na_sentinel=False)[0]
    who = pd.factorize(pairs["learner_id"])[0]
    of_each = np.bincount(who, good), np.bincount(who, ~good)
    both = ((of_each[0] > 0) & (of_each[1] > 0))[who]
    learners = len(np.unique(who[both]))
    inside = _within(who[both], kind[both], good[both].astype(float), right[both].astype(float)) if learners else _UNKNOWN
    enough = learners >= FEWEST_LEARNERS and min(good[both].sum(), (~good[both]).sum()) >= FEWEST_OF_EACH
    after = (Proportion(int(right[side].sum()), int(side.sum())) for side in (good, ~good))
    return HelpEffect(*after, *_between(kind, good, right), inside, learners, int(both.sum()), _state(inside) if enough else "few")


def _between(kind: NDArray, good: NDArray, right: NDArray) -> tuple[Difference, Difference, bool]:
    """All attempts after good help against all after bad: raw, over strata, and whether the sign changes."""
    if not good.any() or good.all():
        return _UNKNOWN, _UNKNOWN, False
    count = int(kind.max()) + 1
    hits, trials = (np.bincount(kind + count * good, weights, minlength=2 * count) for weights in (right, np.ones(len(kind))))
    found = strata.compare([False] * count + [True] * count, [*range(count)] * 2, hits, trials, False, True)
    return found.raw, found.standardised, found.flips


def _state(within: Difference) -> str:
    return "higher" if within.low > 0 else "lower" if within.high < 0 else "no_difference"


def _within(who: NDArray, kind: NDArray, good: Floats, right: Floats) -> Difference:
    """Coefficient of `good` beside a level for each learner and stratum (Frisch, Waugh & Lovell), with its jackknife interval."""
    learners, who = len(np.unique(who)), np.unique(who, return_inverse=True)[1]
    dummies = [(kind == stratum).astype(float) for stratum in np.unique(kind)[1:]]
    columns = np.column_stack([column - (np.bincount(who, column) / np.bincount(who))[who] for column in (good, right, *dummies)])
    given, levels = columns[:, :2], columns[:, 2:]
    x, y = (given - levels @ np.linalg.lstsq(levels, given, rcond=None)[0]).T if levels.size else given.T
    xx, xy = np.bincount(who, x * x), np.bincount(who, x * y)
    if xx.sum() <= 1e-9:  # goodness and difficulty are one thing
        return _UNKNOWN
    value, rest = float(xy.sum() / xx.sum()), xx.sum() - xx
    if learners < 2 or rest.min() <= 1e-9:
        return Difference(value, math.nan, math.nan)
    moved = (xy.sum() - xy) / rest - value
    reach = t95(learners - 1) * float(np.sqrt((learners - 1) / learners * (moved @ moved)))
    return Difference(value, value - reach, value + reach)
