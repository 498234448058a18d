"""The signals of a shop, and their payloads."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from typedsignals import Namespace, Payload


@dataclass(frozen=True, eq=False)
class Shop:
    """One shop of the chain, and the sender of its signals."""

    name: str


class OrderRefusedError(Exception):
    """A receiver of ``order_placed`` refuses the order."""


class Turn(IntEnum):
    """The priorities of the receivers that must run before the others when an order is placed."""

    CHECK = 30
    RESERVE = 20
    RECORD = 10


class Currency(StrEnum):
    EUR = "EUR"
    CHF = "CHF"
    GBP = "GBP"


class Decline(StrEnum):
    """Why a card was not charged."""

    EXPIRED_CARD = "expired card"
    INSUFFICIENT_FUNDS = "insufficient funds"
    SUSPECTED_FRAUD = "suspected fraud"


Money = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)]
# Payloads are strict; the fields that order files hold as text or as a list are declared otherwise.
WrittenMoney = Annotated[Money, Field(strict=False)]
Sku = Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{3}$")]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$")]


class LineItem(Payload):
    sku: Sku
    quantity: int = Field(gt=0)
    unit_price: WrittenMoney


class OrderPlaced(Payload):
    order_id: int = Field(gt=0)
    customer: Email
    lines: Annotated[tuple[LineItem, ...], Field(strict=False)]
    total: WrittenMoney
    payment_token: str
    currency: Annotated[Currency, Field(strict=False)] = Currency.EUR
    express: bool = False
    gift_note: str | None = Field(default=None, max_length=80)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if not self.lines:
            raise ValueError("an order has at least one line")
        if self.total != sum(line.quantity * line.unit_price for line in self.lines):
            raise ValueError("the total is not the sum of the lines")
        return self


class OrderPaid(Payload):
    order_id: int
    customer: Email
    total: Money
    currency: Currency


class PaymentFailed(Payload):
    order_id: int
    customer: Email
    reason: Decline


class StockLow(Payload):
    sku: Sku
    left: int = Field(ge=0)


signals = Namespace("shop")

order_placed = signals.signal(
    "order-placed", OrderPlaced, sender=Shop, doc="An order came in. A receiver that raises refuses it."
)
order_paid = signals.signal("order-paid", OrderPaid, sender=Shop, doc="The money for an order is in.")
payment_failed = signals.signal("payment-failed", PaymentFailed, sender=Shop, doc="A card was declined.")
stock_low = signals.signal("stock-low", StockLow, sender=Shop, doc="A product is about to run out.")
