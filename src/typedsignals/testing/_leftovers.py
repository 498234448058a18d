"""Receivers that a test leaves connected."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._connecting.registry import all_signals
from .._identity import ANY

if TYPE_CHECKING:
    from .._connecting.references import ReceiverRef
    from ._targets import AnySignal


class Leftovers:
    """What is connected, since this was made, to signals that there were then.

    A signal that is newer cannot disturb the tests that follow.
    """

    def __init__(self) -> None:
        # References and not their ids alone, which could be used again.
        self._before = [(signal, signal._table.all()) for signal in all_signals()]
        self._left_out: list[ReceiverRef] = []

    @contextmanager
    def leaving_out(self) -> Iterator[None]:
        """A block whose connections do not count."""
        inside = Leftovers()
        yield
        self._left_out += [ref for _, ref in inside._new()]

    def any(self) -> bool:
        """Whether there may be some."""
        return any(True for _ in self._new())

    def found(self) -> list[str]:
        """A line for each receiver, with its place and the signal."""
        # Some may only be waiting for the garbage collector.
        gc.collect()
        return [_shown(signal, ref) for signal, ref in self._new()]

    def _new(self) -> Iterator[tuple[AnySignal, ReceiverRef]]:
        left_out = set(map(id, self._left_out))
        for signal, refs in self._before:
            known = left_out.union(map(id, refs))
            for ref in signal._table.all():
                if id(ref) not in known and ref.receiver() is not None:
                    yield signal, ref


def _shown(signal: AnySignal, ref: ReceiverRef) -> str:
    sender = signal._table.sender_of(ref)
    return f"{ref.terms.label} to {signal!r}" + ("" if sender is ANY else f" for a {type(sender).__name__}")
