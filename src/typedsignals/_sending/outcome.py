"""What a robust send reports of each receiver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of calling one receiver.

    A returned exception object is a value like any other: only `error` says that the receiver failed.

    Attributes:
        receiver: The receiver.
        value: What it returned; None if it raised.
        error: What it raised; None if it returned. An ``Exception``, or the cancellation of something it awaited.
    """

    receiver: Callable[..., Any]
    value: Any = None
    error: BaseException | None = None

    @property
    def ok(self) -> bool:
        """Whether the receiver returned."""
        return self.error is None
