"""Unused is not droppable: what speaks for an index that was never scanned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workbench.indexing.catalogue import Live
from workbench.plaintext import size, span

YOUNG = timedelta(days=30)
"""Scans counted for less than this prove nothing: month ends come once a month."""

VERDICTS = KEEP, TOO_EARLY, CANDIDATE = "keep", "too early to tell", "candidate"


@dataclass(frozen=True)
class Unused:
    """One index without a scan, that of a partitioned table with all its partitions.

    Attributes:
        bytes: its size, partitions included.
        scans: on this server and, where it could be asked, on the replica: 0.
        verdict: `keep` (something needs it), `too early to tell`, or `candidate`: nothing found that needs it.
        reasons: sentences; never empty.
    """

    platform: str
    index: str
    table: str
    bytes: int
    scans: int
    verdict: str
    reasons: tuple[str, ...]

    def text(self) -> str:
        """One line for people: what decided the verdict."""
        return f"  {self.index}, {size(self.bytes)}: {self.verdict} — {self.reasons[0]}"


@dataclass(frozen=True)
class Counting:
    """What the counts of scans are worth.

    Attributes:
        since: by platform, since when they are counted for certain.
        replicas: servers that follow this one.
        replica_scans: scans there by index; None when it was not or could not be asked.
        replica_note: why it could not be asked, if one is named in the settings.
    """

    since: Mapping[str, datetime]
    replicas: int
    replica_scans: Mapping[str, int] | None = None
    replica_note: str | None = None


def unused(there: Mapping[str, Live], named: frozenset[str], counting: Counting, now: datetime | None = None) -> list[Unused]:
    """The indexes without a scan: candidates, then those about which it is too early to tell, then those to keep; the largest first.

    Args:
        named: indexes that the migrations make.
    """
    found = []
    for index in there.values():
        if index.part_of or not index.is_valid:
            continue
        family = [part for part in there.values() if _root(part, there) == index.name]
        elsewhere = counting.replica_scans or {}
        if sum(part.scans + elsewhere.get(part.name, 0) for part in family) == 0:
            verdict, reasons = _judged(index, family, named, counting, now or datetime.now(UTC))
            total = sum(part.bytes for part in family)
            found.append(Unused(index.platform, index.name, index.table, total, 0, verdict, reasons))
    return sorted(found, key=lambda one: (-VERDICTS.index(one.verdict), -one.bytes, one.index))


def _root(index: Live, there: Mapping[str, Live]) -> str:
    while index.part_of and index.part_of in there:
        index = there[index.part_of]
    return index.name


def needed_by(index: Live, family: list[Live]) -> list[str]:
    """What needs an index, scanned or not."""
    reasons = [f"it backs the constraint {index.constraint}"] if index.constraint else []
    if index.is_unique and not index.constraint:
        reasons.append("it keeps rows unique, or lets a materialized view be refreshed beside its readers")
    referenced = sorted({name for part in family for name in part.referenced_by})
    reasons += [f"foreign keys rely on it: {', '.join(referenced)}"] if referenced else []
    reasons += ["it is the replica identity"] if index.is_replica_identity else []
    if index.serves:
        reasons.append(f"without it every delete of a referenced row reads the whole table ({', '.join(index.serves)})")
    return reasons


def _judged(index: Live, family: list[Live], named: frozenset[str], counting: Counting, now: datetime) -> tuple[str, tuple[str, ...]]:
    needs, doubts = needed_by(index, family), _doubts(index, counting, now)
    wish = ["the migrations name it: leave it out by a migration, not by hand"] if index.name in named else []
    verdict = KEEP if needs else TOO_EARLY if doubts else CANDIDATE
    return verdict, tuple([*needs, *doubts, *wish] or ["nothing was found that needs it"])


def _doubts(index: Live, counting: Counting, now: datetime) -> list[str]:
    since, doubts = counting.since.get(index.platform), []
    if since is None:
        doubts.append("nobody knows since when its scans are counted")
    elif now - since < YOUNG:
        doubts.append(f"its scans are counted for {span((now - since).total_seconds())} only, since {since:%Y-%m-%d %H:%M} UTC")
    if counting.replica_note:
        doubts.append(counting.replica_note)
    elif counting.replicas and counting.replica_scans is None:
        doubts.append(f"{counting.replicas} servers follow this one and count their own scans (WORKBENCH_REPLICA_URL lets one be asked)")
    return doubts
