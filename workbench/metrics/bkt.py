"""Bayesian knowledge tracing (definition P1; Corbett & Anderson 1995): predict, update, replay.

The state is carried as the log-odds of knowing. A probability saturates at 1 after some hundred right answers and can never fall
again; log-odds keep growing by a constant and come back. Probabilities are made only for output. `replay` holds the log-odds in two
parts, a factor and the logarithm of its scale: an answer then multiplies the factor and adds to it, without a logarithm, and before the
factor could leave the range of a float64 it goes into the scale.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

MASTERED = 0.95
"""A concept counts as mastered from this probability on."""

_CERTAIN = 1e-12  # guess and slip of exactly 0 would make one answer prove the state for ever
_BLOCK = 16_384  # sequences replayed together: what they touch stays in the processor's cache
_REACH = 500.0  # log-odds that a state may move before it is scaled anew; a float64 reaches to 709

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

    def place(self, block: slice) -> slice | NDArray[np.int64]:
        """Where the answers of neighbouring sequences stand in the arrays as given."""
        first = self.first[block]
        whole = slice(int(first[0]), int(first[-1] + self.length[block][-1]))
        return whole if self.order is None else self.order[whole]


def sequences(sequence: ArrayLike, key: ArrayLike) -> Sequences:
    """Group answers by `sequence`, keeping their order inside it.

    Args:
        sequence: integer per answer. key: index of the parameters per answer, constant within a sequence.
    """
    ids, keys = np.asarray(sequence), np.asarray(key)
    order, grouped = (None, ids) if np.all(ids[1:] >= ids[:-1]) else _stable_order(ids)
    first = np.flatnonzero(np.r_[len(ids) > 0, grouped[1:] != grouped[:-1]])
    start = first if order is None else order[first]
    return Sequences(order, first, np.diff(np.r_[first, len(ids)]), keys[start])


def _stable_order(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions in ascending order of their values, and the values in that order.

    Value and position in one number where they fit: numpy sorts numbers several times as fast as it argsorts them stably.
    """
    low, bits = int(ids.min()), len(ids).bit_length()
    if (int(ids.max()) - low).bit_length() + bits > 63:
        order = np.argsort(ids, kind="stable")
        return order, ids[order]
    packed = np.sort((ids.astype(np.int64) - low << bits) | np.arange(len(ids)))
    return packed & ((1 << bits) - 1), packed >> bits


def replay(sequence: ArrayLike, key: ArrayLike, correct: ArrayLike, given: Parameters, start: ArrayLike | None = None) -> Replay:
    """Run every answer through P1 in its order.

    Args:
        sequence: integer per answer, one value for each learner × concept. key: index into `given` per answer.
        correct: right or wrong, per answer. given: parameters by key.
        start: log-odds that each sequence takes up, in ascending order of their integers; NaN, or nothing at all: those of the prior.

    Returns:
        Predictions before, and states after, each answer; arrays as long as `correct`.
    """
    groups = sequences(sequence, key)
    right = np.asarray(correct, dtype=bool)
    expected, after = np.empty(len(right)), np.empty(len(right))
    rates, begun = _rates(given), None if start is None else np.asarray(start, dtype=float)

    def block(begin: int) -> None:
        _replay_block(groups, slice(begin, begin + _BLOCK), right, rates, begun, expected, after)

    begins = range(0, len(groups.first), _BLOCK)
    if len(begins) > 1:
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # numpy computes outside the interpreter lock
            list(pool.map(block, begins))
    elif begins:
        block(0)
    return Replay(expected, after)


@dataclass(frozen=True)
class _Rates:
    """What answers do to the odds of knowing, by key, each over the chance of not learning where it is a factor.

    Attributes:
        odds: before the first answer. wrong: factor of a wrong answer. more: what a right one's is above it. gain: learning adds it.
        keep: share that is not forgotten. lose: share that is. guess, slope: P(correct) = guess + slope × P(known).
    """

    odds: Floats
    wrong: Floats
    more: Floats
    gain: Floats
    keep: Floats
    lose: Floats
    guess: Floats
    slope: Floats

    def of(self, key: NDArray[np.int64]) -> "_Rates":
        """Those of sequences with these keys."""
        return _Rates(*(getattr(self, part.name)[key] for part in fields(self)))

    @cached_property
    def leg(self) -> int:
        """So many answers a state can take before it has to be scaled anew."""
        right = self.wrong + self.more
        return int(_REACH / (np.abs(np.log([self.wrong, right])).max(axis=0) - np.log(self.keep)).max(initial=1.0))


