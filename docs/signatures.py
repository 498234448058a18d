"""Signatures in the API reference: with types, in the words that ``api/index.md`` explains.

The package's own signatures are written for type checkers: with type variables, a ``ParamSpec`` and overloads. A reader
wants one signature for each method, and to see at a glance what goes in and what comes out.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import re
import sys
import typing
from collections.abc import Callable, Iterable
from functools import cache
from importlib.util import resolve_name
from typing import Any

from pydantic import BaseModel
from sphinx.addnodes import desc_signature
from sphinx.application import Sphinx
from sphinx.domains.python import PyAttribute, PyProperty
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.inspect import stringify_signature

PUBLIC = ["typedsignals", "typedsignals.catalog", "typedsignals.relay", "typedsignals.testing"]
WORDS = {
    "SenderT": "Sender",
    "ClassT": "Sender",
    "PayloadT": "Model",
    "ResultT": "Result",
    "T_co": "Result",
    "ReceiverT": "Receiver",
    "AnyReceiver": "Receiver",
    "AnySignal": "typedsignals.Signal",
    "FedSignal": "typedsignals.Signal",
    "TypeRecord": "typedsignals.catalog.TypeRecord",
    "MappingType": "typedsignals.catalog.TypeRecord",
}
"""What a reader sees instead of a type variable or an alias."""
ALIASES = {
    "Wrapper": "Callable[[Receiver], Receiver]",
    "HeldBlock": "~contextlib.AbstractContextManager[None] | ~contextlib.AbstractAsyncContextManager[None]",
}
"""What private names stand for. Aliases of literals, and those written as text, are spelt out by themselves."""
EMPTY = inspect.Parameter.empty


class Left:
    """A default that says nothing to readers."""

    def __repr__(self) -> str:
        return "..."


@cache
def public_places() -> dict[str, str]:
    """Return where each public class is documented, by where it is defined."""
    modules = [importlib.import_module(name) for name in PUBLIC]
    named = [(f"{module.__name__}.{name}", getattr(module, name)) for module in modules for name in module.__all__]
    classes = {place: value for place, value in named if isinstance(value, type)}
    return {f"{value.__module__}.{value.__qualname__}": place for place, value in classes.items()} | dict(
        zip(classes, classes, strict=True)
    )


@cache
def imported(module: str) -> dict[str, str]:
    """Return where the names come from that a module imports, even if only for type checkers."""
    found = {}
    for statement in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(statement, ast.ImportFrom):
            source = "." * statement.level + (statement.module or "")
            source = resolve_name(source, sys.modules[module].__package__) if statement.level else source
            found |= {alias.asname or alias.name: f"{source}.{alias.name}" for alias in statement.names}
    return found


class Rewriting(ast.NodeTransformer):
    """Puts an annotation that a module contains into the words of the reference."""

    def __init__(self, module: str) -> None:
        self.module = module

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in WORDS:
            return named(WORDS[node.id])
        if node.id in ALIASES:
            return parsed(ALIASES[node.id])
        module, alias = self.meaning(node.id)
        if isinstance(alias, str):
            return Rewriting(module).visit(parsed(alias))
        if typing.get_origin(alias) is typing.Literal:
            return parsed(f"Literal{list(typing.get_args(alias))}")
        if typing.get_origin(alias) is typing.Annotated:
            base = typing.get_args(alias)[0]
            return named(public_places().get(f"{base.__module__}.{base.__qualname__}", base.__qualname__))
        return named(self.place(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self.visit(ast.Name(node.attr))  # of a module

    def place(self, name: str) -> str:
        """Return the full name of what a name means, or the bare name if it is private."""
        if hasattr(builtins, name):
            return f"builtins.{name}"  # Sphinx would take `type` for an attribute of that name
        place = imported(self.module).get(name, f"{self.module}.{name}")
        if place.startswith("typedsignals."):
            return public_places().get(place, name)
        return place

    def meaning(self, name: str) -> tuple[str, object]:
        """Return the module where a name of the package is defined, and what it means there."""
        module, _, attribute = imported(self.module).get(name, f"{self.module}.{name}").rpartition(".")
        return module, getattr(sys.modules.get(module), attribute, None) if module.startswith("typedsignals") else None

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        base, inner = ast.unparse(node.value), ast.unparse(node.slice)
        if base == "Annotated":
            return self.visit(node.slice.elts[0])  # type: ignore[attr-defined]
        if base == "TypeForm":
            return self.visit(parsed(f"type[{inner}]"))
        if base == "Literal":
            return node
        if base == "Callable":
            return self.callable(node, inner)
        if base in WORDS or self.place(base).startswith("typedsignals."):
            return self.visit(node.value)  # a signal, whatever its payload
        return self.generic_visit(node)  # type: ignore[return-value]

    def callable(self, node: ast.Subscript, inner: str) -> ast.expr:
        """Tell receivers and payload models from other callables."""
        if inner == "(P, PayloadT)":
            return self.visit(parsed("type[PayloadT]"))
        if "Concatenate" in inner.split("[", maxsplit=1)[0] or inner in {"(..., Any)", "([SenderT, PayloadT], R)"}:
            return named("Receiver")
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if ast.unparse(node.right) == "AnySender":  # the default, `ANY`, says so
            return self.visit(node.left)
        return self.generic_visit(node)  # type: ignore[return-value]


def parsed(annotation: str) -> ast.expr:
    return ast.parse(annotation, mode="eval").body


def named(place: str) -> ast.Name:
    """Return a name, written as Sphinx wants it: shown without its module, linked by its full name."""
    return ast.Name(f"~{place}" if "." in place else place)


def rewritten(annotation: object, module: str) -> str:
    """Return an annotation as readers see it."""
    if not isinstance(annotation, str):
        return getattr(annotation, "__name__", str(annotation))
    return ast.unparse(Rewriting(module).visit(parsed(annotation)))


def joined(annotations: Iterable[str]) -> str:
    """Return one annotation for several, None at the end."""
    parts = dict.fromkeys(part for annotation in annotations for part in annotation.split(" | "))
    telling = [part for part in parts if "Any" not in part and part != "~builtins.object"]
    parts = telling if telling and telling != ["None"] else parts
    return " | ".join(sorted(parts, key=lambda part: part == "None"))


class Implementation:
    """A function of the package, with what its overloads say where it says ``Any`` itself."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.signature = inspect.signature(function)
        self.overloads = [inspect.signature(overload) for overload in typing.get_overloads(function)]

    def rewritten(self, annotation: object, alternatives: list[Any]) -> Any:
        if annotation is EMPTY:
            return EMPTY
        if "Any" in str(annotation) and alternatives:
            return joined(rewritten(alternative, self.function.__module__) for alternative in alternatives)
        return rewritten(annotation, self.function.__module__)

    def parameter(self, index: int, parameter: inspect.Parameter) -> inspect.Parameter:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            return parameter.replace(name="fields", annotation=EMPTY)
        by_position = parameter.kind is inspect.Parameter.POSITIONAL_ONLY
        alternatives = [
            overload_parameter.annotation
            for overload in self.overloads
            for position, overload_parameter in enumerate(overload.parameters.values())
            if (position == index if by_position else overload_parameter.name == parameter.name)
        ]
        default = Left() if callable(parameter.default) and parameter.default is not EMPTY else parameter.default
        return parameter.replace(annotation=self.rewritten(parameter.annotation, alternatives), default=default)

    def result(self) -> Any:
        alternatives = [overload.return_annotation for overload in self.overloads]
        result = self.rewritten(self.signature.return_annotation, alternatives)
        unwrapped = inspect.unwrap(self.function)
        if unwrapped is not self.function and inspect.isgeneratorfunction(unwrapped):  # `@contextmanager`
            return result.replace("~collections.abc.Iterator", "~contextlib.AbstractContextManager")
        return result

    def for_readers(self, *, is_method: bool) -> inspect.Signature:
        """Return the one signature that readers see, without ``self``."""
        parameters = [
            self.parameter(index, parameter)
            for index, parameter in enumerate(self.signature.parameters.values())
            if parameter.kind is not inspect.Parameter.VAR_POSITIONAL or parameter.annotation != "P.args"
        ]
        return inspect.Signature(parameters[1:] if is_method else parameters, return_annotation=self.result())


