"""Items under suspicion (definition P6): how each is answered, what it tells apart, how it fits, whether it drifted, and why to look at it.

Only a learner's first answer to an item counts. Thresholds, and where they come from:

- fewer than 100 answers: not judged (`irt`: the slope would be anything).
- *misfit*: infit or outfit outside 0.7 … 1.3 (Wright & Linacre 1994, multiple choice) by more than chance (2.58 standard errors).
- *hardly discriminates*: slope surely below 0.35 (Baker 2001: "very low"); *negative*: the point-biserial's interval lies below 0.
- *too easy*, *too hard*: surely above 0.95 or below 0.20 right (Crocker & Algina 1986: such items tell nobody apart).
- *drift*: slope and intercept together differ from the stored ones at 1 % (Wald), by 0.05 or more in the chance of a right answer.
- *response times*: |0.6745 (ln t − median)/MAD| > 3.5 (Iglewicz & Hoaglin), answers within an item and items among each other.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics import irt
from workbench.metrics.days import LEAST_BASELINE, LIMIT
from workbench.metrics.item_fit import Fit, Floats, covariance, drift, expected
from workbench.metrics.stats import Z95, difference, wilson

if TYPE_CHECKING:
    import pandas as pd

FEWEST_ANSWERS = 100
FEWEST_CHOSEN = 10
"""Below so many choices of an option its correlation is not judged."""
FIT_LOW, FIT_HIGH = 0.7, 1.3
WEAK_SLOPE = 0.35
EASY, HARD = 0.95, 0.20
FAST_SHARE = 0.02
"""An item is suspicious where surely more than this share of its answers is far faster than usual."""

_SURE = 2.58  # normal quantile of 99 %


def long(answers: "pd.DataFrame") -> "pd.DataFrame":
    """Rows `learner_id`, `item_id`, `is_correct` of a table of learners × items; empty cells were not answered."""
    stacked = answers.rename_axis(index="learner_id", columns="item_id").stack().dropna()
    return stacked.rename("is_correct").reset_index()


def report(rows: "pd.DataFrame", stored: "pd.DataFrame | None" = None, *, tolerance: float = 1e-4) -> "pd.DataFrame":
    """Every item with its figures and what speaks against it, the most suspicious first.

    Items are fitted together (2PL by marginal maximum likelihood, stored guessing held), so give one field of knowledge at a time. Stored
    parameters are compared after `link`: that everybody became better is no drift of an item. They are taken as exact.

    Args:
        rows: answers in the order in which they were given: `learner_id`, `item_id`, `is_correct`, and where known `response_ms` and
            `option` (which one was chosen). Later answers to an item are left out.
        stored: `item_id`, `a`, `b`, `c` (empty: 0). tolerance: of the fit.

    Returns:
        One row an item: `item_id`, `answers`, `share_correct` with its Wilson `low`, `high`; `point_biserial` against the mean of the
        learner's other answers (each against its item's share) with its `_low`, `_high`; `infit`, `outfit`, `misfit`; `status` (`fitted`,
        `degenerate`: the slope stands at its bound, `few` answers, `one_sided`: all right or all wrong; the last two have no fit); `a`,
        `b`, `c` on the stored scale with `a_error`, `b_error`; `a_drift`, `b_drift` = fitted − stored, `drift` in the chance of a right
        answer (root mean square over learners), `drifted`; `response_ms` (median), `fast` and `slow` of the `timed` answers,
        `time_score` among the items; `distractors` chosen more by the able; `suspicion` (0: none; the worst reason counts, from 1 to 7)
        and `reasons` in words.
    """
    first = rows.drop_duplicates(["learner_id", "item_id"]).assign(is_correct=lambda kept: kept["is_correct"].astype("float64"))
    made = _classical(first)
    made = made.join(_fitted(first, made, stored, tolerance)).join(_times(first))
    made["distractors"] = 0
    if "option" in first:
        able = distractors(first).query("draws_the_able").groupby("item_id").size()
        made["distractors"] = able.reindex(made.index, fill_value=0)
    made["status"] = made["status"].fillna("one_sided").where(made["answers"] >= FEWEST_ANSWERS, "few")
    worst, count, words = _suspicion(made)
    made = made.assign(suspicion=worst, reasons=words, _count=count)
    return made.sort_values(["suspicion", "_count"], ascending=False, kind="stable").drop(columns="_count").reset_index()


def _rest(first: "pd.DataFrame") -> "pd.Series":
    """The learner's mean over the other items, each answer less its item's share: NaN where there are none."""
    centred = first["is_correct"] - first.groupby("item_id")["is_correct"].transform("mean")
    of_learner = centred.groupby(first["learner_id"])
    others = of_learner.transform("size") - 1
    return (of_learner.transform("sum") - centred) / others.where(others > 0)


def _classical(first: "pd.DataFrame") -> "pd.DataFrame":
    of_item = first.groupby("item_id")["is_correct"]
    made = of_item.agg(answers="size", correct="sum")
    low, high = wilson(made["correct"], made["answers"])
    made = made.assign(share_correct=made["correct"] / made["answers"], low=low, high=high).drop(columns="correct")
    return made.join(_correlation(first.assign(rest=_rest(first), chosen=first["is_correct"]), ["item_id"]))


def _correlation(rows: "pd.DataFrame", keys: list[str]) -> "pd.DataFrame":
    """Correlation of `chosen` with `rest` by `keys`, with Fisher's interval; NaN where one does not vary."""
    known = rows[rows["rest"].notna()]
    parts = known.assign(
        x=known["chosen"], xx=known["chosen"] ** 2, y=known["rest"], yy=known["rest"] ** 2, xy=known["chosen"] * known["rest"]
    )
    n, sums = parts.groupby(keys).size(), parts.groupby(keys)[["x", "xx", "y", "yy", "xy"]].sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt((sums["xx"] - sums["x"] ** 2 / n) * (sums["yy"] - sums["y"] ** 2 / n))
        value = ((sums["xy"] - sums["x"] * sums["y"] / n) / spread.where(spread > 1e-9)).clip(-1, 1)
        centre, reach = np.arctanh(value), Z95 / np.sqrt((n - 3).where(n > 3))
    ends = {"point_biserial_low": np.tanh(centre - reach), "point_biserial_high": np.tanh(centre + reach)}
    return value.to_frame("point_biserial").assign(**ends)


