"""What there is at a RabbitMQ server for relays: an exchange, and a queue for each group.

The exchange gives a message to the queues of all groups that receive its signal. What no group receives goes on to a
second exchange, which has a queue for each signal, from which the first group takes it. Beside the queue of a group
there is one for what it has given up, and some in which messages wait to be tried again, until they expire and go back.
All of them are quorum queues: others lose messages when the server is killed, also while messages go back.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from aio_pika.exceptions import ChannelPreconditionFailed

from .._errors import RelayError
from .names import quoted

if TYPE_CHECKING:
    from aio_pika.abc import AbstractChannel, AbstractQueue
    from pamqp.common import FieldTable

    from .protocol import Program

PAUSES = (1, 4, 16, 64, 256, 1024, 4096, 4_000_000)
"""The longest pauses in the queues for messages that are to be tried again, in seconds.

Only the first message of a queue expires. So a short pause may be as long as the longest one before it in its queue.
"""
SETTINGS: FieldTable = {
    "x-queue-type": "quorum",
    "x-overflow": "reject-publish",
    # Receivers say how often a message is delivered. Newer servers drop what was delivered 20 times, unless told.
    "x-delivery-limit": 1_000_000,
}
LONGEST_NAME = 255
"""The longest name of anything at the server, in bytes."""


class Queues:
    """The exchanges and queues of one relay.

    Args:
        program: The program that has it.
        prefix: What all names begin with.
    """

    def __init__(self, program: Program, prefix: str) -> None:
        self.exchange, self._unheard = prefix, f"{prefix}-unheard"
        self._program = program

    # Names

    def of_group(self, group: str) -> str:
        """Name the queue of a group."""
        return f"{self.exchange}.{quoted(self._program.name)}.{quoted(group)}"

    def of_letters(self, group: str) -> str:
        """Name the queue of what a group has given up."""
        return f"{self.of_group(group)}.dead"

    def of_pause(self, group: str, longest: float) -> str:
        """Name the queue in which messages wait for so many seconds for the group to try them again."""
        rounded = next((pause for pause in PAUSES if longest <= pause), PAUSES[-1])
        return f"{self.of_group(group)}.retry-{rounded}"

    def of_pauses(self, group: str) -> list[str]:
        """Name all of these queues."""
        return [self.of_pause(group, longest) for longest in PAUSES]

    def of_unheard(self, kind: str) -> str:
        """Name the queue of what no group receives."""
        return f"{self._unheard}.{quoted(kind)}"

    # Making them

    async def create(self, channel: AbstractChannel) -> None:
        """Make the exchanges, and keep messages of the signals that are carried while nobody receives them.

        Raises:
            RelayError: One is there with other settings, or a name is too long.
        """
        await self._exchange(channel, self._unheard, None)
        await self._exchange(channel, self.exchange, {"alternate-exchange": self._unheard})
        for kind in sorted(self._program.carried):
            queue = await self._queue(channel, self.of_unheard(kind))
            await queue.bind(self._unheard, kind)

    async def subscribe(self, channel: AbstractChannel, group: str, kinds: Collection[str]) -> AbstractQueue:
        """Make a group's queues, and let it receive messages of these signals; return the one that it receives from."""
        # All of them now: a server that is killed just after it has made a queue may forget it, with what is in it.
        await self._queue(channel, self.of_letters(group))
        back = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": self.of_group(group)}
        for name in self.of_pauses(group):
            await self._queue(channel, name, **back, **{"x-dead-letter-strategy": "at-least-once"})
        queue = await self._queue(channel, self.of_group(group))
        for kind in sorted(kinds):
            await queue.bind(self.exchange, kind)
        return queue

    async def unsubscribe(self, channel: AbstractChannel, group: str) -> None:
        """Delete a group's queues, with what is in them."""
        for name in (self.of_group(group), *self.of_pauses(group), self.of_letters(group)):
            await channel.queue_delete(name)

    async def _queue(self, channel: AbstractChannel, name: str, **settings: str) -> AbstractQueue:
        if len(name.encode()) > LONGEST_NAME:
            raise RelayError(
                f"{name!r} has more than {LONGEST_NAME} bytes, which RabbitMQ does not allow; "
                "shorten the name of the relay, the group or the signal"
            )
        try:
            return await channel.declare_queue(name, durable=True, arguments={**SETTINGS, **settings})
        except ChannelPreconditionFailed as error:
            raise _refusal(f"the queue {name!r}", error) from None

    async def _exchange(self, channel: AbstractChannel, name: str, settings: FieldTable | None) -> None:
        try:
            await channel.declare_exchange(name, "direct", durable=True, arguments=settings)
        except ChannelPreconditionFailed as error:
            raise _refusal(f"the exchange {name!r}", error) from None


def _refusal(what: str, error: ChannelPreconditionFailed) -> RelayError:
    found = re.search(r"inequivalent arg '([^']*)'", str(error))
    return RelayError(
        f"{what} has other settings than the relay needs{f': {found[1]}' if found else ''}; "
        "messages could be lost, so remove it once it is empty, or give the relay a virtual host of its own"
    )
