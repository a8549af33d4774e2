"""Knowledge tracing against hand arithmetic, published predictions, and laws."""

import decimal
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.metrics import bkt, bkt_fit, calibration

share = st.floats(0.01, 0.99)
small = st.floats(0.01, 0.45)


def plain_loop(correct, prior, learn, guess, slip, forget=0.0):
    """Definition P1 in probabilities, one answer after the other, with 60 digits: in those of a float 1 − P loses what it is near 1."""
    prior, learn, guess, slip, forget = map(decimal.Decimal, (prior, learn, guess, slip, forget))
    known, expected, after = prior, [], []
    with decimal.localcontext(prec=60):
        for right in correct:
            p = known * (1 - slip) + (1 - known) * guess
            expected.append(p)
            seen = known * (1 - slip) / p if right else known * slip / (1 - p)
            known = seen * (1 - forget) + (1 - seen) * learn
            after.append(known)
    return np.array(expected, dtype=float), np.array(after, dtype=float)


@given(st.lists(st.booleans(), min_size=1, max_size=40), share, st.floats(0, 0.9), small, small, st.sampled_from([0.0, 0.05, 0.3]))
@example([True] * 4 + [False] * 5, 0.75, 0.0, 1 / 64, 1 / 32, 0.0)
def test_replay_is_the_textbook_recursion(correct, prior, learn, guess, slip, forget) -> None:
    found = bkt.replay([0] * len(correct), [0] * len(correct), correct, bkt.parameters(prior, learn, guess, slip, forget))
    expected, after = plain_loop(correct, prior, learn, guess, slip, forget)
    np.testing.assert_allclose(found.predicted, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.mastery, after, rtol=1e-9, atol=1e-12)


@given(st.data())
def test_learners_do_not_touch_each_other(data) -> None:
    count = data.draw(st.integers(1, 60))
    sequence = np.array(data.draw(st.lists(st.integers(0, 6), min_size=count, max_size=count)))
    correct = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    given_parameters = bkt.parameters([0.3, 0.5], [0.1, 0.2], [0.2, 0.25], [0.1, 0.05])
    together = bkt.replay(sequence, sequence % 2, correct, given_parameters)
    for one in np.unique(sequence):
        mine = sequence == one
        alone = bkt.replay(np.zeros(mine.sum(), int), (sequence % 2)[mine], correct[mine], given_parameters)
        np.testing.assert_array_equal(together.predicted[mine], alone.predicted)
        np.testing.assert_array_equal(together.log_odds[mine], alone.log_odds)


@given(st.lists(st.lists(st.booleans(), min_size=2, max_size=60), min_size=1, max_size=5), st.data(), st.sampled_from([0.0, 0.02]))
def test_a_replay_taken_up_midway_goes_on_as_if_it_had_not_stopped(answers, data, forget) -> None:
    given_parameters = bkt.parameters(0.3, 0.1, 0.2, 0.1, forget)
    cuts = [data.draw(st.integers(0, len(one) - 1)) for one in answers]
    for one, cut in zip(answers, cuts, strict=True):
        wanted = bkt.replay([0] * len(one), [0] * len(one), one, given_parameters)
        start = np.nan if cut == 0 else wanted.log_odds[cut - 1]
        rest = [5] + [7] * (len(one) - cut)  # another sequence stands before, from its prior
        found = bkt.replay(rest, [0] * len(rest), [True, *one[cut:]], given_parameters, [np.nan, start])
        np.testing.assert_allclose(found.log_odds[1:], wanted.log_odds[cut:], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.predicted[1:], wanted.predicted[cut:], rtol=1e-9)


@pytest.mark.parametrize(("forget", "answers"), [(0.0, 100_000), (0.01, 10_000)])
def test_a_hundred_thousand_right_answers_stay_finite_and_can_be_lost_again(forget: float, answers: int) -> None:
    correct = np.ones(answers, dtype=bool)
    correct[-300:] = False
    found = bkt.replay(np.zeros(answers, int), np.zeros(answers, int), correct, bkt.parameters(0.3, 0.1, 0.2, 0.1, forget))
    assert np.isfinite(found.log_odds).all()
    assert ((found.mastery >= 0) & (found.mastery <= 1)).all()
    assert found.log_odds[-1] < found.log_odds[-301], "a run of wrong answers lowers it"


