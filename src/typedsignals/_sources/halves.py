"""One send of an owner that calls plain functions and awaits others: two calls of ours, and one delivery.

Nothing says which calls belong to the same send, and in which order, thread or task they come. But both bring the very
same objects; and if two sends do, it does not matter which call is taken for whose.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from .._concurrency.interrupts import Lock
from .._concurrency.serialised import lock

if TYPE_CHECKING:
    from .._connecting.snapshot import Snapshot
    from .._sending.dispatch import Delivery, Receiver


class Half:
    """One call by the owner, of which the other is still to come.

    It lives as long as the owner has the results of the call, or the exception that ended it: no longer than the send.

    Attributes:
        awaited: Whether this is the call that awaits coroutine functions.
        sent: What was sent, kept so that no other object gets the identity of any of it meanwhile.
        prepared: What to call, and what with; None if the contract is broken, or nobody listens.
        lock: Held until that is known.
    """

    __slots__ = ("__weakref__", "awaited", "key", "lock", "prepared", "sent")

    def __init__(self, key: Hashable, sender: object, fields: Mapping[str, Any], *, awaited: bool) -> None:
        self.key = key
        self.awaited = awaited
        self.sent = (sender, {**fields})
        self.prepared: tuple[Snapshot, Delivery] | None = None
        self.lock = Lock()


class Halves:
    """The calls of which the other is still to come."""

    def __init__(self) -> None:
        self._waiting: WeakValueDictionary[int, Half] = WeakValueDictionary()

    def meet(self, sender: object, fields: Mapping[str, Any], *, awaited: bool) -> tuple[Half, bool]:
        """Return the other half of a call and False; if this is the first call, its own half, with the lock, and True.

        Of several that it could belong to, the latest counts: sends nest.
        """
        new = Half(_key(sender, fields), sender, fields, awaited=awaited)
        new.lock.acquire()
        with lock:
            for number, half in reversed([*self._waiting.items()]):
                if half.key == new.key and half.awaited is not awaited:
                    del self._waiting[number]
                    return half, False
            self._waiting[id(new)] = new
        return new, True


class Results(list["tuple[Receiver, Any]"]):
    """What the owner gets from one call; it keeps the half alive."""

    __slots__ = ("half",)

    half: Half


def _key(sender: object, fields: Mapping[str, Any]) -> Hashable:
    return id(sender), frozenset((name, id(value)) for name, value in fields.items())
