"""Accounts of DriveMaster's simulated learners, instructors and administrators."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import mued_texts as texts
from workbench.seeds.draw import DAY, HOUR, keys, masked, midnight, number_column, pick, spread, text_column, time_column, uuid_column

INSTRUCTORS, ADMINS = 4, 2
BADGES = ("first_session", "seven_days", "thousand_points")
GRACE_DAYS = 30  # after closing an account, then it is blanked


@dataclass(frozen=True)
class People:
    """Learners first, then instructors, then administrators. `eagerness` is the chance of practice on an ordinary day."""

    ids: np.ndarray
    learners: int
    joined: np.ndarray
    left: np.ndarray  # when a learner has passed the test, or lost interest
    eagerness: np.ndarray
    ahead: np.ndarray  # concepts a learner knew before the first day


@dataclass(frozen=True)
class Rewards:
    """What practice earned each learner."""

    points: np.ndarray
    streak: np.ndarray
    longest: np.ndarray
    seen: np.ndarray  # last answer, 0 for none


def people(spec: Spec) -> People:
    """Who there is: a third of the learners were there before the first day, the others join evenly and stay some weeks."""
    rng = spec.rng("people")
    count = spec.learners + INSTRUCTORS + ADMINS
    first, last = midnight(spec.start), midnight(spec.end)
    early = rng.random(spec.learners) < 0.35
    joined = np.where(early, first - spread(rng, DAY, 25 * DAY, spec.learners), spread(rng, first, last - 2 * DAY, spec.learners))
    staff = first - spread(rng, 250 * DAY, 600 * DAY, count - spec.learners)
    return People(
        ids=keys(spec, rng, count),
        learners=spec.learners,
        joined=np.concatenate([joined, staff]),
        left=joined + ((8 + rng.weibull(1.4, spec.learners) * 55) * DAY).astype(np.int64),
        eagerness=np.where(rng.random(spec.learners) < 0.03, 0.0, 0.12 + 0.6 * rng.beta(2.0, 2.4, spec.learners)),
        ahead=np.where(early, rng.integers(0, 7, spec.learners), 0),
    )


def users(spec: Spec, who: People, earned: Rewards) -> dict[str, pa.Array]:
    """The accounts."""
    rng = spec.rng("users")
    count, learners = len(who.ids), who.learners
    learner = np.arange(count) < learners
    role = np.where(learner, 0, np.where(np.arange(count) < learners + INSTRUCTORS, 1, 2))
    last = midnight(spec.end)
    closed = np.zeros(count, bool)
    closed[:learners] = (who.left < last - 14 * DAY) & (rng.random(learners) < 0.06)
    deleted = np.zeros(count, np.int64)
    deleted[:learners] = np.maximum(who.left, earned.seen) + spread(rng, DAY, 9 * DAY, learners)
    seen, points, streak, longest = (_padded(column, count) for column in (earned.seen, earned.points, earned.streak, earned.longest))
    seen = np.where(learner, seen, last - spread(rng, HOUR, 3 * DAY, count))
    badge = (seen > 0) * learner + 2 * (longest >= 7) + 4 * (points >= 1000)
    pool = [json.dumps([{"badge": name} for bit, name in enumerate(BADGES) if number >> bit & 1]) for number in range(8)]
    english = rng.random(count) < 0.6
    blank = closed & (deleted < last - GRACE_DAYS * DAY)
    emails = [f"{('learner', 'instructor', 'admin')[kind]}{n + 1:05d}@seed.invalid" for n, kind in enumerate(role)]
    return {
        "id": uuid_column(who.ids),
        "email": pa.array([f"erased-{n + 1:05d}@erased.invalid" if blank[n] else email for n, email in enumerate(emails)]),
        "display_name": masked(_names(rng, english), ~blank),
        "password_hash": pa.array(["!"] * count),
        "role": text_column(("learner", "instructor", "admin"), role),
        "locale": text_column(("ja", "en"), english.astype(int)),
        "time_zone": text_column(("Asia/Tokyo", "Europe/London"), english.astype(int)),
        "cognitive_patterns": text_column(_PATTERNS, rng.integers(0, len(_PATTERNS), count)),
        "learning_preferences": text_column(_PREFERENCES, rng.integers(0, len(_PREFERENCES), count)),
        "total_xp": number_column(points.astype(np.int32)),
        "current_streak": number_column(streak.astype(np.int32)),
        "longest_streak": number_column(longest.astype(np.int32)),
        "achievements": text_column(pool, badge),
        "plan": text_column(("free", "premium"), pick(rng, count, (7, 3))),
        "is_active": number_column(~closed),
        "last_active_at": time_column(seen, seen > 0),
        "deleted_at": time_column(np.minimum(deleted, last - 1), closed),
        "created_at": time_column(who.joined),
        "updated_at": time_column(np.maximum(np.where(closed, np.minimum(deleted, last - 1), seen), who.joined)),
    }


_PATTERNS = [
    json.dumps({"visual": visual, "verbal": round(1 - visual, 1), "impulsive": impulsive})
    for visual in (0.2, 0.5, 0.7)
    for impulsive in (0.1, 0.4, 0.8)
]
_PREFERENCES = [json.dumps({"pace": pace, "reminders": on}) for pace in ("calm", "steady", "fast") for on in (True, False)]


def _padded(column: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([column, np.zeros(count - len(column), column.dtype)])


def _names(rng: np.random.Generator, english: np.ndarray) -> pa.Array:
    count = len(english)
    japanese = [f"{family} {given}" for family in texts.FAMILY_JA for given in texts.GIVEN_JA]
    western = [f"{given} {family}" for given in texts.GIVEN_EN for family in texts.FAMILY_EN]
    named = text_column(japanese, rng.integers(0, len(japanese), count))
    return pa.compute.if_else(pa.array(english), text_column(western, rng.integers(0, len(western), count)), named)
