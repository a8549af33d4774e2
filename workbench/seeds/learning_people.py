"""Accounts of the learning platform's simulated users: who joins when, how able and eager they are, and how long they stay."""

import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import mued_texts as names
from workbench.seeds.draw import DAY, HOUR, keys, masked, midnight, number_column, pick, spread, text_column, time_column, uuid_column
from workbench.seeds.learning_plan import COHORT_SHARE, DEVICE_SHARES, Plan

GRACE_DAYS = 30  # after closing an account, then it is blanked


@dataclass(frozen=True)
class People:
    """Learners first, then the authors of the materials."""

    ids: np.ndarray
    learners: int
    joined: np.ndarray
    left: np.ndarray  # when a learner loses interest
    eagerness: np.ndarray  # chance of a session on an ordinary day
    ability: np.ndarray
    english: np.ndarray
    device: np.ndarray
    cohort: np.ndarray  # learners of the planted cohort

    @property
    def authors(self) -> np.ndarray:
        """Keys of the authors."""
        return self.ids[self.learners :]


def people(spec: Spec, windows: Plan) -> People:
    """Who there is: about half were there before the first day, the others join faster and faster."""
    rng = spec.rng("people")
    learners, authors = spec.learners, max(2, spec.learners // 60)
    first, last = midnight(spec.start), midnight(spec.end)
    grown = np.sqrt(rng.random(learners))
    joined = np.where(rng.random(learners) < 0.55, (grown - 1) * 180, grown * (spec.days - 1)).astype(np.int64) * DAY + first
    joined = np.minimum(joined + spread(rng, 0, 14 * HOUR, learners), last - 2 * HOUR)
    left = joined + (rng.weibull(0.95, learners) * 160 * DAY).astype(np.int64)
    cohort = rng.permutation(learners)[: max(3, int(learners * COHORT_SHARE))]
    joined[cohort] = spread(rng, windows.cohort.start, windows.cohort.end, len(cohort))
    left[cohort] = joined[cohort] + spread(rng, 2 * DAY, 6 * DAY, len(cohort))
    return People(
        ids=keys(spec, rng, learners + authors),
        learners=learners,
        joined=np.concatenate([joined, first - spread(rng, 200 * DAY, 500 * DAY, authors)]),
        left=left,
        eagerness=np.where(rng.random(learners) < 0.03, 0.0, 0.06 + 0.75 * rng.beta(2, 2.6, learners)),
        ability=rng.normal(0.6, 1.0, learners),
        english=rng.random(learners + authors) < 0.3,
        device=pick(rng, learners, DEVICE_SHARES),
        cohort=np.sort(cohort),
    )


def _closed(spec: Spec, who: People) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """The generator of the accounts, who closed theirs, and when."""
    rng = spec.rng("users")
    count = len(who.ids)
    gone = np.zeros(count, bool)
    gone[: who.learners] = (who.left < midnight(spec.end) - 10 * DAY) & (rng.random(who.learners) < 0.08)
    closed = np.concatenate([who.left + spread(rng, DAY, 9 * DAY, who.learners), np.zeros(count - who.learners, np.int64)])
    return rng, gone, closed


def erased(spec: Spec, who: People) -> np.ndarray:
    """Whose account was closed so long ago that nothing personal is left of it."""
    _, gone, closed = _closed(spec, who)
    return gone & (closed < midnight(spec.end) - GRACE_DAYS * DAY)


def users(spec: Spec, who: People, last_seen: np.ndarray) -> dict[str, pa.Array]:
    """The accounts. `last_seen` is the last session of each learner, 0 for none."""
    rng, gone, closed = _closed(spec, who)
    count, last = len(who.ids), midnight(spec.end)
    seen = np.concatenate([last_seen, last - spread(rng, HOUR, 3 * DAY, count - who.learners)])
    learner = np.arange(count) < who.learners
    preferences = [
        json.dumps({"role": role, "language": language, "daily_goal_minutes": goal})
        for role in ("author", "learner") for language in ("ja", "en") for goal in (10, 20, 30)
    ]  # fmt: skip
    given, family = rng.integers(0, 15, count), rng.integers(0, 13, count)
    foreign, blank = pa.array(who.english), erased(spec, who)
    emails = [f"{'learner' if is_learner else 'author'}{n + 1:05d}@seed.invalid" for n, is_learner in enumerate(learner)]
    first = pa.compute.if_else(foreign, text_column(names.GIVEN_EN, given), text_column(names.GIVEN_JA, given))
    family_name = pa.compute.if_else(foreign, text_column(names.FAMILY_EN, family), text_column(names.FAMILY_JA, family))
    return {
        "id": uuid_column(who.ids),
        "email": pa.array([f"erased-{n + 1:05d}@erased.invalid" if blank[n] else email for n, email in enumerate(emails)]),
        "username": pa.array([f"{'erased' if blank[n] else 'seed'}-{n + 1:05d}" for n in range(count)]),
        "password_hash": text_column(("!",), np.zeros(count, int)),
        "first_name": masked(first, ~blank),
        "last_name": masked(family_name, ~blank),
        "preferences": text_column(preferences, learner * 6 + who.english * 3 + rng.integers(0, 3, count)),
        "created_at": time_column(who.joined),
        "updated_at": time_column(np.maximum(np.where(gone, closed, seen), who.joined)),
        "deleted_at": time_column(closed, gone),
        "is_active": number_column(~gone),
        "last_login_at": time_column(seen, seen > 0),
    }
