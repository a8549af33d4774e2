"""What a report is: `reports/<name>.toml` read and checked, before anything runs.

    title = "RAG service levels"
    description = "One sentence for the index."
    platforms = ["mued"]              # whose facts it reads; none = it needs no database
    schedule = "0 6 1 * *"            # cron, for the reader of the index
    freshness_hours = 36              # older than this is shown as stale
    reads = ["fact_ai_answer", "marts.ai_answer_day"]  # facts and tables of marts: their checks are the banner of the page
    notebook = "rag_slo.ipynb"        # in notebooks/reports; the report's own name without it

    [parameters.model]
    type = "str"                      # str int float bool date datetime list choice
    help = "Only answers of this model"

Every report has the parameters of `COMMON` without naming them; naming one changes its default, help or `required`.
"""

import difflib
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench import paths
from workbench.errors import UsageError

Kind = Literal["str", "int", "float", "bool", "date", "datetime", "list", "choice", "platforms", "timezone"]


@dataclass(frozen=True)
class Parameter:
    """One typed parameter of a report."""

    name: str
    type: Kind
    help: str
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    private: bool = False
    """its value identifies a person: kept out of file names, page and notebook"""

    @property
    def option(self) -> str:
        """The option of the command line, as in `--as-of`."""
        return "--" + self.name.replace("_", "-")

    def row(self) -> tuple[str, str, str, str]:
        """Option, type, default and meaning, for a help table."""
        kind = " | ".join(self.choices) if self.choices else {"platforms": "names", "timezone": "zone"}.get(self.type, self.type)
        default = "required" if self.required else "–" if self.default is None else str(self.default)
        return self.option, kind, default, self.help

    def as_dict(self) -> dict[str, Any]:
        """Every field, ready for JSON."""
        return {**self.__dict__, "choices": list(self.choices)}


COMMON = (
    Parameter("platform", "platforms", "Platforms to report on: names separated by commas, or all", "all"),
    Parameter("tenant", "str", "Only this tenant"),
    Parameter("timezone", "timezone", "Time zone of the days, one of WORKBENCH_TIMEZONES (the first of them without this)"),
    Parameter("start", "date", "First day of the period", "start of previous month"),
    Parameter("end", "date", "First day after the period", "start of month"),
    Parameter("as_of", "datetime", "Cut-off: only rows that happened and were recorded before it count", "now"),
)
"""The parameters every report takes, first in this order."""


@dataclass(frozen=True)
class Definition:
    """A report: its words, its parameters, its notebook."""

    name: str
    title: str
    description: str
    platforms: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    schedule: str
    freshness_hours: float | None
    notebook: Path
    reads: tuple[str, ...] = ()
    """facts, and tables with their schema, whose checks tell whether the figures can be trusted"""

    def as_dict(self) -> dict[str, Any]:
        """Every field, ready for JSON."""
        fields = {**self.__dict__, "notebook": str(self.notebook), "platforms": list(self.platforms)}
        return {**fields, "parameters": [parameter.as_dict() for parameter in self.parameters]}

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name (`as_of` or `as-of`).

        Raises:
            UsageError: there is none; the sentence lists those there are and suggests the nearest.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        if (found := known.get(name.replace("-", "_"))) is None:
            raise UsageError(f"Report {self.name} has no parameter {name!r}{nearest(name, known)}; it takes {', '.join(known)}.")
        return found

    @property
    def on_platforms(self) -> tuple[str, ...]:
        """The platforms of the report that are part of this installation; added ones have the same facts and belong to every report."""
        named = (*self.platforms, *paths.added_platforms()) if self.platforms else ()
        return tuple(name for name in named if name in paths.installed_platforms())


