"""Resolve pydantic's placeholders, which replace a generic model in its own annotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

WRITTEN = re.compile(r"PydanticRecursiveRef\(type_ref='([^:]+):.*?\]'\)| at 0x[0-9a-fA-F]+")
"""Placeholders and addresses in the text of an annotation."""


def is_placeholder(annotation: Any) -> bool:
    """Whether an annotation is a placeholder: text with the addresses of a generic model and its arguments."""
    return isinstance(getattr(annotation, "type_ref", None), str)


def replaced(placeholder: Any) -> Any:
    """Return the model that a placeholder replaces, or its name if the model no longer exists."""
    text: str = placeholder.type_ref
    found = (model for model in _heirs(BaseModel) if _is_meant(model, text))
    return next(found, text.partition(":")[0].rpartition(".")[2])


def without_addresses(text: str) -> str:
    """Return the text of an annotation without addresses, so that it is the same in every run."""
    return WRITTEN.sub(lambda found: found[1] or "", text)


def _heirs(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for heir in model.__subclasses__():
        yield heir
        yield from _heirs(heir)


def _is_meant(model: type[BaseModel], text: str) -> bool:
    """Whether all addresses belong to a model; names are not enough, because several models may share one."""
    generic = model.__pydantic_generic_metadata__
    arguments = ",".join(rf".*:(str-)?{id(part)}" for part in generic["args"])
    return re.fullmatch(rf"[^\[]*:{id(generic['origin'])}\[{arguments}\]", text, re.DOTALL) is not None
