"""Resolve names in source code, without running the code."""

from __future__ import annotations

import ast
import builtins
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from inspect import getattr_static, getsource
from textwrap import dedent
from types import FunctionType
from typing import Any, NamedTuple, TypeGuard

from ..._namespace import Namespace, default_namespace, signal
from ..._sending.bound import BoundSignal
from ..._sending.prepared import Prepared
from ..._signal import Signal

if sys.version_info >= (3, 15):
    from types import LazyImportType


class Known(NamedTuple):
    """The expression is this object."""

    value: Any


class InstanceOf(NamedTuple):
    """The expression is an instance of this class: ``self``, an annotated parameter, ``Class()``."""

    kind: type


Meaning = Known | InstanceOf | None
"""What an expression means; None if that is unknown."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
NewScope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Scope:
    """The names of a module or function. Their meanings are worked out on lookup.

    Args:
        package: The package that relative imports refer to.
        parent: The scope around it; None for a module.
        objects: The objects of known names.
        body: The source, which is only read if another name is looked up; usually it is not.
    """

    def __init__(self, package: str, parent: Scope | None, objects: Mapping[str, Any], body: Iterable[ast.AST]) -> None:
        self._package = package
        self._parent = parent
        self._objects = objects
        self._unread = body
        self._bindings: defaultdict[str, list[Callable[[], Meaning]]] = defaultdict(list)
        self._from_outside: set[str] = set()

    def lookup(self, name: str) -> Meaning:
        """Return what a name means here; known only if the name is bound once."""
        if name in self._objects:
            return _known(self._objects[name])
        self._read()
        if name not in self._bindings or name in self._from_outside:
            return self._parent.lookup(name) if self._parent else _builtin(name)
        bindings = self._bindings[name]
        # Unknown while it is being worked out, because names may refer to each other in circles.
        self._bindings[name] = [_undecided]
        meaning = bindings[0]() if len(bindings) == 1 else None
        self._bindings[name] = [partial(_decided, meaning)]
        return meaning

    def inner(self, function: Function | ast.Lambda, owner: Meaning) -> Scope:
        """Return the scope of a function or lambda.

        Args:
            function: The source of the function.
            owner: The class, if it is a method.
        """
        body = function.body
        scope = Scope(self._package, self, {}, body if isinstance(body, list) else [body])
        parameters = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        for index, parameter in enumerate(parameters):
            meaning = None if index else _first_parameter(function, owner)
            scope._bind(parameter.arg, partial(_decided, meaning) if meaning else self._annotated(parameter))
        for collected in filter(None, (function.args.vararg, function.args.kwarg)):
            scope._bind(collected.arg, _undecided)
        return scope

    def resolve(self, node: ast.expr) -> Meaning:
        """Return what an expression means."""
        match node:
            case ast.Name(id=name):
                return self.lookup(name)
            case ast.Attribute(value=base, attr=name):
                return attribute(self.resolve(base), name)
            case ast.Subscript(value=base, slice=ast.Constant(value=key)):
                return _item(self.resolve(base), key)
            case ast.Call(func=ast.Attribute(value=base, attr=method), args=args):
                owner = self.resolve(base)
                return _given_by(owner, method, args) or self._result(attribute(owner, method), args)
            case ast.Call(func=function, args=args):
                return self._result(self.resolve(function), args)
        return None

    def _result(self, function: Meaning, args: list[ast.expr]) -> Meaning:
        match function, args:
            case Known(value=value), [ast.Constant(value=key), *_] if value is signal:
                return _item(Known(default_namespace), key)
            case Known(value=value), [argument] if value is type:
                instance = self.resolve(argument)
                return Known(instance.kind) if isinstance(instance, InstanceOf) else None
        return _instance(function)

    def _read(self) -> None:
        """Read the names that statements bind, whether or not the statements can be reached."""
        body, self._unread = self._unread, ()
        for statement in body:
            for node in _own_nodes(statement):
                self._bind_by(node)

    def _bind(self, name: str, meaning: Callable[[], Meaning]) -> None:
        self._bindings[name].append(meaning)

    def _bind_by(self, node: ast.AST) -> None:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                self._bind(name, partial(self.resolve, value))
            case ast.Import() | ast.ImportFrom():
                self._bind_imports(node)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                self._from_outside.update(names)
            case _:
                for name in _otherwise_bound(node):
                    self._bind(name, _undecided)

    def _bind_imports(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                found = partial(_imported, self._imported_from(node), alias.name)
                self._bind(alias.asname or alias.name, found)
            else:
                top = alias.name.partition(".")[0]
                self._bind(alias.asname or top, partial(_module, alias.name if alias.asname else top))

    def _imported_from(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parents = self._package.split(".")
        base = parents[: len(parents) - node.level + 1]
        return ".".join([*base, node.module] if node.module else base)

    def _annotated(self, parameter: ast.arg) -> Callable[[], Meaning]:
        annotation = parameter.annotation
        if annotation is None:
            return _undecided
        return lambda: _instance(self.resolve(_unquoted(annotation)))


def attribute(base: Meaning, name: str) -> Meaning:
    """Return what an attribute means, without running any code to find out. A bound signal means its signal."""
    match base:
        case Known(value=owner) | InstanceOf(kind=owner):
            found = getattr_static(owner, name, None)
            if isinstance(base, InstanceOf) and type(found) in (property, cached_property):
                return _given_by_property(found.fget if type(found) is property else found.func, base)
            return _known(found) if not hasattr(type(found), "__get__") or isinstance(found, FunctionType) else None
    return None


def _given_by_property(getter: Any, owner: InstanceOf) -> Meaning:
    """Return what a property gives that ends with ``return type(self)._saved.of(self)``, or the like."""
    if type(getter) is not FunctionType:
        return None
    try:
        tree = ast.parse(dedent(getsource(getter.__code__)))
    except (OSError, SyntaxError):  # it is not in a file, or its lines are not those of a function alone
        return None
    match tree.body:
        case [
            ast.FunctionDef(body=[*_, ast.Return(value=ast.Call(func=ast.Attribute(attr="of")) as bound)]) as function
        ]:
            module = Scope(getter.__globals__.get("__package__") or "", None, getter.__globals__, ())
            return module.inner(function, Known(owner.kind)).resolve(bound)
    return None


def _known(value: Any) -> Meaning:
    """Return the object itself; for a bound signal its signal, for a lazy import the object that it imports."""
    if type(value) is BoundSignal:
        return Known(value.signal)
    # The type, because proxies imitate other objects.
    if sys.version_info >= (3, 15) and type(value) is LazyImportType:
        try:
            return Known(value.resolve())
        except Exception:  # whatever its module raises: the program would fail as well
            return None
    return Known(value)


def _item(base: Meaning, key: object) -> Meaning:
    # The type, because proxies imitate other objects, and look them up.
    if not isinstance(base, Known) or not issubclass(type(base.value), Namespace) or key not in base.value:
        return None
    return Known(base.value[key])


def _given_by(owner: Meaning, method: str, args: list[ast.expr]) -> Meaning:
    """Return what a method of a namespace or signal gives."""
    match method, args:
        case "signal" | "hook", [ast.Constant(value=key), *_]:
            return _item(owner, key)
        case "prepare", _ if is_signal(owner):
            return InstanceOf(Prepared)
        case "of", _ if is_signal(owner):
            return owner
    return None


def is_signal(meaning: Meaning) -> TypeGuard[Known]:
    """Whether an expression is known to be a certain signal."""
    # The type, because proxies imitate other objects.
    return isinstance(meaning, Known) and issubclass(type(meaning.value), Signal)


def may_be_signal(meaning: Meaning) -> bool:
    """Whether an expression that is not known to be a signal could be one."""
    match meaning:
        case Known(value=value):
            return value is None
        case InstanceOf(kind=kind):
            # `Any` is a class, too.
            is_general = kind in Signal.__mro__ or kind is Any or getattr(kind, "_is_protocol", False)
            return is_general or issubclass(kind, Signal)
    return True


def _first_parameter(function: Function | ast.Lambda, owner: Meaning) -> Meaning:
    """Return what the first parameter of a method means."""
    if isinstance(function, ast.Lambda):
        return None
    decorators = {node.id for node in function.decorator_list if isinstance(node, ast.Name)}
    if "staticmethod" in decorators:
        return None
    is_of_class = "classmethod" in decorators or function.name in ("__new__", "__init_subclass__", "__class_getitem__")
    return owner if is_of_class else _instance(owner)


def _instance(kind: Meaning) -> InstanceOf | None:
    return InstanceOf(kind.value) if isinstance(kind, Known) and issubclass(type(kind.value), type) else None


def _unquoted(annotation: ast.expr) -> ast.expr:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value, mode="eval").body
        except SyntaxError:  # a description of the parameter, not a type
            return annotation
    return annotation


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all nodes in it that belong to the same scope."""
    yield node
    if not isinstance(node, NewScope):
        for child in _children(node):
            yield from _own_nodes(child)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes in a node, without the name that an assignment binds, which is bound with its value."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.NamedExpr(value=value):
            yield value
        case ast.AnnAssign(target=ast.Name(), value=value):
            yield from filter(None, [value])
        case _:
            yield from ast.iter_child_nodes(node)


def _otherwise_bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case (
            ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            yield name


def _undecided() -> Meaning:
    return None


def _decided(meaning: Meaning) -> Meaning:
    return meaning


def _builtin(name: str) -> Meaning:
    return Known(getattr(builtins, name)) if hasattr(builtins, name) else None


def _module(name: str) -> Meaning:
    module = sys.modules.get(name)
    return None if module is None else Known(module)


def _imported(module: str, name: str) -> Meaning:
    found = attribute(_module(module), name)
    return found if isinstance(found, Known) and found.value is not None else _module(f"{module}.{name}")
