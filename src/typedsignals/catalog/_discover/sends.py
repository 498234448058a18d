"""Find the calls in source code that send signals."""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any, NamedTuple

from ..._signal import Signal
from .._records.signals import SendRecord
from .module_files import relative_file
from .problems import Problem
from .scopes import Function, Meaning, Scope, attribute, is_signal, may_be_signal

ASKING = frozenset({"first", "first_async"})
SENDING = ASKING | {"send", "send_async", "send_concurrent", "send_robust", "send_robust_async"}
SENDING_PAYLOADS = frozenset({"send_payload", "send_payload_async"})
PREPARING = "prepare"
"""The method that takes what a send takes, to deliver it later."""
METHODS = SENDING | SENDING_PAYLOADS | {PREPARING}
PUBLISHING = frozenset({"publish", "publish_async"})
"""The methods of a relay, which take the signal as their second argument."""
COMMON_NAMES = ASKING | PUBLISHING | {PREPARING}
"""Methods that objects other than signals have, too."""
ASYNC_WRAPPER = "_async_wrapper"
NO_FIELDS = frozenset({ASYNC_WRAPPER, "_sync_wrapper"})

SENDING_LINE = re.compile(r"(?:\.|^)\s*(?:send|(?:prepare|first|first_async|publish|publish_async)\b)")
"""A line with an attribute that starts like this; the dot may be at the end of the line before."""
SENDING_WORDS = ("send", PREPARING, "first", "publish")
"""One of these is in each of the methods, and finding it is faster."""


class Source(NamedTuple):
    """The source of a module."""

    module: str
    package: str
    file: str
    text: str


class Sends:
    """The sends of some modules.

    Attributes:
        unresolved: Calls of methods named like those that send, on objects that are unknown.
        problems: Modules whose source cannot be read.
    """

    def __init__(self) -> None:
        self._known: defaultdict[int, list[SendRecord]] = defaultdict(list)
        self.unresolved: list[SendRecord] = []
        self.problems: list[Problem] = []

    def of(self, signal: Signal[Any, Any, Any]) -> tuple[SendRecord, ...]:
        """Return the sends of one signal."""
        return tuple(self._known[id(signal)])

    def note(self, base: Meaning, record: SendRecord) -> None:
        """Add a call of a method on something."""
        if is_signal(base):
            self._known[id(base.value)].append(record)
        elif may_be_signal(base) and record.method not in COMMON_NAMES:
            self.unresolved.append(record)


def find_sends(modules: Iterable[str]) -> Sends:
    """Find the sends in the source of some modules, without running it.

    A send is distinguished from other methods with that name by what it is called on: a global variable, an attribute
    of a module, a class or ``self``, an item of a namespace, or a local variable that is bound to one of these once.

    Args:
        modules: The names of the modules. More is found in those that have been imported.
    """
    sends = Sends()
    for module in modules:
        try:
            source = _source(module)
            if source is not None and (lines := _sending_lines(source.text)):
                tree = ast.parse(source.text)
                _Finder(source, tree, lines, sends).visit(tree)
        except (ImportError, SyntaxError, ValueError, RecursionError) as error:
            sends.problems.append(Problem(module, f"has no readable source: {error}"))
    return sends


def _sending_lines(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), 1) if _may_send(line)]


def _may_send(line: str) -> bool:
    return any(word in line for word in SENDING_WORDS) and SENDING_LINE.search(line) is not None


def _source(module: str) -> Source | None:
    """Return the source of a module; None if it has none."""
    spec = _spec(module)
    get_source = getattr(spec and spec.loader, "get_source", None)
    text = get_source(module) if get_source else None
    if spec is None or text is None:
        return None
    return Source(module, spec.parent or "", relative_file(spec.origin or module, module), text)


def _spec(module: str) -> ModuleSpec | None:
    known = getattr(sys.modules.get(module), "__spec__", None)
    if isinstance(known, ModuleSpec):
        return known
    # It is not imported, or the program has replaced it with another object.
    parent = sys.modules.get(module.rpartition(".")[0])
    return PathFinder.find_spec(module, getattr(parent, "__path__", None))


class _Finder(ast.NodeVisitor):
    """Walks through a module, keeping track of the current scope and class."""

    def __init__(self, source: Source, tree: ast.Module, sending_lines: list[int], sends: Sends) -> None:
        self._source = source
        self._sends = sends
        known = getattr(sys.modules.get(source.module), "__dict__", {})
        self._scope = Scope(source.package, None, known, tree.body)
        self._owner: Meaning = None
        self._is_in_class = False
        self._sending_lines = sending_lines

    def visit(self, node: ast.AST) -> None:
        if not isinstance(node, ast.stmt) or self._may_send(node):
            super().visit(node)

    def _may_send(self, node: ast.stmt) -> bool:
        """Whether a statement contains one of the lines; walking through all others would take most of the time."""
        first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])
        following = bisect_left(self._sending_lines, first)
        return any(line <= (node.end_lineno or first) for line in self._sending_lines[following : following + 1])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        around = self._owner, self._is_in_class
        self._owner = attribute(self._owner, node.name) if self._is_in_class else self._scope.lookup(node.name)
        self._is_in_class = True
        self.generic_visit(node)
        self._owner, self._is_in_class = around

    def visit_FunctionDef(self, node: Function | ast.Lambda) -> None:
        around = self._scope, self._owner, self._is_in_class
        self._scope = self._scope.inner(node, self._owner if self._is_in_class else None)
        self._owner, self._is_in_class = None, False
        self.generic_visit(node)
        self._scope, self._owner, self._is_in_class = around

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815  # the visitor's names
    visit_Lambda = visit_FunctionDef  # noqa: N815  # the visitor's names

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in METHODS:
            self._sends.note(self._scope.resolve(function.value), self._record(function, node.keywords))
            function = function.value
        elif isinstance(function, ast.Attribute) and function.attr in PUBLISHING and len(node.args) > 1:
            self._sends.note(self._scope.resolve(node.args[1]), self._record(function, node.keywords))
        for part in (function, *node.args, *node.keywords):
            self.visit(part)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note a method that is passed on instead of called, if it certainly belongs to a signal."""
        if node.attr in METHODS:
            base = self._scope.resolve(node.value)
            if not may_be_signal(base):
                self._sends.note(base, self._record(node, None))
        self.generic_visit(node)

    def _record(self, method: ast.Attribute, keywords: list[ast.keyword] | None) -> SendRecord:
        passed = [keyword.arg for keyword in keywords or ()]
        names = [name for name in passed if name not in NO_FIELDS]
        return SendRecord(
            module=self._source.module,
            file=self._source.file,
            line=method.end_lineno or method.lineno,
            keywords=tuple(name for name in names if name is not None),
            is_complete=keywords is not None and None not in names and method.attr not in SENDING_PAYLOADS,
            method=method.attr,
            wraps_async=ASYNC_WRAPPER in passed,
        )
