"""A queue in memory, with the same rules as the one in a database; only its clock is passed to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from .._message.message import Message


@dataclass(slots=True, eq=False)
class Entry:
    """One message for one group.

    Attributes:
        message: The message.
        published: When it was published, by the clock of the queue.
        due: When it may be taken or, if it is taken, when its lease ends.
        attempt: How often it was taken.
        lease: A number for each time it is taken; 0 while it is not.
        reason: Why it was given back or up.
    """

    message: Message
    published: float
    due: float
    attempt: int = 0
    lease: int = 0
    reason: str = ""


@dataclass(slots=True)
class Group:
    """What one group waits for, in the order of publishing, and what is dead."""

    types: set[str] = field(default_factory=set)
    waiting: list[Entry] = field(default_factory=list)
    dead: list[Entry] = field(default_factory=list)


class MemoryQueue:
    """Messages in memory, for all groups.

    Args:
        clock: Gives the time, in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._leases = 0
        self.groups: dict[str, Group] = {}
        self.unheard: list[Entry] = []

    def publish(self, message: Message) -> None:
        """Take a message for all groups that subscribe to its type."""
        now = self._clock()
        listening = [group for group in self.groups.values() if message.type in group.types]
        for group in listening:
            group.waiting.append(Entry(message, now, now))
        if not listening:
            self.unheard.append(Entry(message, now, now))

    def subscribe(self, name: str, types: Collection[str]) -> None:
        """Let a group receive what is published from now on, and what nobody has subscribed to so far."""
        group = self.groups.setdefault(name, Group())
        group.types.update(types)
        group.waiting += [entry for entry in self.unheard if entry.message.type in types]
        self.unheard = [entry for entry in self.unheard if entry.message.type not in types]

    def take(self, name: str, lease: float, *, backwards: bool = False) -> Entry | None:
        """Take the first entry that is due, or the last; it is the first of its key in any case."""
        now = self._clock()
        found = [entry for entry in self._firsts(name) if entry.due <= now]
        if not found:
            return None
        entry = found[-1 if backwards else 0]
        self._leases += 1
        entry.due, entry.attempt, entry.lease = now + lease, entry.attempt + 1, self._leases
        return entry

    def _firsts(self, name: str) -> Iterator[Entry]:
        """Yield the entries before which there is none with their key."""
        keys = set[str]()
        for entry in self.groups[name].waiting:
            key = entry.message.key
            if key is None or key not in keys:
                yield entry
            if key is not None:
                keys.add(key)

    def age(self, entry: Entry) -> float:
        """How long ago a message was published, in seconds."""
        return self._clock() - entry.published

    def remove(self, name: str, entry: Entry, lease: int) -> None:
        """Remove an entry that is done, if the lease is still held."""
        if entry.lease == lease:
            self.groups[name].waiting.remove(entry)
            entry.lease = 0

    def again(self, entry: Entry, lease: int, delay: float, reason: str, *, counts: bool) -> None:
        """Give an entry back for later, if the lease is still held."""
        if entry.lease == lease:
            entry.due, entry.lease, entry.reason = self._clock() + delay, 0, reason
            entry.attempt -= not counts

    def bury(self, name: str, entry: Entry, lease: int, reason: str) -> None:
        """Put an entry with the dead ones, if the lease is still held."""
        if entry.lease == lease:
            entry.reason = reason
            self.remove(name, entry, lease)
            self.groups[name].dead.append(entry)

    def extend(self, entry: Entry, lease: int, seconds: float) -> None:
        """Lengthen a lease that is still held."""
        if entry.lease == lease:
            entry.due = self._clock() + seconds
