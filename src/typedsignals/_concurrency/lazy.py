"""Attributes that are computed on first access."""

from __future__ import annotations

import functools
from typing import Any, Self, TypeVar, overload

T = TypeVar("T")


class lazy(functools.cached_property[T]):  # noqa: N801 - it is used like `property`
    """Like `functools.cached_property`, but without its lock; threads that access it at once get the same object.

    On Python 3.11, all instances share one lock, which is held while any of them computes its attribute. In a child
    process that another thread forks meanwhile, the lock would stay held for ever.
    """

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return self
        return instance.__dict__.setdefault(self.attrname, self.func(instance))
