"""The mail, in a worker. A message may come twice; the mail has its identifier, so that it is delivered once."""

from __future__ import annotations

import time
from decimal import Decimal
from email.message import EmailMessage

from examples.shop.domain import Currency, Shop, order_placed, stock_low
from examples.shop.mail import Mail, Outbox, UndeliverableError
from typedsignals.relay import Reject, current_message

from .database import FOLDER
from .relay import relay

MAILS = FOLDER / "mails"
SERVER_TAKES = 0.01
"""How long the mail server takes for one mail, in seconds."""


class Postbox(Outbox):
    """Keeps mails as files. Like a mail server, it recognises one that it has already by its identifier."""

    def deliver(self, message: EmailMessage) -> None:
        try:
            super().deliver(message)
        except UndeliverableError as error:
            raise Reject("the mailbox does not exist") from error  # trying again would not help
        time.sleep(SERVER_TAKES)
        number = current_message().id
        message["Message-ID"] = f"<{number}@shop.example>"
        MAILS.mkdir(exist_ok=True)
        (MAILS / f"{number}.eml").write_bytes(bytes(message))


mail = Mail(Postbox().deliver)


@relay.receiver(order_placed, group="mail")
def confirm(
    sender: Shop,
    order_id: int,
    customer: str,
    total: Decimal,
    currency: Currency = Currency.EUR,
    **extra: object,
) -> None:
    """Confirm an order."""
    mail.confirm(sender, order_id, customer, total, currency)


relay.receiver(stock_low, group="mail")(mail.ask_for_more)
