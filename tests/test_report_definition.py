"""Reports as files, and what becomes of parameters before anything runs."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import paths, report_definition
from workbench.errors import UsageError
from workbench.publish.parameters import relative_day, resolve, shown
from workbench.report_definition import Definition, parse_options, read_definition
from workbench.settings import settings

NOW = datetime(2026, 9, 10, 12, 30, 15, 250000, tzinfo=UTC)
HEAD = 'title = "Levels"\ndescription = "About."\nplatforms = ["mued"]\n'
ALL_KINDS = """
[parameters.word]
type = "str"
help = "A word"
[parameters.count]
type = "int"
help = "A number"
default = 3
[parameters.share]
type = "float"
help = "A share"
[parameters.verbose]
type = "bool"
help = "More"
default = false
[parameters.since]
type = "date"
help = "A day"
default = "28 days ago"
[parameters.moment]
type = "datetime"
help = "An instant"
[parameters.names]
type = "list"
help = "Names"
[parameters.kind]
type = "choice"
help = "One of three"
choices = ["small", "large"]
default = "small"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "REPORTS", tmp_path)
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "levels.ipynb").write_text("{}")
    return tmp_path


@pytest.fixture
def define(folder: Path) -> Any:
    def write(text: str, head: str = HEAD) -> Definition:
        (folder / "levels.toml").write_text(head + text, encoding="utf-8")
        return read_definition("levels")

    return write


