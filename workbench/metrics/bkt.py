"""Bayesian knowledge tracing (definition P1; Corbett & Anderson 1995): predict, update, replay.

The state is carried as the log-odds of knowing. A probability saturates at 1 after some hundred right answers and can never fall
again; log-odds keep growing by a constant and come back. Probabilities are made only for output.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MASTERED = 0.95
"""A concept counts as mastered from this probability on."""

_CERTAIN = 1e-12  # guess and slip of exactly 0 would make one answer prove the state for ever
_BLOCK = 8192  # sequences replayed together
_LARGE = 40.0  # beyond this log-odds, adding a probability to the odds changes nothing in a float64

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """Parameters of one concept (scalars) or of many (arrays of one length): all probabilities.

    Attributes:
        prior: known before the first answer. learn: becomes known after an answer. guess: right although unknown.
        slip: wrong although known. forget: becomes unknown after an answer.
    """

    prior: Floats
    learn: Floats
    guess: Floats
    slip: Floats
    forget: Floats

    def __len__(self) -> int:
        return len(self.prior)


def parameters(prior: ArrayLike, learn: ArrayLike, guess: ArrayLike, slip: ArrayLike, forget: ArrayLike = 0.0) -> Parameters:
    """Checked parameters, broadcast to one length.

    Raises:
        ValueError: a value outside [0, 1], guess or slip above 0.5, or right answers no likelier when known (1 − slip ≤ guess).
    """
    values = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in (prior, learn, guess, slip, forget)))
    for name, value in zip(("prior", "learn", "guess", "slip", "forget"), values, strict=True):
        top = 0.5 if name in ("guess", "slip") else 1.0
        if not np.all((value >= 0) & (value <= top)):
            raise ValueError(f"{name} must lie in [0, {top:g}]")
    if not np.all(1 - values[3] > values[2]):
        raise ValueError("1 - slip must exceed guess: otherwise a right answer speaks against knowing")
    return Parameters(*(np.ascontiguousarray(value) for value in values))


def log_odds(probability: ArrayLike) -> Floats:
    """Log-odds of a probability, kept finite at 0 and 1.

    >>> float(log_odds(0.5))
    0.0
    """
    p = np.clip(np.asarray(probability, dtype=float), _CERTAIN, 1 - _CERTAIN)
    return np.log(p) - np.log1p(-p)


def probability(odds: ArrayLike) -> Floats:
    """Probability of log-odds.

    >>> float(probability(0.0)), float(probability(1e6)), float(probability(-1e6))
    (0.5, 1.0, 0.0)
    """
    x = np.asarray(odds, dtype=float)
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def predict(odds: ArrayLike, guess: ArrayLike, slip: ArrayLike) -> Floats:
    """P(correct) from the state **before** the answer: L(1−s) + (1−L)g.

    >>> round(float(predict(log_odds(0.4), 0.2, 0.1)), 6)
    0.48
    """
    g = np.asarray(guess, dtype=float)
    return g + (1 - np.asarray(slip, dtype=float) - g) * probability(odds)


def update(odds: ArrayLike, correct: ArrayLike, learn: ArrayLike, guess: ArrayLike, slip: ArrayLike, forget: ArrayLike = 0.0) -> Floats:
    """Log-odds after one answer: Bayes' rule, then learning and forgetting. Everything broadcasts.

    >>> round(float(probability(update(log_odds(0.4), True, 0.15, 0.2, 0.1))), 6)
    0.7875
    """
    g, s = _open(guess), _open(slip)
    t, f = np.asarray(learn, dtype=float), np.asarray(forget, dtype=float)
    seen = np.asarray(odds, dtype=float) + np.where(correct, np.log1p(-s) - np.log(g), np.log(s) - np.log1p(-g))
    with np.errstate(divide="ignore"):  # log(0) = -inf is what adding nothing means here
        known = np.logaddexp(seen + np.log1p(-f), np.log(t))
        unknown = np.logaddexp(seen + np.log(f), np.log1p(-t))
    return np.clip(known, -1e300, 1e300) - np.clip(unknown, -1e300, 1e300)


def _open(value: ArrayLike) -> Floats:
    return np.maximum(np.asarray(value, dtype=float), _CERTAIN)


@dataclass(frozen=True)
class Replay:
    """Outcome of `replay`, in the order of the answers given.

    Attributes:
        predicted: P(correct) before each answer. log_odds: the state after each answer.
    """

    predicted: Floats
    log_odds: Floats

    @property
    def mastery(self) -> Floats:
        """Probability of knowing after each answer."""
        return probability(self.log_odds)


@dataclass(frozen=True)
class Sequences:
    """Answers grouped by sequence (one learner × concept), each in its order.

    Attributes:
        order: positions of the answers, sequence by sequence; None when they stand so already.
        first: where each sequence begins in `order`. length: its answers. key: index of its parameters.
    """

    order: NDArray[np.int64] | None
    first: NDArray[np.int64]
    length: NDArray[np.int64]
    key: NDArray[np.int64]

    def positions(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Positions in the arrays as given, of places in the grouped order."""
        return at if self.order is None else self.order[at]


