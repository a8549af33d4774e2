"""Where the findings of MUED's simulated data are planted: all within the last 31 days, so that a month's report meets each of them."""

from dataclasses import dataclass

import numpy as np

from workbench.seeds import Spec
from workbench.seeds.draw import DAY, HOUR, midnight

MODELS = ("sonata-large", "sonata-small", "etude-1", "nocturne-beta")
SOURCES = ("local", "note")

SLOW_MODEL, SLOW_FACTOR = "sonata-large", 7.0
DEAD_SOURCE, DEAD_SHARE = "note", 0.95
DEARER_MODEL, DEARER_FACTOR = "sonata-small", 1.8
UNCITED_MODEL, UNCITED_SHARE = "etude-1", 0.88
LATE_SHARE = 0.3


@dataclass(frozen=True)
class Window:
    """A half-open range of time."""

    start: int
    end: int

    def holds(self, us: np.ndarray) -> np.ndarray:
        """Which of the times lie in it."""
        return (us >= self.start) & (us < self.end)


@dataclass(frozen=True)
class Plan:
    """The planted windows. A silent or idle day is one in UTC and in Japan time alike, so it lasts 33 hours."""

    idle: Window  # nobody does anything: a holiday
    slow: Window  # one model answers slowly for some hours
    dead: Window  # one source answers with errors for some hours
    dearer: Window  # from here on one model costs more
    silent: Window  # sessions, but not one answer
    uncited: Window  # one model gives nearly no citations for a week
    late: Window  # part of this day's answers arrive at `late_arrival`
    late_arrival: int
    upgraded: int  # a new version of the session analysis


def plan(spec: Spec) -> Plan:
    """The windows for a seeding, counted back from its end."""

    def back(days: int, hours: int = 0) -> int:
        return midnight(spec.end) - days * DAY + hours * HOUR

    return Plan(
        idle=Window(back(28, 15), back(26)),
        slow=Window(back(24, 9), back(24, 15)),
        dead=Window(back(20, 9), back(20, 14)),
        dearer=Window(back(16), back(0)),
        silent=Window(back(13, 15), back(11)),
        uncited=Window(back(10), back(3)),
        late=Window(back(6), back(5)),
        late_arrival=back(3, 3),
        upgraded=back(18, 2),
    )
