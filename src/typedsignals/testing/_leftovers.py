"""Find the receivers that a test leaves connected."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._connecting.registry import all_signals, table_of
from .._identity import ANY

if TYPE_CHECKING:
    from .._connecting.references import ReceiverRef
    from ._targets import AnySignal


class Leftovers:
    """Finds receivers that were connected after this object was made, to signals that existed before.

    Newer signals do not count: they cannot disturb the tests that follow.
    """

    def __init__(self) -> None:
        # The references themselves, because the id of a dead one could be used again.
        self._before = [(signal, table_of(signal).all()) for signal in all_signals()]
        self._left_out: list[ReceiverRef] = []

    @contextmanager
    def leaving_out(self) -> Iterator[None]:
        """Ignore the connections that are made inside the block."""
        inside = Leftovers()
        yield
        self._left_out += [ref for _, ref in inside._new()]

    def any(self) -> bool:
        """Whether there may be leftovers; some may only be waiting for the garbage collector."""
        return any(True for _ in self._new())

    def found(self) -> list[str]:
        """Return a line for each receiver, with its place and the signal, after collecting garbage."""
        gc.collect()
        return [_shown(signal, ref) for signal, ref in self._new()]

    def _new(self) -> Iterator[tuple[AnySignal, ReceiverRef]]:
        left_out = set(map(id, self._left_out))
        for signal, refs in self._before:
            known = left_out.union(map(id, refs))
            for ref in table_of(signal).all():
                if id(ref) not in known and ref.receiver() is not None:
                    yield signal, ref


def _shown(signal: AnySignal, ref: ReceiverRef) -> str:
    sender = table_of(signal).sender_of(ref)
    of_sender = "" if sender is ANY else f" for a {type(sender).__name__}"
    return f"{ref.terms.label} to {signal!r}{of_sender}" + ("" if ref.key is None else f", key={ref.key!r}")