def sequences(sequence: ArrayLike, key: ArrayLike) -> Sequences:
    """Group answers by `sequence`, keeping their order inside it.

    Args:
        sequence: integer per answer. key: index of the parameters per answer, constant within a sequence.
    """
    ids, keys = np.asarray(sequence), np.asarray(key)
    order = None if np.all(ids[1:] >= ids[:-1]) else np.argsort(ids, kind="stable")
    grouped = ids if order is None else ids[order]
    first = np.flatnonzero(np.r_[len(ids) > 0, grouped[1:] != grouped[:-1]])
    start = first if order is None else order[first]
    return Sequences(order, first, np.diff(np.r_[first, len(ids)]), keys[start])


def replay(sequence: ArrayLike, key: ArrayLike, correct: ArrayLike, given: Parameters) -> Replay:
    """Run every answer through P1 in its order.

    Args:
        sequence: integer per answer, one value for each learner × concept. key: index into `given` per answer.
        correct: right or wrong, per answer. given: parameters by key.

    Returns:
        Predictions before, and states after, each answer; arrays as long as `correct`.
    """
    groups = sequences(sequence, key)
    right = np.asarray(correct, dtype=bool)
    expected, after = np.empty(len(right)), np.empty(len(right))

    def block(begin: int) -> None:
        _replay_block(groups, slice(begin, begin + _BLOCK), right, given, expected, after)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # numpy computes outside the interpreter lock
        list(pool.map(block, range(0, len(groups.first), _BLOCK)))
    return Replay(expected, after)


def _replay_block(groups: Sequences, block: slice, right: NDArray[np.bool_], given: Parameters, expected: Floats, after: Floats) -> None:
    """Replay neighbouring sequences step by step, so few that what they touch stays in the processor's cache."""
    longest_first = np.argsort(-groups.length[block], kind="stable")
    first, key = groups.first[block][longest_first], groups.key[block][longest_first]
    steps = np.arange(groups.length[block].max())
    active = len(first) - np.searchsorted(np.sort(groups.length[block]), steps, side="right")
    odds = log_odds(given.prior)[key]
    advance = _without_forgetting if not np.any(given.forget) else _with_forgetting
    tables = _tables(given, key)
    for k, count in zip(steps, active, strict=True):
        at = groups.positions(first[:count] + k)
        odds, expected[at] = advance(odds[:count], right[at].astype(float), [table[:count] for table in tables])
        after[at] = odds


def _tables(given: Parameters, key: NDArray[np.int64]) -> list[Floats]:
    """Per sequence: guess, slope of P(correct), log likelihood ratio of a wrong answer and what a right one adds, learn, stay, forget."""
    g, s = _open(given.guess), _open(given.slip)
    wrong, right = np.log(s) - np.log1p(-g), np.log1p(-s) - np.log(g)
    with np.errstate(divide="ignore"):
        stay = np.log1p(-given.learn)
    columns = (given.guess, 1 - given.slip - given.guess, wrong, right - wrong, given.learn, stay, given.forget)
    return [column[key] for column in columns]


def _without_forgetting(odds: Floats, right: Floats, tables: list[Floats]) -> tuple[Floats, Floats]:
    guess, slope, wrong, more, learn, stay, _ = tables
    plain = np.exp(np.minimum(odds, _LARGE))
    plain /= 1 + plain
    expected = plain * slope
    expected += guess
    seen = right * more
    seen += wrong
    seen += odds
    linear = (seen > _LARGE) | (learn == 0)  # learning adds nothing that a float64 could hold
    moved = np.exp(np.minimum(seen, _LARGE))
    moved += learn
    with np.errstate(divide="ignore"):
        np.log(moved, out=moved)
    if linear.any():
        np.copyto(moved, seen, where=linear)
    moved -= stay
    return np.minimum(moved, 1e300), expected


def _with_forgetting(odds: Floats, right: Floats, tables: list[Floats]) -> tuple[Floats, Floats]:
    guess, slope, wrong, more, learn, _, forget = tables
    seen = odds + wrong + right * more
    with np.errstate(divide="ignore"):
        known = np.logaddexp(seen + np.log1p(-forget), np.log(learn))
        unknown = np.logaddexp(seen + np.log(forget), np.log1p(-learn))
    return np.clip(known, -1e300, 1e300) - np.clip(unknown, -1e300, 1e300), guess + slope * probability(odds)
