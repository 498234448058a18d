"""A relay with a broker: what is published in a transaction reaches receivers through a real server."""

from __future__ import annotations

import gc
import logging
import os
import signal as signals
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import anyio
import anyio.lowlevel
import pytest
from sqlalchemy.orm import Session

from tests.relay import nats
from tests.relay.shops import MAIN, SHOPS, OrderPlaced, OrderSignal, Shop, engine_of, name_of, number_of, publish
from typedsignals import DeclarationError, Namespace
from typedsignals.relay import Reject, Relay, RelayError, Retry, current_message
from typedsignals.relay._brokers import access, nats_streams, protocol
from typedsignals.relay._brokers import feed as feed_module
from typedsignals.relay._brokers.address import Address
from typedsignals.relay._brokers.feed import Feed
from typedsignals.relay._brokers.letters import is_meant
from typedsignals.relay._brokers.protocol import UnreachableError
from typedsignals.relay._engines.sql import SqlEngine
from typedsignals.relay._worker import outcome, publishing, running
from typedsignals.relay._worker.reporting import Report, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

names = count()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(outcome, "SHORTEST_DELAY", 0.01)
    monkeypatch.setattr(publishing, "PAUSES", (0.05, 0.2))


class Program:
    """A program with a relay: its signals and groups have names of their own at the server.

    Args:
        database: The address of its database.
        broker: The address of its broker.
    """

    def __init__(self, database: str, broker: str, **options: Any) -> None:
        number = next(names)
        self.signal: OrderSignal = Namespace(f"shop{number}").signal("order-placed", OrderPlaced, sender=Shop)
        self.type = self.signal.full_name or ""
        self.relay = Relay(f"shop {number}", database=database, broker=broker, lease=2, **options)
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

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run workers in the block."""
        broker = self.relay._new_broker()
        assert broker is not None
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
        (found,) = (row for row in self.relay.status() if row.group == group and row.type == self.type)
        return found.waiting + found.unheard, found.dead

    def close(self) -> None:
        self.relay.close()
        self.engine.dispose()


async def until(condition: Callable[[], bool]) -> None:
    with anyio.fail_after(60):
        while not condition():  # noqa: ASYNC110 - nobody tells
            await anyio.sleep(0.01)


@pytest.fixture
def program(sqlite: str, nats_server: nats.NatsServer) -> Iterator[Program]:
    program = Program(sqlite, nats_server.url)
    yield program
    program.close()


# From one end to the other


async def test_what_is_published_in_a_transaction_reaches_each_group(program: Program) -> None:
    """The outbox is empty once the broker has confirmed; what was rolled back never was."""
    program.receiver("mail")
    program.receiver("stock")
    program.relay.setup()
    with Session(program.engine) as session:
        program.relay.publish(session, program.signal, MAIN, order_id=-1, customer="")
        session.flush()
    program.publish(1, 2, 3)
    assert program.counts("@broker") == (3, 0)
    await program.run_until(lambda: len(program.received) == 6)
    assert sorted(program.received) == [1, 1, 2, 2, 3, 3]
    assert number_of(program.engine, "delivery") == 0
    assert program.counts("mail") == program.counts("stock") == program.counts("@broker") == (0, 0)


async def test_receivers_are_tried_again_and_given_up(program: Program) -> None:
    """By the same rules as without a broker; what is dead can be seen, delivered again, and dropped."""
    attempts: list[int] = []
    broken = [True]

    @program.relay.receiver(program.signal, group="mail", attempts=2)
    def confirm(sender: Shop, order_id: int, **extra: Any) -> None:
        attempts.append(current_message().attempt)
        if len(attempts) == 1:
            raise Retry(after=0.01)
        if broken:
            raise ZeroDivisionError

    program.relay.setup()
    program.publish(1)
    await program.run_until(lambda: program.counts()[1] == 1)
    assert attempts == [1, 1, 2]
    (letter,) = program.relay.dead()
    assert (letter.group, letter.type, letter.attempt) == ("mail", program.type, 2)
    assert letter.reason.startswith("ZeroDivisionError at ")
    assert program.relay.content_of(letter.id) == b'{"order_id":1,"customer":""}'
    assert program.relay.content_of("another") is None
    broken.clear()
    assert program.relay.retry_dead("another") == 0
    assert program.relay.retry_dead(letter.id) == 1
    await program.run_until(lambda: len(attempts) == 4)
    assert attempts[3] == 1
    assert program.counts() == (0, 0)


async def test_what_is_retried_reaches_only_the_group_that_gave_it_up(program: Program) -> None:
    """The other one has done its work."""
    program.receiver("stock")
    refused = [True]

    @program.relay.receiver(program.signal, group="mail")
    def confirm(sender: Shop, order_id: int, **extra: Any) -> None:
        if refused and order_id == 1:
            raise Reject("not now")
        program.received.append(-order_id)

    program.relay.setup()
    program.publish(1)
    await program.run_until(lambda: program.received == [1] and program.counts()[1] == 1)
    refused.clear()
    assert program.relay.retry_dead(program.relay.dead()[0].id) == 1
    program.publish(2)
    await program.run_until(lambda: len(program.received) == 4)
    assert sorted(program.received) == [-2, -1, 1, 2]


async def test_what_is_dead_is_dropped_and_purged(program: Program) -> None:
    """By its identifier, its age, and its sender."""

    @program.relay.receiver(program.signal, group="mail")
    def confirm(sender: Shop, order_id: int, **extra: Any) -> None:
        raise Reject("never")

    program.relay.setup()
    program.publish(1, 2)
    await program.run_until(lambda: program.counts()[1] == 2)
    assert program.relay.drop_dead(program.relay.dead()[0].id) == 1
    assert program.relay.purge(older=timedelta(days=1)) == 0
    assert program.relay.purge(subject="other") == 0
    assert program.relay.purge(older=timedelta(0), subject="main") == 1
    assert program.relay.dead() == []


async def test_what_nobody_receives_is_kept_for_the_first_group(program: Program) -> None:
    """The status shows it, and it can be purged."""
    program.relay.setup()
    program.publish(1)
    await program.run_until(lambda: number_of(program.engine, "delivery") == 0)
    assert program.counts(None) == (1, 0)
    assert program.relay.purge(subject="main") == 1
    program.publish(2)
    await program.run_until(lambda: number_of(program.engine, "delivery") == 0)
    program.receiver()
    program.relay.setup()
    await program.run_until(lambda: program.received == [2])
    assert all(row.group is not None for row in program.relay.status() if row.type == program.type)


async def test_a_group_that_is_gone_is_unsubscribed(program: Program) -> None:
    """What waits for it or is dead is dropped if that is asked for, and nothing else."""

    @program.relay.receiver(program.signal, group="old")
    def give_up(sender: Shop, **extra: Any) -> None:
        raise Reject("never")

    program.receiver()
    program.relay.setup()
    program.publish(1)
    await program.run_until(lambda: program.received == [1] and program.counts("old")[1] == 1)
    with pytest.raises(RelayError, match=r"group 'old' has a receiver of "):
        program.relay.unsubscribe("old")
    del program.relay._declared.receivers["old"]
    program.publish(2)
    await program.run_until(lambda: program.received == [1, 2])
    with pytest.raises(RelayError, match=r"^2 messages are kept for 'old', 1 of them dead: "):
        program.relay.unsubscribe("old")
    (ended,) = program.relay.unsubscribe("old", program.type, drop=True)
    assert (ended.type, ended.waiting, ended.dead) == (program.type, 1, 1)
    assert program.relay.dead() == []
    assert [row.group for row in program.relay.status() if row.type == program.type] == ["@broker", "mail"]
    program.publish(3)
    await program.run_until(lambda: program.received == [1, 2, 3])


@pytest.mark.parametrize("is_carried", [True, False])
async def test_what_is_published_after_the_last_group_has_gone(program: Program, *, is_carried: bool) -> None:
    """It is kept for the next one, as long as a relay carries the signal. What the last one has not received is not."""
    program.receiver()
    program.relay.setup()
    program.publish(1)
    await program.run_until(lambda: program.received == [1])
    del program.relay._declared.receivers["mail"]
    program.publish(2)
    async with program.running():
        await until(lambda: number_of(program.engine, "delivery") == 0)
    carried = program.relay._declared.carried
    message = carried[program.type].message("shop", MAIN, OrderPlaced(order_id=3), 100)
    if not is_carried:
        del carried[program.type]
    (ended,) = program.relay.unsubscribe("mail", drop=True)
    assert ended.waiting == 1
    broker: Any = program.relay._new_broker()
    async with broker.opened():
        await broker.publish(message)
    unheard = [row.unheard for row in program.relay.status() if row.type == program.type and row.group is None]
    assert unheard == [1] * is_carried


async def test_what_is_no_message_is_dead_at_once(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    """The worker goes on; nothing of it is logged."""
    program.receiver()
    program.relay.setup()
    broker: Any = program.relay._new_broker()
    async with broker.opened():
        subject = broker.streams.subject(program.type)
        await broker.put(broker.streams.messages, subject, {"Nats-Msg-Id": f"garbage of {program.type}"}, b"\xff", "1")
    program.publish(1)
    await program.run_until(lambda: program.received == [1] and program.counts()[1] == 1)
    (letter,) = program.relay.dead()
    assert (letter.attempt, letter.type) == (1, program.type)
    assert letter.reason.startswith("MalformedMessageError: it is not a CloudEvent")
    assert program.relay.content_of(letter.id) == b"\xff"
    assert r"\xff" not in caplog.text
    assert program.relay.purge(older=timedelta(days=1)) == 1


async def test_what_is_published_twice_is_delivered_once(program: Program) -> None:
    """Within two minutes: a publisher that was killed before it learnt of the confirmation does so."""
    program.receiver()
    program.relay.setup()
    broker = program.relay._new_broker()
    assert broker is not None
    message = program.relay._declared.carried[program.type].message("shop", MAIN, OrderPlaced(order_id=1), 100)
    async with broker.opened():
        await broker.publish(message)
        await broker.publish(message)
    program.publish(2)
    await program.run_until(lambda: 2 in program.received)
    assert program.received == [1, 2]


async def test_groups_of_two_programs_are_two_groups(program: Program, nats_server: nats.NatsServer) -> None:
    """Although they have one name: each program has its own. A program need not know who publishes."""
    program.receiver()
    program.relay.setup()
    other = Relay("another", database=str(program.engine.url), broker=nats_server.url)
    other.carry(program.signal, subject=name_of, sender=SHOPS.__getitem__)

    @other.receiver(program.signal, group="mail")
    def confirm(sender: Shop, order_id: int, **extra: Any) -> None: ...

    other.setup()
    program.publish(1)
    await program.run_until(lambda: program.received == [1])
    (row,) = (row for row in other.status() if row.group == "mail" and row.type == program.type)
    assert (row.waiting, row.is_served) == (1, True)
    other.close()


# Being refused


def test_setup_can_be_repeated(program: Program) -> None:
    """What is there stays, even with more replicas or limits."""
    program.receiver()
    program.relay.setup()
    program.relay.setup()


async def test_a_stream_with_other_settings_is_refused(nats_server: nats.NatsServer) -> None:
    """Messages could be lost; the error names the setting."""
    broker: Any = access.broker_at(Address.of(nats_server.url), protocol.Program(name="shop"))
    broker.streams = nats_streams.Streams(broker.program, "taken")
    async with broker.opened():
        context = broker.streams.context
        await context.add_stream(name="taken", subjects=["taken.>"], max_age=60, max_msgs_per_subject=1)
        with pytest.raises(RelayError, match=r"'taken' has other settings .*: retention, discard, max_age"):
            await broker.setup()


async def test_a_server_that_takes_less_than_the_relay_is_refused(program: Program) -> None:
    """What is published would stay in the outbox."""
    program.relay._max_bytes = 2_000_000
    with pytest.raises(RelayError, match=r"takes messages of at most 1048576 bytes.*max_bytes=1000576"):
        program.relay.setup()


async def test_what_the_server_refuses_does_not_hold_others_up(program: Program) -> None:
    """It is dead, and can be seen."""
    program.receiver()
    program.relay.setup()
    program.relay._max_bytes = 2_000_000
    with Session(program.engine) as session, session.begin():
        program.relay.publish(session, program.signal, MAIN, order_id=1, customer="x" * 1_100_000)
    program.publish(2)
    await program.run_until(lambda: program.received == [2] and number_of(program.engine, "dead") == 1)
    (letter,) = program.relay.dead()
    assert letter.group == "@broker"
    assert letter.reason.endswith("takes no messages as large as this")


def test_names_that_are_too_long_are_refused(program: Program) -> None:
    """NATS makes folders of them."""
    program.receiver("\N{LATIN SMALL LETTER A WITH RING ABOVE}" * 60)
    with pytest.raises(RelayError, match=r"make \d+ characters for NATS, which is more than 200; shorten"):
        program.relay.setup()


def test_a_receiver_cannot_take_a_session(program: Program) -> None:
    """Its message does not come from the database."""
    with pytest.raises(DeclarationError, match=r"session=True .* use an Inbox"):
        program.receiver(session=True)


async def test_a_broker_is_added_when_nothing_waits(sqlite: str, nats_server: nats.NatsServer) -> None:
    """What waits in the database would wait for ever. The same holds when it is removed."""
    plain = Relay("shop", database=sqlite)
    program = Program(sqlite, nats_server.url)
    for relay in (plain, program.relay):
        relay.carry(program.signal, subject=name_of, sender=SHOPS.__getitem__)
        relay.receiver(program.signal, group="mail")(lambda sender, **extra: program.received.append(1))
    plain.setup()
    program.publish(1)
    with pytest.raises(RelayError, match=r"messages still wait for 'mail' in the database"):
        program.relay.setup()
    assert plain.purge(subject="main") == 0
    with program.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM typedsignals_delivery")
    program.relay.setup()
    program.publish(2)
    with pytest.raises(RelayError, match=r"messages still wait for '@broker' in the database"):
        plain.setup()
    plain.close()
    program.close()


@pytest.mark.parametrize(
    "url", ["", "nats", "http://a", "nats://u:secret@", "nats://u:secret@a:b", "nats://a,amqp://b", "nats://a,x"]
)
def test_other_addresses_are_refused(url: str) -> None:
    """Without showing them, as they may hold a password."""
    with pytest.raises(RelayError, match=r"not an address such as nats://localhost:4222") as info:
        Relay("shop", database="sqlite://", broker=url)
    assert "secret" not in str(info.value)


def test_the_password_is_never_shown(program: Program) -> None:
    """Nor is the name of the user, which may be a token."""
    assert repr(program.relay).endswith(f"through nats://127.0.0.1:{str(program.relay._address).rpartition(':')[2]}>")
    assert nats.PASSWORD not in repr(program.relay._address)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_wrong_password_is_reported(
    program: Program, sqlite: str, nats_server: nats.NatsServer, caplog: pytest.LogCaptureFixture
) -> None:
    """By commands and by workers, without showing it."""
    caplog.set_level(logging.DEBUG)
    program.relay.setup()
    relay = Relay("shop", database=sqlite, broker=nats_server.url.replace(nats.PASSWORD, "wrong-secret"))
    for use in (relay.dead, relay.run):
        with pytest.raises(RelayError, match=r"nats://127.0.0.1:\d+ cannot be used: ") as info:
            use()
        assert "wrong-secret" not in str(info.value) + caplog.text
    relay.close()
    del info
    gc.collect()  # the library leaves a connection that was refused to the garbage collector, which warns of it


def test_what_is_missing_is_named(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that installs it."""

    def fail(name: str) -> None:
        raise ImportError(name="faststream")

    monkeypatch.setattr(access, "import_module", fail)
    with pytest.raises(RelayError, match=r"faststream is missing.*typedsignals\[relay-nats\]"):
        program.relay.setup()


