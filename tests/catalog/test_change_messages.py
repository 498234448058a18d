"""The messages of changes."""

from __future__ import annotations

from typing import Any, NotRequired

import pytest
from pydantic import Field, ValidationError
from typing_extensions import TypedDict

from typedsignals.catalog import Severity
from typedsignals.catalog._judge.severity import Profile, severity_of

from .making import changes, model, receiver

PLAIN: Any = (int, 1)
RENAMED: Any = (int, Field(1, serialization_alias="amt"))
SILENT: Any = (int, Field(1, exclude=True))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (PLAIN, RENAMED, "a is written as amt, no longer as a"),
        (RENAMED, SILENT, "a is no longer written"),
        (SILENT, RENAMED, "a is written as amt"),
    ],
)
def test_how_a_field_is_written_is_said_in_words(before: Any, after: Any, message: str) -> None:
    """The message also tells if the field is left out of messages, before or now."""
    found = changes(model("Order", a=before), model("Order", a=after))
    assert [(one.rule.id, one.message) for one in found] == [("TS208", message)]


@pytest.mark.parametrize("kind", [list, dict, set, frozenset, tuple, str, bytes, int, float, complex, bool])
def test_what_a_builtin_type_makes_is_the_same_as_a_default(kind: Any) -> None:
    """A mutable default equals its factory, because pydantic copies it for each instance."""
    made, given = model("Order", a=(kind, Field(default_factory=kind))), model("Order", a=(kind, kind()))
    assert changes(made, given) == changes(given, made) == ()
    values = [payload().a for payload in (made, given, given)]  # type: ignore[attr-defined]  # made at run time
    assert values == [kind()] * 3
    assert kind not in (list, dict, set) or values[1] is not values[2]


def test_a_default_that_changes_is_told_with_both() -> None:
    """The message shows both defaults; a factory is shown as a call."""
    (found,) = changes(model("Order", a=(list, Field(default_factory=list))), model("Order", a=(list, [1])))
    assert found.message == "a: default changed from builtins.list() to [1]"


def test_code_that_has_no_name_of_its_own_is_said_to_change() -> None:
    """The message does not say that a lambda changed from itself to itself."""
    old, new = (
        model("Order", a=(int, Field(default_factory=factory)))
        for factory in (
            lambda: 1,
            lambda: 2,
        )
    )
    (found,) = changes(old, new)
    name = f"{__name__}.test_code_that_has_no_name_of_its_own_is_said_to_change.<locals>.<lambda>()"
    assert found.message == f"a: the code of the default factory {name} changed"


class Total(TypedDict):
    x: int


class Partial(TypedDict):
    x: NotRequired[int]


def test_a_key_that_may_be_absent_surprises_those_who_read_it() -> None:
    """pydantic accepts a missing key now, and refused it before."""
    old, new = model("Order", a=Total), model("Order", a=Partial)
    with pytest.raises(ValidationError):
        old(a={})
    assert new(a={}).a == {}  # type: ignore[attr-defined]  # made at run time
    found = {change.rule.id: change for change in changes(old, new, receivers=[receiver(fields=("a",))])}
    assert found["TS302"].message == "a.x: may be absent now"
    assert severity_of(found["TS302"], Profile()) is Severity.WARN
    assert [str(who) for who in found["TS302"].affected] == ["receiver ship (shop/stock.py:9) may break"]
    assert [change.message for change in changes(new, old)][1:] == ["a.x: may no longer be absent"]
