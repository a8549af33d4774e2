"""The embedded PostgreSQL: started when needed, shared by everybody, left running.

Attaching is connecting; starting happens under a lock, so that five first starts at once make one server. "Running" means that
it answers and names our data folder, never that a pid file exists. It listens on a Unix socket only, in a folder that nobody
but its owner may enter, which is why it asks for no password. Nothing here stops it except `stop_server` and `destroy`.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fasteners
import platformdirs
import psycopg
from psycopg import sql
from sqlalchemy import URL

from workbench import embedded_process as process
from workbench.embedded_process import SUPERUSER, find_binaries, wheel_binaries
from workbench.errors import DatabaseUnreachable, UsageError
from workbench.settings import settings

__all__ = [
    "ServerStatus",
    "default_data_dir",
    "destroy",
    "ensure_server",
    "find_binaries",
    "is_embedded",
    "server_status",
    "stop_server",
    "temporary_folder",
    "temporary_server",
    "wheel_binaries",
]

DATABASE = "workbench"

THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "1h"}

# libpq reads its environment (PGHOSTADDR, PGOPTIONS, …) for whatever is not given; ours is given in full.
_DEAF = {"hostaddr": "", "options": "", "target_session_attrs": "any", "channel_binding": "disable", "gssencmode": "disable"}

_RAM = Path("/dev/shm")

_threads = threading.RLock()  # the file lock below is one for the whole process


@dataclass(frozen=True)
class ServerStatus:
    """What is known about the embedded server. `address` is its socket folder, `started_at` is in UTC."""

    running: bool
    data_dir: Path
    version: str | None
    pid: int | None
    address: str | None
    started_at: datetime | None
    binaries: Path | None

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values for JSON."""
        texts = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(self).items()}
        return texts | {"started_at": self.started_at and self.started_at.isoformat()}

    def sentence(self) -> str:
        """One sentence for the command line."""
        if not self.running:
            return f"The embedded server on {self.data_dir} is not running; `workbench db start` starts it."
        return f"PostgreSQL {self.version} is running on {self.data_dir} (process {self.pid}, socket in {self.address})."


def default_data_dir() -> Path:
    """Data folder in use: `WORKBENCH_PGDATA`, else the user's data folder (root: /var/lib/workbench; its home is closed to others)."""
    if chosen := settings().pgdata:
        return chosen.expanduser().absolute()
    home = Path("/var/lib/workbench") if os.geteuid() == 0 else platformdirs.user_data_path("workbench")
    return home / "pgdata"


def _resolve(data_dir: Path | None) -> Path:
    return (data_dir.expanduser() if data_dir else default_data_dir()).resolve()


def ensure_server(data_dir: Path | None = None, database: str = DATABASE, timeout: float = 60, extra: dict[str, str] | None = None) -> URL:
    """Attach to the server on `data_dir`, starting and initialising it where necessary, and create `database` in it.

    Args:
        timeout: seconds to wait in all, a recovery after a crash included.
        extra: settings of a server that has to be started, beside those of `embedded_process`.

    Returns:
        Where to connect, as the superuser. Use it with SQLAlchemy or field by field; a socket folder may hold spaces.

    Raises:
        DatabaseUnreachable: it cannot be started; the sentence says why.
    """
    folder = _resolve(data_dir)
    with contextlib.suppress(psycopg.Error), _connect(folder, database) as connection:
        if _is_ours(connection, folder):
            return _url(folder, database)
    deadline = time.monotonic() + timeout
    with _locked(folder, timeout):
        _start_until(folder, deadline, extra or {})
        with _connect(folder, SUPERUSER) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
        return _url(folder, database)


def is_embedded(url: URL) -> bool:
    """Whether a URL leads to the embedded server in use, so that it may be started again when it does not answer."""
    return url.query.get("host") == str(process.socket_folder(default_data_dir().resolve()))


def _url(folder: Path, database: str) -> URL:
    where = process.address(folder)
    if not where:
        raise DatabaseUnreachable(f"The server on {folder} was stopped this moment; try again.")
    return URL.create("postgresql+psycopg", SUPERUSER, database=database, query=where | _DEAF)


