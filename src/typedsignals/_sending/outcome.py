"""What a robust send reports of each receiver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic

from typing_extensions import TypeVar

T_co = TypeVar("T_co", default=Any, covariant=True)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T_co]):
    """The result of calling one receiver.

    A receiver has failed only if `error` is set: it may return an exception object as a value like any other.

    Attributes:
        receiver: The receiver.
        value: The value that it returned; None if it raised.
        error: The ``Exception`` that it raised, or the cancellation of something that it awaited; None if it returned.
    """

    receiver: Callable[..., Any]
    value: T_co = None  # type: ignore[assignment]  # a failed receiver has no value
    error: BaseException | None = None

    @property
    def ok(self) -> bool:
        """Whether the receiver returned."""
        return self.error is None


MAKING: Final[dict[str, Any]] = {
    "_Outcome": Outcome,
    "_new": object.__new__,
    **{f"_set_{name}": slot.__set__ for name, slot in vars(Outcome).items() if name in Outcome.__slots__},
}
"""What generated code makes the outcomes of receivers that return with: the class itself takes twice as long."""
