"""What is particular to RabbitMQ as the relay's broker."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aio_pika
import anyio
import pytest
from aio_pika.exceptions import ChannelPreconditionFailed

from tests.relay.brokers import Program, engine_with, next_of, numbers, until
from tests.relay.rabbit import RabbitServer
from tests.relay.shops import number_of
from typedsignals.relay import RelayError
from typedsignals.relay._brokers import access, protocol, rabbit, rabbit_queues, rabbit_source
from typedsignals.relay._brokers.address import Address
from typedsignals.relay._brokers.protocol import UnreachableError

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.usefixtures("impatient")]

OTHER = "shop.other"


@pytest.fixture
def program(sqlite: str, rabbit_server: RabbitServer) -> Iterator[Program]:
    program = Program(sqlite, rabbit_server)
    program.receiver()
    program.relay.setup()
    yield program
    program.close()


@pytest.fixture
async def broker(anyio_backend: str, program: Program) -> AsyncIterator[Any]:
    """The broker of the program, connected."""
    broker = program.broker()
    async with broker.opened():
        yield broker


async def seen(broker: Any, queue: str, number: int) -> None:
    """Wait until so many messages are in a queue."""
    with anyio.fail_after(60):
        while await broker._number_in(queue) != number:  # noqa: ASYNC110 - nobody tells
            await anyio.sleep(0.02)


# Being refused


@pytest.mark.parametrize("what", ["queue", "exchange"])
async def test_what_is_there_with_other_settings_is_refused(rabbit_server: RabbitServer, what: str) -> None:
    """Messages could be lost; the error names the setting."""
    prefix = f"taken{next(numbers)}"
    broker: Any = engine_with(rabbit_server, protocol.Program(name="shop", groups={"mail": ["a"]}), prefix)
    async with broker.opened():
        async with broker._channel() as channel:
            if what == "queue":
                await channel.declare_queue(f"{prefix}.shop.mail", durable=True)
            else:
                await channel.declare_exchange(prefix, durable=True)
        setting = {"queue": "x-queue-type|x-overflow", "exchange": "alternate-exchange"}[what]
        with pytest.raises(RelayError, match=rf"the {what} '{prefix}\S*' has other settings .*: ({setting}); "):
            await broker.setup()


async def test_an_exchange_of_another_kind_is_refused(rabbit_server: RabbitServer) -> None:
    """Although no setting is named then."""
    prefix = f"taken{next(numbers)}"
    broker: Any = engine_with(rabbit_server, protocol.Program(name="shop"), prefix)
    async with broker.opened():
        async with broker._channel() as channel:
            await channel.declare_exchange(prefix, "fanout", durable=True)
        with pytest.raises(RelayError, match=rf"the exchange '{prefix}' has other settings .*; messages could be lost"):
            await broker.setup()


async def test_what_the_broker_has_no_exchange_for_is_not_published(program: Program, broker: Any) -> None:
    """The error says what to do. Others are not affected."""
    exchange, broker.queues.exchange = broker.queues.exchange, f"missing{next(numbers)}"
    with pytest.raises(UnreachableError, match=r"is missing at amqp://.*: typedsignals relay setup"):
        await broker.publish(program.message(1))
    broker.queues.exchange = exchange
    with anyio.fail_after(60):
        while True:
            try:
                await broker.publish(program.message(2))
            except UnreachableError:  # while the channel is opened again
                await anyio.sleep(0.05)
            else:
                break
    await program.run_until(lambda: program.received == [2])


async def test_a_signal_for_which_nothing_is_set_up_is_not_published(program: Program, broker: Any) -> None:
    """The server would drop it."""
    async with broker._channel() as channel:
        await channel.queue_delete(broker.queues.of_group("mail"))
        await channel.queue_delete(broker.queues.of_unheard(program.type))
    with pytest.raises(UnreachableError, match=r"an exchange or a queue is missing"):
        await broker.publish(program.message(1))


def test_what_the_address_says_of_heartbeats_counts(rabbit_server: RabbitServer) -> None:
    """By default, the lease does."""
    told = protocol.Program(name="shop", lease=7)

    async def url_with(query: str) -> str:
        server = rabbit_server
        broker: Any = engine_with(server, told, "heartbeats")
        broker.address = type(broker.address)(server.url + query, "rabbit")
        async with broker.opened():
            return str(broker.connection)

    assert "heartbeat=7" in anyio.run(url_with, "")
    assert "heartbeat=77" in anyio.run(url_with, "?heartbeat=77")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ChannelPreconditionFailed("PRECONDITION_FAILED - unknown delivery tag 7"), UnreachableError),
        (ChannelPreconditionFailed("message size 9 is larger than configured max size 8"), protocol.RefusedError),
        (Exception(), UnreachableError),
        (ZeroDivisionError(), ZeroDivisionError),
        (RelayError("known"), RelayError),
    ],
)
def test_errors_of_the_library_are_told_apart(error: Exception, expected: type[Exception]) -> None:
    """It raises a plain one where a connection was closed; those of others are not hidden."""
    broker: Any = access.broker_at(Address.of("amqp://localhost/"), protocol.Program(name="shop"))
    with pytest.raises(expected) as caught, broker.reported():
        raise error
    assert caught.type is expected


def test_a_worker_is_told_to_stop_while_it_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does, even if the server says nothing."""
    monkeypatch.setattr(rabbit, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = Address.of(f"amqp://127.0.0.1:{silent.getsockname()[1]}")
        broker = access.broker_at(address, protocol.Program(name="shop"))

        async def connect() -> bool:
            with anyio.move_on_after(0.1):
                async with broker.opened():
                    return True
            return False

        assert not anyio.run(connect)


# Queues


def test_names_of_queues_are_not_mixed_up() -> None:
    """Whatever groups are called."""
    queues = rabbit_queues.Queues(protocol.Program(name="shop.mail"), "typedsignals")
    other = rabbit_queues.Queues(protocol.Program(name="shop"), "typedsignals")
    assert queues.of_group("a") != other.of_group("mail.a")
    assert queues.of_group("a.dead") != queues.of_letters("a")


@pytest.mark.parametrize(("delay", "longest"), [(0.1, 1), (1, 1), (1.2, 4), (3600, 4096), (10**9, 4_000_000)])
def test_a_pause_is_spent_among_similar_ones(delay: float, longest: int) -> None:
    """A message behind one with a longer pause has to wait for it."""
    queues = rabbit_queues.Queues(protocol.Program(name="shop"), "typedsignals")
    assert queues.of_pause("mail", delay) == f"typedsignals.shop.mail.retry-{longest}"


async def test_a_short_pause_does_not_wait_for_a_long_one(program: Program, broker: Any) -> None:
    """They are in different queues, which `status` counts."""
    async with broker.subscribe("mail", [program.type]) as deliveries:
        for number, delay in ((1, 3000), (2, 0.2)):
            await broker.publish(program.message(number))
            await (await next_of(deliveries)).retry(delay)
        delivery = await next_of(deliveries)
        assert delivery.content == program.message(2).content
        await delivery.ack()
    (row,) = (row for row in await broker.status() if row.group == "mail")
    assert (row.waiting, row.retried) == (1, 1)


async def test_a_group_that_was_not_set_up_has_nothing(rabbit_server: RabbitServer) -> None:
    """To ask for it makes nothing."""
    told = protocol.Program(name="shop", groups={"mail": ["a"]})
    broker: Any = engine_with(rabbit_server, told, f"none{next(numbers)}")
    async with broker.opened():
        for _ in range(2):
            assert await broker.dead() == []
            (row,) = await broker.status()
            assert (row.waiting, row.dead) == (0, 0)
            assert await broker._number_in(broker.queues.of_group("mail")) is None


async def test_a_queue_that_is_deleted_is_made_again(
    program: Program, broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the worker that receives from it. What was published meanwhile is kept, and given to it."""
    monkeypatch.setattr(rabbit_source, "COLLECT", 0.05)
    async with program.running():
        program.publish(1)
        await until(lambda: program.received == [1])
        async with broker._channel() as channel:
            await channel.queue_delete(broker.queues.of_group("mail"))
        program.publish(2)
        await until(lambda: program.received == [1, 2])


async def test_what_setup_has_no_time_for_is_left_to_workers(
    program: Program, broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If nobody has received much, setting up would take long."""
    monkeypatch.setattr(rabbit, "COLLECTING", 0)
    await broker.unsubscribe("mail", [])
    await broker.publish(program.message(1))
    program.relay.setup()
    await seen(broker, broker.queues.of_unheard(program.type), 1)
    await program.run_until(lambda: program.received == [1])


async def test_a_worker_that_cannot_collect_tries_again(
    program: Program, broker: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What nobody has received is not lost."""
    monkeypatch.setattr(rabbit_source, "COLLECT", 0.05)
    await broker.unsubscribe("mail", [])
    await broker.publish(program.message(1))
    take, failures = broker.take_unheard, [UnreachableError("away")]

    async def fail_once(*arguments: Any) -> None:
        if failures:
            raise failures.pop()
        await take(*arguments)

    broker.take_unheard = fail_once
    async with broker.subscribe("mail", [program.type]) as deliveries:
        await (await next_of(deliveries)).ack()
    assert "away" in caplog.text


# Deliveries


async def test_what_cannot_be_settled_is_delivered_again(
    program: Program, broker: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, as the server would wait for as long as the connection lives; the attempt counts."""
    monkeypatch.setattr(rabbit_source, "AGAIN", 0)
    async with broker.subscribe("mail", [program.type]) as deliveries:
        await broker.publish(program.message(1))
        delivery = await next_of(deliveries)
        async with broker._channel() as channel:
            await channel.queue_delete(broker.queues.of_letters("mail"))
        await delivery.dead("never")
        assert "a message of mail was not settled: UnreachableError" in caplog.text
        delivery = await next_of(deliveries)
        assert delivery.attempt == 2
        await delivery.ack()


async def test_what_a_lost_connection_had_is_not_given_to_the_worker(program: Program, broker: Any) -> None:
    """The server has given it to another."""
    async with broker.subscribe("mail", [program.type]) as deliveries:
        await broker.publish(program.message(1))
        await seen(broker, broker.queues.of_group("mail"), 0)
        other = program.broker()
        async with other.opened(), other.subscribe("mail", [program.type]) as others:
            await broker.connection.transport.connection.close()
            with anyio.fail_after(60):
                async with anyio.create_task_group() as tasks:
                    found: list[int] = []

                    async def take(source: Any) -> None:
                        delivery = await anext(source)
                        found.append(delivery.attempt)
                        await delivery.ack()
                        tasks.cancel_scope.cancel()

                    tasks.start_soon(take, deliveries)
                    tasks.start_soon(take, others)
    assert found == [2]


async def test_what_was_not_taken_is_given_back(program: Program, broker: Any) -> None:
    """That is no attempt."""
    async with broker.subscribe("mail", [program.type]):
        await broker.publish(program.message(1))
        await seen(broker, broker.queues.of_group("mail"), 0)
    async with broker.subscribe("mail", [program.type]) as deliveries:
        delivery = await next_of(deliveries)
        assert delivery.attempt == 1
        await delivery.ack()


async def test_what_a_worker_does_not_know_is_left_to_others(
    program: Program, broker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes again later and later, and that is no attempt: a deployment may be under way."""
    monkeypatch.setattr(rabbit_source, "UNKNOWN", (0.05, 2000.0))
    async with broker.subscribe("mail", [program.type, OTHER]):
        pass
    kind = program.type
    async with broker.subscribe("mail", [kind]) as deliveries, anyio.create_task_group() as tasks:
        tasks.start_soon(anext, deliveries)
        message = program.message(1)
        object.__setattr__(message, "type", OTHER)
        await broker.publish(message)
        await seen(broker, broker.queues.of_pause("mail", 4), 1)
        tasks.cancel_scope.cancel()
    async with broker.subscribe("mail", [kind, OTHER]) as deliveries:
        delivery = await next_of(deliveries)
        assert (delivery.message.type, delivery.attempt) == (OTHER, 1)
        await delivery.ack()


async def test_a_message_is_durable(program: Program, broker: Any) -> None:
    """In the outbox until the server has written it down; other programs find what it is in its headers."""
    program.publish(1)
    publisher = program.relay._worker("@broker", broker, 5)
    stopping = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(publisher.run, stopping)
        await until(lambda: number_of(program.engine, "delivery") == 0)
        stopping.set()
    async with broker._channel() as channel:
        queue = await channel.declare_queue(broker.queues.of_group("mail"), passive=True)
        raw = await queue.get()
        assert raw.delivery_mode is aio_pika.DeliveryMode.PERSISTENT
        assert (raw.content_type, raw.message_id) == ("application/json", raw.headers["ce-id"])
        assert raw.headers["ce-type"] == program.type
