"""Ending the process, whatever the program that was imported has left running."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ._streams import remark

GRACE = 2.0
"""Seconds that threads get to end, as some do when the interpreter tells them to."""


@contextmanager
def ending_in_time() -> Iterator[None]:
    """Let the process end soon after ``sys.exit``, which waits for all threads: those of a program may never end."""
    before = set(threading.enumerate())
    try:
        yield
    except SystemExit as ended:
        if not all(thread.daemon for thread in threading.enumerate() if thread not in before):
            timer = threading.Timer(GRACE, _end, [int(ended.code or 0)])
            timer.daemon = True
            timer.start()
        raise


def _end(status: int) -> None:
    remark("note: the program has started threads that do not end; they were stopped")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
