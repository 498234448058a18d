"""What expressions are: their types, and the variables that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import LambdaExpr, MemberExpr, RefExpr, TypeInfo, Var
from mypy.types import Instance, LiteralType, get_proper_type

from .. import _messages as messages
from .internals import type_and_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy.nodes import Expression, SymbolNode
    from mypy.plugin import CheckerPluginInterface
    from mypy.types import Type


def type_of(expression: Expression, checker: CheckerPluginInterface) -> Type | None:
    """Return the type of an expression; None if it depends on where it is used, or mypy reports errors in it."""
    if isinstance(expression, LambdaExpr):
        return None
    found, errors = type_and_errors(expression, checker)
    return found if all(error.code in messages.ALL for error in errors) else None


def literal_of(kind: Type) -> LiteralType | None:
    """Return the value of an expression, if its type tells which one it is."""
    found = get_proper_type(kind)
    literal = found.last_known_value if isinstance(found, Instance) else found
    return literal if isinstance(literal, LiteralType) else None


def variable_of(expression: Expression | None, owners: Mapping[SymbolNode, TypeInfo]) -> SymbolNode | None:
    """Return the variable or attribute that an expression names; None if that cannot be told.

    Args:
        expression: A name, or an attribute of a name.
        owners: The class of each ``self`` and ``cls`` to which mypy has given no type yet.
    """
    if isinstance(expression, RefExpr) and isinstance(expression.node, Var):
        return expression.node
    if not (isinstance(expression, MemberExpr) and isinstance(expression.expr, RefExpr)):
        return None
    owner = _class_of(expression.expr.node, owners)
    found = owner.get(expression.name) if owner else None
    return found.node if found else None


def _class_of(holder: SymbolNode | None, owners: Mapping[SymbolNode, TypeInfo]) -> TypeInfo | None:
    """Return a class itself, or that of an object."""
    if isinstance(holder, TypeInfo):
        return holder
    kind = get_proper_type(holder.type) if isinstance(holder, Var) else None
    return kind.type if isinstance(kind, Instance) else owners.get(holder) if holder else None
