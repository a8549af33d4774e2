"""The learning platform's simulated users: rows of its tables, made whole columns at a time. The audit trail writes itself."""

from workbench.seeds import Seeded, Spec
from workbench.seeds import learning_content as content
from workbench.seeds import learning_study as studying
from workbench.seeds import learning_voices as voices
from workbench.seeds.learning_people import people, users
from workbench.seeds.learning_plan import plan

TABLES = (
    "users", "study_materials", "content_chunks", "generated_assets", "learning_sessions", "interactions", "user_feedback",
    "progress_metrics",
)  # fmt: skip
"""The tables it fills, each after those it refers to."""


def make(spec: Spec) -> Seeded:
    """All rows and what was planted in them."""
    windows = plan(spec)
    who, books = people(spec, windows), content.library(spec)
    held = studying.study(spec, who, books, windows)
    made = {
        "users": users(spec, who, held.last_seen(who.learners)),
        "study_materials": content.materials(spec, who, books),
        "content_chunks": content.chunks(spec, books),
        "generated_assets": content.assets(spec, books),
        "learning_sessions": studying.sessions(spec, who, books, held, windows),
        "interactions": studying.interactions(spec, who, books, held),
        "user_feedback": voices.feedback(spec, who, books, held, windows),
        "progress_metrics": voices.progress(spec, who, held),
    }
    return Seeded({table: made[table] for table in TABLES}, voices.planted(spec, who, books, held, windows))
