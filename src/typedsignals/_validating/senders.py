"""Accepting the sender of a send: of the declared type, and the real object behind a proxy."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from .._exceptions import SenderError
from .._identity import ANY, unwrapped
from .misplaced import advice_for_payload
from .repetition import repeats

if TYPE_CHECKING:
    from .._signal import Signal


class SenderCheck:
    """Checks the senders of one signal.

    Args:
        signal: The signal, for error messages.
        sender_type: The class that senders must be instances of; None for any.

    Attributes:
        usual_type: A type whose instances were found good as they are: sends compare with it first.
    """

    __slots__ = ("_sender_type", "_signal", "usual_type")

    def __init__(self, signal: Signal[Any, Any, Any], sender_type: type | None) -> None:
        self._signal = weakref.ref(signal)
        self._sender_type = sender_type
        self.usual_type: type | None = None

    def accept(self, sender: object, advice: str = "") -> object:
        """The sender that receivers get.

        Args:
            sender: What is given as such.
            advice: What to do about one that is refused, if it is not given to a send.

        Raises:
            SenderError: It is not an instance of the declared type.
        """
        sender = unwrapped(sender)
        declared = self._sender_type
        if declared is not None and not isinstance(sender, declared):
            signal, got = self._signal(), type(sender).__name__
            problem = f"the sender of {signal!r} must be of type {declared.__name__}, got {got}"
            raise SenderError(f"{problem}; {self._advice(sender, declared, advice)}", signal=signal, sender=sender)
        # An __instancecheck__ may look at the instance: only true subclasses are good once and for all.
        if declared is None or declared in type(sender).__mro__:
            self.usual_type = type(sender)
        return sender

    def _advice(self, sender: object, declared: type, advice: str) -> str:
        if repeats(type(sender), declared):
            return "the class was declared twice, by a reload or a notebook: use the signal's sender_type"
        payload_type = getattr(self._signal(), "payload_type", None)
        return advice or advice_for_payload(payload_type, sender, {}) or "the first argument is what the event is about"

    def accept_or_any(self, sender: object) -> object:
        """As `accept`, for what a receiver is connected to, which may be `ANY`."""
        return sender if sender is ANY else self.accept(sender, "give one of that type, or ANY for all of them")

    def problem(self, sender: object) -> str:
        """Why no send can reach a receiver that is connected to this; empty if one can."""
        declared = self._sender_type
        if sender is ANY or declared is None or isinstance(sender, declared):
            return ""
        return f"it is connected to a {type(sender).__name__}, but senders must be of type {declared.__name__}"
