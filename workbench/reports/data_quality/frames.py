"""The frames of the data quality report, from what was read. Columns are named in each function's docstring."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.checking.schema import SEVERITIES
from workbench.metrics import wording
from workbench.reports.data_quality.inputs import Inputs

Frames = dict[str, pd.DataFrame]
SLOWEST = 10


def assemble(found: Inputs) -> Frames:
    """Every frame of the report by name."""
    failing = failing_frame(found)
    parts = {
        "platforms": platforms_frame(found), "failing": failing, "changes": changes_frame(found), "flapping": flapping_frame(found),
        "trend": trend_frame(found), "runs": runs_frame(found), "unchecked": unchecked_frame(found), "slowest": slowest_frame(found),
        "provenance": provenance_frame(found),
    }  # fmt: skip
    return {"verdict": verdict_frame(found, failing, parts["platforms"], parts["unchecked"]), **parts}


def standing(found: Inputs) -> pd.DataFrame:
    """The last answer of every rule that is still in a suite file, as `queries.checks.history` gives it."""
    return found.standing[found.standing["rule"].isin(found.rules.keys())].reset_index(drop=True)


def unanswered(found: Inputs) -> pd.DataFrame:
    """Rules that got no answer the last time they were asked in the period: `rule`, `table_name`, `platform`, `message`."""
    last = found.answers.sort_values("started_at", kind="stable").groupby("rule", as_index=False).last()
    return last.loc[last["state"] == "error", ["rule", "table_name", "platform", "message"]].reset_index(drop=True)


def verdict_frame(found: Inputs, failing: pd.DataFrame, platforms: pd.DataFrame, unchecked: pd.DataFrame) -> pd.DataFrame:
    """One row: `state` (met, at_risk, breached, no_data) and the `sentence` that says why."""
    count = failing["severity"].value_counts()
    critical, warning, lost = int(count.get("critical", 0)), int(count.get("warning", 0)), int(platforms["unanswered"].sum())
    if found.answers.empty:
        state, sentence = "no_data", "No check was run in the period: nobody knows. Run `workbench check run`."
    elif critical:
        oldest = failing[failing["severity"] == "critical"]["since_at"].min()
        state, since = "breached", _day(oldest, found)
        sentence = f"{_count(critical, 'critical rule')} {_verb(critical)} ({_some(failing, 'critical')}), the oldest since {since}."
    elif warning or lost:
        state = "at_risk"
        parts = [f"{_count(warning, 'rule')} of severity warning {_verb(warning)}" if warning else ""]
        parts += [f"{_count(lost, 'rule')} got no answer" if lost else ""]
        sentence = f"No critical rule fails; {' and '.join(part for part in parts if part)}."
    else:
        state, sentence = "met", f"All {int(platforms['answered'].sum())} rules that were asked pass."
    if state != "no_data" and len(unchecked):
        sentence += f" {_count(len(unchecked), 'table')} with rules {'was' if len(unchecked) == 1 else 'were'} not checked."
    return pd.DataFrame({"state": [state], "sentence": [sentence]})


def platforms_frame(found: Inputs) -> pd.DataFrame:
    """One row a platform that has rules: `platform`, `rules`, `answered` (ever, up to the cut-off), `passed`, failing ones by severity
    (`critical`, `warning`, `info`), `unanswered` (an error the last time), `checked_at` (the last answer)."""
    stand, lost = standing(found), unanswered(found)
    rows = []
    for platform in found.platforms:
        mine, rules = stand[stand["platform"] == platform], [s for s, _ in found.rules.values() if s.platform == platform]
        fails = mine[mine["state"] == "failed"]["severity"].value_counts()
        figures = {
            "platform": platform, "rules": len(rules), "answered": len(mine), "passed": int((mine["state"] == "passed").sum()),
            **{severity: int(fails.get(severity, 0)) for severity in SEVERITIES},
            "unanswered": int((lost["platform"] == platform).sum()), "checked_at": mine["checked_at"].max() if len(mine) else pd.NaT,
        }  # fmt: skip
        rows += [figures] if rules else []
    names = ["platform", "rules", "answered", "passed", *SEVERITIES, "unanswered", "checked_at"]
    return pd.DataFrame(rows, columns=names)


def failing_frame(found: Inputs) -> pd.DataFrame:
    """One row a failing rule, the worst and the oldest first: `rule`, `table_name`, `platform`, `severity`, `topic`, `status` (first seen,
    still failing, flapping), `failed` rows, `since_at`, `last_runs`, `message` of the last run, `reason`, `source`, `owner`."""
    rows = standing(found)
    rows = rows[rows["state"] == "failed"]
    told = found.answers[found.answers["state"] == "failed"].groupby("rule")["message"].last()
    frame = rows.assign(
        message=rows["rule"].map(told).fillna(""), reason=_of(found, rows, "reason"), source=_of(found, rows, "source"),
        owner=[found.rules[name][0].owner for name in rows["rule"]],
    )  # fmt: skip
    names = ["rule", "table_name", "platform", "severity", "topic", "status", "failed", "since_at", "last_runs", "message", "reason"]
    order = frame["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    frame = frame.assign(order=order).sort_values(["order", "since_at", "rule"], kind="stable")
    return frame[[*names, "source", "owner"]].reset_index(drop=True)


def changes_frame(found: Inputs) -> pd.DataFrame:
    """One row a change of a rule's answer within the period, the latest first: `at`, `rule`, `table_name`, `severity`, `change`
    (`began to fail` or `fixed`), `failed` rows, `message`. A first answer counts as a change where it is a failure."""
    known = found.answers[_telling(found.answers)].sort_values(["rule", "started_at"], kind="stable")
    before = known.groupby("rule")["state"].shift()
    before = before.where(before.notna(), known["rule"].map(_before(found)))
    changed = known[known["state"] != before.fillna("passed")]
    words = changed["state"].map({"failed": "began to fail", "passed": "fixed"})
    frame = changed.assign(at=changed["started_at"], change=words).sort_values("at", ascending=False, kind="stable")
    return frame[["at", "rule", "table_name", "severity", "change", "failed", "message"]].reset_index(drop=True)


def _telling(answers: pd.DataFrame) -> pd.Series:
    """Answers that tell of the whole table: that a rule passed over some of the rows says nothing."""
    return (answers["state"] == "failed") | ((answers["state"] == "passed") & ~answers["is_partial"].astype(bool))


def _before(found: Inputs) -> dict[str, str]:
    """State of each rule when the period began, where it is known from the history: what the first answer within it did not change."""
    rows = found.standing
    began = rows[(rows["since_at"] < found.scope.start_at)]
    return dict(zip(began["rule"], began["state"], strict=True))


def flapping_frame(found: Inputs) -> pd.DataFrame:
    """One row a rule that changed three times or more in its last ten runs: `rule`, `table_name`, `severity`, `changes`, `last_runs`."""
    rows = standing(found)
    names = ["rule", "table_name", "severity", "changes", "last_runs"]
    return rows.loc[rows["status"] == "flapping", names].sort_values(["changes", "rule"], ascending=[False, True]).reset_index(drop=True)


def trend_frame(found: Inputs) -> pd.DataFrame:
    """One row a day of the period with a run: `day`, rules whose last answer of the day was a failure by severity (`critical`, `warning`,
    `info`), `unanswered`, `answered`, `runs`."""
    answers = found.answers
    if answers.empty:
        return pd.DataFrame(columns=["day", *SEVERITIES, "unanswered", "answered", "runs"])
    local = answers.assign(day=answers["started_at"].dt.tz_convert(found.scope.timezone).dt.tz_localize(None).dt.normalize())
    last = local.sort_values("started_at", kind="stable").groupby(["day", "rule"], as_index=False).last()
    fails = last[last["state"] == "failed"].groupby(["day", "severity"]).size().unstack(fill_value=0)
    frame = pd.DataFrame({"answered": last.groupby("day").size(), "runs": local.groupby("day")["run_id"].nunique()})
    for severity in SEVERITIES:
        frame[severity] = fails[severity].reindex(frame.index).fillna(0).astype("int64") if severity in fails else 0
    frame["unanswered"] = last[last["state"] == "error"].groupby("day").size().reindex(frame.index).fillna(0).astype("int64")
    return frame.reset_index()[["day", *SEVERITIES, "unanswered", "answered", "runs"]]


def runs_frame(found: Inputs) -> pd.DataFrame:
    """One row a run of the period, the latest first: `started_at`, `seconds`, `asked_for`, `is_partial`, `rules`, `failed`,
    `unanswered`."""
    rows = []
    for _, part in found.answers.groupby("run_id", sort=False):
        one = part.iloc[0]
        seconds = (one["finished_at"] - one["started_at"]).total_seconds()
        asked = ", ".join(one["targets"]) or "everything"
        states = part["state"].value_counts()
        figures = (len(part), int(states.get("failed", 0)), int(states.get("error", 0)))
        rows.append((one["started_at"], seconds, asked, bool(one["is_partial"]), *figures))
    names = ["started_at", "seconds", "asked_for", "is_partial", "rules", "failed", "unanswered"]
    return pd.DataFrame(rows, columns=names).sort_values("started_at", ascending=False, kind="stable").reset_index(drop=True)


def unchecked_frame(found: Inputs) -> pd.DataFrame:
    """One row a table that has rules of which none was answered in the period: `table_name`, `platform`, `rules`, `checked_at` (the last
    answer before, or nothing). Platforms of which nothing was ever answered are left out: they are not set up here."""
    stand, asked = standing(found), set(found.answers["rule"])
    here = set(stand["platform"])
    rows = []
    for suite in {id(suite): suite for suite, _ in found.rules.values()}.values():
        names = [rule.id for rule in suite.rules]
        if suite.platform in here and not asked & set(names):
            before = stand[stand["rule"].isin(names)]["checked_at"]
            rows.append((suite.name, suite.platform, len(names), before.max() if len(before) else pd.NaT))
    return pd.DataFrame(rows, columns=["table_name", "platform", "rules", "checked_at"])


def slowest_frame(found: Inputs) -> pd.DataFrame:
    """The rules that took most time, by their median over the period: `rule`, `table_name`, `median_ms`, `answers`."""
    by = found.answers.groupby(["rule", "table_name"])["duration_ms"]
    frame = pd.DataFrame({"median_ms": by.median(), "answers": by.size()}).reset_index()
    return frame.sort_values(["median_ms", "rule"], ascending=[False, True]).head(SLOWEST).reset_index(drop=True)


def provenance_frame(found: Inputs) -> pd.DataFrame:
    """What the report was asked for and rests on, `item` and `value`; no clock time, so that equal inputs give equal frames."""
    scope = found.scope
    items: list[tuple[str, Any]] = [
        ("period", f"[{scope.start}, {scope.end})"), ("time zone", scope.timezone), ("platforms", ", ".join(found.platforms)),
        ("tenant", f"{scope.tenant}: takes no part, a rule judges a table as a whole" if scope.tenant else "all"),
        ("runs of the checks", found.answers["run_id"].nunique()), ("rules in the suites", len(found.rules)),
    ]  # fmt: skip
    frame = pd.DataFrame([(item, str(value)) for item, value in items], columns=["item", "value"])
    frame.attrs.update(cut_off=pd.Timestamp(scope.as_of), rows_read=len(found.answers) + len(found.standing))
    return frame


def _of(found: Inputs, rows: pd.DataFrame, field: str) -> Sequence[str]:
    return [getattr(found.rules[name][1], field) for name in rows["rule"]]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _verb(number: int) -> str:
    return "fails" if number == 1 else "fail"


def _some(failing: pd.DataFrame, severity: str, most: int = 3) -> str:
    names = list(failing[failing["severity"] == severity]["rule"])
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _day(instant: pd.Timestamp, found: Inputs) -> str:
    return wording.day(instant.timestamp(), found.scope.timezone)
