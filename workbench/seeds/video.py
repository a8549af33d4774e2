"""Video's simulated tenants: rows of all its tables, made whole columns at a time, and the publishing of what teachers approved."""

from typing import TYPE_CHECKING

from workbench import sqlfiles
from workbench.seeds import Seeded, Spec
from workbench.seeds import video_ai as machine
from workbench.seeds import video_answers as answering
from workbench.seeds import video_content as teaching
from workbench.seeds import video_events as reporting
from workbench.seeds import video_people as members
from workbench.seeds import video_questions as asking
from workbench.seeds import video_standing as standing
from workbench.seeds import video_views as watching
from workbench.seeds.draw import keys
from workbench.seeds.video_findings import planted
from workbench.seeds.video_plan import plan

if TYPE_CHECKING:
    from sqlalchemy import Connection

TABLES = (
    "audit_logs", "tenants", "users", "lessons", "video_groups", "lesson_video_groups", "videos", "video_group_videos", "milestones",
    "questions", "question_reviews", "grade_scales", "lesson_assignments", "student_sessions", "student_progress", "question_attempts",
    "grades", "ai_configurations", "generation_jobs", "generated_questions", "ai_usage", "analytics_events", "notifications",
)  # fmt: skip
"""The tables it fills, each after those it refers to; the audit trail, which the database writes, before all."""

KEYS = {
    "audit_logs": "coalesce(tenant_id, case entity_type when 'notifications' then cast(entity_id as uuid) end)",
    "lesson_video_groups": "lesson_id", "video_group_videos": "video_group_id", "lesson_assignments": "lesson_id",
    "grade_scales": "tenant_id", "generated_questions": "question_id",
}  # fmt: skip
"""What tells the rows of a seeding where they have no `id`; alerts about the whole system have no tenant in the trail."""


def make(spec: Spec) -> Seeded:
    """All rows and what was planted in them."""
    windows = plan(spec)
    who = members.people(spec, windows)
    content = teaching.content(spec, who, windows)
    asked = asking.questions(spec, content, windows)
    way = watching.paths(spec, who, content)
    seen = watching.views(spec, who, content, asked, way, windows)
    given = answering.answers(spec, who, content, asked, seen)
    done = machine.jobs(spec, content, asked, windows)
    configurations, configured = machine.configurations(spec, who, windows)
    sittings = keys(spec, spec.rng("sittings"), int(seen.sitting.max(initial=0)) + 1)
    progress, grades = standing.standing(spec, who, content, asked, way, seen, given)
    made = {
        "tenants": members.tenants(who, windows),
        "users": members.users(spec, who, seen.last_seen(who.students)),
        "lessons": teaching.lessons(spec, who, content),
        "video_groups": teaching.groups(spec, who, content),
        "lesson_video_groups": teaching.lesson_groups(who, content),
        "videos": teaching.videos(spec, who, content),
        "video_group_videos": teaching.group_videos(who, content),
        "milestones": teaching.milestones(spec, who, content, asked.limits),
        "questions": asking.question_columns(spec, who, content, asked),
        "question_reviews": asking.reviews(spec, who, content, asked, windows),
        "grade_scales": members.grade_scales(who),
        "lesson_assignments": standing.assignments(spec, who, content, way, windows),
        "student_sessions": standing.sessions(spec, who, content, seen, windows),
        "student_progress": progress,
        "question_attempts": answering.answer_columns(spec, who, asked, seen, given, sittings),
        "grades": grades,
        "ai_configurations": configurations,
        "generation_jobs": machine.job_columns(spec, who, content, done, configured),
        "generated_questions": machine.generated(who, asked, done),
        "ai_usage": machine.usage(spec, who, done, configured),
        "analytics_events": reporting.events(spec, who, content, asked, way, seen, given, sittings, windows),
        "notifications": machine.notifications(spec, who, content, done, windows),
    }
    found = planted(who, content, asked, seen, given, windows)
    return Seeded({table: made[table] for table in TABLES if table in made}, found)


def finish(connection: "Connection") -> None:
    """Publish what teachers approved: it is refused for anything else, so that no COPY can do it."""
    sqlfiles.execute(connection, "video/seed/publish")
