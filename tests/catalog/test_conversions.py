"""The examples of values that are converted to a type unless it is strict."""

from __future__ import annotations

import builtins
import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ConfigDict, TypeAdapter, ValidationError

from typedsignals.catalog._compare.conversions import CONVERTED

CLASSES: dict[str, Any] = {**vars(builtins), **vars(datetime), "Decimal": Decimal, "Path": Path, "UUID": UUID}


@pytest.mark.parametrize("name", CONVERTED)
def test_a_lax_type_converts_the_example_and_a_strict_one_refuses_it(name: str) -> None:
    """Each example shows the difference that strictness makes."""
    example = eval(CONVERTED[name])  # noqa: S307  # our own
    TypeAdapter(CLASSES[name]).validate_python(example)
    with pytest.raises(ValidationError):
        TypeAdapter(CLASSES[name], config=ConfigDict(strict=True)).validate_python(example)
