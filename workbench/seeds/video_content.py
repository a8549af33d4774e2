"""What the simulated tenants teach: lessons, groups of videos (the first of each tenant used by every lesson), videos, milestones."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.seeds import Spec
from workbench.seeds import video_texts as texts
from workbench.seeds.draw import DAY, keys, number_column, ordinals, pick, spread, text_column, time_column, uuid_column
from workbench.seeds.video_people import People
from workbench.seeds.video_plan import Plan

LESSONS, GROUPS, MOST_STOPS = 8, 2, 3  # a tenant, a lesson, a video


@dataclass(frozen=True)
class Content:
    """Positions lead from one to the next: `group_lesson[g]` is the lesson of group g; −1: used by every lesson of its tenant."""

    lessons: np.ndarray  # keys
    lesson_tenant: np.ndarray
    groups: np.ndarray
    group_tenant: np.ndarray
    group_lesson: np.ndarray
    videos: np.ndarray
    video_group: np.ndarray
    duration: np.ndarray  # seconds
    failed: np.ndarray
    stops: np.ndarray
    stop_video: np.ndarray
    stop_place: np.ndarray
    stop_second: np.ndarray
    created: np.ndarray  # by lesson

    @property
    def video_tenant(self) -> np.ndarray:
        """The tenant of each video."""
        return self.group_tenant[self.video_group]

    @property
    def group_created(self) -> np.ndarray:
        """When each group was made: with its lesson; what all use, with the first."""
        first = np.array([self.created[self.lesson_tenant == tenant].min() for tenant in range(self.lesson_tenant.max() + 1)])
        return np.where(self.group_lesson < 0, first[self.group_tenant], self.created[np.maximum(self.group_lesson, 0)])

    def of_lesson(self, lesson: int) -> np.ndarray:
        """The videos of a lesson in the order in which they are learnt, the tenant's common ones first."""
        common = (self.group_lesson < 0) & (self.group_tenant == self.lesson_tenant[lesson])
        wanted = common | (self.group_lesson == lesson)
        return np.flatnonzero(wanted[self.video_group] & ~self.failed)

    def seconds(self) -> np.ndarray:
        """(videos, MOST_STOPS): where each video stops, infinite where it does not."""
        table = np.full((len(self.videos), MOST_STOPS), np.inf)
        table[self.stop_video, self.stop_place] = self.stop_second
        return table


def content(spec: Spec, who: People, plan: Plan) -> Content:
    """The hierarchy of every tenant, made before the first day."""
    rng = spec.rng("content")
    tenants = len(who.tenants)
    lesson_tenant = np.repeat(np.arange(tenants), LESSONS)
    group_tenant = np.concatenate([np.arange(tenants), np.repeat(lesson_tenant, GROUPS)])
    group_lesson = np.concatenate([np.full(tenants, -1), np.repeat(np.arange(len(lesson_tenant)), GROUPS)])
    per_group = np.where(group_lesson < 0, 1, 2 + pick(rng, len(group_lesson), (60, 40)))
    video_group, _ = ordinals(per_group)
    duration = np.round(np.clip(rng.lognormal(np.log(420), 0.35, len(video_group)), 150, 1200))
    stop_video, stop_place = ordinals(1 + pick(rng, len(video_group), (45, 43, 12)))
    shares = np.array([[0.5, 0, 0], [0.35, 0.75, 0], [0.25, 0.55, 0.85]])
    last = np.bincount(stop_video)[stop_video] - 1
    return Content(
        keys(spec, rng, len(lesson_tenant)), lesson_tenant, keys(spec, rng, len(group_lesson)), group_tenant, group_lesson,
        keys(spec, rng, len(video_group)), video_group, duration, failed=_failed(rng, group_lesson[video_group]),
        stops=keys(spec, rng, len(stop_video)), stop_video=stop_video, stop_place=stop_place,
        stop_second=np.round(duration[stop_video] * shares[last, stop_place]),
        created=plan.whole.start - spread(rng, 20 * DAY, 90 * DAY, len(lesson_tenant)),
    )  # fmt: skip


def _failed(rng: np.random.Generator, lesson: np.ndarray) -> np.ndarray:
    """A few uploads that could not be processed; none in the first lesson of a tenant, where findings are planted."""
    return (rng.random(len(lesson)) < 0.02) & (lesson >= 0) & (lesson % LESSONS != 0)


def _japanese(tenant: np.ndarray) -> np.ndarray:
    return np.array([entry[4] for entry in texts.TENANTS])[tenant]


def _titles(spec: Spec, kind: str, made: Content, lesson: np.ndarray, tenant: np.ndarray) -> pa.Array:
    """`<lesson>: <part>` in the tenant's language; what is common to all lessons has no lesson's name."""
    rng = spec.rng(f"titles of {kind}")
    chosen = []
    for one, speaks, part in zip(lesson, _japanese(tenant), rng.integers(0, len(texts.PARTS_JA), len(lesson)), strict=True):
        names, parts = (texts.LESSONS_JA, texts.PARTS_JA) if speaks else (texts.LESSONS_EN, texts.PARTS_EN)
        if one < 0:
            chosen.append(texts.COMMON_JA if speaks else texts.COMMON_EN)
        else:
            chosen.append(f"{names[one % LESSONS]}{'：' if speaks else ': '}{parts[part]}")
    return pa.array(chosen)


