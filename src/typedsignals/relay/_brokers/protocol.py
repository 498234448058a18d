"""What the relay asks of a broker, besides what it asks of any engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from .._engines.protocol import Engine
from .._errors import RelayError
from .._sql.dead_letters import DeadLetter
from .._sql.status import QueueStatus
from .address import Address

OUTBOX = "@broker"
"""The group that stands for the broker in the database: what it receives is published to the broker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a broker is told of the program that uses it.

    Attributes:
        name: The name of its relay.
        groups: The full names of the signals that each of its groups receives.
        carried: The full names of all signals that it carries.
        ordered: Those of them whose messages each group receives one at a time, to keep their order.
        lease: For how long a delivery is held without being extended, in seconds.
        max_bytes: Its largest payload, in bytes.
    """

    name: str
    groups: Mapping[str, Collection[str]] = field(default_factory=dict)
    carried: Collection[str] = ()
    ordered: Collection[str] = ()
    lease: float = 30.0
    max_bytes: int = 1_000_000


class UnreachableError(RelayError):
    """The broker cannot be reached, or does not answer, or has no room; later it may."""


class RefusedError(RelayError):
    """The broker will never take this message."""


class Broker(Engine, Protocol):
    """A broker: each group of receivers is a durable consumer there, and nothing is lost while nobody receives."""

    @property
    def address(self) -> Address:
        """Where it is."""

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Be connected in the block, which begins when the broker can be reached; it reconnects by itself."""

    async def setup(self) -> None:
        """Make what is missing at the broker, subscribe groups, and keep what nobody subscribes to.

        Raises:
            RelayError: Something is there with other settings, or the broker takes less than ``max_bytes``.
        """

    async def unsubscribe(self, group: str, types: Collection[str]) -> None:
        """End subscriptions of a group, and drop what is kept for it; there may be none here.

        What is published from then on is kept, as of any signal that is carried and that nobody receives.
        """

    async def status(self, also: Collection[str] = ()) -> list[QueueStatus]:
        """Count what waits at the broker and is dead.

        Args:
            also: Groups that the program no longer has, which not every broker can find by itself.
        """

    async def dead(self) -> list[DeadLetter]:
        """List what was given up."""

    async def content_of(self, number: str) -> bytes | None:
        """Return the payload of what was given up; None if there is no such message."""

    async def retry_dead(self, ids: Collection[str]) -> int:
        """Deliver again what was given up, to the groups that did; return how many."""

    async def drop_dead(self, ids: Collection[str]) -> int:
        """Delete what was given up; return how many."""

    async def purge(self, older: float | None, subject: str | None) -> int:
        """Delete what is dead or unheard; return how many.

        Args:
            older: Only what was published so many seconds ago.
            subject: Only what has this sender, as text.
        """
