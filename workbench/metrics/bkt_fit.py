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
    """Answers in step-major order: first answers of all sequences (longest first), then second ones, …

    Attributes:
        outcome: concept of each answer, plus their number for right ones. offset, active: of each step, where it begins and its answers.
        concept: by sequence. last: where each sequence's last answer stands. tried: wrong and right answers by concept.
    """

    outcome: NDArray[np.int64]
    offset: NDArray[np.int64]
    active: NDArray[np.int64]
    concept: NDArray[np.int64]
    last: NDArray[np.int64]
    tried: NDArray[np.int64]

    def total(self, weights: Floats) -> Floats:
        """Sums of weights over the wrong and over the right answers of each concept."""
        return np.bincount(self.outcome, weights, minlength=self.tried.size).reshape(self.tried.shape)


def _lay_out(sequence: ArrayLike, concept: ArrayLike, correct: ArrayLike, count: int) -> _Layout:
    groups = sequences(sequence, concept)
    longest_first = np.argsort(-groups.length, kind="stable")
    first, length, own = groups.first[longest_first], groups.length[longest_first], groups.key[longest_first]
    steps = np.arange(length[0])
    active = len(first) - np.searchsorted(length[::-1], steps, side="right")
    at = np.concatenate([first[:number] + k for k, number in zip(steps, active, strict=True)])
    right = np.asarray(correct, dtype=bool)[groups.positions(at)]
    outcome = np.concatenate([own[:number] for number in active]) + count * right
    offset = np.r_[0, np.cumsum(active)]
    tried = np.bincount(outcome, minlength=2 * count).reshape(2, count)
    return _Layout(outcome, offset, active, own, offset[length - 1] + np.arange(len(first)), tried)


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
    pooled, _, _ = _climb(_lay_out(sequence, np.zeros_like(concept), correct, 1), None, 0.0, iterations, tolerance)
    layout = _lay_out(sequence, concept, correct, int(concept.max()) + 1)
    values, likelihood, rounds = _climb(layout, pooled, weight, iterations, tolerance)
    answers, count = layout.tried.sum(axis=0), layout.tried.shape[1]
    few = answers < FEWEST_ANSWERS
    values[:, few] = pooled
    gain = likelihood - _constant_likelihood(answers, layout.tried[1].astype(float))
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


def _climb(layout: _Layout, towards: Floats | None, weight: float, iterations: int, tolerance: float) -> tuple[Floats, Floats, int]:
    """Rounds of expectation and maximisation; returns parameters (4 × concepts), log-likelihood by concept, and the rounds done."""
    count = layout.tried.shape[1]
    values = np.repeat(np.array(_START)[:, None] if towards is None else towards, count, axis=1)
    pull = np.zeros((4, 1)) if towards is None else weight * towards
    last, done = -np.inf, 0
    likelihood = np.zeros(count)
    for done in range(1, iterations + 1):
        sums, totals, likelihood = _expect(layout, values)
        values = (sums + pull) / np.maximum(totals + (weight if towards is not None else 0.0), 1e-300)
        values = np.clip(values, LOWEST, np.array([1 - LOWEST, 1 - LOWEST, HIGHEST_GUESS, HIGHEST_SLIP])[:, None])
        if (likelihood.sum() - last) / len(layout.outcome) < tolerance:
            break
        last = likelihood.sum()
    return values, likelihood, done


def _expect(layout: _Layout, values: Floats) -> tuple[Floats, Floats, Floats]:
    """Expected counts behind each parameter: (sum, total) for prior, learn, guess, slip, and the log-likelihood by concept."""
    filtered, scale, like_known, like_unknown = _forward(layout, values)
    known, gained = _backward(layout, values[1][layout.concept], filtered, scale, like_known, like_unknown)

    def by_concept(weights: Floats | None) -> Floats:
        return np.bincount(layout.concept, weights, minlength=values.shape[1])

    knew = layout.total(known)
    not_known = np.maximum(layout.tried - knew, 0)
    unknown = not_known.sum(axis=0)
    sums = np.stack([by_concept(known[: layout.active[0]]), layout.total(gained).sum(axis=0), not_known[1], knew[0]])
    # nothing is learnt after a sequence's last answer
    totals = np.stack([by_concept(None), unknown - by_concept(1 - known[layout.last]), unknown, knew.sum(axis=0)])
    return sums, totals, layout.total(np.log(scale)).sum(axis=0)


def _forward(layout: _Layout, values: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """P(known | answers so far), P(answer | answers before), and the answer's likelihood when known and when not."""
    prior, learn, guess, slip = values
    like_known, like_unknown = np.r_[slip, 1 - slip][layout.outcome], np.r_[1 - guess, guess][layout.outcome]
    filtered, scale = np.empty(len(layout.outcome)), np.empty(len(layout.outcome))
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
    """P(known | all answers) and P(became known after this answer | all answers), the latter 0 at a sequence's last answer."""
    known, gained = filtered.copy(), np.zeros(len(filtered))
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
