"""The real defects of the Open University data set are found by the suites of the learning platform, each by its rule, with its count.

All that the integrity rules find is listed: what is a defect of the data, and what the data says that the platform did not expect. How long
rows are kept, and how fresh they are, is judged as of the end of the data and is no matter of this file.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from workbench import check, paths
from workbench.check import RuleResult
from workbench.checking import suites
from workbench.queries import learning

pytestmark = pytest.mark.xdist_group("university")

DEFECTS = {
    "LEARNING-PROGRESS-012": 93,  # withdrawn, and no day of unregistration
    "LEARNING-PROGRESS-013": 9,  # a day of unregistration, and not withdrawn
    "LEARNING-PROGRESS-014": 3_516,  # band 10-20, without its per cent sign
    "LEARNING-PROGRESS-015": 1_111,  # no band
    "LEARNING-PROGRESS-016": 45,  # no day of registration
    "LEARNING-ASSET-013": 11,  # assessments without a date
    "LEARNING-INTERACTION-008": 173,  # submissions without a score
}
UNEXPECTED = {
    "LEARNING-ASSET-002": 6_364 + 206 - 127,  # sites and assessments are no flashcards; of the platform's kinds there are only quizzes
    "LEARNING-INTERACTION-014": 8_668,  # sites are open, and work can be handed in, before the first day of the course
    "LEARNING-SESSION-010": 9,  # days of students whose registration has no day
}
FLAGS = {
    "withdrawn_without_date": "LEARNING-PROGRESS-012", "date_without_withdrawal": "LEARNING-PROGRESS-013",
    "band_without_percent": "LEARNING-PROGRESS-014", "no_imd_band": "LEARNING-PROGRESS-015",
    "no_registration_date": "LEARNING-PROGRESS-016", "no_date": "LEARNING-ASSET-013", "no_score": "LEARNING-INTERACTION-008",
}  # fmt: skip


@pytest.fixture(scope="module")
def judged(university_database) -> Iterator[dict[str, RuleResult]]:
    """What the integrity rules of the learning platform say of the whole data set."""
    read = [suites.read(path, shipped=True) for path in sorted((paths.EXPECTATIONS / "learning").glob("*.yml"))]
    with university_database.connect() as connection:
        run = check.run(connection, ["integrity"], as_of=datetime(2015, 10, 1, tzinfo=UTC), suites=read, record=False)
    assert not run.errors, run.text()
    assert len({result.suite.table for result in run.results}) == 9
    yield {result.rule.id: result for result in run.results}


def test_each_real_defect_is_found_by_its_rule_with_its_count(judged: dict[str, RuleResult]) -> None:
    failed = {rule: result.failed for rule, result in judged.items() if result.state == "failed"}
    assert failed == DEFECTS | UNEXPECTED


def test_what_the_preset_marked_is_what_the_rules_find(judged: dict[str, RuleResult], university_database) -> None:
    with university_database.connect() as connection:
        kept = learning.kept_defects(connection).set_index("flag")["row_count"].to_dict()
    assert {FLAGS[flag]: count for flag, count in kept.items()} == DEFECTS
    assert {judged[rule].failed for rule in DEFECTS} == set(kept.values())


def test_a_finding_names_rows_by_their_keys_alone(judged: dict[str, RuleResult]) -> None:
    for rule in DEFECTS | UNEXPECTED:
        result = judged[rule]
        assert 0 < len(result.keys) <= 20
        assert {tuple(key) for key in result.keys} == {tuple(result.rule.key)}


def test_no_rule_is_broken_that_would_stop_a_report(judged: dict[str, RuleResult]) -> None:
    assert {judged[rule].rule.severity for rule in DEFECTS | UNEXPECTED} == {"warning", "info"}
