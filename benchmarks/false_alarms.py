"""How often the progress report says something of data in which nothing is wrong, and how often it finds what is.

    python benchmarks/false_alarms.py [--seeds 50] [--first 0]

Everything is drawn from models whose parameters are known, once with nothing planted and once with defects, and goes through the functions
that make the report's frames:

- items: 300 and 800 learners, 60 items of which each answered 70 % (3PL; everybody has become less able since their parameters were
  stored, on another scale), four options of which one wrong one attracts most of the wrong answers. Planted: a wrong key, an item that
  has nothing to do with ability, one that became harder by 1.2, and twelve learners who click through.
- skills: 200 learners, 12 skills of 12 items, answers by Bayesian knowledge tracing over 60 days, on one platform with its own parameters
  and on one without. Planted: a skill in which those who know it err much oftener after 40 days, and one in which nobody learns.
- help: answers of an assistant, rated good or bad, before the answers. Planted: after good help 15 points more are right.
- versions: ten items with a version that is as hard, 150 answers each. Planted: one version is 20 points harder.

"Said" is per thing judged (item, option, skill, version, platform); "any" is per report: at least one was said wrongly. Intervals are
Wilson's, 95 %.
"""

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd

from workbench.metrics import irt, item_fit
from workbench.metrics.stats import difference, wilson
from workbench.reports.progress import belief, curves, helping, items, tracing
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.inputs import CHOICES, Inputs

BEGIN, DAYS, CHANGED = pd.Timestamp("2026-07-01", tz="UTC").timestamp(), 60, 40
ASKED = Asked.of({"start": "2026-08-01", "end": "2026-09-01", "timezone": "UTC"})
WRONG_KEY, USELESS, HARDER = 0, 1, 2
"""Planted items, by their number."""
HURRIED, SKILLS, OPPORTUNITIES = 12, 12, 12
CHANGED_SKILL, IDLE_SKILL = 0, 1
HELPS, WORSE = 0.15, 0.20

Found = dict[str, tuple[int, int]]
"""By kind: how many were said, of how many judged."""


def inputs(**given: pd.DataFrame) -> Inputs:
    """What the report reads, empty but for what is given."""
    skills = ["platform", "skill_id", "name", "category", "prerequisites", *tracing.PARAMETERS]
    states = ["platform", "learner_id", "skill_id", "answers", "first_s", "last_s", "log_odds", "mastered_s", "answers_to_mastery"]
    answers = ["platform", "learner_id", "item_id", "skill_id", "at_s", "is_correct", "response_ms"]
    columns = {"skills": skills, "states": states, "attempts": answers, "choices": CHOICES}
    names = ["items", "learners", "work", "opportunities", "first", "stored", "due", "units", "unit_kinds", "helped", "variants"]
    empty = {name: pd.DataFrame(columns=columns.get(name, [])) for name in [*columns, *names, "retries", "groups", "themes"]}
    return Inputs(**{**empty, **given}, platforms=[], share=1.0, source="rollups")


def items_found(seed: int, planted: bool, learners: int, count: int = 60) -> Found:
    """What is said of items and of those who answer them."""
    rng = np.random.default_rng((seed, 1))
    a, b, c = rng.uniform(0.6, 2, count), rng.normal(0, 1, count), rng.choice([0.0, 0.2], count)
    ability = rng.normal(size=(learners, 1))
    right = rng.random((learners, count)) < irt.probability(ability, a, b, c)
    option = rng.choice(["b", "c", "d"], right.shape, p=[0.6, 0.3, 0.1])
    stored = pd.DataFrame({"difficulty": 1.2 * b + 0.4, "discrimination": a / 1.2, "guessing": c})
    time = rng.lognormal(9.3, 0.5, right.shape)
    if planted:
        option[:, WRONG_KEY] = np.where(right[:, WRONG_KEY], "b", np.where(option[:, WRONG_KEY] == "b", "a", option[:, WRONG_KEY]))
        right[:, WRONG_KEY] = option[:, WRONG_KEY] == "a"
        right[:, USELESS] = rng.random(learners) < 0.5
        stored.loc[HARDER, "difficulty"] -= 1.2
        time[:HURRIED] = 400
    option[right] = "a"
    who, what = np.nonzero(rng.random(right.shape) < 0.7)
    first = pd.DataFrame({"platform": "drivemaster", "learner_id": who, "item_id": what, "is_correct": right[who, what]})
    first = first.assign(skill_id="s", attempts=1, correct=first["is_correct"].astype(int), response_ms=time[who, what])
    answers = first.assign(choice=option[who, what], predicted=np.nan, at_s=BEGIN).astype({"item_id": str, "learner_id": str})
    table = first.assign(right=first["is_correct"].astype(float)).pivot(index="learner_id", columns="item_id", values="right")
    fits = pd.DataFrame(item_fit.statistics(table, c)).assign(
        platform="drivemaster", item_id=table.columns.astype(str), learners=table.count()
    )
    kinds = stored.assign(platform="drivemaster", item_id=stored.index.astype(str), kind="question", title="", skill_id="s")
    found = inputs(first=answers.drop(columns=["predicted", "at_s"]), items=kinds, choices=chosen(answers))
    made = items.items_frame(found, tracing.Traced(answers, found.skills, found.states), fits).set_index("item_id")
    bad = made.index.isin([str(WRONG_KEY), str(USELESS)]) & planted
    off = made.index.isin([str(WRONG_KEY), str(USELESS), str(HARDER)]) & planted
    suspected, drifted = made["suspicion"] > 0, made["drifted"] != ""
    rapid = items.rapid_frame(answers)["learners"].fillna(0).iloc[0]
    said = {"sound items suspected": suspected[~bad], "parameters that hold called drifted": drifted[~off]}
    if planted:
        said = {**{f"{kind}, beside planted ones": flags for kind, flags in said.items()}, "wrong key": suspected[[str(WRONG_KEY)]]}
        said |= {"useless item": suspected[[str(USELESS)]], "item that became harder": drifted[[str(HARDER)]]}
    counts = {f"{kind}, {0.7 * learners:.0f} answers": (int(flags.sum()), len(flags)) for kind, flags in said.items()}
    if planted:
        return counts | {"learners who click through": (int(rapid >= HURRIED), 1)}
    return counts | {"guessing said of a platform without any": (int(rapid > 0), 1)}


