"""When DriveMaster's simulated learners practise, with what device and connection."""

import json
from dataclasses import dataclass
from itertools import product

import numpy as np

from workbench.seeds import Spec
from workbench.seeds.draw import DAY, HOUR, keys, midnight, pick, spread
from workbench.seeds.drivemaster_people import People

# From Thursday, the first of the days counted since 1970.
WEEK = np.array([1.0, 0.8, 1.1, 1.3, 1.0, 1.0, 1.0])
# By hour, UTC: learners sit in Europe and in Japan.
HOURS = (3, 2, 2, 2, 3, 5, 9, 14, 16, 17, 19, 22, 26, 24, 20, 18, 20, 24, 28, 30, 28, 22, 12, 6)
DEVICES, TIMES, NETWORKS = ("mobile", "tablet", "desktop"), ("morning", "afternoon", "evening"), ("excellent", "good", "poor")
CONTEXTS = [json.dumps({"deviceType": d, "timeOfDay": t, "networkCondition": n}) for d, t, n in product(DEVICES, TIMES, NETWORKS)]
MOST_ANSWERS = 22


@dataclass(frozen=True)
class Sessions:
    """Practice sessions in the order of their start; `learner` is a position among the learners."""

    ids: np.ndarray
    learner: np.ndarray
    start: np.ndarray
    answers: np.ndarray
    context: np.ndarray  # position in CONTEXTS
    ahead: np.ndarray  # of the learner


def sessions(spec: Spec, who: People) -> Sessions:
    """Who practises when: at most twice a day, from joining until they leave, keenest in the first days."""
    rng = spec.rng("sessions")
    day = midnight(spec.start) + np.arange(spec.days) * DAY
    joined = who.joined[: who.learners, None]
    there = (day + DAY > joined) & (day < who.left[:, None])
    fresh = np.where(day - joined < 7 * DAY, 1.5, 1.0)
    chance = np.clip(who.eagerness[:, None] * WEEK[day // DAY % 7] * fresh, 0, 0.95) * there
    learner, on = np.nonzero(rng.random(chance.shape) < chance)
    start = day[on] + pick(rng, len(on), HOURS) * HOUR + spread(rng, 0, HOUR, len(on))
    again = rng.random(len(on)) < 0.12
    learner, start = np.concatenate([learner, learner[again]]), np.concatenate([start, start[again] + 3 * HOUR])
    kept = (start >= who.joined[learner]) & (start < midnight(spec.end) - 2 * HOUR)
    order = np.flatnonzero(kept)[np.argsort(start[kept], kind="stable")]
    start, learner = start[order], learner[order]
    count = len(order)
    hour = start // HOUR % 24
    part = np.where(hour < 12, 0, np.where(hour < 18, 1, 2))
    favourite = pick(rng, who.learners, (68, 12, 20))
    device = np.where(rng.random(count) < 0.9, favourite[learner], pick(rng, count, (68, 12, 20)))
    context = device * 9 + part * 3 + pick(rng, count, (55, 36, 9))
    answers = np.minimum(3 + rng.poisson(5.5, count), MOST_ANSWERS)
    return Sessions(keys(spec, rng, count), learner, start, answers, context, who.ahead[learner])
