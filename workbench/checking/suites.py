"""Suite files: `expectations/<platform>/<table>.yml` with SQL rules in the folder `sql` beside them, and yours in `WORKBENCH_CHECKS_PATH`.

Nothing here needs a database or Great Expectations, so that a commit hook can run it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from workbench import paths
from workbench.checking import natives
from workbench.checking.schema import CLOCK, Rule, RuleModel, Suite, SuiteModel, bare, schemas
from workbench.errors import UsageError
from workbench.migrating.files import statements
from workbench.settings import settings
from workbench.yamlfiles import documents, known_word, parse

_PARAMETER = re.compile(r"(?<![:\w]):[a-zA-Z_]\w*")


def load(folder: Path | None = None, extra: Iterable[Path] | None = None) -> list[Suite]:
    """All suites, those of marts first, then platform by platform, table by table; yours after them.

    Args:
        folder: the shipped files, by default `expectations/`. extra: folders with your own, by default those of `WORKBENCH_CHECKS_PATH`.

    Raises:
        UsageError: a file is wrong; the sentence names file, rule, field and what is allowed.
    """
    shipped = folder or paths.EXPECTATIONS
    suites = [read(path, shipped=True) for path in _files(shipped / schema for schema in schemas())]
    for own in settings().checks_path if extra is None else extra:
        if not own.is_dir():
            raise UsageError(f"{own}: no such folder; WORKBENCH_CHECKS_PATH must name folders with your own suite files.")
        suites += [read(path) for path in sorted([*own.rglob("*.yml"), *own.rglob("*.yaml")])]
    refuse_twins(suites)
    return suites


def _files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")])]


def refuse_twins(suites: Iterable[Suite]) -> None:
    """Ids name one rule each, and `implies` names rules that there are.

    Raises:
        UsageError: two rules have one id, or an implied rule is unknown.
    """
    places: dict[str, Path] = {}
    known = list(suites)
    for suite in known:
        for rule in suite.rules:
            if rule.id in places:
                raise UsageError(f"{suite.path}: rule {rule.id}: id is taken in {places[rule.id]}; give every rule its own id.")
            places[rule.id] = suite.path
    for suite in known:
        for rule in suite.rules:
            for other in rule.implies:
                if other not in places and not other.startswith("SLO-"):
                    raise UsageError(f"{suite.path}: rule {rule.id}: implies names {other}, and there is no such rule.")


_Stamps = list[tuple[int, int] | None]
_known: dict[tuple[Path, bool, tuple[str, ...]], tuple[Suite, _Stamps]] = {}


def read(path: Path, shipped: bool = False) -> Suite:
    """The suite of a file, validated again only when it or one of its queries has changed: a page asks for the same rules several times.

    Args:
        shipped: hold it to what shipped files promise: it stands at its place, its ids are of its platform, and every rule that needs
            one has its `break`, the change by which a test proves that the rule can fail.

    Raises:
        UsageError: it is wrong; the sentence names file, rule, field and what is allowed.
    """
    place = (path, shipped, schemas())
    if place in _known and _stamps(_known[place][0]) == _known[place][1]:
        return _known[place][0]
    suite = _validated(path, shipped)
    _known[place] = suite, _stamps(suite)
    return suite


def _stamps(suite: Suite) -> _Stamps:
    """When each of its files changed, and how long it is."""
    found: _Stamps = []
    for path in (suite.path, *(rule.file for rule in suite.rules if rule.file)):
        try:
            about = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((about.st_mtime_ns, about.st_size))
    return found


def _validated(path: Path, shipped: bool) -> Suite:
    found = documents(path)
    if len(found) != 1 or not isinstance(found[0], dict):
        raise UsageError(f"{path}: must hold one suite that starts with table: schema.table.")
    head = parse(SuiteModel, found[0], str(path))
    platform, table = head.table.split(".")
    if shipped and (path.parent.name, path.stem) != (platform, table):
        raise UsageError(f"{path}: table is {head.table!r}, so the file must be {platform}/{table}.yml.")
    rules = [_rule(path, head, number, raw, shipped) for number, raw in enumerate(head.rules, 1)]
    return Suite(head.table, head.table, platform, head.title, head.owner, head.key, head.time, head.draft, tuple(rules), path)


def _rule(path: Path, head: SuiteModel, number: int, raw: Any, shipped: bool) -> Rule:
    name = raw.get("id") if isinstance(raw, dict) else None
    where = f"{path}: rule {name or f'number {number}, which has no id'}"
    if isinstance(raw, dict) and isinstance(raw.get("expect"), str):
        known_word(f"{where}: expect", raw["expect"], list(natives.NATIVES))
    model = parse(RuleModel, raw, where)
    _check_id(where, model.id, head.table.split(".")[0], shipped)
    if model.expect and (wrong := natives.problem(model.expect, model.arguments or {})):
        raise UsageError(f"{where}: {wrong}.")
    if shipped and not head.draft and not model.expect and not model.breaks:
        raise UsageError(f"{where}: break is missing: give the SQL that makes this rule fail, so that a test can prove it does.")
    kind = "native" if model.expect else "row" if model.holds else "query"
    file = path.parent / "sql" / f"{model.sql}.sql" if model.sql else None
    return Rule(
        id=model.id, severity="info" if head.draft else model.severity, reason=model.reason, source=model.source, kind=kind,
        key=model.key or head.key, expect=model.expect or "", arguments=model.arguments or {}, holds=model.holds or "",
        query=_query(where, file) if file else "", file=file, reads=model.reads, topic=model.topic, breaks=model.breaks,
        drop=model.drop, implies=model.implies,
    )  # fmt: skip


def _check_id(where: str, name: str, platform: str, shipped: bool) -> None:
    prefix = name.split("-")[0]
    others = {schema.upper() for schema in schemas()} - {platform.upper()}
    if prefix in others or (shipped and prefix != platform.upper()):
        raise UsageError(f"{where}: id is {name!r}; rules of {platform} are called {platform.upper()}-TABLE-NNN.")


def _query(where: str, file: Path) -> str:
    """The one SELECT of an SQL rule, without its semicolon."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        there = ", ".join(path.stem for path in sorted(file.parent.glob("*.sql"))) or "none yet"
        raise UsageError(f"{where}: sql is {file.stem!r}, and {file} cannot be read; there are: {there}.") from None
    if not re.match(r"-- One row per \S", text):
        raise UsageError(f"{where}: {file}: line 1 must say what is at fault: -- One row per …")
    found, plain = statements(text), bare(text)
    if len(found) != 1 or not re.match(r"(select|with)\b", found[0].text, re.IGNORECASE):
        raise UsageError(f"{where}: {file}: must hold exactly one SELECT, which returns the keys of the rows at fault.")
    if parameter := _PARAMETER.search(plain):
        raise UsageError(f"{where}: {file}: {parameter[0]} is a parameter; use marts.check_as_of() and marts.check_since().")
    if clock := CLOCK.search(plain):
        raise UsageError(f"{where}: {file}: asks for {clock[0]}; use marts.check_as_of(), so that it can be judged as of any instant.")
    return found[0].text.strip()
