"""Everything that is declared of one relay: the signals that it carries, and their receivers by group."""

from __future__ import annotations

from typing import Any

from ... import DeclarationError, Signal
from ..._json.journey import problem_of_journey
from .._errors import RelayError
from .carried import Carried
from .receivers import AnyReceiver, Receiver


class Declared:
    """The signals that a relay carries, by their full names, and their receivers, by group and signal."""

    def __init__(self) -> None:
        self.carried: dict[str, Carried] = {}
        self.receivers: dict[str, dict[str, Receiver]] = {}

    def carry(self, carried: Carried) -> None:
        """Add a signal. The same signal may be declared again.

        Raises:
            DeclarationError: It cannot be carried, or another signal has its name.
        """
        known = self.carried.get(carried.type)
        if known is not None and known.signal is not carried.signal:
            raise DeclarationError(
                f"{carried.signal!r} cannot be carried: another signal with this full name is", signal=carried.signal
            )
        if problem := problem_of(carried):
            raise DeclarationError(f"{carried.signal!r} cannot be carried: {problem}", signal=carried.signal)
        self.carried[carried.type] = carried

    def of(self, signal: Signal[Any, Any, Any]) -> Carried:
        """Find how a signal is carried.

        Raises:
            RelayError: It is not.
        """
        carried = self.carried.get(signal.full_name or "")
        if carried is None or carried.signal is not signal:
            raise RelayError(f"{signal!r} is not carried; first call relay.carry(...) with it", signal=signal)
        return carried

    def add(self, receiver: Receiver) -> None:
        """Add a receiver. A module that is executed again may declare its receivers again.

        Raises:
            DeclarationError: The group has another receiver of the signal.
        """
        group = self.receivers.setdefault(receiver.group, {})
        known = group.get(receiver.carried.type)
        if known is not None and not _is_same(known.function, receiver.function):
            raise DeclarationError(
                f"group {receiver.group!r} has a receiver of {receiver.carried.signal!r} already: {known.label}; "
                f"give {receiver.label} a group of its own, in which it gets each message too",
                signal=receiver.carried.signal,
                receiver=receiver.function,
            )
        group[receiver.carried.type] = receiver


def _is_same(one: AnyReceiver, other: AnyReceiver) -> bool:
    """Whether two receivers come from one definition, executed twice, and belong to the same object."""
    names = [(getattr(each, "__module__", None), getattr(each, "__qualname__", None)) for each in (one, other)]
    owners = [getattr(each, "__self__", None) for each in (one, other)]
    return one is other or (names[0] == names[1] and None not in names[0] and owners[0] is owners[1])


def problem_of(carried: Carried) -> str:
    """Say why a signal cannot be carried; empty if it can."""
    signal, payload_type = carried.signal, carried.payload_type
    if carried.subject is None and carried.sender is None and signal.sender_type in {None, str}:
        pass
    elif carried.subject is None or carried.sender is None:
        kind = "its senders" if signal.sender_type is None else f"senders of type {signal.sender_type.__name__}"
        return f"for {kind} it needs both subject=, which makes text of one, and sender=, which finds it again"
    return problem_of_journey(payload_type)
