"""The data quality report: the history of the checks, read as an answer to "can I trust these figures".

`build` gives one DataFrame a topic, over the answers that the runs of the checks kept in `marts.check_result`; it runs no check itself.

    verdict platforms failing changes flapping trend      what is wrong, since when, and how it went
    runs unchecked slowest                                how the data is watched
    provenance                                            what it was asked for and rests on

No frame holds a key or a value of a checked row.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.reports.data_quality.frames import assemble
from workbench.reports.data_quality.inputs import read

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

__all__ = ["build", "meta"]


def build(connection: "Connection", parameters: Mapping[str, Any]) -> "dict[str, pd.DataFrame]":
    """Every frame of the report.

    Args:
        connection: may be read-only.
        parameters: `start`, `end` (days, half-open), `platform` (name, list or all; `marts` is always among them), `timezone`, `as_of`
            (instant). `tenant` is taken and changes nothing: a rule judges a table as a whole.

    Returns:
        Frames by name. Without a run of the checks in the period they are empty, and the verdict says so. `provenance` carries in
        `attrs` the instant `cut_off` and the number `rows_read`.

    Raises:
        UsageError: an unknown platform, or a suite file is wrong.
    """
    return assemble(read(connection, parameters))


def meta(frames: "Mapping[str, pd.DataFrame]") -> dict[str, Any]:
    """What stands beside the frames in `data.json`: the verdict, and how many rows were read."""
    verdict = frames["verdict"].iloc[0]
    words = {"state": str(verdict["state"]), "sentence": str(verdict["sentence"])}
    return {"verdict": words, "rows_read": int(frames["provenance"].attrs["rows_read"])}
