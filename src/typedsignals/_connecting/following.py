"""What lets the receivers of a namespace follow its signals: what they send reaches them, after the signals' own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .._concurrency.interrupts import lasting
from .._identity import ANY
from .blocks import Block

if TYPE_CHECKING:
    from .references import ReceiverRef
    from .table import ConnectionTable


class Following(Block):
    """Adds the receivers of another table to those that a send reaches.

    It is not about a block of code: it is open, everywhere, as long as there are such receivers. A signal whose table
    finds it closed removes it, and sends as fast as before.

    Args:
        receivers: The other table.
    """

    __slots__ = ("_is_expected", "_receivers")

    def __init__(self, receivers: ConnectionTable) -> None:
        self.holders = ()  # even if it is made inside a block for a context
        self._receivers = receivers
        self._is_expected = False

    @property
    def is_open(self) -> bool:  # type: ignore[override]  # nobody ends it
        """Whether anyone is connected, or about to be."""
        return self._is_expected or self._receivers.is_in_use()

    @lasting
    def expected(self) -> Iterator[None]:
        """Be open inside a ``with`` block, which connects the first receiver; the caller holds the lock."""
        try:
            self._is_expected = True
            yield
        finally:
            self._is_expected = False

    def followers(self, *, sent: bool) -> Iterable[ReceiverRef]:
        # What a send would find is ready-made, and the same, muted or not, as long as no block is open.
        receivers = self._receivers
        return receivers.find(ANY).refs if sent and not receivers.has_blocks() else receivers.all()
