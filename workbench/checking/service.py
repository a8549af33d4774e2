"""Rules from the objectives: one for each objective and platform that it is for, failing while the objective is breached."""

from workbench import paths, slo_files
from workbench.checking.asking import literal
from workbench.checking.schema import Rule, Suite
from workbench.slo_files import Objective

TABLE = "marts.slo_slice"
_TEXT = paths.SQL / "marts" / "check" / "objective.sql"
_BREAK = """update marts.slo_slice set good = 0, slot_good = array_fill(cast(0 as bigint), array[cardinality(slots)])
where platform = {platform} and slo = {slo} and tenant = '*' and model = '*'"""


def suites() -> list[Suite]:
    """A suite for each platform that an objective is for.

    Raises:
        UsageError: an OpenSLO file is wrong.
    """
    text = _TEXT.read_text(encoding="utf-8")
    objectives = slo_files.load_objectives()
    found = []
    for platform in paths.installed_platforms():
        rules = tuple(_rule(text, one, platform) for one in objectives if _is_for(one, platform))
        if rules:
            owners = ", ".join(sorted({one.owner for one in objectives if _is_for(one, platform)}))
            title, key = f"Service objectives of {platform}", ("platform", "slo")
            found.append(Suite(f"{platform} objectives", TABLE, platform, title, owners, key, None, False, rules, slo_files.FOLDER))
    return found


def _is_for(objective: Objective, platform: str) -> bool:
    has_fact = (paths.SQL / platform / "facts" / f"{objective.fact}.sql").exists()
    return has_fact and platform in (objective.platforms or (platform,))


def _rule(text: str, objective: Objective, platform: str) -> Rule:
    names = {"platform": literal(platform), "slo": literal(objective.name)}
    values = {
        **names, "days": objective.window_days, "method": literal(objective.budgeting_method), "target": objective.target,
        "slice_seconds": objective.time_slice_window or objective.window_days * 86400, "slice_target": objective.time_slice_target or 0,
    }  # fmt: skip
    return Rule(
        id=f"SLO-{objective.name}-{platform}".upper(), severity=objective.severity, reason=objective.description,
        source=f"Definition S1; {objective.path.name}", kind="query", key=("platform", "slo"), query=text.format(**values),
        file=objective.path, topic="service", breaks=_BREAK.format(**names),
    )  # fmt: skip
