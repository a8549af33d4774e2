"""The house rules, checked over whatever files there are: layers, sizes, names, docstrings, SQL headers, notebooks."""

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from workbench import paths

pytestmark = pytest.mark.xdist_group("layout")  # what is parsed once is known to all

PACKAGE = paths.PACKAGE
PYTHON = sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)
SQL = sorted(paths.SQL.rglob("*.sql"))
NOTEBOOKS = sorted(path for path in paths.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)

LAYERS = [
    {"settings", "errors", "paths", "imports", "metrics", "charts", "present", "plaintext"},
    {"db", "embedded", "embedded_process", "replica", "pgbouncer", "sqlfiles", "slo_files", "slo_schema", "yamlfiles"},
    {
        "migrate",
        "fingerprint",
        "factviews",
        "migrating",
        "seed",
        "seeds",
        "load",
        "loading",
        "presets",
        "rollup",
        "rollups",
        "fits",
        "partition",
        "partitioning",
        "queries",
        "upkeep",
        "indexes",
        "indexing",
        "monitor",
        "monitoring",
    },
    {"report", "report_definition", "publish", "reports", "check", "checking", "lab", "demo"},
    {"cli"},
]
LAYER_OF = {name: level for level, names in enumerate(LAYERS) for name in names}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(parsed(path)))


def name_of(path: Path) -> str:
    """`workbench/metrics/slo.py` and `workbench/metrics/__init__.py` are both in the room `metrics`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def each(files: list[Path], faults: Callable[[Path], Iterable[str]]) -> None:
    """Every file is looked at, and all faults of all of them are told at once: a thousand tests of a millisecond would cost seconds."""
    found = [f"{path.relative_to(paths.ROOT)}: {fault}" for path in files for fault in faults(path)]
    assert files
    assert not found, "\n".join(found)


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.module == "workbench":
            rooms |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workbench."):
            rooms.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            rooms |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("workbench.")}
    return rooms - {"connect", "__version__"}


def test_imports_point_downward_only() -> None:
    def faults(path: Path) -> Iterator[str]:
        room = name_of(path)
        if room in ("__init__", "__main__"):
            return
        if room not in LAYER_OF:
            yield f"{room} has no layer yet: give it one in {Path(__file__).name}"
            return
        for other in imported_rooms(path):
            if other not in LAYER_OF:
                yield f"imports workbench.{other}, which has no layer"
            elif LAYER_OF[other] > LAYER_OF[room]:
                yield f"{room} (layer {LAYER_OF[room]}) imports {other} (layer {LAYER_OF[other]})"

    each(PYTHON, faults)


def test_modules_are_small_and_documented() -> None:
    def faults(path: Path) -> Iterator[str]:
        source, tree = path.read_text(), parsed(path)
        if source.count("\n") > 350:
            yield "more than 350 lines, split it"
        if source.strip() and not ast.get_docstring(tree):
            yield "a module says what it is for"
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                yield f"{node.name} is public and has no docstring"

    each(PYTHON, faults)


def test_nine_functions_in_ten_are_short() -> None:
    lengths = []
    for path in PYTHON:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                lengths.append((body[-1].end_lineno - body[0].lineno + 1, f"{path.name}:{node.name}"))
    long = sorted(entry for entry in lengths if entry[0] >= 22)
    assert len(long) <= 0.1 * len(lengths), long
    assert not long or long[-1][0] <= 60, long[-1]


def test_every_sql_file_says_its_grain() -> None:
    def faults(path: Path) -> Iterator[str]:
        first = path.read_text(encoding="utf-8").split("\n", 1)[0]
        if path.parent.name in {"queries", "rollups", "facts"}:
            if not re.match(r"-- One row per \S", first):
                yield "line 1 is the grain: -- One row per …"
        elif not first.startswith("-- "):
            yield "line 1 says what the file is for"

    each(SQL, faults)


def test_a_rollback_never_cascades() -> None:
    def faults(path: Path) -> Iterator[str]:
        code = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
        if re.search(r"\bcascade\b", code, re.IGNORECASE):
            yield "a cascade hides what was forgotten"

    each([path for path in SQL if path.name.endswith(".rollback.sql")], faults)


def test_migrations_come_in_pairs_with_their_number() -> None:
    def faults(path: Path) -> Iterator[str]:
        if not re.fullmatch(r"\d{4}_[a-z0-9]+(_[a-z0-9]+)+(\.rollback)?\.sql", path.name):
            yield "the name is <number>_<two words or more>.sql or .rollback.sql"
        stem = path.name.removesuffix(".sql").removesuffix(".rollback")
        yield from (f"{partner} is missing" for partner in (f"{stem}.sql", f"{stem}.rollback.sql") if not (path.parent / partner).exists())

    each([path for path in SQL if path.parent.name == "migrations"], faults)


def _functions(module: Path) -> set[str]:
    if not module.exists():
        return set()
    return {n.name for n in parsed(module).body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")}


@pytest.mark.parametrize("folder", [p.name for p in sorted(paths.SQL.iterdir()) if (p / "queries").is_dir()])
def test_a_query_has_one_name_in_every_layer(folder: str) -> None:
    files = {path.stem for path in (paths.SQL / folder / "queries").glob("*.sql")}
    functions = _functions(PACKAGE / "queries" / f"{folder}.py")
    if folder == "marts":  # a subject with a module of its own: `queries.engagement.activity` is in `engagement_activity.sql`
        subjects = {path.stem for path in (PACKAGE / "queries").glob("[!_]*.py")} - {path.name for path in paths.SQL.iterdir()}
        functions |= {f"{subject}_{name}" for subject in subjects for name in _functions(PACKAGE / "queries" / f"{subject}.py")}
    assert files == functions, f"files without a function of their name, or the other way round: {files ^ functions}"


@pytest.mark.parametrize("definition", sorted(paths.REPORTS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_report_has_one_name_in_every_layer(definition: Path) -> None:
    assert (paths.NOTEBOOKS / "reports" / f"{definition.stem}.ipynb").exists()
    module = PACKAGE / "reports" / definition.stem
    assert module.with_suffix(".py").exists() or module.is_dir()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_stored_without_outputs_and_hold_no_sql(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        assert not cell["outputs"] and cell["execution_count"] is None, "strip it: nbstripout"
        source = "".join(cell["source"])
        assert not re.search(r"\bselect\b.+\bfrom\b", source, re.IGNORECASE | re.DOTALL) or "import" in source
        assert source.count("\n") < 25, "a cell calls functions and shows; move the rest into the package"


def test_nothing_is_left_to_be_done() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    found = [f"{path.name}: {line.strip()}" for path in [*PYTHON, *SQL] for line in path.read_text().splitlines() if words.search(line)]
    assert not found
