"""Fitted items (definition P6): published figures, plain arithmetic, and errors as large as repetition shows."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.metrics import irt, item_fit

# `summary(ltm(LSAT ~ z1))` of the R package ltm, as printed in kdavis91/2PL-and-3PL-Dichotomous-Item-response-theory-model on GitHub
LSAT6_A, LSAT6_A_ERROR = [0.8254, 0.7229, 0.8905, 0.6886, 0.6575], [0.2581, 0.1867, 0.2326, 0.1852, 0.2100]
LSAT6_B, LSAT6_B_ERROR = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], [0.8669, 0.3073, 0.0997, 0.4341, 0.8700]


@pytest.fixture(scope="module")
def lsat6(real_data: Path) -> np.ndarray:
    return np.genfromtxt(real_data / "irt_lsat6/LSAT6_1000x5.csv", delimiter=",", skip_header=1)


def sound(seed: int, learners: int, count: int, *, shift: float = 0.0) -> tuple[np.ndarray, pd.DataFrame]:
    """Answers, and true parameters; `shift` is how much abler everybody is than when these were stored."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(0.7, 2, count), rng.uniform(-1.5, 1.5, count), rng.choice([0.0, 0.2], count)
    answers = rng.random((learners, count)) < irt.probability(rng.normal(shift, 1, (learners, 1)), a, b, c)
    return answers.astype(float), pd.DataFrame({"discrimination": a, "difficulty": b, "guessing": c})


def fitted(answers: np.ndarray, stored: pd.DataFrame) -> pd.DataFrame:
    """The stored parameters beside the fitted ones, as `drift` takes them."""
    found = item_fit.statistics(answers, stored["guessing"])
    names = ("discrimination", "difficulty")
    return stored.assign(**{f"fitted_{name}": found[name] for name in names}, **{f"{name}_error": found[f"{name}_error"] for name in names})


def test_published_items_have_their_published_figures(lsat6: np.ndarray) -> None:
    found = item_fit.statistics(lsat6, iterations=500, tolerance=1e-7)
    np.testing.assert_allclose(found["discrimination"], LSAT6_A, atol=0.002)
    np.testing.assert_allclose(found["difficulty"], LSAT6_B, atol=0.01)
    np.testing.assert_allclose(found["discrimination_error"], LSAT6_A_ERROR, rtol=0.05)  # ltm's are from the second derivatives
    np.testing.assert_allclose(found["difficulty_error"], LSAT6_B_ERROR, rtol=0.05)
    rest = lsat6.sum(axis=1)
    np.testing.assert_allclose(found["rest_correlation"], [np.corrcoef(item, rest - item)[0, 1] for item in lsat6.T])
    assert (np.abs(found["infit"] - 1) < 0.05).all()


def test_the_published_errors_are_those_of_the_likelihood(lsat6: np.ndarray) -> None:
    """Second derivatives of the marginal likelihood by differences, with nothing of the package in it."""
    patterns, counts = np.unique(lsat6, axis=0, return_counts=True)
    nodes = np.linspace(-7, 7, 141)
    weights = np.exp(-(nodes**2) / 2) / np.exp(-(nodes**2) / 2).sum()

    def likelihood(given: np.ndarray) -> float:
        p = 1 / (1 + np.exp(-(np.outer(nodes, given[:5]) + given[5:])))
        return float(counts @ np.log(weights @ np.where(patterns[:, None, :] == 1, p, 1 - p).prod(axis=2).T))

    best, step = np.r_[LSAT6_A, -np.multiply(LSAT6_A, LSAT6_B)], 1e-3 * np.eye(10)
    second = [
        [
            sum(one * two * likelihood(best + one * step[i] + two * step[j]) for one in (-1, 1) for two in (-1, 1)) / 4e-6
            for j in range(10)
        ]
        for i in range(10)
    ]  # fmt: skip
    spread = np.linalg.inv(-np.array(second))
    np.testing.assert_allclose(np.sqrt(np.diag(spread))[:5], LSAT6_A_ERROR, rtol=0.01)
    for item in range(5):
        turn = -np.array([LSAT6_B[item], 1]) / LSAT6_A[item]
        error = math.sqrt(turn @ spread[np.ix_([item, item + 5], [item, item + 5])] @ turn)
        assert error == pytest.approx(LSAT6_B_ERROR[item], rel=0.01)


def test_chances_given_the_other_answers_are_those_of_bayes() -> None:
    answers, stored = sound(3, learners=5, count=4)
    answers[0, 1] = math.nan
    a, b, c = (stored[name].to_numpy() for name in ("discrimination", "difficulty", "guessing"))
    found = item_fit.expected(answers, a, b, c)
    nodes = np.linspace(-6, 6, 61)
    p = irt.probability(nodes[:, None], a, b, c)
    for learner, own in enumerate(answers):
        for item in range(4):
            others = [k for k in range(4) if k != item and not math.isnan(own[k])]
            weight = np.exp(-(nodes**2) / 2) * np.prod([p[:, k] if own[k] else 1 - p[:, k] for k in others], axis=0)
            if not math.isnan(own[item]):
                assert found[learner, item] == pytest.approx(weight @ p[:, item] / weight.sum(), rel=1e-6)


