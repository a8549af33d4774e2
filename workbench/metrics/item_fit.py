"""Fitted items (definition P6): their parameters and how sure these are, how well they describe the answers, drift from stored ones."""

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics import irt
from workbench.metrics.irt import NODES, WEIGHTS

if TYPE_CHECKING:
    import pandas as pd

LEAST_DRIFT = 0.05
"""A drift of less in the chance of a right answer (root mean square over learners) is none that matters."""
FEWEST_LINKING = 5
"""Items that share a scale; with fewer, stored and fitted abilities are taken to have the same one."""

_MOST_SPREAD = 0.25
_SQUARES = ["infit", "outfit", "fit_answers", "fitted_discrimination", "fitted_difficulty", "guessing"]

Floats = NDArray[np.float64]


def statistics(answers: ArrayLike, guessing: ArrayLike = 0.0, *, iterations: int = 200, tolerance: float = 1e-3) -> dict[str, Floats]:
    """Fit items together and say how sure and how good the fit is.

    Args:
        answers: learners × items; 1 right, 0 wrong, NaN not answered; of each item both. guessing: c of each item, held at this value.
        iterations, tolerance: of `irt.fit_2pl`; the default is far below the errors of the parameters.

    Returns:
        By item: `discrimination`, `difficulty` with `discrimination_error`, `difficulty_error`; `rest_correlation`; mean squares `infit`,
        `outfit` of the answers around what the learner's other answers let expect.
    """
    right = np.asarray(answers, dtype=float)
    fitted = irt.fit_2pl(right, guessing, iterations=iterations, tolerance=tolerance)
    found = irt.item_statistics(right, expected(right, fitted.a, fitted.b, fitted.c))
    slope_error, place_error = errors(right, fitted.a, fitted.b, fitted.c)
    return {
        "rest_correlation": found.point_biserial, "discrimination": fitted.a, "difficulty": fitted.b, "discrimination_error": slope_error,
        "difficulty_error": place_error, "infit": found.infit, "outfit": found.outfit,
    }  # fmt: skip


def _posterior(answers: Floats, a: Floats, b: ArrayLike, c: Floats) -> tuple[Floats, Floats]:
    """P of each item at each node, and each learner's weight of the nodes given all answers."""
    p = np.clip(irt.probability(NODES[:, None], a, b, c), 1e-9, 1 - 1e-9)
    seen, hit = ~np.isnan(answers), np.nan_to_num(answers)
    log = hit @ np.log(p).T + (seen - hit) @ np.log1p(-p).T - NODES**2 / 2
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return p, weight / weight.sum(axis=1, keepdims=True)


