"""Can the model be believed: its predictions against what happened (definitions P2, P3), and parameters that are off or
drift."""

from typing import Any

import numpy as np
import pandas as pd

from workbench.metrics import bkt, calibration
from workbench.metrics.disclosure import suppress
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.mastery import named
from workbench.reports.progress.tracing import KEYS, PARAMETERS, Traced

QUALITY = ["auc", "rmse", "log_loss", "brier", "ece"]
DRIFT = ["drift_p", "drift_since", "bias_before", "bias_after"]
FEWEST = 50
"""Answers below which a skill's predictions are not judged."""
SAME = 1e-6
"""A stored probability this close to the replayed one is the same."""
ALPHA = 0.05
"""Chance that any skill of a platform is said to be off though none is, and the same for drift (Bonferroni over its skills)."""
WORTH = 0.05
"""A bias below 5 points is not worth a word."""


def quality_frame(traced: Traced) -> pd.DataFrame:
    """Predictors side by side on the same answers: `platform`, `predictor` (stored: the platform's own parameters; fitted: to other
    learners' answers; running mean; base rate), `learners`, `answers`, `auc`, `rmse`, `log_loss`, `brier`, `ece`, and `gain`: how much
    smaller the Brier score is than the base rate's, with `gain_low`, `gain_high`. Platforms of fewer than 10 learners are withheld."""
    rows = [row for platform, part in traced.answers.groupby("platform") for row in _compared(platform, part)]
    columns = ["platform", "predictor", "learners", "answers", *QUALITY, "gain", "gain_low", "gain_high"]
    return suppress(pd.DataFrame(rows, columns=columns), ["platform", "predictor"], totals=False).table


def _compared(platform: str, part: pd.DataFrame) -> list[dict[str, object]]:
    part = part[part["fitted"].notna()]
    right, learner = part["is_correct"].astype(float), part["learner_id"]
    simple = calibration.baselines(learner, right)
    own = part["predicted"].where(part["is_own"])
    told = {"stored": own, "fitted": part["fitted"], "running mean": simple.running_mean, "base rate": simple.base_rate}
    rows = []
    for name, values in told.items():
        known = ~pd.isna(np.asarray(values, dtype=float))
        if known.any() and known.sum() == len(part):
            made = calibration.quality(values, right)
            gain = calibration.improvement(values, simple.base_rate, right, learner) if name != "base rate" else (np.nan,) * 3
            row = {"platform": platform, "predictor": name, "learners": learner.nunique(), "answers": made.n}
            rows.append(
                {**row, **{one: getattr(made, one) for one in QUALITY}, **dict(zip(["gain", "gain_low", "gain_high"], gain, strict=True))}
            )
    return rows


def reliability_frame(traced: Traced) -> pd.DataFrame:
    """Predicted against observed share of right answers in ten bins: `platform`, `predictor` (stored or fitted), `bin`, `learners`,
    `answers`, `predicted`, `observed` with `low`, `high`. Bins of fewer than 10 learners are withheld."""
    rows = []
    for platform, part in traced.answers.groupby("platform"):
        for name, values in (("stored", part["predicted"].where(part["is_own"])), ("fitted", part["fitted"])):
            known = part[values.notna()].assign(value=values[values.notna()])
            if len(known):
                found = calibration.reliability(known["value"], known["is_correct"].astype(float))
                place = known["value"].rank(method="first").sub(1).mul(len(found)).floordiv(len(known)).astype(int)
                people = known.groupby(place)["learner_id"].nunique()
                rows.append(found.assign(platform=platform, predictor=name, learners=people.reindex(range(len(found))).to_numpy()))
    columns = ["platform", "predictor", "bin", "learners", "answers", "predicted", "observed", "low", "high"]
    made = pd.concat(rows, ignore_index=True).rename(columns={"n": "answers"})[columns] if rows else pd.DataFrame(columns=columns)
    return suppress(made.astype({"learners": "float64"}), columns[:3], totals=False).table


def replay_frame(found: pd.DataFrame, traced: Traced) -> pd.DataFrame:
    """Stored mastery against the replay of the answers (definition P3), one row a platform that stores any: `platform`, `learners`,
    `states` compared, `equal` (within 1e-6), `differing`, `largest` difference, `mean` of the differences. States that changed since
    the cut-off are left out.

    Args:
        found: `Inputs.stored`.
    """
    both = found.merge(
        traced.states[["platform", "learner_id", "skill_id", "log_odds", "last_s"]], on=["platform", "learner_id", "skill_id"]
    )
    both = both[both["log_odds"].notna()]
    off = (both["stored"] - bkt.probability(both["log_odds"])).abs()
    both = both.assign(off=off, equal=off <= SAME)
    rows = [
        (
            platform,
            part["learner_id"].nunique(),
            len(part),
            int(part["equal"].sum()),
            int((~part["equal"]).sum()),
            part["off"].max(),
            part["off"].mean(),
        )
        for platform, part in both.groupby("platform")
    ]
    columns = ["platform", "learners", "states", "equal", "differing", "largest", "mean"]
    return suppress(pd.DataFrame(rows, columns=columns), "platform", totals=False).table


