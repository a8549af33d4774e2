"""What the player and the pages of the simulated platform report: learning, navigation, performance and system events."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import video_texts as texts
from workbench.seeds.draw import (
    HOUR,
    MINUTE,
    SECOND,
    keys,
    spread,
    text_column,
    time_column,
    uuid_column,
)  # fmt: skip
from workbench.seeds.video_answers import Answers
from workbench.seeds.video_content import MOST_STOPS, Content
from workbench.seeds.video_people import People
from workbench.seeds.video_plan import BROKEN, DEVICES, RELEASE, Plan
from workbench.seeds.video_questions import Questions
from workbench.seeds.video_views import PAUSE, Paths, Views, completions, stop_times

TYPES = {
    "login": "system", "logout": "system", "session_timeout": "system", "page_view": "navigation", "click_tracking": "navigation",
    "load_time": "performance", "error_occurred": "performance", "video_start": "learning", "video_watch": "learning",
    "milestone_reached": "learning", "question_attempt": "learning", "video_completed": "learning", "lesson_completed": "learning",
}  # fmt: skip
NAMES = tuple(TYPES)


@dataclass
class Part:
    """Events of one type: the view each belongs to, its time, its details as JSON, the milestone it is about (−1: none)."""

    type: str
    view: np.ndarray
    time: np.ndarray
    data: list[str]
    stop: np.ndarray | None = None


def events(
    spec: Spec, who: People, content: Content, asked: Questions, way: Paths, seen: Views, given: Answers, sittings: np.ndarray, plan: Plan
) -> dict[str, pa.Array]:
    """All events, in the order of their time."""
    rng = spec.rng("events")
    parts = [
        *_around(rng, seen), *_player(rng, seen, plan), *_watched(content, asked, seen), *_learnt(content, asked, way, seen, given),
    ]  # fmt: skip
    parts = [part for part in parts if len(part.view)]
    kind = np.repeat([NAMES.index(part.type) for part in parts], [len(part.view) for part in parts])
    view, time = np.concatenate([part.view for part in parts]), np.concatenate([part.time for part in parts])
    stop = np.concatenate([np.full(len(part.view), -1) if part.stop is None else part.stop for part in parts])
    data = pa.array([text for part in parts for text in part.data])
    order = np.argsort(time, kind="stable")
    order = order[time[order] < plan.whole.end - 5 * SECOND]
    kind, view, time, stop, count = kind[order], view[order], time[order], stop[order], len(order)
    late = np.where(rng.random(count) < 0.01, spread(rng, HOUR, 6 * HOUR, count), spread(rng, 0, 3 * SECOND, count))
    in_video = np.array([name.startswith(("video", "milestone", "question", "load", "error")) for name in NAMES])[kind]
    in_lesson = in_video | (kind == NAMES.index("lesson_completed"))
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "tenant_id": uuid_column(who.tenants[who.tenant[seen.student[view]]]),
        "user_id": uuid_column(who.ids[seen.student[view]]),
        "session_id": uuid_column(sittings[seen.sitting[view]]),
        "lesson_id": uuid_column(content.lessons[seen.lesson[view]], in_lesson),
        "video_id": uuid_column(content.videos[seen.video[view]], in_video),
        "milestone_id": uuid_column(content.stops[np.maximum(stop, 0)], stop >= 0),
        "event_type": text_column(NAMES, kind),
        "category": text_column([TYPES[name] for name in NAMES], kind),
        "event_data": data.take(pa.array(order)),
        "device_type": text_column(DEVICES, seen.device[view]),
        "occurred_at": time_column(time),
        "recorded_at": time_column(np.minimum(time + late, plan.whole.end - SECOND)),
    }


def _around(rng: np.random.Generator, seen: Views) -> list[Part]:
    """Signing in and out, and the pages on the way, once a sitting."""
    _, first = np.unique(seen.sitting, return_index=True)
    last = np.append(first[1:], len(seen.sitting)) - 1 if len(first) else first
    pages = [f'{{"path": "{page}"}}' for page in texts.PAGES]
    leaves = rng.random(len(first))
    out, timed_out, clicks = leaves < 0.5, leaves > 0.93, rng.random(len(first)) < 0.35
    end = seen.end[last]
    return [
        Part("login", first, seen.begun[first], ["{}"] * len(first)),
        Part("page_view", first, seen.begun[first] + 5 * SECOND, [pages[n] for n in rng.integers(0, len(pages), len(first))]),
        Part("click_tracking", first[clicks], seen.begun[first][clicks] + 20 * SECOND, ['{"target": "continue"}'] * int(clicks.sum())),
        Part("logout", last[out], end[out] + 30 * SECOND, ["{}"] * int(out.sum())),
        Part("session_timeout", last[timed_out], end[timed_out] + 28 * MINUTE, ["{}"] * int(timed_out.sum())),
    ]


def _player(rng: np.random.Generator, seen: Views, plan: Plan) -> list[Part]:
    """How long the player took to load, now and then, and its errors: many after the release on the device it broke."""
    count = len(seen.time)
    timed = np.flatnonzero(rng.random(count) < 0.3)
    took = rng.lognormal(np.log(900), 0.5, len(timed)).astype(int)
    broken = (seen.device == BROKEN) & plan.release.holds(seen.time)
    failed = np.flatnonzero(rng.random(count) < np.where(broken, 0.35, 0.012))
    after = plan.release.holds(seen.time[failed])
    errors = [f'{{"code": "playback_failed", "release": "{RELEASE if new else "4.1.3"}"}}' for new in after]
    return [
        Part("load_time", timed, seen.time[timed] - SECOND, [f'{{"milliseconds": {n}}}' for n in took]),
        Part("error_occurred", failed, seen.end[failed] - 20 * SECOND, errors),
    ]


def _watched(content: Content, asked: Questions, seen: Views) -> list[Part]:
    """The start of each view, the stretches between the stops it reached, and the passage seen once more."""
    count = np.arange(len(seen.time))
    seconds = np.where(seen.reached, content.seconds()[seen.video], 0)
    times = stop_times(content, asked, seen) + asked.shown(content)[seen.video] * PAUSE
    until = np.repeat(seen.stop[:, None], MOST_STOPS + 1, axis=1)  # from each stop on: to the next one, or to the end
    for place in reversed(range(MOST_STOPS)):
        until[:, place] = np.where(seen.reached[:, place], seconds[:, place], until[:, place + 1])
    parts = [Part("video_start", count, seen.time, ["{}"] * len(count))]
    for place in range(MOST_STOPS + 1):
        there = count if place == 0 else np.flatnonzero(seen.reached[:, place - 1])
        begin, time = (np.zeros(len(there)), seen.time) if place == 0 else (seconds[there, place - 1], times[there, place - 1])
        parts.append(Part("video_watch", there, time, _stretch(begin, until[there, place])))
    back = np.flatnonzero(~np.isnan(seen.back))
    start, length = seen.back[back], seen.back_length[back]
    time = seen.end[back] - (length * SECOND).astype(np.int64) - 10 * SECOND
    parts.append(Part("video_watch", back, time, _stretch(start, np.minimum(start + length, content.duration[seen.video[back]]))))
    return parts


def _stretch(begin: np.ndarray, until: np.ndarray) -> list[str]:
    return [f'{{"fromSecond": {a:.1f}, "toSecond": {b:.1f}}}' for a, b in zip(begin.tolist(), until.tolist(), strict=True)]


def _learnt(content: Content, asked: Questions, way: Paths, seen: Views, given: Answers) -> list[Part]:
    """Milestones, answers, videos and lessons completed."""
    stop_of = np.full((len(content.videos), MOST_STOPS), -1)
    stop_of[content.stop_video, content.stop_place] = np.arange(len(content.stops))
    view, place = np.nonzero(seen.reached)
    done = np.flatnonzero(seen.complete)
    _, _, over = completions(way, seen, len(content.lessons))
    reached_at = stop_times(content, asked, seen)[view, place]
    return [
        Part("milestone_reached", view, reached_at, ["{}"] * len(view), stop_of[seen.video[view], place]),
        Part("question_attempt", given.view, given.time, [f'{{"correct": {str(right).lower()}}}' for right in given.right.tolist()],
             asked.stop[given.question]),
        Part("video_completed", done, seen.end[done] - 5 * SECOND, ["{}"] * len(done)),
        Part("lesson_completed", over, seen.end[over], ["{}"] * len(over)),
    ]  # fmt: skip
