"""A send that is validated now and delivered later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

from pydantic import BaseModel
from typing_extensions import TypeVar

from .._connecting.registry import table_of
from .._identity import sender_id
from .arguments import checked_wrapper
from .concurrent import call_concurrent
from .dispatch import call, call_async, call_robust, call_robust_async
from .outcome import Outcome

if TYPE_CHECKING:
    from .._connecting.snapshot import Snapshot
    from .._connecting.table import ConnectionTable
    from .._signal import Signal
    from .dispatch import Delivery

PayloadT = TypeVar("PayloadT", bound=BaseModel)
SenderT = TypeVar("SenderT", default=Any)
ResultT = TypeVar("ResultT", default=Any)
AnyReceiver = Callable[..., Any]
Wrapper = Callable[[AnyReceiver], AnyReceiver]


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class Prepared(Generic[PayloadT, SenderT, ResultT]):
    """One send of a signal, validated already; made by `Signal.prepare`.

    Each of its methods delivers it, once or as often as you call them, to the receivers that are connected then. It
    keeps the signal, the sender and the payload alive.

    Two are equal if they have the same signal, the same sender and equal payloads. One can be hashed if its payload
    can, and pickled if its signal, sender and payload can.

    Attributes:
        signal: The signal.
        sender: The sender.
        payload: The payload, or a dictionary of the keywords if the signal has no payload.
    """

    signal: Signal[PayloadT, SenderT, ...]
    sender: SenderT
    payload: PayloadT

    def send(self, *, _async_wrapper: Wrapper | None = None) -> list[tuple[AnyReceiver, ResultT]]:
        """Deliver it as `Signal.send` does.

        Raises:
            AsyncReceiverError: A coroutine function is connected; no receiver was called.
            PayloadError: The signal was declared again, with another payload, or its payload was rebuilt, with another
                field; no receiver was called.
            SenderError: The signal was declared again, with another sender type; no receiver was called.
        """
        wrapper = checked_wrapper("_async_wrapper", _async_wrapper)
        return call(self.signal, *self._ready(), wrapper)

    async def send_async(self, *, _sync_wrapper: Wrapper | None = None) -> list[tuple[AnyReceiver, ResultT]]:
        """Deliver it as `Signal.send_async` does. Raises the errors of `send`, but for coroutine functions."""
        wrapper = checked_wrapper("_sync_wrapper", _sync_wrapper)
        return await call_async(*self._ready(), wrapper)

    def send_robust(self, *, _async_wrapper: Wrapper | None = None) -> list[Outcome[ResultT]]:
        """Deliver it as `Signal.send_robust` does. Raises the errors of `send`, but for coroutine functions."""
        wrapper = checked_wrapper("_async_wrapper", _async_wrapper)
        return call_robust(self.signal, *self._ready(), wrapper)

    async def send_robust_async(self, *, _sync_wrapper: Wrapper | None = None) -> list[Outcome[ResultT]]:
        """Deliver it as `Signal.send_robust_async` does. Raises the errors of `send`, but for coroutine functions."""
        wrapper = checked_wrapper("_sync_wrapper", _sync_wrapper)
        return await call_robust_async(self.signal, *self._ready(), wrapper)

    async def send_concurrent(self, *, _sync_wrapper: Wrapper | None = None) -> list[tuple[AnyReceiver, ResultT]]:
        """Deliver it as `Signal.send_concurrent` does.

        Raises:
            ExceptionGroup: One or more receivers raised.
            PayloadError: As for `send`.
            SenderError: As for `send`.
        """
        wrapper = checked_wrapper("_sync_wrapper", _sync_wrapper)
        return await call_concurrent(self.signal, *self._ready(), wrapper)

    def _ready(self) -> tuple[ConnectionTable, Snapshot, Delivery]:
        """Find what to call now, and make the delivery."""
        return table_of(self.signal), *self.signal._delivery_now(self.sender, self.payload)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Prepared):
            return NotImplemented
        is_same = self.signal is other.signal and sender_id(self.sender) == sender_id(other.sender)
        return is_same and self.payload == other.payload

    def __hash__(self) -> int:
        return hash((id(self.signal), sender_id(self.sender), self.payload))

    def __repr__(self) -> str:
        return f"<Prepared: {self.signal!r} by a {type(self.sender).__name__}>"
