"""Everything the progress report reads from the database, at one cut-off."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import rollup
from workbench.queries import drivemaster, learning, mued, progress, video
from workbench.reports.progress.asked import Asked
from workbench.rollups import parts

if TYPE_CHECKING:
    from sqlalchemy import Connection

READ_ANSWERS = 300_000
"""Raw answers that are read at most, to trace knowledge anew and to judge items and predictions: beyond, a share of the learners is drawn
by their identity, the same in every run. What is counted comes from rollups and is about everybody."""
DUE_DAYS = 30
CHOICES = ["platform", "item_id", "choice", "is_correct", "learners", "rest_sum", "rest_square_sum"]


@dataclass
class Inputs:
    """What was read; frames are as `workbench.queries.progress` gives them unless said otherwise.

    Attributes:
        skills, items: what there is to learn, and to answer. states: where learners stand. learners: everybody enrolled.
        work: answers of the period by skill. opportunities: for learning curves. first, attempts: answers of `share` of the learners.
        stored, due: the platforms' own states and schedules. units, unit_kinds: completion. helped: answers of AI assistants.
        choices, variants, retries, groups, themes: of the platforms that have them (as the queries of these platforms give them).
        platforms: those asked for that stand here. source: rollups or facts.
    """

    skills: pd.DataFrame
    items: pd.DataFrame
    states: pd.DataFrame
    learners: pd.DataFrame
    work: pd.DataFrame
    opportunities: pd.DataFrame
    first: pd.DataFrame
    attempts: pd.DataFrame
    stored: pd.DataFrame
    due: pd.DataFrame
    units: pd.DataFrame
    unit_kinds: pd.DataFrame
    helped: pd.DataFrame
    choices: pd.DataFrame
    variants: pd.DataFrame
    retries: pd.DataFrame
    groups: pd.DataFrame
    themes: pd.DataFrame
    platforms: list[str]
    share: float
    source: str

    @property
    def rows(self) -> int:
        """Rows that came from the database."""
        return sum(len(getattr(self, field.name)) for field in fields(self) if isinstance(getattr(self, field.name), pd.DataFrame))


def read(connection: "Connection", asked: Asked) -> tuple[Inputs, Asked]:
    """Everything for what was asked, and that with the cut-off that really holds: an earlier one where the rollups were refreshed before
    it, or where they hold answers given after the period, so that its end is computed from facts."""
    scope = asked.scope
    instant = scope.as_of
    if progress.is_later(connection, platform=scope.platform, until=asked.until):
        instant = min(scope.as_of, scope.end_at)
    where = {"platform": scope.platform, "timezone": scope.timezone}
    with rollup.cut_off(connection, instant, min(asked.recent, scope.start), scope.end, families=["attempts"], **where) as cut:
        asked = asked.at(min(scope.as_of, cut.at))
        return _read(connection, asked, cut.source), asked


def _read(connection: "Connection", asked: Asked, source: str) -> Inputs:
    scope, until = asked.scope, {"until": asked.until, **asked.filters}
    days = {"start": scope.start, "end": scope.end, "timezone": scope.timezone}
    states = progress.states(connection, learner=asked.learner, **until)
    share = min(1.0, READ_ANSWERS / max(int(states["answers"].sum()), 1))
    part = {"learner": asked.learner, "share": share, **until}
    recent = {"since": asked.recent, "end": scope.end, "timezone": scope.timezone, **until}
    return Inputs(
        skills=progress.skills(connection, platform=scope.platform),
        items=progress.items(connection, platform=scope.platform),
        states=states,
        learners=progress.learners(connection, share=share, **recent),
        work=progress.work(connection, **days, **asked.filters),
        opportunities=progress.opportunities(connection, **until),
        first=progress.first_answers(connection, **part),
        attempts=progress.attempts(connection, **part),
        stored=progress.stored(connection, learner=asked.learner, **asked.filters),
        due=progress.due(connection, days=DUE_DAYS, timezone=scope.timezone, learner=asked.learner, **until),
        units=progress.units(connection, learner=asked.learner, **until),
        unit_kinds=progress.unit_kinds(connection, **until),
        helped=progress.ai_help(connection, **until),
        **_of_platforms(connection, asked),
        share=share,
        source=source,
    )


def _of_platforms(connection: "Connection", asked: Asked) -> dict[str, Any]:
    """What only single platforms know, for those that were asked for and stand here. Of learners of a unit or of one learner they know
    nothing: there the frames are empty."""
    scope, until = asked.scope, asked.until
    known = set(connection.exec_driver_sql("select nspname from pg_namespace").scalars())
    platforms = [name for name in parts.chosen_platforms(scope.platform) if name in known]
    has = set(platforms) if not (asked.unit or asked.learner) else set()
    alone = has if scope.tenant is None else has & {scope.tenant}  # platforms without tenants are their own
    tenant = {"until": until, "tenant": scope.tenant}
    period = {"start": scope.start, "end": scope.end, "timezone": scope.timezone}
    choices = [learning.choices(connection, until=until).assign(platform="learning")] if "learning" in alone else []
    choices += [video.choices(connection, **tenant).assign(platform="video")] if "video" in has else []
    return {
        "choices": pd.concat(choices, ignore_index=True) if choices else pd.DataFrame(columns=CHOICES),
        "variants": drivemaster.variant_comparison(connection, **period) if "drivemaster" in alone else pd.DataFrame(),
        "retries": video.retries(connection, **tenant) if "video" in has else pd.DataFrame(),
        "groups": video.group_progress(connection, **tenant) if "video" in has else pd.DataFrame(),
        "themes": mued.interview_themes(connection, **period) if "mued" in alone else pd.DataFrame(),
        "platforms": platforms,
    }
