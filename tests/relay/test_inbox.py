"""Receivers that remember in their own transaction what they have done, while workers are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.orm import Session

from tests.relay import nats
from tests.relay.servers import wait
from tests.relay.shops import engine_of
from typedsignals import Namespace, Payload
from typedsignals.relay import Inbox, Relay
from typedsignals.relay._worker import outcome

ROOT = Path(__file__).parents[2]
NUMBER = 6
LEASE = 1.0

tables = MetaData()
bookings = Table("bookings", tables, Column("place", Integer, primary_key=True), Column("order_id", Integer))
"""What receivers have booked. Nothing but the inbox keeps them from booking it twice."""


class OrderPlaced(Payload):
    order_id: int


def program(database: str, broker: str, folder: str) -> tuple[Relay, Namespace]:
    """Make a program whose workers kill themselves: before they commit, and after, when the message is not settled."""

    def die(order_id: int) -> None:
        """Be killed, but only the first time."""
        try:
            Path(folder, f"killed by {order_id}").touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    shop = Namespace("shop")
    order_placed = shop.signal("order-placed", OrderPlaced, sender=str)
    relay = Relay("inbox", database=database, broker=broker, lease=LEASE)
    relay.carry(order_placed)
    engine, inbox = engine_of(database), Inbox()

    @relay.receiver(order_placed, group="accounts", attempts=1000)
    def book(sender: str, order_id: int) -> None:
        with Session(engine) as session, session.begin():
            if inbox.is_new(session):
                session.execute(insert(bookings).values(order_id=order_id))
            if order_id % 3 == 1:
                die(order_id)
        if order_id % 3 == 2:
            die(order_id)

    return relay, shop


@pytest.mark.slow
def test_what_is_done_with_an_inbox_is_done_once_whenever_workers_are_killed(
    sqlite: str, nats_server: nats.NatsServer, tmp_path: Path
) -> None:
    """Each third message kills its worker before the transaction is committed, and each third one after that."""
    relay, shop = program(sqlite, nats_server.url, str(tmp_path))
    engine = engine_of(sqlite)
    tables.create_all(engine)
    relay.setup()
    with Session(engine) as session, session.begin():
        for number in range(NUMBER):
            relay.publish(session, shop["order-placed"], "main", order_id=number)
    command = [sys.executable, "-m", "tests.relay.test_inbox", sqlite, nats_server.url, str(tmp_path)]
    for _ in range(NUMBER // 3 * 2):
        assert subprocess.run(command, cwd=ROOT, check=False, timeout=120).returncode == -signal.SIGKILL  # noqa: S603 - our own
    with subprocess.Popen(command, cwd=ROOT) as worker:  # noqa: S603 - our own
        try:
            wait(lambda: not any(row.waiting or row.in_work for row in relay.status()), "messages wait", seconds=120)
        finally:
            worker.kill()
    with engine.connect() as connection:
        booked = sorted(connection.scalars(select(bookings.c.order_id)))
    assert booked == [*range(NUMBER)]
    assert relay.dead() == []
    engine.dispose()
    relay.close()


if __name__ == "__main__":
    outcome.SHORTEST_DELAY = 0.01
    program(*sys.argv[1:])[0].run()
