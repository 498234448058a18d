"""A program with signals, for the tests of the relay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.orm import Session

from typedsignals import Namespace, Payload, Signal
from typedsignals.relay import Relay, begin_immediate
from typedsignals.relay._sql import tables


class OrderPlaced(Payload):
    order_id: int
    customer: str = ""


class Shop:
    def __init__(self, name: str) -> None:
        self.name = name


SHOPS = {name: Shop(name) for name in ("main", "other")}
MAIN = SHOPS["main"]

OrderSignal = Signal[OrderPlaced, Shop, ...]


def name_of(shop: Shop) -> str:
    return shop.name


def new_signal() -> OrderSignal:
    return Namespace("shop").signal("order-placed", OrderPlaced, sender=Shop)


def new_relay(database: str, signal: OrderSignal, **options: Any) -> Relay:
    """Make a relay that carries the signal, in the order of customers."""
    relay = Relay("shop", database=database, **options)
    relay.carry(signal, subject=name_of, sender=SHOPS.__getitem__, key=lambda payload: payload.customer or None)
    return relay


def engine_of(database: str) -> Engine:
    """Make an engine, as a program has one."""
    return begin_immediate(create_engine(database))


def publish(relay: Relay, signal: OrderSignal, engine: Engine, *numbers: int, customer: str = "") -> None:
    with Session(engine) as session, session.begin():
        for number in numbers:
            relay.publish(session, signal, MAIN, order_id=number, customer=customer)


def number_of(engine: Engine, table: str) -> int:
    """Count the rows of one of the relay's tables."""
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(getattr(tables, table))) or 0


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Record what is executed in the block."""
    executed: list[str] = []

    def record(*arguments: Any) -> None:
        executed.append(arguments[2])

    event.listen(engine, "before_cursor_execute", record)
    yield executed
    event.remove(engine, "before_cursor_execute", record)
