"""What the platforms' documents ask for and where it is: the registers in this folder, written out for people.

    python tests/documents/render.py

writes the section of `README.md` between its two marks and `sql/<platform>/README.md`. A register (`<document>.yml`) lists every demand
with its lines, its kind, and either `at` (what it became, see `test_documents.py` for the words) or `because` (why it is not there; with
`at`: what differs). `until` names what would make that reason untrue. `each` stands for one demand a line of the document; with `of` the
lines are columns of that table. `passed_over` are the lines that ask for nothing.
"""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PLATFORMS = ("mued", "learning", "drivemaster", "video")
KINDS = (
    "tables", "columns", "keys", "rules", "enums", "indexes", "partitions", "row security", "audit", "views", "queries", "algorithms",
    "commands", "migrations", "pooling", "replica", "monitoring", "retention", "backups", "security",
)  # fmt: skip
BEGIN, END = "<!-- documents: written by `make documents` -->", "<!-- documents: end -->"


@dataclass(frozen=True)
class Demand:
    """One thing a document asks for."""

    document: str
    platform: str
    first: int
    last: int
    section: str
    kind: str
    asks: str
    at: tuple[str, ...]
    because: str
    until: str
    block: int

    @property
    def is_there(self) -> bool:
        return bool(self.at)

    @property
    def lines(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class Register:
    """A document: its demands, and the lines that make none."""

    document: str
    platform: str
    lines: int
    demands: tuple[Demand, ...]
    passed_over: tuple[tuple[int, int, str], ...]


def registers() -> list[Register]:
    """All of them, in the order of the platforms."""
    read = [read_register(path) for path in sorted(HERE.glob("*.yml"))]
    return sorted(read, key=lambda register: (PLATFORMS.index(register.platform), register.document))


def read_register(path: Path) -> Register:
    """One file."""
    content = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    place = content["document"], content["platform"]
    demands = [demand for block, given in enumerate(content["demands"]) for demand in _demands(*place, block, given)]
    passed = tuple((*span(given["lines"]), given["because"]) for given in content["passed_over"])
    return Register(*place, content["lines"], tuple(demands), passed)


def span(lines: int | str) -> tuple[int, int]:
    """First and last line of `12` or `12-14`."""
    first, _, last = str(lines).partition("-")
    return int(first), int(last or first)


def _demands(document: str, platform: str, block: int, given: dict) -> list[Demand]:
    first, last = span(given["lines"])
    common = (given["section"], given["kind"])
    if "each" not in given:
        at = given.get("at", [])
        at = tuple([at] if isinstance(at, str) else at)
        rest = (given["asks"], at, given.get("because", ""), given.get("until", ""), block)
        return [Demand(document, platform, first, last, *common, *rest)]
    items = given["each"]
    assert last - first + 1 == len(items), f"{document}, lines {first}-{last}: {len(items)} items"
    made = []
    for line, item in enumerate(items, first):
        at = _column(given["of"], item) if "of" in given else item
        made.append(Demand(document, platform, line, line, *common, at.split()[1].split(".")[-1], (at,), "", "", block))
    return made


def _column(table: str, row: str) -> str:
    name, kind, constraints, _ = (cell.strip() for cell in row.split("|"))
    return f"column {table}.{name} {kind} {constraints}".rstrip()


# --- writing ---------------------------------------------------------------------------------------------------------


def place_of(demand: Demand, reference: str) -> str:
    """Where something is, for a reader: a file, a folder or a command."""
    word, _, rest = reference.partition(" ")
    if word == "command":
        return f"`workbench {rest.split(' --')[0]}`"
    if word == "setting":
        return f"`WORKBENCH_{rest.split()[0].upper()}`"
    if word == "python":
        module = rest.split(":")[0].replace(".", "/")
        return f"`{module}`" if (ROOT / module).is_dir() else f"`{module}.py`"
    if word == "query":
        return f"`workbench/queries/{rest.split('.')[0]}.py`"
    return f"`{_file_of(demand.platform, word, rest)}`"


def _file_of(platform: str, word: str, rest: str) -> str:
    folders = {"fact": f"sql/{rest.split('.')[0]}/facts", "rollup": "sql/marts/rollups", "role": "sql/marts/roles.sql"}
    if word == "file":
        return re.sub(r"(/migrations)/.*", r"\1", rest)
    return folders.get(word, f"sql/{platform}/migrations")


def summary(platform: str, demands: list[Demand]) -> str:
    """The table of one platform: a line a kind of demand."""
    rows = [f"| `{platform}` | asked | there | where | not there, because |", "|---|---:|---:|---|---|"]
    for kind in KINDS:
        found = [demand for demand in demands if demand.kind == kind]
        if not found:
            continue
        places = Counter(place_of(demand, at) for demand in found for at in dict.fromkeys(demand.at))
        shown = ", ".join(place for place, _ in places.most_common(3)) + (" …" if len(places) > 3 else "")
        missing = Counter(demand.because for demand in found if not demand.is_there)
        reasons = "; ".join(reason + (f" ({count})" if count > 1 else "") for reason, count in missing.items())
        rows.append(f"| {kind} | {len(found)} | {sum(demand.is_there for demand in found)} | {shown} | {reasons} |")
    return "\n".join(rows)


def section(found: list[Register]) -> str:
    """The section of the README, marks included."""
    parts = [BEGIN]
    for platform in PLATFORMS:
        mine = [register for register in found if register.platform == platform]
        demands = [demand for register in mine for demand in register.demands]
        absent = sum(not demand.is_there for demand in demands)
        names = " and ".join(f"`{register.document}`" for register in mine)
        parts.append(
            f"{names}: {len(demands)} demands, {absent} of them not met; line by line in [sql/{platform}](sql/{platform}/README.md).\n\n"
            + summary(platform, demands)
        )
    return "\n\n".join([*parts, END])


def details(platform: str, found: list[Register]) -> str:
    """Every demand on the platform, kind by kind, with its lines."""
    mine = [register for register in found if register.platform == platform]
    parts = [
        f"# {platform}: what is asked for, and where it is",
        f"The lines of {' and of '.join(f'`{register.document}`' for register in mine)}. Written by `make documents` from the registers in "
        "`tests/documents`; a test looks every entry up in a migrated database.",
    ]
    for kind in KINDS:
        blocks: dict[tuple[str, int], list[Demand]] = {}
        for register in mine:
            for demand in register.demands:
                if demand.kind == kind:
                    blocks.setdefault((register.document, demand.block), []).append(demand)
        if blocks:
            rows = [_row(block, len(mine) > 1) for block in blocks.values()]
            parts.append(f"## {kind}\n\n| lines | asked | where | remark |\n|---|---|---|---|\n" + "\n".join(rows))
    for register in mine:
        passed = [f"| {first}–{last} | {because} |" for first, last, because in register.passed_over]
        parts.append(f"## Lines of {register.document} that ask for nothing\n\n| lines | what they are |\n|---|---|\n" + "\n".join(passed))
    return "\n\n".join(parts) + "\n"


def _row(block: list[Demand], several: bool) -> str:
    first = block[0]
    lines = first.lines if len(block) == 1 else f"{first.first}–{block[-1].last}"
    asks = first.asks if len(block) == 1 else f"{first.section}: " + ", ".join(demand.asks for demand in block)
    where = "; ".join(dict.fromkeys(f"`{at}`" for demand in block for at in demand.at))
    if len(block) > 1 and first.kind == "columns":
        where = f"`table {first.at[0].split()[1].split('.')[0]}`"
    cells = [f"{first.document.removesuffix('.md')} {lines}" if several else lines, asks, where or "—", first.because]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def outdated() -> dict[Path, str]:
    """Files that are not what the registers say, with what they should hold."""
    found = registers()
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    wanted = {readme: re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: section(found), text, flags=re.DOTALL)}
    wanted |= {ROOT / "sql" / platform / "README.md": details(platform, found) for platform in PLATFORMS}
    return {path: text for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text}


if __name__ == "__main__":
    for path, text in outdated().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
