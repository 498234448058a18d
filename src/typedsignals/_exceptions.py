"""What typedsignals raises and warns with: one class per thing that a caller may handle differently.

Messages never contain the value of a payload's field: logs and tracebacks must be safe to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from ._signal import Signal


class TypedSignalsError(Exception):
    """The root of all errors of this package.

    It can be pickled, for another process, whatever it is about; of what cannot, the copy has None.

    Attributes:
        signal: The signal concerned, or None when none exists yet.
        receiver: The receiver concerned, or None.
        sender: The sender concerned, or None.
    """

    def __init__(
        self,
        message: str,
        *,
        signal: Signal[Any, Any, Any] | None = None,
        receiver: Callable[..., Any] | None = None,
        sender: object = None,
    ) -> None:
        super().__init__(message)
        self.signal = signal
        self.receiver = receiver
        self.sender = sender

    def __reduce__(self) -> tuple[Any, ...]:
        state = {name: value for name, value in self.__dict__.items() if _can_be_pickled(value)}
        return type(self), self.args, state


def _can_be_pickled(value: object) -> bool:
    import pickle  # noqa: PLC0415 - importing this package must not cost it

    try:
        pickle.dumps(value)
    except Exception:  # what pickling raises is up to the value's class
        return False
    return True


class DeclarationError(TypedSignalsError, TypeError):
    """A signal is declared with something that cannot be a payload, or twice with different ones."""


class PayloadError(TypedSignalsError, ValueError):
    """`send` was given missing, unknown or wrong fields; no receiver was called.

    The cause (``__cause__``) is a ``pydantic.ValidationError``, where pydantic refused the fields. Neither this
    message nor that of the cause shows a value; only the text that a payload's own validator raises is shown
    as its author wrote it.
    """

    def __init__(
        self,
        message: str,
        *,
        signal: Signal[Any, Any, Any] | None = None,
        sender: object = None,
        details: list[ErrorDetails] | None = None,
    ) -> None:
        super().__init__(message, signal=signal, sender=sender)
        self._details = details or []

    def errors(self) -> list[ErrorDetails]:
        """The details of each wrong field, which unlike the message do contain the values sent.

        Returns:
            What ``pydantic.ValidationError.errors`` gives: dictionaries with ``type``, ``loc``, ``msg``, ``input``
            and more. Empty when it was not pydantic that refused.
        """
        return self._details


class SenderError(TypedSignalsError, TypeError):
    """The sender is not an instance of the sender type that the signal declares."""


class ReceiverSignatureError(TypedSignalsError, TypeError):
    """A receiver cannot be called with what the signal sends; it was not connected."""


class WeakReceiverError(TypedSignalsError, TypeError):
    """A receiver cannot be held weakly (its class has no ``__weakref__`` slot); it was not connected."""


class AsyncReceiverError(TypedSignalsError, RuntimeError):
    """`send` met a coroutine receiver, which only `send_async` can await; no receiver was called."""


class PredicateError(TypedSignalsError, RuntimeError):
    """A ``where=`` raised when it was asked whether a send matches; what it raised is the cause."""


class WaitTimeoutError(TypedSignalsError, TimeoutError):
    """What was waited for was not sent in time."""


class EventLoopError(TypedSignalsError, RuntimeError):
    """A task's way of waiting was used where no event loop is running, or a thread's where one is."""


class StreamFullError(TypedSignalsError, RuntimeError):
    """A stream lost events, because they were not taken from it as fast as they were sent."""


class StreamClosedError(TypedSignalsError, RuntimeError):
    """A stream was used after the block that it was opened by."""


class DeadReceiverWarning(RuntimeWarning):
    """A weakly held receiver was garbage-collected before any send could reach it."""


class DroppedReceiverWarning(RuntimeWarning):
    """A receiver was disconnected, as its signal's payload was declared again or rebuilt, and it does not fit it."""


class ReceiverWarning(RuntimeWarning):
    """A receiver was connected that can be called, but will hardly do what is meant."""


for _error in (
    TypedSignalsError,
    *TypedSignalsError.__subclasses__(),
    DeadReceiverWarning,
    DroppedReceiverWarning,
    ReceiverWarning,
):
    # Tracebacks show the module that users import it from.
    _error.__module__ = "typedsignals"
del _error
