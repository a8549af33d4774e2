"""Sittings of the simulated students and what they watch in them: one video after the other along their path, with passages again."""

from dataclasses import dataclass, fields, replace

import numpy as np

from workbench.seeds import Spec
from workbench.seeds.draw import DAY, HOUR, MINUTE, SECOND, ordinals, pick
from workbench.seeds.video_content import LESSONS, MOST_STOPS, Content
from workbench.seeds.video_people import People
from workbench.seeds.video_plan import BROKEN, CONFUSING, LEAVER, Plan
from workbench.seeds.video_questions import Questions

JAPAN = 9 * HOUR
WEEK = np.array([1.0, 0.85, 0.8, 1.15, 1.15, 1.05, 1.0])  # from Thursday, the first of the days counted since 1970
HOURS = (0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 10, 9, 6, 7, 9, 11, 16, 20, 24, 30, 32, 26, 14, 6)  # in Japan
PAUSE = 40 * SECOND  # a question
ASSIGNED = 5  # lessons a student is given, one after the other
COMPLETES_BROKEN, AGAIN, AGAIN_CONFUSED = 0.24, 0.16, 0.8


@dataclass(frozen=True)
class Views:
    """Views in the order of students and time: a video from its beginning to `stop`. `again`: seen before."""

    student: np.ndarray
    sitting: np.ndarray
    begun: np.ndarray  # of the sitting
    time: np.ndarray
    device: np.ndarray
    video: np.ndarray
    lesson: np.ndarray
    again: np.ndarray
    stop: np.ndarray  # second of the video
    complete: np.ndarray
    reached: np.ndarray  # (views, MOST_STOPS): the video stopped there for questions, which it does once for each student
    end: np.ndarray
    back: np.ndarray  # where a passage was watched once more, NaN: nowhere
    back_length: np.ndarray

    def last_seen(self, students: int) -> np.ndarray:
        """Start of the last sitting of each student, 0 for none."""
        seen = np.zeros(students, np.int64)
        np.maximum.at(seen, self.student, self.begun)
        return seen

    def take(self, rows: np.ndarray) -> "Views":
        """Only these."""
        return Views(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Paths:
    """What each student is to learn: (students, most) videos and their lessons, −1 after the last."""

    lessons: np.ndarray  # (students, ASSIGNED)
    video: np.ndarray
    lesson: np.ndarray
    length: np.ndarray


def paths(spec: Spec, who: People, content: Content) -> Paths:
    """Five lessons in the order of the tenant, the first always; a video they share is learnt once, in the first of them."""
    rng = spec.rng("paths")
    first = who.tenant[: who.students, None] * LESSONS
    offsets = np.argsort(rng.random((who.students, LESSONS - 2)), axis=1)[:, : ASSIGNED - 1] + 1
    chosen = first + np.concatenate([np.zeros((who.students, 1), int), np.sort(offsets, axis=1)], axis=1)
    of_lesson = [content.of_lesson(lesson) for lesson in range(len(content.lessons))]
    videos, lessons = [], []
    for row in chosen:
        taken = np.concatenate([of_lesson[lesson] for lesson in row])
        within = np.repeat(row, [len(of_lesson[lesson]) for lesson in row])
        _, place = np.unique(taken, return_index=True)
        videos.append(taken[np.sort(place)])
        lessons.append(within[np.sort(place)])
    length = np.array([len(row) for row in videos])
    table = np.full((2, who.students, length.max()), -1)
    for student, (video, lesson) in enumerate(zip(videos, lessons, strict=True)):
        table[:, student, : len(video)] = video, lesson
    return Paths(chosen, table[0], table[1], length)


def views(spec: Spec, who: People, content: Content, asked: Questions, way: Paths, plan: Plan) -> Views:
    """Who watches what when, how far, and what again."""
    rng = spec.rng("views")
    student, begun = _sittings(rng, spec, who, plan)
    sitting = np.repeat(np.arange(len(student)), 1 + rng.poisson(0.45, len(student)))
    student, begun = student[sitting], begun[sitting]
    first, place = ordinals(np.bincount(student, minlength=who.students))
    new = (place < 2) | (rng.random(len(place)) >= 0.06)
    count = np.cumsum(new) - new
    place = count - count[np.searchsorted(student, first)]
    again = ~new | (place >= way.length[student])
    place = np.where(again, (rng.random(len(place)) * np.minimum(place, way.length[student])).astype(int), place)
    kept = np.flatnonzero(~again | (rng.random(len(again)) < 0.4))
    student, sitting, begun, place, again = (column[kept] for column in (student, sitting, begun, place, again))
    video, lesson, device = way.video[student, place], way.lesson[student, place], _devices(rng, who, student, sitting)
    broken = (device == BROKEN) & plan.release.holds(begun)
    stop, complete = _stops(rng, content.duration[video], np.where(broken, COMPLETES_BROKEN, 0.79 + 0.1 * who.eagerness[student]))
    back, length = _back(rng, content, video, stop)
    unset = np.zeros(len(stop), np.int64)
    return _timed(
        content, asked, Views(student, sitting, begun, unset, device, video, lesson, again, stop, complete, unset, unset, back, length)
    )


def _timed(content: Content, asked: Questions, seen: Views) -> Views:
    """With what stops them and when they are; without those that would end more than three hours into their sitting."""
    while True:
        reached = _reached(content, seen)
        watched = ((seen.stop + np.where(np.isnan(seen.back), 0, seen.back_length)) * SECOND).astype(np.int64)
        took = watched + (asked.shown(content)[seen.video] * reached).sum(axis=1) * PAUSE + 30 * SECOND
        time = _one_after_the_other(seen.sitting, seen.begun, took)
        fits = time + took < seen.begun + 3 * HOUR
        if fits.all():
            return replace(seen, reached=reached, time=time, end=time + took)
        seen = seen.take(np.flatnonzero(fits))


def _reached(content: Content, seen: Views) -> np.ndarray:
    """(views, MOST_STOPS): the stops a view comes to that no earlier one of the same student came to."""
    passed = content.seconds()[seen.video] < seen.stop[:, None]
    pair = np.repeat(seen.student * len(content.videos) + seen.video, MOST_STOPS) * MOST_STOPS + np.tile(np.arange(MOST_STOPS), len(passed))
    there = np.flatnonzero(passed.ravel())
    _, first = np.unique(pair[there], return_index=True)
    reached = np.zeros(passed.size, bool)
    reached[there[first]] = True
    return reached.reshape(passed.shape)


def _sittings(rng: np.random.Generator, spec: Spec, who: People, plan: Plan) -> tuple[np.ndarray, np.ndarray]:
    day = plan.whole.start - JAPAN + np.arange(spec.days + 1) * DAY
    joined = who.joined[: who.students, None]
    chance = who.eagerness[:, None] * WEEK[(day + JAPAN) // DAY % 7] * ((day + DAY > joined) & (day < who.left[:, None]))
    student, on = np.nonzero(rng.random(chance.shape) < chance)
    time = day[on] + pick(rng, len(on), HOURS) * HOUR + (rng.random(len(on)) * HOUR).astype(np.int64)
    kept = (time >= np.maximum(plan.whole.start, who.joined[student])) & (time < plan.whole.end - 3 * HOUR)
    kept &= ~plan.holiday.holds(time) & ~plan.holiday.holds(time + 3 * HOUR)
    kept &= ~((who.tenant[student] == LEAVER) & (time >= plan.left.start - 3 * HOUR))
    student, time = student[kept], time[kept]
    order = np.lexsort((time, student))
    return student[order], time[order]


def _devices(rng: np.random.Generator, who: People, student: np.ndarray, sitting: np.ndarray) -> np.ndarray:
    """Mostly the student's own, now and then another, the same for a whole sitting."""
    sittings = int(sitting.max(initial=0)) + 1
    other = pick(rng, sittings, (50, 30, 18, 2))
    return np.where((rng.random(sittings) < 0.85)[sitting], who.device[student], other[sitting])


def _stops(rng: np.random.Generator, duration: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The second at which each view ends, and whether that is the end of the video."""
    complete = rng.random(len(duration)) < chance
    share = np.where(complete, 1 - 0.02 * rng.random(len(duration)), np.clip(rng.beta(1.1, 1.5, len(duration)), 0.03, 0.93))
    return np.round(duration * share, 1), complete


def _back(rng: np.random.Generator, content: Content, video: np.ndarray, stop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a passage begins that is watched once more (NaN: nowhere), and its length in seconds."""
    count, duration = len(video), content.duration[video]
    confused = (video == confusing(content)) & (stop > duration * CONFUSING[1])
    chance = np.where(confused, AGAIN_CONFUSED, AGAIN)
    start = np.where(confused, duration * CONFUSING[0], stop * 0.8 * rng.random(count))
    length = np.where(confused, duration * (CONFUSING[1] - CONFUSING[0]), 15 + 40 * rng.random(count))
    return np.where(rng.random(count) < chance, np.round(start, 1), np.nan), np.round(length, 1)


def _one_after_the_other(sitting: np.ndarray, begun: np.ndarray, took: np.ndarray) -> np.ndarray:
    """When each view begins: the first of a sitting a minute into it, each other when the one before has ended."""
    start = np.cumsum(took) - took
    first = np.append(True, sitting[1:] != sitting[:-1])[: len(sitting)]
    return begun + MINUTE + start - np.maximum.accumulate(np.where(first, start, 0))


def confusing(content: Content) -> int:
    """The video with the passage that nobody understands: the second own one of the largest tenant's first lesson."""
    return int(np.flatnonzero((content.group_lesson[content.video_group] == 0) & ~content.failed)[1])


def stop_times(content: Content, asked: Questions, seen: Views) -> np.ndarray:
    """(views, MOST_STOPS): when each view came to each stop of its video, whether it reached it or not."""
    shown = asked.shown(content)[seen.video] * seen.reached
    pauses = np.cumsum(shown, axis=1) - shown
    seconds = np.where(seen.reached, content.seconds()[seen.video], 0)
    return seen.time[:, None] + (seconds * SECOND).astype(np.int64) + pauses * PAUSE


def completions(way: Paths, seen: Views, lessons: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many videos each student (times `lessons`, plus the lesson) has in each lesson; which of them are complete, and by which view."""
    unit = way.lesson + np.arange(len(way.lesson))[:, None] * lessons
    held = np.bincount(unit[way.lesson >= 0], minlength=len(way.lesson) * lessons)
    done = np.flatnonzero(seen.complete)
    pair = np.stack([seen.student[done] * lessons + seen.lesson[done], seen.video[done]])
    pairs, first = np.unique(pair, axis=1, return_index=True)
    last = np.zeros(len(held), int)
    np.maximum.at(last, pairs[0], done[first])
    whole = np.flatnonzero((held > 0) & (np.bincount(pairs[0], minlength=len(held)) == held))
    return held, whole, last[whole]
