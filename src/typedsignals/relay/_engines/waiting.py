"""Deliveries that a process has and its worker has not taken yet, and how many to ask for when there are none."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterator
from typing import Generic, TypeVar

from .protocol import Delivery

MOST_AT_ONCE = 50
"""How many deliveries are asked for at once."""
QUICK = 0.2
"""If what came was taken within these seconds, twice as many are asked for next."""

D = TypeVar("D", bound=Delivery)


class Waiting(Generic[D]):
    """What waits here for one worker. Threads may take of it at the same time.

    Attributes:
        size: How many to ask for: more if the worker is quick, and fewer if others could have worked on them meanwhile.
    """

    def __init__(self) -> None:
        self.size = 1
        self._deliveries: deque[D] = deque()
        self._came_at: float | None = None

    def __bool__(self) -> bool:
        return bool(self._deliveries)

    def add(self, deliveries: Collection[D]) -> None:
        """Let deliveries wait behind the others."""
        if deliveries and not self._deliveries:
            self._came_at = time.monotonic()
        self._deliveries.extend(deliveries)

    def take(self, types: Collection[str] | None = None) -> D | None:
        """Take the first, if there is one and it is of one of these types."""
        try:
            delivery = self._deliveries.popleft()
        except IndexError:
            return None
        if types is not None and delivery.message.type not in types:
            self._deliveries.appendleft(delivery)
            return None
        return delivery

    def adapt(self) -> None:
        """Now that all is taken, change how many to ask for."""
        if self._came_at is not None:
            is_quick = time.monotonic() - self._came_at < QUICK
            self.size = min(self.size * 2, MOST_AT_ONCE) if is_quick else max(self.size // 2, 1)
            self._came_at = None

    def given_back(self) -> Iterator[D]:
        """Take each, to give it back, as the worker takes no more."""
        self.size = 1
        return iter(self.take, None)