@pytest.mark.parametrize(
    "values",
    [(0.3, 0.1, 0.2, 0.1), (0.3, 0, 0.2, 0.1), (0, 0, 0, 0), (1, 1, 0, 0.4), (0.3, 0.1, 0.2, 0.1, 0.02), (0.3, 0.9, 0.2, 0.1, 0.9)],
)
def test_long_runs_are_those_of_one_update_after_another(values) -> None:
    """Hundreds of equal answers take the odds far beyond what a float holds, and back: the scale follows."""
    correct = np.repeat([True, False, True, False], [700, 900, 40, 60])
    given_parameters = bkt.parameters(*values)
    odds, wanted, expected = bkt.log_odds(values[0]), [], []
    for right in correct:
        expected.append(bkt.predict(odds, *values[2:4]))
        odds = bkt.update(odds, right, *values[1:])
        wanted.append(odds)
    found = bkt.replay(np.zeros(len(correct), int), np.zeros(len(correct), int), correct, given_parameters)
    np.testing.assert_allclose(found.predicted, np.array(expected), rtol=0, atol=1e-10)
    if values[1] < 1:  # certain learning proves everything at once: only probabilities can be compared
        np.testing.assert_allclose(found.log_odds, np.array(wanted), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.mastery, bkt.probability(np.array(wanted)), rtol=0, atol=1e-10)


def test_without_learning_the_odds_only_follow_the_evidence() -> None:
    found = bkt.replay([0] * 3, [0] * 3, [True, False, True], bkt.parameters(0.5, 0.0, 0.2, 0.1))
    odds = np.cumsum([math.log(0.9 / 0.2), math.log(0.1 / 0.8), math.log(0.9 / 0.2)])
    np.testing.assert_allclose(found.log_odds, odds, atol=1e-12)


@given(st.floats(-30, 30), st.floats(0.001, 5), small, small)
def test_a_right_answer_is_likelier_the_surer_the_mastery(odds, more, guess, slip) -> None:
    assert bkt.predict(odds + more, guess, slip) >= bkt.predict(odds, guess, slip)


@pytest.mark.parametrize(
    ("values", "words"), [((1.2, 0.1, 0.2, 0.1), "prior"), ((0.4, 0.1, 0.6, 0.1), "guess"), ((0.4, 0.1, 0.5, 0.5), "exceed")]
)
def test_parameters_outside_their_guards_are_refused(values, words) -> None:
    with pytest.raises(ValueError, match=words):
        bkt.parameters(*values)


def test_no_answers_give_no_predictions() -> None:
    assert len(bkt.replay([], [], [], bkt.parameters(0.4, 0.1, 0.2, 0.1)).predicted) == 0


def simulate(rng: np.random.Generator, true: np.ndarray, learners: int, length: int) -> pd.DataFrame:
    rows = []
    for concept, (prior, learn, guess, slip) in enumerate(true.T):
        known = rng.random(learners) < prior
        for _ in range(length):
            right = np.where(known, rng.random(learners) > slip, rng.random(learners) < guess)
            rows.append(pd.DataFrame({"sequence": concept * learners + np.arange(learners), "concept": concept, "correct": right}))
            known |= rng.random(learners) < learn
    return pd.concat(rows, ignore_index=True)


def test_em_recovers_the_parameters_that_made_the_answers() -> None:
    true = np.array([[0.2, 0.5, 0.35], [0.12, 0.2, 0.3], [0.15, 0.25, 0.2], [0.05, 0.1, 0.15]])
    rows = simulate(np.random.default_rng(3), true, 2000, 8)
    found = bkt_fit.fit(rows.sequence, rows.concept, rows.correct, weight=0)
    assert list(found.status) == ["fitted"] * 3
    for name, values in zip(("prior", "learn", "guess", "slip"), true, strict=True):
        np.testing.assert_allclose(getattr(found.parameters, name), values, atol=0.05, err_msg=name)


def test_every_round_of_em_is_at_least_as_likely() -> None:
    rows = simulate(np.random.default_rng(5), np.array([[0.3], [0.15], [0.2], [0.1]]), 300, 6)
    runs = [bkt_fit.fit(rows.sequence, rows.concept, rows.correct, iterations=n, tolerance=0, weight=0) for n in (1, 2, 5, 20)]
    likelihoods = [run.log_likelihood.sum() for run in runs]
    assert likelihoods == sorted(likelihoods)


