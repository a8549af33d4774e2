"""Music sessions of MUED's learners: when they practise, what is analysed, asked and answered about it, and what they note down."""

import json
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import mued_texts as texts
from workbench.seeds.draw import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    keys,
    midnight,
    number_column,
    ordinals,
    pick,
    same,
    spread,
    text_column,
    time_column,
    uuid_column,
)  # fmt: skip
from workbench.seeds.mued_people import People
from workbench.seeds.mued_plan import Plan

BREAK = 35 * DAY
JAPAN = 9 * HOUR
# From Thursday, the first of the days counted since 1970.
WEEK = np.array([0.95, 0.85, 1.25, 1.30, 0.95, 1.0, 1.0])
# By hour in Japan: school and work days have their evening, free days their afternoon too.
WORKDAY_HOURS = (4, 2, 1, 0, 0, 1, 2, 5, 6, 4, 4, 4, 7, 5, 4, 7, 14, 18, 22, 34, 48, 50, 36, 16)
FREE_HOURS = (5, 3, 1, 0, 0, 0, 1, 4, 10, 18, 26, 26, 20, 24, 30, 32, 30, 26, 22, 28, 34, 34, 26, 12)
KINDS = ("practice", "recording", "composition", "mixing", "lesson_review")
KIND_SHARES = (55, 15, 12, 10, 8)
STATUSES = ("open", "abandoned", "analysed", "interviewing", "completed")
OPEN, ABANDONED, ANALYSED, INTERVIEWING, COMPLETED = range(5)
ANALYST = "etude-1"


@dataclass(frozen=True)
class Sessions:
    """Sessions in the order of their start; `learner` is a position among the students."""

    ids: np.ndarray
    learner: np.ndarray
    start: np.ndarray
    end: np.ndarray
    status: np.ndarray
    kind: np.ndarray

    def last_seen(self, students: int) -> np.ndarray:
        """Start of the last session of each student, 0 for none."""
        seen = np.zeros(students, np.int64)
        np.maximum.at(seen, self.learner, self.start)
        return seen


