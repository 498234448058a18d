"""What the relay asks of an engine: of a queue in a database, in memory, or at a broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from .._message.message import Message


class Delivery(Protocol):
    """One message for one group, which this process has until it settles it or its lease ends.

    Settling a delivery whose lease has ended changes nothing.
    """

    @property
    def message(self) -> Message:
        """The message."""

    @property
    def attempt(self) -> int:
        """How often it was delivered, this time included."""

    @property
    def age(self) -> float:
        """How long ago the message was published, in seconds."""

    def following(self, types: Collection[str]) -> Delivery | None:
        """Take another delivery without waiting for one, from any thread; None if there is none, or of another type.

        If there is one, this one is done, and need not be acknowledged.
        """

    async def ack(self) -> None:
        """The receiver has succeeded. It may be made known later, with others."""

    async def retry(self, delay: float, reason: str = "", *, counts: bool = True) -> None:
        """Deliver it again, after so many seconds.

        Args:
            delay: The seconds.
            reason: Why, for people.
            counts: Whether this attempt counts.
        """

    async def dead(self, reason: str) -> None:
        """Give it up, and keep it with the reason, for people."""

    async def extend(self) -> None:
        """Hold it for another lease, counted from now."""


class Engine(Protocol):
    """Takes messages, and gives each to all groups that subscribe to its type."""

    @property
    def lease(self) -> float:
        """For how long a delivery is held without being extended, in seconds."""

    @property
    def lends_sessions(self) -> bool:
        """Whether a receiver may take a session, whose commit settles the delivery."""

    async def publish(self, message: Message) -> None:
        """Take a message; when this returns, it will not be lost."""

    def subscribe(self, group: str, types: Collection[str]) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
        """Subscribe a group, and give its deliveries, until the block ends.

        While it is open, all deliveries that were given and not settled are held by the engine. At its end, what is
        settled is made known, and what was not taken from the iterator is released for others.
        """
