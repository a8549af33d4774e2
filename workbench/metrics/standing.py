"""How a learner stands: on track, struggling, stalled, or never started; and which skills were newly mastered.

The rule, first match wins, over the 28 days before the cut-off (the *window*):

- `never_started`: no answer before the cut-off (definition E7: such a learner has no event, and must not be lost).
- `inactive`: no answer in the window. Nothing can be said of now.
- `struggling`: at least 20 answers, and the Wilson interval of the share of right ones (X1) lies below what knowledge tracing expected
  of these very answers (the mean of P1's predictions), or below 0.5 while no skill was newly mastered.
- `stalled`: no skill newly mastered, although at least 30 answers went to skills not mastered at the window's start, five or more to
  each that counts; and the probability of knowing those skills rose by less than 0.05 on average.
- `on_track`: a skill newly mastered, or at least 20 answers and none of the above.
- `too_few`: fewer than 20 answers and no skill newly mastered: not judged.

Where a platform has no mastery, only the rule on 0.5 can find a learner struggling, and nobody stalled.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.bkt import MASTERED
from workbench.metrics.stats import wilson

if TYPE_CHECKING:
    import pandas as pd

WINDOW_DAYS = 28
FEWEST_ANSWERS = 20
"""Below this many answers in the window correctness is not judged."""
FEWEST_ON_OPEN, FEWEST_ON_SKILL = 30, 5
"""Answers to skills not yet mastered, in all and on each, before a lack of progress is called a stall."""
LEAST_RISE = 0.05

STATES = ("on_track", "struggling", "stalled", "never_started", "inactive", "too_few")


def progress(attempts: "pd.DataFrame", as_of: object, days: int = WINDOW_DAYS) -> "pd.DataFrame":
    """What became of each learner's skills in the `days` before the cut-off.

    Args:
        attempts: one row an answer, each learner's in the order in which they were given: `learner_id`, `skill_id`, `occurred_at`
            (aware), `is_correct`, and of the replay (P1) `mastery` after the answer and `prior` of the skill; NaN without mastery.
        as_of: the cut-off, aware; later answers are not looked at.

    Returns:
        One row per learner and skill practised in the window: `learner_id`, `skill_id`, `answers`, `correct`, `before` and `now`: the
        probability of knowing before the window's first and after its last answer; `gained`: newly mastered, from below 0.95 to it.
    """
    known = attempts[_before(attempts, as_of)]
    keys = ["learner_id", "skill_id"]
    before = known.groupby(keys)["mastery"].shift().fillna(known["prior"])
    recent = known.assign(before=before, right=known["is_correct"].astype("int64"))[_within(known, as_of, days)]
    groups = recent.groupby(keys)
    found = groups.agg(answers=("right", "size"), correct=("right", "sum"), before=("before", "first"), now=("mastery", "last"))
    return found.assign(gained=(found["before"] < MASTERED) & (found["now"] >= MASTERED)).reset_index()


def standing(attempts: "pd.DataFrame", learners: ArrayLike, as_of: object, days: int = WINDOW_DAYS) -> "pd.DataFrame":
    """The standing of every learner, by the rule above.

    Args:
        attempts: as `progress`, and `predicted`: P(correct) before the answer (P1), NaN where there is none.
        learners: everybody enrolled, each once; answers of others are not looked at. as_of, days: as `progress`.

    Returns:
        One row a learner, in the order of `learners`: `learner_id`, `state`; of the window `answers`, `correct`, `correct_rate` with its
        Wilson interval `low`, `high`, `expected` share; skills `gained`, `open_skills` that count for a stall, with `open_answers` and
        their mean `rise`; `reason` in words.
    """
    import pandas as pd

    everybody = pd.Index(learners, name="learner_id")
    own = attempts[attempts["learner_id"].isin(everybody)]
    started = own.loc[_before(own, as_of), "learner_id"].unique()
    made = _counts(own, everybody, as_of, days).join(_skills(progress(own, as_of, days), everybody))
    rate = made["correct"] / made["answers"].where(made["answers"] > 0)
    low, high = wilson(made["correct"], made["answers"])
    made = made.assign(correct_rate=rate, low=low, high=high)
    state = _states(made, ~everybody.isin(started))
    ordered = ["state", "answers", "correct", "correct_rate", "low", "high", "expected", "gained", "open_skills", "open_answers", "rise"]
    made = made.assign(state=state)[ordered]
    return made.assign(reason=[_reason(row, days) for row in made.to_dict("records")]).reset_index()


def _before(attempts: "pd.DataFrame", as_of: object) -> "pd.Series":
    return attempts["occurred_at"] < as_of


def _within(attempts: "pd.DataFrame", as_of: object, days: int) -> "pd.Series":
    import pandas as pd

    return (attempts["occurred_at"] >= pd.Timestamp(as_of) - pd.Timedelta(days=days)) & _before(attempts, as_of)


def _counts(attempts: "pd.DataFrame", everybody: "pd.Index", as_of: object, days: int) -> "pd.DataFrame":
    """Answers of the window, right ones, and the share expected of them."""
    recent = attempts[_within(attempts, as_of, days)]
    parts = recent.assign(right=recent["is_correct"].astype("int64")).groupby("learner_id")
    found = parts.agg(answers=("right", "size"), correct=("right", "sum"), expected=("predicted", "mean"), known=("predicted", "count"))
    # an expectation of some answers says nothing about the share of all
    found["expected"] = found["expected"].where(found["known"] == found["answers"])
    return (
        found.drop(columns="known").reindex(everybody).fillna({"answers": 0, "correct": 0}).astype({"answers": "int64", "correct": "int64"})
    )


def _skills(found: "pd.DataFrame", everybody: "pd.Index") -> "pd.DataFrame":
    gained = found.groupby("learner_id")["gained"].sum()
    counting = found[(found["before"] < MASTERED) & (found["answers"] >= FEWEST_ON_SKILL)]
    counting = counting.assign(rise=counting["now"] - counting["before"]).groupby("learner_id")
    made = counting.agg(open_skills=("rise", "size"), open_answers=("answers", "sum"), rise=("rise", "mean")).reindex(everybody)
    made = made.assign(gained=gained.reindex(everybody)).fillna({"gained": 0, "open_skills": 0, "open_answers": 0})
    return made.astype({"gained": "int64", "open_skills": "int64", "open_answers": "int64"})


def _states(made: "pd.DataFrame", never: NDArray[np.bool_]) -> NDArray[np.str_]:
    judged, nothing_gained = made["answers"] >= FEWEST_ANSWERS, made["gained"] == 0
    struggling = judged & ((made["high"] < made["expected"]) | ((made["high"] < 0.5) & nothing_gained))
    stalled = nothing_gained & (made["open_answers"] >= FEWEST_ON_OPEN) & (made["rise"] < LEAST_RISE)
    rules = [never, made["answers"] == 0, struggling, stalled, judged | ~nothing_gained]
    return np.select(rules, ["never_started", "inactive", "struggling", "stalled", "on_track"], "too_few")


def _reason(row: dict, days: int) -> str:
    state, right = row["state"], f"{row['correct']} of {row['answers']} right"
    if state == "never_started":
        return "no answer yet"
    if state == "inactive":
        return f"no answer in the last {days} days"
    if state == "struggling":
        return f"{right}, {row['expected']:.0%} expected" if row["high"] < row["expected"] else f"{right}, no skill newly mastered"
    if state == "stalled":
        skills = f"{row['open_skills']} skill{'s' * (row['open_skills'] > 1)}"
        return f"{row['open_answers']} answers to {skills} not yet mastered, none newly mastered, probability changed by {row['rise']:+.2f}"
    return f"{right}, {row['gained']} skill{'s' * (row['gained'] != 1)} newly mastered"