def test_a_concept_with_few_answers_or_without_signal_says_so() -> None:
    rng = np.random.default_rng(0)
    good = simulate(rng, np.array([[0.3], [0.15], [0.2], [0.1]]), 400, 6)
    few = pd.DataFrame({"sequence": 10_000 + np.arange(49) // 7, "concept": 1, "correct": rng.random(49) < 0.5})
    noise = pd.DataFrame({"sequence": 20_000 + np.arange(2000) // 5, "concept": 2, "correct": rng.random(2000) < 0.5})
    rows = pd.concat([good, few, noise], ignore_index=True)
    found = bkt_fit.fit(rows.sequence, rows.concept, rows.correct)
    assert list(found.status) == ["fitted", "too_few", "degenerate"]
    with pytest.raises(ValueError, match="no answers"):
        bkt_fit.fit([], [], [])


def published_model(path: Path) -> dict[str, tuple[float, ...]]:
    """Parameters in hmm-scalable's text format: first state = known."""
    lines, model = path.read_text().splitlines()[7:], {}
    for name, prior, moves, emits in zip(lines[0::4], lines[1::4], lines[2::4], lines[3::4], strict=False):
        pi, a, b = ([float(x) for x in line.split("\t")[1:]] for line in (prior, moves, emits))
        model[name.split("\t")[1]] = (pi[0], a[2], b[2], b[1], a[1])
    return model


def area_under_curve(correct: np.ndarray, predicted: np.ndarray) -> float:
    ranks = pd.Series(predicted).rank().to_numpy()
    positive = int(correct.sum())
    return float((ranks[correct].sum() - positive * (positive + 1) / 2) / (positive * (len(correct) - positive)))


def test_published_predictions_come_back(real_data: Path) -> None:
    folder = real_data / "assistments09"
    model = published_model(folder / "assistments09_model.txt")
    rows = pd.read_csv(folder / "assistments09_test.txt", sep="\t", names=["outcome", "learner", "item", "skill"])
    published = np.loadtxt(folder / "assistments09_pred.txt")[:, 0]
    key = rows.skill.map({name: i for i, name in enumerate(model)}).to_numpy()
    sequence = pd.factorize(rows.learner + "/" + rows.skill)[0]
    correct = (rows.outcome == 1).to_numpy()
    found = bkt.replay(sequence, key, correct, bkt.Parameters(*np.array(list(model.values())).T.copy()))
    assert np.abs(found.predicted - published).max() < 4e-9
    assert area_under_curve(correct, found.predicted) == pytest.approx(0.704, abs=5e-4)


def test_our_fit_predicts_new_learners_better_than_the_published_one(real_data: Path) -> None:
    train, test = (pd.read_csv(real_data / f"assistments09/preprocessed_data_{part}.csv", sep="\t") for part in ("train", "test"))
    skills = {skill: i for i, skill in enumerate(sorted(set(train.skill_id) | set(test.skill_id)))}

    def columns(rows: pd.DataFrame) -> tuple:
        sequence = pd.factorize(rows.user_id * 100_000 + rows.skill_id)[0]
        return sequence, rows.skill_id.map(skills).to_numpy(), rows.correct.to_numpy(dtype=bool)

    fitted = bkt_fit.fit(*columns(train))
    predicted = bkt.replay(*columns(test), fitted.parameters).predicted
    correct = test.correct.to_numpy(dtype=bool)
    assert area_under_curve(correct, predicted) >= 0.704
    whole = calibration.quality(predicted, correct)
    assert whole.ece == pytest.approx(0.0073, abs=0.003), "calibrated; the published predictions have 0.0207"
    told = calibration.quality_by(test.skill_id.to_numpy(), predicted, correct).set_index("by")
    plain = pd.DataFrame({"skill": test.skill_id, "miss": (predicted - correct) ** 2}).groupby("skill")["miss"].agg(["size", "mean"])
    plain = plain.loc[told.index]
    assert told["n"].tolist() == plain["size"].tolist()
    assert np.allclose(told["rmse"], np.sqrt(plain["mean"])) and np.allclose(told["brier"], plain["mean"])