def show(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, args: str | None, result: str
) -> tuple[str, str] | None:
    """Give autodoc the signature of a function, a method, or a class that users make objects of."""
    if args is None:
        return None
    if what in {"class", "exception"}:
        if "Args:" not in (obj.__doc__ or ""):  # made by the package alone
            return "", ""
        return stringify_signature(Implementation(obj.__init__).for_readers(is_method=True)).split(" -> ")[0], ""
    if what not in {"function", "method"}:
        return None
    signature = Implementation(obj).for_readers(is_method=what == "method")
    return stringify_signature(signature, show_return_annotation=False), signature.return_annotation


def name_parameters(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Name the parameters as the signature does."""
    lines[:] = [
        line.replace(":param kwargs:", ":param fields:")
        for line in lines
        if not line.startswith(":param args: Only for type checkers")
    ]


def list_fields(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Document the fields of a model that describes them for its schema, and not in its docstring."""
    described = isinstance(obj, type) and issubclass(obj, BaseModel) and ".. attribute::" not in "\n".join(lines)
    for field, info in obj.model_fields.items() if described else ():
        text = re.sub("`([^`]+)`", r"``\1``", info.description or "")  # from Markdown
        lines += [f".. attribute:: {field}", "", *(f"   {line}" for line in text.splitlines()), ""]


def type_of_attribute(module: str, place: str) -> str | None:
    """Return the type of a public class's attribute or property."""
    name, attribute = place.split(".")
    for cls in getattr(importlib.import_module(module), name).__mro__:
        annotation = _annotation(cls, attribute) if cls.__module__.startswith("typedsignals") else None
        if annotation is not None:
            return rewritten(annotation, cls.__module__)
    return None


def _annotation(cls: type, attribute: str) -> str | None:
    described = cls.__dict__.get(attribute)
    if getter := getattr(described, "fget", None) or getattr(described, "func", None):
        return getter.__annotations__["return"]
    analyzer = ModuleAnalyzer.for_module(cls.__module__)
    analyzer.analyze()
    if found := analyzer.annotations.get((cls.__name__, attribute)):  # of the class, or of `self` in a method
        return found.removeprefix("Final[").removesuffix("]") if found.startswith("Final[") else found
    parameters = inspect.signature(cls.__init__).parameters if "__init__" in cls.__dict__ else {}
    return parameters[attribute].annotation if attribute in parameters else None


class _Typed:
    def handle_signature(self, sig: str, signode: desc_signature) -> tuple[str, str]:
        context = self.env.ref_context
        place = sig if "." in sig else f"{context['py:class']}.{sig}"
        if (found := type_of_attribute(context["py:module"], place)) is not None:
            self.options.setdefault("type", found)
        return super().handle_signature(sig, signode)


class TypedAttribute(_Typed, PyAttribute):
    """An attribute, with its type."""


class TypedProperty(_Typed, PyProperty):
    """A property, with its type."""


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-signature", show)
    app.connect("autodoc-process-docstring", name_parameters)
    app.connect("autodoc-process-docstring", list_fields)
    app.add_directive_to_domain("py", "attribute", TypedAttribute, override=True)
    app.add_directive_to_domain("py", "property", TypedProperty, override=True)
