"""Fitting Bayesian knowledge tracing (definition P1) by expectation maximisation, all concepts at once.

The hidden state (known, not known) of each learner × concept is smoothed over its answers (Baum-Welch); the parameters of a concept
are then the expected shares. A concept with fewer than 50 answers takes the parameters of all concepts together and says so; so does
one whose own answers drive a parameter to its bound.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.bkt import Floats, Parameters, sequences

FEWEST_ANSWERS = 50
LOWEST, HIGHEST_GUESS, HIGHEST_SLIP = 1e-4, 0.5, 0.5

_START = (0.4, 0.15, 0.2, 0.1)
_LEAST_GAIN = 3.91  # half the 95 % point of chi-square with 3 degrees of freedom: better than a constant share


@dataclass(frozen=True)
class Fit:
    """Fitted parameters by concept.

    Attributes:
        parameters: one entry a concept. status: `fitted`, `too_few` (the pooled parameters are given) or `degenerate`
            (a parameter stands at its bound, or the model says no
            more than the share of right answers).
        answers: answers a concept. log_likelihood: natural logarithm, summed over a concept's answers. iterations: rounds done.
    """

    parameters: Parameters
    status: NDArray[np.str_]
    answers: NDArray[np.int64]
    log_likelihood: Floats
    iterations: int


@dataclass(frozen=True)
class _Layout:
    """Answers in step-major order: first answers of all sequences (longest first), then second ones, …"""

    right: Floats
    offset: NDArray[np.int64]
    active: NDArray[np.int64]
    concept: NDArray[np.int64]  # by sequence

    @property
    def row_concept(self) -> NDArray[np.int64]:
        return np.concatenate([self.concept[:count] for count in self.active])


def _lay_out(sequence: ArrayLike, concept: ArrayLike, correct: ArrayLike) -> _Layout:
    groups = sequences(sequence, concept)
    longest_first = np.argsort(-groups.length, kind="stable")
    first = groups.first[longest_first]
    steps = np.arange(groups.length.max(initial=0))
    active = len(first) - np.searchsorted(np.sort(groups.length), steps, side="right")
    at = np.concatenate([first[:count] + k for k, count in zip(steps, active, strict=True)]) if len(steps) else first
    right = np.asarray(correct, dtype=float)[groups.positions(at)]
    return _Layout(right, np.r_[0, np.cumsum(active)], active, groups.key[longest_first])


def fit(
    sequence: ArrayLike, concept: ArrayLike, correct: ArrayLike, *, iterations: int = 200, tolerance: float = 1e-5, weight: float = 5.0
) -> Fit:
    """Fit prior, learn, guess and slip of every concept.

    Args:
        sequence: integer per answer, one value for each learner × concept; answers in the order in which they were given.
        concept: integer 0 … n−1 per answer. correct: right or wrong.
        iterations: most rounds. tolerance: stop when the log-likelihood per answer gains less.
        weight: pseudo-answers by which a concept is drawn towards the parameters of all concepts together (0: not at all).

    Returns:
        One entry a concept, in order of its integer.

    Raises:
        ValueError: no answers.
    """
    concept = np.asarray(concept, dtype=np.int64)
    if len(concept) == 0:
        raise ValueError("no answers to fit")
    pooled, _, _ = _climb(_lay_out(sequence, np.zeros_like(concept), correct), 1, None, 0.0, iterations, tolerance)
    layout, count = _lay_out(sequence, concept, correct), int(concept.max()) + 1
    values, likelihood, rounds = _climb(layout, count, pooled, weight, iterations, tolerance)
    answers = np.bincount(concept, minlength=count)
    few = answers < FEWEST_ANSWERS
    values[:, few] = pooled
    gain = likelihood - _constant_likelihood(answers, np.bincount(concept, np.asarray(correct, dtype=float), minlength=count))
    status = np.where(few, "too_few", np.where(_degenerate(values) | (gain < _LEAST_GAIN), "degenerate", "fitted"))
    return Fit(Parameters(*values, np.zeros(count)), status, answers, likelihood, rounds)


def _constant_likelihood(answers: NDArray[np.int64], right: Floats) -> Floats:
    """Log-likelihood by concept when every answer is right with the concept's own share."""
    share = np.clip(right / np.maximum(answers, 1), 1e-12, 1 - 1e-12)
    return right * np.log(share) + (answers - right) * np.log1p(-share)


