"""Where the findings of video's simulated data are planted; those that have a date lie in the last 31 days."""

from dataclasses import dataclass

import numpy as np

from workbench.seeds import Spec
from workbench.seeds.draw import DAY, HOUR, midnight

LEAVER = 3  # the tenant that leaves
DEVICES = ("desktop", "mobile", "tablet", "tv")
BROKEN = DEVICES.index("mobile")  # the device on which the player breaks with a release
RELEASE = "4.2.0"
CONFUSING = (0.42, 0.52)  # the passage nobody understands, as shares of its video


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
    """The planted windows. The holiday is two days in UTC and in Japan time alike."""

    whole: Window
    holiday: Window  # nobody learns
    left: Window  # from its start on, one tenant is gone
    release: Window  # from its start on, the player breaks on one device


def plan(spec: Spec) -> Plan:
    """The windows for a seeding, counted back from its end."""
    end = midnight(spec.end)
    return Plan(
        whole=Window(midnight(spec.start), end),
        holiday=Window(end - 27 * DAY + 15 * HOUR, end - 24 * DAY),
        left=Window(end - 21 * DAY, end),
        release=Window(end - 14 * DAY, end),
    )
