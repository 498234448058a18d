"""Celery's signals as signals that somebody else owns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, overload

from celery.utils.dispatch import Signal as CelerySignal

from .._exceptions import DeclarationError
from .._identity import ANY
from .._signal import P, PayloadT, SenderT, Signal
from .._sources.typed import fed

if TYPE_CHECKING:
    from .._sources.inlet import Inlet


@overload
def typed(source: CelerySignal, payload: Callable[P, PayloadT], /) -> Signal[PayloadT, Any, P]: ...


@overload
def typed(
    source: CelerySignal, payload: Callable[P, PayloadT], /, *, sender: type[SenderT]
) -> Signal[PayloadT, SenderT, P]: ...


def typed(source: Any, payload: Any, /, *, sender: type | None = None) -> Signal[Any, Any, ...]:
    """Make a signal with a payload that receives what one of Celery's signals sends; see ``typedsignals.typed``.

    Celery logs what receivers raise, and goes on. So a strict contract could not stop anything, and there is none.
    Celery calls plain functions only: coroutine functions cannot be connected.

    Args:
        source: Celery's signal.
        payload: The pydantic model that defines which keywords Celery sends.
        sender: The class that senders are instances of.

    Raises:
        DeclarationError: The source is not a signal of Celery, or `Signal` does not accept the payload or sender.
    """
    if not isinstance(source, CelerySignal):
        raise DeclarationError(f"typed() takes a signal of Celery, not a {type(source).__name__}")
    return fed(_CelerySource(source), payload, sender=sender, strict=False)


class _CelerySource:
    by_sender: Final = True
    packages: Final = ("celery", "kombu")

    def __init__(self, signal: Any) -> None:
        self.name: str | None = signal.name
        self.owner = f"celery: {signal.name}"
        self._signal = signal
        self._receivers: dict[Inlet, Callable[..., Any]] = {}

    def connect(self, inlet: Inlet, /) -> None:
        def receive(sender: object = None, **fields: Any) -> list[Any]:
            del fields["signal"]
            return inlet(sender, fields)

        self._receivers[inlet] = receive
        self._signal.connect(receive, sender=self._sender_of(inlet), weak=False)

    def disconnect(self, inlet: Inlet, /) -> None:
        # The sender of an inlet may be gone, and Celery looks for receivers by their senders: for none, it finds none.
        self._signal.disconnect(self._receivers[inlet], sender=self._sender_of(inlet))
        del self._receivers[inlet]

    def _sender_of(self, inlet: Inlet) -> Any:
        return None if inlet.sender is ANY else inlet.sender
