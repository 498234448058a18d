"""The report at the end of the day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from textwrap import indent

from typedsignals import PayloadError

from .domain import Currency, Decline, OrderRefusedError, Shop, order_paid, order_placed, payment_failed, stock_low
from .intake import Rejection


class Tally:
    """Counts what happens while orders are placed."""

    def __init__(self) -> None:
        self._placed: Counter[str] = Counter()
        self._express = 0
        self._takings: defaultdict[Currency, Decimal] = defaultdict(Decimal)
        self._declined: Counter[Decline] = Counter()
        self._low: dict[tuple[str, str], int] = {}
        order_placed.connect(self.count_order)
        order_paid.connect(self.count_payment)
        payment_failed.connect(self.count_decline)
        stock_low.connect(self.note_low_stock)

    def count_order(self, sender: Shop, express: bool = False, **extra: object) -> None:
        self._placed[sender.name] += 1
        self._express += express

    def count_payment(self, sender: Shop, total: Decimal, currency: Currency, **extra: object) -> None:
        self._takings[currency] += total

    def count_decline(self, sender: Shop, reason: Decline, **extra: object) -> None:
        self._declined[reason] += 1

    def note_low_stock(self, sender: Shop, sku: str, left: int, **extra: object) -> None:
        self._low[sender.name, sku] = left

    def lines(self) -> Iterator[str]:
        """Write the summary."""
        by_shop = ", ".join(f"{name} {count}" for name, count in sorted(self._placed.items()))
        yield f"{self._placed.total()} orders placed, {self._express} of them express ({by_shop})"
        yield "taken in: " + ", ".join(f"{self._takings[currency]} {currency}" for currency in sorted(self._takings))
        declined = ", ".join(f"{count} x {reason}" for reason, count in sorted(self._declined.items()))
        yield f"{self._declined.total()} cards declined: {declined}"
        low = ", ".join(f"{sku} in {shop} ({left} left)" for (shop, sku), left in sorted(self._low.items()))
        yield f"about to run out: {low}"


def rejection_lines(rejections: Sequence[Rejection]) -> Iterator[str]:
    """List the rejected orders, with their lines in the file and everything that is wrong with them."""
    yield f"{len(rejections)} orders rejected:"
    for line, error in rejections:
        for problem in _problems(error):
            yield f"  line {line:3}: {problem}"


def full_message(rejections: Sequence[Rejection]) -> Iterator[str]:
    """Show the whole error of the first payload that was refused."""
    for line, error in rejections:
        if isinstance(error, PayloadError):
            yield f"in full, line {line}:"
            yield indent(str(error), "  ")
            return


def _problems(error: PayloadError | OrderRefusedError) -> Iterator[str]:
    if isinstance(error, OrderRefusedError):
        yield str(error)
        return
    for detail in error.errors():
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in detail["loc"])
        yield f"{place.removeprefix('.')}: {detail['msg']}" if place else detail["msg"]
