"""The engagement report: who learns, whether they come back, and what changed. What the notebook shows and `data.json` keeps.

`build` gives one DataFrame a topic; the modules of this package say which columns each has. Frames hold no clock time, and no learner but
under a pseudonym; what is about fewer than 10 learners is withheld in them already (definition X5), so nothing later has to remember to.

    verdict findings                                                      verdict, findings
    activity_summary activity_daily unusual_days change_points joins      activity
    contributions                                                         contributions
    states flow newly_at_risk backtest                                    states, backtesting
    retention                                                             retention
    session_summary session_days session_lengths session_hours session_devices    sessions
    funnels                                                               funnels
    video_curves milestones lessons interview streaks ratings             specialities
    ai_states ai_episodes                                                 assistance
    tenants tenant_pairs                                                  tenants
    suppression provenance                                                frames
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench import replica
from workbench.reports.engagement.frames import assemble
from workbench.reports.engagement.inputs import read
from workbench.reports.scope import Scope

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

__all__ = ["build", "lasting", "meta"]


def build(connection: "Connection", parameters: Mapping[str, Any]) -> "dict[str, pd.DataFrame]":
    """Every frame of the report.

    Args:
        connection: may be read-only; it must not have an open transaction that the caller still needs. Of `workbench_identified` it makes
            the list of learners at risk show their ids, and that is noted in `marts.audit`.
        parameters: `start`, `end` (days, half-open), `platform` (name, list or all), `tenant`, `timezone`, `as_of` (instant), as dates or
            as ISO text.

    Returns:
        Frames by name, all of them for every period: where there is no data they are empty, and the verdict says so. The frame
        `provenance` carries in `attrs` the instant `cut_off` up to which rows counted and the number `rows_read`.

    Raises:
        UsageError: an unknown platform, a time zone without rollups, an empty period, or an earlier cut-off whose raw rows are archived.
    """
    asked = Scope.of(parameters)
    found, scope = replica.or_primary(connection, lambda able: read(able, asked), "figures of an earlier cut-off")
    return assemble(found, scope)


def lasting(frames: "Mapping[str, pd.DataFrame]") -> "dict[str, pd.DataFrame]":
    """The frames for `data.json`: without the list of learners where their pseudonyms are of this run alone, or are no pseudonyms."""
    return {name: frame for name, frame in frames.items() if frame.attrs.get("lasting", True)}


def meta(frames: "Mapping[str, pd.DataFrame]") -> dict[str, Any]:
    """What stands beside the frames in `data.json`: the verdict, and how many rows were read."""
    verdict = frames["verdict"].iloc[0]
    words = {"state": str(verdict["state"]), "sentence": str(verdict["sentence"])}
    return {"verdict": words, "rows_read": int(frames["provenance"].attrs["rows_read"])}
