"""How a command ends: with one message and a status, whatever happens, and whatever the program leaves running."""

from __future__ import annotations

import atexit
import errno
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ...catalog import CatalogError, SettingsError
from ...catalog._discover.problems import reason_of
from .._errors import CommandError, missing_extra
from .streams import complain, discard, remark, settle, unwritable

FAILED = 2
"""Not 1, which says that there is a finding."""

INTERRUPTED = 128 + 2
PIPE_CLOSED = 128 + 13
"""What a shell shows of a process that a signal ended."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What a stream says that takes no more."""

GRACE = 2.0
"""Seconds that threads get to end, as some do when the interpreter tells them to."""


def status_of(error: BaseException) -> int:
    """Say what has ended a command before it was done, and give the status to end with."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        discard()
        return PIPE_CLOSED
    with suppress(Exception):  # whatever the program has made of standard error: the status says it too
        complain(*_message(error))
    return FAILED


def _message(error: BaseException) -> list[str]:
    if isinstance(error, SettingsError):  # of which there may be several, a line each
        return str(error).split("\n")
    if isinstance(error, CatalogError | CommandError):
        return [str(error)]
    if missing := missing_extra(error):
        return [missing]
    if isinstance(error, OSError) and error.filename is None and error.errno in NO_ROOM:  # of no file, but a stream
        discard()
        return [unwritable(error)]
    if sys.flags.dev_mode:
        traceback.print_exception(error)
    reason, _ = reason_of(error)
    return [f"the command failed: {reason}; python -X dev -m typedsignals shows where"]


@contextmanager
def ending_in_time() -> Iterator[None]:
    """Let the process end with our status, soon after ``sys.exit``.

    That waits for all threads, and those of a program may never end.
    """
    atexit.register(settle)  # before the program registers anything, so that this comes last
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
    try:
        remark("note: the program has started threads that do not end; they were stopped")
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    finally:
        os._exit(status)
