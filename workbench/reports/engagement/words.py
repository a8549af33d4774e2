"""The verdict: what changed against the period before, who carries it, and what else must be known, in three sentences."""

from collections.abc import Sequence

import pandas as pd

from workbench import present
from workbench.reports import naming
from workbench.reports.engagement import cells
from workbench.reports.scope import Scope

STEEP = -0.1
"""A fall of a tenth or more, whose interval leaves 0, is a breach."""
TOLD = 6
"""So many findings are in the verdict."""
ALARMING = ("completion_drop", "group_gone", "cohort_left")


def verdict(summary: pd.DataFrame, contributions: pd.DataFrame, findings: pd.DataFrame, few: bool, scope: Scope) -> dict[str, str]:
    """State and sentences. `breached`: active learners fell by a tenth or more; `at_risk`: they fell, or a finding must be acted on;
    `met`: neither; `no_data`: nobody was active, or fewer than 10 learners were."""
    if not scope.has_begun or not cells.now(scope).length:
        return {"state": "no_data", "sentence": "There is nothing to report yet: no day of the period is over."}
    if few:
        return {"state": "no_data", "sentence": "Fewer than 10 learners were active in the period, so nothing may be shown."}
    whole = main_row(summary)
    if whole is None or not (whole["dau"] > 0 or whole["previous"] > 0):
        return {"state": "no_data", "sentence": "Nothing happened: nobody was active in the period or in the one before."}
    parts = [change(whole), carried(whole, contributions), others(findings)]
    return {"state": _state(whole, findings), "sentence": " ".join(part for part in parts if part)}


def main_row(summary: pd.DataFrame) -> pd.Series | None:
    """The row of all chosen platforms: `*`, or the only one."""
    return summary.iloc[0] if len(summary) else None


def _state(whole: pd.Series, findings: pd.DataFrame) -> str:
    if whole["change"] == "lower" and whole["relative"] <= STEEP:
        return "breached"
    return "at_risk" if whole["change"] == "lower" or findings["kind"].isin(ALARMING).any() else "met"


def change(whole: pd.Series) -> str:
    """The first sentence: the change of mean daily active learners (definition X2)."""
    days, now, before = int(whole["days"]), present.decimal(whole["dau"], 1), present.decimal(whole["previous"], 1)
    if whole["dau"] == 0:
        return f"Nobody learned in these {days} days; in the {days} days before it were {before} learners a day."
    if whole["change"] == "no data":
        return f"On average {now} learners were active a day; there is no period before to compare with."
    ends = f"[{present.signed(whole['low'], 1)}, {present.signed(whole['high'], 1)}]"
    difference = f"{present.signed(whole['difference'], 1)} a day {ends}, weekdays evened out"
    if whole["change"] == "none":
        return f"On average {now} learners were active a day, against {before} in the {days} days before: no change ({difference})."
    word = "more" if whole["change"] == "higher" else "fewer"
    share = present.percent(abs(whole["relative"]), 0)
    return f"On average {now} learners were active a day, {share} {word} than the {before} of the {days} days before ({difference})."


def carried(whole: pd.Series, contributions: pd.DataFrame) -> str:
    """The second sentence: the groups that carry the change, where there is one and the data shows them."""
    if whole["change"] not in ("higher", "lower"):
        return ""
    rows = contributions[contributions["carries"]]
    named = [f"{_group(row)} ({present.signed(row['difference'], 1)})" for row in rows.to_dict("records")]
    if not named:
        return "No single platform, tenant, device or cohort carries it."
    return f"It comes from {_list(named)}."


def _group(row: dict) -> str:
    words = {"platform": naming.name(row["group"]), "cohort": f"those who joined in {row['group']}"}
    return words.get(row["dimension"], f"{row['dimension']} {row['group']}")


def others(findings: pd.DataFrame) -> str:
    """The third sentence: what stands out besides."""
    if not len(findings):
        return "Nothing else stands out."
    short = _spread(findings)
    text = _list([str(one) for one in short])
    more = len(findings) - len(short)
    tail = f"; {more} more below" if more > 0 else ""
    return f"{text[0].upper()}{text[1:]}{tail}."


def _spread(findings: pd.DataFrame) -> Sequence[str]:
    """The most telling findings: first one of each kind, then the rest, in the order of kinds."""
    place = findings.groupby("kind", sort=False).cumcount()
    return list(findings.assign(place=place).sort_values("place", kind="stable").head(TOLD).sort_index()["short"])


def _list(words: Sequence[str]) -> str:
    """
    >>> _list(["a", "b", "c"]), _list(["a (x, y)", "b", "c"])
    ('a, b and c', 'a (x, y); b; and c')
    """
    if len(words) < 2:
        return "".join(words)
    if any("," in word for word in words) or len(words) > 3:
        return f"{'; '.join(words[:-1])}; and {words[-1]}"
    return f"{', '.join(words[:-1])} and {words[-1]}"
