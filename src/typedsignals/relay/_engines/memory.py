"""The queue in memory as an engine: nothing outlives the process, so it is for tests."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import asynccontextmanager

import anyio

from .._message.message import Message
from .memory_queue import Entry, MemoryQueue

PAUSE = 0.005
"""The pause between two looks for what is due, in seconds."""


class MemoryEngine:
    """A queue in memory.

    Args:
        lease: For how long a delivery is taken, in seconds.
    """

    lends_sessions = False

    def __init__(self, lease: float = 30.0) -> None:
        self.lease = lease
        self.queue = MemoryQueue(time.monotonic)

    async def publish(self, message: Message) -> None:
        """Take a message."""
        self.queue.publish(message)

    @asynccontextmanager
    async def subscribe(
        self, group: str, types: Collection[str]
    ) -> AsyncGenerator[AsyncIterator[MemoryDelivery], None]:
        """Subscribe a group, and give its deliveries."""
        self.queue.subscribe(group, types)
        yield self._deliveries(group)

    async def _deliveries(self, group: str) -> AsyncIterator[MemoryDelivery]:
        while True:
            entry = self.queue.take(group, self.lease)
            if entry is None:
                await anyio.sleep(PAUSE)
            else:
                yield MemoryDelivery(self.queue, group, entry, self.lease)


class MemoryDelivery:
    """One message for one group, taken from memory."""

    def __init__(self, queue: MemoryQueue, group: str, entry: Entry, seconds: float) -> None:
        self._queue = queue
        self._group = group
        self._entry = entry
        self._seconds = seconds
        self._lease = entry.lease
        self.message = entry.message
        self.attempt = entry.attempt
        self.age = queue.age(entry)

    def following(self, types: Collection[str]) -> None:
        """Take none: the next one is taken when it is asked for."""

    async def ack(self) -> None:
        """Remove the entry."""
        self.remove()

    def remove(self) -> None:
        """Remove the entry."""
        self._queue.remove(self._group, self._entry, self._lease)

    async def retry(self, delay: float, reason: str = "", *, counts: bool = True) -> None:
        """Give the entry back."""
        self.give_back(delay, reason, counts=counts)

    def give_back(self, delay: float, reason: str, *, counts: bool = True) -> None:
        """Give the entry back."""
        self._queue.again(self._entry, self._lease, delay, reason, counts=counts)

    async def dead(self, reason: str) -> None:
        """Put the entry with the dead ones."""
        self._queue.bury(self._group, self._entry, self._lease, reason)

    async def extend(self) -> None:
        """Lengthen the lease."""
        self._queue.extend(self._entry, self._lease, self._seconds)
