"""The page of one learner, for a mentor to read in two minutes: frames in, fragments out."""

from workbench import present
from workbench.present import Column, count, percent
from workbench.reports import naming
from workbench.reports.progress.views import Frames, Parts, heading


def person(frames: Frames) -> Parts:
    """The page of one learner: at a glance, strengths, weaknesses with evidence, and the next seven days."""
    if "who" not in frames:
        return []
    return [*_glance(frames), *_strengths(frames), *_weaknesses(frames), *_plan(frames), *_own(frames)]


def _glance(frames: Frames) -> Parts:
    row = frames["who"].iloc[0]
    state = frames["verdict"].iloc[0]["state"]
    right = percent(row["correct"] / row["answers"], 0) if row["answers"] else present.NOTHING
    facts = [
        ("Answers", f"{count(row['answers'])}, {right} right"),
        ("Skills begun", count(row["skills"])),
        ("Newly mastered", count(row["gained"])),
        ("Last answer", present.day(row["last_day"])),
        ("Platform", naming.name(row["platform"])),
    ]
    known = f"{row['mastered']} of {row['traced']}" if row["traced"] else present.NOTHING
    return [present.cards([present.card(state, row["name"], known, "skills mastered" if row["traced"] else row["label"], facts)])]


def _evidence() -> list[Column]:
    return [
        Column("skill", "Skill", align="wrap"),
        Column("probability", "Known with", lambda value: percent(value, 0)),
        Column(("correct", "answers"), "Right", lambda right, of: f"{right} of {of}"),
        Column(("last_right", "answers"), "Last five", lambda right, of: f"{right:.0f} of {min(of, 5)}"),
        Column("last_day", "Last answer", present.day, "left"),
    ]


def _strengths(frames: Frames) -> Parts:
    return [heading("Strengths"), present.table(frames["strengths"], _evidence(), "", "Nothing is sure yet: no skill is mastered.")]


def _weaknesses(frames: Frames) -> Parts:
    columns = [*_evidence(), Column("wrong_items", "Never right", align="wrap")]
    return [heading("Weaknesses"), present.table(frames["weaknesses"], columns, "", "No skill with two answers or more is weak.")]


def _plan(frames: Frames) -> Parts:
    plan = frames["plan"]
    if not len(plan):
        return [
            heading("The next seven days"),
            present.empty("Nothing is due and no skill's knowledge is estimated, so no plan can be made."),
        ]
    kinds = {"review": "review", "prerequisite": "learn first: others build on it", "learn": "learn"}
    columns = [
        Column(("day", "is_first"), "Day", lambda day, first: present.day(day) if first else "", "left"),
        Column("skill", "What", align="wrap"),
        Column("kind", "How", lambda kind: kinds[kind], "left"),
        Column("minutes", "Minutes", lambda value: f"{value:.0f}"),
        Column("reason", "Why", align="wrap"),
    ]
    marked = plan.assign(is_first=~plan["day"].duplicated())
    return [
        heading("The next seven days"),
        present.table(marked, columns, f"About {plan.groupby('day')['minutes'].sum().max():.0f} minutes a day"),
    ]


def _own(frames: Frames) -> Parts:
    skills, units = frames["own_skills"], frames["own_units"]
    columns = [*_evidence(), Column("due_day", "Next review", present.day, "left")]
    told = [
        Column("unit", "Unit", align="wrap"),
        Column("unit_type", "Kind", align="left"),
        Column("completed_ratio", "Done", lambda v: percent(v, 0)),
        Column("score", "Score", lambda v: percent(v, 0)),
        Column("grade", "Letter", lambda v: v or present.NOTHING, "left"),
    ]
    return [present.details("Every skill begun", present.table(skills, columns)), present.details("Units", present.table(units, told))]
