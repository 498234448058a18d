"""A Django project with two databases, set up once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.django import project
from tests.relay import postgres

HAS_EXTRA = find_spec("django") is not None
collect_ignore_glob = [] if HAS_EXTRA else ["test_*.py"]
if not project.HAS_RELAY:
    collect_ignore_glob.append("test_relay*.py")

if HAS_EXTRA:
    # When this is imported: the test modules define classes of tests, for which Django must be set up.
    project.set_up()


@pytest.fixture(autouse=True, scope="session")
def databases() -> Iterator[None]:
    """Make the databases, in memory."""
    with project.databases():
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server."""
    with postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """The kinds of databases that a relay can use."""
    kind: str = request.param
    return kind


@pytest.fixture
def settings_of_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """An empty database that outlives a process, as it stands in ``DATABASES``."""
    if kind == "sqlite":
        options = {"transaction_mode": "IMMEDIATE"}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "shop.db"), "OPTIONS": options}
    server: postgres.Server = request.getfixturevalue("server")
    name = server.new_database().rpartition("/")[2]
    place = {"HOST": "127.0.0.1", "PORT": server.port, "USER": "postgres"}
    return {"ENGINE": "django.db.backends.postgresql", "NAME": name, **place}


@pytest.fixture
def alias(settings_of_database: dict[str, Any]) -> Iterator[str]:
    """The alias of such a database, with the relay's tables."""
    from tests.django.relays import more_databases  # noqa: PLC0415 - needs Django

    with more_databases(shop=settings_of_database):
        yield "shop"
