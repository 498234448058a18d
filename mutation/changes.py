"""The changes: what is replaced by what, in the syntax tree of a module."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from functools import partial, singledispatch
from pathlib import Path
from types import CodeType
from typing import Any

SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NONE = ast.Constant(None)


@dataclass(frozen=True)
class Change:
    """One change of one module.

    Attributes:
        file: The module's file.
        line: The line of what is changed.
        text: What is changed, and into what.
        code: The code of each function that is different, by the code that it replaces.
    """

    file: Path
    line: int
    text: str
    code: dict[CodeType, CodeType] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def changes_of(file: Path) -> Iterator[Change]:
    """Yield each change of the functions of a module."""
    tree = ast.parse(file.read_text())
    before = _functions(tree, file)

    def code_with(node: ast.AST, new: ast.AST, put: Callable[[Any], None]) -> dict[CodeType, CodeType]:
        # A copy: it may be a part of what it replaces, and gets another line.
        put(ast.fix_missing_locations(ast.copy_location(copy(new), node)))
        after = _functions(tree, file)
        put(node)
        return {before[key]: after[key] for key in before.keys() & after.keys() if before[key] != after[key]}

    for node, put in _nodes(tree, within=False):
        for new in replacements(node):
            code = code_with(node, new, put)
            if any(old.co_freevars != changed.co_freevars for old, changed in code.items()):
                code = code_with(node, _never_instead(new, node), put)
            if code:
                yield Change(file, getattr(node, "lineno", 0), f"{_shown(node)}  ->  {_shown(new)}", code)


def _never_instead(new: Any, node: Any) -> ast.AST:
    """Keep what is replaced where it never runs, so that the function still has the variables of its closure."""
    if isinstance(node, ast.stmt):
        return ast.If(ast.Constant(True), [ast.copy_location(copy(new), node)], [node])
    return ast.IfExp(ast.Constant(True), ast.copy_location(copy(new), node), node)


def _functions(tree: ast.Module, file: Path) -> dict[tuple[str, int, int], CodeType]:
    """Compile; return the code of each function, by its name, its line, and its number among those."""
    found: dict[tuple[str, int, int], CodeType] = {}
    for code in _code_within(compile(tree, file, "exec", dont_inherit=True)):
        name, line = code.co_qualname, code.co_firstlineno
        found[name, line, sum(key[:2] == (name, line) for key in found)] = code
    return found


def _code_within(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _code_within(constant)


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}..."


def _nodes(node: ast.AST, *, within: bool) -> Iterator[tuple[ast.AST, Callable[[Any], None]]]:
    """Yield each node within a function, and a function that puts another one in its place."""
    within = within or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for name, value in ast.iter_fields(node):
        if name in {"decorator_list", "annotation", "returns", "keywords"} or isinstance(value, ast.arguments):
            continue
        slots: list[tuple[Any, Callable[[Any], None]]] = [(value, partial(setattr, node, name))]
        if isinstance(value, list):
            slots = [(item, partial(value.__setitem__, at)) for at, item in enumerate(value)]
        for child, put in slots:
            if isinstance(child, ast.AST) and not _says_nothing(child, node):
                if within:
                    yield child, put
                yield from _nodes(child, within=within)
    for keyword in getattr(node, "keywords", []):
        yield from _nodes(keyword, within=within)


def _says_nothing(node: ast.AST, parent: ast.AST) -> bool:
    """Whether it is a docstring, for type checkers alone, or a part that is replaced with the whole."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    if isinstance(parent, ast.Call) and parent.args and node is parent.args[0]:
        return _is_cast(parent)
    return isinstance(parent, ast.JoinedStr) and isinstance(node, ast.Constant)


def _is_cast(node: ast.Call) -> bool:
    return ast.unparse(node.func) == "cast"


@singledispatch
def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what to put in the place of a node."""
    yield from ()


def _with(node: Any, **values: Any) -> Any:
    """Return a copy with other values."""
    new = copy(node)
    for name, value in values.items():
        setattr(new, name, value)
    return new


def _without(items: list[Any], at: int) -> list[Any]:
    return items[:at] + items[at + 1 :]


def _is_false(node: ast.AST | None) -> bool:
    """Whether it is None, or so much like it that type checkers tell them apart, but hardly any code does."""
    return node is None or (isinstance(node, ast.Constant) and not node.value)


@replacements.register(ast.Compare)
def _(node: ast.Compare) -> Iterator[ast.AST]:
    for at, operator in enumerate(node.ops):
        yield _with(node, ops=[*node.ops[:at], SWAPPED[type(operator)](), *node.ops[at + 1 :]])


@replacements.register(ast.BoolOp)
def _(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=SWAPPED[type(node.op)]())
    for at in range(len(node.values)):
        rest = _without(node.values, at)
        yield _with(node, values=rest) if len(rest) > 1 else rest[0]


@replacements.register(ast.BinOp)
def _(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in SWAPPED:
        yield _with(node, op=SWAPPED[type(node.op)]())


@replacements.register(ast.UnaryOp)
def _(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


@replacements.register(ast.If)
@replacements.register(ast.IfExp)
def _(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


@replacements.register(ast.Constant)
def _(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(f"XX{node.value}")


@replacements.register(ast.JoinedStr)
def _(node: ast.JoinedStr) -> Iterator[ast.AST]:
    yield ast.Constant("XX")


@replacements.register(ast.Return)
@replacements.register(ast.Assign)
@replacements.register(ast.AnnAssign)
def _(node: ast.Return | ast.Assign | ast.AnnAssign) -> Iterator[ast.AST]:
    if not _is_false(node.value):
        yield _with(node, value=NONE)


@replacements.register(ast.Expr)
@replacements.register(ast.Raise)
def _(node: ast.Expr | ast.Raise) -> Iterator[ast.AST]:
    yield ast.Pass()


@replacements.register(ast.Break)
def _(node: ast.Break) -> Iterator[ast.AST]:
    yield ast.Continue()


@replacements.register(ast.Continue)
def _(node: ast.Continue) -> Iterator[ast.AST]:
    yield ast.Break()


@replacements.register(ast.Call)
def _(node: ast.Call) -> Iterator[ast.AST]:
    for at, argument in enumerate(node.args):
        if not isinstance(argument, ast.Starred | ast.Constant) and not (at == 0 and _is_cast(node)):
            yield _with(node, args=[*node.args[:at], NONE, *node.args[at + 1 :]])
    for at in range(len(node.keywords)):
        yield _with(node, keywords=_without(node.keywords, at))
