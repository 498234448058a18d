"""Send mail to customers, with two receivers that do not fit their signals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from email.message import EmailMessage

from examples.shop import mail
from examples.shop.domain import Decline, Shop, order_paid, payment_failed, stock_low


class Mail(mail.Mail):
    def __init__(self, deliver: Callable[[EmailMessage], None]) -> None:
        self._deliver = deliver
        order_paid.connect(self.thank)  # mistake: `thank` does not take the new field `currency`
        payment_failed.connect(self.ask_for_card)  # mistake: `ask_for_card` misspells `customer`
        stock_low.connect(self.ask_for_more)

    def thank(self, sender: Shop, order_id: int, customer: str, total: Decimal) -> None:
        self._write(customer, f"Your order {order_id}", f"{sender.name} thanks you for {total}.")

    def ask_for_card(self, sender: Shop, order_id: int, costumer: str, reason: Decline, **extra: object) -> None:
        self._write(costumer, f"Your order {order_id}", f"Your card was declined ({reason}).")
