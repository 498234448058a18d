"""Read several parts of a payload's class that belong together, although other threads may rebuild the class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

T = TypeVar("T")

PARTS = ("__pydantic_core_schema__", "__pydantic_validator__")


def of_one_build(payload_type: type[BaseModel], make: Callable[[type[BaseModel]], T]) -> T | None:
    """Make something from a complete model, which must not be rebuilt meanwhile.

    During ``model_rebuild(force=True)`` the class may lack its schema and its validator, and attribute access then
    finds those of its base class. That the class says it is complete is not enough: before pydantic 2.14, two threads
    may rebuild it at once, and one of them says so while the other is at work.

    Args:
        payload_type: The model.
        make: Makes it from the model.

    Returns:
        What was made; None if the model is incomplete, or was rebuilt meanwhile.
    """
    parts = _own_parts(payload_type)
    if None in parts:
        return None
    made = make(payload_type)
    return made if all(now is before for now, before in zip(_own_parts(payload_type), parts, strict=True)) else None


def _own_parts(payload_type: type[BaseModel]) -> list[Any]:
    """Return what pydantic built for this very class; None for what it lacks at the moment."""
    own = vars(payload_type) if payload_type.__pydantic_complete__ else {}
    return [own.get(part) for part in PARTS]
