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


def marginal(answers: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """Log-likelihood by the plain formula: the mean over abilities of the product over answers."""
    nodes = np.linspace(-6, 6, 61)
    p = irt.probability(nodes[:, None], a, b, c)
    chances = np.where(np.isnan(answers)[:, None], 1, np.where(answers[:, None] == 1, p, 1 - p)).prod(axis=2)
    return float(np.log(np.average(chances, axis=1, weights=np.exp(-(nodes**2) / 2))).sum())


@pytest.mark.parametrize("learners", [400, 90])  # of so few one slope goes to its bound
def test_nothing_near_a_fit_is_likelier_at_a_bound_neither(learners: int) -> None:
    _, answers = simulate(23, np.full(5, 1.3), np.array([-0.5, 0, -1, 0.4, 0.2]), np.zeros(5), learners)
    answers[np.random.default_rng(4).random(answers.shape) < 0.1] = np.nan
    c = np.array([0, 0.1, 0, 0, 0])
    found = irt.fit_2pl(answers, c)
    assert found.converged and (found.a.max() == irt.MOST_SLOPE) == (learners == 90)
    assert found.log_likelihood == pytest.approx(marginal(answers, found.a, found.b, c), abs=1e-9)
    for item in range(5):
        for slope, place in ((-0.01, 0), (0.01, 0), (0, -0.01), (0, 0.01)):
            a, b = found.a.copy(), found.b.copy()
            a[item], b[item] = min(a[item] + slope, irt.MOST_SLOPE), b[item] + place
            assert marginal(answers, a, b, c) <= found.log_likelihood


def test_more_rounds_are_as_likely_at_least_and_learners_who_answered_alike_count_each() -> None:
    """A bank of which some extrapolated points are less likely and must be left."""
    _, answers = simulate(5, np.linspace(0.6, 2, 8), np.linspace(-1.5, 1.5, 8), np.full(8, 0.2), 150)
    runs = [irt.fit_2pl(answers, 0.2, iterations=rounds) for rounds in range(1, 24)]
    found = irt.fit_2pl(answers, 0.2)
    likely = [run.log_likelihood for run in [*runs, found]]
    assert likely == sorted(likely) and found.converged
    assert [(run.iterations, run.converged) for run in runs] == [(rounds, False) for rounds in range(1, 24)]
    twice = irt.fit_2pl(np.vstack([answers, answers[::-1]]), 0.2)
    np.testing.assert_allclose([twice.a, twice.b], [found.a, found.b], rtol=1e-6)
    assert twice.log_likelihood == pytest.approx(2 * found.log_likelihood)


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
