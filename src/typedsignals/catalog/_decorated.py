"""The methods of a model that take part in validating and serialising it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ._fingerprints import behaviour
from ._model import Behaviour

DECORATORS = (
    "validators field_validators root_validators model_validators field_serializers model_serializers computed_fields"
).split()


def behaviours_of(model: Any) -> Iterator[Behaviour]:
    """A record of each such method."""
    for kind, name, decorator in _decorators(model):
        fields = getattr(decorator.info, "fields", ())
        shown = f"{name} of {', '.join(fields)}" if fields else name
        yield behaviour(f"{kind} {shown}", decorator.func)


def computed_names(model: Any) -> Iterator[str]:
    """The keys of computed fields."""
    for kind, name, decorator in _decorators(model):
        if kind == "computed field":
            yield decorator.info.alias or name


def _decorators(model: Any) -> Iterator[tuple[str, str, Any]]:
    kinds = getattr(model, "__pydantic_decorators__", None)
    for kind in DECORATORS:
        for name, decorator in getattr(kinds, kind, {}).items():
            yield kind.rstrip("s").replace("_", " "), name, decorator