@pytest.mark.parametrize("learners", [1500, 90])  # errors of all items together, and item by item
def test_the_errors_of_estimates_are_as_large_as_they_say(learners: int) -> None:
    rng = np.random.default_rng(5)
    a, b = np.array([0.7, 1.0, 1.4, 1.0, 1.8]), np.array([-1.0, 0.0, 0.5, 1.0, -0.3])
    z_slope, z_place = [], []
    for _ in range(12 if learners > 1000 else 25):
        answers = (rng.random((learners, 5)) < irt.probability(rng.normal(size=(learners, 1)), a, b)).astype(float)
        answers[rng.random(answers.shape) < 0.1] = np.nan
        found = item_fit.statistics(answers, tolerance=1e-4)
        inside = (found["discrimination"] > irt.LEAST_SLOPE) & (found["discrimination"] < irt.MOST_SLOPE)
        z_slope += list(((found["discrimination"] - a) / found["discrimination_error"])[inside])
        z_place += list(((found["difficulty"] - b) / found["difficulty_error"])[inside])
    for scores in (np.array(z_slope), np.array(z_place)):
        assert 0.6 < np.sqrt(np.mean(scores**2)) < 1.3, "standardised errors have a spread of about one"
        assert np.mean(np.abs(scores) < 1.96) > 0.87


def test_scores_of_mean_squares_are_standard_normal_where_the_model_is_known_and_narrower_where_it_was_fitted() -> None:
    rng = np.random.default_rng(6)
    known, after = np.empty((20, 2, 12)), np.empty((20, 2, 12))
    for seed in range(20):
        answers, stored = sound(seed, learners=600, count=12)
        a, b, c = (stored[name].to_numpy() for name in ("discrimination", "difficulty", "guessing"))
        named = {"fit_answers": 600, "fitted_discrimination": a, "fitted_difficulty": b, "guessing": c}
        chance = irt.probability(rng.normal(size=(600, 1)), a, b, c)
        square = irt.item_statistics(rng.random(chance.shape) < chance, chance)
        known[seed] = item_fit.square_scores(pd.DataFrame({"infit": square.infit, "outfit": square.outfit, **named}))
        after[seed] = item_fit.square_scores(pd.DataFrame({**item_fit.statistics(answers, c), **named}))
    for kind in range(2):
        assert abs(np.nanmean(known[:, kind])) < 0.2 and 0.8 < np.nanstd(known[:, kind]) < 1.15
        assert abs(np.nanmean(after[:, kind])) < 0.2 and np.nanstd(after[:, kind]) < 0.6
    assert np.isnan(known[:, 1]).mean() < 0.4 and not np.isnan(known[:, 0]).any()


def test_mean_squares_of_an_item_that_nearly_everybody_solves_prove_nothing() -> None:
    easy = {"infit": 5.0, "outfit": 30.0, "fit_answers": 150, "fitted_discrimination": 2.5, "fitted_difficulty": -3.5, "guessing": 0.0}
    infit, outfit = item_fit.square_scores(pd.DataFrame([easy, {**easy, "infit": math.nan, "fit_answers": math.nan}]))
    assert infit[0] < 3 and np.isnan([infit[1], *outfit]).all()


def test_the_link_is_not_bent_by_one_item_and_needs_five() -> None:
    b = np.array([-1, -0.5, 0, 0.5, 1.0])
    scale, shift = item_fit.link(np.full(5, 1.5), b, np.full(5, 1.0), 1.5 * b + 0.4 + np.array([0, 0, 3, 0, 0]))
    assert (scale, shift) == pytest.approx((1.5, 0.4))
    assert item_fit.link([1] * 4, [0] * 4, [1] * 4, [1] * 4) == (1.0, 0.0)


def test_drift_is_measured_on_the_stored_scale_and_everybody_abler_is_none() -> None:
    answers, stored = sound(7, learners=2000, count=20, shift=0.5)
    stored.loc[9, "difficulty"] -= 1.2
    stored.loc[3, ["discrimination", "difficulty"]] = math.nan
    found = item_fit.drift(fitted(answers, stored), np.arange(20) != 5)
    assert np.isnan(found["difficulty_score"])[[3, 5]].all() and not np.isnan(np.delete(found["difficulty_score"], [3, 5])).any()
    others = np.delete(np.arange(20), [3, 5, 9])
    assert np.abs(found["difficulty_drift"][others]).max() < 0.45
    assert found["difficulty_drift"][9] == pytest.approx(1.2, abs=0.4)
    assert found["difficulty_score"][9] > 4 and np.abs(found["difficulty_score"][others]).max() < 3.5
    assert found["distance"][9] > 2 * item_fit.LEAST_DRIFT > found["distance"][others].max()


def test_drift_scores_of_stored_parameters_that_hold_are_about_standard_normal_or_narrower() -> None:
    made = [item_fit.drift(fitted(*sound(seed, learners=400, count=15, shift=0.3)), np.full(15, True)) for seed in range(15)]
    for name in ("difficulty_score", "discrimination_score"):
        scores = np.concatenate([one[name] for one in made])
        assert abs(np.mean(scores)) < 0.3 and 0.6 < np.std(scores) < 1.1
