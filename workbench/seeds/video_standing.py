"""Where the simulated students stand: assignments, a session for each video, progress and grades for each lesson."""

import json

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds.draw import DAY, keys, masked, number_column, text_column, time_column, uuid_column
from workbench.seeds.video_answers import Answers, possible
from workbench.seeds.video_content import Content
from workbench.seeds.video_people import People, closings
from workbench.seeds.video_plan import DEVICES, Plan
from workbench.seeds.video_questions import Questions
from workbench.seeds.video_views import ASSIGNED, Paths, Views, completions


def assignments(spec: Spec, who: People, content: Content, way: Paths, plan: Plan) -> dict[str, pa.Array]:
    """Five lessons for each student, one every two weeks from when both are there."""
    rng = spec.rng("assignments")
    student = np.repeat(np.arange(who.students), ASSIGNED)
    lesson = way.lessons.ravel()
    start = np.maximum(who.joined[student], plan.whole.start - 14 * DAY)
    at = np.minimum(start, plan.whole.end - 2 * DAY)
    teacher = np.array([rng.choice(who.staff(tenant, "teacher")) for tenant in range(len(who.tenants))])
    return {
        "tenant_id": uuid_column(who.tenants[who.tenant[student]]),
        "lesson_id": uuid_column(content.lessons[lesson]),
        "student_id": uuid_column(who.ids[student]),
        "assigned_by": uuid_column(who.ids[teacher[who.tenant[student]]]),
        "assigned_at": time_column(at),
        "due_at": time_column(at + (1 + np.tile(np.arange(ASSIGNED), who.students)) * 14 * DAY),
    }


def sessions(spec: Spec, who: People, content: Content, seen: Views, plan: Plan) -> dict[str, pa.Array]:
    """One row for each student and video: where the last view ended, on which device."""
    rng = spec.rng("sessions")
    pair = seen.student * len(content.videos) + seen.video
    _, first, row = np.unique(pair, return_index=True, return_inverse=True)
    count = len(first)
    last = np.zeros(count, int)
    np.maximum.at(last, row, np.arange(len(pair)))
    done = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(done, row[seen.complete], seen.end[seen.complete])
    completed = done < np.iinfo(np.int64).max
    student, device = seen.student[first], seen.device[last]
    erased = closings(spec, seen.last_seen(who.students))[1][student]
    info = [f'{{"type": "{name}", "system": "{system}"}}' for name in DEVICES for system in ("a", "b")]
    prints = [f"{n:012x}" for n in rng.integers(0, 2**47, who.students * len(DEVICES))]
    return {
        "id": uuid_column(keys(spec, rng, count)),
        "tenant_id": uuid_column(who.tenants[who.tenant[student]]),
        "student_id": uuid_column(who.ids[student]),
        "video_id": uuid_column(content.videos[seen.video[first]]),
        "position_seconds": number_column(seen.stop[last]),
        "device_fingerprint": text_column(prints, student * len(DEVICES) + device, ~erased),
        "device_info": text_column(["{}", *info], np.where(erased, 0, 1 + device * 2 + student % 2)),
        "completed_milestones": pa.array(_passed(content, seen, first, row)),
        "session_data": text_column(['{"volume": 0.8}', '{"captions": true, "volume": 0.6}'], student % 2),
        "is_active": number_column(~completed & (seen.end[last] >= plan.whole.end - 2 * DAY)),
        "started_at": time_column(seen.time[first]),
        "last_seen_at": time_column(np.maximum(seen.end[last], np.where(completed, done, 0))),
        "completed_at": masked(time_column(np.where(completed, done, 0)), completed),
    }


