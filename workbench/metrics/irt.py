"""Item response theory (definition P6): 3PL probability, 2PL fit by marginal maximum likelihood, item statistics."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LEAST_SLOPE, MOST_SLOPE = 0.05, 6.0
"""Bounds of a fitted discrimination; one that stands there says that the answers do not determine it."""

_NODES = 61
_RANGE = 6.0


def probability(theta: ArrayLike, a: ArrayLike, b: ArrayLike, c: ArrayLike = 0.0) -> Floats:
    """3PL: P = c + (1 − c) / (1 + exp(−a(θ − b))). Everything broadcasts.

    Args:
        theta: ability. a: discrimination. b: difficulty. c: guessing.

    >>> round(float(probability(0.0, 1.0, 0.0, 0.2)), 6)
    0.6
    """
    logit = np.asarray(a, dtype=float) * (np.asarray(theta, dtype=float) - np.asarray(b, dtype=float))
    guess = np.asarray(c, dtype=float)
    return guess + (1 - guess) / (1 + np.exp(-np.clip(logit, -700, 700)))


@dataclass(frozen=True)
class Items:
    """Fitted items: discrimination a, difficulty b, guessing c (held fixed), log-likelihood of all answers, rounds, converged."""

    a: Floats
    b: Floats
    c: Floats
    log_likelihood: float
    iterations: int
    converged: bool


def _quadrature() -> tuple[Floats, Floats]:
    nodes = np.linspace(-_RANGE, _RANGE, _NODES)
    weights = np.exp(-(nodes**2) / 2)
    return nodes, weights / weights.sum()


def fit_2pl(answers: ArrayLike, guessing: ArrayLike = 0.0, *, iterations: int = 500, tolerance: float = 1e-7) -> Items:
    """Discrimination and difficulty by marginal maximum likelihood (Bock & Aitkin 1981), abilities standard normal.

    Args:
        answers: learners × items; 1 right, 0 wrong, NaN not answered. guessing: c of each item, held at this value.
        iterations: most rounds. tolerance: stop when no parameter moves by more.

    Raises:
        ValueError: not a table, or an item nobody or everybody answered right.
    """
    right = np.atleast_2d(np.asarray(answers, dtype=float))
    seen = ~np.isnan(right)
    right = np.where(seen, right, 0.0)
    share = right.sum(0) / np.maximum(seen.sum(0), 1)
    if right.ndim != 2 or np.any((share <= 0) | (share >= 1)):
        raise ValueError("every item needs right and wrong answers to be fitted")
    c = np.broadcast_to(np.asarray(guessing, dtype=float), share.shape).astype(float)
    nodes, weights = _quadrature()
    slope, intercept = np.ones(len(share)), np.log(share / (1 - share))
    both = np.hstack([right, seen])
    done, moved = 0, np.inf
    for done in range(1, iterations + 1):
        posterior, _ = _posterior(both, slope, intercept, c, nodes, weights)
        counts = posterior.T @ both
        new = _maximise(counts[:, : len(share)], counts[:, len(share) :], slope, intercept, c, nodes)
        moved = max(np.abs(new[0] - slope).max(), np.abs(new[1] - intercept).max())
        slope, intercept = new
        if moved < tolerance:
            break
    _, likelihood = _posterior(both, slope, intercept, c, nodes, weights)
    return Items(slope, -intercept / slope, c, float(likelihood.sum()), done, bool(moved < tolerance))


def _curve(slope: Floats, intercept: Floats, c: Floats, nodes: Floats) -> Floats:
    logit = np.minimum(np.maximum(nodes[:, None] * slope + intercept, -35), 35)
    return np.minimum(np.maximum(c + (1 - c) / (1 + np.exp(-logit)), 1e-12), 1 - 1e-12)


def _posterior(both: Floats, slope: Floats, intercept: Floats, c: Floats, nodes: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Learners × nodes: weight of each ability given the answers (beside each other which are right and which were given); and each
    learner's log-likelihood."""
    p = _curve(slope, intercept, c, nodes)
    wrong = np.log1p(-p)
    mass = both @ np.hstack([np.log(p) - wrong, wrong]).T
    mass += np.log(weights)
    top = mass.max(1, keepdims=True)
    mass -= top
    np.exp(mass, out=mass)
    total = mass.sum(1, keepdims=True)
    mass /= total
    return mass, (top + np.log(total))[:, 0]


def _maximise(
    right: Floats, tried: Floats, slope: Floats, intercept: Floats, c: Floats, nodes: Floats, rounds: int = 10
) -> tuple[Floats, Floats]:
    """Fisher scoring of every item's slope and intercept on the expected counts (nodes × items)."""
    powers = np.stack([np.ones_like(nodes), nodes, nodes**2])
    for _ in range(rounds):
        p = _curve(slope, intercept, c, nodes)
        logistic = (p - c) / (1 - c)
        weight = logistic / p  # derivative of p by the logit, logistic · (1 − p), over the variance p · (1 − p)
        g0, g1 = powers[:2] @ ((right - tried * p) * weight)
        i00, i01, i11 = powers @ (tried * (1 - p) * logistic * weight)
        determinant = np.maximum(i00 * i11 - i01**2, 1e-12)
        step_intercept = np.minimum(np.maximum((i11 * g0 - i01 * g1) / determinant, -1), 1)
        step_slope = np.minimum(np.maximum((i00 * g1 - i01 * g0) / determinant, -0.5), 0.5)
        intercept, slope = intercept + step_intercept, np.minimum(np.maximum(slope + step_slope, LEAST_SLOPE), MOST_SLOPE)
        if max(np.abs(step_intercept).max(), np.abs(step_slope).max()) < 1e-10:
            break
    return slope, intercept


@dataclass(frozen=True)
class ItemStatistics:
    """One value an item: share correct, point-biserial against the rest score, outfit and infit mean squares."""

    share_correct: Floats
    point_biserial: Floats
    outfit: Floats
    infit: Floats


def item_statistics(answers: ArrayLike, expected: ArrayLike) -> ItemStatistics:
    """Classical and fit statistics (Wright & Stone): outfit = mean z², infit = Σ(x−P)² / ΣP(1−P).

    Args:
        answers: learners × items; 1 right, 0 wrong, NaN not answered. expected: P of each, same shape.
    """
    x, p = np.asarray(answers, dtype=float), np.asarray(expected, dtype=float)
    seen = ~np.isnan(x)
    filled = np.where(seen, x, 0.0)
    tried = np.maximum(seen.sum(0), 1)
    variance = np.where(seen, p * (1 - p), 0.0)
    squared = np.where(seen, (filled - p) ** 2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z_squared = np.where(seen, squared / (p * (1 - p)), 0.0)
        infit = squared.sum(0) / variance.sum(0)
    rest = filled.sum(1, keepdims=True) - filled
    return ItemStatistics(filled.sum(0) / tried, _correlations(filled, rest, seen), z_squared.sum(0) / tried, infit)


def _correlations(x: Floats, y: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Pearson correlation column by column over the cells seen; NaN where one side does not vary."""
    n = np.maximum(seen.sum(0), 1)
    dx = np.where(seen, x - np.where(seen, x, 0).sum(0) / n, 0)
    dy = np.where(seen, y - np.where(seen, y, 0).sum(0) / n, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (dx * dy).sum(0) / np.sqrt((dx**2).sum(0) * (dy**2).sum(0))
