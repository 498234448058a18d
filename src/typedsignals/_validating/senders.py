"""Check that the sender is of the declared type, and find the real object behind a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._exceptions import SenderError
from .._identity import ANY, unwrapped
from .misplaced_payloads import advice_for_payload
from .redeclared import repeats

if TYPE_CHECKING:
    import weakref

    from .._signal import Signal


MOST_KNOWN_TYPES: Final = 8
"""How many types of senders a signal remembers, once there are more than two."""


class SenderCheck:
    """Checks the senders of one signal.

    Args:
        signal: A reference to the signal, for error messages.
        sender_type: The class that senders must be instances of; None for any.

    Attributes:
        usual_type: A type whose instances need neither unwrapping nor a check: sends compare with it first.
        former_type: The usual type before it, for signals that are sent by two kinds of senders in turn.
    """

    __slots__ = ("_known_types", "_sender_type", "_signal", "former_type", "usual_type")

    def __init__(self, signal: weakref.ref[Signal[Any, Any, Any]], sender_type: type | None) -> None:
        self._signal = signal
        self._sender_type = sender_type
        self.usual_type: type | None = None
        self.former_type: type | None = None
        self._known_types: tuple[type | None, ...] = ()

    def accept(self, sender: object, advice: str = "") -> object:
        """Return the sender that receivers get.

        Args:
            sender: The sender, or a proxy for it.
            advice: What the error message tells the caller to do, if the caller is not a send.

        Raises:
            SenderError: It is not an instance of the declared type.
        """
        kind = type(sender)
        # No set of types: it would ask them for their hashes, which a metaclass may forbid.
        for known in self._known_types:
            if kind is known:
                self.former_type, self.usual_type = self.usual_type, kind
                return sender
        sender = unwrapped(sender)
        declared = self._sender_type
        if declared is not None and not isinstance(sender, declared):
            signal, got = self._signal(), type(sender).__name__
            problem = f"the sender of {signal!r} must be of type {declared.__name__}, got {got}"
            raise SenderError(f"{problem}; {self._advice(sender, declared, advice)}", signal=signal, sender=sender)
        # An __instancecheck__ may look at the instance: only a real subclass stays acceptable.
        kind = type(sender)
        if kind is not self.usual_type and (declared is None or declared in kind.__mro__):
            if self.former_type is not None:
                others = self._known_types or (self.usual_type, self.former_type)
                self._known_types = (kind, *others)[:MOST_KNOWN_TYPES]
            self.former_type, self.usual_type = self.usual_type, kind
        return sender

    def _advice(self, sender: object, declared: type, advice: str) -> str:
        if repeats(type(sender), declared):
            return "the class was declared twice, by a reload or a notebook: use the signal's sender_type"
        payload_type = getattr(self._signal(), "payload_type", None)
        return advice or advice_for_payload(payload_type, sender, {}) or "the first argument is what the event is about"

    def accept_or_any(self, sender: object) -> object:
        """Return the sender that a receiver is connected to, which may be `ANY`; otherwise like `accept`."""
        return sender if sender is ANY else self.accept(sender, "pass one of that type, or ANY for all senders")

    def accept_one(self, sender: object) -> Any:
        """Return the sender that a bound signal is of, which may not be `ANY`; otherwise like `accept`."""
        if sender is ANY:
            signal = self._signal()
            raise SenderError(
                f"of() of {signal!r} takes one sender, and ANY stands for all; use the signal itself for all senders",
                signal=signal,
                sender=sender,
            )
        return self.accept(sender)

    def problem(self, sender: object) -> str:
        """Explain why no send can reach a receiver connected to this sender; empty if one can."""
        declared = self._sender_type
        if sender is ANY or declared is None or isinstance(sender, declared):
            return ""
        return f"it is connected to a {type(sender).__name__}, but senders must be of type {declared.__name__}"
