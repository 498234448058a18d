"""A relay with a broker: what is published in a transaction reaches receivers through a real server, of each kind."""

from __future__ import annotations

import gc
import logging
import os
import signal as signals
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import anyio
import pytest
from sqlalchemy.orm import Session

from tests.relay import brokers
from tests.relay.brokers import AnyServer, Program, until
from tests.relay.servers import wait
from tests.relay.shops import MAIN, SHOPS, Shop, name_of, number_of
from typedsignals import DeclarationError
from typedsignals.relay import Reject, Relay, RelayError, Retry, current_message
from typedsignals.relay._brokers import access
from typedsignals.relay._brokers import feed as feed_module
from typedsignals.relay._brokers.feed import Feed
from typedsignals.relay._brokers.letters import is_meant
from typedsignals.relay._brokers.protocol import UnreachableError
from typedsignals.relay._engines import waiting as waiting_module
from typedsignals.relay._worker import running
from typedsignals.relay._worker.reporting import Report, Subject

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.usefixtures("impatient")]

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=brokers.KINDS)
def server(request: pytest.FixtureRequest) -> AnyServer:
    return brokers.server_of(request, request.param)


@pytest.fixture
def program(sqlite: str, server: AnyServer) -> Iterator[Program]:
    program = Program(sqlite, server)
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
    (ended,) = program.relay.unsubscribe("old", program.row_type, drop=True)
    assert (ended.type, ended.waiting, ended.dead) == (program.row_type, 1, 1)
    assert program.relay.dead() == []
    assert {row.group for row in program.relay.status()} == {"@broker", "mail"}
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
    message = program.message(3)
    if not is_carried:
        del program.relay._declared.carried[program.type]
    (ended,) = program.relay.unsubscribe("mail", drop=True)
    assert ended.waiting == 1
    broker = program.broker()
    async with broker.opened():
        await broker.publish(message)
    unheard = [row.unheard for row in program.relay.status() if row.type == program.type and row.group is None]
    assert unheard == [1] * is_carried


