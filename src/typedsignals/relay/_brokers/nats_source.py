"""What NATS delivers: the messages of one signal for one group, and what becomes of each."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
import nats.errors
from nats.js.errors import KeyNotFoundError

from .._errors import MalformedMessageError, RelayError
from .._message.wire import from_headers
from .letters import MARK, letter_headers, plain
from .protocol import UnreachableError

if TYPE_CHECKING:
    from nats.aio.msg import Msg

    from .._engines.protocol import Delivery
    from .._message.message import Message
    from .feed import Feed
    from .nats import NatsEngine

LOOK = 10.0
"""How long a request waits for a message at the server, in seconds.

Not short: a message that is to be delivered again just when a request ends is forgotten by NATS 2.9 until its lease has
ended. Of 400 that were due while requests of 10 ms followed each other, 14 were; of requests of 100 ms or 5 s, none.
"""
LATE = 1.0
"""How long after its end the server may say that a request has ended, in seconds."""
CHECKED = 1.0
"""The pause between two looks whether the connection is another one, whose server knows of no request, in seconds."""
OVER = {"404", "408"}
"""The states of a request that has ended without a message, although all is well."""
FOR = f"{MARK}for"
"""The header of messages that were dead: the only consumer to which they are delivered again."""

FAILURES = (nats.errors.Error, TimeoutError, OSError)

logger = logging.getLogger("typedsignals.relay")


class Source:
    """The messages of one signal for one group, as this process gets them.

    What the server delivers is taken as soon as it comes, whether or not anybody still waits for it: its lease runs.

    Args:
        engine: The engine.
        feed: Where they go.
        group: The group.
        kind: The full name of the signal.
    """

    def __init__(self, engine: NatsEngine, feed: Feed, group: str, kind: str) -> None:
        self.engine = engine
        self.feed = feed
        self.group = group
        self.kind = kind
        self.consumer = ""
        self._inbox = engine.broker.connection.new_inbox()
        self._subscription: Any = None
        self._asked, self._asked_at = 0, 0.0
        self._arrived, self._missing = 0, 0
        self._ended, self._state = anyio.Event(), ""

    async def subscribe(self) -> None:
        """Make the consumer if it is missing, and begin to receive."""
        self.consumer = await self.engine.streams.subscribe(self.group, self.kind)
        if self._subscription is None:
            connection = self.engine.broker.connection
            self._subscription = await connection.subscribe(f"{self._inbox}.*", cb=self._take)

    async def close(self) -> None:
        """Receive no more; what is on its way arrives before this returns."""
        if self._subscription is not None:
            try:
                await self._subscription.drain()
            except FAILURES as error:
                logger.warning("%s was not left in order: %s", self.consumer, type(error).__name__)

    async def ask(self, size: int) -> None:
        """Ask for messages, and wait until some have come, or none for a while.

        Raises:
            UnreachableError: The server has none for now.
        """
        with self.engine.reported():
            if size > 1 and self.kind not in self.engine.program.ordered and await self._request(size, 0):
                return
            # Only one: others would come later, while this worker is busy and others are idle.
            if not await self._request(1, min(LOOK, self.engine.lease / 6)):
                await self.subscribe()
                if self._state not in OVER:
                    raise UnreachableError(f"{self.engine.address} does not deliver: {self._state or 'no answer'}")

    async def _request(self, number: int, seconds: float) -> int:
        """Ask for so many messages that are there now, or come within some seconds; return how many have come."""
        engine, connection = self.engine, self.engine.broker.connection
        options = {"expires": int(seconds * 1e9)} if seconds else {"no_wait": True}
        before = connection.stats["reconnects"]
        self._asked, self._asked_at = self._asked + 1, anyio.current_time()
        self._arrived, self._missing = 0, number
        self._ended, self._state = anyio.Event(), ""
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{engine.streams.messages}.{self.consumer}"
        body = json.dumps({"batch": number, **options}).encode()
        await connection.publish(subject, body, reply=f"{self._inbox}.{self._asked}")
        with anyio.move_on_after(seconds + LATE):
            while not self._ended.is_set() and connection.stats["reconnects"] == before:
                with anyio.move_on_after(CHECKED):
                    await self._ended.wait()
        return self._arrived

    async def _take(self, raw: Msg) -> None:
        """Take a message, or the news that a request has ended."""
        if raw.reply:
            self._arrived += 1
            delivery = await self._delivery(raw)
            if delivery is not None:
                self.feed.offer(delivery)
            if self._arrived == self._missing:
                self._ended.set()
        elif raw.subject == f"{self._inbox}.{self._asked}":
            self._state = (raw.headers or {}).get("Status", "")
            self._ended.set()

    async def _delivery(self, raw: Msg) -> Delivery | None:
        # The server's lease began later than that, so that ours has ended when the server gives it to another.
        delivery = NatsDelivery(self, raw, self._asked_at)
        headers = raw.headers or {}
        if headers.get(FOR, self.consumer) != self.consumer:
            await delivery.ack()
            return None
        if not await delivery.count():
            return None
        try:
            delivery.message = from_headers(plain(headers), delivery.content)
        except MalformedMessageError as error:
            logger.error("a message of %s is dead: %s", self.consumer, error)  # noqa: TRY400 - no trace is needed
            await delivery.dead(f"{type(error).__name__}: {error}")
            return None
        return delivery


class NatsDelivery:
    """One message for one group."""

    message: Message

    def __init__(self, source: Source, raw: Msg, began: float) -> None:
        known = raw.metadata
        self._source = source
        self._raw = raw
        self._held_until = began + source.engine.lease
        self._place = f"{source.consumer}.{known.sequence.stream}"
        self._uncounted = 0
        self.attempt: int = known.num_delivered or 1
        self.content = raw.data

    @property
    def age(self) -> float:
        """How long ago the message was published, in seconds, by the clocks of publisher and worker."""
        return max((datetime.now(UTC) - self.message.time).total_seconds(), 0.0)

    async def count(self) -> bool:
        """Count the attempts, apart from those that do not count; return whether that was possible."""
        is_known = self.attempt == 1
        if not is_known:
            with self._settling():
                try:
                    entry = await (await self._source.engine.streams.bucket()).get(self._place)
                    self._uncounted = int(entry.value or b"0")
                except KeyNotFoundError:
                    pass
                self.attempt -= self._uncounted
                is_known = True
        return is_known

    def following(self, types: Collection[str]) -> Delivery | None:
        """Take another delivery that this process has."""
        return self._source.feed.following(types)

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
                await self._raw.nak(delay=delay or None)

    async def dead(self, reason: str) -> None:
        """Write it to the stream of dead messages."""
        source, streams = self._source, self._source.engine.streams
        with self._settling() as is_held:
            if is_held:
                headers = letter_headers(
                    self._raw.headers or {}, group=source.group, kind=source.kind, attempt=self.attempt, reason=reason
                )
                subject = streams.letter_subject(source.group, source.kind)
                number = f"{self._place}.{self.attempt}"
                await source.engine.put(streams.letters, subject, headers, self.content, number)
                await self._raw.ack()
                await self._forget()

    async def extend(self) -> None:
        """Tell the server that the work goes on. As the receiver is slow, what waits behind it is given back."""
        with self._settling() as is_held:
            if is_held:
                began = anyio.current_time()
                await self._raw.in_progress()
                self._held_until = began + self._source.engine.lease
        await self._source.feed.release()

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
