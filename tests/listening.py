"""Acting at the moment when somebody begins to listen to a signal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from typedsignals import Signal


@contextmanager
def when_listening(signal: Signal[Any, Any, ...], act: Callable[[], object]) -> Iterator[None]:
    """Do something as soon as a receiver has been connected."""
    with signal.receiver_connected.connected_to(lambda signal, /, **extra: act()):
        yield


def in_thread(act: Callable[[], object]) -> None:
    """Do something in another thread, while this one does nothing."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()
