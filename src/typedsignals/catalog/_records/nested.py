"""Walk models that are nested in one another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from . import types as t
from .signals import Catalog, ModelRecord

KeyT = TypeVar("KeyT")
MOST_VISITS = 100


class Visits(Generic[KeyT]):
    """Decides which models to enter on a walk through nested models.

    A model is not entered again inside itself. Below one field of the payload, a model is entered at most `MOST_VISITS`
    times: the number of paths through models that refer to one another may be too large to walk.
    """

    def __init__(self) -> None:
        self._open: set[KeyT] = set()
        self._counts: Counter[tuple[str, KeyT]] = Counter()

    @contextmanager
    def to(self, key: KeyT, path: str) -> Iterator[bool]:
        """A block for one visit; its value says whether to enter the model.

        Args:
            key: The model.
            path: Where it is nested.
        """
        times = top_field(path), key
        self._counts[times] += 1
        if key in self._open or self._counts[times] > MOST_VISITS:
            yield False
            return
        self._open.add(key)
        yield True
        self._open.remove(key)


def top_field(path: str) -> str:
    """Return the field of the payload at the start of a path."""
    return re.split(r"[.\[{<]", path, maxsplit=1)[0]


def models_in(record: t.TypeRecord) -> Iterator[str]:
    """Yield the names of the models in a type."""
    if isinstance(record, t.ModelType):
        yield record.model
    for part in t.parts_of(record):
        yield from models_in(part)


def enumerations_in(record: t.TypeRecord) -> Iterator[t.ChoiceType]:
    """Yield the enumerations in a type."""
    if isinstance(record, t.ChoiceType) and record.name:
        yield record
    for part in t.parts_of(record):
        yield from enumerations_in(part)


def nested_in(model: ModelRecord) -> list[str]:
    """Return the names of the models in the types of a model's fields, in order."""
    return list(dict.fromkeys(name for record in model.types for name in models_in(record)))


def unchanged(old: Mapping[str, ModelRecord], new: Mapping[str, ModelRecord]) -> set[str]:
    """Return the names of the models that are equal in two catalogs, including all models nested in them."""
    return old.keys() - made_with(old, {name for name, model in old.items() if model != new.get(name)})


def made_with(models: Mapping[str, ModelRecord], names: Iterable[str]) -> set[str]:
    """Return the names of some models and of all models that contain them, at any depth.

    Args:
        models: All models.
        names: The names of some of them.
    """
    users: defaultdict[str, list[str]] = defaultdict(list)
    for name, model in models.items():
        for nested in nested_in(model):
            users[nested].append(name)
    found = {*names}
    spreading = [*found]
    while spreading:
        more = {*users[spreading.pop()]} - found
        found |= more
        spreading += more
    return found


def nested_models(catalog: Catalog) -> list[ModelRecord]:
    """Return the models of a catalog that are nested in others, sorted by name."""
    nested: Iterable[str] = {name for model in catalog.models.values() for name in nested_in(model)}
    return [catalog.models[name] for name in sorted(nested) if name in catalog.models]
