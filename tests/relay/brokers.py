"""Brokers for tests: engines, and programs, each with names of its own at a server that all of them share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from tests.relay.nats import NatsServer
from tests.relay.rabbit import RabbitServer
from tests.relay.shops import MAIN, SHOPS, OrderPlaced, OrderSignal, Shop, engine_of, name_of, publish
from typedsignals import Namespace
from typedsignals.relay import Message, Relay
from typedsignals.relay._brokers.access import broker_at
from typedsignals.relay._brokers.address import Address
from typedsignals.relay._brokers.protocol import Broker
from typedsignals.relay._brokers.protocol import Program as Told

KINDS = ["nats", "rabbit"]
EVERY_SIGNAL = "*"
"""What the status of RabbitMQ says in place of a signal."""

AnyServer = NatsServer | RabbitServer
numbers = count()


def server_of(request: pytest.FixtureRequest, kind: str) -> AnyServer:
    """Return the server of a kind that all tests share."""
    server: AnyServer = request.getfixturevalue(f"{kind}_server")
    return server


def new_engine(request: pytest.FixtureRequest, kind: str, lease: float) -> Broker:
    """Make an engine with names of its own."""
    server = server_of(request, kind)
    kinds = ["shop.order-placed", "shop.other"]
    told = Told(name="shop", carried=kinds, ordered=kinds if kind == "nats" else (), lease=lease, max_bytes=1000)
    return engine_with(server, told, f"test{next(numbers)}")


def engine_with(server: AnyServer, told: Told, prefix: str) -> Broker:
    """Make an engine whose names at the server begin with something."""
    engine: Any = broker_at(Address.of(server.url), told)
    return type(engine)(engine.address, told, prefix)  # type: ignore[no-any-return]


@asynccontextmanager
async def another(engine: Any) -> AsyncIterator[tuple[Any, Callable[[], Awaitable[None]]]]:
    """Give an engine for another worker, and what ends its lease, if that does not end by itself."""
    if hasattr(engine, "connection"):
        other = type(engine)(engine.address, engine.program, engine.queues.exchange)
        async with other.opened():
            # With an error, as when it is lost. By default, what waits for an answer would be cancelled, and the test.
            yield other, partial(other.connection.close, ConnectionError("lost"))
    else:
        yield engine, anyio.lowlevel.checkpoint


class Program:
    """A program with a relay: its signals and groups have names of their own at the server.

    Args:
        database: The address of its database.
        server: Its broker.
    """

    def __init__(self, database: str, server: AnyServer, **options: Any) -> None:
        number = next(numbers)
        self.server = server
        self.signal: OrderSignal = Namespace(f"shop{number}").signal("order-placed", OrderPlaced, sender=Shop)
        self.type = self.signal.full_name or ""
        self.row_type = self.type if isinstance(server, NatsServer) else EVERY_SIGNAL  # in the status of its groups
        self.relay = Relay(f"shop {number}", database=database, broker=server.url, lease=2, **options)
        self.relay.carry(self.signal, subject=name_of, sender=SHOPS.__getitem__)
        self.engine = engine_of(database)
        self.received: list[int] = []

    def receiver(self, group: str = "mail", **options: Any) -> None:
        @self.relay.receiver(self.signal, group=group, **options)
        def confirm(sender: Shop, order_id: int, **extra: Any) -> None:
            assert sender is MAIN
            self.received.append(order_id)

    def publish(self, *numbers: int) -> None:
        publish(self.relay, self.signal, self.engine, *numbers)

    def message(self, number: int) -> Message:
        """Make a message that has not been published."""
        return self.relay._declared.carried[self.type].message("shop", MAIN, OrderPlaced(order_id=number), 100)

    async def publish_garbage(self, content: bytes) -> None:
        """Publish what is not a message."""
        broker = self.broker()
        async with broker.opened():
            if isinstance(self.server, NatsServer):
                names, streams = {"Nats-Msg-Id": f"garbage of {self.type}"}, broker.streams
                await broker.put(streams.messages, streams.subject(self.type), names, content, "1")
            else:
                await broker.put(broker.queues.exchange, self.type, {"typedsignals-attempts": "many"}, content)

    def is_remembered(self) -> bool:
        """Whether the server would still know the program's queues if it were killed now."""
        return isinstance(self.server, NatsServer) or self.server.remembers(self.broker().queues.of_group("mail"))

    def broker(self) -> Any:
        """Make an engine of its broker."""
        return self.relay._new_broker()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run workers in the block."""
        broker = self.broker()
        stopping = anyio.Event()
        async with broker.opened(), anyio.create_task_group() as tasks:
            for group in ("@broker", *self.relay._declared.receivers):
                tasks.start_soon(self.relay._worker(group, broker, 5).run, stopping)
            try:
                yield
            finally:
                stopping.set()

    async def run_until(self, condition: Callable[[], bool]) -> None:
        async with self.running():
            await until(condition)

    def counts(self, group: str | None = "mail") -> tuple[int, int]:
        """How many of a group's messages wait, and are dead."""
        (found,) = (row for row in self.relay.status() if row.group == group and row.type in {self.type, EVERY_SIGNAL})
        return found.waiting + found.unheard, found.dead

    def close(self) -> None:
        self.relay.close()
        self.engine.dispose()


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(60):
        while not condition():  # noqa: ASYNC110 - nobody tells
            await anyio.sleep(0.01)


async def next_of(deliveries: Any) -> Any:
    """Wait for a delivery."""
    with anyio.fail_after(60):
        return await anext(deliveries)