def _rates(given: Parameters) -> _Rates:
    g, s, unlearnt = _open(given.guess), _open(given.slip), _open(1 - given.learn)
    right, wrong = (1 - s) / g / unlearnt, s / (1 - g) / unlearnt
    slope = 1 - given.slip - given.guess
    odds = np.exp(log_odds(given.prior))
    return _Rates(odds, wrong, right - wrong, given.learn / unlearnt, _open(1 - given.forget), given.forget, given.guess, slope)


def _replay_block(
    groups: Sequences, block: slice, right: NDArray[np.bool_], rates: _Rates, begun: Floats | None, expected: Floats, after: Floats
) -> None:
    """Replay neighbouring sequences together: all first answers, then all second ones, …; the longest sequences stand first."""
    lengths = groups.length[block]
    lengths = lengths.astype(np.min_scalar_type(lengths.max()))  # short numbers are sorted faster
    longest_first = np.argsort(lengths.max() - lengths, kind="stable")
    place = groups.place(block)
    first, mine = (groups.first[block] - groups.first[block][0])[longest_first], rates.of(groups.key[block][longest_first])
    active = (len(first) - np.cumsum(np.bincount(lengths))[:-1]).tolist()
    at = np.concatenate([first[:count] + k for k, count in enumerate(active)])
    correct, chance, odds = right[place].take(at), np.empty(len(at)), np.empty(len(at))
    factor, scale = _beginning(mine.odds, None if begun is None else begun[block][longest_first])
    begin, length = 0, rates.leg
    step = _forgetting_step if np.any(mine.lose) else _step
    for k in range(0, len(active), length):
        leg = active[k : k + length]
        end = begin + sum(leg)
        part = slice(begin, end)
        step(factor, np.exp(-np.maximum(scale, -700)), mine, leg, correct[part], chance[part], odds[part])
        np.log(odds[part], out=odds[part])
        if k or begun is not None:
            odds[part] += np.concatenate([scale[:count] for count in leg])
        scale, factor, begin = odds[end - leg[-1] : end], np.ones(leg[-1]), end
    for values, found in ((chance, expected), (odds, after)):
        ordered = np.empty(len(at))  # small enough for the cache, which the whole result is not
        ordered[at] = values
        found[place] = ordered


def _beginning(odds: Floats, begun: Floats | None) -> tuple[Floats, Floats]:
    """Factor and logarithm of the scale of each sequence before its first answer."""
    if begun is None:
        return odds, np.zeros(len(odds))
    fresh = np.isnan(begun)
    return np.where(fresh, odds, 1.0), np.where(fresh, 0.0, begun)


def _step(factor: Floats, one: Floats, mine: _Rates, leg: list[int], correct: NDArray[np.bool_], chance: Floats, odds: Floats) -> None:
    """Some answers of each sequence, from `factor` on; `one` is 1 on its scale. Fills P(correct) before and the factor after each."""
    begin, gain, right = 0, mine.gain[: len(one)] * one, correct.astype(float)
    for count in leg:
        now = slice(begin, begin + count)
        factor, expected, moved = factor[:count], chance[now], odds[now]
        np.add(factor, one[:count], out=expected)
        np.divide(factor, expected, out=expected)
        expected *= mine.slope[:count]
        expected += mine.guess[:count]
        np.multiply(right[now], mine.more[:count], out=moved)
        moved += mine.wrong[:count]
        moved *= factor
        moved += gain[:count]
        factor, begin = moved, begin + count


def _forgetting_step(
    factor: Floats, one: Floats, mine: _Rates, leg: list[int], correct: NDArray[np.bool_], chance: Floats, odds: Floats
) -> None:
    """The same where what is known may be forgotten: odds' = (seen × keep + gain) / (seen × lose + 1), on the scale of `one`."""
    begin, gain, lost = 0, mine.gain[: len(one)] * one, mine.lose[: len(one)]
    lose = np.divide(lost, one, out=np.zeros(len(one)), where=lost > 0)
    for count in leg:
        now = slice(begin, begin + count)
        factor = factor[:count]
        np.add(mine.guess[:count], mine.slope[:count] * factor / (factor + one[:count]), out=chance[now])
        seen = factor * (mine.wrong[:count] + mine.more[:count] * correct[now])
        factor = np.divide(seen * mine.keep[:count] + gain[:count], seen * lose[:count] + 1, out=odds[now])
        begin += count
