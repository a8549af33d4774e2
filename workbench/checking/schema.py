"""Suite files as models that know what each field may hold, and the suites and rules made of them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from workbench import paths
from workbench.checking.natives import NATIVES, Form, columns
from workbench.yamlfiles import Model, near, refuse

SEVERITIES = ("critical", "warning", "info")
"""The worst first."""

TOPICS = ("integrity", "retention", "freshness", "service")
NAME = re.compile(r"[a-z_][a-z0-9_]*")
CLOCK = re.compile(r"\b(now\s*\(\s*\)|current_(?:date|timestamp|time)\b|clock_timestamp\s*\(|localtimestamp\b)", re.IGNORECASE)
"""Words that ask for the time of the run; a rule is judged as of `marts.check_as_of()`."""


def bare(sql: str) -> str:
    """The SQL without its comments and the contents of its literals.

    >>> bare("a = 'x; -- y' -- now()")
    "a = '' "
    """
    return re.sub(r"'(?:[^']|'')*'|--[^\n]*", lambda found: "''" if found[0][0] == "'" else "", sql)


def schemas() -> tuple[str, ...]:
    """Schemas a suite may be about: marts, and every platform that is known by name."""
    return ("marts", *paths.platforms())


def _table(text: str) -> str:
    schema, _, table = text.partition(".")
    if not (NAME.fullmatch(schema) and NAME.fullmatch(table)):
        raise refuse(f"is {text!r}; it must be schema.table, for instance mued.provenance")
    if schema not in schemas():
        raise refuse(f"is {text!r}, and there is no platform {schema}{near(schema, schemas())}; allowed: {', '.join(schemas())}")
    return text


def _column(text: str) -> str:
    if not NAME.fullmatch(text):
        raise refuse(f"is {text!r}; it must be the name of a column")
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise refuse("is empty; say it in one sentence")
    return " ".join(text.split())


def _source(text: str) -> str:
    if "DECISIONS" in text:
        raise refuse('is no source; name the line of a document, or "Definition Q5", or "design"')
    return _said(text)


def _id(text: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-\d{3}", text):
        raise refuse(f"is {text!r}; it must be PLATFORM-TABLE-NNN in capitals, for instance MUED-PROV-001")
    if text.startswith("SLO-"):
        raise refuse(f"is {text!r}; ids that begin with SLO- belong to the objectives")
    return text


def _condition(text: str) -> str:
    plain = bare(text)
    if not plain.strip():
        raise refuse("is empty; it must be an SQL condition over one row of the table")
    if "'" in plain.replace("''", ""):
        raise refuse("has an opening quote without its closing one")
    if ";" in plain or "--" in re.sub(r"'(?:[^']|'')*'", "''", text) or "/*" in plain:
        raise refuse("must be one SQL condition, without semicolon and comment")
    depths = [plain[: place + 1].count("(") - plain[: place + 1].count(")") for place, sign in enumerate(plain) if sign in "()"]
    if depths and (min(depths) < 0 or depths[-1]):
        raise refuse("has brackets that do not match")
    if found := CLOCK.search(plain):
        raise refuse(f"asks for {found[0]}; use marts.check_as_of(), so that the rule can be judged as of any instant")
    return text.strip()


Table = Annotated[str, AfterValidator(_table)]
Column = Annotated[str, AfterValidator(_column)]
Said = Annotated[str, AfterValidator(_said)]
Condition = Annotated[str, AfterValidator(_condition)]


class SuiteModel(Model):
    """The head of a suite file; its rules are read one by one, so that an error can name its rule."""

    table: Table
    title: Said
    owner: Said
    key: tuple[Column, ...] = Field(min_length=1, strict=False)
    time: Column | None = None
    draft: bool = False
    rules: tuple[Any, ...] = Field(min_length=1, strict=False)


class RuleModel(Model):
    """One rule: exactly one of `expect`, `holds` and `sql`."""

    id: Annotated[str, AfterValidator(_id)]
    severity: Literal["critical", "warning", "info"]
    reason: Said
    source: Annotated[str, AfterValidator(_source)]
    expect: str | None = None
    arguments: dict[str, Any] | None = Field(None, alias="with")
    holds: Condition | None = None
    sql: Column | None = None
    reads: tuple[Table, ...] = Field((), strict=False)
    key: tuple[Column, ...] = Field((), strict=False)
    topic: Literal["integrity", "retention", "freshness", "service"] = "integrity"
    breaks: str | None = Field(None, alias="break", min_length=6)
    drop: tuple[Said, ...] = Field((), strict=False)
    implies: tuple[Annotated[str, AfterValidator(_id)], ...] = Field((), strict=False)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [name for name in ("expect", "holds", "sql") if getattr(self, name) is not None]
        if len(given) != 1:
            raise refuse(f"must have exactly one of expect, holds and sql, and has {' and '.join(given) or 'none of them'}")
        for field, kind, value in (("with", "expect", self.arguments), ("reads", "sql", self.reads), ("key", "sql", self.key)):
            if value and given != [kind]:
                raise refuse(f"has {field}, which goes with {kind} only, and not with {given[0]}")
        return self


@dataclass(frozen=True)
class Rule:
    """One rule of a suite.

    Attributes:
        id: identity, over all files. severity: critical, warning or info. reason: why it matters. source: where it is written.
        kind: `native` (a Great Expectations type with its arguments), `row` (a condition that no row may fail) or `query` (a SELECT of
            the keys of the rows at fault).
        expect, arguments: of a native rule. holds: of a row rule. query, file: text of a query rule and where it stands.
        key: columns of the query that name a row. reads: other tables it reads. topic: integrity, retention, freshness or service.
        breaks: SQL that makes the rule fail. drop: what hinders that. implies: rules that fail along with it.
    """

    id: str
    severity: str
    reason: str
    source: str
    kind: Literal["native", "row", "query"]
    key: tuple[str, ...]
    expect: str = ""
    arguments: dict[str, Any] | None = None
    holds: str = ""
    query: str = ""
    file: Path | None = None
    reads: tuple[str, ...] = ()
    topic: str = "integrity"
    breaks: str | None = None
    drop: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()

    @property
    def form(self) -> Form | Literal["query"]:
        """How it is asked: `row` in the scan that rules share, `table` over the whole table, `unique` and `query` by a query of its own."""
        if self.kind == "native":
            return NATIVES[self.expect].form
        return "row" if self.kind == "row" else "query"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that a native rule names."""
        return columns(self.expect, self.arguments or {}) if self.kind == "native" else ()

    @property
    def says(self) -> str:
        """What is asked, in a line."""
        if self.kind == "native":
            return f"{self.expect}({', '.join(f'{name}={value!r}' for name, value in (self.arguments or {}).items())})"
        return self.holds if self.kind == "row" else f"no rows of {self.file.name if self.file else self.id}"


@dataclass(frozen=True)
class Suite:
    """The rules of a table.

    Attributes:
        name: identity among the suites: the table, or what the rules are about. table: schema and table. platform: whom it belongs to.
        title, owner: for the reader. key: columns that name a row. time: column by which `--since` cuts.
        draft: its rules count as info. path: the file.
    """

    name: str
    table: str
    platform: str
    title: str
    owner: str
    key: tuple[str, ...]
    time: str | None
    draft: bool
    rules: tuple[Rule, ...]
    path: Path
