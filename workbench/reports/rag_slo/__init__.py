"""The RAG service level report: what the notebook shows and `data.json` keeps.

`build` gives one DataFrame a topic; the modules of this package say which columns each has. Frames hold no clock time and no learner; what
is about fewer than 10 learners is withheld in them already (definition X5), so nothing later has to remember to.

    verdict objectives alerts burn_down burn_episodes                     objectives
    latency_daily latency_period latency_models latency_bands latency_check   latency
    quality quality_daily citation_reasons                                quality
    cost cost_daily cost_models cost_forecast                             cost
    groups comparisons bearers bad_spread concentration                   groups
    answers_daily days_without_data audit audit_drift freshness           coverage
    findings unusual_days                                                 findings
    suppression provenance
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from workbench import replica
from workbench.reports.rag_slo.frames import assemble
from workbench.reports.rag_slo.inputs import audit, read
from workbench.reports.scope import Scope

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

__all__ = ["build", "meta"]


def build(connection: "Connection", parameters: Mapping[str, Any]) -> "dict[str, pd.DataFrame]":
    """Every frame of the report.

    Args:
        connection: may be read-only; it must not have an open transaction that the caller still needs.
        parameters: `start`, `end` (days, half-open), `platform` (name, list or all), `tenant`, `model`, `timezone`, `as_of` (instant), as
            dates or as ISO text.

    Returns:
        Frames by name, all of them for every period: where there is no data they are empty, and the verdict says so. The frame
        `provenance` carries in `attrs` the instant `cut_off` up to which rows counted and the number `rows_read`.

    Raises:
        UsageError: an unknown platform, a time zone without rollups, an empty period, or an earlier cut-off whose raw rows are archived.
    """
    asked = Scope.of(parameters)
    return replica.or_primary(connection, lambda able: _build(able, asked), "figures of an earlier cut-off")


def _build(connection: "Connection", asked: Scope) -> "dict[str, pd.DataFrame]":
    found, scope = read(connection, asked)
    with ThreadPoolExecutor(1) as beside:  # the server compares rollups with raw rows while the frames are made here
        found.comparing = beside.submit(audit, connection, found, scope)
        return assemble(found, scope)


def meta(frames: "Mapping[str, pd.DataFrame]") -> dict[str, Any]:
    """What stands beside the frames in `data.json`: the verdict, and how many rows were read."""
    verdict = frames["verdict"].iloc[0]
    words = {"state": str(verdict["state"]), "sentence": str(verdict["sentence"])}
    return {"verdict": words, "rows_read": int(frames["provenance"].attrs["rows_read"])}
