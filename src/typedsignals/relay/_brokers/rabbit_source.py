"""What RabbitMQ delivers: the messages of one group, and what becomes of each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from .._errors import MalformedMessageError, RelayError
from .._message.wire import from_headers
from .letters import MARK, letter_headers, plain

if TYPE_CHECKING:
    from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

    from .._message.message import Message
    from .rabbit import RabbitEngine

COLLECT = 30.0
"""How often a worker looks for messages that nobody has received, after it has begun to receive, in seconds."""
AGAIN = 1.0
"""After how many seconds a message that cannot be settled is given back."""
UNKNOWN = (5.0, 3600.0)
"""The first and the longest pause of a message whose signal the worker does not know, in seconds; others may."""
ATTEMPTS = f"{MARK}attempts"
"""The header that says how often a message was delivered before it was put into a queue again."""
TIMES = f"{MARK}unknown"
"""The header that says how often nobody knew its signal."""

FAILURES = (AMQPError, RuntimeError, OSError)
"""What the library raises when something is closed, among them plain errors of Python."""

logger = logging.getLogger("typedsignals.relay")


class Source:
    """The messages of one group, as this process gets them: one at a time, the next once that is settled.

    FastStream's own subscribers leave a message that comes while they start without an answer: no other would follow.

    Args:
        engine: The engine.
        group: The group.
        kinds: The full names of the signals that it receives.
    """

    def __init__(self, engine: RabbitEngine, group: str, kinds: Collection[str]) -> None:
        self.engine = engine
        self.group = group
        self.kinds = kinds
        self._arrived = asyncio.Queue["AbstractIncomingMessage"]()
        self._channel: AbstractChannel
        self._queue: AbstractQueue
        self._tag = ""

    async def open(self) -> None:
        """Make the queue if it is missing, and begin to receive."""
        # After the connection was lost, the library makes and binds it again, and goes on to receive.
        self._channel = await self.engine.connection.channel()
        await self._channel.set_qos(prefetch_count=1)
        self._queue = await self.engine.queues.subscribe(self._channel, self.group, self.kinds)
        self._tag = await self._queue.consume(self._arrived.put)

    async def collect(self) -> None:
        """Take what nobody has received: now, and from time to time, as some may have been on its way."""
        while True:
            try:
                await self.engine.take_unheard(self.group, self.kinds)
            except RelayError as error:
                logger.warning("%s", error)
            await anyio.sleep(COLLECT)

    async def deliveries(self) -> AsyncIterator[RabbitDelivery]:
        """Give deliveries for ever."""
        while True:
            delivery = RabbitDelivery(self, await self._arrived.get())
            if await delivery.is_readable():
                yield delivery

    async def close(self) -> None:
        """Receive nothing more, and give back what was not taken."""
        with suppress(*FAILURES):
            if not self._channel.is_closed:
                await self._queue.cancel(self._tag)
        while not self._arrived.empty():
            await RabbitDelivery(self, self._arrived.get_nowait()).retry(0, counts=False)
        with suppress(*FAILURES):
            await self._channel.close()


class RabbitDelivery:
    """One message for one group."""

    message: Message

    def __init__(self, source: Source, raw: AbstractIncomingMessage) -> None:
        self._source = source
        self._raw = raw
        self._headers = texts(raw)
        # The server counts how often a worker was lost that had it; it begins anew in each queue.
        self.attempt = number_in(raw, ATTEMPTS) + number_in(raw, "x-delivery-count") + 1
        self.content = raw.body

    @property
    def age(self) -> float:
        """How long ago the message was published, in seconds, by the clocks of publisher and worker."""
        return max((datetime.now(UTC) - self.message.time).total_seconds(), 0.0)

    @property
    def _is_held(self) -> bool:
        """Whether the server has not given it to another: it does once the connection or channel is lost."""
        try:
            return not self._raw.channel.is_closed
        except ChannelInvalidStateError:
            return False

    async def is_readable(self) -> bool:
        """Read the message, and settle it if it is not one that the group receives."""
        if not self._is_held:
            return False
        try:
            self.message = from_headers(plain(self._headers), self.content)
        except MalformedMessageError as error:
            logger.error("a message of %s is dead: %s", self._source.group, error)  # noqa: TRY400 - no trace is needed
            await self.dead(f"{type(error).__name__}: {error}")
            return False
        if self.message.type in self._source.kinds:
            return True
        times = number_in(self._raw, TIMES)
        delay = min(UNKNOWN[0] * 2.0 ** min(times, 30), UNKNOWN[1])
        await self._settle(lambda: self._put_back(delay, self.attempt - 1, {TIMES: str(times + 1)}))
        return False

    def following(self, types: Collection[str]) -> None:
        """Take nothing: the server gives the next one once this is settled."""

    async def ack(self) -> None:
        """Let the server forget the message for this group."""
        await self._settle(self._raw.ack)

    async def retry(self, delay: float, reason: str = "", *, counts: bool = True) -> None:
        """Let the server deliver it again."""
        await self._settle(lambda: self._put_back(delay, self.attempt if counts else self.attempt - 1, {}))

    async def dead(self, reason: str) -> None:
        """Put it into the queue of dead messages."""
        source = self._source
        kind = self._headers.get("ce-type") or self._raw.routing_key or ""
        headers = letter_headers(self._headers, group=source.group, kind=kind, attempt=self.attempt, reason=reason)
        await self._settle(lambda: self._move(source.engine.queues.of_letters(source.group), headers))

    async def extend(self) -> None:
        """Do nothing: the server waits as long as the connection lives, or its ``consumer_timeout`` allows."""

    async def _put_back(self, delay: float, attempts: int, marks: dict[str, str]) -> None:
        source, queues = self._source, self._source.engine.queues
        queue = queues.of_pause(source.group, delay) if delay > 0 else queues.of_group(source.group)
        await self._move(queue, plain(self._headers) | {ATTEMPTS: str(attempts)} | marks, delay)

    async def _move(self, queue: str, headers: dict[str, str], delay: float = 0) -> None:
        # If the worker is killed in between, there are two: rather that than none.
        await self._source.engine.put("", queue, headers, self.content, delay)
        await self._raw.ack()

    async def _settle(self, step: Callable[[], Awaitable[None]]) -> None:
        if not self._is_held:
            return
        try:
            await step()
        except (*FAILURES, RelayError) as error:
            logger.warning("a message of %s was not settled: %s", self._source.group, type(error).__name__)
            # As long as it stays here, nothing else comes. If the connection is lost, it is given back already.
            await anyio.sleep(AGAIN)
            with suppress(*FAILURES):
                await self._raw.nack()


def texts(raw: AbstractIncomingMessage) -> dict[str, str]:
    """Return the headers of a message that are text."""
    return {name: value for name, value in raw.headers.items() if isinstance(value, str)}


def number_in(raw: AbstractIncomingMessage, header: str) -> int:
    """Return the number in a header; 0 if there is none."""
    value = raw.headers.get(header)
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 0
