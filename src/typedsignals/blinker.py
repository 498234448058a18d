"""A payload for Blinker signals that other code owns; and our signals, for code that expects one of Blinker's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, overload

import blinker

from ._exceptions import ContractWarning, DeclarationError
from ._identity import ANY
from ._signal import P, PayloadT, SenderT, Signal
from ._sources.typed import fed

if TYPE_CHECKING:
    from ._signal import AnyReceiver, AnySignal
    from ._sources.inlet import Inlet

__all__ = ["ContractWarning", "as_blinker", "typed"]


@overload
def typed(
    source: blinker.Signal, payload: Callable[P, PayloadT], /, *, strict: bool = ...
) -> Signal[PayloadT, Any, P]: ...


@overload
def typed(
    source: blinker.Signal, payload: Callable[P, PayloadT], /, *, sender: type[SenderT], strict: bool = ...
) -> Signal[PayloadT, SenderT, P]: ...


def typed(source: Any, payload: Any, /, *, sender: type | None = None, strict: bool = False) -> Signal[Any, Any, ...]:
    """Make a signal with a payload that receives what somebody else's Blinker signal sends.

    The new signal is connected to the Blinker signal only while it has receivers itself; otherwise it costs the owner
    nothing. What the owner sends is validated if its sender has receivers here. Keywords that are not fields go to
    receivers with ``**extra``, so that the owner can add keywords. If you send the new signal yourself, only its own
    receivers are called.

    While a coroutine function is connected, the owner must send in a way in which Blinker can call one: with
    ``send_async``, or with ``send`` and an ``_async_wrapper``. All receivers then run inside that call.

    Args:
        source: The Blinker signal.
        payload: The pydantic model that defines which keywords the owner sends.
        sender: The class that senders are instances of. By default, any object may be the sender.
        strict: If the owner breaks this contract, raise a `PayloadError` or `SenderError` from the owner's ``send``.
            By default, a `ContractWarning` is given, no receiver is called, and the owner's code goes on.

    Returns:
        The signal. It lives as long as it has receivers, even if nothing else refers to it.

    Raises:
        DeclarationError: The source is not a Blinker signal, or `Signal` does not accept the payload or sender.

    Example:
        >>> from blinker import Namespace
        >>> from typedsignals import Payload
        >>> class UserLoggedIn(Payload):
        ...     user: str
        >>> theirs = Namespace().signal("user-logged-in")
        >>> ours = typed(theirs, UserLoggedIn)
        >>> @ours.connect
        ... def greet(sender: object, user: str, **extra: object) -> None:
        ...     print(f"Hello, {user}!")
        >>> _ = theirs.send(None, user="Ada")
        Hello, Ada!
    """
    if not isinstance(source, blinker.Signal):
        raise DeclarationError(f"typed() takes a Blinker signal, not a {type(source).__name__}")
    return fed(_BlinkerSource(source), payload, sender=sender, strict=strict)


class _BlinkerSource:
    """A signal of Blinker."""

    calls: Final = "either"
    packages: Final = ("blinker",)

    def __init__(self, signal: blinker.Signal) -> None:
        self.name: str | None = getattr(signal, "name", None)
        # Its own documentation: without any, attribute access would find that of its class.
        self.doc: str | None = vars(signal).get("__doc__")
        self.owner = f"blinker: {self.name}" if self.name else "blinker"
        self._signal = signal
        self._receivers: dict[Inlet, AnyReceiver] = {}

    def connect(self, inlet: Inlet, /) -> None:
        receiver = self._receivers[inlet] = _awaiting(inlet) if inlet.is_async else _plain(inlet)
        self._signal.connect(receiver, weak=False)

    def disconnect(self, inlet: Inlet, /) -> None:
        self._signal.disconnect(self._receivers[inlet])
        del self._receivers[inlet]


def _plain(inlet: Inlet) -> AnyReceiver:
    def receive(sender: object = None, /, **keywords: Any) -> list[tuple[AnyReceiver, Any]]:
        return inlet(sender, keywords)

    return receive


def _awaiting(inlet: Inlet) -> AnyReceiver:
    async def receive(sender: object = None, /, **keywords: Any) -> list[tuple[AnyReceiver, Any]]:
        return await inlet.awaiting(sender, keywords)

    return receive


def as_blinker(signal: AnySignal) -> blinker.NamedSignal:
    """Make a Blinker signal that stands for a signal of typedsignals, for code that expects one of Blinker's.

    Receivers that such code connects are connected to your signal, and checked. What it sends is validated, and
    reaches all receivers. Errors are those of typedsignals: a `PayloadError` is a ``ValueError``, a
    `ReceiverSignatureError` a ``TypeError``, an `AsyncReceiverError` a ``RuntimeError``. If the Blinker signal is the
    sender, as it is of ``receiver_connected``, receivers get your signal.

    Args:
        signal: The signal, with or without a payload.

    Returns:
        An instance of ``blinker.NamedSignal`` with the name of the signal, or an empty one.

    Raises:
        DeclarationError: The argument is not a signal of typedsignals.

    Example:
        >>> ours = Signal(name="saved")
        >>> theirs = as_blinker(ours)
        >>> @theirs.connect_via("a page")
        ... def note(sender: str, **extra: object) -> str:
        ...     return f"{sender} was saved"
        >>> [value for receiver, value in ours.send("a page")]
        ['a page was saved']
    """
    if not isinstance(signal, Signal):
        raise DeclarationError(f"as_blinker() takes a Signal of typedsignals, not a {type(signal).__name__}")
    return _BlinkerView(signal)


# For type checkers, of no class in particular: what Blinker says of overridden methods, and of attributes that are
# properties here, is more than it documents.
_NamedSignal: Any = blinker.NamedSignal


class _BlinkerView(_NamedSignal):  # type: ignore[misc]
    """Gives everything that Blinker documents of a signal, and keeps nothing of its own."""

    def __init__(self, signal: AnySignal) -> None:
        # Not the original's, which would set attributes that are properties here.
        self._signal = signal
        self.name = signal.name or ""
        self.__doc__ = signal.__doc__

    def _get_current_object(self) -> AnySignal:
        """Return what it stands for as a sender, by werkzeug's protocol."""
        return self._signal

    @property
    def receivers(self) -> Mapping[Any, AnyReceiver]:
        return self._signal.receivers

    @property
    def is_muted(self) -> bool:
        return self._signal.is_muted

    @property
    def receiver_connected(self) -> blinker.Signal:
        return as_blinker(self._signal.receiver_connected)

    @property
    def receiver_disconnected(self) -> blinker.Signal:
        return as_blinker(self._signal.receiver_disconnected)

    def connect(self, receiver: AnyReceiver, sender: Any = blinker.ANY, weak: bool = True) -> AnyReceiver:
        return self._signal.connect(receiver, _any(sender), weak)

    def connected_to(self, receiver: AnyReceiver, sender: Any = blinker.ANY) -> AbstractContextManager[Any]:
        return self._signal.connected_to(receiver, _any(sender))

    def disconnect(self, receiver: AnyReceiver, sender: Any = blinker.ANY) -> bool:
        return self._signal.disconnect(receiver, _any(sender))

    def muted(self) -> AbstractContextManager[Any]:
        return self._signal.muted()

    def send(self, sender: Any = None, /, **keywords: Any) -> list[tuple[AnyReceiver, Any]]:
        return self._signal.send(sender, **keywords)

    async def send_async(self, sender: Any = None, /, **keywords: Any) -> list[tuple[AnyReceiver, Any]]:
        return await self._signal.send_async(sender, **keywords)

    def has_receivers_for(self, sender: Any) -> bool:
        return self._signal.has_receivers_for(_any(sender))

    def receivers_for(self, sender: Any) -> Iterator[AnyReceiver]:
        return self._signal.receivers_for(_any(sender))


def _any(sender: object) -> object:
    return ANY if sender is blinker.ANY else sender
