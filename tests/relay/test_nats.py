"""What is particular to NATS as the relay's broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import pytest

from tests.relay import nats
from tests.relay.brokers import Program, engine_with, next_of, until
from tests.relay.shops import Shop
from typedsignals.relay import RelayError, current_message
from typedsignals.relay._brokers import nats_source, nats_streams, protocol
from typedsignals.relay._brokers.feed import Feed
from typedsignals.relay._brokers.protocol import UnreachableError
from typedsignals.relay._engines.sql import SqlEngine

pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.usefixtures("impatient")]


@pytest.fixture
def program(sqlite: str, nats_server: nats.NatsServer) -> Iterator[Program]:
    program = Program(sqlite, nats_server)
    yield program
    program.close()


async def test_what_is_published_twice_is_delivered_once(program: Program) -> None:
    """Within two minutes: a publisher that was killed before it learnt of the confirmation does so."""
    program.receiver()
    program.relay.setup()
    broker, message = program.broker(), program.message(1)
    async with broker.opened():
        await broker.publish(message)
        await broker.publish(message)
    program.publish(2)
    await program.run_until(lambda: 2 in program.received)
    assert program.received == [1, 2]


async def test_a_stream_with_other_settings_is_refused(nats_server: nats.NatsServer) -> None:
    """Messages could be lost; the error names the setting."""
    broker: Any = engine_with(nats_server, protocol.Program(name="shop"), "taken")
    async with broker.opened():
        context = broker.streams.context
        await context.add_stream(name="taken", subjects=["taken.>"], max_age=60, max_msgs_per_subject=1)
        with pytest.raises(RelayError, match=r"'taken' has other settings .*: retention, discard, max_age"):
            await broker.setup()


async def test_a_consumer_that_is_deleted_is_made_again(program: Program) -> None:
    """By the workers that receive from it."""
    program.receiver()
    program.relay.setup()
    broker = program.broker()
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
    program.receiver()
    program.relay.setup()
    take, lost = nats_source.Source._take, [1]

    async def forgetful(self: Any, raw: Any) -> None:
        if raw.reply or not lost:
            await take(self, raw)
        elif raw.headers.get("Status") == "408":
            lost.clear()

    monkeypatch.setattr(nats_source, "LATE", 0.1)
    monkeypatch.setattr(nats_source.Source, "_take", forgetful)
    async with program.running():
        await until(lambda: "does not deliver: no answer" in caplog.text)
        program.publish(1)
        await until(lambda: program.received == [1])


async def test_news_of_an_earlier_request_do_not_end_a_later_one(program: Program) -> None:
    """They may come late, and say nothing of what is asked for now."""
    program.receiver()
    program.relay.setup()
    broker = program.broker()
    async with broker.opened():
        source = nats_source.Source(broker, Feed(), "mail", program.type)
        await source.subscribe()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(source.ask, 1)
            await until(lambda: source._asked == 1)
            await broker.broker.connection.publish(f"{source._inbox}.0", headers={"Status": "503"})
        await source.close()


async def test_what_cannot_be_counted_comes_again_after_its_lease(
    program: Program, caplog: pytest.LogCaptureFixture
) -> None:
    """The server does not say how many attempts of a message do not count, and later it does."""
    broker = program.broker()
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
        program = Program(sqlite, server)
        program.receiver()
        program.relay.setup()
        broker, message = program.broker(), program.message(1)
        async with broker.opened():
            await broker.streams.context.delete_stream("typedsignals")
            with pytest.raises(UnreachableError, match=r"no stream 'typedsignals' at .*: typedsignals relay setup"):
                await broker.publish(message)
            with pytest.raises(ExceptionGroup) as raised:
                async with broker.subscribe("mail", [program.type]):
                    pass
            assert raised.group_contains(UnreachableError, match="cannot be used: NotFoundError")
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
    broker, message = program.broker(), program.message(2)
    async with broker.opened():
        await broker.publish(message)
        async with broker.subscribe("mail", [program.type]) as deliveries:
            delivery = await next_of(deliveries)
            await broker.broker.connection.close()
            await delivery.ack()
    assert "was not settled: ConnectionClosedError" in caplog.text
    await program.run_until(lambda: program.received == [1, 2])


async def test_a_group_that_comes_while_nobody_is_replaced(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept for nobody, once somebody receives."""
    program.receiver()
    program.relay.setup()
    broker = program.broker()
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


@pytest.mark.parametrize("name", ["shop.order-placed", "a..b", ".a", "_", "a b*>", "\N{SNOWMAN}.x_y", ""])
def test_any_name_becomes_part_of_a_subject(name: str) -> None:
    """And can be read back."""
    subject = nats_streams.subject_part(name)
    assert nats_streams.kind_in(subject) == name
    assert all(part and not {*part} & {*"*> ."} for part in subject.split("."))
