"""Choosing the next question: Beta-Bernoulli Thompson sampling and UCB1, and their evaluation on logged choices."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass
class Arms:
    """What is known of each action: how often it was taken and how often it paid."""

    pulls: NDArray[np.int64]
    rewards: Floats

    @classmethod
    def empty(cls, count: int) -> "Arms":
        """Arms of which nothing is known."""
        return cls(np.zeros(count, dtype=np.int64), np.zeros(count))

    def learn(self, arm: int, reward: float) -> None:
        """Note one reward in [0, 1]."""
        self.pulls[arm] += 1
        self.rewards[arm] += reward


class Policy(Protocol):
    """Scores every arm; the highest is taken."""

    def scores(self, arms: Arms) -> Floats:
        """One score an arm."""
        ...


@dataclass
class Thompson:
    """Thompson sampling (Thompson 1933): a draw from each arm's Beta posterior, prior Beta(alpha, beta)."""

    rng: np.random.Generator = field(default_factory=np.random.default_rng)
    alpha: float = 1.0
    beta: float = 1.0

    def scores(self, arms: Arms) -> Floats:
        """A draw an arm."""
        return self.rng.beta(self.alpha + arms.rewards, self.beta + arms.pulls - arms.rewards)


@dataclass
class UCB1:
    """UCB1 (Auer, Cesa-Bianchi & Fischer 2002): mean + sqrt(2 ln n / n_i); arms not yet taken come first."""

    def scores(self, arms: Arms) -> Floats:
        """Upper bound an arm; infinite for an arm never taken."""
        pulls = np.maximum(arms.pulls, 1)
        bound = arms.rewards / pulls + np.sqrt(2 * np.log(max(int(arms.pulls.sum()), 1)) / pulls)
        return np.where(arms.pulls == 0, np.inf, bound)


@dataclass(frozen=True)
class Evaluation:
    """Outcome of `replay_evaluate`: how many logged choices matched, their mean reward and its standard error."""

    offered: int
    matched: int
    mean_reward: float
    standard_error: float


def replay_evaluate(
    policy: Policy,
    actions: ArrayLike,
    rewards: ArrayLike,
    count: int,
    *,
    propensities: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
) -> Evaluation:
    """Mean reward `policy` would have had (Li, Chu, Langford & Wang 2011): only logged choices it would have made itself count.

    Unbiased where the logged actions were chosen uniformly at random among the `count` arms; the policy learns only from matches. Logged
    choices of another known rule are thinned first until every arm is as likely as the least likely one.

    Args:
        actions: logged arm, 0 … count−1. rewards: logged reward in [0, 1].
        propensities: probability with which each logged action was chosen; default: all the same. rng: decides the thinning.

    Raises:
        ValueError: lengths differ, an action outside the arms, or a propensity that is none.
    """
    taken, paid = np.asarray(actions, dtype=np.int64), np.asarray(rewards, dtype=float)
    chances = np.ones(taken.shape) if propensities is None else np.asarray(propensities, dtype=float)
    if taken.shape != paid.shape or np.any((taken < 0) | (taken >= count)):
        raise ValueError("every logged action needs a reward and must be one of the arms")
    if chances.shape != taken.shape or not np.all((chances > 0) & (chances <= 1)):
        raise ValueError("every logged action needs the probability with which it was chosen, above 0 and up to 1")
    kept = (rng or np.random.default_rng()).random(len(taken)) * chances < chances.min(initial=1.0)
    arms, matched = Arms.empty(count), []
    for arm, reward in zip(taken[kept], paid[kept], strict=True):
        if int(np.argmax(policy.scores(arms))) == arm:
            arms.learn(int(arm), float(reward))
            matched.append(float(reward))
    mean = float(np.mean(matched)) if matched else float("nan")
    error = float(np.std(matched, ddof=1) / np.sqrt(len(matched))) if len(matched) > 1 else float("nan")
    return Evaluation(len(taken), len(matched), mean, error)
