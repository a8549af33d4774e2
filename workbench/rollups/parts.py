"""What is rolled up. A *part* is a slice of a rollup that is computed, dated and redone on its own.

The parts of a day rollup, and of one derived from it, are its time zones, those of `slo_slice` its
objectives; a platform's own rollup (a file under `sql/<platform>/rollups/` with its `clear_` partner) is one part over UTC days. Every
part carries a hash of whatever defines its numbers, so a changed SQL file, fact view or objective is noticed and the part computed anew.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from workbench import paths, slo_files
from workbench.errors import UsageError
from workbench.rollups.families import Family
from workbench.settings import settings
from workbench.slo_files import Objective


@dataclass(frozen=True)
class Part:
    """One part of a rollup of one platform.

    Attributes:
        rollup: name of the rollup. key: time zone, objective, or UTC. definition: hash of what defines its numbers.
    """

    rollup: str
    key: str
    definition: str


@dataclass(frozen=True)
class Recipe:
    """What is rolled up for one platform of one family of rollups: its time zones, objectives and own rollups.

    Attributes:
        texts: of SQL files by their names, as they are read; None of one that is not there. Recipes made at once share them.
    """

    platform: str
    family: Family
    zones: tuple[str, ...]
    objectives: tuple[Objective, ...]
    own_rollups: tuple[str, ...]
    texts: dict[str, str | None] = field(compare=False, repr=False, default_factory=dict)

    @property
    def facts(self) -> tuple[str, ...]:
        """Facts the rollups are made of, in a fixed order."""
        return tuple(dict.fromkeys((*self.family.facts, *(objective.fact for objective in self.objectives))))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All parts of the family on the platform."""
        derived_zones = self.zones if self.family.by_zone else ("UTC",)
        by_day = {rollup: self._definition(rollup) for rollup in self.family.days}
        derived = {rollup: self._derivation(rollup) for rollup in self.family.derived}
        return tuple(
            [Part(rollup, zone, definition) for rollup, definition in by_day.items() for zone in self.zones]
            + [Part("slo_slice", one.name, self._definition("slo_slice", _criteria(one))) for one in self.objectives]
            + [Part(name, "UTC", self._definition(f"{self.platform}/{name}", self._targets())) for name in self.own_rollups]
            + [Part(rollup, zone, definition) for rollup, definition in derived.items() for zone in derived_zones]
        )

    @property
    def rollups(self) -> tuple[str, ...]:
        """Names of the rollups that have parts."""
        return tuple(dict.fromkeys(part.rollup for part in self.parts))

    def _definition(self, rollup: str, *more: str) -> str:
        own = rollup if "/" in rollup else f"marts/{rollup}"
        names = [f"marts/rollups/{name}" for name in self.family.shared] + [own.replace("/", "/rollups/")]
        if rollup in self.family.months:
            names.append(f"marts/rollups/{self.family.months[rollup]}")
        if rollup == "learner_ai_day":
            more = (missed_any(self.objectives),)
        views = (*self.facts, *self.family.dimensions)
        return self._hash([*names, *(f"{self.platform}/facts/{view}" for view in views)], *more)

    def _derivation(self, rollup: str) -> str:
        return self._hash([f"marts/rollups/{name}" for name in (*self.family.derivation, rollup)])

    def _targets(self) -> str:
        return "\0".join(f"{_criteria(one)}\0{one.target}" for one in self.objectives)

    def _hash(self, names: Sequence[str], *more: str) -> str:
        """Of the SQL files of these names, as far as they exist, and more texts."""
        for name in names:
            if name not in self.texts:  # most parts are defined by the same files
                self.texts[name] = _text(paths.sql_file(name))
        return _hash(tuple(text for name in names if (text := self.texts[name]) is not None) + more)


def recipe(platform: str, family: Family, texts: dict[str, str | None]) -> Recipe:
    """What is to be rolled up for a platform by the family, the settings, the objectives and the SQL files of this installation.

    Args:
        texts: of SQL files that were read already.

    Raises:
        UsageError: an objective file is wrong; the sentence names file and field.
    """
    if not family.slots:
        return Recipe(platform, family, zones_kept(), (), (), texts)
    objectives = tuple(one for one in slo_files.load_objectives() if not one.platforms or platform in one.platforms)
    files = sorted(path.stem for path in (paths.sql_folder(platform) / "rollups").glob("*.sql"))
    own = tuple(name for name in files if f"clear_{name}" in files)
    return Recipe(platform, family, zones_kept(), objectives, own, texts)


def zones_kept() -> tuple[str, ...]:
    """Time zones for which day rollups are kept: those of the settings, and UTC always."""
    return tuple(dict.fromkeys((*settings().timezones, "UTC")))


def kept_zone(timezone: str) -> str:
    """The time zone, if rollups are kept for it.

    Raises:
        UsageError: they are not; the sentence names those kept.
    """
    if timezone not in zones_kept():
        kept = ", ".join(zones_kept())
        raise UsageError(
            f"No rollups are kept for the time zone {timezone}; kept: {kept}. Add it to WORKBENCH_TIMEZONES, then `workbench rollup`."
        )
    return timezone


def chosen_platforms(platform: str | Sequence[str]) -> list[str]:
    """Platforms of a parameter: `all`, a name or a list of names.

    Raises:
        UsageError: an unknown name; the sentence names the known ones.
    """
    known = paths.installed_platforms()
    names = list(known) if platform == "all" else [platform] if isinstance(platform, str) else list(dict.fromkeys(platform))
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise UsageError(f"No such platform: {', '.join(unknown) or '(none given)'}; known: all, {', '.join(known)}.")
    return names


def missed_any(objectives: Sequence[Objective]) -> str:
    """SQL condition over `fact_ai_answer`: the answer counts for an objective and did not meet it."""
    over_answers = [one for one in objectives if one.fact == "fact_ai_answer"]
    return " or ".join(f"(({one.total}) is true and ({one.good}) is not true)" for one in over_answers) or "false"


def _text(path: Path) -> str | None:
    """The text of a file, read again only when it has changed."""
    try:
        known = path.stat()
    except FileNotFoundError:
        return None
    return _read(path, known.st_mtime_ns, known.st_size)


@cache
def _hash(texts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


@cache
def _read(path: Path, modified_ns: int, size: int) -> str:
    return path.read_text(encoding="utf-8")


def _criteria(objective: Objective) -> str:
    return "\0".join((objective.name, objective.fact, objective.good, objective.total))
