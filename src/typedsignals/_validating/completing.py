"""Completing payloads: resolving the forward references that were unknown when the model was declared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

from pydantic import BaseModel
from pydantic.errors import PydanticUndefinedAnnotation

from .._concurrency.interrupts import Lock
from .._exceptions import DeclarationError
from .._location import frame_of_caller
from .payload import check_aliases
from .problems import schemas_in

Scope = Mapping[str, Any]
"""Names and what they mean, at some place in a program."""


Origin = tuple[CodeType, Scope]
"""The code that declared a signal, and its global names."""


def scopes_for(origin: Origin) -> Iterator[Scope]:
    """What is known now where a signal is used, and where it was declared if that still goes on; then its module."""
    code, module = origin
    frame = frame_of_caller()
    yield frame.f_locals
    while frame.f_code is not code and frame.f_back is not None:
        frame = frame.f_back
    if frame.f_code is code:
        yield frame.f_locals
    yield module


_lock = Lock()
"""Held while a model is completed: before pydantic 2.14, threads that complete one model spoil each other's work."""

if hasattr(os, "register_at_fork"):  # pragma: no branch - absent on Windows
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


def complete(payload_type: type[BaseModel], scopes: Callable[[], Iterable[Scope]] = tuple) -> None:
    """Resolve the forward references of a model.

    Names that pydantic does not find, in the model's module or where its class was made, are looked up in the scopes.
    One after the other: a name that has a meaning for the model must not get another one here. Some models that refer
    to themselves stay incomplete all the same, as pydantic can make no schema of them.

    Args:
        payload_type: The model; nothing happens if it is complete.
        scopes: Gives the scopes to look in, the closest first.

    Raises:
        DeclarationError: A name is still undefined, or the model cannot be built with what the names stand for.
    """
    if payload_type.__pydantic_complete__:
        return
    found: dict[str, Any] = {}
    with _lock:
        while (undefined := _build(payload_type, found)) is not None:
            found[undefined] = _meaning(undefined, payload_type, () if undefined in found else scopes())
        _complete_nested(payload_type, found)
    check_aliases(payload_type)


def _complete_nested(payload_type: type[BaseModel], found: Scope) -> None:
    """Let the models in a model be of use by themselves too: the names that they need are known now, and only now."""
    if not (found and payload_type.__pydantic_complete__):
        return
    for schema in [*schemas_in(payload_type.__pydantic_core_schema__)]:
        if schema["type"] == "model" and not schema["cls"].__pydantic_complete__:
            schema["cls"].model_rebuild(raise_errors=False, _types_namespace=found)


def complete_where_declared(payload_type: type[BaseModel], frame: FrameType) -> None:
    """Resolve what can be resolved where a signal is declared: afterwards, local names are out of reach.

    What is still undefined may be defined before the first send. A model that is to be built late is left alone if no
    name is missing.

    Raises:
        DeclarationError: The model is complete now, and a field has ``alias=``.
    """
    if payload_type.__pydantic_complete__:
        return
    if payload_type.model_config.get("defer_build") and payload_type.__pydantic_fields_complete__:
        return
    try:
        complete(payload_type, lambda: (frame.f_locals, frame.f_globals))
    except DeclarationError:
        if payload_type.__pydantic_complete__:
            raise


def _build(payload_type: type[BaseModel], found: Scope) -> str | None:
    """Build a model, unless another thread has; give the name that it cannot be built without."""
    try:
        payload_type.model_rebuild(_types_namespace=found)
    except Exception as error:  # evaluating annotations and making schemas of them runs code of their author's
        if isinstance(error, PydanticUndefinedAnnotation) and error.name is not None:
            return error.name
        raise DeclarationError(
            f"payload {payload_type.__name__} cannot be completed: {type(error).__name__}: {error}"
        ) from error
    return None


def _meaning(name: str, payload_type: type[BaseModel], scopes: Iterable[Scope]) -> Any:
    for scope in scopes:
        if name in scope:
            return scope[name]
    shown = payload_type.__name__
    raise DeclarationError(
        f"payload {shown} refers to {name!r}, which is not defined yet: "
        f"define it, or call {shown}.model_rebuild() where it is, before the first send"
    )
