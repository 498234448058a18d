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
    variable = variable_of(signal, _owners(checker.tree))
    if variable is None or any(names.ASYNC_WRAPPER in line for line in lines_of(checker.path, checker.errors)):
        return set()
    uses = _Uses(variable, checker.tree)
    return set() if uses.is_passed_on() else set(uses.methods())


class _Uses:
    """What a module does with a variable.

    Args:
        variable: The variable or attribute.
        tree: The module.
    """

    def __init__(self, variable: SymbolNode, tree: MypyFile) -> None:
        self._variable = variable
        self._owners = _owners(tree)
        collector = NameAndMemberCollector()
        tree.accept(collector)
        self._names, self._members = collector.name_exprs, collector.member_exprs

    def is_passed_on(self) -> bool:
        """Whether it is an argument, a result or a value, and may be sent by what has it then."""
        holders = {member.expr for member in self._members}
        found = [expression for expression in (*self._names, *self._members) if expression not in holders]
        return any(not expression.is_new_def and self._may_be(expression) for expression in found)

    def methods(self) -> Iterator[str]:
        """Those by which it is sent, or may be sent and receivers are awaited."""
        for member in self._members:
            may_send = self._is if member.name in names.NOT_AWAITING else self._may_be
            if member.name in names.NOT_AWAITING | names.AWAITING and may_send(member.expr):
                yield member.name

    def _is(self, expression: Expression) -> bool:
        return variable_of(expression, self._owners) is self._variable

    def _may_be(self, expression: Expression) -> bool:
        found = variable_of(expression, self._owners)
        has_its_name = isinstance(expression, MemberExpr) and expression.name == self._variable.name
        return found is self._variable or (found is None and has_its_name)


def _owners(tree: MypyFile) -> dict[SymbolNode, TypeInfo]:
    """The class of which each ``self`` is an instance: mypy gives it no type before it checks the method."""
    methods = ((_function(symbol.node), info) for _, symbol, info in tree.local_definitions() if info)
    return {method.arguments[0].variable: info for method, info in methods if method and method.arguments}


def _function(node: SymbolNode | None) -> FuncDef | None:
    function = node.func if isinstance(node, Decorator) else node
    return function if isinstance(function, FuncDef) else None
