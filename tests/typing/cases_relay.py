"""The relay: what is published, and which receivers workers call."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, assert_type

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session

from typedsignals import Namespace, Payload
from typedsignals.relay import Message, Relay


class OrderPlaced(Payload):
    order_id: int
    total: Decimal
    customer: str = ""


@dataclass
class Shop:
    name: str


def name_of(shop: Shop) -> str:
    return shop.name


def named(name: str) -> Shop:
    return Shop(name)


def numbered(number: int) -> Shop:
    return Shop(str(number))


def customer_of(payload: OrderPlaced) -> str | None:
    return payload.customer


shops = Namespace("shop")
order_placed = shops.signal("order-placed", OrderPlaced, sender=Shop)
by_name = shops.signal("by-name", OrderPlaced, sender=str)

relay = Relay("shop", database="sqlite:///shop.db")

# What is carried, and how.

relay.carry(order_placed, subject=name_of, sender=named, key=customer_of)
relay.carry(by_name)
relay.carry(order_placed, subject=len, sender=named)  # E: it gives a number
relay.carry(order_placed, subject=name_of, sender=numbered)  # E: it takes a number
relay.carry(order_placed, subject=name_of, sender=str)  # E: it gives a string
relay.carry(order_placed, subject=name_of, sender=named, key=name_of)  # E: it takes a shop

# What is published.


class Mine:
    def add_message(self, message: Message, /) -> None: ...
    def is_active(self) -> bool:
        return True


def publish(session: Session, connection: Connection, later: AsyncSession, mine: Mine, shop: Shop) -> None:
    assert_type(relay.publish(session, order_placed, shop, order_id=7, total=Decimal(1)), str)
    relay.publish(connection, order_placed, shop, order_id=7, total=Decimal(1), customer="Ada")
    relay.publish(later, order_placed, shop, order_id=7, total=Decimal(1))
    relay.publish(mine, order_placed, shop, order_id=7, total=Decimal(1))
    relay.publish(session, by_name, "main", order_id=7, total=Decimal(1))
    relay.publish(session, order_placed, shop, order_id="7", total=Decimal(1))  # E: a string is no number
    relay.publish(session, order_placed, shop, order_id=7)  # E: the total is missing
    relay.publish(session, order_placed, shop, order_id=7, total=Decimal(1), colour="red")  # E: there is no such field
    relay.publish(session, order_placed, "main", order_id=7, total=Decimal(1))  # E: a string is no shop
    relay.publish(shop, order_placed, shop, order_id=7, total=Decimal(1))  # E: a shop is no transaction


async def publish_async(connection: AsyncConnection, plain: Connection, shop: Shop) -> None:
    assert_type(await relay.publish_async(connection, order_placed, shop, order_id=7, total=Decimal(1)), str)
    await relay.publish_async(connection, order_placed, shop, order_id=7)  # E: the total is missing
    await relay.publish_async(plain, order_placed, shop, order_id=7, total=Decimal(1))  # E: it need not be awaited


def current_session() -> Session:
    return Session()


def current_number() -> int:
    return 7


relay.forward(order_placed, session=current_session)
relay.forward(order_placed, session=current_number)  # E: a number is no transaction

# Who receives it.


@relay.receiver(order_placed, group="mail", attempts=3)
def confirm(sender: Shop, order_id: int, **extra: Any) -> None: ...


@relay.receiver(order_placed, group="later")
async def confirm_later(sender: Shop, order_id: int, **extra: Any) -> None: ...


@relay.receiver(order_placed, group="stock", session=True)
def take(sender: Shop, session: Session, /, order_id: int, **extra: Any) -> None: ...


class Office:
    def confirm(self, sender: Shop, order_id: int, **extra: Any) -> None: ...


relay.receiver(order_placed, group="office")(Office().confirm)


def of_text(sender: Shop, order_id: str, **extra: Any) -> None: ...
def misspelt(sender: Shop, order_ident: int, **extra: Any) -> None: ...
def too_narrow(sender: Shop, order_id: int) -> None: ...
def of_name(sender: str, order_id: int, **extra: Any) -> None: ...
def without_session(sender: Shop, order_id: int, **extra: Any) -> None: ...
def with_session(sender: Shop, session: Session, /, order_id: int, **extra: Any) -> None: ...
def session_of_text(sender: Shop, session: Session, /, order_id: str, **extra: Any) -> None: ...


relay.receiver(order_placed, group="mail")(of_text)  # E: the order's number is no string
relay.receiver(order_placed, group="mail")(misspelt)  # E: there is no such field
relay.receiver(order_placed, group="mail")(too_narrow)  # E: it takes no total
relay.receiver(order_placed, group="mail")(of_name)  # E: the sender is a shop
relay.receiver(order_placed, group="mail")(with_session)  # E[mypy,pyright,ty]: it is lent no session
relay.receiver(order_placed, group="mail", session=True)(without_session)  # E: it is lent a session
relay.receiver(order_placed, group="mail", session=True)(session_of_text)  # E: the order's number is no string
relay.receiver(order_placed)(confirm)  # E: the group is missing
