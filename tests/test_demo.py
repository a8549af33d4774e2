"""The demonstration, as far as other tests do not show its steps; `make demo` runs it whole."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import pytest

from workbench import demo, paths
from workbench.settings import settings


@pytest.fixture
def on_simulated(simulated_database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database in use holds simulated data of every platform."""
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", simulated_database.url.render_as_string(hide_password=False))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("on_simulated")
def test_run_again_it_keeps_the_data_that_is_there_and_refreshes() -> None:
    platforms = len(paths.installed_platforms())
    with closing(demo.run()) as steps:
        _, _, *kept, refreshed = islice(steps, platforms + 3)
    assert len(kept) == platforms and all(line.endswith("up to 2026-09-01 is there already") for line in kept)
    assert "up to date" in refreshed
