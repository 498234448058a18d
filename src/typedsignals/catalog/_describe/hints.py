"""The annotations of dataclasses, ``TypedDict`` and named tuples, resolved as pydantic resolves them."""

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

    # A class that only a type checker imports may be named in them.
    READING["format"] = Format.FORWARDREF


def hints_of(kind: type, around: Mapping[str, Any]) -> dict[str, Any]:
    """The annotations by name, those of base classes first.

    One that cannot be evaluated stays as it is: it is no field's, or pydantic would have refused the class.

    Args:
        kind: The class.
        around: What `names_around` the model are that it is nested in.
    """
    hints: dict[str, Any] = {}
    for base in reversed(kind.__mro__):
        type_parameters = {parameter.__name__: parameter for parameter in getattr(base, "__type_params__", ())}
        names = {**around, **type_parameters, **vars(base), base.__name__: base}
        for name, annotation in inspect.get_annotations(base, **READING).items():
            hints[name] = _evaluated(annotation, base.__module__, names)
    return hints


def names_around(model: type[BaseModel]) -> dict[str, Any]:
    """The local names of the function that a model was made in, as far as pydantic keeps them, and its own."""
    kept = model.__pydantic_parent_namespace__ or {}
    # What can be referred to weakly is.
    weak = {name for name, value in kept.items() if type(value).__name__ == "_PydanticWeakRef"}
    return {**{name: value() if name in weak else value for name, value in kept.items()}, model.__name__: model}


def _evaluated(annotation: Any, module: str, names: Mapping[str, Any]) -> Any:
    # Of a class, whose annotations alone may be of all kinds.
    holder = type("holder", (), {"__annotations__": {"it": annotation}, "__module__": module})
    with suppress(Exception):
        return get_type_hints(holder, localns=dict(names), include_extras=True)["it"]
    return annotation
