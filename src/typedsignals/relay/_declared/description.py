"""What a relay declares, for programs that show or check it, such as the catalog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ... import Signal
    from .declared import Declared
    from .receivers import Receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupReceiver:
    """A receiver that workers call.

    Attributes:
        group: The group.
        function: The receiver, as it was declared.
        called: What is called with a sender and the fields: the receiver, or a function that also lends it a session.
        is_async: Whether it is a coroutine function.
        problem: Why it cannot be called with what the signal carries; empty if it can.
    """

    group: str
    function: Callable[..., Any]
    called: Callable[..., Any]
    is_async: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedSignal:
    """A signal that a relay carries.

    Attributes:
        signal: The signal.
        is_ordered: Whether messages with the same key are delivered in order. A database always holds the order of
            keys; a broker does not where it may be given up.
        receivers: Its receivers, in the order of their groups' names.
    """

    signal: Signal[Any, Any, Any]
    is_ordered: bool
    receivers: tuple[GroupReceiver, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayDescription:
    """What a relay declares. It does not say where its database and its broker are.

    Attributes:
        name: The relay's name.
        database: The kind of its database: ``sqlite``, ``postgresql``.
        broker: The kind of its broker, such as ``nats``; None if groups receive from the database.
        module: The module in which the relay was made.
        file: The file in which it was made.
        line: The line.
        signals: The signals that it carries, in the order of their full names.
    """

    name: str
    database: str
    broker: str | None
    module: str
    file: str
    line: int
    signals: tuple[CarriedSignal, ...]


def described(declared: Declared, *, has_broker: bool) -> tuple[CarriedSignal, ...]:
    """Describe the signals that are carried, with their receivers."""
    return tuple(
        CarriedSignal(
            signal=carried.signal,
            is_ordered=carried.is_ordered if has_broker else carried.key is not None,
            receivers=_receivers(declared, carried.type),
        )
        for _, carried in sorted(declared.carried.items())
    )


def _receivers(declared: Declared, kind: str) -> tuple[GroupReceiver, ...]:
    found = ((group, receivers.get(kind)) for group, receivers in sorted(declared.receivers.items()))
    return tuple(_receiver(group, receiver) for group, receiver in found if receiver is not None)


def _receiver(group: str, receiver: Receiver) -> GroupReceiver:
    return GroupReceiver(
        group=group,
        function=receiver.function,
        called=receiver.called,
        is_async=receiver.is_async,
        problem=receiver.terms.shape.problem,
    )
