"""Items under suspicion (definition P6): what speaks against an item, whether its stored parameters still hold, and who only guesses.

Only a learner's first answer to an item counts. An item is suspicious for one of these reasons, the gravest first:

- *those who know more get it wrong*: its correlation with the learner's other answers lies below 0;
- *a wrong option draws the abler ones*, or surely more learners than the key and not the weaker: the key may be wrong (those who choose a
  wrong option of a sound item are the weaker ones, however many they are);
- *hardly tells apart*: slope below 0.65 (Baker 2001: less than moderate) and below half of what is usual among the items it was fitted
  with (where all slopes are low the answers do not follow one ability, which is no fault of an item);
- *fewer right than by guessing*;
- *does not fit*: infit or outfit outside 0.7 … 1.3 (Wright & Linacre 1994, multiple choice).

Each of them is a test, and `ALPHA` is shared among all tests of all items that are judged together (Bonferroni): the chance that anything
is said of a platform whose items are all sound is at most that. Stored parameters are tested apart, with an `ALPHA` of their own.
How easy an item is speaks neither for nor against it: where learning goes on until mastery, most items are answered right.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.metrics import irt, item_fit
from workbench.metrics.days import LIMIT
from workbench.metrics.stats import Z95, wilson

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
"""Chance that anything is said against any item though all are sound."""
FEWEST = 30
"""First answers below which nothing is said against an item."""
FEWEST_FITTED = 100
"""Answers in the fit below which nothing is concluded from it."""
FEWEST_CHOSEN = 10
"""Learners with an option below which it is not compared with another."""
FIT = (0.7, 1.3)
WEAK_SLOPE = 0.65

_JUDGED = (
    "learners", "guessing", "fitted_discrimination", "discrimination_error", "correct_share", "rest_correlation", "abler", "popular",
)  # fmt: skip
Floats, Flags = NDArray[np.float64], NDArray[np.bool_]


def rest(first: "pd.DataFrame") -> "pd.Series":
    """Mean of each learner's other answers, each less its item's share right, so that who had the easier items is not the abler;
    NaN where there are none.

    Args:
        first: `learner_id`, `item_id`, `is_correct`, one row a learner and item.
    """
    right = first["is_correct"].astype("float64")
    centred = right - right.groupby(first["item_id"]).transform("mean")
    of_learner = centred.groupby(first["learner_id"])
    others = of_learner.transform("size") - 1
    return (of_learner.transform("sum") - centred) / others.where(others > 0)


def classical(first: "pd.DataFrame") -> "pd.DataFrame":
    """How items are answered.

    Args:
        first: as `rest`.

    Returns:
        One row an item: `item_id`, `learners`, `right`, `correct_share` with its Wilson `low`, `high`; `rest_correlation`: point-biserial
        with `rest`, its interval `rest_low`, `rest_high` by Fisher's z (NaN where one side does not vary).
    """
    known = first.assign(x=first["is_correct"].astype("float64"), y=rest(first))
    made = known.groupby("item_id")["x"].agg(learners="size", right="sum")
    low, high = wilson(made["right"], made["learners"])
    made = made.assign(correct_share=made["right"] / made["learners"], low=low, high=high)
    pairs = known.dropna(subset=["y"])
    sums = pairs[["item_id", "x", "y"]].assign(n=1.0, xx=pairs["x"] ** 2, yy=pairs["y"] ** 2, xy=pairs["x"] * pairs["y"])
    sums = sums.groupby("item_id").sum()
    value, n = _correlation(sums), sums["n"].to_numpy()
    with np.errstate(divide="ignore"):
        centre, reach = np.arctanh(value), Z95 / np.sqrt(np.where(n > 3, n - 3, np.nan))
    ends = {"rest_correlation": value, "rest_low": np.tanh(centre - reach), "rest_high": np.tanh(centre + reach)}
    return made.join(sums[[]].assign(**ends)).reset_index()


def _correlation(sums: "pd.DataFrame") -> Floats:
    """Correlation of x and y from their sums; NaN where one of them does not vary."""
    n, x, y, xx, yy, xy = (sums[name].to_numpy(dtype=float) for name in ("n", "x", "y", "xx", "yy", "xy"))
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.maximum(xx - x**2 / n, 0) * np.maximum(yy - y**2 / n, 0))
        return np.clip((xy - x * y / n) / np.where(spread > 1e-9, spread, np.nan), -1, 1)


def _score(correlation: Floats, n: Floats) -> Floats:
    """Fisher's z over its error: about standard normal where there is no correlation."""
    return np.arctanh(np.clip(correlation, -0.999, 0.999)) * np.sqrt(np.where(n > 3, n - 3, np.nan))


def options(choices: "pd.DataFrame") -> "pd.DataFrame":
    """The most chosen wrong option of each item beside its key, where either was chosen by ten learners.

    Args:
        choices: one row per item, option and whether it counted as right: `item_id`, `choice`, `is_correct`, `learners` who chose it
            first, `rest_sum` and `rest_square_sum` of the shares right of their other answers.

    Returns:
        One row an item: `item_id`, `choice`; standard scores `popular` (more choose it than the key) and `abler` (those who choose it
        are right more often elsewhere than those who choose the key).
    """
    right = choices["is_correct"].astype(bool)
    names = {"learners": "n", "rest_sum": "y", "rest_square_sum": "yy"}
    sums = choices[["item_id", "choice", *names]].astype(dict.fromkeys(names, "float64")).rename(columns=names)
    keyed = sums[right].sort_values("n").drop_duplicates("item_id", keep="last").drop(columns="choice")
    both = sums[~right].merge(keyed, on="item_id", suffixes=("", "_key"))
    both = both[(both["n"] >= FEWEST_CHOSEN) & (both["n_key"] >= FEWEST_CHOSEN)].sort_values(["n", "choice"])
    both = both.drop_duplicates("item_id", keep="last").reset_index(drop=True)
    chosen, n = both["n"], both["n"] + both["n_key"]
    pooled = {"n": n, "x": chosen, "xx": chosen, "y": both["y"] + both["y_key"], "yy": both["yy"] + both["yy_key"], "xy": both["y"]}
    abler = _score(_correlation(both.assign(**pooled)), n.to_numpy())
    return both[["item_id", "choice"]].assign(popular=(chosen - both["n_key"]) / np.sqrt(n), abler=abler)


