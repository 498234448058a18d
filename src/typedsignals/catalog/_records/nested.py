"""Which models are nested in others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from .signals import Catalog, ModelRecord
from .types import ArrayType, ChoiceType, MappingType, ModelType, TupleType, TypeRecord, UnionType

KeyT = TypeVar("KeyT")
MOST_VISITS = 100


class Visits(Generic[KeyT]):
    """How models are gone into that may be nested in each other in ever so many ways.

    One that is met within itself is not entered again. By one field of a payload, it is entered `MOST_VISITS` times at
    most: models that refer to one another have more paths than can be gone.
    """

    def __init__(self) -> None:
        self._open: set[KeyT] = set()
        self._counts: Counter[tuple[str, KeyT]] = Counter()

    @contextmanager
    def to(self, key: KeyT, path: str) -> Iterator[bool]:
        """A visit, with whether the model is to be entered.

        Args:
            key: The model.
            path: Where it is.
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
    """The payload's field that a path begins with."""
    return re.split(r"[.\[{<]", path, maxsplit=1)[0]


def models_in(record: TypeRecord) -> Iterator[str]:
    """The names of the models that a type is made with."""
    if isinstance(record, ModelType):
        yield record.model
    for part in parts_of(record):
        yield from models_in(part)


def enumerations_in(record: TypeRecord) -> Iterator[ChoiceType]:
    """The enumerations that a type is made with."""
    if isinstance(record, ChoiceType) and record.name:
        yield record
    for part in parts_of(record):
        yield from enumerations_in(part)


def parts_of(record: TypeRecord) -> tuple[TypeRecord, ...]:
    """The types that a type is directly made with."""
    match record:
        case UnionType(members=parts) | TupleType(items=parts):
            return parts
        case ArrayType(item=item):
            return (item,)
        case MappingType(key=key, value=value):
            return (key, value)
    return ()


def nested_in(model: ModelRecord) -> list[str]:
    """The names of the models that a model's fields are made with, in order."""
    return list(dict.fromkeys(name for field in model.fields for name in models_in(field.type)))


def unchanged(old: Mapping[str, ModelRecord], new: Mapping[str, ModelRecord]) -> set[str]:
    """The names of the models that are the same in two catalogs, with all that is nested in them."""
    return old.keys() - made_with(old, {name for name, model in old.items() if model != new.get(name)})


def made_with(models: Mapping[str, ModelRecord], names: Iterable[str]) -> set[str]:
    """The names of some models, and of those that they are nested in, at any depth.

    Args:
        models: All models.
        names: Some of their names.
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
    """The models of a catalog that are nested in others, sorted by name."""
    nested: Iterable[str] = {name for model in catalog.models.values() for name in nested_in(model)}
    return [catalog.models[name] for name in sorted(nested) if name in catalog.models]
