"""What there is at a NATS server for relays: streams, and a durable consumer for each group and signal.

The stream keeps a message until all groups that receive its signal have settled it, and refuses new ones when it is
full: then they wait in the outbox. What nobody receives is kept by a consumer that stands for nobody, which the first
group replaces. Messages that were given up are in a stream of their own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nats.js import api
from nats.js.errors import BucketNotFoundError, NotFoundError

from .._errors import RelayError
from .._sql.status import QueueStatus
from .names import quoted, unquoted

if TYPE_CHECKING:
    from nats.js import JetStreamContext
    from nats.js.kv import KeyValue

    from .protocol import Program

AT_ONCE = 1000
"""How many messages all workers of a group have at a time, where their order does not count."""
NOBODY = "_"
"""The first part of the name of a consumer that stands for nobody."""
LONGEST_NAME = 200
"""The longest name of a consumer: it is the name of a folder of the server."""


def subject_part(kind: str) -> str:
    """Write the full name of a signal as part of a subject, with its dots."""
    return ".".join(quoted(part) or "_" for part in kind.split("."))


def kind_in(subject: str) -> str:
    """Read the full name of a signal from the part of a subject."""
    return ".".join("" if part == "_" else unquoted(part) for part in subject.split("."))


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that a stream keeps, with its number there."""

    number: int
    headers: dict[str, str]
    content: bytes


