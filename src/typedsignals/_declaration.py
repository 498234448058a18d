"""What a signal is declared with, and whether that is the same declaration executed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Self

from pydantic import BaseModel

from ._location import Place, frame_of_caller
from ._signal import Signal
from ._validating.fields import Validate
from ._validating.repetition import dotted_name, repeats


class Declaration(NamedTuple):
    """What a signal is declared with."""

    payload: type[BaseModel] | None
    sender: type | None
    validate: Validate

    @classmethod
    def of(cls, signal: Signal[Any, Any, Any]) -> Self:
        """What a signal is declared with so far."""
        return cls(signal.payload_type, signal.sender_type, signal.validate)

    def repeats(self, earlier: Declaration) -> bool:
        """Whether it is the earlier one executed again, with its classes: by a notebook's cell, or a reload.

        What stands beside the classes may have been edited meanwhile.
        """
        if self.payload is not earlier.payload:
            return repeats(self.payload, earlier.payload)
        return self.sender is not earlier.sender and repeats(self.sender, earlier.sender)

    @property
    def classes(self) -> list[type]:
        """The payload and the sender type, if there are any."""
        return [kind for kind in (self.payload, self.sender) if kind is not None]

    def replaced(self, earlier: Declaration) -> list[type]:
        """The classes of an earlier declaration whose places are taken by those of this one."""
        pairs = [(self.payload, earlier.payload), (self.sender, earlier.sender)]
        return [old for new, old in pairs if old is not None and new is not old and repeats(new, old)]

    def conflict(self, signal: Signal[Any, Any, Any]) -> str:
        """What to say when a signal is declared with this, and was declared with something else."""
        earlier, place = Declaration.of(signal), signal._place
        if not self._has_namesakes_of(earlier):
            return f"{signal!r} is declared at {place} with {earlier._shown(_name)}, and now with {self._shown(_name)}"
        here = Place.of(frame_of_caller())
        message = (
            f"{signal!r} is declared at {place} with {earlier._shown(dotted_name)}, "
            f"and now at {here} with {self._shown(dotted_name)}, which is another class of the same name"
        )
        is_twin = str(here) == str(place) and here.module != place.module
        return f"{message}; the file runs as two modules, {place.module} and {here.module}" if is_twin else message

    def _has_namesakes_of(self, other: Declaration) -> bool:
        pairs = [(self.payload, other.payload), (self.sender, other.sender)]
        return any(one and two and one.__name__ == two.__name__ and not repeats(one, two) for one, two in pairs)

    def _shown(self, name: Callable[[type], str]) -> str:
        parts = ["no payload" if self.payload is None else f"payload {name(self.payload)}"]
        if self.sender is not None:
            parts.append(f"sender {name(self.sender)}")
        if self.validate != "always":
            parts.append(f"validate={self.validate!r}")
        return " and ".join(parts)


def _name(kind: type) -> str:
    return kind.__name__
