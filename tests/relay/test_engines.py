"""What every engine does: the queue in memory and those in databases are held to the same contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.relay import brokers, postgres
from typedsignals.relay import Message
from typedsignals.relay._engines.memory import MemoryEngine
from typedsignals.relay._engines.protocol import Engine
from typedsignals.relay._engines.sql import SqlEngine
from typedsignals.relay._message.ids import new_id
from typedsignals.relay._sql.databases import Database
from typedsignals.relay._sql.setup import create

pytestmark = pytest.mark.anyio

TYPE = "shop.order-placed"
LONG = 60.0
"""A lease that does not end during a test, however slow the machine is, in seconds."""
SHORT = 1.0
SOON = 0.3
"""Long enough for an engine to deliver what it has, in seconds; only a test that expects nothing waits for it."""


@pytest.fixture
def lease() -> float:
    """For how long the engine leases a delivery, in seconds."""
    return LONG


BROKERS = [pytest.param(kind, marks=pytest.mark.slow) for kind in brokers.KINDS]


@pytest.fixture(params=["memory", "sqlite", "postgresql", *BROKERS])
async def engine(
    anyio_backend: str, request: pytest.FixtureRequest, tmp_path: Path, lease: float
) -> AsyncIterator[Engine]:
    if request.param == "memory":
        yield MemoryEngine(lease)
        return
    if request.param in brokers.KINDS:
        broker = brokers.new_engine(request, request.param, lease)
        async with broker.opened():
            await broker.setup()
            yield broker
        return
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'shop.db'}"
    else:
        server: postgres.Server = request.getfixturevalue("server")
        url = server.new_database()
    database = Database(url)
    create(database)
    yield SqlEngine(database, lease)
    database.close()


def message(number: int = 7, *, kind: str = TYPE, key: str | None = None) -> Message:
    return Message(
        id=new_id(), source="shop", type=kind, subject="main", key=key, time=datetime.now(UTC), content=b"%d" % number
    )


async def publish(engine: Engine, *numbers: int, key: str | None = None) -> None:
    for number in numbers:
        await engine.publish(message(number, key=key))


async def take(deliveries: Any) -> Any:
    with anyio.fail_after(60):
        return await anext(deliveries)


def keeps_order(engine: Engine) -> bool:
    return not hasattr(engine, "address") or engine.address.keeps_order


def skip_without_order(engine: Engine) -> None:
    if not keeps_order(engine):
        pytest.skip("the broker keeps no order, so that a strict one is refused")


async def nothing_comes(engine: Engine, group: str) -> bool:
    """Whether another worker of the group gets nothing."""
    async with engine.subscribe(group, [TYPE]) as deliveries:
        with anyio.move_on_after(SOON):
            await anext(deliveries)
            return False
    return True


async def test_a_message_is_delivered_as_it_was_published(engine: Engine) -> None:
    """To the first attempt, with all its attributes."""
    sent = Message(
        id=new_id(),
        source="shop",
        type=TYPE,
        subject="m\N{LATIN SMALL LETTER A WITH RING ABOVE}in",
        key="Ada",
        time=datetime.now(UTC),
        content=b'{"a": "\xc3\xa5"}',
        headers={"traceparent": "00"},
    )
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        await engine.publish(sent)
        delivery = await take(deliveries)
        found = delivery.message
        assert (found.id, found.source, found.type, found.subject) == (sent.id, sent.source, sent.type, sent.subject)
        assert (found.key, found.content, dict(found.headers)) == (sent.key, sent.content, {"traceparent": "00"})
        assert abs((found.time - sent.time).total_seconds()) < 60
        assert delivery.attempt == 1
        assert 0 <= delivery.age + 0.01 < 60
        await delivery.ack()


async def test_each_group_gets_each_message(engine: Engine) -> None:
    """And each of its workers some of them."""
    async with engine.subscribe("mail", [TYPE]) as mail, engine.subscribe("stock", [TYPE]) as stock:
        await publish(engine, 1)
        for deliveries in (mail, stock):
            delivery = await take(deliveries)
            assert delivery.message.content == b"1"
            await delivery.ack()
    assert await nothing_comes(engine, "mail")


async def test_other_types_are_not_delivered(engine: Engine) -> None:
    """A group gets what it subscribes to."""
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        await engine.publish(message(1, kind="shop.other"))
        await publish(engine, 2)
        assert (await take(deliveries)).message.content == b"2"


async def test_what_nobody_has_subscribed_to_is_kept_for_the_first_who_does(engine: Engine) -> None:
    """And for that one alone."""
    await publish(engine, 1)
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        delivery = await take(deliveries)
        assert delivery.message.content == b"1"
        await delivery.ack()
    assert await nothing_comes(engine, "stock")


async def test_what_is_acknowledged_is_not_delivered_again(engine: Engine) -> None:
    """Even to a worker that comes later."""
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        await publish(engine, 1)
        await (await take(deliveries)).ack()
    assert await nothing_comes(engine, "mail")


@pytest.mark.parametrize("lease", [SHORT])
async def test_what_is_not_settled_is_delivered_again_after_its_lease(engine: Engine) -> None:
    """To another worker; what the first one says of it then changes nothing. RabbitMQ waits for its connection."""
    async with brokers.another(engine) as (other, lose), other.subscribe("mail", [TYPE]) as first:
        await publish(engine, 1)
        stale = await take(first)
        await lose()
        async with engine.subscribe("mail", [TYPE]) as second:
            again = await take(second)
            assert (again.attempt, again.message.id) == (2, stale.message.id)
            await stale.ack()
            await stale.dead("it came too late")
            await stale.retry(0)
            await stale.extend()
            await anyio.sleep(0.2)
            await again.retry(0)
            assert (await take(second)).attempt == 3


@pytest.mark.parametrize("lease", [SHORT])
async def test_what_is_extended_is_not_delivered_again(engine: Engine) -> None:
    """As long as that goes on."""
    async with engine.subscribe("mail", [TYPE]) as first, engine.subscribe("mail", [TYPE]) as second:
        was_delivered, longest_gap = True, SHORT
        # If the machine stood still, the lease may end with good reason.
        while was_delivered and longest_gap > SHORT / 2:
            began = anyio.current_time()
            await publish(engine, 1)
            was_delivered, longest_gap = await held(await take(first), second, began)
        assert not was_delivered


async def held(delivery: Any, others: Any, since: float) -> tuple[bool, float]:
    """Extend a delivery for longer than its lease, and acknowledge it.

    Returns:
        Whether it was delivered to another worker, and the longest time for which it was not extended.
    """
    gaps, again = list[float](), list[Any]()

    async def hold() -> None:
        nonlocal since
        while sum(gaps) < 1.5 * SHORT:
            await anyio.sleep(SHORT / 5)
            began = anyio.current_time()
            await delivery.extend()
            gaps.append(anyio.current_time() - since)
            since = began
        tasks.cancel_scope.cancel()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hold)
        again.append(await anext(others))
        tasks.cancel_scope.cancel()
    gaps.append(anyio.current_time() - since)
    for one in (delivery, *again):
        await one.ack()
    return bool(again), max(gaps)


async def test_what_is_to_be_tried_again_is_delivered_after_its_delay(engine: Engine) -> None:
    """The attempt counts, unless it is said not to."""
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        await publish(engine, 1)
        failed = await take(deliveries)
        began = anyio.current_time()
        await failed.retry(0.2, "ZeroDivisionError")
        delivery = await take(deliveries)
        assert anyio.current_time() - began > 0.1
        assert delivery.attempt == 2
        await delivery.retry(0, counts=False)
        delivery = await take(deliveries)
        assert delivery.attempt == 2
        await delivery.ack()


async def test_what_is_dead_is_not_delivered_again(engine: Engine) -> None:
    """It does not keep others up."""
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        await publish(engine, 1, 2, key="Ada")
        await (await take(deliveries)).dead("ZeroDivisionError")
        delivery = await take(deliveries)
        assert delivery.message.content == b"2"
        await delivery.ack()
    assert await nothing_comes(engine, "mail")


async def test_messages_of_one_key_come_one_after_the_other(engine: Engine) -> None:
    """In the order of publishing, also after a retry; other keys are not kept up, except by NATS."""
    skip_without_order(engine)
    async with engine.subscribe("mail", [TYPE]) as first, engine.subscribe("mail", [TYPE]) as second:
        await publish(engine, 1, 2, 3, key="Ada")
        await publish(engine, 4, key="Bob")
        delivery = await take(first)
        assert delivery.message.content == b"1"
        if hasattr(engine, "streams"):
            with anyio.move_on_after(SOON) as scope:
                await anext(second)
            assert scope.cancelled_caught
        else:
            assert (await take(second)).message.content == b"4"


async def test_the_order_of_a_key_survives_retries(engine: Engine) -> None:
    """Each message fails once, and none of them passes another."""
    skip_without_order(engine)
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        await publish(engine, 1, 2, 3, key="Ada")
        seen = []
        for _ in range(6):
            delivery = await take(deliveries)
            seen.append((delivery.message.content, delivery.attempt))
            await (delivery.ack() if delivery.attempt == 2 else delivery.retry(0.05))
        assert seen == [(b"%d" % number, attempt) for number in (1, 2, 3) for attempt in (1, 2)]


async def test_two_groups_have_an_order_of_their_own(engine: Engine) -> None:
    """A message that fails in one does not keep the other up."""
    async with engine.subscribe("mail", [TYPE]) as mail, engine.subscribe("stock", [TYPE]) as stock:
        await publish(engine, 1, 2, key="Ada")
        await (await take(mail)).retry(20)
        for number in (b"1", b"2"):
            delivery = await take(stock)
            assert delivery.message.content == number
            await delivery.ack()


async def test_only_what_is_asked_for_follows(engine: Engine) -> None:
    """Another type stays where it is, and comes in its turn."""
    async with engine.subscribe("mail", [TYPE]):
        pass
    await publish(engine, 1, 2)
    async with engine.subscribe("mail", [TYPE]) as deliveries:
        first = await take(deliveries)
        assert first.following(["shop.another"]) is None
        second = first.following([TYPE])
        await first.ack()
        second = second or await take(deliveries)
        assert [int(one.message.content) for one in (first, second)] == [1, 2]
        await second.ack()


async def test_many_messages_each_come_once(engine: Engine) -> None:
    """To four workers of one group, with keys and without."""
    numbers = list(range(60))
    for number in numbers:
        await publish(engine, number, key=None if number % 3 else f"key {number % 4}")
    seen: list[int] = []
    all_seen = anyio.Event()

    async def work() -> None:
        async with engine.subscribe("mail", [TYPE]) as deliveries:
            while True:
                delivery = await anext(deliveries)
                seen.append(int(delivery.message.content))
                await delivery.ack()
                if len(seen) == len(numbers):
                    all_seen.set()

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(work)
            await all_seen.wait()
            await anyio.sleep(0.2)
            tasks.cancel_scope.cancel()
    assert sorted(seen) == numbers
    for key in range(4):
        ordered = [number for number in seen if number % 3 == 0 and number % 4 == key]
        assert ordered == sorted(ordered) or not keeps_order(engine)
