"""Call receivers with what the engine delivers, and settle each delivery."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import anyio

from .._declared.receivers import lent
from .._errors import RelayError
from .._message.current import CurrentMessage, being_current
from .._message.tracing import incoming
from .outcome import verdict

if TYPE_CHECKING:
    from .._declared.receivers import Receiver
    from .._engines.protocol import Delivery, Engine

UNKNOWN_TYPE_DELAY = 5.0
"""After how many seconds a message whose type nobody here knows is offered again."""

logger = logging.getLogger("typedsignals.relay")


class GroupWorker:
    """Delivers what one group receives, one message at a time.

    Args:
        engine: The engine.
        group: The group.
        receivers: Its receivers, by the full names of their signals.
        grace: How long the receiver that runs may go on when the worker is told to stop, in seconds.

    Raises:
        RelayError: A receiver takes a session, and the engine has none.
    """

    def __init__(self, engine: Engine, group: str, receivers: Mapping[str, Receiver], grace: float) -> None:
        for receiver in receivers.values():
            if receiver.takes_session and not engine.lends_sessions:
                raise RelayError(f"{receiver.label} takes a session, which only a queue in a database can lend")
        self._engine = engine
        self._group = group
        self._receivers = receivers
        self._grace = grace
        self._taking = anyio.CancelScope()
        self._working = anyio.CancelScope()
        self._in_work: Delivery | None = None

    async def run(self, stopping: anyio.Event) -> None:
        """Deliver until the event is set."""
        subscribed = self._engine.subscribe(self._group, self._receivers.keys())
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
        self._in_work = delivery
        try:
            await handle(delivery, self._group, self._receivers.get(delivery.message.type))
        finally:
            self._in_work = None


async def handle(
    delivery: Delivery,
    group: str,
    receiver: Receiver | None,
    *,
    in_thread: bool = True,
    failed: Callable[[Exception], None] = lambda error: None,
) -> None:
    """Call the receiver of a message, and settle it.

    Args:
        delivery: The message, taken for the group.
        group: The group.
        receiver: Its receiver; None if this program has none for such messages.
        in_thread: Whether to call a plain receiver in a thread. It may block, and the lease must be extended meanwhile.
        failed: Called with what a receiver raises.
    """
    if receiver is None:
        await delivery.retry(UNKNOWN_TYPE_DELAY, "nobody here receives this type", counts=False)
        return
    try:
        await _call(delivery, group, receiver, in_thread=in_thread)
    except Exception as error:  # whatever a receiver raises
        failed(error)
        await _settle_failure(delivery, receiver, error)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await delivery.retry(0, "the worker was stopped")
        raise
    else:
        if not receiver.takes_session:
            await delivery.ack()


async def _call(delivery: Delivery, group: str, receiver: Receiver, *, in_thread: bool) -> None:
    message = delivery.message
    current = CurrentMessage(
        id=message.id,
        type=message.type,
        source=message.source,
        group=group,
        attempt=delivery.attempt,
        time=message.time,
    )
    with being_current(current), incoming(message.headers):
        if receiver.is_async:
            await receiver.call(receiver.delivery_of(message))
        elif in_thread:
            # At the end of the grace it is left behind, and the process ends.
            call = partial(_call_plain, delivery, receiver)
            result = await anyio.to_thread.run_sync(call, abandon_on_cancel=True)
            await _settled(result)
        else:
            await _settled(_call_plain(delivery, receiver))


async def _settled(result: object) -> None:
    """Await what a plain function around a coroutine function returns, as `Signal.send_async` does."""
    if isinstance(result, Coroutine):
        await result


def _call_plain(delivery: Delivery, receiver: Receiver) -> object:
    made = receiver.delivery_of(delivery.message)
    if not receiver.takes_session:
        return receiver.call(made)
    transaction = cast("AbstractContextManager[Any]", delivery.transaction())  # type: ignore[attr-defined]
    with transaction as session, lent(session):
        receiver.call(made)
    return None


async def _settle_failure(delivery: Delivery, receiver: Receiver, error: Exception) -> None:
    found = verdict(receiver, error, delivery.attempt, delivery.age)
    message = delivery.message
    if found.delay is None:
        logger.error("message %s of %s is dead: %s: %s", message.id, message.type, receiver.label, found.reason)
        await delivery.dead(found.reason)
    else:
        text = "message %s of %s failed: %s: %s; again in %.1f s"
        logger.warning(text, message.id, message.type, receiver.label, found.reason, found.delay)
        await delivery.retry(found.delay, found.reason, counts=found.counts)
