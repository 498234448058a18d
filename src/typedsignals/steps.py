"""Do something around the receivers of a signal's sends, and in particular after them: publish, trace, count."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from ._connecting.blocks import Stepped
from ._connecting.registry import table_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ._signal import P, Signal

    PayloadT = TypeVar("PayloadT", bound=BaseModel)
    SenderT = TypeVar("SenderT")

__all__ = ["add_step"]


def add_step(
    signal: Signal[PayloadT, SenderT, P],
    step: Callable[[Signal[PayloadT, SenderT, P], SenderT, PayloadT], AbstractContextManager[object]],
    /,
) -> Callable[[], None]:
    """Take a step around the receivers of each send of a signal.

    ``step(signal, sender, payload)`` is called once a send is validated, and returns a context manager, whose block is
    around the calls of the receivers. If it raises before the block, no receiver is called. After the block it knows
    whether the receivers have succeeded: it sees the exception that ends a plain send; a robust send never has one.
    What it raises ends the send; an exception that it suppresses is raised all the same.

    Steps are taken in the order in which they were added, the first outermost, whoever sends, and even if no receiver
    is connected. They are not taken inside `Signal.muted` and the blocks of `typedsignals.testing` that keep receivers
    from being called, if they were added before the block. A signal without a payload passes its keywords as a
    mapping.

    A signal with a step does not use the code that is generated for frequent sends. Signals without are not affected.

    Args:
        signal: The signal.
        step: The step. Generator functions with ``contextlib.contextmanager`` are the shortest way to write one.

    Returns:
        A function that removes the step.

    Example:
        >>> from contextlib import contextmanager
        >>> from typedsignals import Payload, Signal
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> order_placed = Signal(OrderPlaced)
        >>> @contextmanager
        ... def announced(signal, sender, payload):
        ...     yield
        ...     print(f"everybody knows of {payload.order_id}")
        >>> remove = add_step(order_placed, announced)
        >>> _ = order_placed.send(None, order_id=7)
        everybody knows of 7
        >>> remove()
    """
    table, block = table_of(signal), Stepped(step)
    table.open(block)
    return partial(table.close, block)