def _degenerate(values: Floats) -> NDArray[np.bool_]:
    prior, learn, guess, slip = values
    at_bound = (guess >= HIGHEST_GUESS - 1e-3) | (slip >= HIGHEST_SLIP - 1e-3) | (learn <= 2 * LOWEST) | (prior >= 1 - 2 * LOWEST)
    return at_bound | (1 - slip - guess < 0.05)


def _climb(
    layout: _Layout, count: int, towards: Floats | None, weight: float, iterations: int, tolerance: float
) -> tuple[Floats, Floats, int]:
    """Rounds of expectation and maximisation; returns parameters (4 × concepts), log-likelihood by concept, and the rounds done."""
    values = np.repeat(np.array(_START)[:, None] if towards is None else towards, count, axis=1)
    pull = np.zeros((4, 1)) if towards is None else weight * towards
    rows, last, done = layout.row_concept, -np.inf, 0
    likelihood = np.zeros(count)
    for done in range(1, iterations + 1):
        sums, totals, likelihood = _expect(layout, rows, values, count)
        values = (sums + pull) / np.maximum(totals + (weight if towards is not None else 0.0), 1e-300)
        values = np.clip(values, LOWEST, np.array([1 - LOWEST, 1 - LOWEST, HIGHEST_GUESS, HIGHEST_SLIP])[:, None])
        if (likelihood.sum() - last) / len(rows) < tolerance:
            break
        last = likelihood.sum()
    return values, likelihood, done


def _expect(layout: _Layout, rows: NDArray[np.int64], values: Floats, count: int) -> tuple[Floats, Floats, Floats]:
    """Expected counts behind each parameter: (sum, total) for prior, learn, guess, slip, and the log-likelihood by concept."""
    filtered, scale, like_known, like_unknown = _forward(layout, rows, values)
    known, gained = _backward(layout, values[1][layout.concept], filtered, scale, like_known, like_unknown)
    first = slice(0, layout.active[0])
    not_last = gained >= 0
    unknown, right = 1 - known, layout.right

    def total(weights: Floats) -> Floats:
        return np.bincount(rows, weights, minlength=count)

    sums = np.stack([
        np.bincount(layout.concept, known[first], minlength=count), total(np.where(not_last, gained, 0)),
        total(unknown * right), total(known * (1 - right)),
    ])  # fmt: skip
    totals = np.stack([np.bincount(layout.concept, minlength=count), total(np.where(not_last, unknown, 0)), total(unknown), total(known)])
    return sums, totals, total(np.log(scale))


def _forward(layout: _Layout, rows: NDArray[np.int64], values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """P(known | answers so far), P(answer | answers before), and the answer's likelihood when known and when not."""
    prior, learn, guess, slip = values
    wrong = layout.right == 0
    like_known = np.where(wrong, slip[rows], 1 - slip[rows])
    like_unknown = np.where(wrong, 1 - guess[rows], guess[rows])
    filtered, scale = np.empty(len(rows)), np.empty(len(rows))
    before, gain = prior[layout.concept], learn[layout.concept]
    for k, count in enumerate(layout.active):
        at = slice(layout.offset[k], layout.offset[k] + count)
        joint = before[:count] * like_known[at]
        scale[at] = joint + (1 - before[:count]) * like_unknown[at]
        filtered[at] = joint / scale[at]
        before = filtered[at] + (1 - filtered[at]) * gain[:count]
    return filtered, scale, like_known, like_unknown


def _backward(
    layout: _Layout, gain: Floats, filtered: Floats, scale: Floats, like_known: Floats, like_unknown: Floats
) -> tuple[Floats, Floats]:
    """P(known | all answers) and P(became known after this answer | all answers), the latter −1 at a sequence's last answer."""
    known, gained = filtered.copy(), np.full(len(filtered), -1.0)
    beta_known, beta_unknown = np.ones(len(layout.concept)), np.ones(len(layout.concept))
    for k in range(len(layout.active) - 2, -1, -1):
        count = layout.active[k + 1]  # sequences that go on after step k
        after = slice(layout.offset[k + 1], layout.offset[k + 1] + count)
        at = slice(layout.offset[k], layout.offset[k] + count)
        to_known = like_known[after] * beta_known[:count] / scale[after]
        to_unknown = like_unknown[after] * beta_unknown[:count] / scale[after]
        gained[at] = (1 - filtered[at]) * gain[:count] * to_known
        beta_known[:count] = to_known
        beta_unknown[:count] = gain[:count] * to_known + (1 - gain[:count]) * to_unknown
        known[at] = filtered[at] * beta_known[:count]
    return known, gained
