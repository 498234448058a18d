"""What is timed, each in a process of its own: ``python -m benchmarks.relay.timed WHAT DATABASE BROKER NUMBER``."""

from __future__ import annotations

import json
import os
import resource
import signal
import statistics
import sys
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import anyio
from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select, text
from sqlalchemy.orm import Session

from typedsignals import Namespace, Payload
from typedsignals.relay import Relay, metadata

from .program import new_engine

TOGETHER = 50
"""How many messages are taken and acknowledged at once by hand, which is what a worker of the relay does at most."""
CUSTOMERS = 500
IDLE = 10.0
"""For how many seconds an idle worker is watched."""


class OrderPlaced(Payload):
    order_id: int
    customer: str
    total: float
    tags: list[str]


order_placed = Namespace("speed").signal("order-placed", OrderPlaced, sender=str)


Handler = Callable[[OrderPlaced], Awaitable[None]]


class Progress:
    """Notes when the first and the last message were received, and how much memory that took."""

    def __init__(self, number: int, done: Callable[[], object]) -> None:
        self._number = number
        self._done = done
        self.received = 0
        self.seconds = self.processor = 0.0
        self.memory: list[float] = []

    def receive(self, sender: str, order_id: int, customer: str, total: float, tags: list[str]) -> None:
        if not self.received:
            self._began = time.perf_counter(), time.process_time()
        self.received += 1
        if self.received in {self._number // 100, self._number // 2, self._number}:
            self.memory.append(megabytes())
        if self.received == self._number:
            self.seconds = time.perf_counter() - self._began[0]
            self.processor = time.process_time() - self._began[1]
            self._done()

    def rates(self) -> dict[str, float]:
        """Return messages per second, of processor time and by the clock."""
        return {"per_second": self._number / self.processor, "by_clock": self._number / self.seconds}


def megabytes() -> float:
    """Return the memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def new_relay(database: str, broker: str, *, keys: bool) -> Relay:
    options: dict[str, Any] = {"broker": broker} if broker else {}
    relay = Relay("speed", database=database, **options)
    order: Literal["strict", "best-effort"] = "best-effort" if broker.startswith("amqp") else "strict"
    relay.carry(order_placed, key=(lambda payload: payload.customer) if keys else None, order=order)
    return relay


def fields(number: int) -> dict[str, Any]:
    return {"order_id": number, "customer": f"customer {number % CUSTOMERS}", "total": 9.5, "tags": ["new", "gift"]}


def publish(relay: Relay, database: str, number: int) -> None:
    """Let that many messages wait."""
    engine = new_engine(database)
    for first in range(0, number, 500):
        with engine.begin() as connection:
            for each in range(first, min(first + 500, number)):
                relay.publish(connection, order_placed, "shop", **fields(each))
    engine.dispose()


def fill(relay: Relay, number: int) -> None:
    """Let that many messages wait at the broker."""
    broker = relay._new_broker()
    assert broker is not None
    carried = relay._declared.of(order_placed)

    async def write() -> None:
        async with broker.opened():
            for first in range(0, number, 50):
                async with anyio.create_task_group() as tasks:
                    for each in range(first, min(first + 50, number)):
                        message = carried.message("speed", "shop", OrderPlaced(**fields(each)), 1000)
                        tasks.start_soon(broker.publish, message)

    anyio.run(write)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def by_relay(database: str, broker: str, number: int, *, keys: bool) -> dict[str, float]:
    """Let a worker receive messages, from the database or from the broker."""
    relay, progress = new_relay(database, broker, keys=keys), Progress(number, stop)
    relay.receiver(order_placed, group="mail")(progress.receive)
    relay.setup()
    if broker:
        fill(relay, number)
    else:
        publish(relay, database, number)
    relay.run("mail")
    start, middle, end = progress.memory
    return {**progress.rates(), "start": start, "middle": middle, "end": end}


def outbox(database: str, broker: str, number: int) -> dict[str, float]:
    """Let a worker publish to the broker what is in the database."""
    relay = new_relay(database, broker, keys=False)
    relay.receiver(order_placed, group="mail")(Progress(1, stop).receive)
    relay.setup()
    publish(relay, database, number)
    engine, waiting = new_engine(database), select(func.count()).select_from(metadata.tables["typedsignals_delivery"])

    def watch() -> None:
        while True:
            with engine.connect() as connection:
                if not connection.scalar(waiting):
                    break
            time.sleep(0.1)
        stop()

    threading.Thread(target=watch).start()
    began = time.process_time()
    relay.run("@broker")
    return {"per_second": number / (time.process_time() - began)}


def bare(broker: str, number: int, relay: Relay) -> dict[str, float]:
    """Let a handler of FastStream receive messages, as its documentation shows it."""
    fill(relay, number)
    progress = Progress(number, lambda: None)

    async def receive() -> None:
        ended = anyio.Event()
        progress._done = ended.set
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it recommends another kind of consumer, which is slower
            server, subscribed = _subscription(broker)

            async def handle(body: OrderPlaced) -> None:
                progress.receive("shop", body.order_id, body.customer, body.total, body.tags)

            subscribed(handle)

        async with server:
            await server.start()
            await ended.wait()

    anyio.run(receive)
    return progress.rates()


def idle(database: str, broker: str, _number: int) -> dict[str, float]:
    """Let a worker wait for messages that do not come."""
    relay = new_relay(database, broker, keys=False)
    relay.receiver(order_placed, group="mail")(Progress(1, stop).receive)
    relay.setup()
    used: list[float] = []

    def watch() -> None:
        time.sleep(2)
        begun = time.process_time()
        time.sleep(IDLE)
        used.append(time.process_time() - begun)
        stop()

    threading.Thread(target=watch).start()
    relay.run()
    return {"percent": used[0] / IDLE * 100}


NOW = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM statement_timestamp()) AS double precision)",
}


def _subscription(broker: str) -> tuple[Any, Callable[[Handler], object]]:
    """Make the broker of FastStream, and its decorator for a handler of what waits there."""
    if broker.startswith("amqp"):
        from faststream.rabbit import RabbitBroker, RabbitQueue  # noqa: PLC0415 - only these engines need it

        rabbit = RabbitBroker(broker, logger=None)
        return rabbit, rabbit.subscriber(RabbitQueue("typedsignals.speed.mail", declare=False))
    from faststream.nats import JStream, NatsBroker  # noqa: PLC0415 - as above

    nats, stream = NatsBroker(broker, logger=None), JStream("typedsignals", declare=False)
    return nats, nats.subscriber("typedsignals.speed.order-placed", stream=stream, durable="bare")


def by_hand(database: str, broker: str, number: int) -> dict[str, float]:
    """Do with SQL what a worker does for receivers without keys, in a loop; or with FastStream, without the relay."""
    relay = new_relay(database, broker, keys=False)
    relay.receiver(order_placed, group="mail")(Progress(1, stop).receive)
    relay.setup()
    if broker:
        return bare(broker, number, relay)
    publish(relay, database, number)
    engine = new_engine(database)
    now = NOW[engine.dialect.name]
    skip = "FOR UPDATE SKIP LOCKED" if engine.dialect.name == "postgresql" else ""
    many: BindParameter[int] = bindparam("numbers", expanding=True)
    lease = text(
        f"WITH first AS (SELECT seq FROM typedsignals_delivery WHERE grp = 'mail' AND due <= {now} "  # noqa: S608 - ours
        f"ORDER BY due, seq LIMIT {TOGETHER} {skip}) UPDATE typedsignals_delivery SET due = {now} + 30, "
        "token = 'token', attempt = attempt + 1 WHERE grp = 'mail' AND seq IN (SELECT seq FROM first) RETURNING seq"
    )
    read = text("SELECT seq, subject, content FROM typedsignals_message WHERE seq IN :numbers").bindparams(many)
    end = text(
        "DELETE FROM typedsignals_delivery WHERE grp = 'mail' AND seq IN :numbers AND token = 'token'"
    ).bindparams(many)
    progress, done = Progress(number, lambda: None), list[int]()
    while progress.received < number:
        with engine.begin() as connection:
            if done:
                connection.execute(end, {"numbers": done})
            done = [*connection.scalars(lease)]
            rows = connection.execute(read, {"numbers": done}).all()
        for row in sorted(rows):
            payload = OrderPlaced.model_validate_json(row.content)
            progress.receive(row.subject, payload.order_id, payload.customer, payload.total, payload.tags)
    return progress.rates()


def publishing(database: str, broker: str, number: int) -> dict[str, float]:
    """Publish in an open transaction, and insert a row like that of the message; in microseconds of processor time."""
    relay = new_relay(database, broker, keys=False)
    relay.receiver(order_placed, group="mail")(Progress(1, stop).receive)
    relay.setup()
    engine = new_engine(database)
    message = metadata.tables["typedsignals_message"]
    row = insert(message)
    values = {"type": "none", "source": "hand", "subject": "shop", "key": None, "time": 0.0, "heard": True}
    rest = {"content": b'{"order_id":7,"customer":"customer 7","total":9.5,"tags":["new","gift"]}', "headers": "{}"}

    def core(connection: Connection, each: int) -> None:
        connection.execute(row, {"id": f"{time.perf_counter_ns()}", **values, **rest})

    def published(connection: Connection, each: int) -> None:
        relay.publish(connection, order_placed, "shop", **fields(each))

    times: dict[str, list[float]] = {"insert": [], "publish": [], "in a session": []}
    for _ in range(9):
        with engine.connect() as connection:
            for name, write in (("insert", core), ("publish", published)):
                began = time.process_time()
                for each in range(number):
                    write(connection, each)
                times[name].append(time.process_time() - began)
            connection.rollback()
        with Session(engine) as session:
            began = time.process_time()
            for each in range(number):
                relay.publish(session, order_placed, "shop", **fields(each))
            session.flush()
            times["in a session"].append(time.process_time() - began)
            session.rollback()
    return {name: statistics.median(found) / number * 1e6 for name, found in times.items()}


WHAT: dict[str, Callable[[str, str, int], dict[str, float]]] = {
    "relay": partial(by_relay, keys=False),
    "relay with keys": partial(by_relay, keys=True),
    "by hand": by_hand,
    "outbox": outbox,
    "idle": idle,
    "publish": publishing,
}

if __name__ == "__main__":
    what, address, address_of_broker, how_many = sys.argv[1:]
    print(json.dumps(WHAT[what](address, address_of_broker, int(how_many))))
