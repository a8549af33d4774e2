"""Simulated data, one module a platform: `make(spec)` returns the rows of its tables and what was planted in them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

SEEDERS = {
    "mued": "workbench.seeds.mued",
    "learning": "workbench.seeds.learning",
    "drivemaster": "workbench.seeds.drivemaster",
    "video": "workbench.seeds.video",
}
"""Platform → module with `make(spec: Spec) -> Seeded` and `TABLES`, the tables it fills in the order in which they can be filled.

Where the key of a table is not its `id`, `KEYS` names the column, table by table, that holds a key of the seeding.
"""


@dataclass(frozen=True)
class Spec:
    """What is asked for. Equal specs give equal rows, keys included."""

    platform: str
    learners: int
    days: int
    seed: int
    end: date  # the day after the last

    @property
    def start(self) -> date:
        """The first day."""
        return self.end - timedelta(days=self.days)

    @property
    def prefix(self) -> bytes:
        """The six bytes that every key of this seeding starts with: they tell its rows from all others."""
        return self._digest("keys")[:6]

    def rng(self, part: str) -> np.random.Generator:
        """A generator of its own for each part, so that a change in one leaves the others as they were."""
        return np.random.Generator(np.random.PCG64(int.from_bytes(self._digest(part)[:16])))

    def _digest(self, part: str) -> bytes:
        text = f"{self.platform}/{self.seed}/{self.learners}/{self.days}/{self.end.isoformat()}/{part}"
        return hashlib.sha256(text.encode()).digest()


@dataclass(frozen=True)
class Planted:
    """A finding hidden in the rows, and what to expect of it."""

    fact: str
    started_at: int  # microseconds since 1970
    ended_at: int
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Seeded:
    """The rows of each table, column by column, in the order in which the tables can be filled, and what was planted."""

    tables: dict[str, dict[str, pa.Array]]
    planted: list[Planted]

    def counts(self) -> Iterator[tuple[str, int]]:
        """(table, rows) of each table."""
        for name, columns in self.tables.items():
            yield name, len(next(iter(columns.values())))
