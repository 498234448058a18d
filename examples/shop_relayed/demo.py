"""Take orders while a worker is killed, let another one go on, and look whether anything was lost or done twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from examples.shop.stock import read_products

from .database import Shelf, Table, new_engine
from .desk import Desk
from .inspection import Inspection
from .mails import MAILS
from .orders import written_orders
from .relay import LEASE, relay, shops
from .workers import Worker, show_status

ORDERS = 200
KILLED_AFTER = 60
"""After how many mails the first worker is killed."""
PAUSE = 0.05
"""The pause between two looks at what is done, in seconds."""
PRODUCTS = Path(__file__).parents[1] / "shop" / "data" / "products.csv"
LONGEST = 60.0
"""How long to wait for workers, in seconds."""


def run() -> list[str]:
    """Run the shop for a few seconds.

    Returns:
        What was lost or done twice.
    """
    engine = new_engine()
    _set_up(engine)
    with Worker() as first:
        _say(f"Worker {first.pid} starts. Meanwhile, the shop takes {ORDERS} orders, and one of them twice:")
        _take_orders(engine)
        _wait_until(lambda: _mails() >= KILLED_AFTER)
        first.kill()
    _say(f"Worker {first.pid} has sent {_mails()} mails, and is killed (SIGKILL). This is left to do:")
    show_status()
    with Worker() as second:
        _say(f"Worker {second.pid} goes on. What the first one had in work comes again after {LEASE:.0f} seconds.")
        print("One customer's mailbox does not exist, so that message is given up.", flush=True)
        _wait_until(lambda: not any(queue.waiting or queue.in_work for queue in relay.status()))
        second.stop()
    _say(f"Worker {second.pid} has done the rest. Only the dead message is left:")
    show_status()
    found = Inspection.of(engine, MAILS)
    mistakes = list(found.mistakes())
    _say(found.summary())
    print("Something was lost or done twice:" if mistakes else "Nothing was lost, and nothing was done twice.")
    engine.dispose()
    relay.close()
    return mistakes


def _set_up(engine: Engine) -> None:
    Table.metadata.create_all(engine)
    relay.setup()
    with Session(engine) as session, session.begin():
        for shop in shops:
            for sku, pieces in read_products(PRODUCTS).items():
                session.add(Shelf(shop=shop, sku=sku, pieces=pieces, pieces_at_first=pieces))


def _take_orders(engine: Engine) -> None:
    desk = Desk(engine)
    for rejection in desk.take(written_orders(ORDERS, sorted(read_products(PRODUCTS)))):
        print(f"  rejected, and not published: {rejection.error}", flush=True)
    desk.close()


def _mails() -> int:
    return len(list(MAILS.glob("*.eml")))


def _wait_until(is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError("the workers took too long")
        time.sleep(PAUSE)


def _say(text: str) -> None:
    print(f"\n{text}", flush=True)
