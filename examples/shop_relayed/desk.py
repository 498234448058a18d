"""Where orders come in: each is written down and published in one transaction, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Engine
from sqlalchemy.orm import scoped_session, sessionmaker

from examples.shop.domain import OrderRefusedError, Shop, Turn, order_placed
from examples.shop.intake import Rejection, place_orders

from .database import Order
from .relay import relay, shops


class Desk:
    """Takes orders as long as something refers to it.

    ``place_orders``, from the shop in one process, sends ``order_placed`` as ever. What it sends is published, once
    `enter` has accepted it.
    """

    def __init__(self, engine: Engine) -> None:
        self._sessions = scoped_session(sessionmaker(engine))
        order_placed.connect(self.enter, priority=Turn.CHECK)
        self._stop_forwarding = relay.forward(order_placed, session=self._sessions)

    def take(self, lines: Iterable[str]) -> Iterator[Rejection]:
        """Take the order in each line, and yield those that are rejected."""
        for number, line in enumerate(lines, start=1):
            with self._sessions.begin():
                rejections = list(place_orders([line], shops))
            for rejection in rejections:
                yield rejection._replace(line=number)

    def enter(self, sender: Shop, order_id: int, customer: str, **extra: object) -> None:
        """Write down the order, or refuse it if it was placed before."""
        session = self._sessions()
        if session.get(Order, order_id) is not None:
            raise OrderRefusedError(f"order {order_id} was placed before")
        session.add(Order(number=order_id, shop=sender.name, customer=customer))

    def close(self) -> None:
        """Publish no more of what is sent."""
        self._stop_forwarding()
        self._sessions.remove()
