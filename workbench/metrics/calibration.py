"""How good predictions of right answers are (definition P2): ranking, error, calibration, against what needs no model.

Nothing here knows where a prediction comes from. Compare learners the parameters were not fitted to (split by learner): a model always
looks better on its own.
"""

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.stats import Difference, t95, wilson

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

BINS = 10

_CERTAIN = 1e-15  # a certain prediction that comes out wrong costs 34.5 instead of infinity


@dataclass(frozen=True)
class Quality:
    """Quality of predictions (definition P2); NaN where it cannot be said.

    Attributes:
        n: answers. auc: probability that a right answer had the higher prediction (ties count half); NaN without both kinds.
        rmse: root of the mean squared error. log_loss: natural logarithm, mean over answers. brier: mean squared error.
        ece: mean distance of predicted from observed share over 10 bins of equal count.
    """

    n: int
    auc: float
    rmse: float
    log_loss: float
    brier: float
    ece: float


def quality(predicted: ArrayLike, correct: ArrayLike) -> Quality:
    """All measures of definition P2 over one set of answers.

    Args:
        predicted: P(correct) before each answer. correct: right or wrong.

    Raises:
        ValueError: a prediction outside [0, 1] or unknown, or not one for each answer.

    >>> found = quality([0.9, 0.8, 0.3, 0.6], [1, 1, 0, 0])
    >>> found.auc, round(found.brier, 3), round(found.log_loss, 4)
    (1.0, 0.125, 0.4004)
    """
    p, right = _checked(predicted, correct)
    measures = _measures(p, right, np.zeros(len(p), dtype=np.int64), 1)
    return Quality(len(p), **{name: float(values[0]) for name, values in measures.items()})


def quality_by(by: ArrayLike, predicted: ArrayLike, correct: ArrayLike) -> "pd.DataFrame":
    """`quality` of each group, all at once.

    Args:
        by: group of each answer, any sortable values. predicted, correct: as `quality`.

    Returns:
        One row a group in ascending order: `by`, `n`, `auc`, `rmse`, `log_loss`, `brier`, `ece`.

    >>> quality_by(["a", "a", "b"], [0.9, 0.2, 0.5], [1, 0, 1])[["by", "n", "auc"]].values.tolist()
    [['a', 2, 1.0], ['b', 1, nan]]
    """
    import pandas as pd

    p, right = _checked(predicted, correct)
    group, names = pd.factorize(np.asarray(by), sort=True)
    counts = np.bincount(group, minlength=len(names)).astype(np.int64)
    return pd.DataFrame({"by": names, "n": counts, **_measures(p, right, group, len(names))})


def reliability(predicted: ArrayLike, correct: ArrayLike, bins: int = BINS) -> "pd.DataFrame":
    """Predicted against observed share in bins of equal count: the points of a reliability plot (definition P2).

    Answers with equal predictions are alike: where they lie in two bins, each bin gets their mean outcome, so that no order of rows
    decides. Predictions without the middle ground make bins with equal `predicted`; none is empty.

    Args:
        predicted, correct: as `quality`. bins: how many, at most one for each answer.

    Returns:
        One row a bin, in ascending order of prediction: `bin` (from 1), `n`, `predicted` (mean), `observed` share of right answers
        with its Wilson interval `low`, `high` (definition X1). Σ n/N · |predicted − observed| is the ECE.
    """
    import pandas as pd

    p, right = _checked(predicted, correct)
    count = min(bins, len(p))
    _, n, expected, observed = _binned(*_sorted(p, right, np.zeros(len(p), dtype=np.int64)), count)
    low, high = wilson(np.minimum(observed, n), n)
    columns = {"bin": np.arange(1, count + 1), "n": n.astype(np.int64), "predicted": expected / n, "observed": observed / n}
    return pd.DataFrame({**columns, "low": low, "high": high})


@dataclass(frozen=True)
class Baselines:
    """What needs no model, one prediction for each answer: the share of right answers, and a learner's own share so far."""

    base_rate: Floats
    running_mean: Floats


def baselines(learner: ArrayLike, correct: ArrayLike, base_rate: float | None = None) -> Baselines:
    """Predictions that any model has to beat (definition P2).

    The running mean is the learner's share of right answers before this one, with one answer's weight on the base rate: the first
    prediction is the base rate, and no later one is certain.

    Args:
        learner: of each answer, in the order in which they were given. correct: right or wrong.
        base_rate: share of right answers of the learners the model was fitted to; by default that of these answers, which is the
            best any constant could do.

    >>> made = baselines(["a", "b", "a", "a"], [1, 0, 1, 0])
    >>> made.base_rate.tolist(), made.running_mean.round(3).tolist()
    ([0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.75, 0.833])
    """
    import pandas as pd

    right = np.asarray(correct, dtype=float)
    rate = float(base_rate if base_rate is not None else right.mean() if len(right) else math.nan)
    of_learner = pd.Series(right).groupby(pd.factorize(np.asarray(learner))[0])
    before, answers = of_learner.cumsum().to_numpy() - right, of_learner.cumcount().to_numpy()
    return Baselines(np.full(len(right), rate), (before + rate) / (answers + 1))


