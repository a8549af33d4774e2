"""MUED's simulated school: rows of all its tables, made whole columns at a time."""

from workbench.seeds import Seeded, Spec
from workbench.seeds import mued_answers as answering
from workbench.seeds import mued_content as content
from workbench.seeds import mued_lessons as lessons
from workbench.seeds import mued_people as school
from workbench.seeds import mued_sessions as practice
from workbench.seeds.mued_plan import plan

TABLES = (
    "users", "subscriptions", "materials", "learning_metrics", "lesson_slots", "reservations", "messages", "provenance", "sessions",
    "session_analyses", "interview_questions", "interview_answers", "log_entries", "ai_dialogue_log",
)  # fmt: skip
"""The tables it fills, each after those it refers to."""


def make(spec: Spec) -> Seeded:
    """All rows and what was planted in them."""
    windows = plan(spec)
    who, books = school.people(spec), content.library(spec)
    held = practice.sessions(spec, who, windows)
    offered = lessons.slots(spec, who, windows)
    taken = lessons.bookings(spec, who, offered)
    analyses, analysis_ids, analysed = practice.analyses(spec, held, windows)
    questions, replies = practice.interviews(spec, who, held, analysis_ids, analysed)
    given = answering.answers(spec, who, held, windows)
    made = {
        "users": school.users(spec, who, held.last_seen(who.students)),
        "subscriptions": school.subscriptions(spec, who),
        "materials": content.materials(spec, who, books),
        "learning_metrics": content.learning_metrics(spec, who, books),
        "lesson_slots": lessons.slot_columns(spec, who, offered),
        "reservations": lessons.booking_columns(spec, who, offered, taken),
        "messages": lessons.messages(spec, who, offered, taken, windows),
        "provenance": content.provenance(spec, who, books),
        "sessions": practice.session_columns(spec, who, held),
        "session_analyses": analyses,
        "interview_questions": questions,
        "interview_answers": replies,
        "log_entries": practice.log_entries(spec, who, held, windows),
        "ai_dialogue_log": answering.answer_columns(spec, who, held, books, given),
    }
    return Seeded({table: made[table] for table in TABLES}, answering.planted(spec, held, windows, given))
