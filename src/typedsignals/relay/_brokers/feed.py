"""Pass deliveries of several sources on to one worker, and hold those that it has not taken yet."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Any

import anyio

from .._engines.waiting import Waiting
from .protocol import UnreachableError

if TYPE_CHECKING:
    from .._engines.protocol import Delivery

PAUSES = (0.5, 5.0)
"""The shortest and the longest pause after the broker could not be used, in seconds."""

logger = logging.getLogger("typedsignals.relay")


class Feed:
    """Deliveries on their way to a worker."""

    def __init__(self) -> None:
        self._waiting: Waiting[Delivery] = Waiting()
        self._demand, self._arrived = anyio.Event(), anyio.Event()

    async def deliveries(self) -> AsyncIterator[Any]:
        """Give deliveries for ever."""
        while True:
            while (delivery := self._waiting.take()) is not None:
                yield delivery
            self._arrived = anyio.Event()
            self._demand.set()
            await self._arrived.wait()

    def following(self, types: Collection[str]) -> Delivery | None:
        """Take what is waiting here, if it is of one of these types."""
        return self._waiting.take(types)

    async def fill(self, ask: Callable[[int], Awaitable[object]]) -> None:
        """Ask a source for deliveries whenever the worker has none, for ever; it may fail for a while.

        Args:
            ask: Offers so many deliveries here, or fewer; called again when it returns and there is none.
        """
        pause = PAUSES[0]
        while True:
            await self._demand.wait()
            try:
                self._waiting.adapt()
                await ask(self._waiting.size)
            except UnreachableError as error:
                logger.warning("%s", error)
                await anyio.sleep(pause)
                pause = min(pause * 2, PAUSES[1])
            else:
                pause = PAUSES[0]

    def offer(self, delivery: Delivery) -> None:
        """Let a delivery wait for the worker."""
        self._waiting.add([delivery])
        self._demand = anyio.Event()
        self._arrived.set()

    async def release(self) -> None:
        """Give back what the worker has not begun with, for others or for later."""
        for delivery in self._waiting.given_back():
            await delivery.retry(0, counts=False)
