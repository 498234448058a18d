"""Trying each change: in a fork, with the tests that run the changed line, until one fails."""

from __future__ import annotations

import gc
import os
import resource
import signal
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from .changes import Change, changes_of
from .reach import Reach

SURVIVED, KILLED, NOT_APPLIED = 0, 1, 3
NAMES = {SURVIVED: "survived", KILLED: "killed", NOT_APPLIED: "not applied"}
Functions = dict[CodeType, list[FunctionType]]

PATIENCE = 3
"""Seconds of the processor that a test may take with a change, beside ten times what it takes without it."""
IDLE = 10.0
"""Seconds after which a process that does not use the processor at all is taken to wait for ever."""


@dataclass
class Running:
    """A process that tries a change.

    Attributes:
        change: The change.
        used: How much of the processor it had used when it was looked at, in clock ticks.
        at: When it was first seen to have used that much, in seconds.
    """

    change: Change
    used: int = 0
    at: float = field(default_factory=time.monotonic)


class Trying:
    """A plugin of pytest that runs the collected tests once for each change.

    Args:
        files: The modules to change.
        reach: Which tests run which lines.
        output: Where to list the changes that no test noticed.
        jobs: How many to try at once.
    """

    def __init__(self, files: list[Path], reach: Reach, output: Path, jobs: int) -> None:
        self._files, self._reach, self._output, self._jobs = files, reach, output, jobs
        self._running: dict[int, Running] = {}
        self._told, self._tell = os.pipe()
        os.set_blocking(self._told, False)
        self._killing = Counter[str]()  # what has noticed changes of a file is tried first for its next ones
        self._counted = Counter[str]()
        self._functions: Functions = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self._tell, f"{report.nodeid}\n".encode())
            os._exit(KILLED)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._output.write_text("")
        gc.unfreeze()  # tests may have frozen what was imported, and then it is not among the objects
        self._functions = _functions_by_code()
        gc.freeze()  # what all forks share, none of them has to look through, and to copy
        items = {item.nodeid: item for item in session.items}
        for file in self._files:
            self._killing.clear()
            for change in changes_of(file):
                names = [name for name in self._reach.of(file, change.line) if name in items]
                if names:
                    names.sort(key=self._killing.__getitem__, reverse=True)
                    self._start(change, [items[name] for name in names])
                else:
                    self._note(change, "reached by no test")
            print(file, dict(self._counted), flush=True)
        while self._running:
            self._wait()
        print("all", dict(self._counted))
        return True

    def _start(self, change: Change, tests: list[pytest.Item]) -> None:
        while len(self._running) >= self._jobs:
            self._wait()
        if (child := os.fork()) == 0:
            os.setpgid(0, 0)
            self._try(change, tests)
        self._running[child] = Running(change)

    def _try(self, change: Change, tests: list[pytest.Item]) -> None:
        """Run the tests with the change; end this process with what came of it."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        if not _applied(change, self._functions):
            os._exit(NOT_APPLIED)
        for test, following in zip(tests, [*tests[1:], None], strict=True):
            end = time.process_time() + PATIENCE + 10 * self._reach.seconds[test.nodeid]
            resource.setrlimit(resource.RLIMIT_CPU, (ceil(end), resource.RLIM_INFINITY))
            test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
        os._exit(SURVIVED)

    def _wait(self) -> None:
        """Wait until one has ended, or end one that waits for ever."""
        child, status = os.waitpid(-1, os.WNOHANG)
        if child:
            self._hear()
            code = os.waitstatus_to_exitcode(status)
            self._note(self._running.pop(child).change, NAMES.get(code, "killed by the end of the process"))
            return
        for process, running in self._running.items():
            if (used := _processor_time(process)) != running.used:
                running.used, running.at = used, time.monotonic()
            elif time.monotonic() - running.at > IDLE:
                os.killpg(process, signal.SIGKILL)
        time.sleep(0.01)

    def _hear(self) -> None:
        """Hear which tests have noticed changes."""
        with suppress(BlockingIOError):
            self._killing.update(os.read(self._told, 1 << 20).decode().split("\n"))

    def _note(self, change: Change, result: str) -> None:
        self._counted[result] += 1
        if not result.startswith("killed"):
            with self._output.open("a") as output:
                output.write(f"{result}: {change}\n")


def _functions_by_code() -> Functions:
    functions: Functions = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType:  # isinstance asks lazy objects of other libraries
            functions[thing.__code__].append(thing)
    return functions


def _processor_time(process: int) -> int:
    """Return how much of the processor a process has used, in clock ticks, as proc(5) says."""
    numbers = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(numbers[11]) + int(numbers[12])


def _applied(change: Change, functions: Functions) -> bool:
    """Give their new code to all functions that have the old code; return whether there are any."""
    applied = False
    for old, new in change.code.items():
        for function in functions.get(old, ()):
            function.__code__ = new
            applied = True
    return applied
