"""The questions to ask of an old and a new type, and of the classes in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..._lazy import lazy
from .._records.nested import unchanged
from .._records.signals import ModelRecord
from .._records.types import TypeRecord, is_nullable, members_of
from .models import is_wrapped, root_of
from .types import Relation
from .use import Use

Models = Mapping[str, ModelRecord]
Holds = Callable[[TypeRecord, TypeRecord], bool | None]
"""Whether all values of the first type serve where the second is expected; None if it cannot be told."""


@dataclass(frozen=True)
class Relations:
    """Whether the values of one version serve where the other is expected.

    Attributes:
        old: The models of the old catalog.
        new: Those of the new one.
        is_defined: Whether there is a class of that name in the new program, as far as is known.
    """

    old: Models
    new: Models
    is_defined: Callable[[str], bool]

    @lazy
    def unchanged(self) -> set[str]:
        """The names of the models that are the same, with all that is nested in them."""
        return unchanged(self.old, self.new)

    def exists(self, name: str) -> bool:
        """Whether a class of the old program is known to exist in the new one; if not, it may have been renamed."""
        derived = any(name in model.bases for model in self.new.values())
        return derived or name in self.new or self.is_defined(name)

    def is_wrapped(self, old: TypeRecord, new: TypeRecord) -> bool:
        """Whether one of them is a class that is written as what it holds."""
        return is_wrapped(self.old, old) or is_wrapped(self.new, new)

    def hide_null(self, old: TypeRecord, new: TypeRecord) -> bool:
        """Whether None is one of the values of a root model in one of them."""
        return _hides_null(self.old, old) or _hides_null(self.new, new)

    @lazy
    def sent(self) -> Holds:
        """Whether what senders pass, which know the old type, is accepted by the new one."""
        return Relation(Use.SEND, self.old, self.new, self.exists).holds

    @lazy
    def received(self) -> Holds:
        """Whether receivers can expect nothing new of the new type, which know the old one."""
        return Relation(Use.RECEIVE, self.new, self.old, self.exists).holds

    @lazy
    def backward(self) -> Holds:
        """Whether all old messages, of the old type, can be read as the new one."""
        return Relation(Use.WIRE, self.old, self.new).holds

    @lazy
    def forward(self) -> Holds:
        """Whether old code, which knows the old type, can read all new messages, of the new one."""
        return Relation(Use.WIRE, self.new, self.old).holds


def _hides_null(models: Models, record: TypeRecord) -> bool:
    roots = (root_of(models, member) for member in members_of(record))
    return any(root is not None and is_nullable(root) for root in roots)