def nearest(name: str, known: Iterable[str]) -> str:
    """A suggestion for a misspelt name, or nothing.

    >>> nearest("stat", ["start", "end"])
    ' (did you mean start?)'
    """
    close = difflib.get_close_matches(name.replace("-", "_"), list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""


class _ParameterFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["str", "int", "float", "bool", "date", "datetime", "list", "choice"] | None = None
    help: str | None = None
    default: str | int | float | bool | list[str] | None = None
    required: bool = False
    choices: list[str] = Field(default_factory=list)
    private: bool = False


class _ReportFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: str = Field(min_length=1, max_length=120)
    description: str = Field(min_length=1)
    platforms: list[Literal["mued", "learning", "drivemaster", "video"]]
    schedule: str = ""
    freshness_hours: float | None = Field(None, gt=0)
    reads: list[str] = Field(default_factory=list)
    notebook: str | None = Field(None, pattern=r"^[\w.-]+\.ipynb$")
    parameters: dict[str, _ParameterFile] = Field(default_factory=dict)


def list_definitions(broken: bool = True) -> list[Definition]:
    """Every report of this installation, by name; without the `broken` ones if asked so.

    Raises:
        UsageError: a definition is wrong, and they are not to be left out.
    """
    found = []
    for path in sorted(paths.REPORTS.glob("*.toml")):
        with suppress(*(() if broken else (UsageError,))):
            found.append(read_definition(path.stem))
    return found


def read_definition(name: str) -> Definition:
    """The report of that name, from `reports/<name>.toml`.

    Raises:
        UsageError: there is none of that name, or its file is wrong; the sentence names file, field and what is allowed.
    """
    known = {path.stem: path for path in sorted(paths.REPORTS.glob("*.toml"))}
    if (path := known.get(name)) is None:
        raise UsageError(f"There is no report {name!r}{nearest(name, known)}; `workbench report list` shows {', '.join(known) or 'none'}.")
    try:
        file = _ReportFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}.") from None
    except ValidationError as error:
        raise UsageError(f"{path}: {_first(error)}.") from None
    notebook = paths.NOTEBOOKS / "reports" / (file.notebook or f"{name}.ipynb")
    if not notebook.is_file():
        raise UsageError(f"{path}: its notebook {notebook} does not exist.")
    words = (file.title, file.description, tuple(file.platforms), _parameters(path, file), file.schedule, file.freshness_hours)
    return Definition(name, *words, notebook, tuple(file.reads))


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model = _ParameterFile if first["loc"][0] == "parameters" and len(first["loc"]) > 1 else _ReportFile
        return f"{place} is unknown{nearest(str(first['loc'][-1]), model.model_fields)}; allowed are {', '.join(model.model_fields)}"
    return f"{place}: {first['msg']}"


def _parameters(path: Path, file: _ReportFile) -> tuple[Parameter, ...]:
    common = {parameter.name: parameter for parameter in COMMON}
    merged = dict(common)
    for name, given in file.parameters.items():
        place = f"{path}: parameters.{name}"
        if not name.isidentifier() or name != name.lower():
            raise UsageError(f"{place}: a parameter is named like a variable, in small letters.")
        merged[name] = _changed(place, common[name], given) if name in common else _declared(place, name, given)
    return tuple(merged.values())


def _changed(place: str, parameter: Parameter, given: _ParameterFile) -> Parameter:
    if given.type is not None and given.type != parameter.type and parameter.type not in {"platforms", "timezone"}:
        raise UsageError(f"{place}: {parameter.name} is a {parameter.type} in every report; leave its type out.")
    default = parameter.default if given.default is None else given.default
    changed = replace(parameter, help=given.help or parameter.help, default=default, required=given.required)
    return replace(changed, default=None) if given.required else changed


def _declared(place: str, name: str, given: _ParameterFile) -> Parameter:
    if given.type is None or not given.help:
        raise UsageError(f"{place}: it needs a type (str int float bool date datetime list choice) and a help text.")
    if (given.type == "choice") != bool(given.choices) and given.type != "list":
        raise UsageError(f"{place}: choices belong to the types choice and list, and a choice needs them.")
    if given.required and given.default is not None:
        raise UsageError(f"{place}: a required parameter has no default.")
    default = tuple(given.default) if isinstance(given.default, list) else given.default
    return Parameter(name, given.type, given.help, default, given.required, tuple(given.choices), given.private)


def parse_options(definition: Definition, arguments: Sequence[str]) -> dict[str, str | list[str]]:
    """Command-line options of a report as raw values, still unchecked: `--start 2026-08-01 --model=gpt --verbose`.

    An option given twice becomes a list; a bool stands alone or as `--no-<name>`.

    Raises:
        UsageError: an option the report does not have, or one without its value.
    """
    found: dict[str, str | list[str]] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise UsageError(f"{word!r} belongs to no option; parameters are given as --name value.")
        name, has_value, value = word[2:].partition("=")
        negated = not has_value and any(p.type == "bool" and name == f"no-{p.option[2:]}" for p in definition.parameters)
        parameter = definition.parameter(name.removeprefix("no-") if negated else name)
        if parameter.type == "bool" and not has_value:
            value = "false" if negated else "true"
        elif not has_value:
            if not rest or rest[0].startswith("--"):
                raise UsageError(f"{parameter.option} needs a value ({parameter.type}).")
            value = rest.pop(0)
        _put(found, parameter, value)
    return found


def _put(found: dict[str, str | list[str]], parameter: Parameter, value: str) -> None:
    before = found.get(parameter.name)
    if before is None:
        found[parameter.name] = value
    elif parameter.type in {"list", "platforms"}:
        found[parameter.name] = [*(before if isinstance(before, list) else [before]), value]
    else:
        raise UsageError(f"{parameter.option} is given twice.")
