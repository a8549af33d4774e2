"""Lessons of MUED's simulated school: what mentors offer, who books it, and what they write to each other about it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import mued_texts as texts
from workbench.seeds.draw import DAY, HOUR, MINUTE, keys, midnight, number_column, pick, spread, text_column, time_column, uuid_column
from workbench.seeds.mued_people import People
from workbench.seeds.mued_plan import Plan

AHEAD_DAYS = 14  # lessons are offered for the next two weeks
LESSON = 50 * MINUTE
OPEN, CLOSED, CALLED_OFF = range(3)
BOOKED, ATTENDED, NO_SHOW, CANCELLED = range(4)


@dataclass(frozen=True)
class Slots:
    """Offered lessons; `mentor` is a position among the mentors."""

    ids: np.ndarray
    mentor: np.ndarray
    starts: np.ndarray
    offered: np.ndarray
    status: np.ndarray


@dataclass(frozen=True)
class Bookings:
    """Bookings; `slot` and `student` are positions."""

    ids: np.ndarray
    slot: np.ndarray
    student: np.ndarray
    booked: np.ndarray
    status: np.ndarray


def slots(spec: Spec, who: People, plan: Plan) -> Slots:
    """Each mentor teaches at full hours of the afternoon and evening in Japan, more at the week-end, never on the holiday."""
    rng = spec.rng("slots")
    midnights = midnight(spec.start) - 9 * HOUR + np.arange(1, spec.days + AHEAD_DAYS) * DAY  # of days in Japan
    weekend = np.isin((midnights + 9 * HOUR) // DAY % 7, (2, 3))  # day 0 was a Thursday
    hours = np.arange(10, 21)
    chance = np.where(weekend[:, None], 0.32, np.where(hours >= 15, 0.28, 0.06)[None, :])
    offered = rng.random((who.mentors, *chance.shape)) < chance[None]
    mentor, day, hour = np.nonzero(offered)
    starts = midnights[day] + hours[hour] * HOUR
    kept = ~plan.idle.holds(starts)
    mentor, starts = mentor[kept], starts[kept]
    made = np.minimum(starts - spread(rng, 14 * DAY, 28 * DAY, len(starts)), midnight(spec.end) - HOUR)
    called_off = rng.random(len(starts)) < 0.02
    status = np.where(called_off, CALLED_OFF, np.where(starts < midnight(spec.end), CLOSED, OPEN))
    return Slots(keys(spec, rng, len(starts)), mentor, starts, made, status)


def slot_columns(spec: Spec, who: People, offered: Slots) -> dict[str, pa.Array]:
    """The offered lessons as a table."""
    rng = spec.rng("slot columns")
    count = len(offered.starts)
    changed = np.where(offered.status == OPEN, offered.offered, np.minimum(offered.starts, midnight(spec.end) - MINUTE))
    return {
        "id": uuid_column(offered.ids),
        "mentor_id": uuid_column(who.mentor_ids[offered.mentor]),
        "starts_at": time_column(offered.starts),
        "ends_at": time_column(offered.starts + LESSON),
        "location": text_column(("online", "studio", "home"), pick(rng, count, (70, 25, 5))),
        "instrument": text_column(texts.INSTRUMENTS, who.instrument[who.students + offered.mentor]),
        "price_jpy": number_column(np.array([3500, 4500, 6000])[offered.mentor % 3]),
        "status": text_column(("open", "closed", "cancelled"), offered.status),
        "created_at": time_column(offered.offered),
        "updated_at": time_column(changed),
    }


def bookings(spec: Spec, who: People, offered: Slots) -> Bookings:
    """A mentor's own learners book; some cancel, and a few of those places are taken by another."""
    rng = spec.rng("bookings")
    last = midnight(spec.end)
    order = np.argsort(who.mentor, kind="stable")
    first = np.searchsorted(who.mentor[order], np.arange(who.mentors))
    size = np.bincount(who.mentor, minlength=who.mentors)
    drawn = rng.random((2, len(offered.starts)))
    chosen = first[offered.mentor] + np.minimum((drawn * size[offered.mentor]).astype(int), np.maximum(size[offered.mentor] - 1, 0))
    student = order[np.minimum(chosen, len(order) - 1)]
    booked = offered.offered + (rng.random(student.shape) * (np.minimum(offered.starts, last) - offered.offered) * 0.9).astype(np.int64)
    wanted = (rng.random(student.shape) < np.where(offered.starts < last, 0.9, 0.45)) & (size[offered.mentor] > 0)
    wanted &= (offered.status != CALLED_OFF) & (booked > who.joined[student]) & (offered.starts < who.left[student])
    cancelled = rng.random(len(offered.starts)) < 0.09
    wanted[1] &= wanted[0] & cancelled & (rng.random(len(offered.starts)) < 0.4)
    happened = offered.starts + LESSON + HOUR < last
    missed = rng.random(student.shape) < 0.04
    held = np.where(happened, np.where(missed, NO_SHOW, ATTENDED), BOOKED)
    status = np.stack([np.where(cancelled, CANCELLED, held[0]), held[1]])
    turn, slot = np.nonzero(wanted)
    return Bookings(keys(spec, rng, len(slot)), slot, student[turn, slot], booked[turn, slot], status[turn, slot])


