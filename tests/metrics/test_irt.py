"""Item response theory against published estimates, simulation and plain arithmetic."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import irt


def simulate(seed: int, a: np.ndarray, b: np.ndarray, c: np.ndarray, learners: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    theta = rng.standard_normal(learners)
    return theta, (rng.random((learners, len(a))) < irt.probability(theta[:, None], a, b, c)).astype(float)


def test_lsat6_estimates_are_the_published_ones(real_data: Path) -> None:
    answers = np.genfromtxt(real_data / "irt_lsat6/LSAT6_1000x5.csv", delimiter=",", skip_header=1)
    found = irt.fit_2pl(answers)
    assert found.converged
    assert found.log_likelihood == pytest.approx(-2466.65, abs=0.01)
    np.testing.assert_allclose(found.a, [0.825, 0.723, 0.890, 0.689, 0.657], atol=0.002)
    np.testing.assert_allclose(found.b, [-3.36, -1.37, -0.280, -1.866, -3.12], atol=0.01)


@given(st.floats(-6, 6), st.floats(0.1, 3), st.floats(-3, 3), st.floats(0, 0.5))
def test_probability_lies_between_guessing_and_one_and_rises_with_ability(theta, a, b, c) -> None:
    p = irt.probability(theta, a, b, c)
    assert c <= p <= 1
    assert irt.probability(theta + 0.5, a, b, c) >= p
    assert irt.probability(b, a, b, c) == pytest.approx((1 + c) / 2)


def test_simulated_items_are_recovered_with_guessing_held() -> None:
    a, b, c = np.linspace(0.7, 2.0, 12), np.linspace(-1.8, 1.8, 12), np.full(12, 0.2)
    _, answers = simulate(2, a, b, c, 6000)
    found = irt.fit_2pl(answers, c)
    assert np.abs(found.b - b).mean() < 0.12
    assert np.abs(found.a - a).mean() < 0.2


def test_answers_not_given_are_left_out() -> None:
    a, b = np.linspace(0.8, 1.8, 10), np.linspace(-1.5, 1.5, 10)
    _, answers = simulate(4, a, b, np.zeros(10), 5000)
    gaps = np.where(np.random.default_rng(1).random(answers.shape) < 0.3, np.nan, answers)
    assert np.abs(irt.fit_2pl(gaps).b - b).max() < 0.25


def test_an_item_everybody_solves_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="right and wrong"):
        irt.fit_2pl([[1, 0], [1, 1], [1, 0]])


def test_fit_statistics_are_one_when_the_model_is_true_and_find_the_noisy_item() -> None:
    a, b = np.full(20, 1.2), np.linspace(-1.5, 1.5, 20)
    theta, answers = simulate(8, a, b, np.zeros(20), 4000)
    answers[:, 7] = np.random.default_rng(9).random(4000) < 0.5
    found = irt.item_statistics(answers, irt.probability(theta[:, None], a, b))
    good = np.arange(20) != 7
    assert (np.abs(found.infit[good] - 1) < 0.1).all()
    assert found.outfit[7] == found.outfit.max() and found.point_biserial[7] == found.point_biserial.min()


def test_item_statistics_equal_plain_arithmetic() -> None:
    x = np.array([[1, 0, 1], [1, 1, 0], [0, 0, 1], [1, 0, 0.0]])
    p = np.array([[0.8, 0.4, 0.6], [0.7, 0.6, 0.5], [0.4, 0.2, 0.5], [0.9, 0.3, 0.4]])
    found = irt.item_statistics(x, p)
    np.testing.assert_allclose(found.outfit, ((x - p) ** 2 / (p * (1 - p))).mean(0))
    np.testing.assert_allclose(found.infit, ((x - p) ** 2).sum(0) / (p * (1 - p)).sum(0))
    rest = x.sum(1, keepdims=True) - x
    np.testing.assert_allclose(found.point_biserial, [np.corrcoef(x[:, i], rest[:, i])[0, 1] for i in range(3)])
