"""Databases for the tests of the relay."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.relay import postgres

HAS_EXTRA = all(find_spec(name) is not None for name in ("sqlalchemy", "anyio", "cloudevents"))
collect_ignore_glob = [] if HAS_EXTRA else ["test_*.py"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run workers on the event loop that they have in production."""
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server."""
    with postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}"
    server: postgres.Server = request.getfixturevalue("server")
    return server.new_database()


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of a database where nothing has to be started."""
    return f"sqlite:///{tmp_path / 'shop.db'}"
