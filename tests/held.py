"""What the tests of held sends share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Calls(list[tuple[Any, int]]):
    """A receiver that notes senders and numbers."""

    __hash__ = object.__hash__  # type: ignore[assignment]  # lists have none

    def __call__(self, sender: object, number: int = 0, **extra: object) -> None:
        self.append((sender, number))


def last(payloads: Sequence[Any]) -> Any:
    """A reduction."""
    return payloads[-1]
