"""Engines of brokers for tests, each with names of its own at a server that they share."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.relay import nats
from typedsignals.relay._brokers.address import Address
from typedsignals.relay._brokers.protocol import Program

if TYPE_CHECKING:
    from typedsignals.relay._brokers.protocol import Broker

numbers = count()


def new_engine(request: pytest.FixtureRequest, lease: float) -> Broker:
    server: nats.NatsServer = request.getfixturevalue("nats_server")
    from typedsignals.relay._brokers import nats as module  # noqa: PLC0415 - needs an extra

    kinds = ["shop.order-placed", "shop.other"]
    program = Program(name="shop", carried=kinds, ordered=kinds, lease=lease, max_bytes=1000)
    return module.NatsEngine(Address.of(server.url), program, f"test{next(numbers)}")
