"""The till, with two mistakes in what it sends."""

from __future__ import annotations

from decimal import Decimal

from examples.shop import till
from examples.shop.domain import Currency, Shop, order_paid, payment_failed


class Till(till.Till):
    def charge(
        self,
        sender: Shop,
        order_id: int,
        customer: str,
        total: Decimal,
        payment_token: str,
        currency: Currency = Currency.EUR,
        **extra: object,
    ) -> None:
        try:
            self._gateway.charge(payment_token, total, currency)
        except till.CardDeclinedError as declined:
            payment_failed.send_robust(sender, order_id=order_id, reason=declined.reason)  # mistake: no `customer`
        else:
            order_paid.send_robust(
                sender,
                order_id=order_id,
                customer=customer,
                total=float(total),  # mistake: a float is not a Decimal
                currency=currency,
            )
