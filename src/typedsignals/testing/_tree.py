"""Show the sends of a test as a tree: which receiver sent what."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from .._connecting.blocks import Observed, opened
from .._connecting.registry import all_signals, table_of
from .._sending.dispatch import Delivery
from .._validating.rendering import carried, shown_send

if TYPE_CHECKING:
    from .._connecting.references import ReceiverRef
    from .._sending.dispatch import Receiver
    from ._targets import AnySignal

MOST_LINES = 400
"""How many lines of a tree are shown at most: half of them the first, half the last."""

_turn: ContextVar[_Turn | None] = ContextVar("typedsignals_turn", default=None)
"""The receiver that is running in this context."""


class SendTree:
    """Collects sends, each below the receiver that made it."""

    def __init__(self) -> None:
        self._sends: list[_Send] = []

    def growing(self) -> AbstractContextManager[None]:
        """Return a block in which the tree collects what all signals send; senders and receivers do not notice."""
        return opened(Observed(self._observe, counts_as_receiver=False), map(table_of, all_signals()), is_global=True)

    def __str__(self) -> str:
        lines = [line for send in self._sends for line in send.lines("")]
        if len(lines) > MOST_LINES:
            half = MOST_LINES // 2
            lines[half:-half] = [f"... {len(lines) - 2 * half} more lines ..."]
        return "\n".join(lines) or "nothing"

    def _observe(self, signal: AnySignal, delivery: Delivery) -> Delivery:
        send = _Send(shown_send(signal, delivery.sender, carried(delivery)))
        sender = _turn.get()
        (self._sends if sender is None else sender.sends).append(send)
        observed = _ObservedDelivery(*delivery)
        observed.send = send
        return observed


class _Send:
    def __init__(self, shown: str) -> None:
        self._shown = shown
        self.turns: list[_Turn] = []

    def lines(self, indent: str) -> Iterator[str]:
        yield indent + self._shown
        for turn in self.turns:
            yield from turn.lines(indent + "  ")


class _Turn:
    """A receiver being called."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._failure = ""
        self.sends: list[_Send] = []

    def lines(self, indent: str) -> Iterator[str]:
        yield indent + self._label + self._failure
        for send in self.sends:
            yield from send.lines(indent + "  ")

    def run(self, call: Callable[[], Any]) -> Any:
        outer = _turn.get()
        try:
            _turn.set(self)
            return call()
        except BaseException as error:
            self._failure = f" raised {type(error).__name__}"
            raise
        finally:
            _turn.set(outer)

    async def run_async(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        outer = _turn.get()
        try:
            _turn.set(self)
            return await coroutine
        except BaseException as error:
            self._failure = f" raised {type(error).__name__}"
            raise
        finally:
            _turn.set(outer)


class _ObservedDelivery(Delivery):
    """A delivery that also records which receivers get it."""

    send: _Send

    def _replace(self, **changes: Any) -> _ObservedDelivery:
        replaced = super()._replace(**changes)
        replaced.send = self.send
        return replaced

    def to(self, ref: ReceiverRef, receiver: Receiver) -> Any:
        turn = _Turn(ref.terms.label)
        self.send.turns.append(turn)
        result = turn.run(partial(super().to, ref, receiver))
        return turn.run_async(result) if inspect.iscoroutine(result) else result
