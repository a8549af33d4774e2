"""`check new`: a draft tells what the live rows have in common, passes on them, and holds nothing personal."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from workbench import check
from workbench.checking import suites
from workbench.errors import UsageError

pytestmark = pytest.mark.xdist_group("great_expectations")


def draft(database: Any, table: str, folder: Path) -> Path:
    with database.connect() as connection:
        return check.draft(connection, table, folder / f"{table}.yml")


@pytest.mark.parametrize("table", ["mued.provenance", "mued.reservations", "mued.users", "mued.ai_dialogue_log", "learning.interactions"])
def test_a_draft_is_a_sound_suite_that_passes(seeded_database, tmp_path: Path, table: str) -> None:
    suite = suites.read(draft(seeded_database, table, tmp_path))
    assert suite.draft and {rule.severity for rule in suite.rules} == {"info"}
    with seeded_database.connect() as connection:
        found = check.run(connection, suites=[suite], record=False)
    assert not found.errors and not found.worst("info"), found.text()


def test_it_finds_what_the_table_promises(seeded_database, tmp_path: Path) -> None:
    suite = suites.read(draft(seeded_database, "mued.reservations", tmp_path))
    says = " | ".join(rule.says for rule in suite.rules)
    assert suite.key == ("id",) and suite.time == "starts_at"
    assert '"student_id" is not null' in says and '"cancelled_at" is not null' not in says
    assert "value_set=['attended', 'booked', 'cancelled', 'no_show']" in says
    assert "expect_column_values_to_be_unique(column='id')" in says and 'exists (select from mued.users as o where o."id"' in says
    assert "expect_column_values_to_be_between(column='booked_at', min_value=" in says


def test_it_holds_no_personal_value_and_no_text_that_many_rows_do_not_share(seeded_database, tmp_path: Path) -> None:
    path = draft(seeded_database, "mued.users", tmp_path)
    named = {rule.arguments.get("column") for rule in suites.read(path).rules if rule.arguments}
    assert not named & {"email", "display_name", "password_hash"} and "@" not in path.read_text(encoding="utf-8")
    origins = suites.read(draft(seeded_database, "mued.provenance", tmp_path))
    assert "source_uri" not in {rule.arguments.get("column") for rule in origins.rules if rule.arguments}


def test_ids_go_on_where_the_suites_end(seeded_database, tmp_path: Path, write) -> None:
    from workbench.checking import draft as drafting

    there = suites.read(write({"holds": "true", "id": "MUED-PROVENANCE-007"}))
    with seeded_database.connect() as connection:
        path = drafting.write(connection, "mued.provenance", [there], tmp_path / "new.yml")
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["rules"][0]["id"] == "MUED-PROVENANCE-008"


def test_nothing_is_overwritten_and_a_wrong_name_is_answered(seeded_database, tmp_path: Path) -> None:
    path = draft(seeded_database, "mued.users", tmp_path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=f"{path} exists"):
        draft(seeded_database, "mued.users", tmp_path)
    assert path.read_bytes() == before
    with pytest.raises(UsageError, match=r"There is no table mued\.user here, did you mean mued\.users\?"):
        draft(seeded_database, "mued.user", tmp_path)
    with pytest.raises(UsageError, match=r"it must be schema\.table"):
        draft(seeded_database, "users", tmp_path)
