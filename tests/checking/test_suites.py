"""Suite files: what is sound is loaded, what is wrong is refused with file, rule, field and what is allowed, without a database."""

import subprocess
import sys
from pathlib import Path

import pytest

from workbench import check, paths
from workbench.checking import hasten, natives, suites
from workbench.checking.natives import NATIVES
from workbench.errors import UsageError
from workbench.imports import light_imports
from workbench.settings import settings

FULL = {"expect": "expect_column_values_to_not_be_null", "with": {"column": "content_id"}}
ROW = {"holds": "retention_years >= 0", "break": "update mued.provenance set retention_years = -1"}
QUERY = {"sql": "gone", "reads": ["mued.users"], "break": "delete from mued.users"}
GONE = {"gone": "-- One row per origin at fault: it is gone.\nselect id from mued.provenance where false;\n"}


def refused(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        suites.refuse_twins([suites.read(path, shipped=True)])
    said = str(caught.value)
    assert said.startswith(str(path)) and said.endswith((".", "…")) and "\n" not in said
    return said.removeprefix(f"{path}: ")


def test_a_suite_has_rules_of_three_kinds(write) -> None:
    suite = suites.read(write(FULL, ROW, QUERY, sql=GONE), shipped=True)
    native, row, query = suite.rules
    assert (suite.table, suite.platform, suite.key, suite.time) == ("mued.provenance", "mued", ("id",), "acquired_at")
    assert (native.kind, native.form, native.columns) == ("native", "row", ("content_id",))
    assert (row.kind, row.form, row.holds) == ("row", "row", "retention_years >= 0")
    assert (query.kind, query.form, query.key, query.reads) == ("query", "query", ("id",), ("mued.users",))
    assert query.query == "select id from mued.provenance where false" and query.file.name == "gone.sql"
    assert {rule.topic for rule in suite.rules} == {"integrity"}


def test_a_suite_is_read_anew_when_one_of_its_files_has_changed(write) -> None:
    path = write(QUERY, sql=GONE)
    first = suites.read(path)
    assert suites.read(path) is first
    (path.parent / "sql" / "gone.sql").write_text(GONE["gone"].replace("false", "true "), encoding="utf-8")
    assert suites.read(path).rules[0].query.endswith("true")
    write(ROW)
    assert suites.read(path).rules[0].kind == "row"
    (path.parent / "sql" / "gone.sql").unlink()
    write(QUERY)
    with pytest.raises(UsageError, match="cannot be read"):
        suites.read(path)


def test_the_rules_of_a_draft_count_as_info(write) -> None:
    assert [rule.severity for rule in suites.read(write(FULL, ROW, draft=True)).rules] == ["info", "info"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"expect": "expect_colum_foo"}, "rule MUED-PROV-001: expect: expect_colum_foo is not known"),
        ({**FULL, "expect": "expect_column_value_to_not_be_null"}, "did you mean expect_column_values_to_not_be_null?"),
        ({**FULL, "severity": "high"}, "rule MUED-PROV-001: severity is 'high'; allowed: 'critical', 'warning' or 'info'"),
        ({**FULL, "with": {"columns": "id"}}, "with.columns is not known to expect_column_values_to_not_be_null, did you mean column?"),
        ({**FULL, "with": {}}, "with.column is missing"),
        ({**FULL, "with": {"column": 3}}, "with.column is 3; it must be the name of a column"),
        ({**FULL, "with": {"column": "id", "mostly": 2}}, "with.mostly is 2; it must be a number above 0 and at most 1"),
        ({"expect": "expect_column_max_to_be_between", "with": {"column": "id", "max_value": "z"}}, "it must be a number, or a date"),
        ({"expect": "expect_column_values_to_be_between", "with": {"column": "id"}}, "with must have min_value or max_value"),
        ({**FULL, **ROW}, "must have exactly one of expect, holds and sql, and has expect and holds"),
        ({}, "must have exactly one of expect, holds and sql, and has none of them"),
        ({**ROW, "with": {"column": "id"}}, "has with, which goes with expect only"),
        ({**FULL, "reads": ["mued.users"]}, "has reads, which goes with sql only"),
        ({"holds": "a > 0"}, "break is missing"),
        ({"holds": "a > 0; drop table x", "break": "update x"}, "holds must be one SQL condition"),
        ({"holds": "(a > 0", "break": "update x"}, "holds has brackets that do not match"),
        ({"holds": "a > 'x", "break": "update x"}, "holds has an opening quote"),
        ({"holds": "a > now()", "break": "update x"}, "use marts.check_as_of()"),
        ({**ROW, "source": ""}, "source is empty"),
        ({**ROW, "reason": "  "}, "reason is empty"),
        ({**ROW, "source": "DECISIONS 3"}, "source is no source"),
        ({**ROW, "id": "MUED-PROV"}, "rule MUED-PROV: id is 'MUED-PROV'; it must be PLATFORM-TABLE-NNN"),
        ({**ROW, "id": "VIDEO-PROV-001"}, "rules of mued are called MUED-TABLE-NNN"),
        ({**ROW, "id": "SLO-LATENCY-001"}, "ids that begin with SLO- belong to the objectives"),
        ({**ROW, "topic": "speed"}, "topic is 'speed'; allowed: 'integrity', 'retention', 'freshness' or 'service'"),
        ({**ROW, "owner": "me"}, "owner is not known"),
        ({**ROW, "implies": ["MUED-PROV-099"]}, "implies names MUED-PROV-099, and there is no such rule"),
        ({**QUERY, "sql": "gon"}, "there are: gone"),
        ({**QUERY, "reads": ["music.users"]}, "there is no platform music"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_with_what_is_allowed(write, rule: dict, said: str) -> None:
    assert said in refused(write(rule, sql=GONE))


@pytest.mark.parametrize("missing", ["id", "severity", "reason", "source"])
def test_every_rule_says_what_it_must(write, missing: str) -> None:
    path = write(ROW)
    lines = [line for line in path.read_text().splitlines() if f"{missing}:" not in line or "rules" in line]
    text = "\n".join(lines).replace("rules:\n  severity", "rules:\n- severity")
    assert f"{missing} is missing" in refused(write(text=text))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select id from mued.provenance", "line 1 must say what is at fault"),
        ("-- One row per x at fault.\nselect 1; select 2", "exactly one SELECT"),
        ("-- One row per x at fault.\ndelete from mued.provenance", "exactly one SELECT"),
        ("-- One row per x at fault.\nselect id from t where at < :since", ":since is a parameter"),
        ("-- One row per x at fault.\nselect id from t where at < current_date", "asks for current_date"),
    ],
)  # fmt: skip
def test_a_wrong_query_is_refused_with_its_file(write, query: str, said: str) -> None:
    found = refused(write(QUERY, sql={"gone": query}))
    assert said in found and "gone.sql" in found and "rule MUED-PROV-001" in found


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"table": "mued.provenance", "key": []}, "key is []"),
        ({"tables": "x"}, "tables is not known, did you mean table?"),
        ({"draft": "yes"}, "draft is 'yes'"),
        ({"time": "the time"}, "it must be the name of a column"),
    ],
)  # fmt: skip
def test_a_wrong_head_is_refused(write, head: dict, said: str) -> None:
    assert said in refused(write(FULL, **head))


