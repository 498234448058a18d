"""Act at the moment when a task or thread begins to wait for a signal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from typedsignals import Signal


@contextmanager
def when_waiting(signal: Signal[Any, Any, ...], act: Callable[[], object]) -> Iterator[None]:
    """Do something as soon as a task or thread waits for a signal."""
    with signal.waiting_started.connected_to(lambda signal, /, **extra: act()):
        yield


def in_thread(act: Callable[[], object]) -> None:
    """Do something in another thread, and block until it is done."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
