"""Rules from the objectives: each fails while its objective is breached on a platform, and one more when their slices drift from raw."""

from collections.abc import Sequence
from itertools import groupby

from workbench import paths, slo_files
from workbench.checking.asking import literal
from workbench.checking.schema import Rule, Suite
from workbench.slo_files import Objective

TABLE = "marts.slo_slice"
_FOLDER = paths.SQL / "marts" / "check"
_BREACH = """update marts.slo_slice set good = 0, slot_good = array_fill(cast(0 as bigint), array[cardinality(slots)])
where platform = {platform} and slo = {slo} and tenant = '*' and model = '*'"""
_LOSS = """delete from marts.slo_slice where platform = {platform} and (slo, day) = (
select slo, day from marts.slo_slice where platform = {platform} and slo in ({names}) order by slo, day limit 1)"""


def suites() -> list[Suite]:
    """For each platform that objectives are for a suite for each of their owners, and one about their slices.

    Raises:
        UsageError: an OpenSLO file is wrong.
    """
    objectives = slo_files.load_objectives()
    found = []
    for platform in paths.installed_platforms():
        mine = sorted((one for one in objectives if _is_for(one, platform)), key=lambda one: (one.owner, one.order))
        for owner, owned in groupby(mine, key=lambda one: one.owner):
            found.append(_suite(platform, f"objectives of {owner}", owner, ("platform", "slo"), [_breach(one, platform) for one in owned]))
        if mine:
            found.append(_suite(platform, "slices of objectives", "data operations", ("platform", "day", "slo"), _drifts(mine, platform)))
    return found


def _suite(platform: str, what: str, owner: str, key: tuple[str, ...], rules: Sequence[Rule]) -> Suite:
    title = f"Service {what} on {platform}"
    return Suite(f"{platform} {what}", TABLE, platform, title, owner, key, None, False, tuple(rules), slo_files.FOLDER)


def _is_for(objective: Objective, platform: str) -> bool:
    has_fact = (paths.sql_folder(platform) / "facts" / f"{objective.fact}.sql").exists()
    return has_fact and platform in (objective.platforms or (platform,))


def _breach(objective: Objective, platform: str) -> Rule:
    names = {"platform": literal(platform), "slo": literal(objective.name)}
    values = {
        **names, "days": objective.window_days, "method": literal(objective.budgeting_method), "target": objective.target,
        "slice_seconds": objective.time_slice_window or objective.window_days * 86400, "slice_target": objective.time_slice_target or 0,
    }  # fmt: skip
    return Rule(
        id=f"SLO-{objective.name}-{platform}".upper(), severity=objective.severity, reason=objective.description,
        source=f"Definition S1; {objective.path.name}", kind="query", key=("platform", "slo"), query=_text("objective").format(**values),
        file=objective.path, topic="service", breaks=_BREACH.format(**names),
        implies=("MARTS-SLICE-004", _drift_id(objective.fact, platform)),
    )  # fmt: skip


def _drifts(objectives: Sequence[Objective], platform: str) -> list[Rule]:
    """One rule for each fact that the objectives count, so that it is read once."""
    by_fact = groupby(sorted(objectives, key=lambda one: one.fact), key=lambda one: one.fact)
    return [_drift(list(counted), fact, platform) for fact, counted in by_fact]


def _drift_id(fact: str, platform: str) -> str:
    return f"SLO-SLICES-{fact.removeprefix('fact_').replace('_', '-')}-{platform}".upper()


def _drift(objectives: Sequence[Objective], fact: str, platform: str) -> Rule:
    numbered = list(enumerate(objectives))
    counts = ", ".join(
        f"count(*) filter (where {one.total}) as total_{n}, count(*) filter (where ({one.total}) and ({one.good})) as good_{n}"
        for n, one in numbered
    )
    listed = ", ".join(f"({literal(one.name)}, good_{n}, total_{n})" for n, one in numbered)
    names = {"platform": literal(platform), "names": ", ".join(literal(one.name) for one in objectives)}
    return Rule(
        id=_drift_id(fact, platform), severity="critical",
        reason="Budgets and alerts are counted from slices; they must be what the raw rows tell.", source="Definition Q5",
        kind="query", key=("platform", "day", "slo"), query=_text("slices").format(fact=fact, counts=counts, objectives=listed, **names),
        file=_FOLDER / "slices.sql", breaks=_LOSS.format(**names),
    )  # fmt: skip


def _text(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
