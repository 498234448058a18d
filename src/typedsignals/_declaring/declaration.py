"""What a signal is declared with, and whether that is the same declaration executed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import BaseModel

from .._checking.kinds import Accepts
from .._location import Place
from .._validating.fields import Validate
from .._validating.redeclared import dotted_name, repeats
from .._validating.results import shown_type


class Declaration(NamedTuple):
    """What a signal is declared with, in which namespace, and where."""

    payload: type[BaseModel] | None
    sender: type | None
    validate: Validate
    accepts: Accepts
    namespace: str
    place: Place
    returns: tuple[Any, ...] = ()
    """The type of the results of a hook; empty for another signal."""

    def agrees_with(self, earlier: Declaration) -> bool:
        """Whether both say the same, even if not at the same line."""
        return self._replace(place=earlier.place) == earlier

    def repeats(self, earlier: Declaration) -> bool:
        """Whether it is the earlier one executed again, classes included, by a notebook or a reload.

        Only the classes are compared, as other arguments may have been edited in between.
        """
        if len(self.returns) != len(earlier.returns):
            return False
        if self.payload is not earlier.payload:
            return repeats(self.payload, earlier.payload)
        if self.sender is not earlier.sender:
            return repeats(self.sender, earlier.sender)
        return self.returns != earlier.returns and all(map(repeats, self.returns, earlier.returns))

    @property
    def classes(self) -> list[type]:
        """The payload, the sender type and the class of results, as far as there are any."""
        return [kind for kind in (self.payload, self.sender, *self.returns) if isinstance(kind, type)]

    def replaced(self, earlier: Declaration) -> list[type]:
        """Return the classes of an earlier declaration that those of this one replace."""
        pairs = self._beside(earlier)
        return [old for new, old in pairs if isinstance(old, type) and new is not old and repeats(new, old)]

    def conflict(self, earlier: Declaration) -> str:
        """Say how this declaration contradicts an earlier one of the same signal."""
        if not self._has_namesakes_of(earlier):
            return f"is declared at {earlier.place} with {earlier._shown(_name)}, and now with {self._shown(_name)}"
        message = (
            f"is declared at {earlier.place} with {earlier._shown(dotted_name)}, "
            f"and now at {self.place} with {self._shown(dotted_name)}, which is another class of the same name"
        )
        if str(self.place) != str(earlier.place) or self.place.module == earlier.place.module:
            return message
        return f"{message}; the file runs as two modules, {earlier.place.module} and {self.place.module}"

    def _beside(self, other: Declaration) -> list[tuple[Any, Any]]:
        results = zip(self.returns, other.returns, strict=False)
        return [(self.payload, other.payload), (self.sender, other.sender), *results]

    def _has_namesakes_of(self, other: Declaration) -> bool:
        pairs = [pair for pair in self._beside(other) if all(isinstance(kind, type) for kind in pair)]
        return any(one.__name__ == two.__name__ and not repeats(one, two) for one, two in pairs)

    def _shown(self, name: Callable[[type], str]) -> str:
        parts = ["no payload" if self.payload is None else f"payload {name(self.payload)}"]
        if self.sender is not None:
            parts.append(f"sender {name(self.sender)}")
        if self.validate != "always":
            parts.append(f"validate={self.validate!r}")
        if self.accepts != "any":
            parts.append(f"accepts={self.accepts!r}")
        parts += [f"returns={name(kind) if isinstance(kind, type) else shown_type(kind)}" for kind in self.returns]
        return " and ".join(parts)


def _name(kind: type) -> str:
    return kind.__name__
