"""The names of connections: with a name, it no longer matters which object the receiver is."""

from __future__ import annotations

from collections.abc import Hashable


class Key(str):
    """What a connection with a name has in the table, in place of its receiver's identity.

    It equals any string of the same text, and never the identity of a receiver, which is made of integers.

    Attributes:
        identity: The identity of its receiver, for as long as that is alive.
    """

    __slots__ = ("identity",)
    identity: Hashable

    @classmethod
    def of(cls, name: str, identity: Hashable) -> Key:
        """Make a key."""
        key = cls(name)
        key.identity = identity
        return key
