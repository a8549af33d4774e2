"""Learning curves (definition P4): the error rate by opportunity, without the illusion that attrition makes, and whether it falls.

The plain curve mixes learners: where the weak leave early it falls although nobody learns. `steady` keeps the same learners at every
opportunity, and `falls` compares each learner with nobody but themselves. One thing neither undoes: where practice *ends because* answers
were right, the last answers are right by selection, and nine in ten curves without any learning were seen to fall. There, give `falls` the
rows of `steady(rows, n, then=1)`, which leaves out the answers that decided.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.stats import wilson

if TYPE_CHECKING:
    import pandas as pd

FEWEST_LEARNERS, FEWEST_ANSWERS = 10, 50
"""Below these a skill's slope is not judged."""

WORTHWHILE = 0.05
"""A curve that falls by less than this for each doubling of practice may be called flat: 20 opportunities would not save 22 points."""


def opportunities(answers: "pd.DataFrame") -> "pd.DataFrame":
    """Number each learner's first answers to the items of a skill: their opportunities to show it (definition P4).

    Args:
        answers: `learner_id`, `skill_id`, `item_id`, `is_correct`, in the order in which they were given. Later answers to an item are
            left out, as are rows without a skill; an answer without an item counts as one to an item of its own.

    Returns:
        `learner_id`, `skill_id`, `opportunity` (from 1), `is_correct`, in the same order.

    >>> import pandas as pd
    >>> made = opportunities(pd.DataFrame({"learner_id": [1, 1, 1], "skill_id": 7, "item_id": [5, 5, 6], "is_correct": [0, 1, 1]}))
    >>> made[["opportunity", "is_correct"]].values.tolist()
    [[1, 0], [2, 1]]
    """
    known = answers[answers["skill_id"].notna()]
    again = known.duplicated(["learner_id", "skill_id", "item_id"]) & known["item_id"].notna()
    first = known.loc[~again, ["learner_id", "skill_id", "is_correct"]].reset_index(drop=True)
    first.insert(2, "opportunity", first.groupby(["learner_id", "skill_id"], sort=False).cumcount() + 1)
    return first


def curve(rows: "pd.DataFrame", up_to: int | None = None) -> "pd.DataFrame":
    """Error rate of each skill at each opportunity.

    Args:
        rows: of `opportunities`, or of `steady` for the attrition-safe view. up_to: last opportunity wanted.

    Returns:
        One row per skill and opportunity: `skill_id`, `opportunity`, `n`, `wrong`, `error_rate` with its Wilson interval `low`, `high`.
    """
    kept = rows if up_to is None else rows[rows["opportunity"] <= up_to]
    wrong = 1 - kept["is_correct"].astype("int64")
    found = wrong.groupby([kept["skill_id"], kept["opportunity"]]).agg(n="size", wrong="sum").reset_index()
    low, high = wilson(found["wrong"], found["n"])
    return found.assign(error_rate=found["wrong"] / found["n"], low=low, high=high)


def steady(rows: "pd.DataFrame", through: int, then: int = 0) -> "pd.DataFrame":
    """The attrition-safe view (definition P4): opportunities 1 … `through` of the learners who have them all.

    Args:
        rows: of `opportunities`. then: so many further opportunities a learner must have had.

    Raises:
        ValueError: `through` is not positive, or `then` negative.
    """
    if through < 1 or then < 0:
        raise ValueError("an attrition-safe view goes through at least one opportunity")
    reached = rows.groupby(["learner_id", "skill_id"])["opportunity"].transform("max") >= through + then
    return rows[reached & (rows["opportunity"] <= through)].reset_index(drop=True)


def falls(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Whether each skill's error rate falls with practice, within learners.

    The slope of error on log₂(opportunity), each learner having a level of their own (fixed effect): the change of the error rate for
    each doubling of practice. Its 95 % interval is Student's t on a jackknife over learners, whose answers hang together.

    `state` is `falls` (the interval lies below 0), `rises` (above 0), `flat` (it holds 0 and no fall of 0.05 or more: what would be
    worthwhile is ruled out), `unclear` (it holds both) or `few` (below 10 learners with two opportunities, or 50 answers of theirs).
    A skill that does not fall is one that rises or is flat.

    Args:
        rows: of `opportunities` or of `steady`.

    Returns:
        One row a skill: `skill_id`, `learners` with at least two opportunities, `answers` of theirs, `slope`, `low`, `high` (NaN where
        nobody has two), `state`.
    """
    skills = np.sort(rows["skill_id"].unique())
    pairs = _moments(rows)
    whole = pairs.groupby("skill_id")[["learners", "answers", "xx", "xy"]].sum().reindex(skills, fill_value=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = whole["xy"] / whole["xx"]
    reach = _reach(pairs, whole, slope)
    made = whole[["learners", "answers"]].astype("int64").assign(slope=slope, low=slope - reach, high=slope + reach)
    return made.assign(state=_states(made)).rename_axis("skill_id").reset_index()


def _moments(rows: "pd.DataFrame") -> "pd.DataFrame":
    """One row per skill and learner with two opportunities: what they add to the sums of squares and products around their own mean."""
    import pandas as pd

    keys = ["skill_id", "learner_id"]
    practice = np.log2(rows["opportunity"].astype("float64"))
    x = practice - practice.groupby([rows[key] for key in keys]).transform("mean")
    wrong = 1 - rows["is_correct"].astype("float64")  # need not be centred: x is
    parts = pd.DataFrame({**{key: rows[key] for key in keys}, "answers": 1, "xx": x * x, "xy": x * wrong})
    found = parts.groupby(keys).sum().reset_index()
    return found[found["answers"] > 1].assign(learners=1)


def _reach(pairs: "pd.DataFrame", whole: "pd.DataFrame", slope: "pd.Series") -> "pd.Series":
    """Half the width of the interval by skill: the slope again without each learner in turn."""
    learners = whole["learners"]
    rest = {name: whole[name].reindex(pairs["skill_id"]).to_numpy() - pairs[name].to_numpy() for name in ("xx", "xy")}
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = rest["xy"] / rest["xx"] - slope.reindex(pairs["skill_id"]).to_numpy()
        moved = np.where(rest["xx"] > 1e-9, moved, np.nan)
    total = pairs.assign(spread=moved**2).groupby("skill_id")["spread"].sum(min_count=1).reindex(whole.index)
    from scipy.special import stdtrit

    return stdtrit(np.maximum(learners - 1, 1), 0.975) * np.sqrt(total * (learners - 1) / learners)


def _states(made: "pd.DataFrame") -> NDArray[np.str_]:
    few = (made["learners"] < FEWEST_LEARNERS) | (made["answers"] < FEWEST_ANSWERS)
    sure = [few, made["high"] < 0, made["low"] > 0, made["low"] > -WORTHWHILE]
    return np.select(sure, ["few", "falls", "rises", "flat"], "unclear")
