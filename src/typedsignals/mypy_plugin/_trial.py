"""Speaking while mypy tries an overload with errors held back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy.checker import TypeChecker
    from mypy.errors import ErrorWatcher


@contextmanager
def heard(checker: TypeChecker) -> Iterator[ErrorWatcher | None]:
    """Let what is said in the block be reported, and give what counts the errors of the trial, which may be forgotten.

    mypy has no hook before it compares a decorated function with what the decorator takes. But it tries an overload
    with errors held back, and calls the hook while it does so. There is None if it is called without a trial, or if
    that is part of another one, in which nothing could be said. What watches the loops and ``finally`` blocks around
    holds no errors back.
    """
    watchers = getattr(checker.msg.errors, "_watchers", [])
    holding_back = [watcher for watcher in watchers if watcher._filter]
    if len(holding_back) != 1 or holding_back[0] is not watchers[-1]:
        yield None
        return
    trial = watchers.pop()
    try:
        yield trial
    finally:
        watchers.append(trial)


@contextmanager
def aloud(checker: TypeChecker) -> Iterator[None]:
    """Let what is said in the block be reported, whatever mypy tries: of what is wrong in any case."""
    watchers = getattr(checker.msg.errors, "_watchers", [])
    held, watchers[:] = watchers[:], []
    try:
        yield
    finally:
        watchers[:] = held
