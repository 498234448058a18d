"""The errors and warnings of typedsignals: one class for each thing that a caller may handle differently.

Messages never contain the value of a payload's field: logs and tracebacks must be safe to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from ._signal import Signal


class TypedSignalsError(Exception):
    """The base class of all errors that typedsignals raises.

    Every error can be pickled, so that it can go to another process. An attribute that cannot be pickled is None in the
    copy.

    Attributes:
        signal: The signal concerned, or None if there is none yet.
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
        args = self.args  # first, as reading them may change the rest
        state = {name: value for name, value in self.__dict__.items() if _can_be_pickled(value)}
        return type(self), args, state


def _can_be_pickled(value: object) -> bool:
    import pickle  # noqa: PLC0415 - not needed to import this package

    try:
        pickle.dumps(value)
    except Exception:  # the value's class decides what pickling it raises
        return False
    return True


class DeclarationError(TypedSignalsError, TypeError):
    """A signal was declared with something that cannot be a payload, or twice with different payloads."""


_ARGS: Any = BaseException.__dict__["args"]
"""Python's own access to the arguments of an error."""


class PayloadError(TypedSignalsError, ValueError):
    """`Signal.send` was given missing, unknown or wrong fields; no receiver was called.

    If pydantic refused the fields, the cause (``__cause__``) is a ``pydantic.ValidationError``. Neither the message
    nor that of the cause shows a value. An error that a payload's own validator raises is shown as its author wrote it.
    """

    _writer: Callable[[], str] | None = None
    """Writes the message when it is first read: many refusals are only caught, and it takes long to write."""

    def __init__(
        self,
        message: str | Callable[[], str],
        *,
        signal: Signal[Any, Any, Any] | None = None,
        sender: object = None,
        details: list[ErrorDetails] | None = None,
    ) -> None:
        super().__init__(message if isinstance(message, str) else "", signal=signal, sender=sender)
        if not isinstance(message, str):
            self._writer = message
        self._details = details or []

    def _write(self) -> None:
        """Write the message, unless that is done."""
        writer = self._writer
        if writer is not None:
            self.args = (writer(),)

    @property
    def args(self) -> tuple[Any, ...]:
        """The message, as the only argument."""
        self._write()
        return _ARGS.__get__(self)  # type: ignore[no-any-return]

    @args.setter
    def args(self, args: tuple[Any, ...]) -> None:
        _ARGS.__set__(self, args)
        self._writer = None

    def __str__(self) -> str:
        self._write()
        return super().__str__()

    def __repr__(self) -> str:
        self._write()
        return super().__repr__()

    def errors(self) -> list[ErrorDetails]:
        """Return the details of each wrong field. Unlike the message, they contain the values that were sent.

        Returns:
            The same as ``pydantic.ValidationError.errors``: dictionaries with ``type``, ``loc``, ``msg``, ``input``
            and more. Empty if it was not pydantic that refused the fields.
        """
        return self._details


class SenderError(TypedSignalsError, TypeError):
    """The sender is not an instance of the sender type that the signal declares."""


class ReceiverSignatureError(TypedSignalsError, TypeError):
    """A receiver cannot be called with the fields that the signal sends; it was not connected."""


class WeakReceiverError(TypedSignalsError, TypeError):
    """A receiver cannot be held weakly (its class has no ``__weakref__`` slot); it was not connected."""


class AsyncReceiverError(TypedSignalsError, RuntimeError):
    """`Signal.send` found a coroutine receiver, which only `Signal.send_async` can await; no receiver was called."""


class HeldSendError(TypedSignalsError, RuntimeError):
    """A send cannot be held until the end of a block: a plain ``with`` cannot await it, or its answer is needed now."""


class ResultError(TypedSignalsError, TypeError):
    """A receiver of a hook returned something else than the hook declares with ``returns=``.

    The message names the receiver and what is wrong, and never the value.
    """


class PredicateError(TypedSignalsError, RuntimeError):
    """A ``where=`` predicate raised an error, which is the cause, when asked whether a send matches."""


class WaitTimeoutError(TypedSignalsError, TimeoutError):
    """No matching send happened in time."""


class EventLoopError(TypedSignalsError, RuntimeError):
    """A method was called without the event loop that it needs, or inside one that it would block."""


class StreamFullError(TypedSignalsError, RuntimeError):
    """A stream lost events, because they were sent faster than they were taken from it."""


class StreamClosedError(TypedSignalsError, RuntimeError):
    """A stream was used after the end of the block that opened it."""


class ContractWarning(RuntimeWarning):
    """The owner of a signal sent something that the payload given to `typed` does not accept; nobody was called."""


class DeadReceiverWarning(RuntimeWarning):
    """A weakly held receiver was garbage-collected before any send could reach it."""


class DroppedReceiverWarning(RuntimeWarning):
    """A receiver was disconnected: its signal's payload was declared again or rebuilt, and it no longer fits."""


class ReceiverWarning(RuntimeWarning):
    """A connected receiver can be called, but will probably not do what its author means."""


for _error in (
    TypedSignalsError,
    *TypedSignalsError.__subclasses__(),
    ContractWarning,
    DeadReceiverWarning,
    DroppedReceiverWarning,
    ReceiverWarning,
):
    # Tracebacks show the module that users import them from.
    _error.__module__ = "typedsignals"
del _error
