"""RabbitMQ as the relay's broker."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

import aio_pika
import anyio
from aio_pika.exceptions import (
    AuthenticationError,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    ProbableAuthenticationError,
    PublishError,
)
from aiormq.exceptions import ConnectionNotAllowed
from faststream.rabbit import Channel, RabbitBroker, RabbitExchange
from yarl import URL

from .._errors import RelayError
from .._message.wire import to_headers
from .._sql.status import QueueStatus
from .letters import is_meant, letter_of, plain
from .protocol import RefusedError, UnreachableError
from .rabbit_queues import PAUSES, Queues
from .rabbit_source import FAILURES, RabbitDelivery, Source, texts

if TYPE_CHECKING:
    from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractRobustConnection

    from .._message.message import Message
    from .._sql.dead_letters import DeadLetter
    from .address import Address
    from .protocol import Program

    Deliveries = AsyncIterator[RabbitDelivery]

TIMEOUT = 10.0
"""How long the server may take to answer, in seconds."""
RECONNECT = 1.0
"""How long to wait before the next attempt to connect, in seconds."""
ALL = "*"
"""What the status says in place of a signal: a group has one queue for all of its signals."""
COLLECTING = 5.0
"""For how long `setup` does that, in seconds; workers take the rest."""
REFUSALS = (AuthenticationError, ProbableAuthenticationError, ConnectionNotAllowed)


class RabbitEngine:
    """An exchange of a RabbitMQ server, and its queues.

    Args:
        address: The address of the server.
        program: The program that uses it.
        prefix: What all names at the server begin with.
    """

    lends_sessions = False

    def __init__(self, address: Address, program: Program, prefix: str = "typedsignals") -> None:
        self.address = address
        self.program = program
        self.lease = program.lease
        self.queues = Queues(program, prefix)
        self.broker: RabbitBroker
        self.connection: AbstractRobustConnection
        self._opening = anyio.Lock()

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None, None]:
        """Be connected in the block."""
        # A server that hears nothing for this long gives what a worker has to another.
        url = URL(self.address.url)
        known = {"heartbeat": str(max(round(self.lease), 1)), "name": f"typedsignals {self.program.name}"}
        url = url.update_query(known | dict(url.query))
        self.broker = RabbitBroker(
            url,
            timeout=TIMEOUT,
            reconnect_interval=RECONNECT,
            default_channel=Channel(publisher_confirms=True, on_return_raises=True),
            app_id=self.program.name,
            logger=None,
            apply_types=False,
        )
        with self.reported():
            await self._connect()
        try:
            yield
        finally:
            for close in (self.broker.stop, self.connection.close):  # the second in any case
                with anyio.move_on_after(TIMEOUT, shield=True), suppress(*FAILURES):
                    await close()

    async def _connect(self) -> None:
        while True:
            try:
                # Not to be interrupted: the library's task would go on for ever, and keep the event loop from ending.
                with anyio.CancelScope(shield=True):
                    self.connection = await self.broker.connect()
            except REFUSALS:
                raise
            except FAILURES:
                await anyio.sleep(RECONNECT)
            else:
                return

    @contextmanager
    def reported(self) -> Iterator[None]:
        """Say what went wrong without what the errors of the library may show."""
        try:
            yield
        except RelayError:
            raise
        except (PublishError, ChannelNotFoundEntity):
            raise UnreachableError(
                f"an exchange or a queue is missing at {self.address}; "
                "first set the relay up: typedsignals relay setup, or relay.setup()"
            ) from None
        except ChannelPreconditionFailed as error:
            largest = re.search(r"max size (\d+)", str(error))
            if largest is None:
                raise self._unusable(error) from None
            raise RefusedError(f"{self.address} takes messages of at most {largest[1]} bytes") from None
        except FAILURES as error:
            raise self._unusable(error) from None
        except Exception as error:
            if type(error) is not Exception:
                raise
            raise self._unusable(error) from None  # what waits for an answer when a connection is closed gets this

    def _unusable(self, error: Exception) -> UnreachableError:
        return UnreachableError(f"{self.address} cannot be used: {type(error).__name__}")

    # Publishing

    async def publish(self, message: Message) -> None:
        """Publish a message, and wait until all queues have it."""
        await self.put(self.queues.exchange, message.type, to_headers(message), message.content)

    async def put(
        self,
        exchange: str,
        key: str,
        headers: Mapping[str, str],
        content: bytes,
        delay: float = 0,
        *,
        is_kept: bool = True,
    ) -> None:
        """Publish to an exchange, and wait until the server has confirmed it.

        Args:
            exchange: Its name; empty for the one that knows all queues by their names.
            key: The routing key.
            headers: The headers.
            content: The content.
            delay: After how many seconds it expires; 0 for never.
            is_kept: Whether it is an error if there is no queue for it.
        """
        with self.reported(), anyio.fail_after(TIMEOUT):
            await self.broker.publish(
                content,
                exchange=RabbitExchange(exchange, declare=False, robust=False),
                routing_key=key,
                mandatory=is_kept,
                persist=True,
                headers=dict(headers),
                content_type=headers.get("content-type"),
                message_id=headers.get("ce-id"),
                expiration=min(delay, PAUSES[-1]) or None,
            )

    # Receiving

    @asynccontextmanager
    async def subscribe(
        self, group: str, types: Collection[str]
    ) -> AsyncGenerator[AsyncIterator[RabbitDelivery], None]:
        """Subscribe a group, and give its deliveries."""
        source = Source(self, group, types)
        # One after another: the server closes the connection if it is told to make the same queue twice at once.
        with self.reported():
            async with self._opening:
                await source.open()
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(source.collect)
                try:
                    yield source.deliveries()
                finally:
                    tasks.cancel_scope.cancel()
        finally:
            with anyio.move_on_after(TIMEOUT, shield=True):
                await source.close()

    async def take_unheard(self, group: str, kinds: Collection[str]) -> None:
        """Give a group what nobody has received."""
        for kind in sorted(kinds):
            async for raw in self._kept(self.queues.of_unheard(kind)):
                await self._move(raw, group)

    async def _move(self, raw: AbstractIncomingMessage, group: str) -> None:
        """Put a message into the queue of a group, and take it out of where it was, even if cancelled meanwhile."""
        with anyio.CancelScope(shield=True):
            await self.put("", self.queues.of_group(group), plain(texts(raw)), raw.body)
            await raw.ack()

    @asynccontextmanager
    async def _channel(self) -> AsyncGenerator[AbstractChannel, None]:
        """Have a channel for this alone, as the server closes one on which something fails."""
        with self.reported():
            with anyio.fail_after(TIMEOUT):
                await self.connection.ready()
            async with aio_pika.Channel(self.connection, on_return_raises=True) as channel:
                yield channel

    async def _kept(self, queue: str) -> AsyncIterator[AbstractIncomingMessage]:
        """Give the messages of a queue, if there is one. Those that are not acknowledged meanwhile stay there."""
        async with self._channel() as channel:
            try:
                found = await channel.declare_queue(queue, passive=True)
            except ChannelNotFoundEntity:
                return
            while (raw := await found.get(fail=False, timeout=TIMEOUT)) is not None:
                yield raw

    async def _number_in(self, queue: str) -> int | None:
        """Count what is in a queue; None if there is no such queue."""
        async with self._channel() as channel:
            try:
                found = await channel.declare_queue(queue, passive=True)
            except ChannelNotFoundEntity:
                return None
            return found.declaration_result.message_count or 0

    # Operating

    async def setup(self) -> None:
        """Make exchanges and queues."""
        async with self._channel() as channel:
            await self.queues.create(channel)
            for group, kinds in self.program.groups.items():
                await self.queues.subscribe(channel, group, kinds)
        try:
            # To nobody, as the server does not tell how much it takes.
            await self.put("", f"{self.queues.exchange}-nobody", {}, bytes(self.program.max_bytes), is_kept=False)
        except RefusedError as error:
            raise RelayError(
                f"{error}: give the relay a smaller max_bytes, or raise the server's max_message_size"
            ) from None
        with anyio.move_on_after(COLLECTING):
            for group, kinds in self.program.groups.items():
                await self.take_unheard(group, kinds)

    async def unsubscribe(self, group: str, types: Collection[str]) -> None:
        """Delete the queues of a group; it has none for single signals."""
        async with self._channel() as channel:
            await self.queues.unsubscribe(channel, group)

    async def status(self, also: Collection[str] = ()) -> list[QueueStatus]:
        """Count what waits and is dead. The server tells only of queues that are asked for, and not what is in work."""
        gone = [group for group in also if await self._number_in(self.queues.of_group(group)) is not None]
        unheard = [(kind, await self._number_in(self.queues.of_unheard(kind))) for kind in sorted(self.program.carried)]
        return [
            *[await self._status_of(group) for group in sorted({*self.program.groups, *gone})],
            *[QueueStatus(group=None, type=kind, unheard=number) for kind, number in unheard if number],
        ]

    async def _status_of(self, group: str) -> QueueStatus:
        queues = self.queues
        again = sum([await self._number_in(name) or 0 for name in queues.of_pauses(group)])
        return QueueStatus(
            group=group,
            type=ALL,
            waiting=(await self._number_in(queues.of_group(group)) or 0) + again,
            retried=again,
            dead=await self._number_in(queues.of_letters(group)) or 0,
            is_served=group in self.program.groups,
        )

    async def dead(self) -> list[DeadLetter]:
        """List what was given up."""
        found = [letter_of(texts(raw)) async for _, raw in self._letters()]
        return sorted(found, key=lambda letter: letter.time)

    async def content_of(self, number: str) -> bytes | None:
        """Return the payload of what was given up."""
        found = [raw.body async for _, raw in self._letters() if letter_of(texts(raw)).id == number]
        return found[0] if found else None

    async def retry_dead(self, ids: Collection[str]) -> int:
        """Put what was given up into the queues of the groups that did."""
        done = 0
        async for group, raw in self._letters():
            if letter_of(texts(raw)).id in ids:
                await self._move(raw, group)
                done += 1
        return done

    async def drop_dead(self, ids: Collection[str]) -> int:
        """Delete what was given up."""
        return await self._delete(raw async for _, raw in self._letters() if letter_of(texts(raw)).id in ids)

    async def purge(self, older: float | None, subject: str | None) -> int:
        """Delete what is dead or unheard."""
        done = await self._delete(raw async for _, raw in self._letters() if is_meant(texts(raw), older, subject))
        for kind in sorted(self.program.carried):
            unheard = self._kept(self.queues.of_unheard(kind))
            done += await self._delete(raw async for raw in unheard if is_meant(texts(raw), older, subject))
        return done

    async def _letters(self) -> AsyncIterator[tuple[str, AbstractIncomingMessage]]:
        """Give all messages that groups of this program have given up, with the groups."""
        for group in sorted(self.program.groups):
            async for raw in self._kept(self.queues.of_letters(group)):
                yield group, raw

    async def _delete(self, messages: AsyncIterator[AbstractIncomingMessage]) -> int:
        done = 0
        async for raw in messages:
            await raw.ack()
            done += 1
        return done
