"""The program whose publishers and workers are killed: ``python -m benchmarks.relay.program publish | work``."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from typedsignals import Namespace, Payload
from typedsignals.relay import Relay, begin_immediate, current_message
from typedsignals.relay._worker import outcome

LEASE = 2.0
SLOW = 3.0
"""The lease, and how long a slow receiver takes, in seconds."""
PUBLISHERS = 2
CUSTOMERS = 7
"""How many publishers there are, and for how many customers each publishes; messages of a customer have an order."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is done to a relay.

    Attributes:
        database: The address of its database.
        broker: That of its broker, if it has one.
        notes: The file in which receivers write down what they get.
        messages: How many messages are published.
        poison: How many of them no receiver can work on.
        slow: How many take longer than the lease.
        worker_kills: How often a worker is killed.
        publisher_kills: How often a publisher is.
        server_kills: How often the server is, if there is one.
    """

    database: str
    broker: str | None = None
    notes: str
    messages: int
    poison: int
    slow: int
    worker_kills: int
    publisher_kills: int
    server_kills: int

    @property
    def groups(self) -> int:
        """How many groups receive each message. With a broker, none takes the worker's session."""
        return 1 if self.broker else 2

    @property
    def is_ordered(self) -> bool:
        """Whether messages of a customer keep their order."""
        return not (self.broker or "").startswith("amqp")

    def kind_of(self, number: int) -> str:
        """Say what is special about a message."""
        if number % (self.messages // self.poison) == 5:
            return "poison"
        return "slow" if number % (self.messages // self.slow) == 11 else ""


class OrderPlaced(Payload):
    number: int
    customer: str
    kind: str


tables = MetaData()
orders = Table("orders", tables, Column("number", Integer, primary_key=True))
"""What publishers have committed, each order together with its message."""
stock = Table("stock", tables, Column("place", Integer, primary_key=True), Column("number", Integer))
"""What receivers with the worker's session have committed; it would show what is done twice."""

order_placed = Namespace("chaos").signal("order-placed", OrderPlaced, sender=str)


def customer_of(number: int) -> str:
    """Return the customer of an order, all of whose orders come from one publisher."""
    return f"{number % PUBLISHERS}-{number // PUBLISHERS % CUSTOMERS}"


def new_relay(plan: Plan) -> Relay:
    """Make the relay of the program, with its receivers."""
    options: dict[str, Any] = {} if plan.broker is None else {"broker": plan.broker}
    relay = Relay("chaos", database=plan.database, lease=LEASE, **options)
    order: Literal["strict", "best-effort"] = "strict" if plan.is_ordered else "best-effort"
    relay.carry(order_placed, key=lambda payload: payload.customer, order=order)
    attempts = plan.worker_kills + plan.server_kills + 4  # a message that is killed each time is not dead yet

    @relay.receiver(order_placed, group="mail", attempts=attempts)
    def confirm(sender: str, number: int, customer: str, kind: str) -> None:
        _note(plan, "begun", number)
        if kind == "poison":
            raise ValueError(kind)
        time.sleep(SLOW if kind == "slow" else 0.001)
        _note(plan, "done", number)

    if plan.broker is None:

        @relay.receiver(order_placed, group="stock", session=True, attempts=attempts)
        def take(sender: str, session: Session, /, number: int, customer: str, kind: str) -> None:
            if kind == "poison":
                raise ValueError(kind)
            session.execute(insert(stock).values(number=number))

    return relay


def _note(plan: Plan, what: str, number: int) -> None:
    """Write a line at once, in one piece."""
    with Path(plan.notes).open("ab", buffering=0) as notes:
        notes.write(f"{what} {number} {os.getpid()} {current_message().attempt}\n".encode())


def new_engine(database: str) -> Engine:
    """Make the program's own engine."""
    engine = create_engine(database)
    return begin_immediate(engine) if engine.dialect.name == "sqlite" else engine


def publish(plan: Plan, share: int, deaths: dict[int, str]) -> None:
    """Publish one publisher's share of all messages, after those that were published before.

    Args:
        plan: The plan.
        share: The number of the publisher.
        deaths: At which messages to be killed, and at which moment.
    """
    relay, engine = new_relay(plan), new_engine(plan.database)
    while True:
        try:
            for number in range(_next(engine, share), plan.messages, PUBLISHERS):
                if number % 10 == share:
                    _roll_back(relay, engine, -number - 1)
                _commit(plan, relay, engine, number, deaths.get(number, ""))
                time.sleep(0.001)
        except SQLAlchemyError:  # the database is away, and whether the last one was committed is for it to say
            engine.dispose()
            time.sleep(0.1)
        else:
            return


def _next(engine: Engine, share: int) -> int:
    with engine.connect() as connection:
        last = connection.scalar(select(func.max(orders.c.number)).where(orders.c.number % PUBLISHERS == share))
    return share if last is None else last + PUBLISHERS


def _roll_back(relay: Relay, engine: Engine, number: int) -> None:
    with Session(engine) as session:
        relay.publish(session, order_placed, "shop", number=number, customer="ghost", kind="")
        session.flush()
        session.rollback()


def _commit(plan: Plan, relay: Relay, engine: Engine, number: int, death: str) -> None:
    with Session(engine) as session, session.begin():
        session.execute(insert(orders).values(number=number))
        kind = plan.kind_of(number)
        relay.publish(session, order_placed, "shop", number=number, customer=customer_of(number), kind=kind)
        session.flush()
        if death == "before the commit":
            os.kill(os.getpid(), signal.SIGKILL)
    if death == "after the commit":
        os.kill(os.getpid(), signal.SIGKILL)


def command(plan: Plan, *what: str) -> list[str]:
    """Return the command that starts a process of the program."""
    return [sys.executable, "-m", "benchmarks.relay.program", json.dumps(asdict(plan)), *what]


def main() -> None:
    """Publish, or work, as the arguments say."""
    plan = Plan(**json.loads(sys.argv[1]))
    if sys.argv[2] == "publish":
        deaths = {int(number): moment for number, moment in json.loads(sys.argv[4]).items()}
        publish(plan, int(sys.argv[3]), deaths)
    else:
        # The pauses between attempts are short here, as the poison would take an hour.
        outcome.SHORTEST_DELAY, outcome.LONGEST_DELAY = 0.05, 0.5
        new_relay(plan).run(grace=10)


if __name__ == "__main__":
    main()