def _fitted(first: "pd.DataFrame", made: "pd.DataFrame", stored: "pd.DataFrame | None", tolerance: float) -> "pd.DataFrame":
    import pandas as pd

    columns = ["infit", "outfit", "misfit", "status", "a", "b", "c", "a_error", "b_error", "a_drift", "b_drift", "drift", "drifted"]
    kept = made.index[(made["answers"] >= FEWEST_ANSWERS) & (made["share_correct"] > 0) & (made["share_correct"] < 1)]
    if not len(kept):
        return pd.DataFrame(columns=columns, index=made.index[:0]).astype({"status": "object"})
    table = first[first["item_id"].isin(kept)].pivot(index="learner_id", columns="item_id", values="is_correct")[kept]
    given = (
        stored.set_index("item_id")[["a", "b", "c"]].reindex(kept) if stored is not None else pd.DataFrame(math.nan, kept, ["a", "b", "c"])
    )
    given = given.astype("float64").fillna({"c": 0.0})
    answers = table.to_numpy()
    found = irt.fit_2pl(answers, given["c"], tolerance=tolerance)
    fit = Fit(found.a, found.b, found.c, covariance(answers, found.a, found.b, found.c))
    parts = _fit_statistics(answers, expected(answers, fit.a, fit.b, fit.c))
    parts |= {"status": np.where((fit.a <= irt.LEAST_SLOPE) | (fit.a >= irt.MOST_SLOPE), "degenerate", "fitted")}
    return pd.DataFrame(parts | drift(fit, given, parts["status"] == "fitted"), index=kept)[columns]


