"""NATS JetStream as the relay's broker."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import anyio
import nats.errors
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from nats.js.errors import KeyNotFoundError, NoStreamResponseError

from .._errors import MalformedMessageError, RelayError
from .._message.ids import new_id
from .._message.wire import from_headers, to_headers
from .feed import Feed
from .letters import MARK, is_meant, letter_headers, letter_of, plain
from .nats_streams import Streams
from .protocol import RefusedError, UnreachableError

if TYPE_CHECKING:
    from faststream.nats import NatsMessage

    from .._message.message import Message
    from .._sql.dead_letters import DeadLetter
    from .._sql.status import QueueStatus
    from .address import Address
    from .protocol import Program

TIMEOUT = 5.0
"""How long the server may take to answer, in seconds."""
LOOK = 1.0
"""How long one look for a message waits for one, in seconds; a worker that is told to stop waits for its end."""
SEEN = 15.0
"""After how many seconds without a message a worker looks whether its consumer is still there, as none tells it."""
FOR = f"{MARK}for"
"""The header of messages that were dead: the only consumer to which they are delivered again."""
ROOM_FOR_HEADERS = 48_000

FAILURES = (nats.errors.Error, TimeoutError, OSError)

logger = logging.getLogger("typedsignals.relay")


class NatsEngine:
    """A stream of a NATS server.

    Args:
        address: The address of the server.
        program: The program that uses it.
        prefix: What the names of streams begin with.
    """

    lends_sessions = False

    def __init__(self, address: Address, program: Program, prefix: str = "typedsignals") -> None:
        self.address = address
        self.program = program
        self.lease = program.lease
        self.streams = Streams(program, prefix)
        self.broker: NatsBroker

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None, None]:
        """Be connected in the block."""

        async def log(error: Exception) -> None:
            logger.warning("%s: %s", self.address, type(error).__name__)

        self.broker = NatsBroker(
            self.address.url.split(","),
            name=f"typedsignals {self.program.name}",
            logger=None,
            apply_types=False,
            max_reconnect_attempts=-1,
            error_cb=log,
        )
        with self.reported():
            await self.broker.start()
        self.streams.context = self.broker.connection.jetstream(timeout=TIMEOUT)
        try:
            yield
        finally:
            with anyio.CancelScope(shield=True), anyio.move_on_after(TIMEOUT, shield=True):
                await self._close()

    async def _close(self) -> None:
        connection = self.broker.connection
        try:
            await self.broker.stop()
        except* nats.errors.Error:  # what is not connected cannot be drained
            await connection.close()

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Say what went wrong without what the errors of the library may show."""
        try:
            yield
        except nats.errors.MaxPayloadError:
            raise RefusedError(f"{self.address} takes no messages as large as this") from None
        except NoStreamResponseError:
            raise UnreachableError(
                f"there is no stream {self.streams.messages!r} at {self.address}; "
                "first set the relay up: typedsignals relay setup, or relay.setup()"
            ) from None
        except FAILURES as error:
            raise UnreachableError(f"{self.address} cannot be used: {type(error).__name__}") from None

    # Publishing

    async def publish(self, message: Message) -> None:
        """Publish a message, and wait until the stream has it."""
        await self.put(self.streams.messages, self.streams.subject(message.type), to_headers(message), message.content)

    async def put(
        self, stream: str, subject: str, headers: dict[str, str], content: bytes, number: str | None = None
    ) -> None:
        """Write to a stream. What has the same number as what was just written is not written again."""
        known = {"Nats-Msg-Id": number or headers["ce-id"], **headers}
        with self.reported():
            await self.broker.publish(content, subject, headers=known, stream=stream, timeout=TIMEOUT)

    # Receiving

    @asynccontextmanager
    async def subscribe(self, group: str, types: Collection[str]) -> AsyncGenerator[AsyncIterator[NatsDelivery], None]:
        """Subscribe a group, and give its deliveries."""
        feed = Feed(self.lease)
        try:
            async with anyio.create_task_group() as tasks:
                for kind in sorted(types):
                    source = Source(self, group, kind)
                    with self.reported():
                        await source.subscribe()
                    tasks.start_soon(feed.fill, source.next)
                try:
                    yield feed.deliveries()
                finally:
                    tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await feed.close()

    # Operating

    async def setup(self) -> None:
        """Make streams and consumers."""
        with self.reported():
            most = self.broker.connection.max_payload
            if self.program.max_bytes + ROOM_FOR_HEADERS > most:
                raise RelayError(
                    f"{self.address} takes messages of at most {most} bytes, with their headers: give the relay "
                    f"max_bytes={max(most - ROOM_FOR_HEADERS, 0)}, or raise max_payload of the server"
                )
            await self.streams.create()
            for group, kinds in self.program.groups.items():
                for kind in kinds:
                    await self.streams.subscribe(group, kind)
            await self.streams.keep()

    async def status(self) -> list[QueueStatus]:
        """Count what waits and is dead."""
        with self.reported():
            return await self.streams.status()

    async def dead(self) -> list[DeadLetter]:
        """List what was given up."""
        with self.reported():
            return [letter_of(letter.headers) async for letter in self.streams.all_letters()]

    async def content_of(self, number: str) -> bytes | None:
        """Return the payload of what was given up."""
        with self.reported():
            found = [one.content async for one in self.streams.all_letters() if letter_of(one.headers).id == number]
        return found[0] if found else None

    async def retry_dead(self, ids: Collection[str]) -> int:
        """Publish again what was given up, for the groups that did."""
        done = 0
        with self.reported():
            async for letter in self.streams.all_letters():
                found = letter_of(letter.headers)
                if found.id not in ids:
                    continue
                consumer = await self.streams.subscribe(found.group, found.type)
                headers = plain(letter.headers) | {FOR: consumer}
                messages = self.streams.messages
                await self.put(messages, self.streams.subject(found.type), headers, letter.content, new_id())
                await self.streams.context.delete_msg(self.streams.letters, letter.number)
                done += 1
        return done

    async def drop_dead(self, ids: Collection[str]) -> int:
        """Delete what was given up."""
        with self.reported():
            found = [one.number async for one in self.streams.all_letters() if letter_of(one.headers).id in ids]
            return await self._delete(self.streams.letters, found)

    async def purge(self, older: float | None, subject: str | None) -> int:
        """Delete what is dead or unheard."""
        with self.reported():
            dead = [one.number async for one in self.streams.all_letters() if is_meant(one.headers, older, subject)]
            unheard = self.streams.unheard()
            unneeded = [one.number async for one in unheard if is_meant(one.headers, older, subject)]
            return await self._delete(self.streams.letters, dead) + await self._delete(self.streams.messages, unneeded)

    async def _delete(self, stream: str, numbers: list[int]) -> int:
        for number in numbers:
            await self.streams.context.delete_msg(stream, number)
        return len(numbers)


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
