"""Find values that must not be shown: those of pydantic's secret types, and of fields with ``repr=False``."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Secret, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from .hints import hints_of
from .namedtuples import is_namedtuple

SECRETS = (SecretStr, SecretBytes, Secret)
HIDDEN = "<hidden>"
"""What is shown instead of a value."""


def is_secret(field: FieldInfo) -> bool:
    """Whether the values of a field, or parts of them, are secret."""
    return not field.repr or _holds_secret(field.annotation, set())


def secret_parts(kind: type) -> set[str]:
    """Return the names of the fields of a class whose values are secret."""
    return {name for name, is_shown, part in _fields(kind) if not is_shown or _holds_secret(part, set())}


def _holds_secret(annotation: Any, seen: set[int]) -> bool:
    """Whether a type contains a secret. Types that were already seen are skipped, as types may contain themselves."""
    if id(annotation) in seen:
        return False
    seen.add(id(annotation))
    kind = get_origin(annotation) or annotation
    if isinstance(kind, type) and issubclass(kind, SECRETS):
        return True
    fields = _fields(kind) if isinstance(kind, type) else ()
    if any(not is_shown or _holds_secret(part, seen) for _, is_shown, part in fields):
        return True
    return any(_holds_secret(part, seen) for part in (*get_args(annotation), *_meant(annotation)))


def _meant(annotation: Any) -> Iterator[Any]:
    """Yield the types behind an alias, a new type or a type variable."""
    for name in ("__value__", "__supertype__", "__bound__"):
        yield getattr(annotation, name, None)


def _fields(kind: type) -> Iterator[tuple[str, bool, Any]]:
    """Yield the fields of a class: name, whether it is shown, and type."""
    if issubclass(kind, BaseModel):
        yield from ((name, field.repr, field.annotation) for name, field in kind.model_fields.items())
    elif dataclasses.is_dataclass(kind):
        hints = hints_of(kind, {})
        yield from ((field.name, field.repr, hints[field.name]) for field in dataclasses.fields(kind))
    elif is_typeddict(kind) or is_namedtuple(kind):
        yield from ((name, True, hint) for name, hint in hints_of(kind, {}).items())
