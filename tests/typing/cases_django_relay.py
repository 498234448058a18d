"""The relay of a Django project: what is published in the transaction of an alias, and which receivers workers call."""

from __future__ import annotations

from typing import Any, assert_type

from sqlalchemy.orm import Session

from typedsignals import Namespace, Payload
from typedsignals.django.relay import DjangoRelay


class OrderPlaced(Payload):
    order_id: int
    customer: str = ""


order_placed = Namespace("shop").signal("order-placed", OrderPlaced, sender=str)
relay = DjangoRelay("shop", using="default")
DjangoRelay("shop", database="sqlite:///shop.db")  # E: it is the project's
relay.carry(order_placed)

# What is published.


def publish(session: Session) -> None:
    assert_type(relay.publish("default", order_placed, "main", order_id=7), str)
    relay.publish(session, order_placed, "main", order_id=7, customer="Ada")
    relay.publish("default", order_placed, "main", order_id="7")  # E: a string is no number
    relay.publish("default", order_placed, "main")  # E: the number is missing
    relay.publish("default", order_placed, "main", order_id=7, colour="red")  # E: there is no such field
    relay.publish("default", order_placed, 7, order_id=7)  # E: a number is no string
    relay.publish(7, order_placed, "main", order_id=7)  # E: a number is no alias


relay.forward(order_placed)
relay.forward(order_placed, session=lambda: "default")
relay.forward(order_placed, session=lambda: 7)  # E: a number is no alias

# Receivers.


@relay.receiver(order_placed, group="mail")
def confirm(sender: str, order_id: int, **extra: Any) -> int:
    return order_id


assert_type(confirm("main", order_id=7), int)


@relay.receiver(order_placed, group="stock", atomic=True)
def take(sender: str, order_id: int, **extra: Any) -> None: ...


@relay.receiver(order_placed, group="later")
async def later(sender: str, order_id: int, **extra: Any) -> None: ...


@relay.receiver(order_placed, group="accounts", session=True)
def book(sender: str, session: Session, /, order_id: int, **extra: Any) -> None: ...


@relay.receiver(order_placed, group="wrong", atomic=True)  # E: its field is a number
def wrong(sender: str, order_id: str, **extra: Any) -> None: ...


@relay.receiver(order_placed, group="both", session=True, atomic=True)  # E: one of the two
def both(sender: str, session: Session, /, order_id: int, **extra: Any) -> None: ...
