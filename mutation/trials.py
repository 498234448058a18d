"""Trying each change: in a fork, with the tests that run the changed line, until one fails."""

from __future__ import annotations

import gc
import os
import resource
import signal
import time
from collections import Counter, defaultdict
from contextlib import suppress
from math import ceil
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from .changes import Change, changes_of
from .reach import Reach

SURVIVED, KILLED, NOT_APPLIED = 0, 1, 3
NAMES = {SURVIVED: "survived", KILLED: "killed", NOT_APPLIED: "not applied"}
Functions = dict[CodeType, list[FunctionType]]

PATIENCE = 10.0
"""Seconds of the processor that a change may take, beside ten times what its tests take without it."""
WAITING = 6
"""How often as long it may take by the clock, as the machine may be busy with other things."""


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
        self._running: dict[int, tuple[Change, float]] = {}
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
        seconds = PATIENCE + 10 * sum(self._reach.seconds[test.nodeid] for test in tests)
        if (child := os.fork()) == 0:
            os.setpgid(0, 0)
            resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), resource.RLIM_INFINITY))
            _try(change, tests, self._functions)
        self._running[child] = change, time.monotonic() + WAITING * seconds

    def _wait(self) -> None:
        """Wait until one has ended, or end one that takes too long."""
        child, status = os.waitpid(-1, os.WNOHANG)
        if child:
            change, _ = self._running.pop(child)
            self._hear()
            code = os.waitstatus_to_exitcode(status)
            self._note(change, NAMES.get(code, "killed by the end of the process"))
            return
        for running, (_, end) in self._running.items():
            if time.monotonic() > end:
                os.killpg(running, signal.SIGKILL)
        time.sleep(0.005)

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


def _try(change: Change, tests: list[pytest.Item], functions: Functions) -> None:
    """Run the tests with the change; end this process with what came of it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    if not _applied(change, functions):
        os._exit(NOT_APPLIED)
    for test, following in zip(tests, [*tests[1:], None], strict=True):
        test.config.hook.pytest_runtest_protocol(item=test, nextitem=following)
    os._exit(SURVIVED)


def _applied(change: Change, functions: Functions) -> bool:
    """Give their new code to all functions that have the old code; return whether there are any."""
    applied = False
    for old, new in change.code.items():
        for function in functions.get(old, ()):
            function.__code__ = new
            applied = True
    return applied