def test_a_server_that_does_not_answer_is_reported(
    program: Program, monkeypatch: pytest.MonkeyPatch, sqlite: str
) -> None:
    """By commands, after a while; workers go on trying until they are told to stop."""
    program.relay.setup()
    relay = Relay("shop", database=sqlite, broker="nats://127.0.0.1:1")
    monkeypatch.setattr(access, "PATIENCE", 0.2)
    with pytest.raises(RelayError, match=r"nats://127.0.0.1:1 does not answer"):
        relay.dead()
    timer = threading.Timer(1, os.kill, (os.getpid(), signals.SIGTERM))
    timer.start()
    relay.run()
    timer.join()
    relay.close()


async def test_other_errors_of_workers_are_not_hidden() -> None:
    """Only the relay's own are taken out of their groups."""

    def broken() -> list[Any]:
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup):
        await running.run(broken, nullcontext(), Report(Subject("shop", "sqlite://", None, dict, 30, 20)))


# Being killed


async def test_a_server_that_is_killed_loses_nothing(sqlite: str) -> None:
    """Publishing in transactions is not affected, and workers come back by themselves."""
    with nats.running() as server:
        program = Program(sqlite, server.url)
        program.receiver()
        program.relay.setup()
        program.publish(1)
        async with program.running():
            await until(lambda: program.received == [1])
            server.kill()
            program.publish(2, 3)
            await until(lambda: number_of(program.engine, "delivery") == 2)
            server.start()
            program.publish(4)
            await until(lambda: {*program.received} == {1, 2, 3, 4})
        program.close()


