"""The surroundings of every test and notebook: a clean environment and a throw-away server, removed however the run ends.

It lies above `tests/` because `pytest --nbval-lax notebooks` reads no other; the fixtures are in `tests/conftest.py`.
"""

import contextlib
import os
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from workbench import db, embedded
from workbench.settings import settings

KEPT = {"WORKBENCH_PG_BIN", "WORKBENCH_REAL_DATA"}
FOLDER = "TEST_SERVER_FOLDER"

_cleanup = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The first process makes the folder of the server and removes it at the end; the workers find its name in the environment."""
    foreign = [name for name in os.environ if name.startswith(("WORKBENCH_", "PG")) or name == "DATABASE_URL"]
    for name in set(foreign) - KEPT:
        del os.environ[name]
    first = not hasattr(config, "workerinput")
    if first:
        os.environ[FOLDER] = str(_cleanup.enter_context(embedded.temporary_folder()))
    # Whatever asks for the embedded server without saying which gets this one, never that of the user.
    os.environ["WORKBENCH_PGDATA"] = f"{os.environ[FOLDER]}/pgdata"
    settings.cache_clear()
    if first and (config.getoption("nbval", False) or config.getoption("nbval_lax", False)):
        _prepare_for_notebooks()


def pytest_unconfigure(config: pytest.Config) -> None:
    _cleanup.close()


def _prepare_for_notebooks() -> None:
    """Set up what notebooks find by themselves, the embedded server's own database: nbval gives them no fixtures."""
    from workbench import migrate

    engine = db.engine(url=embedded.ensure_server(extra=embedded.THROWAWAY))
    with engine.connect() as connection:
        migrate.setup(connection)
        connection.commit()
    _simulate(engine)
    engine.dispose()


def _simulate(engine: Engine) -> None:
    from workbench import rollup, seed

    with engine.connect() as connection:
        seed.seed(connection, "mued", learners=60, days=45, seed=7, end=date(2026, 9, 1))
        connection.commit()
        rollup.refresh(connection)
        connection.commit()


@pytest.fixture(scope="session")
def simulate() -> Callable[[Engine], None]:
    """Fills a migrated database with simulated data of MUED (60 learners, 45 days up to 2026-09-01) and its rollups."""
    return _simulate
