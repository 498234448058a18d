"""Questions about an old and a new type, and about the classes in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..._concurrency.lazy import lazy
from .._records import types as t
from .._records.nested import unchanged
from .models import Models, is_wrapped, root_of
from .types import Relation
from .use import Use

Holds = Callable[[t.TypeRecord, t.TypeRecord], bool | None]
"""Whether all values of the first type fit where the second is expected; None if that is unknown."""


@dataclass(frozen=True)
class Relations:
    """What is known about an old and a new program: whether the types of one fit the other.

    Attributes:
        old: The models of the old catalog.
        new: The models of the new catalog.
        is_defined: Whether the new program is known to have a class with that name.
    """

    old: Models
    new: Models
    is_defined: Callable[[str], bool]

    @lazy
    def unchanged(self) -> set[str]:
        """The names of the models that are equal, including all models nested in them."""
        return unchanged(self.old, self.new)

    def exists(self, name: str) -> bool:
        """Whether a class of the old program is known to exist in the new one. Otherwise it may have been renamed."""
        derived = any(name in model.bases for model in self.new.values())
        return derived or name in self.new or self.is_defined(name)

    def is_wrapped(self, old: t.TypeRecord, new: t.TypeRecord) -> bool:
        """Whether one of them is a class that is written without keys."""
        return is_wrapped(self.old, old) or is_wrapped(self.new, new)

    def hide_null(self, old: t.TypeRecord, new: t.TypeRecord) -> bool:
        """Whether one of them contains a root model that accepts None."""
        return _hides_null(self.old, old) or _hides_null(self.new, new)

    @lazy
    def sent(self) -> Holds:
        """Whether the new type accepts what senders pass that know the old type."""
        return Relation(Use.SEND, self.old, self.new, self.exists).holds

    @lazy
    def received(self) -> Holds:
        """Whether receivers that know the old type get nothing unexpected from the new one."""
        return Relation(Use.RECEIVE, self.new, self.old, self.exists).holds

    @lazy
    def backward(self) -> Holds:
        """Whether the new type reads all messages of the old type."""
        return Relation(Use.WIRE, self.old, self.new).holds

    @lazy
    def forward(self) -> Holds:
        """Whether the old type reads all messages of the new type."""
        return Relation(Use.WIRE, self.new, self.old).holds


def _hides_null(models: Models, record: t.TypeRecord) -> bool:
    roots = (root_of(models, member) for member in t.members_of(record))
    return any(root is not None and t.is_nullable(root) for root in roots)
