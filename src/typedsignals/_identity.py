"""What counts as the same sender or the same receiver, and how each is held.

An id is only used as a key while the object is known to be alive: it is held, or a weak reference to it
removes the key when it dies.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from types import MethodType
from typing import Any, Final


class AnySender:
    """The type of `ANY`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY"

    def __reduce__(self) -> str:
        return "ANY"


ANY: Final[AnySender] = AnySender()
"""Stands for every sender: ``connect(receiver, sender=ANY)``, which is the default."""

ANY_ID: Final = 0
"""The key of `ANY`; no object has this id."""


def sender_id(sender: object) -> Hashable:
    """The key of a sender: strings and integers go by value, everything else by identity.

    Integers are wrapped, because ids are integers too. Bound methods are made anew at each access: the
    object and the function are what stays. Types are asked, as mocks claim to be instances of what they imitate.
    """
    if sender is ANY:
        return ANY_ID
    sender_type = type(sender)
    if issubclass(sender_type, str):
        return str.__str__(sender)
    if issubclass(sender_type, int) and sender_type is not bool:
        return (int.__int__(sender),)  # type: ignore[arg-type]
    return callable_id(sender)


def callable_id(receiver: Callable[..., Any] | object) -> Hashable:
    """The key of a receiver."""
    if type(receiver) is MethodType:
        return id(receiver.__func__), id(receiver.__self__)
    return id(receiver)


def unwrapped(sender: object) -> object:
    """The object behind a proxy such as Flask's ``current_app``; any other sender as it is.

    Only the type is asked, so that objects which answer to every attribute (mocks) are not mistaken for one.
    """
    while is_proxy_type(type(sender)):
        proxy, sender = sender, sender._get_current_object()  # type: ignore[attr-defined]  # werkzeug's protocol
        if sender is proxy:
            break
    return sender


def is_proxy_type(sender_type: type) -> bool:
    """Whether instances stand in for another object, by werkzeug's protocol."""
    return hasattr(sender_type, "_get_current_object")
