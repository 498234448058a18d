"""Call receivers with what the engine delivers, and settle each delivery."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from typing import TYPE_CHECKING

import anyio

from .._errors import RelayError
from .._message.current import CurrentMessage, being_current
from .._message.tracing import incoming
from .outcome import verdict
from .reporting import Counts

if TYPE_CHECKING:
    from .._declared.receivers import Receiver
    from .._engines.protocol import Delivery, Engine

UNKNOWN_TYPE_DELAY = 5.0
"""After how many seconds a message whose type nobody here knows is offered again."""
LONGEST_TURN = 0.02
"""For how long deliveries may follow the first one in a thread, in seconds: what is done is settled after that."""

logger = logging.getLogger("typedsignals.relay")


class Worker(ABC):
    """Works on what one group receives, one message at a time.

    Attributes:
        group: The group.
        counts: What it has done so far.

    Args:
        engine: The engine.
        group: The group.
        types: The full names of the signals that it receives.
        grace: How long the work on a message may go on when the worker is told to stop, in seconds.
    """

    def __init__(self, engine: Engine, group: str, types: Collection[str], grace: float) -> None:
        self._engine = engine
        self.group = group
        self.counts = Counts()
        self._types = types
        self._grace = grace
        self._taking = anyio.CancelScope()
        self._working = anyio.CancelScope()
        self._in_work: Delivery | None = None
        self._is_stopping = False

    @abstractmethod
    async def work(self, delivery: Delivery) -> None:
        """Do what is to be done with a message, and settle it."""

    async def run(self, stopping: anyio.Event) -> None:
        """Deliver until the event is set."""
        subscribed = self._engine.subscribe(self.group, self._types)
        async with subscribed as deliveries, anyio.create_task_group() as tasks:
            tasks.start_soon(self._stop, stopping)
            tasks.start_soon(self._hold)
            with self._taking:
                async for delivery in deliveries:
                    # Being told to stop ends the waiting for the next delivery, and not the work on this one.
                    self._working = anyio.CancelScope(shield=True)
                    with self._working:
                        await self._handle(delivery)
                    if stopping.is_set():
                        break
            tasks.cancel_scope.cancel()

    async def _stop(self, stopping: anyio.Event) -> None:
        await stopping.wait()
        self._is_stopping = True
        self._taking.cancel()
        await anyio.sleep(self._grace)
        self._working.cancel()

    async def _hold(self) -> None:
        """Extend the lease of the message in work, however long its receiver takes."""
        while True:
            await anyio.sleep(self._engine.lease / 3)
            if self._in_work is not None:
                await self._in_work.extend()

    async def _handle(self, delivery: Delivery) -> None:
        self._begin(delivery)
        try:
            await self.work(delivery)
        finally:
            self._in_work = None

    def _begin(self, delivery: Delivery) -> None:
        self._in_work = delivery


class GroupWorker(Worker):
    """Calls the receivers of one group.

    Args:
        engine: The engine.
        group: The group.
        receivers: Its receivers, by the full names of their signals.
        grace: How long the receiver that runs may go on when the worker is told to stop, in seconds.

    Raises:
        RelayError: A receiver's work is to be committed together with the delivery, and the engine cannot do that.
    """

    def __init__(self, engine: Engine, group: str, receivers: Mapping[str, Receiver], grace: float) -> None:
        for receiver in receivers.values():
            if receiver.together and not engine.lends_sessions:
                raise RelayError(
                    f"{receiver.label} has {receiver.together.option}, for which only a queue in a database will do"
                )
        super().__init__(engine, group, receivers.keys(), grace)
        self._receivers = receivers

    async def work(self, delivery: Delivery) -> None:
        """Call the receiver of a message, and perhaps those of messages that follow it."""
        receiver = self._receivers.get(delivery.message.type)
        if receiver is None:
            await handle(delivery, self.group, receiver, self.counts)
        elif receiver.is_async:
            async with receiver.around.on_loop():
                await handle(delivery, self.group, receiver, self.counts)
        else:
            turn = Turn(self.group, self._receivers, self.counts, self._begin, lambda: not self._is_stopping)
            await turn.handle(delivery)


async def handle(
    delivery: Delivery,
    group: str,
    receiver: Receiver | None,
    counts: Counts,
    failed: Callable[[Exception], None] = lambda error: None,
) -> None:
    """Call the receiver of a message here, and settle it.

    Args:
        delivery: The message, taken for the group.
        group: The group.
        receiver: Its receiver; None if this program has none for such messages.
        counts: Where to count what becomes of it.
        failed: Called with what a receiver raises.
    """
    if receiver is None:
        await delivery.retry(UNKNOWN_TYPE_DELAY, "nobody here receives this type", counts=False)
        return

    async def call() -> None:
        with being_current(_current(delivery, group)), incoming(delivery.message.headers):
            around = receiver.around
            if receiver.is_async:
                await receiver.call(await around.off_loop(lambda: receiver.delivery_of(delivery.message)))
            else:
                await _settled(await around.off_loop(lambda: _call_plain(delivery, receiver)))

    await _settle(call, lambda: delivery, lambda _: receiver, counts, failed)


class Turn:
    """Calls plain receivers during one visit to a thread, which takes longer to enter and leave than many of them.

    They may block there, while leases are extended. Others that this process has already follow the first delivery,
    for a short while, and as long as receivers succeed.

    Args:
        group: The group.
        receivers: Its receivers, by the full names of their signals.
        counts: Where to count what becomes of each.
        begin: Called before each receiver is called, with its delivery.
        goes_on: Whether another delivery may follow.
    """

    def __init__(
        self,
        group: str,
        receivers: Mapping[str, Receiver],
        counts: Counts,
        begin: Callable[[Delivery], None],
        goes_on: Callable[[], bool],
    ) -> None:
        self._group = group
        self._receivers = receivers
        self._counts = counts
        self._begin = begin
        self._goes_on = goes_on
        self._plain = frozenset(kind for kind, receiver in receivers.items() if not receiver.is_async)
        self._is_left = False

    async def handle(self, first: Delivery) -> None:
        """Call the receiver of a delivery, and those of what follows it, and settle them all."""
        self._delivery = first
        try:
            await _settle(self._call, lambda: self._delivery, self._receiver_of, self._counts)
        finally:
            self._is_left = True

    def _receiver_of(self, delivery: Delivery) -> Receiver:
        return self._receivers[delivery.message.type]

    async def _call(self) -> None:
        # At the end of the grace it is left behind, and the process ends.
        result = await anyio.to_thread.run_sync(self._call_all, abandon_on_cancel=True)
        if isinstance(result, Coroutine):
            async with self._receiver_of(self._delivery).around.on_loop():
                await _settled(result)

    def _call_all(self) -> object:
        end = time.monotonic() + LONGEST_TURN
        while True:
            delivery, receiver = self._delivery, self._receiver_of(self._delivery)
            self._begin(delivery)
            current = being_current(_current(delivery, self._group))
            with current, incoming(delivery.message.headers), receiver.around.in_thread():
                result = _call_plain(delivery, receiver)
            if isinstance(result, Coroutine) or self._is_left or time.monotonic() > end or not self._goes_on():
                return result
            following = delivery.following(self._plain)
            if following is None:
                return result
            self._counts.delivered += 1
            self._delivery = following


async def _settle(
    call: Callable[[], Awaitable[object]],
    current: Callable[[], Delivery],
    receiver_of: Callable[[Delivery], Receiver],
    counts: Counts,
    failed: Callable[[Exception], None] = lambda error: None,
) -> None:
    """Call receivers, and settle the delivery that is current at the end."""
    try:
        await call()
    except Exception as error:  # whatever a receiver raises
        failed(error)
        await _settle_failure(current(), receiver_of(current()), counts, error)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await current().retry(0, "the worker was stopped")
        raise
    else:
        if receiver_of(current()).together is None:
            await current().ack()
        counts.delivered += 1


def _current(delivery: Delivery, group: str) -> CurrentMessage:
    message = delivery.message
    return CurrentMessage(
        id=message.id,
        type=message.type,
        source=message.source,
        group=group,
        attempt=delivery.attempt,
        time=message.time,
    )


async def _settled(result: object) -> None:
    """Await what a plain function around a coroutine function returns, as `Signal.send_async` does."""
    if isinstance(result, Coroutine):
        await result


def _call_plain(delivery: Delivery, receiver: Receiver) -> object:
    made = receiver.delivery_of(delivery.message)
    if receiver.together is None:
        return receiver.call(made)
    with receiver.together.begin(delivery):
        receiver.call(made)
    return None


async def _settle_failure(delivery: Delivery, receiver: Receiver, counts: Counts, error: Exception) -> None:
    found = verdict(receiver, error, delivery.attempt, delivery.age)
    message = delivery.message
    if found.delay is None:
        logger.error("message %s of %s is dead: %s: %s", message.id, message.type, receiver.label, found.reason)
        await delivery.dead(found.reason)
        counts.dead += 1
    else:
        text = "message %s of %s failed: %s: %s; again in %.1f s"
        logger.warning(text, message.id, message.type, receiver.label, found.reason, found.delay)
        await delivery.retry(found.delay, found.reason, counts=found.counts)
        counts.retried += 1
