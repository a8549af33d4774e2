"""What an objective promises, and the alerts that watch it (definitions S1 and S3): plain values, without NumPy.

Whoever only reads objective files, to list or to check them, starts in half the time for it.
"""

from dataclasses import dataclass
from fractions import Fraction

HOUR, DAY = 3600, 86400


@dataclass(frozen=True)
class Rung:
    """One alert of the ladder: `severity` page or ticket; `share` of the budget spent in `long` seconds; `short` seconds confirm it."""

    severity: str
    share: Fraction
    long: int
    short: int

    def threshold(self, period: int) -> Fraction:
        """Burn rate from which on it fires (definition S3): share · period / long; the period in seconds.

        >>> [round(float(rung.threshold(28 * DAY)), 4) for rung in LADDER]
        [13.44, 5.6, 2.8, 0.9333]
        """
        return self.share * period / self.long


LADDER = (
    Rung("page", Fraction(2, 100), HOUR, 5 * 60),
    Rung("page", Fraction(5, 100), 6 * HOUR, 30 * 60),
    Rung("ticket", Fraction(10, 100), DAY, 2 * HOUR),
    Rung("ticket", Fraction(10, 100), 3 * DAY, 6 * HOUR),
)
"""The standard rungs, most urgent first: for 30 days 14.4, 6, 3 and 1."""


@dataclass(frozen=True)
class Goal:
    """What is promised: the target (a ratio), the budgeting method, for slices their seconds and own target, and the alert ladder."""

    target: float
    method: str = "Occurrences"
    slice_seconds: int | None = None
    slice_target: float | None = None
    ladder: tuple[Rung, ...] = LADDER