async def test_a_consumer_that_is_deleted_is_made_again(program: Program) -> None:
    """By the workers that receive from it."""
    program.receiver()
    program.relay.setup()
    broker: Any = program.relay._new_broker()
    async with program.running(), broker.opened():
        program.publish(1)
        await until(lambda: program.received == [1])
        consumer = broker.streams.consumer("mail", program.type)
        await broker.streams.context.delete_consumer(broker.streams.messages, consumer)

        with anyio.fail_after(60):
            while await broker.streams._config_of(consumer) is None:  # noqa: ASYNC110 - nobody tells
                await anyio.sleep(0.05)
        program.publish(2)
        await until(lambda: program.received == [1, 2])


async def test_a_worker_asks_again_when_the_server_says_nothing(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Then the request may have been lost; what comes nevertheless is taken."""
    source = pytest.importorskip("typedsignals.relay._brokers.nats_source")
    program.receiver()
    program.relay.setup()
    take, lost = source.Source._take, [1]

    async def forgetful(self: Any, raw: Any) -> None:
        if raw.reply or not lost:
            await take(self, raw)
        elif raw.headers.get("Status") == "408":
            lost.clear()

    monkeypatch.setattr(source, "LATE", 0.1)
    monkeypatch.setattr(source.Source, "_take", forgetful)
    async with program.running():
        await until(lambda: "does not deliver: no answer" in caplog.text)
        program.publish(1)
        await until(lambda: program.received == [1])


async def test_what_cannot_be_counted_comes_again_after_its_lease(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    """The server does not say how many attempts of a message do not count, and later it does."""
    broker: Any = program.relay._new_broker()
    attempts: list[int] = []

    @program.relay.receiver(program.signal, group="mail")
    async def confirm(sender: Shop, **extra: Any) -> None:
        attempts.append(current_message().attempt)
        if len(attempts) == 1:
            await broker.streams.context.delete_key_value(broker.streams.uncounted)
            raise ZeroDivisionError

    program.relay.setup()
    program.publish(1)
    async with broker.opened(), program.running():
        await until(lambda: "was not settled: BucketNotFoundError" in caplog.text)
        await broker.streams.create()
        await until(lambda: len(attempts) == 2)
    assert attempts[1] > 2


async def test_what_the_broker_has_no_stream_for_waits(sqlite: str, caplog: pytest.LogCaptureFixture) -> None:
    """In the database; the log says what to do."""
    with nats.running() as server:
        program = Program(sqlite, server.url)
        program.receiver()
        program.relay.setup()
        broker: Any = program.relay._new_broker()
        message = program.relay._declared.carried[program.type].message("shop", MAIN, OrderPlaced(order_id=1), 100)
        async with broker.opened():
            await broker.streams.context.delete_stream("typedsignals")
            with pytest.raises(UnreachableError, match=r"no stream 'typedsignals' at .*: typedsignals relay setup"):
                await broker.publish(message)
            program.publish(2)
            publisher = program.relay._worker("@broker", broker, 5)
            async with SqlEngine(program.relay._database, 30).subscribe("@broker", [program.type]) as deliveries:
                await publisher.work(await anext(deliveries))
        assert "is not published: there is no stream" in caplog.text
        program.relay.setup()
        await program.run_until(lambda: program.received == [2])
        program.close()


async def test_what_cannot_be_settled_is_delivered_again(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    """After its lease, like what a killed worker had."""
    program.receiver()
    program.relay.setup()
    program.publish(1)
    await program.run_until(lambda: program.received == [1])
    broker: Any = program.relay._new_broker()
    message = program.relay._declared.carried[program.type].message("shop", MAIN, OrderPlaced(order_id=2), 100)
    async with broker.opened():
        await broker.publish(message)
        async with broker.subscribe("mail", [program.type]) as deliveries:
            with anyio.fail_after(60):
                delivery = await anext(deliveries)
            await broker.broker.connection.close()
            await delivery.ack()
    assert "was not settled: ConnectionClosedError" in caplog.text
    await program.run_until(lambda: program.received == [1, 2])


async def test_a_group_that_comes_while_nobody_is_replaced(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept for nobody, once somebody receives."""
    program.receiver()
    program.relay.setup()
    broker: Any = program.relay._new_broker()
    streams = broker.streams
    looks: list[int] = []
    consumers = streams.consumers

    async def late() -> AsyncIterator[Any]:
        looks.append(1)
        if len(looks) > 1:
            async for consumer in consumers():
                yield consumer

    monkeypatch.setattr(streams, "consumers", late)
    async with broker.opened():
        await streams.keep()
        assert await streams._config_of(streams._nobody(program.type)) is None


class Held:
    """A delivery that is only counted."""

    def __init__(self, kind: str = "shop.order-placed") -> None:
        self.message = SimpleNamespace(type=kind)
        self.retries = 0

    async def retry(self, delay: float, reason: str = "", *, counts: bool = True) -> None:
        assert (delay, counts) == (0, False)
        self.retries += 1


async def test_a_quick_worker_asks_for_more_at_once_and_a_slow_one_for_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that messages wait for no slow worker while others are idle. A broker that fails is asked again."""
    monkeypatch.setattr(feed_module, "PAUSES", (0.01, 0.02))
    feed, sizes, failures = Feed(), list[int](), [UnreachableError("away"), UnreachableError("away")]

    async def ask(size: int) -> None:
        if failures:
            raise failures.pop()
        sizes.append(size)
        for _ in range(min(size, 2)):
            feed.offer(cast("Any", Held()))

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(feed.fill, ask)
            deliveries = feed.deliveries()
            for _ in range(4):
                await anext(deliveries)
            monkeypatch.setattr(feed_module, "QUICK", 0)
            await anext(deliveries)
            await anext(deliveries)
            tasks.cancel_scope.cancel()
    assert sizes == [1, 2, 4, 2]


async def test_what_a_worker_has_no_time_for_is_given_to_another() -> None:
    """And only what is asked for follows."""
    feed = Feed()
    one, other = Held(), Held("shop.other")
    feed.offer(cast("Any", one))
    feed.offer(cast("Any", other))
    assert feed.following(["shop.order-placed"]) is cast("Any", one)
    assert feed.following(["shop.order-placed"]) is None
    await feed.release()
    assert (one.retries, other.retries, feed.following()) == (0, 1, None)


# Names


@pytest.mark.parametrize("name", ["shop.order-placed", "a..b", ".a", "_", "a b*>", "\N{SNOWMAN}.x_y", ""])
def test_any_name_becomes_part_of_a_subject(name: str) -> None:
    """And can be read back."""
    subject = nats_streams.subject_part(name)
    assert nats_streams.kind_in(subject) == name
    assert all(part and not {*part} & {*"*> ."} for part in subject.split("."))


def test_a_time_without_a_zone_is_old() -> None:
    """It is not one that a relay has written."""
    assert is_meant({"ce-time": "2020-01-01T00:00:00"}, 60, None)
