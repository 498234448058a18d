"""What NATS delivers: the messages of one signal for one group, and what becomes of each."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
import nats.errors
from faststream import AckPolicy
from faststream.nats import JStream, PullSub
from nats.js.errors import KeyNotFoundError

from .._errors import MalformedMessageError, RelayError
from .._message.wire import from_headers
from .letters import MARK, letter_headers, plain

if TYPE_CHECKING:
    from faststream.nats import NatsMessage

    from .._message.message import Message
    from .nats import NatsEngine

LOOK = 1.0
"""How long one look for a message waits for one, in seconds; a worker that is told to stop waits for its end."""
SEEN = 15.0
"""After how many seconds without a message a worker looks whether its consumer is still there, as none tells it."""
FOR = f"{MARK}for"
"""The header of messages that were dead: the only consumer to which they are delivered again."""

FAILURES = (nats.errors.Error, TimeoutError, OSError)

logger = logging.getLogger("typedsignals.relay")


class Source:
    """The messages of one signal for one group, as this process gets them.

    Args:
        engine: The engine.
        group: The group.
        kind: The full name of the signal.
    """

    def __init__(self, engine: NatsEngine, group: str, kind: str) -> None:
        self.engine = engine
        self.group = group
        self.kind = kind
        self.consumer = ""
        self._subscriber: Any = None
        self._seen = 0.0

    async def subscribe(self) -> None:
        """Make the consumer if it is missing, and begin to receive."""
        streams, broker = self.engine.streams, self.engine.broker
        self.consumer = await streams.subscribe(self.group, self.kind)
        self._seen = anyio.current_time()
        if self._subscriber is None:
            self._subscriber = broker.subscriber(
                streams.subject(self.kind),
                durable=self.consumer,
                stream=JStream(streams.messages, declare=False),
                pull_sub=PullSub(batch_size=1),
                ack_policy=AckPolicy.MANUAL,
                decoder=as_it_is,
                persistent=False,
            )
            await self._subscriber.start()

    async def next(self) -> NatsDelivery | None:
        """Wait a while for a message.

        Raises:
            UnreachableError: The server has none for now.
        """
        found: NatsDelivery | None = None
        # Not to be interrupted: what has been received must not be forgotten.
        with self.engine.reported(), anyio.CancelScope(shield=True):
            # The server's lease began later than this, so that ours has ended when the server gives it to another.
            began = anyio.current_time()
            raw = await self._receive()
            if raw is not None:
                found = await self._delivery(raw, began)
        return found

    async def _receive(self) -> NatsMessage | None:
        found: NatsMessage | None = await self._subscriber.get_one(timeout=min(LOOK, self.engine.lease / 3))
        if found is None and anyio.current_time() - self._seen > SEEN:
            await self.subscribe()
        return found

    async def _delivery(self, raw: NatsMessage, began: float) -> NatsDelivery | None:
        delivery = NatsDelivery(self, raw, began)
        headers: dict[str, str] = raw.headers
        if headers.get(FOR, self.consumer) != self.consumer:
            await delivery.ack()
            return None
        await delivery.count()
        try:
            delivery.message = from_headers(plain(headers), delivery.content)
        except MalformedMessageError as error:
            logger.error("a message of %s is dead: %s", self.consumer, error)  # noqa: TRY400 - no trace is needed
            await delivery.dead(f"{type(error).__name__}: {error}")
            return None
        return delivery


async def as_it_is(message: NatsMessage) -> NatsMessage:
    """Decode nothing: what a message contains is for the relay to judge."""
    return message


class NatsDelivery:
    """One message for one group."""

    message: Message

    def __init__(self, source: Source, raw: NatsMessage, began: float) -> None:
        self._source = source
        self._raw = raw
        self._held_until = began + source.engine.lease
        self._place = f"{source.consumer}.{raw.raw_message.metadata.sequence.stream}"
        self._uncounted = 0
        self.attempt: int = raw.raw_message.metadata.num_delivered
        self.content = bytes(raw.body)

    @property
    def age(self) -> float:
        """How long ago the message was published, in seconds, by the clocks of publisher and worker."""
        return max((datetime.now(UTC) - self.message.time).total_seconds(), 0.0)

    async def count(self) -> None:
        """Count the attempts, apart from those that do not count."""
        if self.attempt > 1:
            try:
                entry = await (await self._source.engine.streams.bucket()).get(self._place)
                self._uncounted = int(entry.value or b"0")
            except KeyNotFoundError:
                pass
            self.attempt -= self._uncounted

    def following(self, types: Collection[str]) -> None:
        """Take nothing: messages are taken from the server one at a time."""

    async def ack(self) -> None:
        """Let the server forget the message for this group."""
        with self._settling() as is_held:
            if is_held:
                await self._raw.ack()
                await self._forget()

    async def retry(self, delay: float, reason: str = "", *, counts: bool = True) -> None:
        """Let the server deliver it again."""
        with self._settling() as is_held:
            if is_held:
                if not counts:
                    bucket = await self._source.engine.streams.bucket()
                    await bucket.put(self._place, b"%d" % (self._uncounted + 1))
                await self._raw.nack(delay=delay or None)

    async def dead(self, reason: str) -> None:
        """Write it to the stream of dead messages."""
        source, streams = self._source, self._source.engine.streams
        with self._settling() as is_held:
            if is_held:
                headers = letter_headers(
                    self._raw.headers, group=source.group, kind=source.kind, attempt=self.attempt, reason=reason
                )
                subject = streams.letter_subject(source.group, source.kind)
                number = f"{self._place}.{self.attempt}"
                await source.engine.put(streams.letters, subject, headers, self.content, number)
                await self._raw.ack()
                await self._forget()

    async def extend(self) -> None:
        """Tell the server that the work goes on."""
        with self._settling() as is_held:
            if is_held:
                began = anyio.current_time()
                await self._raw.in_progress()
                self._held_until = began + self._source.engine.lease

    async def _forget(self) -> None:
        if self._uncounted:
            await (await self._source.engine.streams.bucket()).delete(self._place)

    @contextmanager
    def _settling(self) -> Iterator[bool]:
        """Give whether the lease is still held. If the server does not answer, the lease will end by itself."""
        try:
            yield anyio.current_time() < self._held_until
        except (*FAILURES, RelayError) as error:
            logger.warning("a message of %s was not settled: %s", self._source.consumer, type(error).__name__)
