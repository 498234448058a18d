"""Write defaults as text that is the same on every machine and in every run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import singledispatch
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from .._records.fingerprint import dotted_name
from .secrets import HIDDEN, secret_parts

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")


@singledispatch
def default_text(value: Any) -> str:
    """Return a value as Python would write it, or only its type if the text depends on the machine or the run."""
    if isinstance(value, type) or callable(value):
        return f"<{dotted_name(value)}>"
    if is_dataclass(value) and secret_parts(type(value)):
        # Its own text may show a secret that is not yet wrapped.
        return _made_text(value, ((part.name, getattr(value, part.name)) for part in fields(value)))
    text = repr(value)
    return f"<{dotted_name(type(value))}>" if ADDRESS.search(text) else text


@default_text.register
def _(value: Enum) -> str:
    return f"{type(value).__name__}.{value.name}"


@default_text.register
def _(value: BaseModel) -> str:
    return _made_text(value, value)


@default_text.register
def _(value: PurePath) -> str:
    return f"<{dotted_name(type(value))}>" if value.is_absolute() else f"Path({value.as_posix()!r})"


@default_text.register
def _(value: list) -> str:  # type: ignore[type-arg]  # singledispatch takes no generic alias
    return f"[{_joined(value)}]"


@default_text.register
def _(value: tuple) -> str:  # type: ignore[type-arg]  # as above
    if type(value) is not tuple:
        return f"{type(value).__name__}({_joined(value)})"
    return f"({_joined(value)},)" if len(value) == 1 else f"({_joined(value)})"


@default_text.register(set)
@default_text.register(frozenset)
def _(value: set[Any] | frozenset[Any]) -> str:
    return f"{type(value).__name__}([{', '.join(sorted(map(default_text, value)))}])"


@default_text.register
def _(value: Mapping) -> str:  # type: ignore[type-arg]  # as above
    return f"{{{', '.join(f'{default_text(key)}: {default_text(part)}' for key, part in value.items())}}}"


def _made_text(value: Any, parts: Iterable[tuple[str, Any]]) -> str:
    hidden = secret_parts(type(value))
    shown = ((name, HIDDEN if name in hidden and part is not None else default_text(part)) for name, part in parts)
    return f"{type(value).__name__}({', '.join(f'{name}={text}' for name, text in shown)})"


def _joined(items: list[Any] | tuple[Any, ...]) -> str:
    return ", ".join(map(default_text, items))