def _fit_statistics(answers: Floats, chance: Floats) -> dict[str, NDArray]:
    """Mean squares, and whether one lies outside what is tolerated by more than chance."""
    found = irt.item_statistics(answers, chance)
    spread = np.where(np.isnan(answers), np.nan, chance * (1 - chance))
    errors = {
        "infit": np.sqrt(np.nansum(spread * (1 - 4 * spread), axis=0)) / np.nansum(spread, axis=0),
        "outfit": np.sqrt(np.nansum(1 / spread - 4, axis=0)) / (~np.isnan(spread)).sum(axis=0),
    }
    squares = {"infit": found.infit, "outfit": found.outfit}
    out = {name: ((v < FIT_LOW) | (v > FIT_HIGH)) & (np.abs(v - 1) > _SURE * errors[name]) for name, v in squares.items()}
    return squares | {"misfit": out["infit"] | out["outfit"]}


def _robust(values: "pd.Series", by: "pd.Series") -> "pd.Series":
    """0.6745 (x − median) / MAD within groups; NaN where a group has fewer than six values or no spread."""
    away = values - values.groupby(by).transform("median")
    spread = away.abs().groupby(by).transform("median")
    enough = values.groupby(by).transform("count") >= LEAST_BASELINE
    return (0.6745 * away / spread).where(enough & (spread > 0))


def time_scores(rows: "pd.DataFrame") -> "pd.Series":
    """How unusual the response time of each answer is for its item: robust z on the log scale, an outlier beyond ±3.5.

    Args:
        rows: `item_id`, `response_ms`; a time of 0 or none is not scored.

    Returns:
        One value a row; NaN also where an item has fewer than six times, or half of them are equal.
    """
    time = rows["response_ms"].astype("float64")
    return _robust(np.log(time.where(time > 0)), rows["item_id"])


def _times(first: "pd.DataFrame") -> "pd.DataFrame":
    """Median response time of each item, answers far faster and slower than that, and the item's score among the items."""
    import pandas as pd

    by = first["item_id"]
    if "response_ms" not in first:
        return pd.DataFrame({"response_ms": math.nan, "fast": 0, "slow": 0, "timed": 0, "time_score": math.nan}, index=np.sort(by.unique()))
    score = time_scores(first)
    middle = first["response_ms"].astype("float64").groupby(by).median()
    counts = {
        "fast": (score < -LIMIT).groupby(by).sum(),
        "slow": (score > LIMIT).groupby(by).sum(),
        "timed": score.notna().groupby(by).sum(),
    }
    among = _robust(np.log(middle.where(middle > 0)), pd.Series(0, index=middle.index))
    return pd.DataFrame({"response_ms": middle, **counts, "time_score": among})


def distractors(rows: "pd.DataFrame") -> "pd.DataFrame":
    """How often each option is chosen, and by whom: a wrong option that the able prefer is wrong in another way, or is not wrong.

    Args:
        rows: `learner_id`, `item_id`, `option` (empty: none was chosen), `is_correct`. An option is right if it ever counted as right.

    Returns:
        One row per item and option that was chosen: `item_id`, `option`, `is_right`, `chosen`, `share` of the item's answers,
        `point_biserial` of choosing it with its `_low`, `_high`; `draws_the_able`: wrong, chosen ten times or more, and surely
        correlated above 0.
    """
    first = rows.drop_duplicates(["learner_id", "item_id"]).assign(is_correct=lambda kept: kept["is_correct"].astype("float64"))
    picked = first.assign(rest=_rest(first))[["learner_id", "item_id", "option", "is_correct", "rest"]]
    found = picked.groupby(["item_id", "option"])["is_correct"].agg(is_right="max", chosen="size").reset_index()
    answers = picked.groupby("item_id").size()
    # every answer of an item beside every option of it
    crossed = picked.rename(columns={"option": "own"}).merge(found[["item_id", "option"]], on="item_id")
    crossed["chosen"] = (crossed["own"] == crossed["option"]).astype("float64")
    made = found.join(_correlation(crossed, ["item_id", "option"]), on=["item_id", "option"])
    made = made.assign(is_right=made["is_right"] == 1, share=made["chosen"] / made["item_id"].map(answers))
    able = ~made["is_right"] & (made["chosen"] >= FEWEST_CHOSEN) & (made["point_biserial_low"] > 0)
    return made.assign(draws_the_able=able)


