"""Make one send of all those that a block holds for a sender."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .._exceptions import PayloadError
from .._identity import sender_id
from .._inspecting.callables import code_of, place_of
from .._validating.rendering import carried

if TYPE_CHECKING:
    from .._sending.dispatch import Delivery
    from .._signal import AnySignal
    from .failures import Failures
    from .sends import HeldSend

Reduce: TypeAlias = Callable[[Sequence[Any]], Any]
"""Takes the payloads of one sender, in the order in which they were sent, and returns the one to deliver."""


def reduced_by_sender(
    signal: AnySignal, reduce: Reduce, sends: Iterable[HeldSend], failures: Failures
) -> list[HeldSend]:
    """Return a send for each sender, made as the last one was, in the order of these; leave out those that fail."""
    by_sender: dict[Hashable, list[HeldSend]] = {}
    for send in sends:
        key = sender_id(send.delivery.sender)
        group = by_sender.pop(key, [])
        group.append(send)
        by_sender[key] = group  # now the last
    results: list[HeldSend] = []
    for group in by_sender.values():
        last = group[-1]
        with failures.of(last):
            payload = reduce([carried(send.delivery) for send in group])
            results.append(last._replace(delivery=_carrying(payload, last.delivery, signal, reduce)))
    return results


def _carrying(payload: Any, delivery: Delivery, signal: AnySignal, reduce: Reduce) -> Delivery:
    """Put a payload into a delivery.

    Raises:
        PayloadError: The signal does not carry it.
    """
    expected = signal.payload_type
    if expected is not None and isinstance(payload, expected):
        # Extra keywords, which the owner of a Blinker signal may send, are those of the last send.
        extra = delivery.extra if payload.model_extra is None else payload.model_extra
        return delivery._replace(payload=payload, extra=extra)
    if expected is None and isinstance(payload, Mapping) and all(isinstance(name, str) for name in payload):
        return delivery._replace(fields=dict(payload))
    what = "a dictionary of keywords" if expected is None else f"a {expected.__name__}"
    place = place_of(code_of(reduce))
    raise PayloadError(
        f"reduce= of held() of {signal!r}{place} must return {what}, got a {type(payload).__name__}",
        signal=signal,
        sender=delivery.sender,
    )