def judge(made: "pd.DataFrame") -> "pd.DataFrame":
    """What speaks against each item of those that were answered and fitted together.

    Args:
        made: one row an item: `learners`, `correct_share`, `rest_correlation` (`classical`); `popular`, `abler` (`options`; NaN: none);
            stored `guessing` (NaN or 0: not known), `difficulty`, `discrimination` (NaN: none); of the fit (NaN: not fitted)
            `fit_answers`, `fitted_discrimination`, `fitted_difficulty` with `discrimination_error`, `difficulty_error`, `infit`, `outfit`.

    Returns:
        For the same rows: `suspicion` (0: none; the graver the reasons the more) and `why`, the reasons in words; `difficulty_drift`,
        `discrimination_drift` (`item_fit.drift`; NaN: not judged), and `drifted`, the stored parameters that the answers contradict, in
        words.
    """
    fitted = made["fit_answers"].to_numpy(dtype=float) >= FEWEST_FITTED
    slope = made["fitted_discrimination"].to_numpy(dtype=float)
    settled = fitted & (slope > irt.LEAST_SLOPE) & (slope < irt.MOST_SLOPE)  # at a bound it is no fit
    suspicion, why = _reasons(made, fitted, settled)
    drift = item_fit.drift(made, settled)
    moved = {name: drift[name] for name in ("difficulty_drift", "discrimination_drift")}
    return made[[]].assign(suspicion=suspicion, why=why, **moved, drifted=_drifted(drift))


def _reasons(made: "pd.DataFrame", fitted: Flags, settled: Flags) -> tuple[NDArray[np.int64], list[str]]:
    n, guess, slope, error, share, correlation, abler, popular = (made[name].to_numpy(dtype=float) for name in _JUDGED)
    guess = np.where(guess > 0, guess, np.nan)
    least = min(WEAK_SLOPE, made["fitted_discrimination"][fitted].median() / 2) if fitted.any() else WEAK_SLOPE
    squares = made[["infit", "outfit"]].to_numpy(dtype=float).T
    apart = (squares < FIT[0]) | (squares > FIT[1])
    scores = item_fit.square_scores(made.assign(guessing=made["guessing"].fillna(0.0)))
    infit, outfit = (np.where(settled, score, np.nan) for score in scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        few = (guess - share) / np.sqrt(guess * (1 - guess) / n)  # Wilson's interval lies below guessing
        weak = np.where(fitted & (slope < irt.MOST_SLOPE), (least - slope) / error, np.nan)
    # weight, standard score, what must hold besides, whether both sides count, words
    tests = [
        (4, -_score(correlation, n), True, False, "those who know more get it wrong: the key may be wrong"),
        (3, abler, True, False, "a wrong option draws those who know more: the key may be wrong"),
        (
            3,
            popular,
            abler > 0,
            False,
            "more choose one wrong option than the key, and not the weaker ones: the key may be wrong",
        ),
        (2, weak, True, False, "it hardly tells those who know more from the others"),
        (2, few, True, False, "fewer right than by guessing"),
        (1, infit, apart[0], True, "does not fit the response model (infit)"),
        (1, outfit, apart[1], True, "does not fit the response model (outfit)"),
    ]
    judged = n >= FEWEST
    bound = _bound(sum(int((judged & ~np.isnan(score)).sum()) * (1 + both) for _, score, _, both, _ in tests))
    found = np.stack([judged & ((np.abs(score) if both else score) > bound) & holds for _, score, holds, both, _ in tests])
    weights = np.array([weight for weight, *_ in tests])
    words = ["; ".join(tests[rule][4] for rule in np.flatnonzero(found[:, place])) for place in range(len(made))]
    return (found * weights[:, None]).sum(axis=0), words


def _bound(tests: int) -> float:
    """The one-sided normal quantile that shares `ALPHA` among so many tests."""
    from scipy.special import ndtri

    return -float(ndtri(ALPHA / max(tests, 1)))


def _drifted(found: dict[str, NDArray]) -> list[str]:
    names = ("difficulty", "discrimination")
    bound = _bound(sum(2 * int((~np.isnan(found[f"{name}_score"])).sum()) for name in names))
    apart = found["distance"] >= item_fit.LEAST_DRIFT
    told = [np.where(apart & (np.abs(found[f"{name}_score"]) > bound), name, "") for name in names]
    return [", ".join(filter(None, pair)) for pair in zip(*told, strict=True)]


def rapid(rows: "pd.DataFrame") -> "pd.Series":
    """Whether each answer came far faster than the others do: robust z of its logarithm below −3.5 (Iglewicz & Hoaglin); NaN: not timed.

    Give all answers of a platform, not those of an item: where all of these are guesses, the guess is usual.

    Args:
        rows: `response_ms`; a time of 0 is none.
    """
    timed = np.log(rows["response_ms"].where(rows["response_ms"] > 0))
    away = timed - timed.median()
    spread = away.abs().median()
    return (0.6745 * away < -LIMIT * spread).where(timed.notna()).astype("float64") * bool(spread > 0)
