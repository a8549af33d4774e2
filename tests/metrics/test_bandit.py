"""Bandits find the better arm, and their evaluation on logs is unbiased."""

import numpy as np
import pytest

from workbench.metrics.bandit import UCB1, Arms, Policy, Thompson, replay_evaluate

PAYS = np.array([0.3, 0.5, 0.7])


def play(policy: Policy, seed: int, rounds: int = 3000) -> Arms:
    rng, arms = np.random.default_rng(seed), Arms.empty(len(PAYS))
    for _ in range(rounds):
        arm = int(np.argmax(policy.scores(arms)))
        arms.learn(arm, float(rng.random() < PAYS[arm]))
    return arms


@pytest.mark.parametrize("policy", [Thompson(np.random.default_rng(1)), UCB1()], ids=["thompson", "ucb1"])
def test_the_better_arm_is_taken_most(policy: Policy) -> None:
    arms = play(policy, seed=2)
    assert arms.pulls.argmax() == 2
    assert arms.pulls[2] > 0.7 * arms.pulls.sum()


def test_ucb1_tries_every_arm_first() -> None:
    arms = Arms.empty(4)
    for _ in range(4):
        arms.learn(int(np.argmax(UCB1().scores(arms))), 0.0)
    assert list(arms.pulls) == [1, 1, 1, 1]


def test_ucb1_bound_is_the_published_one() -> None:
    arms = Arms(np.array([10, 30]), np.array([6.0, 15.0]))
    np.testing.assert_allclose(UCB1().scores(arms), [0.6 + np.sqrt(2 * np.log(40) / 10), 0.5 + np.sqrt(2 * np.log(40) / 30)])


class Always:
    """A policy whose true value is known: it always takes one arm."""

    def __init__(self, arm: int) -> None:
        self.arm = arm

    def scores(self, arms: Arms) -> np.ndarray:
        return np.eye(len(arms.pulls))[self.arm]


@pytest.mark.parametrize("arm", [0, 1, 2])
def test_replay_of_a_fixed_policy_gives_its_true_value(arm: int) -> None:
    rng = np.random.default_rng(7)
    actions = rng.integers(0, 3, 30_000)
    rewards = rng.random(30_000) < PAYS[actions]
    found = replay_evaluate(Always(arm), actions, rewards, 3)
    assert found.matched == (actions == arm).sum()
    assert abs(found.mean_reward - PAYS[arm]) < 4 * found.standard_error


def test_replay_of_a_learning_policy_beats_chance_and_stays_below_the_best_arm() -> None:
    rng = np.random.default_rng(11)
    actions = rng.integers(0, 3, 20_000)
    rewards = rng.random(20_000) < PAYS[actions]
    found = replay_evaluate(Thompson(np.random.default_rng(3)), actions, rewards, 3)
    assert 0.6 < found.mean_reward < 0.7 + 3 * found.standard_error
    assert found.matched == pytest.approx(20_000 / 3, rel=0.05)


def test_a_log_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="one of the arms"):
        replay_evaluate(UCB1(), [0, 3], [1, 0], 3)


def test_nothing_matched_is_not_a_number() -> None:
    assert np.isnan(replay_evaluate(Always(0), [1, 1], [1, 1], 2).mean_reward)
