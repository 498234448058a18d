"""Databases for the tests of the relay, and a relay on each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.relay import nats, postgres, rabbit

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.relay.shops import OrderSignal, Shop
    from typedsignals.relay import Relay

HAS_EXTRA = all(find_spec(name) is not None for name in ("sqlalchemy", "anyio", "cloudevents"))
collect_ignore_glob = [] if HAS_EXTRA else ["test_*.py"]
for module, library in (("test_nats.py", "nats"), ("test_rabbit.py", "aio_pika")):
    if find_spec(library) is None:
        collect_ignore_glob.append(module)
if HAS_EXTRA:
    from tests.relay import shops
    from typedsignals.relay._worker import outcome, publishing


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run workers on the event loop that they have in production."""
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def nats_server() -> Iterator[nats.NatsServer]:
    """A NATS server."""
    with nats.running() as server:
        yield server


@pytest.fixture(scope="session")
def rabbit_server() -> Iterator[rabbit.RabbitServer]:
    """A RabbitMQ server."""
    with rabbit.running() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers try again at once."""
    monkeypatch.setattr(outcome, "SHORTEST_DELAY", 0.01)
    monkeypatch.setattr(publishing, "PAUSES", (0.05, 0.2))


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


@pytest.fixture
def signal() -> OrderSignal:
    return shops.new_signal()


@pytest.fixture
def relay(database: str, signal: OrderSignal) -> Iterator[Relay]:
    """A relay that is set up, with a group that waits for messages."""
    relay = shops.new_relay(database, signal)

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, **extra: Any) -> None: ...

    relay.setup()
    yield relay
    relay.close()


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """What the program itself opens."""
    engine = shops.engine_of(database)
    yield engine
    engine.dispose()