def test_every_report_here_can_be_read_and_explained() -> None:
    for definition in report_definition.list_definitions():
        assert definition.notebook.is_file() and definition.description
        assert all(parameter.help and len(parameter.row()) == 4 for parameter in definition.parameters)
        assert {"platform", "tenant", "timezone", "start", "end", "as_of"} <= {parameter.name for parameter in definition.parameters}
        assert definition.as_dict()["name"] == definition.name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("freshnes_hours = 3", "freshnes_hours is unknown (did you mean freshness_hours?)"),
        ("freshness_hours = 0", "freshness_hours: Input should be greater than 0"),
        ('schedule = "x', "not TOML"),
        ('notebook = "../secret.ipynb"', "notebook"),
        ('notebook = "other.ipynb"', "other.ipynb does not exist"),
        ('[parameters.model]\nkind = "str"', "parameters.model.kind is unknown"),
        ('[parameters.model]\ntype = "text"', "parameters.model.type"),
        ('[parameters.model]\ntype = "str"', "parameters.model: it needs a type"),
        ('[parameters.model]\ntype = "choice"\nhelp = "x"', "a choice needs them"),
        ('[parameters.model]\ntype = "str"\nhelp = "x"\nrequired = true\ndefault = "y"', "no default"),
        ('[parameters.Model]\ntype = "str"\nhelp = "x"', "small letters"),
        ('[parameters.start]\ntype = "str"', "start is a date in every report"),
    ],
)
def test_a_wrong_definition_names_file_field_and_what_is_allowed(define: Any, text: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        define(text)
    assert words in str(refused.value) and "levels.toml" in str(refused.value)


def test_a_broken_definition_hides_no_other_report_from_the_index(define: Any, folder: Path) -> None:
    define("")
    (folder / "wrong.toml").write_text("title = 3")
    with pytest.raises(UsageError, match=r"wrong\.toml"):
        report_definition.list_definitions()
    assert [definition.name for definition in report_definition.list_definitions(broken=False)] == ["levels"]


def test_an_unknown_report_or_platform_is_named(define: Any) -> None:
    define("")
    with pytest.raises(UsageError, match=r"no report 'level' \(did you mean levels\?\)"):
        read_definition("level")
    with pytest.raises(UsageError, match="platforms"):
        define("", head='title = "x"\ndescription = "y"\nplatforms = ["muedd"]\n')


def test_defaults_are_last_month_as_of_now(define: Any) -> None:
    values = resolve(define(ALL_KINDS), {}, NOW)
    assert values["start"] == "2026-08-01" and values["end"] == "2026-09-01" and values["timezone"] == "UTC"
    assert values["as_of"] == "2026-09-10T12:30:15.250000Z" and values["platform"] == "all" and values["tenant"] is None
    assert values["since"] == "2026-08-13" and values["count"] == 3 and values["verbose"] is False and values["kind"] == "small"
    assert resolve(define(ALL_KINDS), values, NOW) == values, "resolved values resolve to themselves"


def test_text_and_typed_values_become_the_same(define: Any) -> None:
    definition = define(ALL_KINDS)
    text = {
        "count": "-7",
        "share": "0.5",
        "verbose": "yes",
        "since": "2026-08-05",
        "moment": "2026-08-05T09:00:00+09:00",
        "names": "a, b,a",
    }
    typed = {
        "count": -7, "share": 0.5, "verbose": True, "since": date(2026, 8, 5), "moment": datetime(2026, 8, 5, tzinfo=UTC),
        "names": ["a", "b"],
    }  # fmt: skip
    assert resolve(definition, text, NOW) == resolve(definition, typed, NOW)
    assert resolve(definition, typed, NOW)["moment"] == "2026-08-05T00:00:00Z"


def test_days_and_instants_without_offset_belong_to_the_zone(define: Any) -> None:
    late = datetime(2026, 8, 31, 18, 0, tzinfo=UTC)  # already September in Tokyo
    values = resolve(define(""), {"timezone": "Asia/Tokyo"}, late)
    assert (values["start"], values["end"]) == ("2026-08-01", "2026-09-01")
    assert resolve(define(""), {}, late)["start"] == "2026-07-01"
    assert resolve(define(""), {"timezone": "Asia/Tokyo", "as_of": "2026-09-01"}, late)["as_of"] == "2026-08-31T15:00:00Z"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"stat": "2026-08-01"}, "has no parameter 'stat' (did you mean start?); it takes platform, tenant, timezone, start, end, as_of"),
        ({"start": "2026-02-30"}, "--start '2026-02-30': give a date as YYYY-MM-DD, or one of: today"),
        ({"start": "20260801"}, "give a date"),
        ({"start": datetime(2026, 8, 1)}, "give a date"),
        ({"start": "2026-09-01", "end": "2026-09-01"}, "is not after --start 2026-09-01"),
        ({"timezone": "Europe/Berlin"}, "rollups are kept for UTC, Asia/Tokyo"),
        ({"platform": "muedd"}, "no such platform (did you mean mued?); use mued, all"),
        ({"platform": "video"}, "report levels does not read it"),
        ({"platform": "all,mued"}, "no such platform"),
        ({"as_of": "soon"}, "give an instant"),
        ({"count": "3.5"}, "--count '3.5': give a whole number"),
        ({"count": True}, "give a whole number"),
        ({"share": "nan"}, "give a number"),
        ({"verbose": "maybe"}, "give true or false"),
        ({"kind": "smal"}, "choose one of small, large (did you mean small?)"),
        ({"word": " "}, "give one line of text"),
        ({"word": "a\nb"}, "give one line of text"),
        ({"word": 3}, "give one line of text"),
        ({"names": "a,,b"}, "give one line of text"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_is_allowed(define: Any, given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        resolve(define(ALL_KINDS), given, NOW)
    assert words in str(refused.value)


def test_required_and_private_parameters(define: Any) -> None:
    definition = define(
        '[parameters.learner]\ntype = "str"\nhelp = "Who"\nrequired = true\nprivate = true\n[parameters.tenant]\nrequired = true'
    )
    with pytest.raises(UsageError, match="needs --tenant and --learner"):
        resolve(definition, {}, NOW)
    values = resolve(definition, {"learner": "x", "tenant": "t"}, NOW)
    assert shown(definition, values) == {**values, "learner": "withheld"}


def test_the_first_zone_kept_is_the_default(define: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_TIMEZONES", "Asia/Tokyo")
    settings.cache_clear()
    try:
        assert resolve(define(""), {}, NOW)["timezone"] == "Asia/Tokyo"
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_command_line_options_become_raw_values(define: Any) -> None:
    definition = define(ALL_KINDS)
    arguments = ["--as-of", "2026-09-01", "--word=a=b", "--verbose", "--names", "a", "--names", "b", "--count", "-3"]
    assert parse_options(definition, arguments) == {
        "as_of": "2026-09-01", "word": "a=b", "verbose": "true", "names": ["a", "b"], "count": "-3",
    }  # fmt: skip
    assert parse_options(definition, ["--no-verbose"]) == {"verbose": "false"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--stat", "x"], "did you mean start"),
        (["2026-08-01"], "belongs to no option"),
        (["--start"], "--start needs a value (date)"),
        (["--start", "--end"], "--start needs a value"),
        (["--start", "a", "--start", "b"], "given twice"),
        (["--no-start"], "has no parameter 'no-start'"),
    ],
)
def test_wrong_options_are_refused(define: Any, arguments: list[str], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_options(define(ALL_KINDS), arguments)
    assert words in str(refused.value)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_relative_days_are_what_they_say(today: date) -> None:
    def day(words: str) -> date:
        found = relative_day(words, today)
        assert found is not None
        return found

    assert day("start of previous month") < day("start of month") <= today == day("0 days ago")
    assert day("start of month").day == day("start of previous month").day == 1
    assert (day("start of month") - day("start of previous month")).days in {28, 29, 30, 31}
    assert day("start of week").isoweekday() == 1 and (day("start of week") - day("start of previous week")).days == 7
    assert day("start of previous year").replace(year=today.year) == day("start of year")


@given(st.text(max_size=40))
def test_no_text_is_taken_for_a_day_by_accident(words: str) -> None:
    assert relative_day(words, date(2026, 9, 10)) is None or words.isascii()