def versions(rows: "pd.DataFrame", parents: "pd.DataFrame") -> "pd.DataFrame":
    """Versions and variants against the item they come from.

    A learner who had both counts for the one that came first. Give the rows of the time in which both were asked: before and after is
    no comparison.

    Args:
        rows: `learner_id`, `item_id`, `is_correct` in the order in which they were given. parents: `item_id`, `parent_id`.

    Returns:
        One row per pair: `item_id`, `parent_id`, `answers`, `correct`, `parent_answers`, `parent_correct`, `difference` of the shares
        (item − parent) with its Newcombe interval `low`, `high`, `differs`: whether that leaves 0 (definition X2).
    """
    import pandas as pd

    pair = parents[["item_id", "parent_id"]].reset_index(drop=True).rename_axis("pair").reset_index()
    placed = rows[["learner_id", "item_id", "is_correct"]].assign(place=np.arange(len(rows))).rename(columns={"item_id": "asked"})
    sides = [
        placed.merge(pair, left_on="asked", right_on=name).assign(prefix=at) for at, name in (("", "item_id"), ("parent_", "parent_id"))
    ]
    first = pd.concat(sides).sort_values("place", kind="stable").drop_duplicates(["pair", "learner_id"])
    by = first["is_correct"].astype("int64").groupby([first["pair"], first["prefix"]])
    for name, counts in (("answers", by.size()), ("correct", by.sum())):
        for prefix in ("", "parent_"):
            of_side = counts[counts.index.get_level_values("prefix") == prefix].droplevel("prefix")
            pair[prefix + name] = of_side.reindex(pair["pair"], fill_value=0).to_numpy()
    value, low, high = difference(*(pair[name].to_numpy() for name in ("parent_correct", "parent_answers", "correct", "answers")))
    made = pair.drop(columns="pair").assign(difference=value, low=low, high=high)
    return made.assign(differs=(made["low"] > 0) | (made["high"] < 0))


def _suspicion(made: "pd.DataFrame") -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """The worst reason's weight, how many reasons there are, and all of them in words, by item."""
    judged = made["answers"] >= FEWEST_ANSWERS
    negative = made["point_biserial_high"] < 0
    rules = [
        (7, negative, lambda row: f"the able fail it more often (point-biserial {row.point_biserial:.2f})"),
        (6, made["distractors"] > 0, lambda row: f"{row.distractors} wrong option{'s' * (row.distractors > 1)} chosen more by the able"),
        (5, made["drifted"] == True, _drift_words),  # noqa: E712 - empty where there is no fit
        (4, ~negative & (made["a"] + Z95 * made["a_error"] < WEAK_SLOPE), lambda row: f"hardly tells apart (slope {row.a:.2f})"),
        (3, made["misfit"] == True, lambda row: f"does not fit (infit {row.infit:.2f}, outfit {row.outfit:.2f})"),  # noqa: E712
        (2, made["low"] > EASY, lambda row: f"too easy ({row.share_correct:.0%} right)"),
        (2, made["high"] < HARD, lambda row: f"too hard ({row.share_correct:.0%} right)"),
        (1, wilson(made["fast"], made["timed"]).low > FAST_SHARE, lambda row: f"{row.fast} of {row.timed} answers far too fast"),
        (1, made["time_score"].abs() > LIMIT, lambda row: f"takes {row.response_ms / 1000:.0f} s, unlike the other items"),
    ]  # fmt: skip
    hit = np.stack([np.asarray(mask, dtype=bool) & judged.to_numpy() for _, mask, _ in rules])
    weights = np.array([weight for weight, _, _ in rules])
    rows = list(made.itertuples())
    words = ["; ".join(rules[rule][2](row) for rule in np.flatnonzero(hit[:, place])) for place, row in enumerate(rows)]
    return (hit * weights[:, None]).max(axis=0, initial=0), hit.sum(axis=0), words


def _drift_words(row: Any) -> str:
    return f"drifted by {row.drift:.2f} (difficulty {row.b_drift:+.2f}, slope {row.a_drift:+.2f})"
