"""What is hidden in video's simulated data, with the figures to expect."""

from typing import Any

import numpy as np

from workbench.seeds import Planted
from workbench.seeds import video_texts as texts
from workbench.seeds.draw import DAY, instant
from workbench.seeds.video_answers import Answers
from workbench.seeds.video_content import Content
from workbench.seeds.video_people import People
from workbench.seeds.video_plan import BROKEN, CONFUSING, DEVICES, LEAVER, RELEASE, Plan
from workbench.seeds.video_questions import RIGHT, WRONG_KEY, Questions
from workbench.seeds.video_standing import written
from workbench.seeds.video_views import Views, confusing


def planted(who: People, content: Content, asked: Questions, seen: Views, given: Answers, plan: Plan) -> list[Planted]:
    """The findings, the first to begin first."""
    return [
        Planted("wrong_key", plan.whole.start, plan.whole.end, _wrong_key(content, asked, given)),
        Planted("confusing_passage", plan.whole.start, plan.whole.end, _confusing(content, seen)),
        Planted("holiday", plan.holiday.start, plan.holiday.end, {"views": int(plan.holiday.holds(seen.time).sum())}),
        Planted("tenant_left", plan.left.start, plan.left.end, _left(who, seen, plan)),
        Planted("release_drop", plan.release.start, plan.release.end, _release(seen, plan)),
    ]


def _wrong_key(content: Content, asked: Questions, given: Answers) -> dict[str, Any]:
    mine = (given.question == asked.wrong) & (given.number == 1)
    return {
        "question_id": written(asked.ids[[asked.wrong]])[0], "milestone_id": written(content.stops[asked.stop[[asked.wrong]]])[0],
        "stored_key": WRONG_KEY, "right": RIGHT, "first_attempts": int(mine.sum()),
        "correct": int(given.right[mine].sum()), "chose_right": int((given.letter[mine] == 1).sum()),
    }  # fmt: skip


def _confusing(content: Content, seen: Views) -> dict[str, Any]:
    video = confusing(content)
    begin, until = (content.duration[video] * share for share in CONFUSING)
    through = (seen.video == video) & (seen.stop > until)
    back = through & ~np.isnan(seen.back)
    return {
        "video_id": written(content.videos[[video]])[0], "from_second": round(float(begin), 1), "to_second": round(float(until), 1),
        "views": int(through.sum()), "watched_again": int(back.sum()),
    }  # fmt: skip


def _left(who: People, seen: Views, plan: Plan) -> dict[str, Any]:
    mine = who.tenant[seen.student] == LEAVER
    before = mine & (seen.time >= plan.left.start - 7 * DAY) & (seen.time < plan.left.start)
    return {
        "tenant": texts.TENANTS[LEAVER][0], "learners": int((who.tenant[: who.students] == LEAVER).sum()),
        "views_the_week_before": int(before.sum()), "views_since": int((mine & (seen.time >= plan.left.start)).sum()),
        "last_view_at": instant(int(seen.time[mine].max(initial=plan.whole.start))).isoformat(),
    }  # fmt: skip


def _release(seen: Views, plan: Plan) -> dict[str, Any]:
    mine, after = seen.device == BROKEN, plan.release.holds(seen.begun)
    return {
        "device": DEVICES[BROKEN], "release": RELEASE, "views": int((mine & after).sum()),
        "completed_before": _share(seen.complete[mine & ~after]), "completed_after": _share(seen.complete[mine & after]),
    }  # fmt: skip


def _share(flags: np.ndarray) -> float | None:
    return round(float(flags.mean()), 4) if len(flags) else None
