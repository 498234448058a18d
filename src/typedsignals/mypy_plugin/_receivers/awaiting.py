"""Async receivers of a signal that their module sends only with methods that cannot await them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.nodes import Decorator, FuncDef, MemberExpr, NameExpr, TypeInfo
from mypy.traverser import NameAndMemberCollector

from .. import _messages as messages
from .. import _names as names
from .._mypy.expressions import variable_of
from .._mypy.internals import module_tree, source_lines
from .kinds import is_coroutine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy.nodes import Expression, MypyFile, SymbolNode
    from mypy.plugin import CheckerPluginInterface

    from .receiver import Receiver


def check_awaited(receiver: Receiver, signal: Expression | None) -> None:
    """Note that a receiver is async, and never awaited as far as its module shows."""
    if receiver.signature is None or not is_coroutine(receiver.signature.ret_type):
        return
    methods = _sending(signal, receiver.checker)
    if isinstance(signal, NameExpr | MemberExpr) and methods and not methods & names.MAYBE_AWAITING:
        receiver.note(messages.never_awaited(receiver.name, signal.name, sorted(methods)), messages.ASYNC)


def _sending(signal: Expression | None, checker: CheckerPluginInterface) -> set[str]:
    """Return the methods with which the module sends a signal, or may send it and await receivers.

    There are none if it cannot be told what the module does with the signal.
    """
    tree = module_tree(checker)
    variable = variable_of(signal, _owners(tree))
    if variable is None or any(names.ASYNC_WRAPPER in line for line in source_lines(checker.path, checker)):
        return set()
    uses = _Uses(variable, tree)
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
        """Return whether it is an argument, a result or a value, and may be sent by whoever gets it."""
        holders = {member.expr for member in self._members}
        found = [expression for expression in (*self._names, *self._members) if expression not in holders]
        return any(not expression.is_new_def and self._may_be(expression) for expression in found)

    def methods(self) -> Iterator[str]:
        """Yield the methods with which it is sent, or may be sent and its receivers awaited."""
        for member in self._members:
            may_send = self._is if member.name in names.NOT_AWAITING else self._may_be
            if member.name in names.NOT_AWAITING | names.MAYBE_AWAITING and may_send(member.expr):
                yield member.name

    def _is(self, expression: Expression) -> bool:
        return variable_of(expression, self._owners) is self._variable

    def _may_be(self, expression: Expression) -> bool:
        found = variable_of(expression, self._owners)
        has_its_name = isinstance(expression, MemberExpr) and expression.name == self._variable.name
        return found is self._variable or (found is None and has_its_name)


def _owners(tree: MypyFile) -> dict[SymbolNode, TypeInfo]:
    """Return the class of each ``self``, which mypy gives no type before it checks the method."""
    methods = ((_function(symbol.node), info) for _, symbol, info in tree.local_definitions() if info)
    return {method.arguments[0].variable: info for method, info in methods if method and method.arguments}


def _function(node: SymbolNode | None) -> FuncDef | None:
    function = node.func if isinstance(node, Decorator) else node
    return function if isinstance(function, FuncDef) else None
