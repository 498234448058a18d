"""End a command with one message and a status, whatever happens and whatever the program leaves running."""

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
"""Not 1, which means that the check found something."""

INTERRUPTED = 128 + 2
PIPE_CLOSED = 128 + 13
"""The status that a shell gives a process that a signal ended."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""The errors of a stream that takes no more."""

GRACE = 2.0
"""Seconds that threads have to end: some do so when the interpreter shuts down."""


def status_of(error: BaseException) -> int:
    """Report the error that ended a command, and return the exit status for it."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        discard()
        return PIPE_CLOSED
    with suppress(Exception):  # the program may have broken standard error; the status tells of the failure too
        complain(*_message(error))
    return FAILED


def _message(error: BaseException) -> list[str]:
    if isinstance(error, SettingsError):  # a line for each wrong setting
        return str(error).split("\n")
    if isinstance(error, CatalogError | CommandError):
        return [str(error)]
    if missing := missing_extra(error):
        return [missing]
    if isinstance(error, OSError) and error.filename is None and error.errno in NO_ROOM:  # about a stream, not a file
        discard()
        return [unwritable(error)]
    if sys.flags.dev_mode:
        traceback.print_exception(error)
    reason, _ = reason_of(error)
    return [f"the command failed: {reason}; python -X dev -m typedsignals shows where"]


@contextmanager
def exiting_in_time() -> Iterator[None]:
    """End the process with our status soon after ``sys.exit``, even if threads of the program never end."""
    atexit.register(settle)  # the first to be registered runs last, after all that the program registers
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
        remark("note: the program started threads that do not end; they were stopped")
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    finally:
        os._exit(status)
