"""A learner's practice for the next days: reviews that are due (definition P5), then the weakest skills that are open (P1)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from workbench.metrics.bkt import MASTERED

if TYPE_CHECKING:
    import pandas as pd

MINUTES_PER_REVIEW = 5.0
MINUTES_TO_LEARN = 20.0
LEAST_MINUTES = 5.0
"""A lesson is cut into pieces of at least this; what then remains may be less."""

_COLUMNS = ["day", "skill_id", "kind", "minutes", "reason"]
_ROUNDING = 1e-9


@dataclass(frozen=True)
class _Skill:
    key: Any
    mastery: float  # 0 where it was not begun
    begun: bool
    due: date | None
    review: float
    lesson: float
    needs: tuple
    opens: int  # skills not yet mastered that need it

    @property
    def mastered(self) -> bool:
        return self.mastery >= MASTERED


@dataclass
class _Week:
    """What is planned so far: rows, minutes of lessons still missing, and reviews done."""

    rows: list[tuple]
    missing: dict[Any, float]
    started: set = field(default_factory=set)
    reviewed: set = field(default_factory=set)

    def is_open(self, skill: _Skill) -> bool:
        """Whether all it needs is mastered or wholly planned: nothing of it is missing."""
        return not any(self.missing[key] > _ROUNDING for key in skill.needs)


def plan(
    skills: "pd.DataFrame", prerequisites: Iterable[tuple[Any, Any]], today: date | str, minutes_a_day: float, days: int = 7
) -> "pd.DataFrame":
    """What to do on each of the next days, within the time there is.

    Each day first takes the reviews that are due, the longest overdue leading; one that does not fit leaves its place to a shorter one
    and comes first the next day. Then lessons, each only when every prerequisite is mastered (P1: 0.95) or its lesson wholly planned
    before: a lesson that was begun in this plan goes on, then skills that others wait for, the weakest first, then the weakest of the
    rest. A lesson may go on the next day. A skill is reviewed once; the reviews that follow from it are for the next plan. Ties go by
    `skill_id`, so the same input gives the same plan.

    Args:
        skills: one row a skill: `skill_id`, `mastery` (empty: not begun), `due_day` (a date; empty: no review planned), and where known
            `minutes_per_review` (default 5) and `minutes_to_learn` (default 20), the minutes until it will be mastered.
        prerequisites: pairs (skill, what it needs). today: first day of the plan. minutes_a_day: never exceeded. days: length.

    Returns:
        Rows in the order to work through them: `day` (date), `skill_id`, `kind` (`review`, `prerequisite`: a lesson others wait for,
        `learn`), `minutes`, `reason` in words.

    Raises:
        ValueError: a skill occurs twice, a prerequisite is none of the skills or depends on itself, or there is no day.

    >>> import pandas as pd
    >>> skills = pd.DataFrame({"skill_id": ["signs", "right of way", "parking"], "mastery": [0.5, None, 0.97],
    ...                        "due_day": [None, None, date(2026, 8, 1)]})
    >>> made = plan(skills, [("right of way", "signs")], date(2026, 8, 3), minutes_a_day=25, days=2)
    >>> made[["skill_id", "kind", "minutes"]].values.tolist()
    [['parking', 'review', 5.0], ['signs', 'prerequisite', 20.0], ['right of way', 'learn', 20.0]]
    """
    import pandas as pd

    if days < 1 or not minutes_a_day >= 0:
        raise ValueError("a plan needs at least one day, and minutes that are not negative")
    known = _skills(skills, prerequisites)
    week = _Week([], {skill.key: 0.0 if skill.mastered else skill.lesson for skill in known})
    first = date.fromisoformat(today) if isinstance(today, str) else today
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        left = _reviews(week, known, day, float(minutes_a_day))
        _lessons(week, known, day, left)
    return pd.DataFrame(week.rows, columns=_COLUMNS).astype({"minutes": "float64"})


def _skills(table: "pd.DataFrame", prerequisites: Iterable[tuple[Any, Any]]) -> list[_Skill]:
    rows = table.to_dict("records")
    needs: dict[Any, set] = {row["skill_id"]: set() for row in rows}
    if len(needs) < len(rows):
        raise ValueError("a skill occurs twice")
    for skill, needed in prerequisites:
        if skill not in needs or needed not in needs:
            raise ValueError(f"the prerequisite {needed!r} of {skill!r}: both must be among the skills")
        needs[skill].add(needed)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        raise ValueError(f"skills that need each other can never be begun: {error.args[1]}") from error
    mastered = {row["skill_id"] for row in rows if _number(row, "mastery", 0.0) >= MASTERED}
    opens = Counter(key for skill, needed in needs.items() if skill not in mastered for key in needed)
    made = [_skill(row, tuple(needs[row["skill_id"]]), opens[row["skill_id"]]) for row in rows]
    return sorted(made, key=lambda skill: skill.key)


def _skill(row: Mapping[str, Any], needs: tuple, opens: int) -> _Skill:
    import pandas as pd

    due = None if pd.isna(row["due_day"]) else pd.Timestamp(row["due_day"]).date()
    times = _number(row, "minutes_per_review", MINUTES_PER_REVIEW), _number(row, "minutes_to_learn", MINUTES_TO_LEARN)
    if min(times) <= 0:
        raise ValueError(f"the minutes of {row['skill_id']!r} must be positive")
    return _Skill(row["skill_id"], _number(row, "mastery", 0.0), not pd.isna(row["mastery"]), due, *times, needs, opens)


def _number(row: Mapping[str, Any], name: str, otherwise: float) -> float:
    import pandas as pd

    value = row.get(name)
    return otherwise if pd.isna(value) else float(value)


def _reviews(week: _Week, known: list[_Skill], day: date, left: float) -> float:
    """Plan the reviews that are due; returns the minutes left of the day."""
    due = [skill for skill in known if skill.due is not None and skill.due <= day and skill.key not in week.reviewed]
    for skill in sorted(due, key=lambda skill: skill.due):  # stable: ties by key
        if skill.review <= left + _ROUNDING:
            late = (day - skill.due).days
            reason = "due this day" if not late else f"due {late} day{'s' * (late > 1)} before"
            week.rows.append((day, skill.key, "review", skill.review, reason))
            week.reviewed.add(skill.key)
            left -= skill.review
    return left


def _lessons(week: _Week, known: list[_Skill], day: date, left: float) -> None:
    while left > _ROUNDING:
        fitting = [skill for skill in known if week.missing[skill.key] > _ROUNDING and _least(week, skill) <= left + _ROUNDING]
        ready = [skill for skill in fitting if week.is_open(skill)]
        if not ready:
            return
        chosen = min(ready, key=lambda skill: (skill.key not in week.started, not skill.opens, skill.mastery))
        minutes = _piece(week.missing[chosen.key], left)
        week.rows.append((day, chosen.key, "prerequisite" if chosen.opens else "learn", minutes, _why(chosen, week)))
        week.missing[chosen.key] -= minutes
        week.started.add(chosen.key)
        left -= minutes


def _least(week: _Week, skill: _Skill) -> float:
    return min(week.missing[skill.key], LEAST_MINUTES)


def _piece(missing: float, left: float) -> float:
    """Minutes of a lesson on a day with so many left: all, or a part after which a sensible rest remains."""
    if missing <= left + _ROUNDING:
        return missing
    return left if missing - left >= LEAST_MINUTES else max(missing - LEAST_MINUTES, LEAST_MINUTES)


def _why(skill: _Skill, week: _Week) -> str:
    known = f"known with probability {skill.mastery:.2f}" if skill.begun else "not begun"
    waiting = f", {skill.opens} skill{'s need' if skill.opens > 1 else ' needs'} it" if skill.opens else ""
    return f"{'continued: ' if skill.key in week.started else ''}{known}{waiting}"
