"""Tell a thread or task from those that it starts, which inherit its context."""

from __future__ import annotations

import os
import threading
import weakref

from .event_loop import running_task


class Strand:
    """The task that makes this object or, outside tasks, the thread; in this process, and not in forked children.

    It is referred to weakly: a task may live only by what refers to it, and must not live by what it has begun.
    """

    __slots__ = ("_process", "_runner")

    def __init__(self) -> None:
        self._process = os.getpid()
        self._runner = weakref.ref(_runner())

    def is_running(self) -> bool:
        """Whether the code that asks runs in it."""
        return self._process == os.getpid() and self._runner() is _runner()


class _Token:
    """Stands for a thread as long as it lives, unlike its number, which another thread may get after it."""


class _Thread(threading.local):
    def __init__(self) -> None:
        self.token = _Token()


_thread = _Thread()


def _runner() -> object:
    return running_task() or _thread.token
