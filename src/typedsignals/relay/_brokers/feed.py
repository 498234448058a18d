"""Pass deliveries of several sources on to one worker, and hold those that it has not taken yet."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio

from .protocol import UnreachableError

if TYPE_CHECKING:
    from .._engines.protocol import Delivery

PAUSES = (0.5, 5.0)
"""The shortest and the longest pause after the broker could not be used, in seconds."""

logger = logging.getLogger("typedsignals.relay")


class Feed:
    """Deliveries on their way to a worker.

    Args:
        lease: For how long a delivery is held without being extended, in seconds.
    """

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._demand, self._arrived = anyio.Event(), anyio.Event()
        self._given: Delivery | None = None

    async def deliveries(self) -> AsyncIterator[Any]:
        """Give deliveries for ever."""
        while True:
            self._demand.set()
            await self._arrived.wait()
            self._arrived, delivery, self._given = anyio.Event(), self._given, None
            yield delivery

    async def close(self) -> None:
        """Give back what the worker has asked for and not taken, once nobody fills this any more."""
        if self._given is not None:
            await self._given.retry(0, counts=False)

    async def fill(self, next_one: Callable[[], Awaitable[Delivery | None]]) -> None:
        """Ask a source for deliveries, one after the other, for ever; it may fail for a while."""
        pause = PAUSES[0]
        while True:
            # Nothing is taken in advance: it would wait for this worker while others are idle.
            await self._demand.wait()
            try:
                delivery = await next_one()
            except UnreachableError as error:
                logger.warning("%s", error)
                await anyio.sleep(pause)
                pause = min(pause * 2, PAUSES[1])
                continue
            pause = PAUSES[0]
            if delivery is not None:
                await self.offer(delivery)

    async def offer(self, delivery: Delivery) -> None:
        """Pass a delivery on to the worker; if that has got another one and is busy with it, give this one back."""
        with anyio.move_on_after(self._lease / 3):
            try:
                while not self._demand.is_set():
                    await self._demand.wait()
            except BaseException:
                with anyio.CancelScope(shield=True):
                    await delivery.retry(0, counts=False)
                raise
            self._demand, self._given = anyio.Event(), delivery
            self._arrived.set()