async def test_what_is_no_message_is_dead_at_once(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    """The worker goes on; nothing of it is logged."""
    program.receiver()
    program.relay.setup()
    await program.publish_garbage(b"\xff")
    program.publish(1)
    await program.run_until(lambda: program.received == [1] and program.counts()[1] == 1)
    (letter,) = program.relay.dead()
    assert (letter.attempt, letter.type) == (1, program.type)
    assert letter.reason.startswith("MalformedMessageError: it is not a CloudEvent")
    assert program.relay.content_of(letter.id) == b"\xff"
    assert r"\xff" not in caplog.text
    assert program.relay.purge(older=timedelta(days=1)) == 1


async def test_groups_of_two_programs_are_two_groups(program: Program, server: AnyServer) -> None:
    """Although they have one name: each program has its own. A program need not know who publishes."""
    program.receiver()
    program.relay.setup()
    other = Relay("another", database=str(program.engine.url), broker=server.url)
    other.carry(program.signal, subject=name_of, sender=SHOPS.__getitem__)

    @other.receiver(program.signal, group="mail")
    def confirm(sender: Shop, order_id: int, **extra: Any) -> None: ...

    other.setup()
    program.publish(1)
    await program.run_until(lambda: program.received == [1])
    (row,) = (row for row in other.status() if row.group == "mail" and row.type in {program.type, "*"})
    assert (row.waiting, row.is_served) == (1, True)
    other.close()


# Being refused


def test_setup_can_be_repeated(program: Program) -> None:
    """What is there stays, even with more replicas or limits."""
    program.receiver()
    program.relay.setup()
    program.relay.setup()


async def test_a_server_that_takes_less_than_the_relay_is_refused(program: Program) -> None:
    """What is published would stay in the outbox."""
    program.relay._max_bytes = 2_000_000
    with pytest.raises(RelayError, match=r"takes messages of at most 1048576 bytes.*max_bytes"):
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
    assert letter.reason.startswith(f"{program.relay._address} takes ")


def test_names_that_are_too_long_are_refused(program: Program) -> None:
    """Both servers have a limit."""
    program.receiver("\N{LATIN SMALL LETTER A WITH RING ABOVE}" * 60)
    with pytest.raises(RelayError, match=r"more than 2\d\d.*; shorten"):
        program.relay.setup()


def test_a_receiver_cannot_take_a_session(program: Program) -> None:
    """Its message does not come from the database."""
    with pytest.raises(DeclarationError, match=r"session=True .* use an Inbox"):
        program.receiver(session=True)


async def test_a_broker_is_added_when_nothing_waits(sqlite: str, server: AnyServer) -> None:
    """What waits in the database would wait for ever. The same holds when it is removed."""
    plain = Relay("shop", database=sqlite)
    program = Program(sqlite, server)
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
    "url",
    [
        *["", "nats", "http://a", "nats://u:secret@", "nats://u:secret@a:b", "nats://a,amqp://b", "nats://a,x"],
        *["amqp://u:secret@/", "amqp://u:secret@a,amqp://b"],
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """Without showing them, as they may hold a password."""
    with pytest.raises(RelayError, match=r"not an address such as nats://localhost:4222") as info:
        Relay("shop", database="sqlite://", broker=url)
    assert "secret" not in str(info.value)


def test_the_password_is_never_shown(program: Program) -> None:
    """Nor is the name of the user, which may be a token."""
    server = program.server
    shown = f"{server.url.partition(':')[0]}://127.0.0.1:{server.port}"
    assert repr(program.relay).removesuffix(">").removesuffix("/").endswith(f"through {shown}")
    assert server.password not in repr(program.relay._address)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_wrong_password_is_reported(
    program: Program, sqlite: str, server: AnyServer, caplog: pytest.LogCaptureFixture
) -> None:
    """By commands and by workers, without showing it."""
    caplog.set_level(logging.DEBUG)
    program.relay.setup()
    relay = Relay("shop", database=sqlite, broker=server.url.replace(server.password, "wrong-secret"))
    for use in (relay.dead, relay.run):
        with pytest.raises(RelayError, match=r"://127.0.0.1:\d+/? cannot be used: ") as info:
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
    extra = {"nats": "relay-nats", "amqp": "relay-rabbit"}[program.server.url.partition(":")[0]]
    with pytest.raises(RelayError, match=rf"faststream is missing.*typedsignals\[{extra}\]"):
        program.relay.setup()


def test_a_server_that_does_not_answer_is_reported(
    program: Program, monkeypatch: pytest.MonkeyPatch, sqlite: str
) -> None:
    """By commands, after a while; workers go on trying until they are told to stop."""
    program.relay.setup()
    nowhere = f"{program.server.url.partition(':')[0]}://127.0.0.1:1"
    relay = Relay("shop", database=sqlite, broker=nowhere)
    monkeypatch.setattr(access, "PATIENCE", 0.2)
    with pytest.raises(RelayError, match=f"{nowhere} does not answer"):
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


async def test_a_server_that_is_killed_loses_nothing(program: Program) -> None:
    """Publishing in transactions is not affected, and workers come back by themselves."""
    program.receiver()
    program.relay.setup()
    program.publish(1)
    async with program.running():
        await until(lambda: program.received == [1] and program.is_remembered())
        program.server.kill()
        program.publish(2, 3)
        await until(lambda: number_of(program.engine, "delivery") == 2)
        await anyio.to_thread.run_sync(program.server.start)
        program.publish(4)
        await until(lambda: {*program.received} == {1, 2, 3, 4})


def test_what_a_killed_worker_had_is_delivered_again(sqlite: str, server: AnyServer, tmp_path: Path) -> None:
    """To the next one. The attempt counts."""
    notes = tmp_path / "notes"
    notes.touch()
    known = {"RELAY_DATABASE": sqlite, "RELAY_BROKER": server.url, "RELAY_NOTES": str(notes), "PYTHONPATH": str(ROOT)}

    def start(*arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *arguments], env=os.environ | known | variables, cwd=ROOT)  # noqa: S603

    publish = (
        "from tests.relay.program import order_placed, relay; from tests.relay.shops import engine_of; "
        f"relay.setup(); connection = engine_of({sqlite!r}).connect(); "
        "relay.publish(connection, order_placed, 'main', order_id=7, customer='Ada'); connection.commit()"
    )
    assert start("-c", publish).wait(60) == 0
    workers = [start("-m", "tests.relay.program", RELAY_PAUSE="60")]
    try:
        wait(lambda: "7 Ada 1 begun" in notes.read_text(), "no worker has begun")
        workers[0].kill()
        workers.append(start("-m", "tests.relay.program"))
        wait(lambda: "7 Ada 2 done" in notes.read_text(), f"it did not come again: {notes.read_text()}")
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


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
            monkeypatch.setattr(waiting_module, "QUICK", 0)
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
    assert (one.retries, other.retries, feed.following(["shop.other"])) == (0, 1, None)


# Names


def test_a_time_without_a_zone_is_old() -> None:
    """It is not one that a relay has written."""
    assert is_meant({"ce-time": "2020-01-01T00:00:00"}, 60, None)
