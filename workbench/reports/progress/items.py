"""Items (definition P6): how hard, how telling, how they fit, what drifted, which options mislead, and the suspicious ones first."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.metrics import irt
from workbench.metrics.days import LIMIT
from workbench.metrics.disclosure import K, suppress
from workbench.metrics.stats import wilson
from workbench.reports.progress.inputs import Inputs
from workbench.reports.progress.mastery import HARDEST, named
from workbench.reports.progress.tracing import Traced

KEY = ["platform", "item_id"]
FEWEST = 30
"""First answers below which nothing is said against an item."""
FIT = (0.7, 1.3)
"""Mean squares outside are misfit (Wright & Linacre 1994 for tests of some weight: 0.8–1.2; for run-of-the-mill ones 0.7–1.3)."""
ALPHA = 0.05
"""Chance that any item of a platform is suspected for one of the reasons that are tested, though none is bad (Bonferroni over items)."""
LEAST_DRIFT = 0.5
"""A drift below half a unit of ability is not worth a word."""
RAPID = 10
"""So many answers far faster than usual make a learner one who guesses."""


def items_frame(found: Inputs, traced: Traced, fits: pd.DataFrame) -> pd.DataFrame:
    """One row an item answered, the most suspicious first: `platform`, `item_id`, `item` (its title), `skill`, `kind`, `learners`,
    `correct_share` with `low`, `high` of first answers, `expected_share` by tracing, `rest_correlation` with `rest_low`, `rest_high`
    (against the share right of the learner's other items), `infit`, `outfit`, stored `difficulty`, `discrimination`, re-estimated
    `fitted_difficulty`, `fitted_discrimination`, `difficulty_drift`, `discrimination_drift`, `drifted` (which of the two, in words),
    `median_ms`, `rapid_share`, `stuck` learners (never right), `suspicion` (0: none) and `why`. Items of fewer than 10 learners are
    withheld.

    Args:
        fits: of `workbench.fits.fit_items`, all platforms.
    """
    made = _answered(found.first, traced).merge(_fitted(fits), on=KEY, how="left")
    made = made.merge(found.items.drop(columns="skill_id"), on=KEY, how="left").rename(columns={"title": "item"})
    made = made.assign(
        difficulty_drift=made["fitted_difficulty"] - made["difficulty"],
        discrimination_drift=made["fitted_discrimination"] - made["discrimination"],
        item=made["item"].where(made["item"].notna(), made["item_id"].str[:8]),
    )
    score, why = _suspicion(made, misleading(found.choices))
    made = named(made.assign(suspicion=score, why=why, drifted=_drifted(made)), found.skills)
    made = made.sort_values(["suspicion", "rest_correlation", "item_id"], ascending=[False, True, True], ignore_index=True)
    keys = ["platform", "item_id", "item", "skill", "kind"]
    told = [
        "learners",
        "correct_share",
        "low",
        "high",
        "expected_share",
        "rest_correlation",
        "rest_low",
        "rest_high",
        "infit",
        "outfit",
        "difficulty",
        "discrimination",
        "fitted_difficulty",
        "fitted_discrimination",
        "difficulty_drift",
        "discrimination_drift",
        "drifted",
        "median_ms",
        "rapid_share",
        "stuck",
        "suspicion",
        "why",
    ]
    made["stuck"] = (
        made["stuck"].astype("float64").where(~made["stuck"].between(1, K - 1) & ~(made["learners"] - made["stuck"]).between(1, K - 1))
    )
    return suppress(made[[*keys, *told]], keys, totals=False).table


def _answered(first: pd.DataFrame, traced: Traced) -> pd.DataFrame:
    """What the first answers say of each item."""
    learner = first.groupby(["platform", "learner_id"])["is_correct"]
    right = first["is_correct"].astype(float)
    others = learner.transform("size") - 1
    told = traced.answers.drop_duplicates(["platform", "learner_id", "item_id"])
    rows = first.assign(right=right, rest=(learner.transform("sum").astype(float) - right) / others.where(others > 0))
    rows = rows.merge(told[[*KEY, "learner_id", "predicted"]], on=[*KEY, "learner_id"], how="left")
    rows = rows.assign(rapid=_rapid(rows), never=rows["correct"] == 0, timed=rows["response_ms"].where(rows["response_ms"] > 0))
    made = (
        rows.groupby(KEY)
        .agg(
            skill_id=("skill_id", "first"),
            learners=("learner_id", "nunique"),
            right=("right", "sum"),
            expected_share=("predicted", "mean"),
            median_ms=("timed", "median"),
            rapid_share=("rapid", "mean"),
            stuck=("never", "sum"),
        )
        .reset_index()
    )
    low, high = wilson(made["right"], made["learners"].astype(float))
    made = made.assign(correct_share=made["right"] / made["learners"], low=low, high=high)
    return made.merge(_correlation(rows.dropna(subset=["rest"])), on=KEY, how="left")


def _correlation(rows: pd.DataFrame) -> pd.DataFrame:
    """Point-biserial correlation with the rest share, its 95 % interval by Fisher's z."""
    x, y = rows["right"], rows["rest"]
    sums = (
        pd.DataFrame({**{name: rows[name] for name in KEY}, "n": 1.0, "x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y})
        .groupby(KEY)
        .sum()
    )
    n = sums["n"]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt((sums["xx"] - sums["x"] ** 2 / n).clip(lower=0) * (sums["yy"] - sums["y"] ** 2 / n).clip(lower=0))
        r = ((sums["xy"] - sums["x"] * sums["y"] / n) / spread.where(spread > 1e-12)).clip(-1, 1)
        z, reach = np.arctanh(r.clip(-0.999999, 0.999999)), 1.96 / np.sqrt((n - 3).where(n > 3))
    made = pd.DataFrame({"rest_correlation": r, "rest_low": np.tanh(z - reach), "rest_high": np.tanh(z + reach)})
    return made.reset_index()


def _rapid(rows: pd.DataFrame) -> pd.Series:
    """Whether each answer came far faster than the platform's answers do (robust z on the log scale, Iglewicz & Hoaglin); NaN: not timed.
    Not against the item's own answers: where all are guesses, the guess is usual."""
    timed = np.log(rows["response_ms"].where(rows["response_ms"] > 0))
    away = timed - timed.groupby(rows["platform"]).transform("median")
    spread = away.abs().groupby(rows["platform"]).transform("median")
    return (0.6745 * away / spread.where(spread > 0) < -LIMIT).where(timed.notna()).astype("float64")


def _fitted(fits: pd.DataFrame) -> pd.DataFrame:
    names = {
        "difficulty": "fitted_difficulty",
        "discrimination": "fitted_discrimination",
        "infit": "infit",
        "outfit": "outfit",
        "difficulty_error": "difficulty_error",
        "discrimination_error": "discrimination_error",
    }
    columns = [*KEY, *names.values()]
    return (
        fits.rename(columns=names)[columns]
        if len(fits)
        else pd.DataFrame({name: [] for name in columns}).astype({"item_id": str, "platform": str})
    )


def misleading(choices: pd.DataFrame) -> pd.DataFrame:
    """Wrong options beside the key, both chosen by 10 learners and more: `platform`, `item_id`, `choice`,
    `chosen`, `keyed` (learners who were right), `able` and `right_able` (mean share right of their other answers), `z` of their difference;
    the most chosen one of each item.

    Args:
        choices: `Inputs.choices`.
    """
    columns = ["platform", "item_id", "choice", "chosen", "keyed", "able", "right_able", "z"]
    if not len(choices):
        return pd.DataFrame({name: [] for name in columns}).astype({"item_id": str, "platform": str, "choice": str})
    mean = choices["rest_sum"] / choices["learners"]
    error = (choices["rest_square_sum"] / choices["learners"] - mean**2).clip(lower=0) / choices["learners"]
    told = choices.assign(able=mean, error=error)
    keyed, wrong = told[told["is_correct"].astype(bool)], told[~told["is_correct"].astype(bool)]
    keyed = (
        keyed.sort_values("learners")
        .drop_duplicates(KEY, keep="last")
        .rename(columns={"able": "right_able", "error": "e", "learners": "n"})
    )
    both = wrong.merge(keyed[[*KEY, "right_able", "e", "n"]], on=KEY)
    both = both[(both["learners"] >= K) & (both["n"] >= K)]
    both = both.assign(z=(both["able"] - both["right_able"]) / np.sqrt(both["error"] + both["e"]), chosen=both["learners"], keyed=both["n"])
    return both.sort_values(["chosen", "z"]).drop_duplicates(KEY, keep="last")[columns].reset_index(drop=True)


def _suspicion(made: pd.DataFrame, options: pd.DataFrame) -> tuple[np.ndarray, Sequence[str]]:
    """A score for each item, and the reasons in words. What is tested is tested at 5 % over all items of the platform together."""
    n, judged = made["learners"], made["learners"] >= FEWEST
    bound = _bound(made, judged)
    chance = made["guessing"].where(made["guessing"] > 0)
    z = np.arctanh(made["rest_correlation"].clip(-0.999, 0.999)) * np.sqrt((n - 3).where(n > 3))
    option = made[KEY].merge(options, on=KEY, how="left").set_index(made.index)
    popular = (option["chosen"] - option["keyed"]) / np.sqrt(option["chosen"] + option["keyed"])
    settled = made["fitted_discrimination"].between(irt.LEAST_SLOPE, irt.MOST_SLOPE, inclusive="neither")  # at a bound it is no fit
    misfit = (n >= 100) & settled & made["infit"].notna() & ~made["infit"].between(*FIT)
    tests = [
        (4, z < -bound, "those who know more get it wrong: the key may be wrong"),
        (
            3,
            (popular > bound) & (option["z"] > 0),
            "more choose one wrong option than the key, and not the weaker ones: the key may be wrong",
        ),
        (2, made["high"] < chance, "fewer right than by guessing"),
        (1, misfit, "does not fit the response model"),
    ]
    flags = [(weight, (flag.fillna(False).astype(bool) & judged).to_numpy(), text) for weight, flag, text in tests]
    score = sum(weight * flag for weight, flag, _ in flags)
    return score, ["; ".join(text for _, flag, text in flags if flag[place]) for place in range(len(made))]


def _bound(made: pd.DataFrame, judged: pd.Series) -> pd.Series:
    """The one-sided normal quantile that shares the chance of a false alarm among the items that are judged."""
    from scipy.stats import norm

    tests = judged.groupby(made["platform"]).transform("sum").clip(lower=1)
    return pd.Series(norm.isf(ALPHA / tests), index=made.index)


def _drifted(made: pd.DataFrame) -> Sequence[str]:
    """Which stored parameters the answers contradict, in words: by more than chance, and by half a unit and more. A shift of all
    difficulties alike is a matter of the scale and no drift of an item."""
    bound = _bound(made, made["difficulty_error"].notna())
    words = []
    for name in ("difficulty", "discrimination"):
        away = made[f"{name}_drift"]
        away = away - away.groupby(made["platform"]).transform("median") if name == "difficulty" else away
        sure = (away.abs() > bound * made[f"{name}_error"]) & (away.abs() >= LEAST_DRIFT)
        words.append(np.where(sure.fillna(False), name, ""))
    return [", ".join(filter(None, pair)) for pair in zip(*words, strict=True)]


def hardest_items(frame: pd.DataFrame) -> pd.DataFrame:
    """The five items that most learners never got right, of `items_frame`: its rows in that order."""
    return (
        frame[frame["stuck"].fillna(0) >= K].sort_values(["stuck", "item_id"], ascending=[False, True]).head(HARDEST).reset_index(drop=True)
    )


def options_frame(choices: pd.DataFrame, items: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """The options of the suspicious items: `platform`, `item_id`, `item`, `choice`, `is_correct`, `learners` who chose it first, `share`,
    `able` (mean share right of their other answers). Options of fewer than 10 learners are withheld, and what would give them back.

    Args:
        shown: of `items_frame`, the items to tell of.
    """
    columns = ["platform", "item_id", "item", "choice", "is_correct", "learners", "share", "able"]
    told = choices.merge(shown[[*KEY, "item"]], on=KEY) if len(choices) else choices
    if not len(told):
        return pd.DataFrame(columns=[*columns, "suppressed"])
    told = told.assign(share=told["learners"] / told.groupby(KEY)["learners"].transform("sum"), able=told["rest_sum"] / told["learners"])
    return suppress(told[columns].reset_index(drop=True), columns[:5], within=KEY).table


def versions_frame(variants: pd.DataFrame, learners: pd.DataFrame) -> pd.DataFrame:
    """A/B versions against the item they come from, over the time in which both were answered: `item`, `version`, `variant`, `learners`
    (the fewer of the two), `parent_answers`, `parent_rate` with `_low`, `_high`, `answers`, `correct_rate` with `_low`, `_high`,
    `difference` with `_low`, `_high`, `verdict` (better, worse, no difference shown). Pairs of fewer than 10 learners are withheld.

    Args:
        variants: `Inputs.variants`. learners: of `items_frame`, `item_id` and `learners` (missing: fewer than 10).
    """
    told = ["parent_answers", "parent_rate", "parent_rate_low", "parent_rate_high", "answers", "correct_rate", "correct_rate_low"]
    told += ["correct_rate_high", "difference", "difference_low", "difference_high"]
    keys = ["content_id", "parent_content_id", "item", "version", "variant"]
    known = variants[(variants["answers"] > 0) & (variants["parent_answers"] > 0)] if len(variants) else variants
    if not len(known):
        return pd.DataFrame(columns=[*keys, "learners", *told, "verdict", "suppressed"])
    count = learners.set_index("item_id")["learners"]
    both = pd.concat([known[name].map(count).fillna(1) for name in ("content_id", "parent_content_id")], axis=1).min(axis=1)
    verdict = np.where(known["difference_low"] > 0, "better", np.where(known["difference_high"] < 0, "worse", "no difference shown"))
    frame = known.rename(columns={"title": "item"}).assign(learners=both.astype("int64"), verdict=verdict)
    return suppress(frame[[*keys, "learners", *told, "verdict"]].reset_index(drop=True), keys, totals=False).table


def rapid_frame(answers: pd.DataFrame) -> pd.DataFrame:
    """Answers far faster than usual, one row a platform: `platform`, `learners` who gave ten or more of them, `timed` answers, `rapid` ones
    of these learners, `rapid_share`. Withheld where they are fewer than 10 learners: that there are some is told by `is_there`."""
    rows = answers.assign(rapid=_rapid(answers))
    told = []
    for platform, part in rows[rows["rapid"].notna()].groupby("platform"):
        mine = part.groupby("learner_id")["rapid"].sum()
        people, rapid = int((mine >= RAPID).sum()), int(mine[mine >= RAPID].sum())
        told.append((platform, people > 0, people, len(part), rapid, rapid / len(part)))
    columns = ["platform", "is_there", "learners", "timed", "rapid", "rapid_share"]
    return suppress(pd.DataFrame(told, columns=columns), columns[:2], totals=False).table
