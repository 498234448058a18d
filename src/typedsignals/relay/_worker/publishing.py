"""Publish to a broker what the outbox has."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING

import anyio

from .._brokers.protocol import OUTBOX, RefusedError, UnreachableError
from .working import Worker

if TYPE_CHECKING:
    from .._brokers.protocol import Broker
    from .._engines.protocol import Delivery, Engine

PAUSES = (0.2, 5.0)
"""The shortest and the longest pause after the broker could not be reached, in seconds."""

logger = logging.getLogger("typedsignals.relay")


class Publisher(Worker):
    """The group that stands for the broker in the database. Its messages never die of an outage.

    Args:
        outbox: The queue in the database.
        broker: The broker.
        types: The full names of the signals that are carried.
        grace: How long publishing may go on when the worker is told to stop, in seconds.
    """

    def __init__(self, outbox: Engine, broker: Broker, types: Collection[str], grace: float) -> None:
        super().__init__(outbox, OUTBOX, types, grace)
        self._broker = broker
        self._pause = PAUSES[0]

    async def work(self, delivery: Delivery) -> None:
        """Publish a message, and forget it once the broker has confirmed it."""
        message = delivery.message
        try:
            await self._broker.publish(message)
        except RefusedError as error:
            logger.error("message %s of %s is dead: %s", message.id, message.type, error)  # noqa: TRY400 - no trace
            await delivery.dead(str(error))
            self.counts.dead += 1
        except UnreachableError as error:
            logger.warning("message %s of %s is not published: %s", message.id, message.type, error)
            await delivery.retry(self._pause, type(error).__name__, counts=False)
            self.counts.retried += 1
            await anyio.sleep(self._pause)
            self._pause = min(self._pause * 2, PAUSES[1])
        else:
            await delivery.ack()
            self.counts.delivered += 1
            self._pause = PAUSES[0]
