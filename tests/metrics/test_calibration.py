"""Quality of predictions (definition P2) against brute force, and on published predictions."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import calibration, stats

ANSWERS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), st.booleans()), min_size=1, max_size=60)
SMOOTH = st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans()), min_size=1, max_size=60)


def pairs_won(predicted: np.ndarray, correct: np.ndarray) -> float:
    """AUC as it is defined: over all pairs of a right and a wrong answer."""
    good, bad = predicted[correct], predicted[~correct]
    wins = (good[:, None] > bad).sum() + 0.5 * (good[:, None] == bad).sum()
    return wins / (len(good) * len(bad)) if len(good) and len(bad) else math.nan


@given(ANSWERS)
def test_the_area_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[float, bool]]) -> None:
    predicted, correct = np.array([p for p, _ in rows]), np.array([c for _, c in rows])
    found = calibration.quality(predicted, correct)
    assert found.auc == pytest.approx(pairs_won(predicted, correct), nan_ok=True)


def test_the_area_is_the_statistic_of_mann_and_whitney_over_the_pairs() -> None:
    predicted = [0.1, 0.25, 0.25, 0.5, 0.5, 0.5, 0.75, 0.9, 1.0, 0.0, 0.75, 0.9]
    found = calibration.quality(predicted, [0, 0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 1])
    assert found.auc * 36 == 25.5, "scipy.stats.mannwhitneyu(predicted[correct], predicted[~correct]).statistic"


@given(SMOOTH)
def test_errors_are_plain_arithmetic(rows: list[tuple[float, bool]]) -> None:
    found = calibration.quality(*zip(*rows, strict=True))
    squares = [(p - c) ** 2 for p, c in rows]
    assert found.brier == pytest.approx(sum(squares) / len(rows)) and found.rmse == pytest.approx(math.sqrt(found.brier))
    assert found.log_loss == pytest.approx(-sum(math.log(p if c else 1 - p) for p, c in rows) / len(rows))


@pytest.mark.parametrize("n", [1, 7, 10, 23, 1000])
def test_the_calibration_error_is_that_of_ten_bins_cut_by_hand(n: int) -> None:
    rng = np.random.default_rng(n)
    predicted = rng.permutation(np.linspace(0.02, 0.98, n))
    correct = rng.random(n) < predicted**2
    order = np.argsort(predicted)
    bins = [order[[i for i in range(n) if i * 10 // n == b]] for b in range(10)]
    by_hand = sum(len(b) / n * abs(predicted[b].mean() - correct[b].mean()) for b in bins if len(b))
    assert calibration.quality(predicted, correct).ece == pytest.approx(by_hand)
    points = calibration.reliability(predicted, correct)
    assert (points.n * (points.predicted - points.observed).abs()).sum() / n == pytest.approx(by_hand)
    assert points.n.sum() == n and points.n.max() - points.n.min() <= 1 and points.bin.tolist() == list(range(1, min(n, 10) + 1))


@given(ANSWERS, st.randoms())
def test_the_order_of_rows_decides_nothing(rows: list[tuple[float, bool]], random: object) -> None:
    before = calibration.quality(*zip(*rows, strict=True))
    random.shuffle(rows)  # type: ignore[attr-defined]
    after = calibration.quality(*zip(*rows, strict=True))
    assert list(vars(after).values()) == pytest.approx(list(vars(before).values()), nan_ok=True)


def test_a_constant_that_is_the_share_is_perfectly_calibrated_and_ranks_nothing() -> None:
    correct = np.r_[np.ones(70), np.zeros(30)]
    found = calibration.quality(np.full(100, 0.7), correct)
    assert found.ece == pytest.approx(0) and found.auc == 0.5
    points = calibration.reliability(np.full(100, 0.7), correct)
    assert np.allclose(points.observed, 0.7) and (points.low < 0.7).all() and (points.high > 0.7).all()


def test_an_observed_share_has_its_wilson_interval() -> None:
    points = calibration.reliability([0.2] * 20 + [0.9] * 20, [0] * 19 + [1] + [1] * 19 + [0], bins=2)
    assert points[["low", "high"]].to_numpy()[1] == pytest.approx(stats.wilson(19, 20))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.1, 0.5, 0.8, 0.9]), st.booleans()), min_size=1, max_size=60))
def test_groups_do_not_touch_each_other(rows: list[tuple[str, float, bool]]) -> None:
    table = calibration.quality_by(*zip(*rows, strict=True)).set_index("by")
    assert table.index.tolist() == sorted({group for group, _, _ in rows})
    for group in table.index:
        alone = calibration.quality(*zip(*[row[1:] for row in rows if row[0] == group], strict=True))
        assert table.loc[group].tolist() == pytest.approx(list(vars(alone).values()), nan_ok=True)


def test_no_answers_are_no_quality() -> None:
    found = calibration.quality([], [])
    assert found.n == 0 and all(math.isnan(value) for value in list(vars(found).values())[1:])
    assert calibration.reliability([], []).empty and calibration.quality_by([], [], []).empty
    assert calibration.against_baselines([], [], []).n.tolist() == [0, 0, 0]


@pytest.mark.parametrize(("predicted", "correct"), [([1.1], [1]), ([math.nan], [1]), ([0.5], [2]), ([0.5, 0.5], [1])])
def test_what_is_no_prediction_is_refused(predicted: list, correct: list) -> None:
    with pytest.raises(ValueError, match="prediction"):
        calibration.quality(predicted, correct)


def test_a_certain_prediction_that_fails_is_costly_and_finite() -> None:
    assert calibration.quality([1.0, 0.0], [0, 0]).log_loss == pytest.approx(-math.log(1e-15) / 2)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=1, max_size=40))
def test_the_running_mean_knows_only_earlier_answers(rows: list[tuple[str, bool]]) -> None:
    learner, correct = zip(*rows, strict=True)
    made = calibration.baselines(learner, correct, base_rate=0.6)
    for at, who in enumerate(learner):
        own = [c for name, c in rows[:at] if name == who]
        assert made.running_mean[at] == pytest.approx((sum(own) + 0.6) / (len(own) + 1))
    assert (made.base_rate == 0.6).all()


def test_an_improvement_is_claimed_for_a_better_prediction_and_rarely_for_an_equal_one() -> None:
    rng = np.random.default_rng(11)
    learner, false_alarms = np.repeat(np.arange(60), 10), 0
    for _ in range(200):
        skill = np.repeat(rng.normal(0, 1, 60), 10)
        correct = rng.random(600) < 1 / (1 + np.exp(-skill))
        one, two = (np.clip(0.5 + np.repeat(rng.normal(0, 0.1, 60), 10), 0, 1) for _ in range(2))  # equally bad
        found = calibration.improvement(one, two, correct, learner)
        false_alarms += found.low > 0 or found.high < 0
    assert false_alarms / 200 <= 0.08
    better = calibration.improvement(1 / (1 + np.exp(-skill)), np.full(600, 0.5), correct, learner)
    assert better.low > 0


@pytest.fixture(scope="module")
def published(real_data: Path) -> pd.DataFrame:
    folder = real_data / "assistments09"
    rows = pd.read_csv(folder / "assistments09_test.txt", sep="\t", names=["outcome", "learner", "item", "skill"])
    return rows.assign(predicted=np.loadtxt(folder / "assistments09_pred.txt")[:, 0], correct=rows.outcome == 1)


def test_published_predictions_have_their_published_quality(published: pd.DataFrame) -> None:
    found = calibration.quality(published.predicted, published.correct)
    assert found.n == 58_266
    assert found.auc == pytest.approx(0.70417, abs=5e-6) and found.rmse == pytest.approx(0.44379, abs=5e-6)
    table = calibration.quality_by(published.skill, published.predicted, published.correct)
    one = published[published.skill == table.by[3]]
    assert table.auc[3] == pytest.approx(pairs_won(one.predicted.to_numpy(), one.correct.to_numpy()))


def test_on_real_answers_the_model_beats_both_baselines(published: pd.DataFrame) -> None:
    table = calibration.against_baselines(published.predicted, published.learner, published.correct).set_index("predictor")
    assert table.auc["model"] > table.auc["running mean"] > table.auc["base rate"] == 0.5
    assert (table.gain_low[["running mean", "base rate"]] > 0).all()
    assert table.ece["model"] < 0.05
