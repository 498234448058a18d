"""Receivers of a relay: how they are declared, how a worker calls them, and what becomes of the message."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from sqlalchemy.orm import Session

from tests.relay.shops import MAIN, SHOPS, OrderPlaced, OrderSignal, Shop, name_of
from typedsignals import DeclarationError, Namespace, ReceiverSignatureError
from typedsignals.relay import CurrentMessage, Reject, Relay, RelayError, Retry, current_message
from typedsignals.relay._engines.memory import MemoryEngine
from typedsignals.relay._engines.memory_queue import MemoryQueue
from typedsignals.relay._worker import outcome
from typedsignals.relay._worker.outcome import backoff
from typedsignals.relay._worker.working import GroupWorker

TYPE = "shop.order-placed"


@pytest.fixture
def relay(signal: OrderSignal) -> Relay:
    relay = Relay("shop", database="sqlite:///nowhere.db")
    relay.carry(signal, subject=name_of, sender=SHOPS.__getitem__)
    return relay


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr(outcome, "SHORTEST_DELAY", 0.001)


class Worker:
    """A worker for the group ``mail`` on an engine in memory."""

    def __init__(self, relay: Relay, *, lease: float = 30, grace: float = 5) -> None:
        self.relay = relay
        self.engine = MemoryEngine(lease)
        self.stopping = anyio.Event()
        self.worker = GroupWorker(self.engine, "mail", relay._declared.receivers["mail"], grace)

    def publish(self, content: bytes = b'{"order_id": 7}', **changes: Any) -> None:
        carried = self.relay._declared.carried[TYPE]
        message = carried.message("shop", MAIN, OrderPlaced(order_id=7), 10_000)
        self.engine.queue.publish(replace(message, content=content, **changes))

    async def run(self, *, until: int = 0) -> None:
        """Run until that many messages are left that are not dead."""
        self.engine.queue.subscribe("mail", self.relay._declared.receivers["mail"].keys())
        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self.worker.run, self.stopping)
                while len(self.engine.queue.groups["mail"].waiting) > until:  # noqa: ASYNC110 - the queue tells nobody
                    await anyio.sleep(0.01)
                self.stopping.set()

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(entry.attempt, entry.reason) for entry in self.engine.queue.groups["mail"].dead]


# Declaring


def test_a_receiver_is_checked_when_it_is_declared(relay: Relay, signal: OrderSignal) -> None:
    """As by `connect`; the message names the receiver and the field."""

    def misspelt(sender: Shop, order_ident: int, **extra: Any) -> None: ...

    with pytest.raises(ReceiverSignatureError, match=r"misspelt.*order_ident"):
        relay.receiver(signal, group="mail")(misspelt)


def test_a_group_has_one_receiver_of_a_signal(relay: Relay, signal: OrderSignal) -> None:
    """Otherwise the failure of one would call the other again. Declaring the same again is fine."""

    def declare() -> Any:
        @relay.receiver(signal, group="mail")
        def receive(sender: Shop, **extra: Any) -> None: ...

        return receive

    declare()
    again = declare()
    assert relay._declared.receivers["mail"][TYPE].function is again
    with pytest.raises(DeclarationError, match=r"'mail' has a receiver .* already.*group of its own"):

        @relay.receiver(signal, group="mail")
        def other(sender: Shop, order_id: int, customer: str) -> None: ...


def test_methods_of_two_objects_are_two_receivers(relay: Relay, signal: OrderSignal) -> None:
    """Although they have one definition."""

    class Office:
        def confirm(self, sender: Shop, **extra: Any) -> None: ...

    one, other = Office(), Office()
    relay.receiver(signal, group="mail")(one.confirm)
    relay.receiver(signal, group="mail")(one.confirm)
    with pytest.raises(DeclarationError, match="already"):
        relay.receiver(signal, group="mail")(other.confirm)


@pytest.mark.parametrize("wrong", [{"group": ""}, {"group": "x" * 101}, {"group": "mail", "attempts": 0}])
def test_wrong_arguments_are_refused(relay: Relay, signal: OrderSignal, wrong: dict[str, Any]) -> None:
    """When the receiver is declared."""
    with pytest.raises(DeclarationError, match="must"):
        relay.receiver(signal, **wrong)


def test_a_coroutine_function_takes_no_session(relay: Relay, signal: OrderSignal) -> None:
    """It would block the event loop."""
    with pytest.raises(DeclarationError, match="make it a plain function"):

        @relay.receiver(signal, group="mail", session=True)
        async def receive(sender: Shop, session: Session, /, **extra: Any) -> None: ...


def test_a_receiver_that_takes_no_session_is_refused_one(relay: Relay, signal: OrderSignal) -> None:
    """Nor is one lent where there is no database."""
    with pytest.raises(DeclarationError, match="takes no second argument"):

        @relay.receiver(signal, group="stock", session=True)  # type: ignore[arg-type]
        def receive(**extra: Any) -> None: ...

    @relay.receiver(signal, group="mail", session=True)
    def take(sender: Shop, session: Session, /, **extra: Any) -> None: ...

    with pytest.raises(RelayError, match="session=True, for which only a queue in a database"):
        Worker(relay)


# Being called


@pytest.mark.anyio
async def test_a_receiver_gets_the_sender_and_the_fields(relay: Relay, signal: OrderSignal) -> None:
    """Defaults filled in; fields that the model does not know are in ``**extra``; not on the event loop."""
    calls: list[Any] = []

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        calls.append((sender, order_id, extra, threading.current_thread() is threading.main_thread()))

    test = Worker(relay)
    test.publish(b'{"order_id": 7, "coupon": "x"}')
    await test.run()
    assert calls == [(MAIN, 7, {"customer": "", "coupon": "x"}, False)]


@pytest.mark.anyio
async def test_a_receiver_without_extra_is_spared_new_fields(relay: Relay, signal: OrderSignal) -> None:
    """Coroutine functions are awaited, on the event loop."""
    calls: list[Any] = []

    @relay.receiver(signal, group="mail")
    async def receive(sender: Shop, order_id: int, customer: str) -> None:
        await anyio.lowlevel.checkpoint()
        calls.append((order_id, customer, threading.current_thread() is threading.main_thread()))

    test = Worker(relay)
    test.publish(b'{"order_id": 7, "coupon": "x"}')
    await test.run()
    assert calls == [(7, "", True)]


@pytest.mark.anyio
async def test_what_a_wrapper_around_a_coroutine_function_returns_is_awaited(relay: Relay, signal: OrderSignal) -> None:
    """It seems to be a plain function, as it does to a signal."""
    calls: list[int] = []

    async def receive(order_id: int) -> None:
        calls.append(order_id)

    @relay.receiver(signal, group="mail")
    def wrapper(sender: Shop, order_id: int, **extra: Any) -> Any:
        return receive(order_id)

    test = Worker(relay)
    test.publish()
    await test.run()
    assert calls == [7]


@pytest.mark.anyio
async def test_a_receiver_can_ask_for_its_message(relay: Relay, signal: OrderSignal) -> None:
    """And nobody else can."""
    found: list[CurrentMessage] = []

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, **extra: Any) -> None:
        found.append(current_message())
        if len(found) == 1:
            raise ZeroDivisionError

    test = Worker(relay)
    test.publish()
    await test.run()
    assert [(one.type, one.source, one.group, one.attempt) for one in found] == [
        (TYPE, "shop", "mail", attempt) for attempt in (1, 2)
    ]
    assert found[0].id == found[1].id
    with pytest.raises(LookupError, match="no current message"):
        current_message()


# What becomes of the message


@pytest.mark.anyio
async def test_a_receiver_that_raises_is_called_again_and_then_the_message_is_dead(
    relay: Relay, signal: OrderSignal, caplog: pytest.LogCaptureFixture
) -> None:
    """The reason is the class of the error and its place: its text may hold values. Other messages go on."""
    calls: list[int] = []

    @relay.receiver(signal, group="mail", attempts=3)
    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        calls.append(order_id)
        if order_id == 7:
            raise ValueError("secret")

    test = Worker(relay)
    with caplog.at_level(logging.WARNING):
        test.publish()
        test.publish(b'{"order_id": 8}')
        await test.run()
    assert sorted(calls) == [7, 7, 7, 8]
    ((attempt, reason),) = test.reasons
    assert attempt == 3
    assert reason.startswith(f"ValueError at {__file__}:")
    assert "secret" not in caplog.text
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING", "ERROR"]


@pytest.mark.anyio
async def test_a_receiver_may_ask_for_a_retry(relay: Relay, signal: OrderSignal) -> None:
    """That uses up no attempt; the age of the message ends it."""
    attempts: list[int] = []

    @relay.receiver(signal, group="mail", attempts=1, max_age=60)
    def receive(sender: Shop, **extra: Any) -> None:
        attempts.append(current_message().attempt)
        raise Retry(after=0.001 if len(attempts) < 3 else timedelta(hours=1))

    test = Worker(relay)
    test.publish()
    await test.run()
    assert attempts == [1, 1, 1]
    ((_, reason),) = test.reasons
    assert reason.endswith("it is older than its receiver allows")


@pytest.mark.anyio
async def test_a_receiver_may_reject_a_message(relay: Relay, signal: OrderSignal) -> None:
    """For good; the text is kept, as it was written for that."""

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        raise Reject("no such customer" if order_id == 7 else "")

    test = Worker(relay)
    test.publish()
    test.publish(b'{"order_id": 8}')
    await test.run()
    first, second = test.reasons
    assert first[1].endswith(": no such customer")
    assert second[1].rpartition(":")[2].isdigit()


def test_a_retry_is_in_the_future() -> None:
    """Its delay is a number of seconds."""
    with pytest.raises(ValueError, match="must be 0 seconds or more"):
        Retry(after=-1)


@pytest.mark.anyio
async def test_what_is_not_valid_or_has_no_sender_is_tried_again_and_then_dead(
    relay: Relay, signal: OrderSignal
) -> None:
    """A rolling deployment may be under way. The reason holds no values."""

    @relay.receiver(signal, group="mail", attempts=2)
    def receive(sender: Shop, **extra: Any) -> None: ...

    test = Worker(relay)
    test.publish(b'{"order_id": "secret"}')
    test.publish(subject="secret")
    await test.run()
    (one, first), (two, second) = sorted(test.reasons, key=lambda pair: pair[1])
    assert (one, two) == (2, 2)
    assert first.startswith("KeyError at ")
    assert second == "OrderPlaced is not valid: int_type"


@pytest.mark.anyio
async def test_what_is_no_message_at_all_is_dead_at_once(relay: Relay, signal: OrderSignal) -> None:
    """It would not be one the next time either."""

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, **extra: Any) -> None: ...

    test = Worker(relay)
    test.publish(b"[secret")
    await test.run()
    ((attempt, reason),) = test.reasons
    assert attempt == 1
    assert reason.startswith("MalformedMessageError")


@pytest.mark.anyio
async def test_a_message_of_a_type_that_nobody_here_knows_is_left_for_others(relay: Relay, signal: OrderSignal) -> None:
    """It waits, and uses up no attempt."""

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, **extra: Any) -> None: ...

    test = Worker(relay)
    test.engine.queue.subscribe("mail", ["shop.newer"])
    test.publish(type="shop.newer")
    test.publish()
    await test.run(until=1)
    (entry,) = test.engine.queue.groups["mail"].waiting
    assert (entry.attempt, entry.reason) == (0, "nobody here receives this type")


@pytest.mark.anyio
async def test_a_long_receiver_keeps_its_message(relay: Relay, signal: OrderSignal) -> None:
    """The lease is extended while it runs, though it blocks its thread."""
    lease, calls = 0.15, list[int]()

    class Queue(MemoryQueue):
        now, extended = 0.0, threading.Event()

        def extend(self, *args: Any) -> None:
            super().extend(*args)
            self.extended.set()

    @relay.receiver(signal, group="mail")
    def receive(sender: Shop, **extra: Any) -> None:
        calls.append(current_message().attempt)
        for _ in range(10):
            queue.extended.clear()
            queue.now += 0.3 * lease
            assert queue.extended.wait(60)

    queue = Queue(lambda: queue.now)
    test = Worker(relay, lease=lease)
    test.engine.queue = queue
    test.publish()
    await test.run()
    assert calls == [1]
    assert queue.now > 2 * lease


@pytest.mark.anyio
async def test_a_worker_that_is_told_to_stop_finishes_what_runs(relay: Relay, signal: OrderSignal) -> None:
    """And takes nothing new."""
    begun, calls = anyio.Event(), list[str]()

    @relay.receiver(signal, group="mail")
    async def receive(sender: Shop, **extra: Any) -> None:
        begun.set()
        await anyio.sleep(0.1)
        calls.append("finished")

    test = Worker(relay, grace=60)
    test.publish()
    test.publish()
    test.engine.queue.subscribe("mail", [TYPE])
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(test.worker.run, test.stopping)
            await begun.wait()
            test.stopping.set()
    assert calls == ["finished"]
    assert len(test.engine.queue.groups["mail"].waiting) == 1


@pytest.mark.anyio
async def test_what_does_not_end_in_time_is_released(relay: Relay, signal: OrderSignal) -> None:
    """At the end of the grace, for other workers."""
    begun = anyio.Event()

    @relay.receiver(signal, group="mail")
    async def receive(sender: Shop, **extra: Any) -> None:
        begun.set()
        await anyio.sleep(60)

    test = Worker(relay, grace=0.05)
    test.publish()
    test.engine.queue.subscribe("mail", [TYPE])
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(test.worker.run, test.stopping)
            await begun.wait()
            test.stopping.set()
    (entry,) = test.engine.queue.groups["mail"].waiting
    assert (entry.lease, entry.reason) == (0, "the worker was stopped")


def test_the_pauses_between_attempts_double_up_to_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """With some jitter, so that not all try again at once."""
    monkeypatch.setattr(outcome, "SHORTEST_DELAY", 1.0)
    assert [0.75 * 2**n <= backoff(n + 1) <= 1.25 * 2**n for n in range(10)] == [True] * 10
    assert 2700 <= backoff(100_000) <= 4500


def test_a_signal_whose_senders_are_strings_needs_nothing(signal: OrderSignal) -> None:
    """They travel as they are; None stays None."""
    relay, plain = Relay("shop", database="sqlite:///nowhere.db"), Namespace("shop").signal("plain", OrderPlaced)
    relay.carry(plain)
    carried = relay._declared.of(plain)
    for sender in ("main", None):
        message = carried.message("shop", sender, OrderPlaced(order_id=7), 10_000)
        assert carried.sender_of(message.subject) == sender