def lessons(spec: Spec, who: People, made: Content) -> dict[str, pa.Array]:
    """Lessons: all published but the last of each tenant, which is a draft."""
    rng = spec.rng("lessons")
    place = np.arange(len(made.lessons)) % LESSONS
    draft = place == LESSONS - 1
    speaks = _japanese(made.lesson_tenant)
    names = [(texts.LESSONS_JA if ja else texts.LESSONS_EN)[n] for ja, n in zip(speaks, place, strict=True)]
    about = [(texts.ABOUT_JA if ja else texts.ABOUT_EN).format(name) for name, ja in zip(names, speaks, strict=True)]
    teacher = np.array([rng.choice(who.staff(tenant, "teacher")) for tenant in made.lesson_tenant])
    return {
        "id": uuid_column(made.lessons),
        "tenant_id": uuid_column(who.tenants[made.lesson_tenant]),
        "title": pa.array(names),
        "description": pa.array(about),
        "created_by": uuid_column(who.ids[teacher]),
        "status": text_column(("published", "draft"), draft.astype(int)),
        "tags": text_column(["{maths}", "{maths,exam}", "{maths,基礎}"], place % 3),
        "published_at": time_column(made.created + 5 * DAY, ~draft),
        "created_at": time_column(made.created),
        "updated_at": time_column(made.created + 5 * DAY),
    }


def groups(spec: Spec, who: People, made: Content) -> dict[str, pa.Array]:
    """Groups of videos."""
    created = made.group_created
    return {
        "id": uuid_column(made.groups),
        "tenant_id": uuid_column(who.tenants[made.group_tenant]),
        "title": _titles(spec, "groups", made, made.group_lesson, made.group_tenant),
        "created_at": time_column(created),
        "updated_at": time_column(created),
    }


def lesson_groups(who: People, made: Content) -> dict[str, pa.Array]:
    """Which lesson uses which groups: the common one first, then its own."""
    count = len(made.lessons)
    lesson = np.concatenate([np.arange(count), made.group_lesson[made.group_lesson >= 0]])
    group = np.concatenate([made.lesson_tenant, np.flatnonzero(made.group_lesson >= 0)])
    place = np.concatenate([np.ones(count, int), 2 + np.arange(len(lesson) - count) % GROUPS])
    return {
        "tenant_id": uuid_column(who.tenants[made.lesson_tenant[lesson]]),
        "lesson_id": uuid_column(made.lessons[lesson]),
        "video_group_id": uuid_column(made.groups[group]),
        "position": number_column(place),
    }


def videos(spec: Spec, who: People, made: Content) -> dict[str, pa.Array]:
    """Videos with their metadata."""
    rng = spec.rng("videos")
    count = len(made.videos)
    metadata = [f'{{"resolution": "{size}", "codec": "{codec}"}}' for size in ("1920x1080", "1280x720") for codec in ("h264", "av1")]
    created = made.group_created[made.video_group]
    lesson = made.group_lesson[made.video_group]
    return {
        "id": uuid_column(made.videos),
        "tenant_id": uuid_column(who.tenants[made.video_tenant]),
        "title": _titles(spec, "videos", made, lesson, made.video_tenant),
        "source_url": pa.array([f"s3://videos.invalid/{n:05d}.mp4" for n in range(count)]),
        "duration_seconds": number_column(made.duration),
        "metadata": text_column(metadata, rng.integers(0, len(metadata), count)),
        "status": text_column(("ready", "failed"), made.failed.astype(int)),
        "created_at": time_column(created),
        "updated_at": time_column(created + DAY),
    }


def group_videos(who: People, made: Content) -> dict[str, pa.Array]:
    """Which group holds which videos."""
    _, place = ordinals(np.bincount(made.video_group, minlength=len(made.groups)))
    return {
        "tenant_id": uuid_column(who.tenants[made.video_tenant]),
        "video_group_id": uuid_column(made.groups[made.video_group]),
        "video_id": uuid_column(made.videos),
        "position": number_column(place + 1),
    }


def milestones(spec: Spec, who: People, made: Content, limits: np.ndarray) -> dict[str, pa.Array]:
    """Where videos stop for questions; a few lead to another video of the group when they are not passed."""
    rng = spec.rng("milestones")
    tenant = made.video_tenant[made.stop_video]
    templates = [texts.STOPS_JA if ja else texts.STOPS_EN for ja in _japanese(tenant)]
    names = [template.format(place + 1) for template, place in zip(templates, made.stop_place, strict=True)]
    group, branch = made.video_group[made.stop_video], np.minimum(made.stop_video + 1, len(made.videos) - 1)
    branches = (rng.random(len(branch)) < 0.08) & (made.video_group[branch] == group) & (branch != made.stop_video)
    created = made.group_created[group]
    return {
        "id": uuid_column(made.stops),
        "tenant_id": uuid_column(who.tenants[tenant]),
        "video_id": uuid_column(made.videos[made.stop_video]),
        "timestamp_seconds": number_column(made.stop_second),
        "title": pa.array(names),
        "is_required": number_column(rng.random(len(branch)) < 0.8),
        "retry_limit": number_column(limits),
        "branch_video_id": uuid_column(made.videos[branch], branches),
        "created_at": time_column(created + DAY),
        "updated_at": time_column(created + DAY),
    }
