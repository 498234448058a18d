"""Send mail to customers, and to the buyer who orders new stock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from email.message import EmailMessage

from .domain import Currency, Decline, Shop, order_paid, payment_failed, stock_low

BUYER = "buyer@shop.example"


class UndeliverableError(Exception):
    """The mailbox does not exist."""


class Outbox:
    """Keeps mail instead of delivering it, but refuses unknown domains as a real server does."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    def deliver(self, message: EmailMessage) -> None:
        if message["To"].endswith(".invalid"):
            raise UndeliverableError("the domain does not exist")
        self.messages.append(message)


class Mail:
    """Writes mails. Here, signals call its methods once it is connected; in ``examples.shop_relayed``, where nothing
    connects it, workers call them."""

    def __init__(self, deliver: Callable[[EmailMessage], None]) -> None:
        self._deliver = deliver

    def confirm(
        self, sender: Shop, order_id: int, customer: str, total: Decimal, currency: Currency, **extra: object
    ) -> None:
        self._write(customer, f"Your order {order_id}", f"{sender.name} thanks you for {total} {currency}.")

    def ask_for_another_card(
        self, sender: Shop, order_id: int, customer: str, reason: Decline, **extra: object
    ) -> None:
        self._write(customer, f"Your order {order_id}", f"Your card was declined ({reason}). Do you have another one?")

    def ask_for_more(self, sender: Shop, sku: str, left: int, **extra: object) -> None:
        self._write(BUYER, f"{sku} runs out in {sender.name}", f"{left} pieces are left.")

    def connect(self) -> None:
        order_paid.connect(self.confirm)
        payment_failed.connect(self.ask_for_another_card)
        stock_low.connect(self.ask_for_more)

    def _write(self, to: str, subject: str, text: str) -> None:
        message = EmailMessage()
        message["To"] = to
        message["Subject"] = subject
        message.set_content(text)
        self._deliver(message)
