"""Deliver in a test what a relay publishes: in memory, in the test's own thread, always in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._concurrency.interrupts import lasting

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from ..relay import Message, Relay
    from ..relay._engines.memory import MemoryDelivery

MOST_DELIVERIES = 1000
"""After how many deliveries of one message `Relayed.deliver` gives up."""


@lasting
def relayed(relay: Relay, *, session: Callable[[], AbstractContextManager[Session]] | None = None) -> Iterator[Relayed]:
    """Keep in memory what a relay publishes inside the block, and deliver it when the test says so.

    Nothing is written to a database. Messages are there as soon as they are published, whether or not the transaction
    commits.

    Args:
        relay: The relay. Its modules are imported.
        session: Makes a session for receivers that take the worker's, such as a ``sessionmaker``.

    Returns:
        A context manager that gives a `Relayed`.
    """
    relay.load()
    queue = Relayed(relay, session)
    before, relay._outlet = relay._outlet, queue
    try:
        yield queue
    finally:
        relay._outlet = before


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """A message that a group gave up.

    Attributes:
        group: The group.
        message: The message.
        reason: Why, as ``relay dead`` shows it.
    """

    group: str
    message: Message
    reason: str


class Relayed:
    """What a relay has published in a test; made by `relayed`.

    Attributes:
        messages: All messages that were published, in order.
        errors: What receivers have raised, in order.
    """

    def __init__(self, relay: Relay, session: Callable[[], AbstractContextManager[Session]] | None) -> None:
        from ..relay._engines.memory_queue import MemoryQueue  # noqa: PLC0415 - needs an extra

        self._relay = relay
        self._session = session
        self._time = 0.0
        self._queue = MemoryQueue(lambda: self._time)
        for group, receivers in relay._declared.receivers.items():
            self._queue.subscribe(group, receivers.keys())
        self.messages: list[Message] = []
        self.errors: list[Exception] = []

    @property
    def dead(self) -> list[DeadMessage]:
        """What groups gave up."""
        groups = self._queue.groups.items()
        return [DeadMessage(name, entry.message, entry.reason) for name, group in groups for entry in group.dead]

    def publish(self, message: Message) -> None:
        """Take a message from the relay."""
        self.messages.append(message)
        self._queue.publish(message)

    def deliver(self, *, twice: bool = False, failures: int = 0, backwards: bool = False) -> int:
        """Deliver all messages to all groups, and what their receivers publish in turn.

        Receivers are called in this thread. Whoever raises gets the message again, as in a worker, but at once:
        the pauses in between are skipped.

        Args:
            twice: Deliver each message once more after its receiver has succeeded, as after a crash of a worker.
            failures: How many deliveries of each message fail before its receiver is called.
            backwards: Deliver the latest message first. Those with the same key keep their order.

        Returns:
            How often a receiver was called.

        Raises:
            RuntimeError: A receiver asks for a message again and again, or an event loop is running: await
                `deliver_async` there.
        """
        return self._relay._around.run(lambda: self.deliver_async(twice=twice, failures=failures, backwards=backwards))

    async def deliver_async(self, *, twice: bool = False, failures: int = 0, backwards: bool = False) -> int:
        """Do the same as `deliver` where an event loop is running."""
        from ..relay._engines.memory import MemoryDelivery  # noqa: PLC0415 - needs an extra
        from ..relay._worker.reporting import Counts  # noqa: PLC0415
        from ..relay._worker.working import handle  # noqa: PLC0415

        calls = 0
        deliveries: dict[tuple[str, str], int] = {}
        repeated: set[tuple[str, str]] = set()
        while (taken := self._take(backwards)) is not None:
            group, entry = taken
            place = group, entry.message.id
            deliveries[place] = deliveries.get(place, 0) + 1
            if deliveries[place] > MOST_DELIVERIES:
                raise RuntimeError(f"a {entry.message.type} was delivered {MOST_DELIVERIES} times to {group!r}")
            if deliveries[place] <= failures:
                self._queue.again(entry, entry.lease, 0, "the test lets it fail", counts=True)
                continue
            receiver = self._relay._declared.receivers[group][entry.message.type]
            delivery = _Delivery(MemoryDelivery(self._queue, group, entry, 0.0), self._session)
            delivery.again = twice and place not in repeated
            calls += 1
            await handle(delivery, group, receiver, Counts(), self.errors.append)
            if delivery.is_done:
                repeated.add(place)
        return calls

    def _take(self, backwards: bool) -> tuple[str, Any] | None:
        """Take the next entry; if none is due, go on to the time when one is."""
        while True:
            for name in sorted(self._queue.groups):
                if (entry := self._queue.take(name, 0.0, backwards=backwards)) is not None:
                    return name, entry
            due = [entry.due for group in self._queue.groups.values() for entry in group.waiting]
            if not due:
                return None
            self._time = min(due)


class _Delivery:
    """A delivery that may be made once more after its receiver has succeeded."""

    def __init__(self, taken: MemoryDelivery, session: Callable[[], AbstractContextManager[Session]] | None) -> None:
        self._taken = taken
        self._session = session
        self.message, self.attempt, self.age = taken.message, taken.attempt, taken.age
        self.retry, self.dead, self.extend = taken.retry, taken.dead, taken.extend
        self.following = taken.following
        self.again = False
        self.is_done = False

    async def ack(self) -> None:
        self._end()

    def _end(self) -> None:
        self.is_done = True
        if self.again:
            self._taken.give_back(0, "the test repeats it")
        else:
            self._taken.remove()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        if self._session is None:
            raise TypeError("a receiver takes a session; say where the test has one: relayed(relay, session=...)")
        with self._session() as session:
            yield session
            session.commit()
        self._end()

    def end_in(self, connection: object) -> None:
        """End the delivery; its transaction is another library's, which commits it."""
        del connection
        self._end()
