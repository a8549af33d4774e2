"""Knowledge traced anew from the answers (definition P1): with the platform's own parameters where it has them, else with fitted ones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.metrics import bkt, bkt_fit
from workbench.reports.progress.inputs import Inputs

PARAMETERS = ["prior", "learn", "guess", "slip", "forget"]
KEYS = ["platform", "skill_id"]
MASTERED = float(bkt.log_odds(bkt.MASTERED))
HALVES = ("first", "second")


@dataclass(frozen=True)
class Traced:
    """What tracing says.

    Attributes:
        answers: the answers read, with `predicted` (P(correct) before it by the parameters in use), `log_odds` (after it), `fitted`
            (prediction by parameters that other learners' answers gave), `is_own` (the parameters in use are the platform's).
        parameters: one row a skill with answers: `platform`, `skill_id`, the platform's parameters (NaN: none), the fitted ones as
            `fitted_prior` …, `state` of the fit (fitted, few answers, degenerate), `fit_answers`.
        states: where learners stand, as `Inputs.states`, with what was missing for platforms that trace nothing filled in from the answers.
    """

    answers: pd.DataFrame
    parameters: pd.DataFrame
    states: pd.DataFrame


def trace(found: Inputs, fits: pd.DataFrame | None = None) -> Traced:
    """Trace the answers.

    Args:
        fits: stored fits at the cut-off, `platform`, `skill_id`, `answers`, `state` and parameters; without them, or where they lack a
            skill, the answers read are fitted here.
    """
    answers = found.attempts.assign(half=_half(found.attempts["learner_id"]))
    skill, keys = _codes(answers)
    sequence = _sequence(answers, skill)
    parameters = keys.merge(found.skills[[*KEYS, *PARAMETERS]], on=KEYS, how="left") if len(keys) else _nothing()
    whole = _fit(answers, sequence, skill, keys) if fits is None or fits.empty else _kept(fits, keys)
    parameters = parameters.assign(**whole)
    own = parameters["prior"].notna().to_numpy()
    told = (parameters["state"] == "fitted").to_numpy()  # other fits say nothing of their skill
    used = [np.where(own, parameters[name], np.where(told, parameters[f"fitted_{name}"], np.nan)) for name in PARAMETERS]
    replayed = _replay(answers, sequence, skill, used)
    answers = answers.assign(predicted=replayed.predicted, log_odds=replayed.log_odds, is_own=own[skill])
    answers = answers.assign(fitted=_of_others(answers, sequence, skill, keys))
    return Traced(answers, parameters, _filled(found.states, answers))


def _half(learners: pd.Series) -> np.ndarray:
    """Which half of the learners each answer belongs to: by identity, the same in every run."""
    code, names = pd.factorize(learners)
    return np.array([HALVES[sum(key.encode()) % 2] for key in names], dtype=object)[code]


def _codes(answers: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The number of each answer's skill, and the skills by number."""
    grouped = answers.groupby(KEYS, sort=True)
    keys = grouped.size().reset_index()[KEYS] if len(answers) else answers[KEYS]
    return grouped.ngroup().to_numpy(), keys.reset_index(drop=True)


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="object" if name in KEYS else "float64") for name in [*KEYS, *PARAMETERS]})


def _sequence(answers: pd.DataFrame, skill: np.ndarray) -> np.ndarray:
    """A number of each answer's learner and skill."""
    learner = answers.groupby(["platform", "learner_id"], sort=False).ngroup().to_numpy()
    return learner * (int(skill.max()) + 1 if len(skill) else 1) + skill