def booking_columns(spec: Spec, who: People, offered: Slots, taken: Bookings) -> dict[str, pa.Array]:
    """The bookings as a table."""
    rng = spec.rng("booking columns")
    count = len(taken.slot)
    starts = offered.starts[taken.slot]
    until = np.minimum(starts, midnight(spec.end))
    cancelled = taken.booked + (rng.random(count) * (until - taken.booked)).astype(np.int64)
    noted = starts + LESSON + spread(rng, MINUTE, 50 * MINUTE, count)
    attended = (taken.status == ATTENDED) | (taken.status == NO_SHOW)
    off = taken.status == CANCELLED
    return {
        "id": uuid_column(taken.ids),
        "slot_id": uuid_column(offered.ids[taken.slot]),
        "student_id": uuid_column(who.ids[taken.student]),
        "starts_at": time_column(starts),
        "ends_at": time_column(starts + LESSON),
        "status": text_column(("booked", "attended", "no_show", "cancelled"), taken.status),
        "booked_at": time_column(taken.booked),
        "cancelled_at": time_column(cancelled, off),
        "cancelled_by": text_column(("student", "mentor"), pick(rng, count, (80, 20)), off),
        "attendance_recorded_at": time_column(noted, attended),
        "updated_at": time_column(np.where(off, cancelled, np.where(attended, noted, taken.booked))),
    }


def messages(spec: Spec, who: People, offered: Slots, taken: Bookings, plan: Plan) -> dict[str, pa.Array]:
    """After most lessons the learner or the mentor writes; the other reads it, mostly within a day."""
    rng = spec.rng("messages")
    last = midnight(spec.end)
    booking = np.flatnonzero((taken.status == ATTENDED) & (rng.random(len(taken.slot)) < 0.7))
    sent = offered.starts[taken.slot[booking]] + LESSON + spread(rng, 5 * MINUTE, 8 * HOUR, len(booking))
    kept = (sent < last) & ~plan.idle.holds(sent)
    booking, sent = booking[kept], sent[kept]
    count = len(booking)
    student, mentor = who.ids[taken.student[booking]], who.mentor_ids[offered.mentor[taken.slot[booking]]]
    by_mentor = rng.random(count) < 0.45
    read = sent + (rng.exponential(6 * HOUR, count)).astype(np.int64) + MINUTE
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "sender_id": uuid_column(np.where(by_mentor[:, None], mentor, student)),
        "recipient_id": uuid_column(np.where(by_mentor[:, None], student, mentor)),
        "reservation_id": uuid_column(taken.ids[booking]),
        "body": texts.choose(rng, texts.both(texts.MESSAGES_JA, texts.MESSAGES_EN), who.english[taken.student[booking]]),
        "sent_at": time_column(sent),
        "read_at": time_column(read, (read < last) & (rng.random(count) < 0.93)),
    }
