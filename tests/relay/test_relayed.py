"""Delivering in a test what a relay publishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from tests.relay.shops import MAIN, OrderSignal, Shop, new_relay
from typedsignals.relay import Relay, RelayError, Retry, current_message
from typedsignals.testing import relayed


@pytest.fixture
def relay(signal: OrderSignal) -> Relay:
    return new_relay("sqlite:///nowhere.db", signal)


def receive_into(calls: list[Any], relay: Relay, signal: OrderSignal, group: str = "mail") -> None:
    @relay.receiver(signal, group=group, attempts=3)
    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        calls.append((group, order_id, current_message().attempt))


def test_what_is_published_is_delivered_when_the_test_says_so(relay: Relay, signal: OrderSignal) -> None:
    """To all groups, in the order of publishing; whatever the transaction is, nothing is written."""
    calls: list[Any] = []
    receive_into(calls, relay, signal, "mail")
    receive_into(calls, relay, signal, "stock")
    with relayed(relay) as queue:
        relay.publish(Session(), signal, MAIN, order_id=1)
        relay.publish(Session(), signal, MAIN, order_id=2)
        assert (calls, [message.type for message in queue.messages]) == ([], ["shop.order-placed"] * 2)
        assert queue.deliver() == 4
    assert calls == [("mail", 1, 1), ("mail", 2, 1), ("stock", 1, 1), ("stock", 2, 1)]
    assert relay._outlet is None


@pytest.mark.anyio
async def test_an_event_loop_may_be_running(relay: Relay, signal: OrderSignal) -> None:
    """Then delivering is awaited, and so are receivers."""
    calls: list[int] = []

    @relay.receiver(signal, group="mail")
    async def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        calls.append(order_id)

    with relayed(relay) as queue:
        await relay.publish_async(None, signal, MAIN, order_id=1)  # type: ignore[arg-type]
        await queue.deliver_async()
    assert calls == [1]


def test_a_receiver_that_raises_gets_the_message_again(relay: Relay, signal: OrderSignal) -> None:
    """Without pauses; what it raised is kept, and so is the dead message."""
    calls: list[int] = []

    @relay.receiver(signal, group="mail", attempts=3)
    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        calls.append(order_id)
        raise ZeroDivisionError

    with relayed(relay) as queue:
        relay.publish(Session(), signal, MAIN, order_id=1)
        assert queue.deliver() == 3
        assert [type(error) for error in queue.errors] == [ZeroDivisionError] * 3
        ((group, message, reason),) = [(dead.group, dead.message, dead.reason) for dead in queue.dead]
    assert (group, message.type, reason.partition(" ")[0]) == ("mail", "shop.order-placed", "ZeroDivisionError")


def test_the_test_can_repeat_fail_and_reorder(relay: Relay, signal: OrderSignal) -> None:
    """As crashes and retries do; messages of one key keep their order."""
    calls: list[Any] = []
    receive_into(calls, relay, signal)
    with relayed(relay) as queue:
        for number, customer in enumerate(["Ada", "Ada", "Bob"]):
            relay.publish(Session(), signal, MAIN, order_id=number, customer=customer)
        queue.deliver(twice=True)
        assert [number for _, number, _ in calls] == [0, 0, 1, 1, 2, 2]
        calls.clear()
        for number, customer in enumerate(["Ada", "Ada", "Bob"]):
            relay.publish(Session(), signal, MAIN, order_id=number, customer=customer)
        queue.deliver(backwards=True, failures=1)
        assert [(number, attempt) for _, number, attempt in calls] == [(2, 2), (0, 2), (1, 2)]


def test_a_message_that_never_ends_is_reported(relay: Relay, signal: OrderSignal) -> None:
    """Instead of delivering it for ever."""

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, **extra: Any) -> None:
        raise Retry(after=0.1)

    with relayed(relay) as queue:
        relay.publish(Session(), signal, MAIN, order_id=1)
        with pytest.raises(RuntimeError, match="was delivered 1000 times to 'mail'"):
            queue.deliver()


@pytest.fixture
def sessions() -> Iterator[sessionmaker[Session]]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE taken (number INTEGER)"))
    yield sessionmaker(engine)
    engine.dispose()


@pytest.mark.parametrize("twice", [False, True])
def test_receivers_may_be_lent_a_session_of_the_test(
    relay: Relay, signal: OrderSignal, sessions: sessionmaker[Session], twice: bool
) -> None:
    """It is committed if they succeed."""

    @relay.receiver(signal, group="stock", session=True)
    def take(sender: Shop, session: Session, /, order_id: int, **extra: Any) -> None:
        session.execute(text("INSERT INTO taken VALUES (:number)"), {"number": order_id})
        if current_message().attempt == 1 and order_id == 2:
            raise ZeroDivisionError

    with relayed(relay, session=sessions) as queue:
        relay.publish(Session(), signal, MAIN, order_id=1)
        relay.publish(Session(), signal, MAIN, order_id=2)
        queue.deliver(twice=twice)
    with sessions() as session:
        numbers = [*session.execute(text("SELECT number FROM taken ORDER BY number")).scalars()]
        assert numbers == ([1, 1, 2, 2] if twice else [1, 2])
    with relayed(relay) as queue:
        relay.publish(Session(), signal, MAIN, order_id=1)
        queue.deliver()
        assert "relayed(relay, session=...)" in str(queue.errors[0])


def test_what_receivers_publish_is_delivered_in_turn(relay: Relay, signal: OrderSignal) -> None:
    """A receiver in a worker is a program as any other. Forwarding works in the block, too."""
    calls: list[int] = []

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        calls.append(order_id)
        if order_id < 3:
            relay.publish(Session(), signal, MAIN, order_id=order_id + 1)

    session = Session()
    relay.forward(signal, session=lambda: session)
    with relayed(relay) as queue:
        with pytest.raises(RelayError, match="no transaction"):
            signal.send(MAIN, order_id=1)
        with session.begin():
            signal.send(MAIN, order_id=1)
        queue.deliver()
    assert calls == [1, 2, 3]
