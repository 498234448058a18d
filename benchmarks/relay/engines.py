"""The engines that are tried: each is a server of its own, or a file, in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.relay import nats, postgres, rabbit


@dataclass(frozen=True)
class Engine:
    """Where messages go.

    Attributes:
        database: The address of an empty database.
        broker: The address of the broker; None if the database alone carries messages.
        kill: Kills the server and starts it again; None if there is none.
    """

    database: str
    broker: str | None = None
    kill: Callable[[], None] | None = None


@contextmanager
def _sqlite(folder: Path) -> Iterator[Engine]:
    yield Engine(f"sqlite:///{folder / 'shop.db'}")


@contextmanager
def _postgresql(_folder: Path) -> Iterator[Engine]:
    with postgres.running() as server:
        yield Engine(server.new_database(), kill=server.kill)


@contextmanager
def _nats(folder: Path) -> Iterator[Engine]:
    with nats.running() as server:
        yield _through(server, folder)


@contextmanager
def _rabbitmq(folder: Path) -> Iterator[Engine]:
    with rabbit.running() as server:
        yield _through(server, folder)


def _through(server: nats.NatsServer | rabbit.RabbitServer, folder: Path) -> Engine:
    def kill() -> None:
        server.kill()
        server.start()

    return Engine(f"sqlite:///{folder / 'shop.db'}", broker=server.url, kill=kill)


ENGINES: dict[str, Callable[[Path], AbstractContextManager[Engine]]] = {
    "SQLite": _sqlite,
    "PostgreSQL": _postgresql,
    "NATS": _nats,
    "RabbitMQ": _rabbitmq,
}
"""How to start each engine, by its name in tables."""
BROKERS = {"NATS", "RabbitMQ"}
"""Those where groups receive from a broker."""
