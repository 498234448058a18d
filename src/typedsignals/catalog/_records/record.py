"""What all records of the catalog have in common."""

from __future__ import annotations

from functools import partial
from operator import eq
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """A part of the catalog: immutable, compared by value, written to the file without its empty fields."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


def omitted_if(default: object, description: str | None = None) -> Any:
    """Declare a field of a record that is left out of the catalog file where it has its default.

    Args:
        default: The default.
        description: What the field means, for the JSON Schema.
    """
    return Field(default=default, exclude_if=partial(eq, default), description=description)
