"""Finding the classes that a catalog names in the running program."""

from __future__ import annotations

import pytest

from typedsignals.catalog._discover.present_classes import is_defined


class Outer:
    class Inner:
        pass


Former = Outer
a_value = 1
HERE = __name__


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (f"{HERE}.Outer", True),
        (f"{HERE}.Outer.Inner", True),
        (f"{HERE}.Outer[int]", True),
        (f"{HERE}.Former", False),
        (f"{HERE}.Gone", False),
        (f"{HERE}.Gone.Inner", False),
        (f"{HERE}.a_value", False),
        (f"{HERE}.Outer.<locals>.Made", False),
        ("no_such_module.Outer", False),
        ("builtins.int", True),
        ("Outer", False),
    ],
)
def test_a_class_is_found_by_its_own_name(name: str, answer: bool) -> None:
    """An old name that was kept belongs to another class."""
    assert is_defined(name) is answer
