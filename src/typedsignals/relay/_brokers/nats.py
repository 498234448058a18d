"""NATS JetStream as the relay's broker."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import anyio
import nats.errors
from faststream.nats import NatsBroker
from nats.js.errors import NoStreamResponseError

from .._errors import RelayError
from .._message.ids import new_id
from .._message.wire import to_headers
from .feed import Feed
from .letters import is_meant, letter_of, plain
from .nats_source import FAILURES, FOR, NatsDelivery, Source
from .nats_streams import Streams
from .protocol import RefusedError, UnreachableError

if TYPE_CHECKING:
    from .._message.message import Message
    from .._sql.dead_letters import DeadLetter
    from .._sql.status import QueueStatus
    from .address import Address
    from .protocol import Program

TIMEOUT = 5.0
"""How long the server may take to answer, in seconds."""
ROOM_FOR_HEADERS = 48_000

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
        feed = Feed()
        sources = [Source(self, feed, group, kind) for kind in sorted(types)]
        try:
            async with anyio.create_task_group() as tasks:
                for source in sources:
                    with self.reported():
                        await source.subscribe()
                    tasks.start_soon(feed.fill, source.ask)
                try:
                    yield feed.deliveries()
                finally:
                    tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                for source in sources:
                    await source.close()
                await feed.release()

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

    async def unsubscribe(self, group: str, types: Collection[str]) -> None:
        """Delete consumers, and dead messages."""
        with self.reported():
            for kind in types:
                await self.streams.unsubscribe(group, kind)
            letters = [(one.number, letter_of(one.headers)) async for one in self.streams.all_letters()]
            theirs = [number for number, letter in letters if letter.group == group and letter.type in types]
            await self._delete(self.streams.letters, theirs)

    async def status(self, also: Collection[str] = ()) -> list[QueueStatus]:
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