def sessions(spec: Spec, who: People, plan: Plan) -> Sessions:
    """Who practises when. A day is one in Japan; a learner is there from joining until they leave, breaks apart, and keenest at first."""
    rng = spec.rng("sessions")
    day = midnight(spec.start) - JAPAN + np.arange(spec.days + 1) * DAY
    joined = who.joined[: who.students, None]
    there = (day + DAY > joined) & (day < who.left[:, None]) & ~((day >= who.pause[:, None]) & (day - BREAK < who.pause[:, None]))
    fresh = np.where(day - joined < 10 * DAY, 1.25, 1.0)
    chance = np.clip(who.eagerness[:, None] * WEEK[(day + JAPAN) // DAY % 7] * fresh, 0, 0.97) * there
    learner, on = np.nonzero(rng.random(chance.shape) < chance)
    again = rng.random(len(learner)) < 0.18
    learner, on, second = np.concatenate([learner, learner[again]]), np.concatenate([on, on[again]]), np.arange(len(learner) + again.sum())
    second = second >= len(again)
    start = day[on] + _hours(rng, (day[on] + JAPAN) // DAY % 7) + np.where(second, 3 * HOUR, 0)
    length = (np.clip(rng.lognormal(np.log(35), 0.6, len(start)), 3, 180) * MINUTE).astype(np.int64)
    first, last = midnight(spec.start), midnight(spec.end)
    kept = (start >= np.maximum(first, who.joined[learner])) & (start < last - 5 * MINUTE) & ~plan.idle.holds(start)
    kept &= ~plan.idle.holds(start + length)
    order = np.flatnonzero(kept)[np.argsort(start[kept], kind="stable")]
    start, end, learner = start[order], (start + length)[order], learner[order]
    count = len(order)
    status = np.where(end >= last - 2 * MINUTE, OPEN, 1 + pick(rng, count, (9, 16, 9, 66)))
    return Sessions(keys(spec, rng, count), learner, start, end, status, pick(rng, count, KIND_SHARES))


def _hours(rng: np.random.Generator, weekday: np.ndarray) -> np.ndarray:
    """Time after midnight in Japan, by the habits of the weekday."""
    free = np.isin(weekday, (2, 3))
    count = len(weekday)
    hour = np.where(free, pick(rng, count, FREE_HOURS), pick(rng, count, WORKDAY_HOURS))
    return hour * HOUR + spread(rng, 0, HOUR, count)


def session_columns(spec: Spec, who: People, held: Sessions) -> dict[str, pa.Array]:
    """The sessions as a table."""
    rng = spec.rng("session columns")
    count = len(held.start)
    offline = rng.random(count) < 0.02
    recorded = held.start + np.where(offline, spread(rng, HOUR, 10 * HOUR, count), spread(rng, 0, 3 * SECOND, count))
    recorded = np.minimum(recorded, midnight(spec.end) - SECOND)
    closed = (held.status != OPEN) & ~((held.status == ABANDONED) & (rng.random(count) < 0.3))
    ended = np.minimum(held.end, midnight(spec.end) - MINUTE)
    public = rng.random(count) < 0.06
    return {
        "id": uuid_column(held.ids),
        "user_id": uuid_column(who.ids[held.learner]),
        "kind": text_column(KINDS, held.kind),
        "title": texts.choose(rng, texts.simple(texts.SESSIONS_JA, texts.SESSIONS_EN), who.english[held.learner]),
        "daw_metadata": _daw(rng, held.kind),
        "device": text_column(("ios", "android", "mac", "windows", "web"), pick(rng, count, (34, 18, 22, 16, 10))),
        "status": text_column(STATUSES, held.status),
        "started_at": time_column(held.start),
        "ended_at": time_column(ended, closed),
        "is_public": number_column(public),
        "shared_with_mentor": number_column(public | (rng.random(count) < 0.4)),
        "recorded_at": time_column(recorded),
        "updated_at": time_column(np.maximum(np.where(closed, ended, recorded), recorded)),
    }


def _daw(rng: np.random.Generator, kind: np.ndarray) -> pa.Array:
    """What the workstation reports of a project; nothing for practice away from one."""
    effects = ["EQ", "Compressor", "Reverb"]
    projects = [
        {"daw": daw, "tempo_bpm": tempo, "key": key, "tracks": 4 + tempo % 13, "plugins": effects[: 1 + tempo % 3]}
        for daw, tempo, key in product(("Logic Pro", "Ableton Live", "Cubase", "GarageBand"), range(72, 172, 5), texts.MUSICAL_KEYS)
    ]
    pool = ["{}", *map(json.dumps, projects)]
    picked = rng.integers(1, len(pool), len(kind))
    return text_column(pool, np.where(np.isin(kind, (1, 2, 3)), picked, 0))


def analyses(spec: Spec, held: Sessions, plan: Plan) -> tuple[dict[str, pa.Array], np.ndarray, np.ndarray]:
    """One analysis of each session that came so far, by the version in use; also their keys and the sessions' positions."""
    rng = spec.rng("analyses")
    session = np.flatnonzero(held.status >= ANALYSED)
    count = len(session)
    ids = keys(spec, rng, count)
    took = rng.lognormal(np.log(2400), 0.4, count).astype(int)
    finished = np.minimum(held.end[session] + spread(rng, 5 * SECOND, 60 * SECOND, count), midnight(spec.end) - SECOND)
    pool = [json.dumps({"tempo_stability": n / 100, "sections": 2 + n % 6, "loudness_lufs": -20 + n % 9}) for n in range(40, 100)]
    columns = {
        "id": uuid_column(ids),
        "session_id": uuid_column(held.ids[session]),
        "analysis_version": text_column(("1.2.0", "1.3.0"), (finished >= plan.upgraded).astype(int)),
        "model": same(ANALYST, count),
        "results": text_column(pool, rng.integers(0, len(pool), count)),
        "confidence": number_column(np.round(rng.beta(9, 2, count), 3)),
        "duration_ms": number_column(took),
        "analysed_at": time_column(finished),
    }
    return columns, ids, session


def interviews(
    spec: Spec, who: People, held: Sessions, analysis_ids: np.ndarray, analysed: np.ndarray
) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """Questions about the analysed sessions and the learners' answers: all of them where the interview was completed."""
    rng = spec.rng("interviews")
    asked = np.flatnonzero(held.status[analysed] >= INTERVIEWING)
    counts = rng.integers(2, 5, len(asked))
    group, place = ordinals(counts)
    analysis, session = asked[group], analysed[asked[group]]
    time = held.end[session] + 70 * SECOND + place * 90 * SECOND
    kept = time < midnight(spec.end) - 2 * MINUTE
    group, place, analysis, session, time = group[kept], place[kept], analysis[kept], session[kept], time[kept]
    ids, english = keys(spec, rng, len(time)), who.english[held.learner[session]]
    questions = {
        "id": uuid_column(ids),
        "session_id": uuid_column(held.ids[session]),
        "analysis_id": uuid_column(analysis_ids[analysis]),
        "position": number_column(place + 1),
        "theme": text_column(texts.THEMES, rng.integers(0, len(texts.THEMES), len(time))),
        "question": texts.choose(rng, texts.both(texts.QUESTIONS_JA, texts.QUESTIONS_EN), english),
        "model": same(ANALYST, len(time)),
        "asked_at": time_column(time),
    }
    answered = np.flatnonzero((held.status[session] == COMPLETED) | (place == 0))
    return questions, _answers(spec, rng, who, held, ids[answered], session[answered], time[answered])


def _answers(
    spec: Spec, rng: np.random.Generator, who: People, held: Sessions, questions: np.ndarray, session: np.ndarray, asked: np.ndarray
) -> dict[str, pa.Array]:
    count = len(session)
    skipped = rng.random(count) < 0.12
    took = np.clip(rng.lognormal(np.log(25_000), 0.6, count), 1_500, 80_000).astype(np.int64)
    time = asked + took * 1_000
    text = texts.choose(rng, texts.both(texts.REPLIES_JA, texts.REPLIES_EN), who.english[held.learner[session]])
    shared = rng.random(count) < 0.4
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "question_id": uuid_column(questions),
        "session_id": uuid_column(held.ids[session]),
        "user_id": uuid_column(who.ids[held.learner[session]]),
        "answer": pa.compute.if_else(pa.array(skipped), pa.scalar(None, pa.string()), text),
        "is_skipped": number_column(skipped),
        "input_method": text_column(("text", "voice", "choice"), pick(rng, count, (60, 30, 10))),
        "duration_ms": number_column(took),
        "is_public": number_column(np.zeros(count, bool)),
        "shared_with_mentor": number_column(shared),
        "answered_at": time_column(time),
        "recorded_at": time_column(time),
        "updated_at": time_column(time),
    }


def log_entries(spec: Spec, who: People, held: Sessions, plan: Plan) -> dict[str, pa.Array]:
    """After every other session a note in the learner's language; some are written offline and arrive hours later."""
    rng = spec.rng("log entries")
    last = midnight(spec.end)
    session = np.flatnonzero(rng.random(len(held.start)) < 0.5)
    time = held.end[session] + spread(rng, MINUTE, 90 * MINUTE, len(session))
    kept = (time < last) & ~plan.idle.holds(time)
    session, time = session[kept], time[kept]
    count = len(session)
    learner = held.learner[session]
    english = who.english[learner]
    recorded = time + np.where(rng.random(count) < 0.05, spread(rng, HOUR, 12 * HOUR, count), spread(rng, 0, 2 * SECOND, count))
    tags = ["{}"] + [f'{{"{tag}"}}' for tag in texts.TAGS]
    minutes = (held.end - held.start)[session] // MINUTE
    public = rng.random(count) < 0.08
    mood = np.clip(np.round(rng.normal(3.1 + who.eagerness[learner], 0.9)), 1, 5).astype(int)
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "user_id": uuid_column(who.ids[learner]),
        "kind": text_column(("practice", "note", "reflection", "idea", "lesson"), pick(rng, count, (48, 22, 15, 9, 6))),
        "title": texts.choose(rng, texts.simple(texts.TITLES_JA, texts.TITLES_EN), english),
        "content": texts.choose(rng, texts.both(texts.LOGGED_JA, texts.LOGGED_EN), english),
        "language": text_column(("ja", "en"), english.astype(int)),
        "entity_type": same("session", count),
        "entity_id": uuid_column(held.ids[session]),
        "tags": text_column(tags, rng.integers(0, len(tags), count)),
        "mood": number_column(mood, rng.random(count) < 0.8),
        "duration_minutes": number_column(minutes),
        "is_public": number_column(public),
        "shared_with_mentor": number_column(public | (rng.random(count) < 0.45)),
        "logged_at": time_column(time),
        "recorded_at": time_column(np.minimum(recorded, last - SECOND)),
        "updated_at": time_column(np.minimum(recorded, last - SECOND)),
    }