def _connect(folder: Path, database: str) -> psycopg.Connection:
    where = process.address(folder)
    if not where:
        raise psycopg.OperationalError("no server")
    return psycopg.connect(**where, **_DEAF, user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=5)


def _is_ours(connection: psycopg.Connection, folder: Path) -> bool:
    row = connection.execute("show data_directory").fetchone()
    return bool(row) and Path(row[0]).resolve() == folder


def _answers(folder: Path) -> bool:
    try:
        with _connect(folder, SUPERUSER) as connection:
            return _is_ours(connection, folder)
    except psycopg.Error:
        return False


@contextlib.contextmanager
def _locked(folder: Path, timeout: float) -> Iterator[None]:
    """One starter or stopper at a time, over all threads and processes."""
    lock_file = folder.with_name(folder.name + ".lock")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = fasteners.InterProcessLock(lock_file)
        with _threads:
            if not lock.acquire(timeout=timeout):
                raise DatabaseUnreachable(f"Another process has been starting the server on {folder} for {timeout:.0f} s; try again.")
            try:
                yield
            finally:
                lock.release()
    except PermissionError as error:
        raise DatabaseUnreachable(
            f"{error.filename or lock_file} may not be written; choose another folder with WORKBENCH_PGDATA."
        ) from error


def _start_until(folder: Path, deadline: float, extra: dict[str, str]) -> None:
    while not _answers(folder):
        if time.monotonic() > deadline:
            raise DatabaseUnreachable(f"The server on {folder} does not answer ({_reason(folder)}); see {folder / 'server.log'}.")
        if (server := process.postmaster(folder)) and _lost_socket(folder, server.create_time()):
            _control(folder, "-m", "fast", "-w", "stop")
        if not process.postmaster(folder):  # neither running nor recovering nor shutting down
            _start(folder, extra)
        time.sleep(0.05)


def _reason(folder: Path) -> str:
    return process.log_tail(folder) or "it may still be recovering from a crash"


def _lost_socket(folder: Path, started: float) -> bool:
    """Whether a running server has been without its socket for a while: something deleted the file, nobody can connect."""
    socket = process.socket_folder(folder) / f".s.PGSQL.{process.PORT}"
    return not socket.exists() and time.time() - started > 5


def _control(folder: Path, *words: object) -> None:
    who = process.account(folder)
    process.run(who, process.reachable_binaries(who, folder) / "pg_ctl", "-D", folder, *words, cwd=folder)


def _start(folder: Path, extra: dict[str, str]) -> None:
    who, sockets = _prepare(folder)
    binaries = process.reachable_binaries(who, folder)
    try:
        if process.major_of(folder) is None:
            process.end_leftovers(folder)
            process.initialise(folder, who, binaries, sync=extra.get("fsync") != "off")
        process.write_settings(folder, who, binaries, extra)
        for stale in (folder / "postmaster.pid", sockets / f".s.PGSQL.{process.PORT}.lock", sockets / f".s.PGSQL.{process.PORT}"):
            stale.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (folder / "server.log").replace(folder / "server.previous.log")
        process.run(who, binaries / "pg_ctl", "-D", folder, "-l", folder / "server.log", "-w", "start", cwd=folder)
    except subprocess.CalledProcessError as error:
        # A killed server's last processes need a moment to leave; a recovery may take longer than pg_ctl waits.
        if "pre-existing shared memory" in process.log_tail(folder) or process.postmaster(folder):
            return
        said = process.log_tail(folder) or " ".join(error.output.split())[-300:]
        raise DatabaseUnreachable(f"PostgreSQL could not be started on {folder}: {said}") from error


