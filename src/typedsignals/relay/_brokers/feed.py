"""Pass deliveries of several sources on to one worker, and hold those that it has not taken yet."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Any

import anyio

from .protocol import UnreachableError

if TYPE_CHECKING:
    from .._engines.protocol import Delivery

MOST_AT_ONCE = 50
"""How many deliveries are asked for at once."""
QUICK = 0.2
"""If what came at once was worked on within these seconds, twice as many are asked for next."""
PAUSES = (0.5, 5.0)
"""The shortest and the longest pause after the broker could not be used, in seconds."""

logger = logging.getLogger("typedsignals.relay")


class Feed:
    """Deliveries on their way to a worker.

    Attributes:
        size: How many to ask for: more if the worker is quick, and one if others could work on them meanwhile.
    """

    def __init__(self) -> None:
        self.size = 1
        self._waiting: deque[Delivery] = deque()
        self._demand, self._arrived = anyio.Event(), anyio.Event()
        self._filled_at = 0.0

    async def deliveries(self) -> AsyncIterator[Any]:
        """Give deliveries for ever."""
        while True:
            while (delivery := self.following()) is not None:
                yield delivery
                if not self._waiting:
                    self._adapt()
            self._arrived = anyio.Event()
            self._demand.set()
            await self._arrived.wait()

    def following(self, types: Collection[str] | None = None) -> Delivery | None:
        """Take what is waiting here, if it is of one of these types. Threads may do so at the same time."""
        try:
            delivery = self._waiting.popleft()
        except IndexError:
            return None
        if types is not None and delivery.message.type not in types:
            self._waiting.appendleft(delivery)
            return None
        return delivery

    async def fill(self, ask: Callable[[int], Awaitable[object]]) -> None:
        """Ask a source for deliveries whenever the worker has none, for ever; it may fail for a while.

        Args:
            ask: Offers so many deliveries here, or fewer; called again when it returns and there is none.
        """
        pause = PAUSES[0]
        while True:
            await self._demand.wait()
            try:
                await ask(self.size)
            except UnreachableError as error:
                logger.warning("%s", error)
                await anyio.sleep(pause)
                pause = min(pause * 2, PAUSES[1])
            else:
                pause = PAUSES[0]

    def offer(self, delivery: Delivery) -> None:
        """Let a delivery wait for the worker."""
        if not self._waiting:
            self._filled_at = anyio.current_time()
        self._waiting.append(delivery)
        self._demand = anyio.Event()
        self._arrived.set()

    async def release(self) -> None:
        """Give back what the worker has not begun with, for others or for later."""
        self.size = 1
        while (delivery := self.following()) is not None:
            await delivery.retry(0, counts=False)

    def _adapt(self) -> None:
        is_quick = anyio.current_time() - self._filled_at < QUICK
        self.size = min(self.size * 2, MOST_AT_ONCE) if is_quick else max(self.size // 2, 1)