def _passed(content: Content, seen: Views, first: np.ndarray, row: np.ndarray) -> list[str]:
    """The milestones that the views of each student and video came to, as JSON."""
    came = np.zeros((len(first), seen.reached.shape[1]), bool)
    np.logical_or.at(came, row, seen.reached)
    names = np.full(seen.reached.shape[1] * len(content.videos), None, object)
    names[content.stop_video * seen.reached.shape[1] + content.stop_place] = [str(uuid) for uuid in written(content.stops)]
    places = np.arange(seen.reached.shape[1])
    found = {}
    made = []
    for video, reached in zip(seen.video[first], came, strict=True):
        mark = (video, reached.tobytes())
        if mark not in found:
            found[mark] = json.dumps([names[video * len(places) + place] for place in places[reached]])
        made.append(found[mark])
    return made


def written(keys_: np.ndarray) -> list[str]:
    """Keys as they are written."""
    plain = [bytes(key).hex() for key in keys_]
    return [f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}" for key in plain]


def standing(
    spec: Spec, who: People, content: Content, asked: Questions, way: Paths, seen: Views, given: Answers
) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """Progress and grades of every student in every lesson they have begun. The best attempt at each question counts."""
    rng = spec.rng("standing")
    held = len(content.lessons)
    in_lesson, complete, by = completions(way, seen, held)
    worth = np.zeros(who.students * held)
    on_path = way.lesson >= 0
    np.add.at(worth, (way.lesson + np.arange(who.students)[:, None] * held)[on_path], possible(content, asked)[way.video[on_path]])
    unit = seen.student * held + seen.lesson
    begun, first, row = np.unique(unit, return_index=True, return_inverse=True)
    ended = np.zeros(len(begun), np.int64)
    np.maximum.at(ended, row, seen.end)
    done, _ = np.unique(np.stack([unit, seen.video])[:, seen.complete], axis=1)
    videos = np.bincount(np.searchsorted(begun, done), minlength=len(begun))
    whole, over = np.isin(begun, complete), np.zeros(len(begun), np.int64)
    over[whole] = seen.end[by]
    share = np.where(whole, 100.0, np.round(100 * videos / np.maximum(in_lesson[begun], 1), 2))
    common = {
        "tenant_id": uuid_column(who.tenants[who.tenant[begun // held]]),
        "student_id": uuid_column(who.ids[begun // held]),
        "lesson_id": uuid_column(content.lessons[begun % held]),
    }
    progress = {
        "id": uuid_column(keys(spec, rng, len(begun))), **common,
        "completion_percentage": number_column(share),
        "details": pa.array([f'{{"videosCompleted": {n}, "videos": {m}}}' for n, m in zip(videos, in_lesson[begun], strict=True)]),
        "started_at": time_column(seen.time[first]),
        "completed_at": masked(time_column(over), whole),
        "updated_at": time_column(ended),
    }  # fmt: skip
    return progress, _grades(spec, common, begun, held, seen, given, worth, ended)


def _grades(spec, common, begun, held, seen: Views, given: Answers, worth: np.ndarray, ended: np.ndarray) -> dict[str, pa.Array]:
    rng = spec.rng("grades")
    unit = seen.student[given.view] * held + seen.lesson[given.view]
    most = given.question.max() + 1 if given.rows else 1
    pair, where = np.unique(given.student * most + given.question, return_inverse=True)
    best, owner = np.zeros(len(pair)), np.zeros(len(pair), int)
    np.maximum.at(best, where, given.earned)
    owner[where] = unit
    earned = np.bincount(np.searchsorted(begun, owner), best, minlength=len(begun))
    tries = np.bincount(np.searchsorted(begun, unit), minlength=len(begun))
    graded = np.flatnonzero((tries > 0) & (worth[begun] > 0))
    total, points, count = worth[begun][graded], earned[graded], tries[graded]
    picked = pa.array(graded)
    return {
        "id": uuid_column(keys(spec, rng, len(graded))), **{name: column.take(picked) for name, column in common.items()},
        "total_points": number_column(total),
        "earned_points": number_column(np.minimum(points, total)),
        "attempts": number_column(count),
        "breakdown": pa.array([f'{{"earned": {e:g}, "possible": {t:g}}}' for e, t in zip(points, total, strict=True)]),
        "graded_at": time_column(ended[graded]),
        "updated_at": time_column(ended[graded]),
    }  # fmt: skip
