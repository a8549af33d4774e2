"""Items under suspicion (definition P6): published figures, plain arithmetic, planted defects, and clean banks left alone."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.metrics import irt, item_fit, items, stats

BANKS = 50


def bank(seed: int, learners: int = 200, count: int = 10, *, shift: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers of learners to sound items, and the items' true parameters; `shift` is how much abler everybody is than back then."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(0.7, 2, count), rng.uniform(-1.5, 1.5, count), rng.choice([0.0, 0.2], count)
    ability = rng.normal(shift, 1, (learners, 1))
    answers = pd.DataFrame((rng.random((learners, count)) < irt.probability(ability, a, b, c)).astype(float))
    return answers, pd.DataFrame({"item_id": range(count), "a": a, "b": b, "c": c})


def reasons(table: pd.DataFrame, stored: pd.DataFrame | None = None) -> dict[int, str]:
    made = items.report(items.long(table), stored)
    return {item: words for item, words in zip(made.item_id, made.reasons, strict=True) if words}


@pytest.fixture(scope="module")
def lsat6(real_data: Path) -> pd.DataFrame:
    return pd.read_csv(real_data / "irt_lsat6/LSAT6_1000x5.csv")


def test_published_items_have_their_published_figures_and_nothing_against_them(lsat6: pd.DataFrame) -> None:
    made = items.report(items.long(lsat6), tolerance=1e-7).set_index("item_id").loc[lsat6.columns]
    np.testing.assert_allclose(made.a, [0.825, 0.723, 0.890, 0.689, 0.657], atol=0.002)
    np.testing.assert_allclose(made.b, [-3.36, -1.37, -0.280, -1.866, -3.12], atol=0.01)
    # standard errors that the R package ltm prints for this fit, from the second derivatives
    np.testing.assert_allclose(made.a_error, [0.2581, 0.1867, 0.2326, 0.1852, 0.2100], rtol=0.05)
    np.testing.assert_allclose(made.b_error, [0.8669, 0.3073, 0.0997, 0.4341, 0.8700], rtol=0.05)
    np.testing.assert_allclose(made.share_correct, [0.924, 0.709, 0.553, 0.763, 0.870])
    rest = lsat6.sum(axis=1)
    np.testing.assert_allclose(made.point_biserial, [lsat6[name].corr(rest - lsat6[name]) for name in lsat6])
    assert (made.suspicion == 0).all() and (made.status == "fitted").all() and (made.answers == 1000).all()


def test_drift_from_published_parameters_is_found_where_it_was_put(lsat6: pd.DataFrame) -> None:
    stored = pd.DataFrame(
        {"item_id": lsat6.columns, "a": [0.825, 0.723, 0.890, 0.689, 0.657], "b": [-3.36, -1.37, -0.280, -1.866, -3.12], "c": 0.0}
    )
    assert reasons(lsat6, stored) == {}
    stored.loc[2, "b"] += 0.8
    assert list(reasons(lsat6, stored)) == ["Item 3"]


def test_figures_are_plain_arithmetic_with_gaps_too() -> None:
    table, _ = bank(1, learners=300)
    table = table.mask(np.random.default_rng(2).random(table.shape) < 0.3)
    made = items.report(items.long(table)).set_index("item_id").sort_index()
    centred = table - table.mean()
    for item in table:
        rest = centred.drop(columns=item).mean(axis=1)
        assert made.point_biserial[item] == pytest.approx(table[item].corr(rest))
        assert made.share_correct[item] == pytest.approx(table[item].mean())
        assert (made.low[item], made.high[item]) == pytest.approx(stats.wilson(table[item].sum(), table[item].count()))
    assert made.answers.tolist() == table.count().tolist()


def test_chances_given_the_other_answers_are_those_of_bayes() -> None:
    table, stored = bank(3, learners=5, count=4)
    table.iloc[0, 1] = math.nan
    a, b, c = (stored[name].to_numpy() for name in "abc")
    found = item_fit.expected(table, a, b, c)
    nodes = np.linspace(-6, 6, 61)
    p = irt.probability(nodes[:, None], a, b, c)
    for learner, answers in enumerate(table.to_numpy()):
        for item in range(4):
            others = [k for k in range(4) if k != item and not math.isnan(answers[k])]
            weight = np.exp(-(nodes**2) / 2) * np.prod([p[:, k] if answers[k] else 1 - p[:, k] for k in others], axis=0)
            if not math.isnan(answers[item]):
                assert found[learner, item] == pytest.approx(weight @ p[:, item] / weight.sum(), rel=1e-6)


def test_errors_are_those_that_repetition_shows() -> None:
    rng, b = np.random.default_rng(4), np.linspace(-1, 1, 8)
    drawn = [(rng.random((500, 8)) < irt.probability(rng.normal(size=(500, 1)), 1.2, b)).astype(float) for _ in range(15)]
    fits = [irt.fit_2pl(answers, tolerance=1e-3) for answers in drawn]
    spread = np.std([[one.a for one in fits], [-one.a * one.b for one in fits]], axis=1)
    errors = np.sqrt(item_fit.covariance(drawn[0], fits[0].a, fits[0].b, fits[0].c)[:, [0, 1], [0, 1]]).T
    assert ((errors / spread > 0.5) & (errors / spread < 2)).all() and 0.8 < (errors / spread).mean() < 1.25


def test_sound_items_are_left_alone() -> None:
    """False alarms over 50 banks of ten items each, everybody a little abler than when the parameters were stored."""
    suspicious = answers = 0
    for seed in range(BANKS):
        table, stored = bank(seed, learners=150, shift=0.3)
        found = items.report(items.long(table), stored, tolerance=1e-2)
        suspicious, answers = suspicious + (found.suspicion > 0).sum(), answers + len(found)
        assert 0.9 < found.infit.mean() < 1.1
    assert suspicious / answers <= 0.05


def test_planted_defects_are_found_and_nothing_else() -> None:
    table, stored = bank(7, learners=1500, count=20, shift=0.5)
    rng = np.random.default_rng(8)
    table[3] = 1 - table[3]  # a wrong key
    table[5] = (rng.random(1500) < 0.5).astype(float)  # has nothing to do with the field
    stored.loc[9, "b"] -= 1.2  # has become harder
    table[11] = (rng.random(1500) < 0.99).astype(float)
    table[12] = (rng.random(1500) < 0.05).astype(float)
    stored = stored.drop(index=[3, 5, 11, 12])
    found = reasons(table, stored)
    assert set(found) == {3, 5, 9, 11, 12} and next(iter(found)) == 3, "the wrong key comes first"
    assert found[3].startswith("the able fail it") and "hardly tells apart" in found[5] and found[9].startswith("drifted by")
    assert "too easy (99% right)" in found[11] and "too hard (5% right)" in found[12]


def test_an_item_that_two_kinds_of_learners_see_differently_does_not_fit() -> None:
    table, _ = bank(9, learners=1500, count=20)
    able = table.drop(columns=4).mean(axis=1)
    table[4] = ((able < 0.25) | (able > 0.75)).astype(float)  # known by the weakest and the strongest
    assert 4 in reasons(table)


def test_few_answers_and_one_sided_ones_are_said() -> None:
    table, _ = bank(10)
    table.loc[99:, 0] = math.nan
    table[1] = 1.0
    made = items.report(items.long(table)).set_index("item_id")
    assert made.status[[0, 1, 2]].tolist() == ["few", "one_sided", "fitted"]
    assert made.reasons[0] == "" and math.isnan(made.a[0]) and "too easy" in made.reasons[1]
    only_few = items.report(items.long(table.iloc[:50]))
    assert (only_few.status == "few").all() and (only_few.suspicion == 0).all() and only_few.a.isna().all()


def test_only_the_first_answer_counts() -> None:
    table, _ = bank(11)
    rows = items.long(table)
    again = pd.concat([rows, rows.assign(is_correct=1 - rows.is_correct)])
    pd.testing.assert_frame_equal(items.report(again), items.report(rows))


def with_options(seed: int) -> pd.DataFrame:
    """Wrong answers fall on three wrong options at random."""
    rows = items.long(bank(seed, learners=400)[0])
    wrong = np.random.default_rng(seed).choice(["b", "c", "d"], len(rows))
    return rows.assign(option=np.where(rows.is_correct == 1, "a", wrong))


def test_a_wrong_option_that_draws_the_able_is_found_and_others_are_not() -> None:
    rows = with_options(12)
    found = items.distractors(rows).set_index(["item_id", "option"])
    assert not found.draws_the_able.any() and found.is_right.groupby("option").all().to_dict() == {
        "a": True,
        "b": False,
        "c": False,
        "d": False,
    }
    assert found.share.groupby("item_id").sum().round(9).eq(1).all() and (found.point_biserial[found.is_right] > 0).all()
    score = rows.groupby("learner_id").is_correct.mean()
    drawn = (rows.item_id == 6) & (rows.learner_id.map(score) > 0.7) & (np.random.default_rng(1).random(len(rows)) < 0.6)
    rows = rows.assign(option=rows.option.mask(drawn, "d"), is_correct=rows.is_correct.mask(drawn, 0.0))
    able = items.distractors(rows).query("draws_the_able")
    assert able[["item_id", "option"]].to_numpy().tolist() == [[6, "d"]]
    worst = items.report(rows).iloc[0]
    assert worst.item_id == 6 and "1 wrong option chosen more by the able" in worst.reasons


def test_the_correlation_of_an_option_is_plain_arithmetic() -> None:
    rows = with_options(13)
    rows.loc[rows.index[::7], "option"] = None
    table = rows.pivot(index="learner_id", columns="item_id", values="is_correct")
    rest = (table - table.mean()).drop(columns=2).mean(axis=1)
    chosen = rows[rows.item_id == 2].set_index("learner_id").option.eq("c").astype(float)
    found = items.distractors(rows).set_index(["item_id", "option"]).loc[(2, "c")]
    assert found.point_biserial == pytest.approx(chosen.corr(rest)) and found.chosen == chosen.sum()


def test_unusual_times_are_counted_and_a_slow_item_stands_out() -> None:
    rows = items.long(bank(14)[0])
    rng = np.random.default_rng(15)
    rows["response_ms"] = np.exp(rng.normal(9.5, 0.4, len(rows)) + 0.2 * np.sin(rows.item_id))
    clean = items.report(rows)
    assert clean[["fast", "slow"]].to_numpy().sum() <= 0.005 * len(rows) and clean.reasons.eq("").all()
    rows.loc[rows.item_id == 4, "response_ms"] *= 20
    hurried = rows.index[rows.item_id == 7][:20]
    rows.loc[hurried, "response_ms"] = 300.0
    found = items.report(rows).set_index("item_id")
    assert found.fast[7] == 20 and found.reasons[7] == "20 of 200 answers far too fast"
    assert found.reasons[4].endswith("unlike the other items") and (found.suspicion.drop([4, 7]) == 0).all()
    known = rows[rows.item_id == 7]
    logs = np.log(known.response_ms)
    by_hand = 0.6745 * (logs - logs.median()) / (logs - logs.median()).abs().median()
    np.testing.assert_allclose(items.time_scores(rows)[known.index], by_hand)
    assert items.time_scores(rows.assign(response_ms=0)).isna().all()


def test_versions_are_compared_over_different_learners() -> None:
    rng = np.random.default_rng(16)
    rows = pd.DataFrame({"learner_id": range(800), "item_id": rng.choice(["old", "new", "same", "twin"], 800)})
    rows["is_correct"] = rng.random(800) < rows.item_id.map({"new": 0.75}).fillna(0.5)
    both = pd.DataFrame({"learner_id": rows.learner_id, "item_id": "old", "is_correct": True})  # having had another before
    parents = pd.DataFrame({"item_id": ["new", "same", "never"], "parent_id": ["old", "twin", "old"]})
    found = items.versions(pd.concat([rows, both[rows.item_id == "new"]]), parents).set_index("item_id")
    counts = rows.groupby("item_id").is_correct.agg(["sum", "size"])
    wanted = stats.difference(*counts.loc["old"], *counts.loc["new"])
    assert found.loc["new", ["difference", "low", "high"]].tolist() == pytest.approx(list(wanted))
    assert found.differs.to_dict() == {"new": True, "same": False, "never": False}
    assert found.answers["never"] == 0 and math.isnan(found.difference["never"])


def test_the_link_is_not_bent_by_one_item_and_needs_five() -> None:
    b = np.array([-1, -0.5, 0, 0.5, 1.0])
    scale, shift = item_fit.link(np.full(5, 1.5), b, np.full(5, 1.0), 1.5 * b + 0.4 + np.array([0, 0, 3, 0, 0]))
    assert (scale, shift) == pytest.approx((1.5, 0.4))
    assert item_fit.link([1] * 4, [0] * 4, [1] * 4, [1] * 4) == (1.0, 0.0)
