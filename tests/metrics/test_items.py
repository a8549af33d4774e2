"""Items under suspicion (definition P6): plain arithmetic, planted defects, and clean banks left alone."""

import math
from typing import Any

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
    return answers, pd.DataFrame({"discrimination": a, "difficulty": b, "guessing": c})


def rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rows `learner_id`, `item_id`, `is_correct`; empty cells were not answered."""
    values = table.to_numpy(dtype=float)
    who, what = np.nonzero(~np.isnan(values))
    return pd.DataFrame({"learner_id": table.index[who], "item_id": table.columns[what], "is_correct": values[who, what]})


def gathered(table: pd.DataFrame, stored: pd.DataFrame | None = None, choices: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row an item, as `judge` takes them."""
    given = (stored if stored is not None else pd.DataFrame(index=table.columns)).reindex(
        columns=["discrimination", "difficulty", "guessing"]
    )
    made = items.classical(rows(table)).set_index("item_id").join(given)
    return with_fit(made.join(told_of_options(choices)), table)


def told_of_options(choices: pd.DataFrame | None) -> pd.DataFrame:
    options = items.options(choices) if choices is not None else pd.DataFrame({"item_id": [], "popular": [], "abler": []})
    return options.set_index("item_id")[["popular", "abler"]]


def with_fit(made: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    kept = made.index[(made["right"] > 0) & (made["right"] < made["learners"])]
    fit = pd.DataFrame(item_fit.statistics(table[kept], made["guessing"].reindex(kept).fillna(0), tolerance=1e-2), index=kept)
    names = {"discrimination": "fitted_discrimination", "difficulty": "fitted_difficulty"}
    fit = fit.rename(columns=names).drop(columns="rest_correlation").assign(fit_answers=table[kept].count())
    return made.join(fit)


def judged(*given: Any) -> pd.DataFrame:
    return items.judge(gathered(*given))


def reasons(*given: Any) -> dict[int, str]:
    return told(judged(*given))


def told(found: pd.DataFrame) -> dict[int, str]:
    return found.loc[found["suspicion"] > 0].sort_values("suspicion", ascending=False)["why"].to_dict()


def test_figures_are_plain_arithmetic_with_gaps_too() -> None:
    table, _ = bank(1, learners=300)
    table = table.mask(np.random.default_rng(2).random(table.shape) < 0.3)
    made = items.classical(rows(table)).set_index("item_id")
    centred = table - table.mean()
    for item in table:
        rest = centred.drop(columns=item).mean(axis=1)
        r = table[item].corr(rest)
        assert made.rest_correlation[item] == pytest.approx(r)
        n = (table[item] + rest).count()
        ends = np.tanh(np.arctanh(r) + np.array([-1, 1]) * stats.Z95 / math.sqrt(n - 3))
        assert (made.rest_low[item], made.rest_high[item]) == pytest.approx(tuple(ends))
        assert made.correct_share[item] == pytest.approx(table[item].mean())
        assert (made.low[item], made.high[item]) == pytest.approx(stats.wilson(table[item].sum(), table[item].count()))
    assert made.learners.tolist() == table.count().tolist()


def test_sound_items_are_left_alone() -> None:
    """At most one platform in twenty may hear anything: 50 banks of ten items, everybody a little abler than when they were stored."""
    banks = [bank(seed, learners=150, shift=0.3) for seed in range(BANKS)]
    answers = [with_options(table, seed).assign(bank=seed) for seed, (table, _) in enumerate(banks)]
    # told of all at once: no learner and no item is in two banks
    together = pd.concat(answers)
    together[["learner_id", "item_id"]] += 1000 * together[["bank", "bank"]].to_numpy()
    known = items.classical(together).set_index("item_id").join(told_of_options(choices(together)))
    suspected = drifted = 0
    for seed, (table, stored) in enumerate(banks):
        mine = known[known.index // 1000 == seed].set_axis(table.columns)
        found = items.judge(with_fit(mine.join(stored), table))
        suspected, drifted = suspected + (found.suspicion > 0).any(), drifted + (found.drifted != "").any()
    assert suspected <= 0.05 * BANKS and drifted <= 0.05 * BANKS


def test_planted_defects_are_found_and_nothing_else() -> None:
    table, stored = bank(7, learners=1500, count=20, shift=0.5)
    rng = np.random.default_rng(8)
    table[3] = 1 - table[3]  # a wrong key
    table[5] = (rng.random(1500) < 0.5).astype(float)  # has nothing to do with the field
    stored.loc[9, "difficulty"] -= 1.2  # has become harder
    table[11] = (rng.random(1500) < 0.99).astype(float)  # easy: nothing against it
    table[12] = (rng.random(1500) < 0.05).astype(float)
    stored.loc[12, "guessing"] = 0.2
    stored.loc[[3, 5, 11, 12], ["discrimination", "difficulty"]] = math.nan
    made = judged(table, stored)
    found = told(made)
    assert set(found) == {3, 5, 12} and next(iter(found)) == 3, "the wrong key comes first"
    assert found[3].startswith("those who know more get it wrong") and "hardly tells" in found[5] and "than by guessing" in found[12]
    drifted = made["drifted"]
    assert drifted[drifted != ""].to_dict() == {9: "difficulty"}


def test_an_item_that_two_kinds_of_learners_see_differently_does_not_fit() -> None:
    table, _ = bank(9, learners=1500, count=20)
    able = table.drop(columns=4).mean(axis=1)
    table[4] = ((able < 0.25) | (able > 0.75)).astype(float)  # known by the weakest and the strongest
    assert 4 in reasons(table)


def test_a_misfit_is_one_only_beyond_chance_and_where_the_slope_is_settled() -> None:
    made = gathered(bank(10, learners=400)[0])
    made.loc[2, "infit"] = 1.6
    assert items.judge(made).why[2] == "does not fit the response model (infit)" and (items.judge(made).suspicion.drop(2) == 0).all()
    for instead in ({"fit_answers": 99}, {"fitted_discrimination": irt.MOST_SLOPE}, {"infit": 1.29}):
        assert (
            items.judge(made.assign(**{name: made[name].where(made.index != 2, value) for name, value in instead.items()})).suspicion == 0
        ).all()
    easy = made.assign(fitted_difficulty=made["fitted_difficulty"].where(made.index != 2, -6.0))  # three wrong answers
    assert (items.judge(easy).suspicion == 0).all()


def test_where_no_item_tells_much_apart_none_is_blamed() -> None:
    rng = np.random.default_rng(3)
    table = pd.DataFrame((rng.random((1500, 12)) < 0.6).astype(float))  # knowledge of one has nothing to do with that of another
    assert reasons(table) == {}


def test_few_answers_are_not_judged() -> None:
    table, _ = bank(10, learners=29)
    table[1] = (table.drop(columns=1).mean(axis=1) < 0.5).astype(float)
    assert reasons(table) == {}
    table, _ = bank(10, learners=99)
    table[1] = (np.random.default_rng(1).random(99) < 0.5).astype(float)
    assert reasons(table) == {}, "nothing is concluded from a fit of fewer than a hundred"


def with_options(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Wrong answers fall on three wrong options, half of them on the first."""
    answers = rows(table)
    wrong = np.random.default_rng(seed).choice(["b", "c", "d"], len(answers), p=[0.5, 0.3, 0.2])
    return answers.assign(choice=np.where(answers.is_correct == 1, "a", wrong))


def choices(answers: pd.DataFrame) -> pd.DataFrame:
    """Counted as the platforms' queries do."""
    learner = answers.groupby("learner_id")["is_correct"]
    rest = (learner.transform("sum") - answers["is_correct"]) / (learner.transform("size") - 1)
    grouped = answers.assign(rest=rest, square=rest**2).groupby(["item_id", "choice", "is_correct"])
    return grouped.agg(learners=("rest", "size"), rest_sum=("rest", "sum"), rest_square_sum=("square", "sum")).reset_index()


def test_a_wrong_option_that_draws_the_able_is_found_and_others_are_not() -> None:
    table, _ = bank(12, learners=400)
    answers = with_options(table, 12)
    assert reasons(table, None, choices(answers)) == {}
    score = answers.groupby("learner_id").is_correct.mean()
    drawn = (answers.item_id == 6) & (answers.learner_id.map(score) > 0.6)
    answers = answers.assign(choice=answers.choice.mask(drawn, "d"), is_correct=answers.is_correct.mask(drawn, 0.0))
    table = answers.pivot(index="learner_id", columns="item_id", values="is_correct")
    found = reasons(table, None, choices(answers))
    assert list(found) == [6] and "a wrong option draws those who know more" in found[6]
    assert items.options(choices(answers)).set_index("item_id").choice[6] == "d"


def test_a_wrong_option_more_chosen_than_the_key_is_a_reason_only_where_its_choosers_are_not_the_weaker() -> None:
    made = gathered(bank(12, learners=400)[0]).assign(popular=math.nan, abler=math.nan)
    made.loc[3, ["popular", "abler"]] = [6.0, -0.5]
    assert (items.judge(made).suspicion == 0).all()
    made.loc[3, "abler"] = 0.5
    assert items.judge(made).why[3].startswith("more choose one wrong option than the key")


def test_the_scores_of_an_option_are_plain_arithmetic() -> None:
    answers = with_options(bank(13, learners=400)[0], 13)
    answers.loc[answers.index[::7], "choice"] = None
    table = answers.pivot(index="learner_id", columns="item_id", values="is_correct")
    rest = table.drop(columns=2).mean(axis=1)
    mine = answers[(answers.item_id == 2) & answers.choice.isin(["a", "b"])].set_index("learner_id").choice.eq("b").astype(float)
    found = items.options(choices(answers)).set_index("item_id").loc[2]
    r, n = mine.corr(rest[mine.index]), len(mine)
    assert found.choice == "b" and found.abler == pytest.approx(math.atanh(r) * math.sqrt(n - 3))
    assert found.popular == pytest.approx((2 * mine.sum() - n) / math.sqrt(n))
    few = choices(answers).assign(learners=lambda kept: kept.learners.where(kept.is_correct == 1, 9))
    assert items.options(few).empty


def test_answers_far_faster_than_the_others_are_rapid() -> None:
    rng = np.random.default_rng(15)
    times = pd.DataFrame({"response_ms": np.exp(rng.normal(9.5, 0.4, 3000))})
    assert items.rapid(times).mean() < 0.001
    times.loc[:19, "response_ms"] = 300.0
    times.loc[20:29, "response_ms"] = 0
    found = items.rapid(times)
    assert found[:20].eq(1).all() and found[20:30].isna().all() and found[30:].mean() < 0.001
    logs = np.log(times.response_ms[times.response_ms > 0])
    by_hand = 0.6745 * (logs - logs.median()) / (logs - logs.median()).abs().median() < -3.5
    assert found.dropna().eq(by_hand.astype(float)).all()
    assert not items.rapid(pd.DataFrame({"response_ms": [5.0, 5.0, 5.0, 1.0]})).any(), "where half are equal nothing is usual"
