"""One of our signals in the place of one of Django's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync, sync_to_async
from django.dispatch import Signal as DjangosSignal

from .._exceptions import DeclarationError
from .._identity import ANY
from .._signal import Signal

if TYPE_CHECKING:
    from .._sending.outcome import Outcome
    from .._signal import AnyReceiver, AnySignal


def as_django(signal: AnySignal, /) -> DjangosSignal:
    """Give one of our signals to code that expects one of Django's, such as ``django.dispatch.receiver``.

    It is a view of the signal, and has nothing of its own: receivers that are connected to it are the signal's, and
    what is sent through it is the signal's send. As in Django, the sender None stands for all when a receiver is
    connected, and a ``dispatch_uid`` identifies a connection: it is our ``key``. Each way to send calls both kinds of
    receivers, as Django does: coroutine functions by ``async_to_sync``, and plain ones by ``sync_to_async``.

    Args:
        signal: The signal.

    Raises:
        DeclarationError: It is not a signal of typedsignals.

    Example:
        >>> from django.dispatch import receiver
        >>> from typedsignals import Payload
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> order_placed = Signal(OrderPlaced)
        >>> @receiver(as_django(order_placed), dispatch_uid="shop.ship")
        ... def ship(sender: object, order_id: int, **extra: object) -> None:
        ...     print("ship", order_id)
        >>> _ = order_placed.send("shop", order_id=7)
        ship 7
    """
    if not isinstance(signal, Signal):
        raise DeclarationError(f"as_django() takes a Signal of typedsignals, not a {type(signal).__name__}")
    return _DjangoView(signal)


# For type checkers, of no class in particular: its methods call their arguments by other names than ours.
_DjangosSignal: Any = DjangosSignal


class _DjangoView(_DjangosSignal):  # type: ignore[misc]
    """Gives everything that Django documents of a signal, and keeps nothing of its own."""

    def __init__(self, signal: AnySignal) -> None:
        # Not the original's, which would make lists that are never filled.
        self._signal = signal

    @property
    def receivers(self) -> list[AnyReceiver]:
        return list(self._signal.receivers.values())

    def connect(
        self, receiver: AnyReceiver, sender: Any = None, weak: bool = True, dispatch_uid: object = None
    ) -> None:
        self._signal.connect(receiver, _any(sender), weak, key=_key(dispatch_uid))

    def disconnect(self, receiver: Any = None, sender: Any = None, dispatch_uid: object = None) -> bool:
        if dispatch_uid:
            return self._signal.disconnect(sender=_any(sender), key=_key(dispatch_uid))
        return self._signal.disconnect(receiver, _any(sender))

    def has_listeners(self, sender: Any = None) -> bool:
        return self._signal.has_receivers_for(_any(sender))

    def send(self, sender: Any, **named: Any) -> list[tuple[AnyReceiver, Any]]:
        return self._signal.send(sender, _async_wrapper=async_to_sync, **named)

    async def asend(self, sender: Any, **named: Any) -> list[tuple[AnyReceiver, Any]]:
        return await self._signal.send_async(sender, _sync_wrapper=sync_to_async, **named)

    def send_robust(self, sender: Any, **named: Any) -> list[tuple[AnyReceiver, Any]]:
        return _pairs(self._signal.send_robust(sender, _async_wrapper=async_to_sync, **named))

    async def asend_robust(self, sender: Any, **named: Any) -> list[tuple[AnyReceiver, Any]]:
        return _pairs(await self._signal.send_robust_async(sender, _sync_wrapper=sync_to_async, **named))

    def __repr__(self) -> str:
        return f"<Signal of Django for {self._signal!r}>"


def _any(sender: object) -> object:
    return ANY if sender is None else sender


def _key(dispatch_uid: object) -> str | None:
    if dispatch_uid is None or isinstance(dispatch_uid, str):
        return dispatch_uid or None
    raise TypeError(f"dispatch_uid= must be a string, which is our key=; got a {type(dispatch_uid).__name__}")


def _pairs(outcomes: list[Outcome[Any]]) -> list[tuple[AnyReceiver, Any]]:
    return [(outcome.receiver, outcome.error or outcome.value) for outcome in outcomes]
