"""Migration files: the pairs of a platform, their order, checksums, and the statements in a file with their lines.

A platform keeps `NNNN_verb_object.sql` and `NNNN_verb_object.rollback.sql` in `sql/<platform>/migrations`, numbered without gaps.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path

from workbench import paths
from workbench.errors import MigrationError, UsageError

MARTS = "marts"
_NAME = re.compile(r"(\d{4})_([a-z0-9]+(?:_[a-z0-9]+)+)(\.rollback)?\.sql")
_TOKEN = re.compile(
    r"""(?P<skip>--[^\n]*
        |\b[eE]'(?:[^'\\]|\\.|'')*'
        |'(?:[^']|'')*'
        |"(?:[^"]|"")*"
        |(?P<dollar>\$(?:[A-Za-z_]\w*)?\$).*?(?P=dollar))
        |(?P<comment>/\*)
        |(?P<atomic>\bbegin\s+atomic\b)
        |(?P<case>\bcase\b)
        |(?P<end>\bend\b)
        |(?P<semicolon>;)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_BLANK = re.compile(r"(?:\s+|--[^\n]*)*")
_TRANSACTION = re.compile(r"(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One SQL statement of a file: its text, the file's line on which it starts, and its place among the statements (from 1)."""

    text: str
    line: int
    number: int


@dataclass(frozen=True)
class Migration:
    """One numbered pair of files."""

    platform: str
    version: str
    name: str
    forward: Path
    rollback: Path

    @property
    def purpose(self) -> str:
        """The first sentence of the comment that heads the forward file."""
        lines = takewhile(lambda line: line.startswith("--"), self.forward.read_text(encoding="utf-8").splitlines())
        head = " ".join(line.removeprefix("--").strip() for line in lines)
        return re.split(r"(?<=[.!?])\s", head, maxsplit=1)[0]

    @property
    def checksum(self) -> str:
        """SHA-256 of the forward file; line endings do not count, so that a checkout on another system has the same."""
        return hashlib.sha256(self.forward.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def known_platforms() -> tuple[str, ...]:
    """`marts` first, then the platforms of this installation."""
    return (MARTS, *paths.installed_platforms())


def require_platform(platform: str) -> str:
    """The platform itself, if its migrations are part of this installation.

    Raises:
        UsageError: there is no such platform; the sentence lists those there are.
    """
    if platform not in known_platforms():
        raise UsageError(f"There is no platform {platform!r} here; choose one of {', '.join(known_platforms())}.")
    return platform


def read_migrations(platform: str) -> list[Migration]:
    """The migrations of a platform in their order.

    Raises:
        UsageError: no such platform.
        MigrationError: a bad name, a missing partner, a number used twice or left out; the sentence names the file.
    """
    folder = paths.sql_folder(require_platform(platform)) / "migrations"
    pairs: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.glob("*.sql")):
        found = _NAME.fullmatch(path.name)
        if not found:
            raise MigrationError(f"{path} is no migration name; call it NNNN_verb_object.sql, for instance 0001_create_users.sql.")
        stem = f"{found[1]}_{found[2]}"
        pairs.setdefault(stem, {})["rollback" if found[3] else "forward"] = path
    migrations = [_pair(platform, folder, stem, pair) for stem, pair in sorted(pairs.items())]
    _check_numbers(folder, migrations)
    return migrations


def _pair(platform: str, folder: Path, stem: str, pair: dict[str, Path]) -> Migration:
    for kind, name in (("forward", f"{stem}.sql"), ("rollback", f"{stem}.rollback.sql")):
        if kind not in pair:
            raise MigrationError(f"{folder / name} is missing; every migration is a pair, forward and rollback.")
    version, name = stem.split("_", 1)
    return Migration(platform, version, name, pair["forward"], pair["rollback"])


def _check_numbers(folder: Path, migrations: list[Migration]) -> None:
    for before, after in pairwise(migrations):
        if before.version == after.version:
            raise MigrationError(f"{folder}: number {after.version} is used twice, by {before.forward.name} and {after.forward.name}.")
        if int(after.version) != int(before.version) + 1:
            missing = f"{int(before.version) + 1:04}"
            raise MigrationError(f"{folder}: number {missing} is left out between {before.forward.name} and {after.forward.name}.")


def statements(text: str) -> list[Statement]:
    """The statements of an SQL text. Quotes, dollar quotes, nested comments and `begin atomic … end` bodies are kept whole.

    >>> [(s.line, s.text) for s in statements("select ';' -- one; two\\n;\\n\\nselect $a$;$a$")]
    [(1, "select ';' -- one; two\\n"), (4, 'select $a$;$a$')]
    """
    pieces, start, position, depth = [], 0, 0, 0
    while found := _TOKEN.search(text, position):
        position = (_after_comment(text, found.start()) or len(text)) if found["comment"] else found.end()
        if found["atomic"] or (depth and found["case"]):
            depth += 1
        elif depth and found["end"]:
            depth -= 1
        elif found["semicolon"] and not depth:
            pieces.append((start, found.start()))
            start = found.end()
    pieces.append((start, len(text)))
    trimmed = [(_after_blank(text, begin, end), end) for begin, end in pieces]
    kept = [(begin, end) for begin, end in trimmed if begin < end]
    return [Statement(text[begin:end], text.count("\n", 0, begin) + 1, number) for number, (begin, end) in enumerate(kept, 1)]


def _after_blank(text: str, begin: int, end: int) -> int:
    """Where the first word of a statement is: past white space and comments. A comment without an end is left for the server to refuse."""
    position = _BLANK.match(text, begin, end).end()
    while text.startswith("/*", position, end) and (after := _after_comment(text, position)):
        position = _BLANK.match(text, after, end).end()
    return position


def _after_comment(text: str, position: int) -> int | None:
    """Where the comment that starts here ends, those inside it included."""
    depth = 0
    while found := _COMMENT_EDGE.search(text, position):
        depth += 1 if found[0] == "/*" else -1
        position = found.end()
        if not depth:
            return position
    return None


def read_statements(path: Path) -> list[Statement]:
    """The statements of a migration file, taken apart again only when it has changed: a step asks for them several times.

    Raises:
        MigrationError: the file begins or ends a transaction itself, which would part a step from its line in the ledger.
    """
    known = path.stat()
    return _statements_of(path, known.st_mtime_ns, known.st_size)


@cache
def _statements_of(path: Path, modified_ns: int, size: int) -> list[Statement]:
    found = statements(path.read_text(encoding="utf-8"))
    for statement in found:
        if _TRANSACTION.match(statement.text):
            words = " ".join(statement.text.split()[:2])
            raise MigrationError(f"{path}, line {statement.line}: {words!r} is not allowed; each migration is one transaction already.")
    return found
