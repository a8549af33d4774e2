"""Item response theory (definition P6): 3PL probability, 2PL fit by marginal maximum likelihood, item statistics."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LEAST_SLOPE, MOST_SLOPE = 0.05, 6.0
"""Bounds of a fitted discrimination; one that stands there says that the answers do not determine it."""

NODES = np.linspace(-6, 6, 61)
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
"""Abilities at which integrals over a standard normal population are taken, and their weights."""

_POWERS = np.stack([np.ones_like(NODES), NODES, NODES**2])
_MEMORY = 5  # differences of rounds from which the next point is extrapolated


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


def fit_2pl(answers: ArrayLike, guessing: ArrayLike = 0.0, *, iterations: int = 500, tolerance: float = 1e-7) -> Items:
    """Discrimination and difficulty by marginal maximum likelihood (Bock & Aitkin 1981), abilities standard normal.

    Rounds of EM with one step of Fisher scoring each (generalised EM: it stands still at the same maxima), from which Anderson
    acceleration extrapolates (Walker & Ni 2011; for EM Henderson & Varadhan 2019). A point less likely than the one before is left for
    the plain round from there.

    Args:
        answers: learners × items; 1 right, 0 wrong, NaN not answered. guessing: c of each item, held at this value.
        iterations: most rounds. tolerance: stop when neither a round nor what it lets extrapolate moves a parameter by more.

    Raises:
        ValueError: not a table, or an item nobody or everybody answered right.
    """
    given = np.atleast_2d(np.asarray(answers, dtype=float))
    seen, right = ~np.isnan(given), given == 1
    share = right.sum(0) / np.maximum(seen.sum(0), 1)
    if given.ndim != 2 or np.any((share <= 0) | (share >= 1)):
        raise ValueError("every item needs right and wrong answers to be fitted")
    c = np.broadcast_to(np.asarray(guessing, dtype=float), share.shape).astype(float)
    both = np.hstack([right, seen])
    _, first, times = np.unique(np.packbits(both, axis=1), axis=0, return_index=True, return_counts=True)
    patterns = both[first].astype(float)
    best = at = np.stack([np.ones(len(share)), np.log(share / (1 - share))])
    done, moved, highest, last = 0, np.inf, -np.inf, []
    for done in range(1, iterations + 1):
        new, likelihood = _round(at, c, patterns, times)
        if likelihood < highest:
            at, highest, last = best, -np.inf, []
            continue
        best, highest, last = new, likelihood, [*last[-_MEMORY:], (new, new - at)]
        further = _extrapolated(last)
        moved = max(np.abs(new - at).max(), np.abs(further - at).max())
        if moved < tolerance:
            break
        at = further
    slope, intercept = best
    return Items(slope, -intercept / slope, c, _round(best, c, patterns, times)[1], done, bool(moved < tolerance))


def _round(at: Floats, c: Floats, patterns: Floats, times: NDArray[np.int64]) -> tuple[Floats, float]:
    """Slopes and intercepts after one round of EM from those given, and the log-likelihood of the latter.

    Args:
        patterns: which items were answered right, and beside them which were answered, one row a pattern. times: learners with each.
    """
    slope, intercept = at
    p = _curve(slope, intercept, c)
    wrong = np.log1p(-p)
    mass = np.hstack([np.log(p) - wrong, wrong]) @ patterns.T  # nodes × patterns, here the logarithm
    mass += np.log(WEIGHTS)[:, None]
    top = mass.max(0)
    mass -= top
    np.exp(mass, out=mass)
    total = mass.sum(0)
    mass *= times / total
    right, tried = np.hsplit(mass @ patterns, 2)  # expected answers by node and item
    logistic = (p - c) / (1 - c)
    weight = logistic / p  # derivative of p by the logit, logistic · (1 − p), over the variance p · (1 − p)
    g0, g1 = _POWERS[:2] @ ((right - tried * p) * weight)
    i00, i01, i11 = _POWERS @ (tried * (1 - p) * logistic * weight)
    step = (i00 * g1 - i01 * g0) / np.maximum(i00 * i11 - i01**2, 1e-12)
    new = np.clip(slope + np.clip(step, -0.5, 0.5), LEAST_SLOPE, MOST_SLOPE)
    # the intercept that goes with the slope as bounded, not with the step asked for
    step = (g0 - i01 * (new - slope)) / np.maximum(i00, 1e-6)
    return np.stack([new, intercept + np.clip(step, -1, 1)]), float(times @ (top + np.log(total)))


def _curve(slope: Floats, intercept: Floats, c: Floats) -> Floats:
    logit = np.minimum(np.maximum(NODES[:, None] * slope + intercept, -35), 35)
    return np.minimum(np.maximum(c + (1 - c) / (1 + np.exp(-logit)), 1e-12), 1 - 1e-12)


def _extrapolated(last: list[tuple[Floats, Floats]]) -> Floats:
    """Where the last rounds' steps, given with the points they led to, mixed to the least one lead. For an item of which that lies behind
    its own step, as far ahead: on a ridge, where steps grow until the slope comes to its bound, the mixture points back."""
    new, step = (np.reshape(part, (len(last), -1)) for part in zip(*last, strict=True))
    share = np.linalg.lstsq(np.diff(step, axis=0).T, step[-1], rcond=None)[0]
    latest = last[-1][1]
    move = latest - (share @ np.diff(new, axis=0)).reshape(latest.shape)
    move = np.where((move * latest).sum(0) < 0, -move, move)
    slope, intercept = last[-1][0] - latest + move
    bounded = np.clip(slope, LEAST_SLOPE, MOST_SLOPE)
    return np.stack([bounded, np.where(slope > MOST_SLOPE, intercept * bounded / slope, intercept)])  # of the same difficulty


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