def chosen(answers: pd.DataFrame) -> pd.DataFrame:
    """Options as the platforms' queries count them."""
    right = answers["is_correct"].astype(float)
    of_learner = right.groupby(answers["learner_id"])
    rest = (of_learner.transform("sum") - right) / (of_learner.transform("size") - 1)
    rows = answers.assign(rest=rest, square=rest**2).groupby(["platform", "item_id", "choice", "is_correct"])
    return rows.agg(learners=("rest", "size"), rest_sum=("rest", "sum"), rest_square_sum=("square", "sum")).reset_index()


def traced_answers(rng: np.random.Generator, planted: bool, learners: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Answers by knowledge tracing in the order of time, and the parameters of the skills."""
    truth = rng.uniform([[0.15], [0.08], [0.15], [0.04]], [[0.5], [0.3], [0.3], [0.14]], (4, SKILLS))
    drawn = truth.copy()
    if planted:
        drawn[1, IDLE_SKILL] = 0.0
    shape = (learners, SKILLS, OPPORTUNITIES)
    at = np.sort(rng.uniform(0, DAYS, shape))
    prior, learn, guess, slip = (row[None, :, None] for row in drawn)
    slips = np.where(planted & (np.arange(SKILLS) == CHANGED_SKILL)[None, :, None] & (at >= CHANGED), 0.45, slip)
    start = rng.random(shape[:2])[..., None] < prior
    learnt = np.concatenate([np.zeros((*shape[:2], 1), bool), rng.random((*shape[:2], OPPORTUNITIES - 1)) < learn], axis=2)
    known = start | (np.cumsum(learnt, axis=2) > 0)
    who, skill, _ = np.indices(shape)
    item = skill * OPPORTUNITIES + np.argsort(rng.random(shape), axis=2)
    frame = pd.DataFrame(
        {"learner_id": who.ravel(), "skill_id": skill.ravel(), "item_id": item.ravel(), "at_s": BEGIN + 86_400 * at.ravel()}
    )
    frame = frame.assign(chance=np.where(known, 1 - slips, guess).ravel(), response_ms=9000.0)
    return frame.sort_values(["learner_id", "at_s"], ignore_index=True), truth


def skills_found(seed: int, planted: bool, own: bool, learners: int = 200) -> Found:
    """What is said of skills, and of help."""
    rng = np.random.default_rng((seed, 2 + own))
    platform = "drivemaster" if own else "learning"
    answers, truth = traced_answers(rng, planted, learners)
    asked = answers[rng.random(len(answers)) < 0.1][["learner_id", "at_s"]]
    helped = asked.assign(platform=platform, at_s=asked["at_s"] - 1, feedback=rng.choice([-1, 1], len(asked)), relevance_score=0.5)
    helped = helped.assign(is_error=False).astype({"learner_id": str})
    lift = HELPS * planted * helped["feedback"].reindex(answers.index).fillna(0) / 2
    answers = answers.assign(platform=platform, is_correct=rng.random(len(answers)) < (answers["chance"] + lift))
    answers = answers.astype({"learner_id": str, "skill_id": str, "item_id": str})
    given = dict(zip(tracing.PARAMETERS, [*truth, np.zeros(SKILLS)] if own else [np.full(SKILLS, np.nan)] * 5, strict=True))
    names = [str(number) for number in range(SKILLS)]
    skills = pd.DataFrame(
        {"platform": platform, "skill_id": names, "name": names, "category": "c", "prerequisites": [[]] * SKILLS, **given}
    )
    found = inputs(skills=skills, attempts=answers, first=answers, helped=helped)
    traced = tracing.trace(found)
    made = belief.skills_frame(traced, skills, ASKED).set_index("skill_id")["verdict"]
    slope = curves.slopes_frame(answers, skills).set_index("skill_id")["state"]
    state = helping.help_frame(helped, traced.answers)["state"].iloc[0]
    whose = "stored" if own else "fitted"
    changed = made.index.isin([str(CHANGED_SKILL), str(IDLE_SKILL)]) & planted
    idle = slope.index.isin([str(CHANGED_SKILL), str(IDLE_SKILL)]) & planted
    idle_said = slope.isin(["flat", "rises"])
    said = {f"sound skills called {word} ({whose} parameters)": made[~changed] == word for word in ("drifts", "off", "degenerate")}
    said |= {"falling curves called flat or rising": idle_said[~idle]}
    if planted:
        said = {f"{kind}, beside planted ones": flags for kind, flags in said.items()}
        said |= {f"changed skill ({whose} parameters)": made[[str(CHANGED_SKILL)]] == "drifts"}
        said |= {"skill in which nobody learns": idle_said[[str(IDLE_SKILL)]]}
    counts = {kind: (int(flags.sum()), len(flags)) for kind, flags in said.items()}
    if planted:
        return counts | {"help that helps": (int(state == "higher"), 1)}
    return counts | {"useless help called better or worse": (int(state in ("higher", "lower")), 1)}


def versions_found(seed: int, planted: bool, count: int = 10, answers: int = 150) -> Found:
    """What is said of versions against their originals."""
    rng = np.random.default_rng((seed, 4))
    chance = rng.uniform(0.4, 0.9, count)
    worse = np.where((np.arange(count) == 0) & planted, WORSE, 0.0)
    right, parent = rng.binomial(answers, chance - worse), rng.binomial(answers, chance)
    value, low, high = difference(parent, answers, right, answers)
    names = [str(number) for number in range(count)]
    frame = pd.DataFrame({"content_id": names, "parent_content_id": names, "title": names, "version": 1, "variant": "B"})
    frame = frame.assign(answers=answers, correct=right, parent_answers=answers, parent_correct=parent, difference=value)
    frame = frame.assign(difference_low=low, difference_high=high)
    for name, hits in (("parent_rate", parent), ("correct_rate", right)):
        ends = wilson(hits, answers)
        frame = frame.assign(**{name: hits / answers, f"{name}_low": ends.low, f"{name}_high": ends.high})
    made = items.versions_frame(frame, pd.DataFrame({"item_id": names, "learners": answers}))
    told = made["verdict"].isin(["better", "worse"]).to_numpy()
    if planted:
        return {"harder version": (int(made["verdict"].iloc[0] == "worse"), 1)}
    return {"equal versions called better or worse": (int(told.sum()), count)}


def everything(seed: int, planted: bool) -> Iterator[Found]:
    """All parts for one seed."""
    yield from (items_found(seed, planted, learners) for learners in (300, 800))
    yield from (skills_found(seed, planted, own) for own in (True, False))
    yield versions_found(seed, planted)


def main() -> None:
    """Draw, judge, and print the shares."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--seeds", type=int, default=50)
    asked.add_argument("--first", type=int, default=0)
    options = asked.parse_args()
    drawn = range(options.first, options.first + options.seeds)
    for planted in (False, True):
        rows = [(seed, kind, *counts) for seed in drawn for found in everything(seed, planted) for kind, counts in found.items()]
        frame = pd.DataFrame(rows, columns=["seed", "kind", "said", "judged"])
        print(f"\n{'Planted' if planted else 'Nothing planted'}, {options.seeds} seeds: kind, said of judged, any of reports")
        for kind, part in frame.groupby("kind", sort=False):
            said, judged, reports = part["said"].sum(), part["judged"].sum(), len(part)
            print(f"  {kind:75} {_share(said, judged)}   {_share((part['said'] > 0).sum(), reports)}")


def _share(good: int, total: int) -> str:
    low, high = wilson(good, total)
    return f"{good:5} of {total:5} = {good / total:6.1%} [{low:5.1%}, {high:6.1%}]"


if __name__ == "__main__":
    main()
