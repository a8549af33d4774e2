"""Accounts of MUED's simulated school, how eager each learner is and how long they stay, and their subscriptions."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import mued_texts as texts
from workbench.seeds.draw import (
    DAY,
    HOUR,
    keys,
    masked,
    midnight,
    number_column,
    pick,
    spread,
    text_column,
    time_column,
    uuid_column,
)  # fmt: skip

ADMINS = 2
TRIAL_DAYS = 14
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class People:
    """Students first, then mentors, then administrators; `mentor` is a position among the mentors."""

    ids: np.ndarray
    students: int
    mentors: int
    joined: np.ndarray
    left: np.ndarray  # when a student loses interest
    pause: np.ndarray  # start of a break of five weeks, NEVER for most
    eagerness: np.ndarray  # chance of a session on an ordinary day
    mentor: np.ndarray
    english: np.ndarray
    instrument: np.ndarray

    @property
    def mentor_ids(self) -> np.ndarray:
        """Keys of the mentors."""
        return self.ids[self.students : self.students + self.mentors]


def people(spec: Spec) -> People:
    """Who there is. The school grows: about half the learners were there before the first day, the others join faster and faster."""
    rng = spec.rng("people")
    students, mentors = spec.learners, max(3, spec.learners // 25)
    count = students + mentors + ADMINS
    first, last = midnight(spec.start), midnight(spec.end)
    early = rng.random(students) < 0.55
    grown = np.sqrt(rng.random(students))
    joined = np.where(early, (grown - 1) * 200, grown * (spec.days - 1)).astype(np.int64) * DAY + first
    joined = np.minimum(joined + spread(rng, 0, 13 * HOUR, students), last - 2 * HOUR)
    staff = first - spread(rng, 250 * DAY, 600 * DAY, count - students)
    return People(
        ids=keys(spec, rng, count),
        students=students,
        mentors=mentors,
        joined=np.concatenate([joined, staff]),
        left=joined + (rng.weibull(0.9, students) * 150 * DAY).astype(np.int64),
        pause=np.where(rng.random(students) < 0.05, joined + spread(rng, 10 * DAY, 40 * DAY, students), NEVER),
        eagerness=np.where(rng.random(students) < 0.03, 0.0, 0.05 + 0.85 * rng.beta(2.2, 2.2, students)),
        mentor=rng.integers(0, mentors, students),
        english=rng.random(count) < 0.22,
        instrument=pick(rng, count, texts.INSTRUMENT_SHARES),
    )


def users(spec: Spec, who: People, last_seen: np.ndarray) -> dict[str, pa.Array]:
    """The accounts. `last_seen` is the last session of each student, 0 for none."""
    rng = spec.rng("users")
    count = len(who.ids)
    last = midnight(spec.end)
    gone = np.zeros(count, bool)
    gone[: who.students] = (who.left < last - 10 * DAY) & (rng.random(who.students) < 0.08)
    deleted = np.zeros(count, np.int64)
    waited = spread(rng, DAY, 9 * DAY, who.students)
    # Accounts closed more than four weeks before the end are erased by then: none of them is here any more.
    deleted[: who.students] = np.maximum(np.maximum(who.left, who.joined[: who.students]) + waited, last - 3 * waited)
    seen = np.concatenate([last_seen, last - spread(rng, HOUR, 3 * DAY, count - who.students)])
    student = np.arange(count) < who.students
    roles = np.where(student, 0, np.where(np.arange(count) < who.students + who.mentors, 1, 2))
    mentor = np.concatenate([who.mentor_ids[who.mentor], np.zeros((count - who.students, 16), np.uint8)])
    abroad = who.english & (rng.random(count) < 0.35)
    updated = np.maximum(np.where(gone, deleted, seen), who.joined)
    return {
        "id": uuid_column(who.ids),
        "email": pa.array([f"{('student', 'mentor', 'admin')[role]}{n + 1:05d}@seed.invalid" for n, role in enumerate(roles)]),
        "display_name": _names(rng, who.english),
        "role": text_column(("student", "mentor", "admin"), roles),
        "mentor_id": uuid_column(mentor, student),
        "instrument": text_column(texts.INSTRUMENTS, who.instrument),
        "locale": text_column(("ja", "en"), who.english.astype(int)),
        "time_zone": text_column(("Asia/Tokyo", "Europe/London"), abroad.astype(int)),
        "is_active": number_column(~gone),
        "last_login_at": time_column(seen, seen > 0),
        "deleted_at": time_column(deleted, gone),
        "created_at": time_column(who.joined),
        "updated_at": time_column(updated),
    }


def _names(rng: np.random.Generator, english: np.ndarray) -> pa.Array:
    count = len(english)
    japanese = [f"{family} {given}" for family in texts.FAMILY_JA for given in texts.GIVEN_JA]
    western = [f"{given} {family}" for given in texts.GIVEN_EN for family in texts.FAMILY_EN]
    named = text_column(japanese, rng.integers(0, len(japanese), count))
    return pa.compute.if_else(pa.array(english), text_column(western, rng.integers(0, len(western), count)), named)


def subscriptions(spec: Spec, who: People) -> dict[str, pa.Array]:
    """Two weeks of trial; then more than half pay, until they leave."""
    rng = spec.rng("subscriptions")
    last = midnight(spec.end)
    joined = who.joined[: who.students]
    trial_end = joined + TRIAL_DAYS * DAY
    paying = (trial_end < last) & (rng.random(who.students) < 0.6) & (who.left > trial_end)
    plans = 1 + (rng.random(who.students) < 0.3)
    over = np.concatenate([trial_end <= last, (who.left < last)[paying]])
    owner = np.concatenate([np.arange(who.students), np.flatnonzero(paying)])
    plan = np.concatenate([np.zeros(who.students, int), plans[paying]])
    begun = np.concatenate([joined, trial_end[paying]])
    ended = np.concatenate([trial_end, who.left[paying]])
    trial = np.arange(len(owner)) < who.students
    status = np.where(over, 2, np.where(trial, 0, 1))
    return {
        "id": uuid_column(keys(spec, rng, len(owner))),
        "user_id": uuid_column(who.ids[owner]),
        "plan": text_column(("free", "basic", "premium"), plan),
        "status": text_column(("trialing", "active", "ended"), status),
        "price_jpy": number_column(np.array([0, 980, 2980])[plan]),
        "started_at": time_column(begun),
        "ended_at": masked(time_column(ended), over),
        "created_at": time_column(begun),
        "updated_at": time_column(np.where(over, ended, begun)),
    }
