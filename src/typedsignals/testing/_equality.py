"""Compare what was sent with what a test expects, even if ``==`` raises, or gives one answer for each element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from .._validating.rendering import values_of


def is_equal(sent: Any, wanted: Any) -> bool | None:
    """Whether two values are equal; None if that cannot be determined.

    An object equals itself, as in pytest and unittest.mock. Arrays such as numpy's are compared as a whole, even inside
    lists, dictionaries, models or dataclasses.
    """
    return _is_equal(sent, wanted, set())


def _is_equal(sent: Any, wanted: Any, seen: set[tuple[int, int]]) -> bool | None:
    """Compare as `is_equal` does; values that contain themselves are equal if everything else in them is."""
    pair = id(sent), id(wanted)
    if sent is wanted or pair in seen:
        return True
    seen.add(pair)
    # The author of a class decides what its comparison raises: that must not be what fails the assertion.
    try:
        return _are_equal_arrays(sent, wanted) if _is_array(sent) and _is_array(wanted) else bool(sent == wanted)
    except Exception:
        try:
            return _has_equal_parts(sent, wanted, seen)
        except Exception:
            return None


def _is_array(value: Any) -> bool:
    return isinstance(getattr(value, "shape", None), tuple)


def _are_equal_arrays(sent: Any, wanted: Any) -> bool:
    """Whether all elements are equal, of values that ``==`` compares element by element."""
    if sent.shape != wanted.shape:
        return False
    if hasattr(sent, "equals"):  # a table, whose columns may have other names
        return bool(sent.equals(wanted))
    equal = sent == wanted
    return bool(equal.all() if hasattr(equal, "all") else equal)


def _has_equal_parts(sent: Any, wanted: Any, seen: set[tuple[int, int]]) -> bool | None:
    found, asked = _parts(sent), _parts(wanted)
    if found is None or asked is None or type(sent) is not type(wanted):
        return None
    if found.keys() != asked.keys():
        return False
    equal = {_is_equal(part, asked[key], seen) for key, part in found.items()}
    return False if False in equal else None if None in equal else True


def _parts(value: Any) -> dict[Any, Any] | None:
    """Return the parts of a value by their keys; None if they are not known."""
    if isinstance(value, BaseModel | Mapping):
        return values_of(value)
    if isinstance(value, list | tuple):
        return dict(enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value) if field.compare}
    return None
