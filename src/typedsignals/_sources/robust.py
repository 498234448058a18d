"""What the owner gets from a send in which it goes on after failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._sending.dispatch import Receiver
    from .._sending.outcome import Outcome
    from .._signal import AnySignal


def raised_together(signal: AnySignal, outcomes: list[Outcome[Any]]) -> list[tuple[Receiver, Any]]:
    """Return what receivers returned; if some have failed, raise what they raised, now that all were called."""
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise BaseExceptionGroup(f"receivers of {signal!r} raised", errors)
    return [(outcome.receiver, outcome.value) for outcome in outcomes]
