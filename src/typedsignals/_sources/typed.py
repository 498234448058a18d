"""Give a payload to a signal that somebody else owns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, overload

from .._exceptions import DeclarationError
from .._sending.bound import BoundSignal
from .._signal import P, PayloadT, SenderT, Signal
from .._validating.payload import check_payload_type
from .signal import FedSignal
from .source import Options

if TYPE_CHECKING:
    from .source import Source

ADAPTERS: Final = {"blinker": "typedsignals.blinker.typed", "django": "typedsignals.django.typed"}
"""What gives a payload to the signals of a library, which are not sources themselves."""


@overload
def typed(source: Source, payload: Callable[P, PayloadT], /, *, strict: bool = ...) -> Signal[PayloadT, Any, P]: ...


@overload
def typed(
    source: Source, payload: Callable[P, PayloadT], /, *, sender: type[SenderT], strict: bool = ...
) -> Signal[PayloadT, SenderT, P]: ...


def typed(source: Any, payload: Any, /, *, sender: type | None = None, strict: bool = False) -> Signal[Any, Any, ...]:
    """Make a signal with a payload that receives what a signal with another owner sends.

    The new signal is connected to the other one only while somebody listens to it, captures it or waits for it;
    otherwise it costs the owner nothing. What the owner sends is validated if its sender has receivers here. Keywords
    that are not fields go to receivers with ``**extra``, so that the owner can add keywords. If you send the new signal
    yourself, only its own receivers are called.

    Args:
        source: The other signal, as a `Source`. For signals of Blinker, use ``typedsignals.blinker.typed``.
        payload: The pydantic model that defines what the owner sends.
        sender: The class that senders are instances of. By default, any object may be the sender.
        strict: If the owner breaks this contract, raise a `PayloadError` or `SenderError` where it sends. By default, a
            `ContractWarning` is given, no receiver is called, and the owner's code goes on.

    Returns:
        The signal. It lives as long as it has receivers, even if nothing else refers to it.

    Raises:
        DeclarationError: The source is not one, or `Signal` does not accept the payload or sender.

    Example:
        >>> from typedsignals import Inlet, Payload
        >>> class Reading(Payload):
        ...     celsius: float
        >>> class Thermometer:
        ...     name = "reading"
        ...     def connect(self, inlet: Inlet) -> None:
        ...         self.on_reading = lambda celsius: inlet(self, {"celsius": celsius})
        ...     def disconnect(self, inlet: Inlet) -> None:
        ...         del self.on_reading
        >>> thermometer = Thermometer()
        >>> reading = typed(thermometer, Reading)
        >>> @reading.connect
        ... def show(sender: object, celsius: float, **extra: object) -> None:
        ...     print(f"{celsius} degrees")
        >>> _ = thermometer.on_reading(21.5)
        21.5 degrees
    """
    return fed(source, payload, sender=sender, strict=strict)


def fed(source: Any, payload: Any, *, sender: type | None, strict: bool) -> FedSignal[Any, Any, ...]:
    """Do the same, for functions of the same kind that adapt what they take."""
    if isinstance(source, Signal | BoundSignal):
        raise DeclarationError(f"typed() takes signals of other libraries; declare {source!r} with the payload instead")
    library = type(source).__module__.partition(".")[0]
    if library in ADAPTERS:
        raise DeclarationError(f"typed() takes a source, not a {type(source).__name__}; use {ADAPTERS[library]}")
    options = Options.of(source)
    check_payload_type(payload)
    return FedSignal(source, options, payload, sender=sender, strict=strict)
