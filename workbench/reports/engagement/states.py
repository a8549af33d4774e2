"""Learners by state, their flow between two periods, and who became at risk (definitions E7, X5, X6)."""

import os
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.metrics import disclosure
from workbench.metrics.disclosure import suppress_grid
from workbench.metrics.learner_states import NOT_JOINED, STATES
from workbench.reports.engagement import cells
from workbench.reports.engagement.cells import ALL
from workbench.settings import settings

GONE = "left"
"""Enrolled at the end of the period before, and not any more."""
LABELS = {
    NOT_JOINED: "not yet enrolled", "never_started": "never started", "new": "new", "active": "active", "returned": "returned",
    "at_risk": "at risk", "dormant": "dormant", GONE: "left",
}  # fmt: skip
LISTED = 100
SHOWN = 0.8
"""Least share of the learners that a flow by all states must show."""


@dataclass(frozen=True)
class Names:
    """How learners are named in a list: by pseudonyms, of this run alone where no key is set, or by ids for a role that may see them."""

    identified: bool = False

    @property
    def lasting(self) -> bool:
        """Whether another run gives the same names, and they may be kept."""
        return not self.identified and settings().pseudonym_key is not None

    def of(self, learners: pd.Series) -> list[str]:
        """The name of each learner."""
        if self.identified:
            return [str(one) for one in learners]
        chosen = settings().pseudonym_key
        return disclosure.pseudonyms("engagement", learners, chosen.get_secret_value() if chosen else os.urandom(32))


def states_frame(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row per platform and state: `platform`, `state`, `learners` at the end of the period, `previous` at the end of the one before,
    `share` of the enrolled. Sums over states are the enrolled; cells about few are withheld, and what the totals would give back.

    Args:
        pairs: of `queries.engagement.states`.
    """
    parts = {}
    for column, name in (("state_after", "learners"), ("state_before", "previous")):
        inside = pairs[pairs[column].isin(STATES)].assign(state=pairs[column])
        every = pd.MultiIndex.from_product([inside["platform"].unique(), STATES], names=["platform", "state"])
        counted = inside.groupby(["platform", "state"])["learners"].sum().reindex(every, fill_value=0).reset_index()
        frame = cells.by_platform(counted, ["state"], ["learners"])
        parts[name] = cells.grid(frame, "state", "learners")[0].set_index(["platform", "state"])
    told = parts["learners"].join(parts["previous"]["learners"].rename("previous")).reset_index()
    told["share"] = told["learners"].astype(float) / told.groupby("platform")["learners"].transform(_whole).astype(float)
    order = {state: place for place, state in enumerate(STATES)}
    whole = told["platform"].ne(ALL)
    return told.iloc[np.lexsort([told["state"].map(order), told["platform"], whole])].reset_index(drop=True)


def _whole(learners: pd.Series) -> float:
    """The enrolled, where all states are told."""
    return float(learners.astype(float).sum()) if learners.notna().all() else np.nan


def flow_frame(pairs: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """How many learners of all chosen platforms went from one state to another: `state_before`, `state_after`, `learners`. Flows of few
    are withheld, and what the states' totals would give back.

    Where less than four fifths of the learners could be shown so, new and returned ones count as active: `attrs` say `coarse`.
    """
    fine = _flow(pairs, states)
    if not len(fine) or fine["learners"].sum() >= SHOWN * pairs["learners"].sum():
        fine.attrs["coarse"] = False
        return fine
    merged = pairs.replace(dict.fromkeys(("new", "returned"), "active"))
    coarse = _flow(merged, _merged(pairs, states))
    coarse.attrs["coarse"] = True
    return coarse


def _merged(pairs: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """The states with active standing for three: untold where the other two together are few, since that would give them back."""
    merged = states[~states["state"].isin(["new", "returned"])].copy()
    for column, total in (("state_after", "learners"), ("state_before", "previous")):
        if disclosure.is_few(pairs.loc[pairs[column].isin(["new", "returned"]), "learners"].sum()):
            merged.loc[merged["state"] == "active", total] = np.nan
    return merged


def _flow(pairs: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    counted = pairs.groupby(["state_before", "state_after"], as_index=False)["learners"].sum()
    if not len(counted):
        return counted.assign(suppressed=pd.Series(dtype=bool))
    sums = [
        counted.groupby("state_before", as_index=False)["learners"].sum().assign(state_after=ALL),
        counted.groupby("state_after", as_index=False)["learners"].sum().assign(state_before=ALL),
        pd.DataFrame([{"state_before": ALL, "state_after": ALL, "learners": counted["learners"].sum()}]),
    ]
    both = pd.concat([counted, *sums], ignore_index=True)
    hidden = suppress_grid(both, "state_before", "state_after").table["suppressed"].to_numpy(dtype=bool)[: len(counted)]
    untold = states[states["platform"] == (states["platform"].iloc[0] if len(states) else ALL)]
    for column, total in (("state_before", "previous"), ("state_after", "learners")):
        hidden = hidden | counted[column].isin(untold.loc[untold[total].isna(), "state"]).to_numpy()
    return cells.emptied(counted, ["state_before", "state_after"], hidden)


def at_risk_frame(risky: pd.DataFrame, last: pd.Timestamp, names: Names) -> pd.DataFrame:
    """Who became at risk in the last seven days, the latest first, at most 100: `learner` (a pseudonym, X6), `platform`, `tenant`,
    `last_day` active, `silent_days`. Not part of `data.json` unless its names are lasting pseudonyms.

    Args:
        risky: of `queries.engagement.newly_at_risk`. last: the day as of which.
    """
    frame = risky.head(LISTED)
    told = frame[["platform", "tenant", "last_day"]].assign(silent_days=(last - frame["last_day"]).dt.days)
    told.insert(0, "learner", pd.Series(names.of(frame["learner_id"]), dtype=object))
    told.attrs.update(lasting=names.lasting, identified=names.identified, all=len(risky))
    return told
