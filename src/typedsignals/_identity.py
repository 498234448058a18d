"""What counts as the same sender or the same receiver.

An id is a key only while its object is alive: either the object is held, or a weak reference to it removes the key when
it dies.
"""

from __future__ import annotations

from collections.abc import Hashable
from types import FunctionType, MethodType
from typing import Any, Final

from ._inspecting.binding import CODE_OF_SINGLE_DISPATCH, MADE_BY_PARTIAL_METHOD, binding_of


class AnySender:
    """The type of `ANY`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY"

    def __reduce__(self) -> str:
        return "ANY"


ANY: Final[AnySender] = AnySender()
"""Stands for every sender. It is the default of ``connect(receiver, sender=ANY)``."""

ANY_ID: Final = 0
"""The key of `ANY`; no object has this id."""


def sender_id(sender: object) -> Hashable:
    """Give the key of a sender: strings and integers are compared by value, everything else by identity."""
    if sender is ANY:
        return ANY_ID
    key = likely_sender_id(sender)
    return callable_id(sender) if key == id(sender) and callable(sender) else key


def likely_sender_id(sender: object) -> Hashable:
    """Do the same as `sender_id`, but faster; for bound callables, give a key that nothing has.

    Integers are wrapped, because ids are integers too. Only types are asked, because mocks claim to be instances of
    what they imitate.
    """
    sender_type = type(sender)
    if issubclass(sender_type, str):
        return str.__str__(sender)
    if issubclass(sender_type, int) and sender_type is not bool:
        return (int.__int__(sender),)  # type: ignore[arg-type]
    return ANY_ID if sender is ANY else id(sender)


def callable_id(receiver: Any) -> Hashable:
    """Give the key of a receiver. A bound callable is made anew at each access, so its parts are its key."""
    kind = type(receiver)
    if kind is FunctionType and receiver.__code__ is not CODE_OF_SINGLE_DISPATCH:
        return id(receiver)
    if kind is MethodType:
        function = receiver.__func__
        if type(function) is not FunctionType or function.__name__ != MADE_BY_PARTIAL_METHOD:
            return id(function), id(receiver.__self__)
    if kind is staticmethod:
        return callable_id(without_staticmethod(receiver))
    binding = binding_of(receiver)
    return id(receiver) if binding is None else (binding.key, id(binding.anchor))


def without_staticmethod(receiver: Any) -> Any:
    """Unwrap a ``staticmethod`` object, as access through its class does."""
    while type(receiver) is staticmethod:
        receiver = receiver.__func__
    return receiver


def unwrapped(sender: object) -> object:
    """Give the object behind a proxy such as Flask's ``current_app``, and any other sender as it is.

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