def test_a_table_of_no_platform_is_refused(write) -> None:
    path = write(FULL)
    with pytest.raises(UsageError, match="there is no platform muet, did you mean mued"):
        suites.read(write(text=path.read_text().replace("mued.", "muet.")))


def test_a_key_written_twice_is_refused(write) -> None:
    with pytest.raises(UsageError, match="the key 'owner' is written twice"):
        suites.read(write(text="owner: a\nowner: b"))


def test_a_shipped_file_stands_at_its_place(write, tmp_path: Path) -> None:
    moved = write(FULL).rename(tmp_path / "suites" / "mued" / "origins.yml")
    assert "the file must be mued/provenance.yml" in refused(moved)


def test_an_id_is_given_once(write, tmp_path: Path) -> None:
    path = write(FULL, {**FULL, "id": "MUED-PROV-001"})
    with pytest.raises(UsageError, match=f"{path}: rule MUED-PROV-001: id is taken in {path}"):
        suites.load(tmp_path / "suites", [])


def test_your_own_suites_come_on_top_and_need_no_break(write, tmp_path: Path, monkeypatch) -> None:
    write({"holds": "retention_years >= 0", "id": "OWN-PROV-001"})
    monkeypatch.setenv("WORKBENCH_CHECKS_PATH", f"{tmp_path / 'suites'}")
    settings.cache_clear()
    try:
        assert "OWN-PROV-001" in {rule.id for suite in check.load_suites() for rule in suite.rules}
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="WORKBENCH_CHECKS_PATH must name folders"):
        suites.load(tmp_path, [tmp_path / "nowhere"])


def test_what_ships_is_sound() -> None:
    shipped = check.load_suites(extra=[])
    ids = [rule.id for suite in shipped for rule in suite.rules]
    assert len(ids) == len(set(ids)) and "SLO-LATENCY-MUED" in ids
    used = {rule.file for suite in shipped for rule in suite.rules if rule.kind == "query"}
    assert not set(paths.EXPECTATIONS.glob("*/sql/*.sql")) - used, "SQL files that no rule asks for"


def test_validating_needs_neither_great_expectations_nor_pandas_nor_a_driver() -> None:
    heavy = {"great_expectations", "pandas", "sqlalchemy", "psycopg"}
    code = f"import sys; from workbench import check; check.load_suites(); check.lint(); print({heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.xdist_group("great_expectations")
def test_the_native_types_are_those_of_great_expectations() -> None:
    with light_imports(), hasten.rare_modules_later():
        from great_expectations.expectations.registry import get_expectation_impl

    for name, native in NATIVES.items():
        fields = get_expectation_impl(name).__fields__
        assert native.arguments.keys() <= fields.keys(), name
        assert set(native.required) >= {key for key, field in fields.items() if field.required and key in native.arguments}, name


def test_every_native_type_knows_its_columns() -> None:
    assert natives.columns("expect_compound_columns_to_be_unique", {"column_list": ["a", "b"]}) == ("a", "b")
    assert natives.columns("expect_column_pair_values_to_be_equal", {"column_A": "a", "column_B": "b"}) == ("a", "b")
    assert natives.columns("expect_table_row_count_to_equal", {"value": 3}) == ()
