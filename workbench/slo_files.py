"""Service level objectives from OpenSLO v1 files: the shipped ones in `expectations/slo/` and your own in `WORKBENCH_SLO_PATH`.

A file holds one or more documents of kind SLO or AlertPolicy. An objective of yours with the name of a shipped one takes its place, and
says so in `replaces`; the same name twice in one folder is an error. The label `platform` names the platforms it is for (without it, all),
`owner` who answers for it; the annotations `workbench.order`, `workbench.unit` and `workbench.threshold` tell how to show it, and
`workbench.severity` (critical, warning or info) how much a breach weighs among the data checks.
"""

import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from workbench import paths, slo_schema, yamlfiles
from workbench.errors import UsageError
from workbench.metrics.goals import LADDER, Goal, Rung
from workbench.settings import settings
from workbench.yamlfiles import known_word, parse

if TYPE_CHECKING:
    from sqlalchemy import Connection

FOLDER = paths.EXPECTATIONS / "slo"
ANNOTATIONS = ("order", "unit", "threshold", "severity")
SEVERITIES = ("critical", "warning", "info")
_PREFIX = "workbench."
_LAST = 1000
_KINDS: dict[str, type[slo_schema.Slo | slo_schema.AlertPolicy]] = {"SLO": slo_schema.Slo, "AlertPolicy": slo_schema.AlertPolicy}


@dataclass(frozen=True)
class Objective:
    """One service level objective.

    Attributes:
        name: identity, as in the rollup. display_name, description, service, owner: for the reader.
        platforms: those it is for; empty = all.
        fact: the fact it counts rows of, without schema.
        good, total: SQL conditions over the fact's columns; a good row is one where both hold.
        budgeting_method: Occurrences, Timeslices or RatioTimeslices (definition S1).
        target: ratio, 0 < target < 1. window_days: length of its own window.
        time_slice_target, time_slice_window: ratio and seconds, for the methods over slices.
        ladder: its alert rungs, most urgent first (definition S3).
        unit, threshold: of what is compared, for display only. order: place among the others.
        severity: of the data check that fails while it is breached.
        path: file it comes from. replaces: the shipped file whose objective it takes the place of.
    """

    name: str
    display_name: str
    description: str
    service: str
    owner: str
    platforms: tuple[str, ...]
    fact: str
    good: str
    total: str
    budgeting_method: str
    target: float
    window_days: int
    time_slice_target: float | None
    time_slice_window: int | None
    ladder: tuple[Rung, ...]
    unit: str
    threshold: float | None
    order: int
    path: Path
    replaces: Path | None = None
    severity: str = "warning"

    @property
    def goal(self) -> Goal:
        """What the arithmetic of objectives needs of it."""
        return Goal(self.target, self.budgeting_method, self.time_slice_window, self.time_slice_target, self.ladder)


def load_objectives(extra: Path | None = None) -> list[Objective]:
    """All objectives in the order in which they are shown.

    Args:
        extra: folder with your own files; by default `WORKBENCH_SLO_PATH`.

    Raises:
        UsageError: a file is wrong; the sentence names the file, the field and what is allowed.
    """
    objectives = {one.name: one for one in read_folder(FOLDER)}
    folder = extra or settings().slo_path
    if folder is not None:
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder; WORKBENCH_SLO_PATH must name the folder with your OpenSLO files.")
        for one in read_folder(folder, policies(FOLDER)):
            shipped = objectives.get(one.name)
            objectives[one.name] = replace(one, replaces=shipped.path) if shipped else one
    return sorted(objectives.values(), key=lambda one: (one.order, one.name))


def read_folder(folder: Path, shared: Mapping[str, slo_schema.PolicySpec] | None = None) -> list[Objective]:
    """The objectives of the `*.yaml` and `*.yml` files of a folder; `shared` are alert policies they may refer to besides its own."""
    known, facts = {**(shared or {}), **policies(folder)}, _facts()
    found: dict[str, Objective] = {}
    for path, slo in _of_kind(folder, slo_schema.Slo):
        one = _objective(path, slo, known, facts)
        if one.name in found:
            raise UsageError(f"{path}: metadata.name {one.name!r} is taken by {found[one.name].path}; give every objective its own name.")
        found[one.name] = one
    return list(found.values())


def policies(folder: Path) -> dict[str, slo_schema.PolicySpec]:
    """The alert policies of a folder's files by name."""
    found: dict[str, slo_schema.PolicySpec] = {}
    for path, policy in _of_kind(folder, slo_schema.AlertPolicy):
        if policy.metadata.name in found:
            raise UsageError(f"{path}: there are two alert policies named {policy.metadata.name!r}; give every policy its own name.")
        found[policy.metadata.name] = policy.spec
    return found


