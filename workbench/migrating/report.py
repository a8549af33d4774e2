"""What the migrator tells: the execution report, the state of a schema and its drift; each as text and as plain values for JSON."""

import textwrap
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


class _Plain:
    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return asdict(self)  # type: ignore[call-overload]


def _counted(number: int, noun: str) -> str:
    plural = {"index": "indexes", "policy": "policies"}.get(noun, f"{noun}s")
    return f"{number:,} {noun if number == 1 else plural}"


@dataclass(frozen=True)
class Check(_Plain):
    """One thing looked at before anything is changed, and what was found."""

    name: str
    found: str


@dataclass(frozen=True)
class Loss(_Plain):
    """Rows that a step destroys: `object` is a table or a column, `rows` were counted, not estimated."""

    object: str
    rows: int
    how: str

    def __str__(self) -> str:
        return f"{self.object} ({_counted(self.rows, 'row')}, {self.how})"


@dataclass(frozen=True)
class Step(_Plain):
    """One migration that ran or would run. `direction` is up or down; `duration_ms` is None in a plan."""

    platform: str
    version: str
    name: str
    direction: str
    file: str
    purpose: str
    statements: int
    duration_ms: int | None = None
    destroys: tuple[Loss, ...] = ()


@dataclass(frozen=True)
class Verified(_Plain):
    """One object that was looked for after the run. `state` is exists or gone; `rows` are those seeded by the run, for tables."""

    kind: str
    object: str
    state: str
    rows: int | None = None


@dataclass
class Report(_Plain):
    """Execution report of one `up` or `down` (or, with `dry_run`, of what it would do)."""

    platform: str
    action: str
    dry_run: bool
    started_at: datetime
    ended_at: datetime
    duration_s: float
    from_version: str | None
    to_version: str | None
    preflight: list[Check] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    verified: list[Verified] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The report as a person reads it, several lines."""
        if not self.steps:
            return f"{self.platform}: at {self.to_version or 'none'}, nothing to do"
        return "\n".join([self._title(), *self._steps(), *self._verified(), *self._next()])

    def _title(self) -> str:
        versions = f"{self.from_version or 'none'} → {self.to_version or 'none'}"
        checks = f"  pre-flight: {'; '.join(f'{check.name}: {check.found}' for check in self.preflight)}"
        if self.dry_run:
            return f"{self.platform}: plan {versions}, nothing was changed\n{checks}"
        span = f"  from {self.started_at:%Y-%m-%d %H:%M:%S} to {self.ended_at:%H:%M:%S} UTC, {self.duration_s:.2f} s"
        return f"{self.platform}: {versions}\n{span}\n{checks}"

    def _steps(self) -> list[str]:
        lines = []
        for step in self.steps:
            own = "" if step.platform == self.platform else f"{step.platform} "
            took = "would run" if self.dry_run else f"{step.duration_ms} ms"
            lines.append(
                f"  {step.direction:<4} {own}{step.version}_{step.name}  {took}  {textwrap.shorten(step.purpose, 90, placeholder=' …')}"
            )
            lines.extend(f"       destroys {loss}" for loss in step.destroys)
        return lines

    def _verified(self) -> list[str]:
        lines = []
        for state, words in (("exists", "there"), ("gone", "gone")):
            counts = Counter(found.kind for found in self.verified if found.state == state)
            if counts:
                lines.append(f"  verified {words}: {', '.join(_counted(number, kind) for kind, number in counts.items())}")
        lines.extend(f"  seeded: {found.object} has {_counted(found.rows, 'row')}" for found in self.verified if found.rows)
        return lines + ([f"  facts: {', '.join(self.facts)}"] if self.facts else [])

    def _next(self) -> list[str]:
        return [f"  next: {step}" for step in self.next_steps]


@dataclass(frozen=True)
class SchemaStatus(_Plain):
    """State of one schema. `version` is None when nothing is applied; `problem` is one sentence or None."""

    platform: str
    version: str | None
    newest: str | None
    pending: int
    applied_at: datetime | None
    problem: str | None


@dataclass(frozen=True)
class Drift(_Plain):
    """One difference: `kind` is missing, unexpected or different; the definitions are None on the side that lacks the object."""

    platform: str
    kind: str
    object: str
    expected: str | None
    found: str | None


@dataclass
class Verification(_Plain):
    """Comparison of one live schema with what its migrations make on a server of the same version."""

    platform: str
    version: str | None
    objects: int
    source: str
    drifts: list[Drift]

    def sentence(self) -> str:
        """The result in one sentence."""
        if self.version is None:
            return f"{self.platform}: not installed."
        if not self.drifts:
            return f"{self.platform} at {self.version}: all {self.objects} objects are as the migrations make them ({self.source})."
        return f"{self.platform} at {self.version}: {len(self.drifts)} differences from what the migrations make ({self.source})."
