"""Complete payload models: resolve the forward references that were undefined when the model was declared."""

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
"""Names and the objects that they stand for, somewhere in a program."""


Origin = tuple[CodeType, Scope, int]
"""The code that declared a signal, its global names, and the instruction that did it."""


def scopes_for(origin: Origin) -> Iterator[Scope]:
    """Yield the scopes in which a signal's forward references may be defined by now, the closest first.

    These are the locals of the code that uses the signal, the locals of the code that declared it if that is still
    running, and the globals of the declaring module.
    """
    code, module, _ = origin
    frame = frame_of_caller()
    yield frame.f_locals
    while frame.f_code is not code and frame.f_back is not None:
        frame = frame.f_back
    if frame.f_code is code:
        yield frame.f_locals
    yield module


_lock = Lock()
"""Held while a model is completed: before pydantic 2.14, threads that complete the same model corrupt it."""

if hasattr(os, "register_at_fork"):  # pragma: no branch - absent on Windows
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


def complete(payload_type: type[BaseModel], scopes: Callable[[], Iterable[Scope]] = tuple) -> bool:
    """Resolve the forward references of a model.

    Pydantic looks up names in the model's module and where its class was created; those that it does not find are
    looked up in the scopes, one at a time, so that a name that pydantic does find keeps its meaning.

    Args:
        payload_type: The model; nothing happens if it is complete.
        scopes: Returns the scopes to search, the closest first.

    Returns:
        Whether pydantic can make a schema of the model. It cannot of some models that refer to themselves.

    Raises:
        DeclarationError: A name is still undefined, or pydantic cannot build the model with the objects found.
    """
    if payload_type.__pydantic_complete__:
        return True
    found: dict[str, Any] = {}
    with _lock:
        while isinstance(built := _build(payload_type, found), str):
            found[built] = _look_up(built, payload_type, () if built in found else scopes())
        _complete_nested(payload_type, found)
    check_aliases(payload_type)
    return built


def _complete_nested(payload_type: type[BaseModel], found: Scope) -> None:
    """Complete the models nested in a model too: the names that they need are known only now."""
    if not (found and payload_type.__pydantic_complete__):
        return
    for schema in [*schemas_in(payload_type.__pydantic_core_schema__)]:
        if schema["type"] == "model" and issubclass(schema["cls"], BaseModel):
            schema["cls"].model_rebuild(raise_errors=False, _types_namespace=found)


def complete_where_declared(payload_type: type[BaseModel], frame: FrameType) -> None:
    """Resolve what can be resolved where a signal is declared, because local names are out of reach later.

    Names that are still undefined may be defined before the first send. A model with ``defer_build`` stays unbuilt if
    all its names are defined.

    Raises:
        DeclarationError: The model is now complete, and one of its fields has ``alias=``.
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


def _build(payload_type: type[BaseModel], found: Scope) -> str | bool:
    """Build a model, unless another thread already has; return what name is undefined, or else whether it worked."""
    try:
        built = payload_type.model_rebuild(_types_namespace=found)
    except Exception as error:  # evaluating annotations and making their schemas runs their author's code
        if isinstance(error, PydanticUndefinedAnnotation) and error.name is not None:
            return error.name
        raise DeclarationError(
            f"payload {payload_type.__name__} cannot be completed: {type(error).__name__}: {error}"
        ) from error
    return built is not False  # None says that it was complete


def _look_up(name: str, payload_type: type[BaseModel], scopes: Iterable[Scope]) -> Any:
    for scope in scopes:
        if name in scope:
            return scope[name]
    shown = payload_type.__name__
    raise DeclarationError(
        f"payload {shown} refers to {name!r}, which is not defined yet: "
        f"define it, or call {shown}.model_rebuild() where it is defined, before the first send"
    )
