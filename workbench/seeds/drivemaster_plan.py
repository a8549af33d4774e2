"""What is planted in DriveMaster's simulated data, and when."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.seeds import Planted, Spec
from workbench.seeds.draw import DAY, midnight

if TYPE_CHECKING:
    from workbench.seeds.drivemaster_theory import Syllabus

# Positions of concepts in the order in which they are taught: early ones, which everybody meets.
USELESS_CONCEPT, WORSE_CONCEPT, DRIFTED_CONCEPT, BAD_CONCEPT = 1, 2, 3, 4
WORSE_FACTOR = 0.55
DRIFTED_SLIP = 0.45
BAD_SHARE = 0.12
LATE_SHARE = 0.3


@dataclass(frozen=True)
class Plan:
    """The planted moments, in microseconds since 1970."""

    trials: int  # from here on, every second answer to an item under test goes to its variant
    drifted: int  # from here on, those who know a concept often answer wrong: the rule changed, the questions did not
    revised: int  # from here on, some items are given in their second version
    late: tuple[int, int]  # part of this day's events arrive at `late_arrival`
    late_arrival: int


def plan(spec: Spec) -> Plan:
    """The moments for a seeding, counted back from its end."""
    end = midnight(spec.end)
    return Plan(end - 39 * DAY, end - 21 * DAY, end - 30 * DAY, (end - 6 * DAY, end - 5 * DAY), end - 3 * DAY + DAY // 8)


def planted(spec: Spec, windows: Plan, taught: "Syllabus") -> list[Planted]:
    """What a look at the data should find, with the keys to look for."""
    first, last = midnight(spec.start), midnight(spec.end)

    def content(position: int) -> str:
        return str(uuid.UUID(bytes=taught.item_ids[position].tobytes()))

    def trial(original: int, variant: int, factor: float) -> dict[str, object]:
        return {"content_id": content(original), "variant_id": content(variant), "factor": factor}

    truth = {
        key: {"prior": prior, "learn": learn, "guess": guess, "slip": slip}
        for key, prior, learn, guess, slip in zip(taught.keys, *(column.tolist() for column in taught.truth), strict=True)
    }
    drifted = {"concept": taught.keys[DRIFTED_CONCEPT], "slip": DRIFTED_SLIP, "slip_before": float(taught.truth[3][DRIFTED_CONCEPT])}
    return [
        Planted("true_parameters", first, last, truth),
        Planted("useless_variant", windows.trials, last, trial(taught.tried[0], taught.variants[0], 1.0)),
        Planted("worse_variant", windows.trials, last, trial(taught.tried[1], taught.variants[1], WORSE_FACTOR)),
        Planted("drifted_concept", windows.drifted, last, drifted),
        Planted("bad_item", first, last, {"content_id": content(taught.bad), "share_correct": BAD_SHARE}),
        Planted("late_events", *windows.late, {"share": LATE_SHARE, "recorded_from": windows.late_arrival}),
    ]
