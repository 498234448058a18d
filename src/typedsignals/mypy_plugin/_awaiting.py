"""Async receivers of a signal that their module only sends with methods that cannot await them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Decorator, FuncDef, MemberExpr, NameExpr, TypeInfo
from mypy.traverser import NameAndMemberCollector
from mypy.types import Instance, get_proper_type

from . import _messages as messages
from . import _names as names
from ._fit import shown_name, signature_of
from ._source import lines_of
from ._variables import variable_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.checker import TypeChecker
    from mypy.nodes import Context, Expression, MypyFile, SymbolNode
    from mypy.types import Type


def check_awaited(receiver: Type, signal: Expression | None, place: Context, checker: TypeChecker) -> None:
    """Note that a receiver is async, and never awaited as far as its module shows."""
    signature = signature_of(receiver)
    result = get_proper_type(signature.ret_type) if signature else None
    if signature is None or not isinstance(result, Instance) or result.type.fullname not in names.COROUTINES:
        return
    methods = _sending(signal, checker)
    if isinstance(signal, NameExpr | MemberExpr) and methods and not methods & names.AWAITING:
        message = messages.never_awaited(shown_name(signature), signal.name, sorted(methods))
        checker.note(message, place, code=messages.ASYNC)


def _sending(signal: Expression | None, checker: TypeChecker) -> set[str]:
    """The methods by which the module sends a signal, or may send it and await receivers; none if it cannot be told."""
    owners = _owners(checker.tree)
    variable = variable_of(signal, owners)
    if variable is None or any(names.ASYNC_WRAPPER in line for line in lines_of(checker.path, checker.errors)):
        return set()
    return set(_methods(variable, checker.tree, owners))


def _methods(variable: SymbolNode, tree: MypyFile, owners: dict[SymbolNode, TypeInfo]) -> Iterator[str]:
    collector = NameAndMemberCollector()
    tree.accept(collector)
    for member in collector.member_exprs:
        if member.name in names.AWAITING | names.NOT_AWAITING:
            sent = variable_of(member.expr, owners)
            may_be = sent is None and isinstance(member.expr, MemberExpr) and member.expr.name == variable.name
            if sent is variable or (may_be and member.name in names.AWAITING):
                yield member.name


def _owners(tree: MypyFile) -> dict[SymbolNode, TypeInfo]:
    """The class of which each ``self`` is an instance: mypy gives it no type before it checks the method."""
    methods = ((_function(symbol.node), info) for _, symbol, info in tree.local_definitions() if info)
    return {method.arguments[0].variable: info for method, info in methods if method and method.arguments}


def _function(node: SymbolNode | None) -> FuncDef | None:
    function = node.func if isinstance(node, Decorator) else node
    return function if isinstance(function, FuncDef) else None
