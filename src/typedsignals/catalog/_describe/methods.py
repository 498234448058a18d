"""Record the methods of a model that take part in validation and serialisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .._records.fingerprint import behaviour
from .._records.signals import Behaviour, Effect

DECORATORS: dict[str, Effect] = {
    "validators": "values",
    "field_validators": "values",
    "root_validators": "none",
    "model_validators": "none",
    "field_serializers": "written",
    "model_serializers": "written",
    "computed_fields": "none",
}
"""The attributes in which pydantic keeps methods of each kind, and what these may do to the values of fields."""


def behaviours_of(model: Any) -> Iterator[Behaviour]:
    """Yield a record of each method."""
    for kind, name, decorator in _decorators(model):
        fields = tuple(getattr(decorator.info, "fields", ()))
        shown = f"{name} of {', '.join(fields)}" if fields else name
        yield behaviour(f"{_singular(kind)} {shown}", decorator.func, DECORATORS[kind], fields)


def computed_names(model: Any) -> Iterator[str]:
    """Yield the keys of computed fields."""
    for kind, name, decorator in _decorators(model):
        if kind == "computed_fields":
            yield decorator.info.alias or name


def methods_for(model: Any, field: str, *kinds: str) -> Iterator[Any]:
    """Pydantic's records of those methods of some kinds that handle a field, or the whole model."""
    for kind, _, decorator in _decorators(model):
        fields = getattr(decorator.info, "fields", ("*",))
        if kind in kinds and not {field, "*"}.isdisjoint(fields):
            yield decorator


def _decorators(model: Any) -> Iterator[tuple[str, str, Any]]:
    kinds = getattr(model, "__pydantic_decorators__", None)
    for kind in DECORATORS:
        for name, decorator in getattr(kinds, kind, {}).items():
            yield kind, name, decorator


def _singular(kind: str) -> str:
    return kind.rstrip("s").replace("_", " ")
