"""A pooler between us and the server is noticed by the cancel key it makes up, and refused."""

import contextlib
import os
import socket
import struct
import threading

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from workbench import db, migrate
from workbench.errors import UsageError


def copy(source: socket.socket, target: socket.socket, change=lambda data: data) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(change(data))
        target.shutdown(socket.SHUT_WR)


def with_another_key(data: bytes) -> bytes:
    """The server's greeting with another process number in its BackendKeyData, as PgBouncer sends it."""
    position = 0
    while position + 5 <= len(data):
        kind, length = data[position : position + 1], struct.unpack("!I", data[position + 1 : position + 5])[0]
        if kind == b"K":
            return data[: position + 5] + struct.pack("!I", 4_194_305) + data[position + 9 :]
        position += 1 + length
    return data


@pytest.fixture
def pooler(server):
    """Port of a go-between that behaves like a transaction pooler towards its clients."""
    address = db.parameters(server)
    socket_file = f"{address['host']}/.s.PGSQL.{address.get('port', 5432)}"
    listener = socket.create_server(("127.0.0.1", 0))
    opened = [listener]

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                backend = socket.socket(socket.AF_UNIX)
                backend.connect(socket_file)
                opened.extend([client, backend])
                threading.Thread(target=copy, args=(client, backend), daemon=True).start()
                threading.Thread(target=copy, args=(backend, client, with_another_key), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    for each in opened:
        each.close()


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX") or os.name != "posix", reason="the test server listens on a Unix socket")
@pytest.mark.parametrize("verb", [migrate.setup, migrate.status, migrate.verify])
def test_a_pooled_connection_is_refused_in_one_sentence(server, pooler, verb):
    url = server.set(host="127.0.0.1", port=pooler, query={"sslmode": "disable", "gssencmode": "disable"})
    with psycopg.connect(**db.parameters(url)) as works:
        assert works.execute("select 1").fetchone() == (1,)
    with create_engine(url, poolclass=NullPool).connect() as connection, pytest.raises(UsageError, match="a pooler such as PgBouncer"):
        verb(connection)