def _fit(answers: pd.DataFrame, sequence: np.ndarray, skill: np.ndarray, keys: pd.DataFrame) -> dict[str, np.ndarray]:
    """Parameters fitted to the answers, skill by skill; each platform lends its own average to skills with too few answers."""
    made = {f"fitted_{name}": np.full(len(keys), np.nan) for name in PARAMETERS}
    state, count = np.full(len(keys), "few answers", dtype=object), np.zeros(len(keys), dtype=np.int64)
    for platform in keys["platform"].unique():
        mine, wanted = (answers["platform"] == platform).to_numpy(), np.flatnonzero(keys["platform"] == platform)
        local = skill[mine] - wanted[0]
        fit = bkt_fit.fit(sequence[mine], local, answers["is_correct"].to_numpy()[mine].astype(bool))
        for name in PARAMETERS:
            made[f"fitted_{name}"][wanted] = getattr(fit.parameters, name)
        state[wanted] = np.where(fit.status == "too_few", "few answers", fit.status)
        count[wanted] = fit.answers
    return {**made, "state": state, "fit_answers": count}


def _kept(fits: pd.DataFrame, keys: pd.DataFrame) -> dict[str, np.ndarray]:
    """Stored fits in the order of the skills."""
    named = fits.assign(forget=0.0).rename(columns={name: f"fitted_{name}" for name in PARAMETERS} | {"answers": "fit_answers"})
    both = keys.merge(named, on=KEYS, how="left")
    return {name: both[name].to_numpy() for name in [*(f"fitted_{name}" for name in PARAMETERS), "state", "fit_answers"]}


def _replay(answers: pd.DataFrame, sequence: np.ndarray, skill: np.ndarray, used: list[np.ndarray]) -> bkt.Replay:
    """Predictions and states; NaN for skills without parameters."""
    lost = np.isnan(used[0])
    given = bkt.parameters(*(np.where(lost, instead, value) for value, instead in zip(used, (0.4, 0.1, 0.2, 0.1, 0.0), strict=True)))
    if not len(answers):
        return bkt.Replay(np.zeros(0), np.zeros(0))
    made = bkt.replay(sequence, skill, answers["is_correct"].to_numpy().astype(bool), given)
    return bkt.Replay(np.where(lost[skill], np.nan, made.predicted), np.where(lost[skill], np.nan, made.log_odds))


def _of_others(answers: pd.DataFrame, sequence: np.ndarray, skill: np.ndarray, keys: pd.DataFrame) -> np.ndarray:
    """Each half of the learners predicted by what the other half's answers gave (definition P2: split by learner)."""
    predicted = np.full(len(answers), np.nan)
    half = answers["half"].to_numpy()
    for one, other in (HALVES, HALVES[::-1]):
        teach, test = half == one, half == other
        if teach.any() and test.any():
            part, codes = answers[teach], skill[teach]
            known = np.unique(codes)
            fit = _fit(part, sequence[teach], np.searchsorted(known, codes), keys.iloc[known].reset_index(drop=True))
            used = [np.full(len(keys), np.nan) for _ in PARAMETERS]
            for values, name in zip(used, PARAMETERS, strict=True):
                values[known] = fit[f"fitted_{name}"]
            predicted[test] = _replay(answers[test], sequence[test], skill[test], used).predicted
    return predicted


def _filled(states: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """The states, with log-odds and mastery from the answers where the rollups have none."""
    keys = ["platform", "learner_id", "skill_id"]
    grouped = answers.groupby(keys, sort=False)
    numbered = answers.assign(number=grouped.cumcount() + 1)
    last = grouped["log_odds"].last().rename("traced")
    there = numbered[numbered["log_odds"] >= MASTERED - 1e-12].groupby(keys, sort=False).first()
    more = pd.concat([last, there["at_s"].rename("traced_at"), there["number"].rename("traced_answers")], axis=1).reset_index()
    both = states.merge(more, on=keys, how="left") if len(more) else states.assign(traced=np.nan, traced_at=np.nan, traced_answers=np.nan)
    lacking = both["log_odds"].isna()
    for name, source in (("mastered_s", "traced_at"), ("answers_to_mastery", "traced_answers"), ("log_odds", "traced")):
        both[name] = both[name].where(~lacking, both[source])
    return both.assign(is_mastered=both["log_odds"] >= MASTERED - 1e-12).drop(columns=["traced", "traced_at", "traced_answers"])
