"""Series of days: which day is unusual (definition X3), and what the month will have cost (definition R4)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.stats import t95

LIMIT = 3.5
"""|z| above this is an anomaly (Iglewicz & Hoaglin)."""
LEAST_BASELINE = 6
"""Below this many same-weekday days a day is not tested."""
LEAST_HISTORY = 14
"""Below this many days nothing is forecast: two of every weekday."""

Days = NDArray[np.datetime64]


def _days(days: ArrayLike) -> Days:
    array = np.asarray(days, dtype="datetime64[D]")
    if len(np.unique(array)) != len(array):
        raise ValueError("a day occurs twice: add its rows up first")
    return array


def weekdays(days: ArrayLike) -> NDArray[np.int64]:
    """ISO weekday of each day, Monday = 1.

    >>> weekdays(["2026-08-03", "2026-08-09"]).tolist()
    [1, 7]
    """
    # 1970-01-01 was a Thursday
    return (np.asarray(days, dtype="datetime64[D]").astype(np.int64) + 3) % 7 + 1


@dataclass(frozen=True)
class Anomaly:
    """One day against the other days of its weekday.

    `state` is `normal`, `anomaly` or `not_tested`; `method` is `robust_z`, `poisson` or empty; `expected` is the baseline's median;
    `score` is z of the robust test, NaN in the other; `p_value` belongs to the Poisson test.
    """

    day: np.datetime64
    value: float
    state: str
    method: str
    expected: float
    score: float
    p_value: float
    baseline: int


def anomalies(days: ArrayLike, values: ArrayLike) -> list[Anomaly]:
    """Every day tested against the other days of the same weekday, itself left out (definition X3).

    z = 0.6745 (x − median) / MAD, an anomaly above 3.5 in size. Where MAD is 0 whole numbers get an exact Poisson test at the same level
    (as probability): x against the median's rate over the baseline, conditional on their sum, so that a baseline of zeros is no
    certainty. Fewer than six baseline days, or MAD 0 for a value that is no count: not tested.

    Args:
        days: local days, any order, each once; give days before the period too, at least seven weeks make a test possible.
        values: a number a day; NaN days are not tested and in no baseline.

    Returns:
        One result a day, in the order given.
    """
    when, known = _days(days), np.asarray(values, dtype=float)
    kind = weekdays(when)
    usable = ~np.isnan(known)
    results = []
    for index, day in enumerate(when):
        others = usable & (kind == kind[index])
        others[index] = False
        results.append(_tested(day, known[index], known[others]))
    return results


def _tested(day: np.datetime64, value: float, baseline: NDArray) -> Anomaly:
    middle = float(np.median(baseline)) if len(baseline) else math.nan
    untested = Anomaly(day, float(value), "not_tested", "", middle, math.nan, math.nan, len(baseline))
    if math.isnan(value) or len(baseline) < LEAST_BASELINE:
        return untested
    spread = float(np.median(np.abs(baseline - middle)))
    if spread > 0:
        score = 0.6745 * (float(value) - middle) / spread
        state = "anomaly" if abs(score) > LIMIT else "normal"
        return Anomaly(day, float(value), state, "robust_z", middle, score, math.nan, len(baseline))
    if value < 0 or middle < 0 or value != int(value) or middle != int(middle):
        return untested
    chance = _poisson(int(value), int(middle), len(baseline))
    state = "anomaly" if chance < _level() else "normal"
    return Anomaly(day, float(value), state, "poisson", middle, math.nan, chance, len(baseline))


def _level() -> float:
    """The two-sided probability that belongs to |z| > 3.5."""
    return math.erfc(LIMIT / math.sqrt(2))


def _poisson(value: int, rate: int, baseline: int) -> float:
    """Two-sided p of `value` in one day against `rate` a day in `baseline` days: given their sum, it is binomial."""
    from scipy.special import bdtr, bdtrc

    everything, part = value + rate * baseline, 1 / (baseline + 1)
    below = bdtr(value, everything, part)
    above = bdtrc(value - 1, everything, part) if value else 1.0
    return float(min(1.0, 2 * min(below, above)))


@dataclass(frozen=True)
class Forecast:
    """What the month will have come to by its end.

    `state` is `forecast`, `complete` (no day left) or `not_forecast` (too little history: `total` and its ends are NaN).
    `spent` is the sum of the month's days so far; `days_left` those to come; `history` the days the forecast rests on.
    """

    state: str
    spent: float
    total: float
    low: float
    high: float
    days_left: int
    history: int


def month_end(days: ArrayLike, values: ArrayLike, until: np.datetime64 | str | None = None, window: int = 28) -> Forecast:
    """The month's sum at its end, with a 95 % prediction interval (definition R4).

    Each day to come is expected to be the mean of its weekday over the last `window` days. The interval adds the spread of days around
    their weekday's mean and the uncertainty of those means (Student's t); it does not know of holidays or new prices. The low end is
    never below what is already spent.

    Args:
        days: complete local days up to now, each once, any order; a day without events must be there with 0.
        values: amount of each day, in any unit.
        until: first day after the month; by default that of the month of the last day.
        window: length of the history used, in days, the last of `days` being its end.

    Returns:
        Amounts in the unit of `values`.
    """
    when, amounts = _days(days), np.asarray(values, dtype=float)
    if not len(when):
        return Forecast("not_forecast", 0.0, math.nan, math.nan, math.nan, 0, 0)
    last = when.max()
    end = np.datetime64(until, "D") if until is not None else (last.astype("datetime64[M]") + 1).astype("datetime64[D]")
    start = (end - 1).astype("datetime64[M]").astype("datetime64[D]")
    spent = float(amounts[(when >= start) & (when < end)].sum())
    coming = np.arange(max(last + 1, start), end) if last + 1 < end else np.array([], dtype="datetime64[D]")
    if not len(coming):
        return Forecast("complete", spent, spent, spent, spent, 0, len(when))
    recent = when > last - window
    return _projected(spent, weekdays(coming), weekdays(when[recent]), amounts[recent])


def _projected(spent: float, coming: NDArray, kinds: NDArray, amounts: NDArray) -> Forecast:
    counts = np.bincount(kinds, minlength=8)
    ahead = np.bincount(coming, minlength=8)
    freedom = len(amounts) - np.count_nonzero(counts)
    if len(amounts) < LEAST_HISTORY or freedom < 1 or (counts[ahead > 0] == 0).any():
        return Forecast("not_forecast", spent, math.nan, math.nan, math.nan, len(coming), len(amounts))
    means = np.bincount(kinds, weights=amounts, minlength=8) / np.maximum(counts, 1)
    noise = float(((amounts - means[kinds]) ** 2).sum()) / freedom
    # a day's own spread for each day to come, and the error of each weekday's mean as often as it is used
    variance = noise * float((ahead + ahead**2 / np.maximum(counts, 1)).sum())
    total, reach = spent + float(ahead @ means), t95(freedom) * math.sqrt(variance)
    return Forecast("forecast", spent, total, max(spent, total - reach), total + reach, len(coming), len(amounts))
