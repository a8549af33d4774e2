"""DriveMaster's simulated learners: rows of all its tables, made whole columns at a time.

Answers are drawn from knowledge tracing with parameters that `marts.seed_fact` keeps; the knowledge states are the replay of these
answers (definition P1) and the schedule that follows from them (definition P5), and every counter is the count of its rows.
"""

from workbench.seeds import Seeded, Spec
from workbench.seeds import drivemaster_answers as answering
from workbench.seeds import drivemaster_people as accounts
from workbench.seeds import drivemaster_practice as practising
from workbench.seeds import drivemaster_states as tracing
from workbench.seeds import drivemaster_theory as theory
from workbench.seeds.drivemaster_plan import plan, planted

TABLES = ("users", "concepts", "concept_prerequisites", "content", "knowledge_states", "learning_events")
"""The tables it fills, each after those it refers to."""

KEYS = {"concept_prerequisites": "concept_id", "knowledge_states": "user_id"}
"""Where a table has no `id`: the column that holds a key of the seeding."""


def make(spec: Spec) -> Seeded:
    """All rows and what was planted in them."""
    windows, taught, who = plan(spec), theory.syllabus(spec), accounts.people(spec)
    held = practising.sessions(spec, who)
    given = answering.answers(spec, held, taught, windows)
    known = tracing.trace(given, taught)
    made = {
        "users": accounts.users(spec, who, tracing.gamification(who, given, known)),
        "concepts": theory.concepts(spec, taught),
        "concept_prerequisites": theory.prerequisites(spec, taught),
        "content": theory.content(spec, taught, windows, answering.counters(given, taught)),
        "knowledge_states": tracing.knowledge_states(spec, who, taught, given, known),
        "learning_events": answering.events(spec, who, held, taught, windows, given, known.mastered),
    }
    return Seeded({table: made[table] for table in TABLES}, planted(spec, windows, taught))
