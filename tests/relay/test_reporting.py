"""What workers say about themselves: lines for people, with the same as data for programs."""

from __future__ import annotations

import logging
import signal as signals
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import anyio
import pytest
from anyio.lowlevel import checkpoint

from tests.relay.shops import MAIN, SHOPS, OrderPlaced, OrderSignal, Shop, engine_of, name_of, new_relay, publish
from typedsignals.relay import Message, Reject, Relay
from typedsignals.relay._brokers.protocol import OUTBOX, Broker, RefusedError, UnreachableError
from typedsignals.relay._engines.memory import MemoryEngine
from typedsignals.relay._worker import outcome, publishing
from typedsignals.relay._worker.publishing import Publisher
from typedsignals.relay._worker.reporting import Counts, Report, Subject
from typedsignals.relay._worker.working import GroupWorker, Worker

TYPE = "shop.order-placed"


class Idle(Worker):
    """A worker that has done what a test says."""

    def __init__(self, group: str, counts: Counts) -> None:
        super().__init__(MemoryEngine(30), group, [TYPE], 5)
        self.counts = counts

    async def work(self, delivery: object) -> None:
        raise AssertionError


def report(waiting: Callable[[], Mapping[str, int] | None], broker: str | None = None) -> Report:
    return Report(Subject("shop", "sqlite:///shop.db", broker, waiting, interval=0.01, grace=5))


@pytest.fixture(autouse=True)
def _logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="typedsignals.relay")


def data(record: logging.LogRecord) -> dict[str, Any]:
    return cast("dict[str, Any]", record.__dict__["relay"])


@pytest.mark.anyio
async def test_the_start_names_the_relay_its_database_and_its_groups(caplog: pytest.LogCaptureFixture) -> None:
    """And its broker, if there is one."""
    workers = [Idle("mail", Counts()), Idle("stock", Counts())]
    report(dict).started(workers)
    report(dict, "nats://localhost").started(workers[:1])
    assert [record.getMessage() for record in caplog.records] == [
        "relay shop on sqlite:///shop.db: started, for mail, stock",
        "relay shop on sqlite:///shop.db through nats://localhost: started, for mail",
    ]
    assert data(caplog.records[0]) == {
        "event": "started",
        "name": "shop",
        "database": "sqlite:///shop.db",
        "broker": None,
        "groups": ["mail", "stock"],
    }


@pytest.mark.anyio
async def test_progress_is_what_was_done_since_the_last_line(caplog: pytest.LogCaptureFixture) -> None:
    """With what waits, if that can be counted. Where nothing was done and nothing waits, there is no line."""
    mail, stock = Idle("mail", Counts(delivered=1)), Idle("stock", Counts())
    end = anyio.Event()

    def steps() -> Iterator[dict[str, int] | None]:
        mail.counts.delivered += 5
        mail.counts.retried += 2
        stock.counts.dead += 1
        yield {"mail": 3}
        yield {}
        yield {"stock": 2}
        mail.counts.delivered += 1
        yield None
        anyio.from_thread.run_sync(end.set)
        while True:
            yield {}

    going = steps()
    reporting = report(lambda: next(going))
    reporting.started([mail, stock])
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(reporting.at_intervals)
            await end.wait()
            tasks.cancel_scope.cancel()
    assert [record.getMessage() for record in caplog.records[1:]] == [
        "in 0.01 s: mail 5 delivered, 2 retried, 3 waiting; stock 0 delivered, 1 dead",
        "in 0.01 s: mail 0 delivered; stock 0 delivered, 2 waiting",
        "in 0.01 s: mail 1 delivered; stock 0 delivered",
    ]
    assert data(caplog.records[1]) == {
        "event": "progress",
        "seconds": 0.01,
        "groups": {
            "mail": {"delivered": 5, "retried": 2, "dead": 0, "waiting": 3},
            "stock": {"delivered": 0, "retried": 0, "dead": 1, "waiting": 0},
        },
    }


@pytest.mark.anyio
async def test_nothing_is_counted_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the line would not be logged, the database is not asked."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await checkpoint()

    monkeypatch.setattr(anyio, "sleep", sleep)
    logging.getLogger("typedsignals.relay").setLevel(logging.WARNING)

    def waiting() -> dict[str, int]:
        raise AssertionError

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(report(waiting).at_intervals)
        while len(slept) < 3:
            await checkpoint()
        tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_the_end_is_told_with_what_was_done_in_all(caplog: pytest.LogCaptureFixture) -> None:
    """First what ended it."""
    reporting = report(dict)
    reporting.started([Idle("mail", Counts(delivered=7, dead=1))])
    reporting.stopping("SIGTERM")
    reporting.stopped()
    assert caplog.records[1].getMessage() == "told to stop by SIGTERM: finishes what runs, for up to 5 s"
    assert data(caplog.records[1]) == {"event": "stopping", "signal": "SIGTERM", "grace": 5}
    assert caplog.records[2].getMessage().startswith("stopped after ")
    assert caplog.records[2].getMessage().endswith(" s: mail 7 delivered, 1 dead")
    assert data(caplog.records[2])["event"] == "stopped"
    assert data(caplog.records[2])["groups"] == {"mail": {"delivered": 7, "retried": 0, "dead": 1}}


