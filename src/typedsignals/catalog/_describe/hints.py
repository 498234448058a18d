"""Resolve the annotations of dataclasses, ``TypedDict`` and named tuples, and type aliases, as pydantic does."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, get_type_hints

from pydantic import BaseModel

READING: dict[str, Any] = {}
if sys.version_info >= (3, 14):
    from annotationlib import Format

    # They may name classes that only type checkers import.
    READING["format"] = Format.FORWARDREF


def hints_of(kind: type, around: Mapping[str, Any]) -> dict[str, Any]:
    """Return the annotations of a class by name, starting with those of its base classes.

    An annotation that cannot be evaluated is kept: it does not belong to a field, or pydantic would have refused the
    class.

    Args:
        kind: The class.
        around: The `names_around` the model that contains the class.
    """
    hints: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        type_parameters = {parameter.__name__: parameter for parameter in getattr(base, "__type_params__", ())}
        names = {**around, **type_parameters, **vars(base), base.__name__: base}
        for name, annotation in inspect.get_annotations(base, **READING).items():
            hints[name] = evaluated(annotation, base.__module__, names)
    return hints


def extra_hint(model: type[BaseModel]) -> Any:
    """Return the annotation of unknown fields, a ``dict[...]``, of a model or else of its next base; None without."""
    for base in model.__mro__[: model.__mro__.index(BaseModel)]:
        if "__pydantic_extra__" in inspect.get_annotations(base, **READING):
            around = names_around(base) if issubclass(base, BaseModel) else {}
            return hints_of(base, around)["__pydantic_extra__"]
    return None


def names_around(model: type[BaseModel]) -> dict[str, Any]:
    """Return the model's own name, and the local names of the function around it, as far as pydantic keeps them."""
    kept = dict(model.__pydantic_parent_namespace__ or {})
    # pydantic keeps weak references where it can.
    for name in [name for name, value in kept.items() if type(value).__name__ == "_PydanticWeakRef"]:
        if (value := kept.pop(name)()) is not None:
            kept[name] = value
    return {**kept, model.__name__: model}


def value_of(alias: Any) -> Any:
    """Return the value of a type alias, in which names may be text; as it stands if it cannot be evaluated."""
    names = {parameter.__name__: parameter for parameter in getattr(alias, "__type_params__", ())}
    return evaluated(alias.__value__, alias.__module__, names)


def evaluated(annotation: Any, module: str, names: Mapping[str, Any]) -> Any:
    """Return an annotation with the names in it resolved; as it stands if it cannot be evaluated."""
    # Annotations of a class, because only those may be of any kind.
    holder = type("holder", (), {"__annotations__": {"it": annotation}, "__module__": module})
    with suppress(Exception):
        return get_type_hints(holder, localns=dict(names), include_extras=True)["it"]
    return annotation
