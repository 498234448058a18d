"""What changes say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field

from .making import changes, model

PLAIN: Any = (int, 1)
RENAMED: Any = (int, Field(1, serialization_alias="amt"))
SILENT: Any = (int, Field(1, exclude=True))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (PLAIN, RENAMED, "a is written as amt, no more as a"),
        (RENAMED, SILENT, "a is no longer written"),
        (SILENT, RENAMED, "a is written as amt"),
    ],
)
def test_how_a_field_is_written_is_said_in_words(before: Any, after: Any, message: str) -> None:
    """Also if it is left out of messages, before or now."""
    found = changes(model("Order", a=before), model("Order", a=after))
    assert [(one.rule.id, one.message) for one in found] == [("TS208", message)]