async def until_empty(engine: MemoryEngine, group: str, worker: Worker) -> None:
    stopping = anyio.Event()
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(worker.run, stopping)
            while engine.queue.groups[group].waiting:  # noqa: ASYNC110 - the queue tells nobody
                await anyio.sleep(0.01)
            stopping.set()


@pytest.mark.anyio
@pytest.mark.parametrize("is_async", [False, True], ids=["plain", "coroutine"])
async def test_a_worker_counts_what_becomes_of_messages(
    signal: OrderSignal, monkeypatch: pytest.MonkeyPatch, is_async: bool
) -> None:
    """Those that follow others in a thread, too."""
    monkeypatch.setattr(outcome, "SHORTEST_DELAY", 0.001)
    relay = Relay("shop", database="sqlite:///nowhere.db")
    relay.carry(signal, subject=name_of, sender=SHOPS.__getitem__)
    failed: list[int] = []

    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        if order_id == 13:
            raise Reject
        if order_id == 5 and not failed:
            failed.append(order_id)
            raise ConnectionError

    async def receive_async(sender: Shop, order_id: int, **extra: Any) -> None:
        receive(sender, order_id, **extra)

    relay.receiver(signal, group="mail")(receive_async if is_async else receive)
    engine = MemoryEngine(30)
    engine.queue.subscribe("mail", [TYPE])
    worker = GroupWorker(engine, "mail", relay._declared.receivers["mail"], 5)
    for number in (1, 2, 13, 5, 6):
        carried = relay._declared.carried[TYPE]
        engine.queue.publish(carried.message("shop", MAIN, OrderPlaced(order_id=number), 10_000))
    await until_empty(engine, "mail", worker)
    assert worker.counts == Counts(delivered=4, retried=1, dead=1)


class Server:
    """A broker that says what a test wants."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)

    async def publish(self, message: Message) -> None:
        answer = self._answers.pop(0)
        if answer is not None:
            raise answer


@pytest.mark.anyio
async def test_a_publisher_counts_what_the_broker_took(signal: OrderSignal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it refuses is dead, and what it could not be told is tried again."""
    monkeypatch.setattr(publishing, "PAUSES", (0.001, 0.002))
    relay = Relay("shop", database="sqlite:///nowhere.db")
    relay.carry(signal, subject=name_of, sender=SHOPS.__getitem__)
    engine = MemoryEngine(30)
    engine.queue.subscribe(OUTBOX, [TYPE])
    server = Server(None, UnreachableError("away"), RefusedError("too large"), None)
    publisher = Publisher(engine, cast("Broker", server), [TYPE], 5)
    for number in (1, 2, 3):
        carried = relay._declared.carried[TYPE]
        engine.queue.publish(carried.message("shop", MAIN, OrderPlaced(order_id=number), 10_000))
    await until_empty(engine, OUTBOX, publisher)
    assert publisher.counts == Counts(delivered=2, retried=1, dead=1)


def test_what_waits_is_counted_by_group(sqlite: str, signal: OrderSignal) -> None:
    """It is not known while the database is away."""
    relay = new_relay(sqlite, signal)

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, **extra: Any) -> None: ...

    assert relay._waiting() is None
    relay.setup()
    engine = engine_of(sqlite)
    publish(relay, signal, engine, 1, 2, customer="Ada")
    publish(relay, signal, engine, 3)
    assert relay._waiting() == {"mail": 3}
    engine.dispose()
    relay.close()


def test_a_second_signal_does_not_hurry_what_runs(
    sqlite: str, signal: OrderSignal, caplog: pytest.LogCaptureFixture
) -> None:
    """The receiver ends well, and the log tells of one end."""
    relay = new_relay(sqlite, signal)
    done: list[int] = []

    @relay.receiver(signal, group="mail")
    async def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        signals.raise_signal(signals.SIGTERM)
        while "told to stop by SIGTERM" not in caplog.text:
            await checkpoint()
        signals.raise_signal(signals.SIGTERM)
        for _ in range(50):  # turns of the event loop, which takes a signal in the next few
            await checkpoint()
        done.append(order_id)

    relay.setup()
    engine = engine_of(sqlite)
    publish(relay, signal, engine, 7)
    relay.run(grace=60)
    assert done == [7]
    assert [data(record)["event"] for record in caplog.records] == ["started", "stopping", "stopped"]
    assert data(caplog.records[-1])["groups"] == {"mail": {"delivered": 1, "retried": 0, "dead": 0}}
    engine.dispose()
    relay.close()
