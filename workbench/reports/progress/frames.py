"""From what was read to the frames of the report."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import fits
from workbench.metrics.disclosure import K
from workbench.reports.progress import belief, curves, helping, items, mastery, people, person, reviews, units, words
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.inputs import Inputs
from workbench.reports.progress.tracing import Traced, trace

if TYPE_CHECKING:
    from sqlalchemy import Connection

Frames = dict[str, pd.DataFrame]


def fitted(connection: "Connection", found: Inputs, asked: Asked, what: str) -> pd.DataFrame:
    """Fits at the end of the period of all platforms with answers: of `skills` or `items`, kept or made now."""
    platforms = sorted(found.attempts["platform"].unique())
    make = fits.fit_skills if what == "skills" else fits.fit_items
    parts = [part for part in (make(connection, platform, asked.until) for platform in platforms) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def assemble(connection: "Connection", found: Inputs, asked: Asked) -> Frames:
    """All frames of the report about everybody; see the package for their names."""
    traced = trace(found, fitted(connection, found, asked, "skills"))
    judged = people.standings(found.learners[found.learners["is_drawn"]], traced, asked)
    frames = {"standing": people.standing_frame(judged), "tenants": people.tenants_frame(judged)}
    frames |= _mastery(found, traced, asked) | _belief(found, traced, asked)
    frames |= _items(found, traced, fitted(connection, found, asked, "items"))
    frames |= {
        "due": reviews.due_frame(found.due, asked),
        "overdue": reviews.overdue_frame(found.due),
        "recall": reviews.recall_frame(traced.answers),
        "units": units.completion_frame(found.units),
        "unit_kinds": units.kinds_frame(found.unit_kinds),
        "grades": units.grades_frame(found.unit_kinds),
        "points": units.points_frame(found.work, found.states),
        "milestones": units.milestones_frame(found.retries),
        "video_groups": units.groups_frame(found.groups),
        "themes": units.themes_frame(found.themes),
        "help": helping.help_frame(found.helped, traced.answers),
    }
    frames["findings"] = words.findings_frame(frames)
    frames = {"verdict": pd.DataFrame([words.verdict(frames, asked)]), **frames}
    return frames | {"suppression": _suppression(frames), "provenance": _provenance(found, asked)}


def _mastery(found: Inputs, traced: Traced, asked: Asked) -> Frames:
    skills = mastery.skills_frame(traced.states, found.skills, found.work, asked)
    return {
        "skills": skills,
        "hardest_skills": mastery.hardest_skills(skills),
        "bands": mastery.bands_frame(traced.states, found.skills),
        "survival": mastery.survival_frame(traced.states, found.skills, asked),
        "medians": mastery.medians_frame(traced.states, found.skills, asked),
        "curves": curves.curves_frame(found.opportunities, found.skills),
        "slopes": curves.slopes_frame(found.first, found.skills),
    }


def _belief(found: Inputs, traced: Traced, asked: Asked) -> Frames:
    return {
        "belief": belief.quality_frame(traced),
        "reliability": belief.reliability_frame(traced),
        "replay": belief.replay_frame(found.stored, traced),
        "belief_skills": belief.skills_frame(traced, found.skills, asked),
    }


def _items(found: Inputs, traced: Traced, stored: pd.DataFrame) -> Frames:
    told = items.items_frame(found, traced, stored)
    return {
        "items": told,
        "hardest_items": items.hardest_items(told),
        "options": items.options_frame(found.choices, told[told["suspicion"].fillna(0) > 0]),
        "versions": items.versions_frame(found.variants, told),
        "rapid": items.rapid_frame(found.attempts),
    }


def assemble_person(connection: "Connection", found: Inputs, asked: Asked) -> Frames:
    """The frames of the page of one learner: `who`, `strengths`, `weaknesses`, `own_skills`, `plan`, `own_units`."""
    person.check(found, asked)
    traced = trace(found, fitted(connection, found, asked, "skills"))
    judged = people.standings(found.learners[found.learners["learner_id"] == asked.learner], traced, asked)
    who = person.who_frame(connection, judged, traced.states, asked)
    skills = person.skills_frame(found, traced, asked)
    frames = {
        "verdict": pd.DataFrame([words.person_verdict(who)]),
        "who": who,
        "strengths": person.strengths_frame(skills),
        "weaknesses": person.weaknesses_frame(skills),
        "plan": person.plan_frame(found, skills, asked),
        "own_skills": skills,
        "own_units": person.units_frame(found.units),
    }
    return frames | {"provenance": _provenance(found, asked)}


def _suppression(frames: Frames) -> pd.DataFrame:
    """One row a frame that withholds something: `frame`, `withheld` rows, `rows` in all."""
    rows = [(name, int(frame["suppressed"].sum()), len(frame)) for name, frame in frames.items() if "suppressed" in frame]
    return pd.DataFrame([row for row in rows if row[1]], columns=["frame", "withheld", "rows"])


def _provenance(found: Inputs, asked: Asked) -> pd.DataFrame:
    """What the report was asked for and rests on, `item` and `value`; no clock time, so that equal inputs give equal frames."""
    scope = asked.scope
    platforms = scope.platform if isinstance(scope.platform, str) else ", ".join(scope.platform)
    items_: list[tuple[str, Any]] = [
        ("period", f"[{scope.start}, {scope.end})"),
        ("time zone", scope.timezone),
        ("platform", platforms),
        ("tenant", scope.tenant or "all"),
        ("unit", asked.unit or "all"),
        ("computed from", found.source),
        ("learners whose answers were read", "all" if found.share == 1 else f"{found.share:.1%}, drawn by identity"),
        ("answers read", len(found.attempts)),
        ("fewest learners of a shown figure", "one learner's own page" if asked.learner else K),
    ]
    frame = pd.DataFrame([(item, str(value)) for item, value in items_], columns=["item", "value"])
    frame.attrs.update(cut_off=pd.Timestamp(scope.as_of), rows_read=found.rows)
    return frame
