"""The progress report: who learns what, how surely, what to do next, and whether the model's own numbers can be believed.

`build` gives one DataFrame a topic; the modules of this package say which columns each has. Frames hold no clock time and no learner; what
is about fewer than 10 learners is withheld in them already (definition X5), so nothing later has to remember to.

    verdict findings                                                      words
    standing tenants                                                      people
    skills hardest_skills bands survival medians                          mastery
    curves slopes                                                         curves
    belief reliability replay belief_skills                               belief
    items hardest_items options versions rapid                            items
    due overdue recall                                                    reviews
    units unit_kinds grades points milestones video_groups themes         units
    help                                                                  helping
    suppression provenance                                                frames

With `learner` it is the page of that one, under a pseudonym unless the role may see identities (X6), and only these are there:

    verdict who strengths weaknesses plan own_skills own_units provenance person
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench import replica
from workbench.reports.progress.asked import Asked
from workbench.reports.progress.frames import assemble, assemble_person
from workbench.reports.progress.inputs import read

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

__all__ = ["build", "meta"]


def build(connection: "Connection", parameters: Mapping[str, Any]) -> "dict[str, pd.DataFrame]":
    """Every frame of the report.

    Args:
        connection: may be read-only; it must not have an open transaction that the caller still needs.
        parameters: `start`, `end` (days, half-open), `platform` (name, list or all), `tenant`, `unit` (only learners to whom it is
            assigned), `learner`, `timezone`, `as_of` (instant), as dates or as ISO text.

    Returns:
        Frames by name, all of them for every period: what a platform does not keep is empty. The frame `provenance` carries in `attrs`
        the instant `cut_off` up to which rows counted and the number `rows_read`.

    Raises:
        UsageError: an unknown platform or learner, a time zone without rollups, an empty period, or an earlier cut-off whose raw rows are
            archived.
    """
    asked = Asked.of(parameters)
    found, asked = replica.or_primary(connection, lambda able: read(able, asked), "figures of an earlier cut-off")
    return assemble_person(connection, found, asked) if asked.learner else assemble(connection, found, asked)


def meta(frames: "Mapping[str, pd.DataFrame]") -> dict[str, Any]:
    """What stands beside the frames in `data.json`: the verdict, and how many rows were read."""
    verdict = frames["verdict"].iloc[0]
    words = {"state": str(verdict["state"]), "sentence": str(verdict["sentence"])}
    return {"verdict": words, "rows_read": int(frames["provenance"].attrs["rows_read"])}
