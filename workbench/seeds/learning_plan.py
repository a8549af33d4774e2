"""Where the findings of the learning platform's simulated data are planted: all within the last 31 days."""

from dataclasses import dataclass

import numpy as np

from workbench.seeds import Spec
from workbench.seeds.draw import DAY, HOUR, midnight

MODELS = ("quill-large", "quill-small", "quill-beta")
MODEL_SHARES = (50, 38, 12)
WORSE_MODEL = 2  # since it was updated its assets are rated badly and reported
DEVICES = ("ios", "android", "windows", "mac", "web")
DEVICE_SHARES = (30, 26, 22, 12, 10)
BROKEN_DEVICE = 1
USUAL_COMPLETION, BROKEN_COMPLETION = 0.72, 0.30
COHORT_SHARE = 0.08
GUESSES, GUESS_MS = 400, 600


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
    """The planted windows. An idle day is one in UTC and in Japan time alike, so it lasts 33 hours."""

    cohort: Window  # who joins in these days leaves again within six days
    released: Window  # from here on, sessions on one device are seldom finished
    idle: Window  # nobody does anything: a holiday
    worse: Window  # from here on, assets of one model annoy their users
    guessing: Window  # one account answers hundreds of questions faster than they can be read


def plan(spec: Spec) -> Plan:
    """The windows for a seeding, counted back from its end."""

    def back(days: int, hours: int = 0) -> int:
        return midnight(spec.end) - days * DAY + hours * HOUR

    return Plan(
        cohort=Window(back(31), back(24)),
        released=Window(back(16, 3), back(0)),
        idle=Window(back(12, 15), back(10)),
        worse=Window(back(20), back(0)),
        guessing=Window(back(8, 18), back(8, 19)),
    )
