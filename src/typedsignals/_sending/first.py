"""Call the receivers of one send until one of them gives an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._exceptions import HeldSendError
from .dispatch import awaited, called, follow, observed, refuse_coroutines, steps_around, turns

if TYPE_CHECKING:
    from .._connecting.snapshot import Snapshot
    from .._connecting.table import ConnectionTable
    from .._signal import AnySignal
    from .dispatch import Delivery, Wrapper


def call_first(
    signal: AnySignal, table: ConnectionTable, snapshot: Snapshot, delivery: Delivery, async_wrapper: Wrapper | None
) -> Any:
    """Return the first result that is not None; None if there is none.

    Raises:
        AsyncReceiverError: A receiver is a coroutine function, and there is no wrapper to make it a plain one.
        HeldSendError: A block holds what the signal sends, and so would hold the question.
    """
    refuse_to_hold(signal, snapshot, "first")
    refuse_coroutines(signal, snapshot, async_wrapper, "first")
    with steps_around(snapshot, delivery):
        delivery = observed(snapshot, delivery)
        results = (called(ref, receiver, delivery, async_wrapper) for ref, receiver in turns(table, snapshot))
        answer = next((result for result in results if result is not None), None)
        follow(snapshot, delivery)
    return answer


async def call_first_async(
    signal: AnySignal, table: ConnectionTable, snapshot: Snapshot, delivery: Delivery, sync_wrapper: Wrapper | None
) -> Any:
    """Do the same, and await the coroutines that receivers return."""
    refuse_to_hold(signal, snapshot, "first_async")
    with steps_around(snapshot, delivery):
        delivery = observed(snapshot, delivery)
        answer = None
        for ref, receiver in turns(table, snapshot):
            answer = await awaited(ref, receiver, delivery, sync_wrapper)
            if answer is not None:
                break
        follow(snapshot, delivery)
    return answer


def refuse_to_hold(signal: AnySignal, snapshot: Snapshot, method: str) -> None:
    """Refuse to ask inside a block that holds sends: an answer that comes later is none."""
    if snapshot.queues:
        raise HeldSendError(
            f"{method}() of {signal!r} needs its answer now, but a block holds what the hook sends; ask before or "
            "after the block",
            signal=signal,
        )
