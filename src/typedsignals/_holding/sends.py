"""A send that a block holds, and how it is delivered later."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .._connecting.registry import table_of
from .._sending.concurrent import call_concurrent
from .._sending.dispatch import call, call_async, call_robust, call_robust_async

if TYPE_CHECKING:
    from .._location import Place
    from .._sending.dispatch import Delivery, Wrapper
    from .._signal import AnySignal


def _awaiting(method: str) -> Callable[..., Any]:
    return lambda signal, table, snapshot, delivery, wrapper: call_async(table, snapshot, delivery, wrapper, method)


WAYS: Final[dict[str, Callable[..., Any]]] = {
    "send": call,
    "send_async": _awaiting("send_async"),
    "send_robust": call_robust,
    "send_robust_async": call_robust_async,
    "send_concurrent": call_concurrent,
    "send_payload": partial(call, method="send_payload"),
    "send_payload_async": _awaiting("send_payload_async"),
}
"""For each method that sends, what calls the receivers; it takes a signal, its table, and the rest as `call` does."""

AWAITED: Final = frozenset({"send_async", "send_robust_async", "send_concurrent", "send_payload_async"})
"""Those that must be awaited."""


class HeldSend(NamedTuple):
    """A send that is to be delivered later.

    Attributes:
        delivery: What to deliver.
        method: The name of the method that sent it, which decides how it is delivered.
        wrapper: The wrapper that the method was given.
        place: The line that sent it.
    """

    delivery: Delivery
    method: str
    wrapper: Wrapper | None
    place: Place

    @property
    def is_awaited(self) -> bool:
        """Whether it takes an ``await`` to deliver it."""
        return self.method in AWAITED

    def deliver(self, signal: AnySignal) -> Any:
        """Call the receivers that are connected now; return what must be awaited, if anything must."""
        snapshot, delivery = signal._deliver_again(self.delivery)
        # Observers saw it when it was sent.
        return WAYS[self.method](signal, table_of(signal), snapshot.unobserved(), delivery, self.wrapper)
