"""Run several workers, each in a process of its own."""

from __future__ import annotations

import logging
import signal
import subprocess
import time
from collections.abc import Sequence
from types import FrameType

from .._terminal.exiting import FAILED

logger = logging.getLogger("typedsignals.relay")

PAUSE = 0.2
"""The pause between two looks at the processes, in seconds."""
RESTART = 1.0
"""After how many seconds a process that was killed is replaced."""


def run_processes(count: int, command: Sequence[str], grace: float) -> int:
    """Run so many processes until SIGTERM or SIGINT, and replace those that are killed.

    Args:
        count: How many.
        command: What starts one.
        grace: How long they may go on when they are told to stop, in seconds.

    Returns:
        The exit status: 0, or that of the first process that could not start.
    """
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        stopping.append(number)

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    children = [_start(command) for _ in range(count)]
    status = 0
    try:
        while not stopping and not status:
            time.sleep(PAUSE)
            for place, child in enumerate(children):
                if child.poll() == FAILED:
                    status = FAILED
                elif child.returncode is not None:
                    text = "worker %d ended with status %d, and is replaced"
                    logger.warning(text, child.pid, child.returncode)
                    time.sleep(RESTART)
                    children[place] = _start(command)
    finally:
        _stop(children, grace)
        for each, handler in before.items():
            signal.signal(each, handler)
    return status


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C reaches it once, from here.
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603 - this program


def _stop(children: Sequence[subprocess.Popen[bytes]], grace: float) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + grace + 5
    for child in children:
        try:
            child.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
