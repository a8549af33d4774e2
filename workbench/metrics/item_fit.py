"""How sure fitted items are (definition P6): errors of their parameters, expectations to test them by, drift from stored ones."""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics import irt

if TYPE_CHECKING:
    import pandas as pd

LEAST_DRIFT = 0.05
"""A drift of less in the chance of a right answer is none that matters."""

_DRIFT_LIMIT = 9.21  # chi-square with 2 degrees of freedom, 99 %
_FEWEST_LINKING = 5
_NODES = np.linspace(-6, 6, 61)

Floats = NDArray[np.float64]


class Fit(NamedTuple):
    """Fitted slope a, difficulty b and guessing c of each item, with the covariance of slope and intercept −a·b."""

    a: Floats
    b: Floats
    c: Floats
    covariance: Floats


def _posterior(answers: Floats, a: Floats, b: ArrayLike, c: Floats) -> tuple[Floats, Floats]:
    """P of each item at each node, and each learner's weight of the nodes given all answers."""
    p = np.clip(irt.probability(_NODES[:, None], a, b, c), 1e-9, 1 - 1e-9)
    seen, hit = ~np.isnan(answers), np.nan_to_num(answers)
    log = hit @ np.log(p).T + (seen - hit) @ np.log1p(-p).T - _NODES**2 / 2
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return p, weight / weight.sum(axis=1, keepdims=True)


def expected(answers: ArrayLike, a: ArrayLike, b: ArrayLike, c: ArrayLike) -> Floats:
    """P(correct) of each answer given the learner's *other* answers.

    An ability estimated with the tested answer itself makes every item fit too well, the more so the fewer items there are: the mean
    squares of sound items fell below 0.7 with six. Without it their expectation is 1 for any number.

    Args:
        answers, a, b, c: as `covariance`.

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
        answers: learners × items; 1 right, 0 wrong, NaN not answered. a, b, c: as `irt.fit_2pl` found them.

    Returns:
        items × 2 × 2.
    """
    right = np.asarray(answers, dtype=float)
    slope, guess = np.asarray(a, dtype=float), np.asarray(c, dtype=float)
    p, weight = _posterior(right, slope, b, guess)
    slant = (p - guess) * (1 - p) / (1 - guess)  # derivative of p by the logit
    scores = [
        np.where(np.isnan(right), 0.0, np.where(right == 1, weight @ (by * slant / p), -(weight @ (by * slant / (1 - p)))))
        for by in (_NODES[:, None], np.ones((len(_NODES), 1)))
    ]
    count = right.shape[1]
    if len(right) >= 20 * count:
        every = np.hstack(scores)
        inverse = np.linalg.pinv(every.T @ every).reshape(2, count, 2, count)
        return np.einsum("iajb->abij", inverse)[np.arange(count), np.arange(count)]
    blocks = np.stack([[(one * two).sum(axis=0) for two in scores] for one in scores]).transpose(2, 0, 1)
    return np.linalg.pinv(blocks)


def link(a: ArrayLike, b: ArrayLike, stored_a: ArrayLike, stored_b: ArrayLike) -> tuple[float, float]:
    """Scale and shift from fitted to stored abilities: stored = scale · fitted + shift. By medians: few drifting items do not bend it.

    Returns:
        (1, 0) with fewer than five items: then every difference is called drift.

    >>> link([2.0] * 5, [0, 0.5, 1, 1.5, 9], [1.0] * 5, [1, 2, 3, 4, 5])
    (2.0, 1.0)
    """
    fitted, known = np.array([a, b], dtype=float), np.array([stored_a, stored_b], dtype=float)
    usable = ~np.isnan(fitted + known).any(axis=0) & (known[0] > 0)
    if usable.sum() < _FEWEST_LINKING:
        return 1.0, 0.0
    scale = float(np.median(fitted[0, usable] / known[0, usable]))
    return scale, float(np.median(known[1, usable] - scale * fitted[1, usable]))


def drift(fit: Fit, stored: "pd.DataFrame", usable: NDArray[np.bool_]) -> dict[str, NDArray]:
    """Parameters on the stored scale with their errors, and how far they are from the stored ones.

    Args:
        fit: of the items. stored: their stored `a`, `b` in the same order; NaN: none. usable: whether an item's fit may lead the `link`.

    Returns:
        By item: `a`, `b`, `c`, `a_error`, `b_error`, `a_drift`, `b_drift` = fitted − stored, `drift`: root mean square of the difference
        in the chance of a right answer, `drifted`: significant (Wald on slope and intercept, 1 %) and at least `LEAST_DRIFT`.
    """
    a0, b0 = (stored[name].to_numpy(dtype=float) for name in ("a", "b"))
    scale, shift = link(np.where(usable, fit.a, np.nan), fit.b, a0, b0)
    slope0, place0 = a0 * scale, (b0 - shift) / scale
    away = np.stack([fit.a - slope0, slope0 * place0 - fit.a * fit.b])
    # the medians that link are estimates too: π/2 times the variance of a mean of so many items
    inflation = 1 + math.pi / 2 / max((usable & ~np.isnan(a0)).sum(), 1)
    wald = np.einsum("ai,iab,bi->i", away, np.linalg.pinv(fit.covariance * inflation), away)
    weight = np.exp(-(_NODES**2) / 2)
    gap = irt.probability(_NODES[:, None], fit.a, fit.b, fit.c) - irt.probability(_NODES[:, None], slope0, place0, fit.c)
    distance = np.sqrt(weight @ gap**2 / weight.sum())
    turn = np.stack([fit.b, np.ones_like(fit.b)]) / -fit.a  # derivative of b by slope and intercept
    b_error = np.sqrt(np.einsum("ai,iab,bi->i", turn, fit.covariance, turn))
    made = {"a": fit.a / scale, "b": scale * fit.b + shift, "c": fit.c, "a_error": np.sqrt(fit.covariance[:, 0, 0]) / scale}
    made |= {"b_error": scale * b_error, "a_drift": made["a"] - a0, "b_drift": made["b"] - b0, "drift": distance}
    return made | {"drifted": (wald > _DRIFT_LIMIT) & (distance >= LEAST_DRIFT)}
