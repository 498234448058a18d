"""The variables that expressions mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import MemberExpr, RefExpr, TypeInfo, Var
from mypy.types import Instance, get_proper_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.nodes import Expression, SymbolNode


def variable_of(expression: Expression | None, owners: Mapping[SymbolNode, TypeInfo]) -> SymbolNode | None:
    """The variable or attribute that an expression means; None if it cannot be told.

    Args:
        expression: A name, or an attribute of what has one.
        owners: The class of each ``self`` and ``cls`` to which mypy has given no type yet.
    """
    if isinstance(expression, RefExpr) and isinstance(expression.node, Var):
        return expression.node
    if not (isinstance(expression, MemberExpr) and isinstance(expression.expr, RefExpr)):
        return None
    owner = _class(expression.expr.node, owners)
    found = owner.get(expression.name) if owner else None
    return found.node if found else None


def _class(holder: SymbolNode | None, owners: Mapping[SymbolNode, TypeInfo]) -> TypeInfo | None:
    """The class of an object, or a class itself."""
    if isinstance(holder, TypeInfo):
        return holder
    kind = get_proper_type(holder.type) if isinstance(holder, Var) else None
    return kind.type if isinstance(kind, Instance) else owners.get(holder) if holder else None
