"""A program for the tests of processes: its receivers write down what they get."""

from __future__ import annotations

import os
import time
from pathlib import Path

from typedsignals import Namespace, Payload
from typedsignals.relay import Relay, current_message


class OrderPlaced(Payload):
    order_id: int
    customer: str


order_placed = Namespace("shop").signal("order-placed", OrderPlaced, sender=str)
broker = os.environ.get("RELAY_BROKER")
lease = float(os.environ.get("RELAY_LEASE", "1"))
relay = Relay("shop", database=os.environ["RELAY_DATABASE"], broker=broker, lease=lease)
relay.carry(order_placed, key=lambda payload: payload.customer, order="best-effort" if broker else "strict")


@relay.receiver(order_placed, group="mail", attempts=30)
def confirm(sender: str, order_id: int, customer: str) -> None:
    if customer == "poison":
        raise ValueError(customer)
    note(f"{order_id} {customer} {current_message().attempt} begun")
    time.sleep(float(os.environ.get("RELAY_PAUSE", "0.002")))
    note(f"{order_id} {customer} {current_message().attempt} done")


def note(line: str) -> None:
    """Write a line at once, in one piece."""
    with Path(os.environ["RELAY_NOTES"]).open("ab", buffering=0) as notes:
        notes.write(f"{line}\n".encode())


if __name__ == "__main__":
    relay.run(grace=10)
