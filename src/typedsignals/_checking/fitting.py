"""Whether a callable takes what a signal sends and, if not, what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, partialmethod
from inspect import Parameter
from types import MethodType
from typing import Any

from .._inspecting.callables import attribute, is_bare
from .._inspecting.signatures import AnyParameter, parameters_of, signature_of
from .._suggestion import closest

BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL)
BY_KEYWORD = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


def payload_problem(receiver: Callable[..., Any]) -> str:
    """Say why the receiver cannot be called with a sender and a payload; empty if it can."""
    return call_problem(receiver, "with as_payload=True it is called as", "sender", "payload")


def call_problem(receiver: Callable[..., Any], how: str, *arguments: str) -> str:
    """Say why the receiver cannot be called with these arguments, by position; empty if it can."""
    signature = signature_of(receiver)
    if signature is None:
        return ""
    try:
        signature.bind(*arguments)
    except TypeError as error:
        return f"{how} receiver({', '.join(arguments)}), but {error}"
    return ""


def bound_names(receiver: Callable[..., Any]) -> frozenset[str]:
    """Return the names of the parameters that are bound already and so are not in the signature, mostly ``self``."""
    if isinstance(receiver, partial):
        return bound_names(receiver.func) | _first_names(receiver.func, len(receiver.args))
    if isinstance(receiver, MethodType):
        return _first_names(receiver.__func__, 1)
    if isinstance(receiver, type):
        return _first_names(receiver.__init__, 1)  # type: ignore[misc]  # of this very class, not of a subclass
    return _first_names(type(receiver).__call__, 1)


def bound_keywords(receiver: Callable[..., Any]) -> frozenset[str]:
    """Return the keywords that a partial passes itself, which those of a send would override."""
    if isinstance(receiver, partial):
        return frozenset(receiver.keywords) | bound_keywords(receiver.func)
    if isinstance(receiver, MethodType):
        return bound_keywords(receiver.__func__)
    if is_bare(receiver):
        return frozenset()
    made_for = attribute(receiver, "__partialmethod__") or attribute(receiver, "_partialmethod")
    return frozenset(made_for.keywords) if isinstance(made_for, partialmethod) else frozenset()


def _first_names(function: Callable[..., Any], count: int) -> frozenset[str]:
    return names_by_position(parameters_of(function) or (), count)


def names_by_position(parameters: tuple[AnyParameter, ...], count: int) -> frozenset[str]:
    """Return the names of those of the first parameters that can be passed as keywords too."""
    return frozenset(p.name for p in parameters[:count] if p.kind is Parameter.POSITIONAL_OR_KEYWORD)


def bound_problem(bound: frozenset[str], fields: tuple[str, ...]) -> str:
    """Say what is wrong with the parameters that are bound already; empty if nothing is."""
    for name in fields:
        if name in bound:
            return f"its parameter {name!r} has a value already, but there is a field {name!r}; rename the parameter"
    return ""


def parameter_problem(parameters: tuple[AnyParameter, ...], fields: tuple[str, ...]) -> str:
    """Say what is wrong with the parameters; empty if nothing is."""
    if not parameters or parameters[0].kind not in BY_POSITION:
        return "it must take the sender as its first positional parameter; add one: (sender, ...)"
    first, *rest = parameters
    if first.kind is Parameter.POSITIONAL_OR_KEYWORD and first.name in fields:
        return f"its first parameter gets the sender, but is called {first.name!r} like a field; rename it"
    for parameter in rest:
        if parameter.default is not Parameter.empty:
            continue
        if parameter.kind is Parameter.POSITIONAL_ONLY:
            return f"fields come as keywords, but its parameter {parameter.name!r} is positional-only; drop the '/'"
        if parameter.kind in BY_KEYWORD and parameter.name not in fields:
            return f"it takes {parameter.name!r}, but there is no such field; {_suggestion(parameter.name, fields)}"
    return ""


def coverage_problem(uncovered: list[str]) -> str:
    """Say what to do about fields that a receiver without ``**extra`` does not name; empty if there are none."""
    if not uncovered:
        return ""
    names = ", ".join(repr(name) for name in uncovered)
    field = "field" if len(uncovered) == 1 else "fields"
    return f"it does not take the {field} {names}; add **extra: Any to ignore what it does not need"


def _suggestion(name: str, fields: tuple[str, ...]) -> str:
    meant = closest(name, fields)
    return f"did you mean {meant!r}?" if meant else f"the fields are: {', '.join(fields) or 'none'}"
