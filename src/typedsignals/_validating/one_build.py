"""Make things from one build of a payload's class, although other threads may rebuild it, and share them."""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pydantic import BaseModel

T = TypeVar("T")

PARTS = ("__pydantic_core_schema__", "__pydantic_validator__")


class Build:
    """What pydantic built for a payload's class, and what was made from it; made by `build_of`.

    All signals that carry the payload share it, and it lives for as long as one of them needs it.
    """

    __slots__ = ("__weakref__", "_made", "_payload_type", "parts")

    def __init__(self, payload_type: type[BaseModel], parts: tuple[Any, ...]) -> None:
        self._payload_type = payload_type
        self._made: dict[Hashable, Any] = {}
        self.parts = parts

    def made_by(self, make: Callable[..., T], *options: Hashable) -> T | None:
        """Give what a function makes from the class and options, made once; None if the class is rebuilt meanwhile."""
        key = (make, *options)
        made: T | None = self._made.get(key)
        if made is None:
            made = make(self._payload_type, *options)
            if not _are_same(_own_parts(self._payload_type), self.parts):
                return None
            self._made[key] = made
        return made


_builds: WeakValueDictionary[int, Build] = WeakValueDictionary()
"""By the ids of the classes, which the builds keep alive."""


def build_of(payload_type: type[BaseModel]) -> Build | None:
    """Return the present build of a payload's class; None if the class is incomplete.

    During ``model_rebuild(force=True)`` the class may lack its schema and its validator, and attribute access then
    finds those of its base class. That the class says it is complete is not enough: before pydantic 2.14, two threads
    may rebuild it at once, and one of them says so while the other is at work.
    """
    parts = _own_parts(payload_type)
    if None in parts:
        return None
    build = _builds.get(id(payload_type))
    if build is None or not _are_same(build.parts, parts):
        build = _builds[id(payload_type)] = Build(payload_type, parts)
    return build


def _own_parts(payload_type: type[BaseModel]) -> tuple[Any, ...]:
    """Return what pydantic built for this very class; None for what it lacks at the moment."""
    own = vars(payload_type) if payload_type.__pydantic_complete__ else {}
    return tuple([own.get(part) for part in PARTS])


def _are_same(parts: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    return all(map(is_, parts, others))