def expected(answers: ArrayLike, a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Floats:
    """P(correct) of each answer given the learner's *other* answers.

    An ability estimated with the tested answer itself makes every item fit too well, the more so the fewer items there are: the mean
    squares of sound items fell below 0.7 with six. Without it their expectation is 1 for any number.

    Args:
        answers: learners × items; 1 right, 0 wrong, NaN not answered. a, b, c: of the items, as `irt.fit_2pl` found them.

    Returns:
        learners × items; of items not answered too, where it means nothing.
    """
    right = np.asarray(answers, dtype=float)
    p, weight = _posterior(right, np.asarray(a, dtype=float), b, np.asarray(c, dtype=float))
    return np.where(right == 1, 1 / (weight @ (1 / p)), 1 - 1 / (weight @ (1 / (1 - p))))


def covariance(answers: ArrayLike, a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Floats:
    """Covariance of each item's slope a and intercept −a·b at the marginal maximum likelihood estimates.

    From the learners' scores (cross-product information), of all items together where there are ten learners for each parameter, else
    item by item, which is a little too sure.

    Args:
        answers, a, b, c: as `expected`.

    Returns:
        items × 2 × 2.
    """
    right = np.asarray(answers, dtype=float)
    slope, guess = np.asarray(a, dtype=float), np.asarray(c, dtype=float)
    p, weight = _posterior(right, slope, b, guess)
    slant = (p - guess) * (1 - p) / (1 - guess)  # derivative of p by the logit
    scores = [
        np.where(np.isnan(right), 0.0, np.where(right == 1, weight @ (by * slant / p), -(weight @ (by * slant / (1 - p)))))
        for by in (NODES[:, None], np.ones((len(NODES), 1)))
    ]
    count = right.shape[1]
    if len(right) >= 20 * count:
        every = np.hstack(scores)
        inverse = np.linalg.pinv(every.T @ every).reshape(2, count, 2, count)
        return np.einsum("iajb->abij", inverse)[np.arange(count), np.arange(count)]
    blocks = np.stack([[(one * two).sum(axis=0) for two in scores] for one in scores]).transpose(2, 0, 1)
    return np.linalg.pinv(blocks)


def errors(answers: ArrayLike, a: ArrayLike, b: ArrayLike, c: ArrayLike) -> tuple[Floats, Floats]:
    """Standard errors of slope a and difficulty b by `covariance`, the latter by the delta method.

    Args:
        answers, a, b, c: as `expected`.
    """
    slope, place = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    found = covariance(answers, slope, place, c)
    turn = np.stack([place, np.ones_like(place)]) / -slope  # derivative of b by slope and intercept
    return np.sqrt(found[:, 0, 0]), np.sqrt(np.einsum("ai,iab,bi->i", turn, found, turn))


def square_scores(squares: "pd.DataFrame") -> tuple[Floats, Floats]:
    """Infit and outfit as standard scores, about normal where the model holds (Wright & Masters 1982: by the cube root).

    Their spread is that of the model with abilities standard normal; expectations from other answers and fitted parameters vary less, so
    that the scores err towards 0. A single surprise moves the outfit of an item that nearly everybody solves: where its spread by the
    model is above a quarter it has no score.

    Args:
        squares: by item `infit`, `outfit`, `fit_answers` they rest on, and `fitted_discrimination`, `fitted_difficulty`, `guessing`.
    """
    infit, outfit, n, a, b, c = (squares[name].to_numpy(dtype=float) for name in _SQUARES)
    p = irt.probability(NODES[:, None], a, b, c)
    spread = p * (1 - p)
    with np.errstate(divide="ignore", invalid="ignore"):
        within, without = (
            np.sqrt(WEIGHTS @ (spread * (1 - 4 * spread)) / n) / (WEIGHTS @ spread),
            np.sqrt(WEIGHTS @ (1 / spread - 4) / n),
        )
        without = np.where(without <= _MOST_SPREAD, without, np.nan)
        pairs = ((infit, within), (outfit, without))
        made = [(np.cbrt(square) - 1) * 3 / error + error / 3 for square, error in pairs]
    return made[0], made[1]


def link(a: ArrayLike, b: ArrayLike, stored_a: ArrayLike, stored_b: ArrayLike) -> tuple[float, float]:
    """Scale and shift from fitted to stored abilities: stored = scale · fitted + shift. By medians: few drifting items do not bend it.

    Returns:
        (1, 0) with fewer than five items: then every difference is called drift.

    >>> link([2.0] * 5, [0, 0.5, 1, 1.5, 9], [1.0] * 5, [1, 2, 3, 4, 5])
    (2.0, 1.0)
    """
    fitted, known = np.array([a, b], dtype=float), np.array([stored_a, stored_b], dtype=float)
    usable = ~np.isnan(fitted + known).any(axis=0) & (known[0] > 0)
    if usable.sum() < FEWEST_LINKING:
        return 1.0, 0.0
    scale = float(np.median(fitted[0, usable] / known[0, usable]))
    return scale, float(np.median(known[1, usable] - scale * fitted[1, usable]))


def drift(fits: "pd.DataFrame", usable: NDArray[np.bool_]) -> dict[str, Floats]:
    """How far fitted parameters are from the stored ones, which are taken as exact.

    Everybody having become better is no drift of an item: scales are made one by `link` first, and its own error counts. Slopes are
    compared by their logarithm. Far out Wald's scores are too sure, because an estimate that went astray brings a small error along:
    of 100 banks of 60 sound items 15 had a false alarm at a level of 5 %. So the error is also taken at the stored parameters, for the
    difficulty with the logit at the stored place, and the smaller score counts: of 200 other banks 6 had one.

    Args:
        fits: of items answered by one population: `fitted_discrimination`, `fitted_difficulty`, `discrimination_error`,
            `difficulty_error`, `guessing`, stored `discrimination`, `difficulty` (NaN: none). usable: which of them are judged.

    Returns:
        By item, NaN where not judged: `discrimination_drift`, `difficulty_drift`: fitted, brought to the stored scale, less stored;
        `discrimination_score`, `difficulty_score`, about standard normal without drift; `distance`: root mean square over learners of
        the difference in the chance of a right answer.
    """
    columns = ["fitted_discrimination", "fitted_difficulty", "discrimination_error", "difficulty_error", "discrimination", "difficulty"]
    known = fits[columns].where(usable & fits[columns].notna().all(axis=1) & (fits["discrimination"] > 0))
    a, b, slope_error, place_error, a0, b0 = known.to_numpy(dtype=float).T
    c, count = fits["guessing"].fillna(0.0).to_numpy(dtype=float), int((~np.isnan(a)).sum())
    scale, shift = link(a, b, a0, b0)
    made = {"discrimination_drift": a / scale - a0, "difficulty_drift": scale * b + shift - b0}
    if not count:
        return made | dict.fromkeys(["discrimination_score", "difficulty_score", "distance"], a)
    wanted_a, wanted_b = a0 * scale, (b0 - shift) / scale  # stored ones on the fitted scale
    there, here = _model_errors(wanted_a, wanted_b, c), _model_errors(a, b, c)
    relative = np.stack([slope_error / a, slope_error * there[0] / here[0] / wanted_a])
    absolute = np.stack([place_error, place_error * there[1] / here[1]])
    # the medians that link are estimates too: π/2 times the variance of a mean of so many items
    share = math.pi / 2 / count if count >= FEWEST_LINKING else 0.0
    turned, shifted = share * np.nanmedian(relative[0] ** 2), share * np.nanmedian(absolute[0] ** 2)
    slope = np.log(a / wanted_a) / np.sqrt(relative**2 + turned)
    gap = np.stack([b - wanted_b, a * (b - wanted_b) / wanted_a])
    place = gap / np.sqrt(absolute**2 + shifted + (wanted_b - np.nanmedian(wanted_b)) ** 2 * turned)
    apart = irt.probability(NODES[:, None], a, b, c) - irt.probability(NODES[:, None], wanted_a, wanted_b, c)
    scores = {"discrimination_score": slope, "difficulty_score": place}
    smaller = {name: np.where(np.abs(one[0]) <= np.abs(one[1]), one[0], one[1]) for name, one in scores.items()}
    return made | smaller | {"distance": np.sqrt(WEIGHTS @ apart**2)}


def _model_errors(a: Floats, b: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Errors of a and b up to a factor, were abilities known and standard normal."""
    p = np.clip(irt.probability(NODES[:, None], a, b, c), 1e-12, 1 - 1e-12)
    slant = (p - c) * (1 - p) / (1 - c)  # derivative of p by the logit
    weight = WEIGHTS[:, None] * slant**2 / (p * (1 - p))
    i0, i1, i2 = (weight.T @ NODES**power for power in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = i0 * i2 - i1**2
        return np.sqrt(i0 / determinant), np.sqrt((i2 - 2 * b * i1 + b**2 * i0) / determinant) / a