class Streams:
    """The streams and consumers of one relay.

    Args:
        program: The program that has it.
        prefix: What all names begin with.
    """

    def __init__(self, program: Program, prefix: str) -> None:
        self.messages, self.letters, self.uncounted = prefix, f"{prefix}-dead", f"{prefix}-uncounted"
        self._program = program
        self._relay = quoted(program.name)
        self.context: JetStreamContext

    # Names

    def subject(self, kind: str) -> str:
        """Where messages of a signal are published."""
        return f"{self.messages}.{subject_part(kind)}"

    def letter_subject(self, group: str, kind: str) -> str:
        """Where messages go that a group has given up."""
        return f"{self.letters}.{self._relay}.{quoted(group)}.{subject_part(kind)}"

    def consumer(self, group: str, kind: str) -> str:
        """Name the consumer of a group for a signal.

        Raises:
            RelayError: The name would be too long.
        """
        name = f"{self._relay}__{quoted(group)}__{quoted(kind)}"
        if len(name) > LONGEST_NAME:
            raise RelayError(
                f"{self._program.name!r}, {group!r} and {kind!r} make {len(name)} characters for NATS, "
                f"which is more than {LONGEST_NAME}; shorten one of these names"
            )
        return name

    def _nobody(self, kind: str) -> str:
        return f"{NOBODY}{quoted(kind)}"

    # Making them

    async def create(self) -> None:
        """Make the streams that are missing. Those that are there may have more replicas, or limits.

        Raises:
            RelayError: One is there with settings that lose messages.
        """
        await self._stream(self.messages, api.RetentionPolicy.INTEREST)
        await self._stream(self.letters, api.RetentionPolicy.LIMITS)
        try:
            await self.context.key_value(self.uncounted)
        except BucketNotFoundError:
            await self.context.create_key_value(bucket=self.uncounted)

    async def _stream(self, name: str, retention: api.RetentionPolicy) -> None:
        subjects = [f"{name}.>"]
        wanted = api.StreamConfig(
            name=name,
            subjects=subjects,
            retention=retention,
            discard=api.DiscardPolicy.NEW,
            storage=api.StorageType.FILE,
        )
        try:
            found = (await self.context.stream_info(name)).config
        except NotFoundError:
            await self.context.add_stream(wanted)
            return
        settings = ("subjects", "retention", "discard", "storage")
        other = [setting for setting in settings if getattr(found, setting) != getattr(wanted, setting)]
        if found.max_age or (found.max_msgs_per_subject or 0) > 0:
            other.append("max_age" if found.max_age else "max_msgs_per_subject")
        if other:
            raise RelayError(
                f"the stream {name!r} has other settings than the relay needs: {', '.join(other)}; "
                "messages could be lost, so change or remove the stream, or give the relay a NATS account of its own"
            )

    async def subscribe(self, group: str, kind: str) -> str:
        """Make a group's consumer for a signal, which also gets what waits for nobody; return its name."""
        name = self.consumer(group, kind)
        wanted = api.ConsumerConfig(
            name=name,
            durable_name=name,
            filter_subject=self.subject(kind),
            ack_wait=self._program.lease,
            max_ack_pending=1 if kind in self._program.ordered else AT_ONCE,
        )
        if await self._config_of(name) != (wanted.filter_subject, wanted.ack_wait, wanted.max_ack_pending):
            await self.context.add_consumer(self.messages, wanted)
        await self._let_go(kind)
        return name

    async def _config_of(self, consumer: str) -> tuple[str | None, float | None, int | None] | None:
        try:
            found = (await self.context.consumer_info(self.messages, consumer)).config
        except NotFoundError:
            return None
        return found.filter_subject, found.ack_wait, found.max_ack_pending

    async def unsubscribe(self, group: str, kind: str) -> None:
        """Delete a group's consumer for a signal."""
        name = self.consumer(group, kind)
        others = [
            consumer.name
            async for consumer in self.consumers()
            if consumer.config.filter_subject == self.subject(kind) and consumer.name != name
        ]
        if not others and kind in self._program.carried:
            await self._keep(kind, api.DeliverPolicy.NEW)
        with suppress(NotFoundError):
            await self.context.delete_consumer(self.messages, name)

    async def keep(self) -> None:
        """Keep messages of the signals that are carried even while nobody receives them."""
        received = {consumer.config.filter_subject async for consumer in self.consumers()}
        unheard = [kind for kind in self._program.carried if self.subject(kind) not in received]
        for kind in unheard:
            await self._keep(kind)
        if unheard:
            # A group may have come meanwhile, before there was something that it could replace.
            subjects = [consumer.config.filter_subject async for consumer in self.consumers()]
            for kind in unheard:
                if subjects.count(self.subject(kind)) > 1:
                    await self._let_go(kind)

    async def _keep(self, kind: str, since: api.DeliverPolicy = api.DeliverPolicy.ALL) -> None:
        name = self._nobody(kind)
        wanted = api.ConsumerConfig(
            name=name, durable_name=name, filter_subject=self.subject(kind), deliver_policy=since
        )
        await self.context.add_consumer(self.messages, wanted)

    async def _let_go(self, kind: str) -> None:
        with suppress(NotFoundError):
            await self.context.delete_consumer(self.messages, self._nobody(kind))

    # Looking at them

    async def consumers(self) -> AsyncIterator[api.ConsumerInfo]:
        """Give all consumers, of all relays."""
        seen = 0
        while found := await self.context.consumers_info(self.messages, seen):
            for consumer in found:
                yield consumer
            seen += len(found)

    async def status(self) -> list[QueueStatus]:
        """Count what waits for the groups of this relay, what is dead, and what nobody receives."""
        rows: dict[tuple[str, str], dict[str, int]] = {}
        unheard: list[QueueStatus] = []
        async for consumer in self.consumers():
            kind = kind_in((consumer.config.filter_subject or "").removeprefix(f"{self.messages}."))
            if consumer.name.startswith(NOBODY):
                unheard += [QueueStatus(group=None, type=kind, unheard=consumer.num_pending or 0)]
            elif consumer.name.startswith(f"{self._relay}__"):
                rows[unquoted(consumer.name.split("__")[1]), kind] = {
                    "waiting": consumer.num_pending or 0,
                    "in_work": consumer.num_ack_pending or 0,
                    "retried": consumer.num_redelivered or 0,
                }
        mine = f"{self.letters}.{self._relay}."
        info = await self.context.stream_info(self.letters, f"{mine}>")
        for subject, number in (info.state.subjects or {}).items():
            group, _, kind = subject.removeprefix(mine).partition(".")
            rows.setdefault((unquoted(group), kind_in(kind)), {})["dead"] = number
        groups = self._program.groups
        found = [
            QueueStatus(group=group, type=kind, is_served=kind in groups.get(group, ()), **counts)
            for (group, kind), counts in sorted(rows.items())
        ]
        return found + [row for row in sorted(unheard, key=lambda row: row.type) if row.unheard]

    async def kept(self, stream: str, subject: str) -> AsyncIterator[Letter]:
        """Give all messages of a stream under a subject, the earliest first."""
        number = 1
        while True:
            try:
                found = await self.context.get_msg(stream, number, subject, next=True)
            except NotFoundError:
                return
            number = (found.seq or 0) + 1
            yield Letter(number - 1, dict(found.headers or {}), found.data or b"")

    def all_letters(self) -> AsyncIterator[Letter]:
        """Give all messages that groups of this relay have given up."""
        return self.kept(self.letters, f"{self.letters}.{self._relay}.>")

    async def unheard(self) -> AsyncIterator[Letter]:
        """Give all messages of the signals that are carried which nobody receives."""
        for kind in self._program.carried:
            if await self._config_of(self._nobody(kind)) is not None:
                async for letter in self.kept(self.messages, self.subject(kind)):
                    yield letter

    # What does not count

    async def bucket(self) -> KeyValue:
        """Give the place where it is noted how many deliveries of a message do not count as attempts."""
        return await self.context.key_value(self.uncounted)