def _prepare(folder: Path) -> tuple[process.Account, Path]:
    """Make the data and socket folders, closed to everybody but the server's account."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    who = process.account(folder)
    sockets = process.socket_folder(folder)
    sockets.mkdir(mode=0o700, exist_ok=True)
    for made in {folder, sockets}:
        if who.switch and made.stat().st_uid == 0:
            os.chown(made, who.uid, who.gid)
    if sockets.is_symlink() or sockets.stat().st_uid != who.uid:
        raise DatabaseUnreachable(f"{sockets} belongs to somebody else; choose a shorter WORKBENCH_PGDATA so that it is not needed.")
    if not process.can_reach(who, folder):
        raise DatabaseUnreachable(f"User {who.name}, who runs the server for root, cannot enter {folder}; choose another WORKBENCH_PGDATA.")
    return who, sockets


def stop_server(data_dir: Path | None = None, timeout: float = 60) -> bool:
    """Stop the server on `data_dir`, ending the sessions in it; returns whether one was running.

    Raises:
        DatabaseUnreachable: it could not be stopped.
    """
    folder = _resolve(data_dir)
    if not folder.exists():
        return False
    with _locked(folder, timeout):
        return _stop(folder)


def _stop(folder: Path) -> bool:
    if not process.postmaster(folder):
        return False
    try:
        _control(folder, "-m", "fast", "-w", "stop")
    except subprocess.CalledProcessError as error:
        raise DatabaseUnreachable(f"The server on {folder} could not be stopped: {' '.join(error.output.split())[-300:]}") from error
    return True


def destroy(data_dir: Path | None = None) -> None:
    """Stop the server on `data_dir` and delete the folder with everything in it.

    Raises:
        UsageError: the folder holds no database; it is left alone.
    """
    folder = _resolve(data_dir)
    if not folder.exists():
        process.end_leftovers(folder)
        return
    if process.major_of(folder) is None and not process.half_made(folder).exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} holds no PostgreSQL database, so it is not deleted.")
    with _locked(folder, 60):
        _stop(folder)
        shutil.rmtree(folder)
        process.half_made(folder).unlink(missing_ok=True)
        if (sockets := process.socket_folder(folder)) != folder:
            shutil.rmtree(sockets, ignore_errors=True)


def server_status(data_dir: Path | None = None) -> ServerStatus:
    """What is known about the server on `data_dir`, without starting it."""
    folder = _resolve(data_dir)
    server = process.postmaster(folder)
    running = bool(server) and _answers(folder)
    started = datetime.fromtimestamp(server.create_time(), UTC) if server and running else None
    where = process.address(folder) if running else None
    try:
        binaries = find_binaries(folder)
    except DatabaseUnreachable:
        binaries = None
    major = process.major_of(folder)
    version = process.version_of(binaries) if binaries and major else major and str(major)
    return ServerStatus(running, folder, version, server.pid if server else None, where and where["host"], started, binaries)


# Waits until whoever holds the other end of its input is gone, killed or not, then ends the server and deletes the folder.
# The pid file tells when the server is gone; the process itself may stay a while as a zombie.
_CLEANER = """
read -r _
if pid=$(head -n 1 "$1/pgdata/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null; then
  left=100
  while [ -e "$1/pgdata/postmaster.pid" ] && [ "$((left -= 1))" -gt 0 ]; do sleep 0.05; done
fi
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
"""


@contextlib.contextmanager
def temporary_folder(memory: bool = True) -> Iterator[Path]:
    """An empty folder for a throw-away server in its `pgdata`; afterwards the server is ended and the folder deleted.

    That happens also when this process is killed: a small process of its own waits for our end.

    Args:
        memory: use the memory file system where there is a large one; databases are made and dropped five times as fast there.
    """
    folder = Path(tempfile.mkdtemp(prefix="workbench-", dir=_RAM if memory and _roomy(_RAM) else "/tmp")).resolve()
    with subprocess.Popen(
        ["/bin/sh", "-c", _CLEANER, "sh", folder], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True
    ) as cleaner:
        folder.chmod(0o711)
        try:
            yield folder
        finally:
            cleaner.communicate()


def _roomy(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 4 * 1024**3


@contextlib.contextmanager
def temporary_server(*, memory: bool = True, **extra: str) -> Iterator[URL]:
    """A server of its own for tests: nothing is safe from a crash in it, and it is gone afterwards.

    Args:
        memory: see `temporary_folder`.
        extra: settings of PostgreSQL, for instance `max_connections="20"`.

    Yields:
        URL of its maintenance database.
    """
    with temporary_folder(memory) as folder:
        yield ensure_server(folder / "pgdata", SUPERUSER, extra=THROWAWAY | extra)