def skills_frame(traced: Traced, skills: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row a skill with 50 answers: `platform`, `skill_id`, `skill`, `learners`, `answers`, which parameters predict (`predictor`),
    `auc`, `rmse`, `log_loss`, `brier`, `ece`, `bias` (observed − predicted) with `low`, `high`; the stored parameters and the fitted ones;
    `fit` (fitted, few answers, degenerate); `drift_p`, `drift_since` (day), `bias_before`, `bias_after`; `verdict`: drifts, off,
    degenerate or fine. Skills of fewer than 10 learners are withheld."""
    frame = _judged(_predicted(traced), asked)
    columns = list(frame.columns)
    frame = frame.merge(_parameters(traced), on=KEYS, how="left")
    frame = named(frame.assign(verdict=_verdicts(frame)), skills)
    frame["drift_since"] = frame["drift_since"].where(frame["verdict"] == "drifts")
    names = [*PARAMETERS, *(f"fitted_{name}" for name in PARAMETERS)]
    keys = ["platform", "skill_id", "skill"]
    frame = frame[[*keys, *columns[2:], *names, "fit", "verdict"]].sort_values(
        ["platform", "ece"], ascending=[True, False], ignore_index=True
    )
    return suppress(frame, keys, totals=False).table


def _predicted(traced: Traced) -> pd.DataFrame:
    """Answers with the prediction to be judged: by the platform's parameters, else by those of other learners."""
    answers = traced.answers
    value = answers["predicted"].where(answers["is_own"], answers["fitted"])
    return answers.assign(value=value, predictor=np.where(answers["is_own"], "stored", "fitted"))[value.notna()]


def _judged(answers: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """How well the predictions of each skill with enough answers did."""
    answers = answers[answers.groupby(KEYS)["value"].transform("size") >= FEWEST]
    groups = answers.groupby(KEYS)
    skill, right = groups.ngroup().to_numpy(), answers["is_correct"].to_numpy(dtype=float)
    made = calibration.quality_by(skill, answers["value"], right)
    residual, n = right - answers["value"].to_numpy(), made["n"].to_numpy()
    bias = np.bincount(skill, residual, minlength=len(n)) / n
    learners, reach = _clustered(residual, skill, answers["learner_id"], bias)
    parts = np.split(np.argsort(skill, kind="stable"), np.cumsum(n)[:-1]) if len(n) else []
    at = answers["at_s"].to_numpy()
    frame = groups["predictor"].first().reset_index()
    frame = frame[KEYS].assign(learners=learners, answers=n, predictor=frame["predictor"], **made[QUALITY])
    drifts = pd.DataFrame([_drift(at[part], residual[part], asked) for part in parts], columns=DRIFT)
    return frame.assign(bias=bias, low=bias - reach, high=bias + reach).join(drifts)


def _clustered(residual: np.ndarray, skill: np.ndarray, learner: pd.Series, mean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By skill its learners, and half the 95 % interval of the mean of the residuals; answers of one learner hang together."""
    from scipy.special import stdtrit

    sums = pd.Series(residual).groupby([skill, learner.to_numpy()]).agg(["sum", "size"])
    of = sums.index.get_level_values(0).to_numpy()
    people, n = (np.bincount(of, weights, minlength=len(mean)) for weights in (None, sums["size"]))
    spread = np.bincount(of, (sums["sum"] - mean[of] * sums["size"]) ** 2, minlength=len(mean))
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = stdtrit(people - 1, 0.975) * np.sqrt(people / (people - 1) * spread) / n
    return people, np.where(people > 1, reach, np.nan)


def _drift(at: np.ndarray, residual: np.ndarray, asked: Asked) -> dict[str, Any]:
    """Whether the residuals change their level in time: the largest excursion of their cumulative sum (CUSUM; a Brownian bridge where
    they do not; Ploberger & Krämer 1992), and where it lies. Residuals of a right model do not hang together."""
    order = np.argsort(at, kind="stable")
    e, n = residual[order], len(residual)
    scale = float(e.std())
    if not scale:
        return {"drift_p": 1.0, "drift_since": pd.NaT, "bias_before": np.nan, "bias_after": np.nan}
    path = np.abs(np.cumsum(e - e.mean())) / (scale * np.sqrt(n))
    place = int(path[:-1].argmax()) + 1
    since = pd.Timestamp(at[order][place], unit="s", tz="UTC").tz_convert(asked.scope.timezone).tz_localize(None).normalize()
    return {"drift_p": _bridge(float(path.max())), "drift_since": since, "bias_before": e[:place].mean(), "bias_after": e[place:].mean()}


def _bridge(height: float) -> float:
    """Chance that a Brownian bridge rises or falls so far (Kolmogorov).

    >>> round(_bridge(1.3581), 3)
    0.05
    """
    terms = np.arange(1, 101)
    return float(np.clip(2 * ((-1.0) ** (terms - 1) * np.exp(-2 * terms**2 * height**2)).sum(), 0, 1)) if height > 0.2 else 1.0


def _parameters(traced: Traced) -> pd.DataFrame:
    return traced.parameters.rename(columns={"state": "fit"})[[*KEYS, *PARAMETERS, *(f"fitted_{name}" for name in PARAMETERS), "fit"]]


def _verdicts(frame: pd.DataFrame) -> np.ndarray:
    from scipy.special import stdtrit

    tests, freedom = frame.groupby("platform")["skill_id"].transform("size"), (frame["learners"] - 1).clip(lower=1).to_numpy(dtype=float)
    wider = stdtrit(freedom, ALPHA / 2 / tests.clip(lower=1).to_numpy(dtype=float)) / stdtrit(freedom, 0.025)
    off = (frame["bias"].abs() > (frame["high"] - frame["low"]) / 2 * wider) & (frame["bias"].abs() >= WORTH)
    moved = (frame["bias_after"] - frame["bias_before"]).abs() >= WORTH
    drifts = (frame["drift_p"] < ALPHA / tests) & moved
    degenerate = (frame["fit"] == "degenerate") & (frame["predictor"] == "fitted")
    return np.select([drifts, off, degenerate], ["drifts", "off", "degenerate"], "fine")