def improvement(predicted: ArrayLike, other: ArrayLike, correct: ArrayLike, learner: ArrayLike) -> Difference:
    """How much smaller the Brier score of `predicted` is than that of `other` on the same answers (definitions P2, X2).

    Answers of one learner hang together: the interval is Student's t over the learners' sums (sandwich variance of a ratio).

    Returns:
        brier(other) − brier(predicted): above 0 the first predicts better. The interval is NaN below two learners.

    >>> improvement([0.9, 0.1, 0.8, 0.2], [0.5] * 4, [1, 0, 1, 0], ["a", "a", "b", "b"]).value.__round__(3)
    0.225
    """
    import pandas as pd

    (p, right), (q, _) = _checked(predicted, correct), _checked(other, correct)
    who, names = pd.factorize(np.asarray(learner))
    if len(names) == 0:
        return Difference(math.nan, math.nan, math.nan)
    better = (q - right) ** 2 - (p - right) ** 2
    value, learners = float(better.mean()), len(names)
    if learners < 2:
        return Difference(value, math.nan, math.nan)
    spread = np.bincount(who, better - value)
    reach = t95(learners - 1) * math.sqrt(learners / (learners - 1) * float(spread @ spread)) / len(p)
    return Difference(value, value - reach, value + reach)


def against_baselines(predicted: ArrayLike, learner: ArrayLike, correct: ArrayLike, base_rate: float | None = None) -> "pd.DataFrame":
    """The model beside the base rate and the running mean on the same answers (definition P2).

    Returns:
        Three rows, `predictor` = model, running mean, base rate; columns of `Quality`, and `gain` with `gain_low`, `gain_high`: the
        model's `improvement` over the row's predictor (NaN in its own).
    """
    import pandas as pd

    simple = baselines(learner, correct, base_rate)
    rows = []
    for name, values in (("model", predicted), ("running mean", simple.running_mean), ("base rate", simple.base_rate)):
        gain = Difference(*[math.nan] * 3) if name == "model" else improvement(predicted, values, correct, learner)
        rows.append(
            {"predictor": name, **asdict(quality(values, correct)), "gain": gain.value, "gain_low": gain.low, "gain_high": gain.high}
        )
    return pd.DataFrame(rows)


def _checked(predicted: ArrayLike, correct: ArrayLike) -> tuple[Floats, Floats]:
    p, right = np.asarray(predicted, dtype=float).ravel(), np.asarray(correct, dtype=float).ravel()
    if len(p) != len(right):
        raise ValueError(f"{len(p)} predictions for {len(right)} answers")
    if not np.all((p >= 0) & (p <= 1)) or not np.all((right == 0) | (right == 1)):
        raise ValueError("a prediction lies in [0, 1] and an answer is right or wrong; leave out what is unknown")
    return p, right


def _measures(p: Floats, right: Floats, group: NDArray[np.int64], groups: int) -> dict[str, Floats]:
    """Every measure by group; NaN for a group without answers."""
    n = np.bincount(group, minlength=groups).astype(float)
    chance = np.clip(np.where(right == 1, p, 1 - p), _CERTAIN, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        brier = np.bincount(group, (p - right) ** 2, minlength=groups) / n
        log_loss = np.bincount(group, -np.log(chance), minlength=groups) / n
    ordered = _sorted(p, right, group)
    cell, _, expected, observed = _binned(*ordered, BINS)
    with np.errstate(divide="ignore", invalid="ignore"):
        ece = np.bincount(cell // BINS, np.abs(expected - observed), minlength=groups)[:groups] / n
    return {"auc": _area(*ordered, groups), "rmse": np.sqrt(brier), "log_loss": log_loss, "brier": brier, "ece": ece}


def _sorted(p: Floats, right: Floats, group: NDArray[np.int64]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    order = np.lexsort((p, group))
    return p[order], right[order], group[order]


def _ties(p: Floats, group: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For sorted answers: number of the run of equal predictions each belongs to, and where runs begin (and the end)."""
    new = np.r_[len(p) > 0, (p[1:] != p[:-1]) | (group[1:] != group[:-1])][: len(p)]
    return np.cumsum(new) - 1, np.r_[np.flatnonzero(new), len(p)]


def _area(p: Floats, right: Floats, group: NDArray[np.int64], groups: int) -> Floats:
    """Area under the curve by group (Mann & Whitney), from sorted answers; ties share their mean rank."""
    run, edges = _ties(p, group)
    first = np.searchsorted(group, np.arange(groups))
    rank = ((edges[:-1] + edges[1:] + 1) / 2)[run] - first[group]
    good = np.bincount(group, right, minlength=groups)
    bad = np.bincount(group, minlength=groups) - good
    with np.errstate(divide="ignore", invalid="ignore"):
        return (np.bincount(group, rank * right, minlength=groups) - good * (good + 1) / 2) / (good * bad)


def _binned(p: Floats, right: Floats, group: NDArray[np.int64], bins: int) -> tuple[NDArray[np.int64], Floats, Floats, Floats]:
    """Cells (group × bins + bin) with answers, their count, sum of predictions and sum of outcomes, from sorted answers."""
    run, edges = _ties(p, group)
    shared = np.add.reduceat(right, edges[:-1]) / np.diff(edges) if len(p) else right
    size = np.bincount(group) if len(p) else group
    place = np.arange(len(p)) - (np.cumsum(size) - size)[group]
    cell, at = np.unique(group * bins + place * bins // np.maximum(size[group], 1), return_inverse=True)
    count = np.bincount(at, minlength=len(cell)).astype(float)
    return cell, count, np.bincount(at, p, minlength=len(cell)), np.bincount(at, shared[run] if len(p) else right, minlength=len(cell))
