"""Attributes that are made when they are first asked for."""

from __future__ import annotations

import functools
from typing import Any, Self, TypeVar, overload

T = TypeVar("T")


class lazy(functools.cached_property[T]):  # noqa: N801 - it is used as `property` is
    """As `functools.cached_property`, without its lock, and threads that ask at once get the same object.

    On Python 3.11, all instances share that lock, and it is held while one of them makes its attribute: in a child that
    is forked meanwhile by another thread, it would be held for ever.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self
        return instance.__dict__.setdefault(self.attrname, self.func(instance))
