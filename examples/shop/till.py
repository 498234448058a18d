"""The till, which charges the customer's card for an order."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from .domain import Currency, Decline, Shop, order_paid, order_placed, payment_failed


class CardDeclinedError(Exception):
    def __init__(self, reason: Decline) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Gateway(Protocol):
    """The company that moves the money."""

    def charge(self, token: str, amount: Decimal, currency: Currency) -> None:
        """Charge a card, or raise ``CardDeclinedError``."""


class SandboxGateway:
    """Moves no money, and declines the tokens that are meant for tests."""

    def charge(self, token: str, amount: Decimal, currency: Currency) -> None:
        for reason in Decline:
            if token == f"tok_{reason.name.lower()}":
                raise CardDeclinedError(reason)


class Till:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        order_placed.connect(self.charge)

    def charge(
        self,
        sender: Shop,
        order_id: int,
        customer: str,
        total: Decimal,
        payment_token: str,
        # The type checker wants a default wherever the payload has one, although the field is always sent.
        currency: Currency = Currency.EUR,
        **extra: object,
    ) -> None:
        """Charge the card and send the outcome; a receiver that fails cannot undo the charge."""
        try:
            self._gateway.charge(payment_token, total, currency)
        except CardDeclinedError as declined:
            payment_failed.send_robust(sender, order_id=order_id, customer=customer, reason=declined.reason)
        else:
            order_paid.send_robust(sender, order_id=order_id, customer=customer, total=total, currency=currency)
