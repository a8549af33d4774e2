"""Bandits find the better arm, and their evaluation on logs is unbiased."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        self.scored = np.eye(3)[arm]

    def scores(self, arms: Arms) -> np.ndarray:
        return self.scored


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


class Mixed:
    """A policy that draws its arm, whatever it has seen: its true value is the mean over its own shares."""

    def __init__(self, shares: np.ndarray, seed: int) -> None:
        self.drawn = iter(np.eye(3)[np.random.default_rng(seed).choice(3, 10_000, p=shares)])

    def scores(self, arms: Arms) -> np.ndarray:
        return next(self.drawn)


shares = st.lists(st.floats(0.1, 1), min_size=3, max_size=3).map(lambda weights: np.array(weights) / sum(weights))


@settings(max_examples=10)
@given(shares, shares, st.lists(st.floats(0, 1), min_size=3, max_size=3).map(np.array), st.integers(0, 2**32 - 1))
def test_a_log_of_any_known_rule_gives_the_true_value_of_a_policy(logged: np.ndarray, own: np.ndarray, pays: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    actions = rng.choice(3, 3000, p=logged)
    rewards = rng.random(3000) < pays[actions]
    found = replay_evaluate(Mixed(own, seed + 1), actions, rewards, 3, propensities=logged[actions], rng=np.random.default_rng(seed + 2))
    error = np.sqrt((own @ pays) * (1 - own @ pays) / found.matched)  # of a mean of independent rewards of 0 and 1
    assert abs(found.mean_reward - own @ pays) < 5 * error + 1e-9


def test_a_log_taken_for_uniform_that_was_not_misleads() -> None:
    """What the probabilities are for: without them the arms that were logged most count most."""
    rng, logged, own = np.random.default_rng(5), np.array([0.8, 0.1, 0.1]), np.full(3, 1 / 3)
    actions = rng.choice(3, 10_000, p=logged)
    rewards = rng.random(10_000) < PAYS[actions]
    naive = replay_evaluate(Mixed(own, 1), actions, rewards, 3)
    right = replay_evaluate(Mixed(own, 1), actions, rewards, 3, propensities=logged[actions], rng=rng)
    assert naive.mean_reward < 0.4 < right.mean_reward == pytest.approx(0.5, abs=4 * right.standard_error)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=30), st.integers(0, 2**32 - 1))
def test_only_matched_choices_count_and_teach(log: list[tuple[int, bool]], seed: int) -> None:
    actions, rewards = (np.array([row[i] for row in log], dtype=int) for i in (0, 1))
    policy, arms, matched = Thompson(np.random.default_rng(seed)), Arms.empty(3), []
    for number, arm in enumerate(actions):
        if int(np.argmax(policy.scores(arms))) == arm:
            arms.learn(int(arm), float(rewards[number]))
            matched.append(number)
    others = rewards.copy()
    others[np.setdiff1d(np.arange(len(log)), matched)] ^= 1  # what was not matched paid the opposite
    found = [replay_evaluate(Thompson(np.random.default_rng(seed)), actions, paid, 3) for paid in (rewards, others)]
    assert found[0].matched == found[1].matched == len(matched)
    if matched:
        assert found[0].mean_reward == found[1].mean_reward == rewards[matched].mean()


def test_a_log_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="one of the arms"):
        replay_evaluate(UCB1(), [0, 3], [1, 0], 3)
    for wrong in ([0.5], [0.5, 0.0], [0.5, 1.5]):
        with pytest.raises(ValueError, match="the probability with which it was chosen"):
            replay_evaluate(UCB1(), [0, 1], [1, 0], 3, propensities=wrong)


def test_nothing_matched_is_not_a_number() -> None:
    assert np.isnan(replay_evaluate(Always(0), [1, 1], [1, 1], 3).mean_reward)