def check_sql(connection: "Connection", objective: Objective) -> None:
    """Let the server read the objective's conditions, as the reading role and without running them.

    Raises:
        UsageError: a condition is not SQL over the fact's columns; the sentence names file, field and the server's reason.
    """
    from sqlalchemy.exc import DBAPIError

    counted = f"spec.indicator.spec.ratioMetric (over {objective.fact})"
    for field, condition in (("total", objective.total), ("good", objective.good)):
        # the columns are those the rollup cuts by: a fact without them has no objectives
        probe = f"explain select tenant, model, occurred_at from marts.{objective.fact} where ({condition}) is true"  # noqa: S608
        savepoint = connection.begin_nested()
        try:
            connection.exec_driver_sql("set local role workbench_reader")
            connection.exec_driver_sql(probe.replace("%", "%%"))
        except DBAPIError as error:
            reason = str(error.orig).split("\n")[0]
            raise UsageError(f"{objective.path}: {field} of {counted} is refused by the server: {reason}.") from None
        finally:
            savepoint.rollback()


# --- from documents to objectives ------------------------------------------------------------------------------------


def _objective(path: Path, slo: slo_schema.Slo, known: Mapping[str, slo_schema.PolicySpec], facts: Sequence[str]) -> Objective:
    spec, goal, window = slo.spec, slo.spec.objectives[0], slo.spec.time_window[0]
    ratio = spec.indicator.spec.ratio_metric
    total = ratio.total.metric_source.spec
    known_word(f"{path}: spec.indicator.spec.ratioMetric.total.metricSource.spec.fact", total.fact, facts)
    if ratio.good:
        good = ratio.good.metric_source.spec.where
    else:
        good = f"({ratio.bad.metric_source.spec.where}) is not true"  # type: ignore[union-attr]
    notes = _annotations(path, slo.metadata)
    order = _number(path, notes, "order")
    severity = notes.get("severity", "warning")
    known_word(f"{path}: metadata.annotations.{_PREFIX}severity", severity, SEVERITIES)
    seconds = slo_schema.seconds(window.duration)
    return Objective(
        name=slo.metadata.name, display_name=slo.metadata.display_name or slo.metadata.name, description=" ".join(spec.description.split()),
        service=spec.service, owner=", ".join(_label(slo.metadata, "owner")), platforms=_platforms(path, slo.metadata),
        fact=total.fact, good=good, total=total.where, budgeting_method=spec.budgeting_method, target=goal.ratio,
        window_days=seconds // 86400, time_slice_target=goal.time_slice_target, time_slice_window=goal.slice_seconds,
        ladder=_ladder(path, spec.alert_policies, known, seconds), unit=notes.get("unit", ""), threshold=_number(path, notes, "threshold"),
        order=_LAST if order is None else int(order), path=path, severity=severity,
    )  # fmt: skip


def _facts() -> list[str]:
    return sorted(path.stem for path in (paths.SQL / "marts" / "facts").glob("fact_*.sql"))


def _annotations(path: Path, metadata: slo_schema.Metadata) -> dict[str, str]:
    own = {key.removeprefix(_PREFIX): text for key, text in metadata.annotations.items() if key.startswith(_PREFIX)}
    for key in own:
        known_word(f"{path}: metadata.annotations", key, ANNOTATIONS, _PREFIX)
    return own


def _label(metadata: slo_schema.Metadata, name: str) -> tuple[str, ...]:
    value = metadata.labels.get(name, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _platforms(path: Path, metadata: slo_schema.Metadata) -> tuple[str, ...]:
    names = _label(metadata, "platform")
    for name in names:
        known_word(f"{path}: metadata.labels.platform", name, paths.platforms())
    return names


def _number(path: Path, notes: Mapping[str, str], key: str) -> float | None:
    try:
        return float(notes[key]) if key in notes else None
    except ValueError:
        raise UsageError(f'{path}: metadata.annotations.{_PREFIX}{key} must be a number in quotes, such as "3000".') from None


def _ladder(
    path: Path, entries: tuple[slo_schema.PolicyEntry, ...], known: Mapping[str, slo_schema.PolicySpec], window: int
) -> tuple[Rung, ...]:
    """The rungs of the objective's policies, each threshold as the share of the budget it stands for; without any the standard ones."""
    rungs = []
    for number, entry in enumerate(entries):
        if entry.alert_policy_ref is not None:
            known_word(f"{path}: spec.alertPolicies[{number}].alertPolicyRef", entry.alert_policy_ref, sorted(known))
        spec = entry.spec or known[str(entry.alert_policy_ref)]
        condition, severity = spec.conditions[0].spec.condition, spec.conditions[0].spec.severity
        long, short = slo_schema.seconds(condition.lookback_window), slo_schema.seconds(condition.alert_after)
        rungs.append(Rung(severity, Fraction(str(condition.threshold)) * long / window, long, short))
    return tuple(sorted(rungs, key=lambda rung: rung.threshold(window), reverse=True)) or LADDER


# --- from files to documents -----------------------------------------------------------------------------------------


M = typing.TypeVar("M", bound=BaseModel)


def _of_kind(folder: Path, kind: type[M]) -> Iterator[tuple[Path, M]]:
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        for document in yamlfiles.documents(path, _document):
            if isinstance(document, kind):
                yield path, document


def _document(path: Path, raw: object) -> BaseModel:
    if not isinstance(raw, dict):
        raise UsageError(f"{path}: must be an OpenSLO document that starts with apiVersion: openslo/v1.")
    kind = str(raw.get("kind", "(missing)"))
    known_word(f"{path}: kind", kind, list(_KINDS))
    return parse(_KINDS[kind], raw, str(path))
