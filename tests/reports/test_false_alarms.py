"""The progress report says nothing of data in which nothing is wrong, and finds what is: a short run of `benchmarks/false_alarms.py`,
which measures the rates over fifty seeds. That sound items are left alone is tested over fifty banks in `tests/metrics/test_items.py`."""

import importlib.util
from collections import Counter
from collections.abc import Iterable
from types import ModuleType

import pytest

from workbench import paths


@pytest.fixture(scope="module")
def drawn() -> ModuleType:
    """The generator of data with known true parameters."""
    spec = importlib.util.spec_from_file_location("false_alarms", paths.ROOT / "benchmarks" / "false_alarms.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def reports(found: Iterable[dict[str, tuple[int, int]]]) -> Counter[str]:
    """In how many reports each kind was said of anything."""
    counted: Counter[str] = Counter()
    for one in found:
        counted.update({kind: said > 0 for kind, (said, judged) in one.items() if judged})
    return counted


def test_nothing_is_said_where_nothing_was_planted(drawn: ModuleType) -> None:
    """Each kind is said in one of twenty reports at most: by chance more often than here once in forty times."""
    items = reports(drawn.items_found(seed, False, learners=200, count=25) for seed in range(5))
    skills = reports(drawn.skills_found(seed, False, seed % 2 == 0, learners=60) for seed in range(8))
    assert len(items) == 3 and max(items.values()) <= 1
    of_parameters = {kind: count for kind, count in skills.items() if "parameters" in kind}  # four reports with either
    assert len(of_parameters) == 6 and max(of_parameters.values()) <= 1
    assert skills["falling curves called flat or rising"] <= 2 and skills["useless help called better or worse"] <= 2


def test_versions_as_hard_are_called_different_in_one_of_twenty_reports_at_most(drawn: ModuleType) -> None:
    found = reports(drawn.versions_found(seed, False) for seed in range(30))
    assert found["equal versions called better or worse"] <= 4  # more by chance: 2 %
    assert reports(drawn.versions_found(seed, True) for seed in range(5))["harder version"] >= 3


def test_what_was_planted_is_found_and_nothing_beside_it(drawn: ModuleType) -> None:
    items = reports(drawn.items_found(seed, True, learners=1000, count=25) for seed in range(4))
    skills = reports(drawn.skills_found(seed, True, seed % 2 == 0, learners=120) for seed in range(2))
    assert items["learners who click through"] == items["wrong key, 700 answers"] == 4
    assert items["useless item, 700 answers"] >= 3 and items["item that became harder, 700 answers"] >= 2
    assert skills["changed skill (stored parameters)"] == skills["changed skill (fitted parameters)"] == 1
    assert skills["skill in which nobody learns"] == skills["help that helps"] == 2
    assert max(count for found in (items, skills) for kind, count in found.items() if "beside planted ones" in kind) <= 1
