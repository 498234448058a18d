"""How the process ends if the program has left something running."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from typedsignals.cli._terminal import exiting
from typedsignals.cli._terminal.exiting import exiting_in_time

from .running import ORDERS, run

THREAD = "import threading\nthreading.Thread(target=threading.Event().wait, daemon={}).start()\n"


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, Callable[..., None], list[Any]]]:
    """The calls that timers would make."""
    made: list[tuple[float, Callable[..., None], list[Any]]] = []

    class Timer:
        def __init__(self, delay: float, function: Callable[..., None], arguments: list[Any]) -> None:
            self.call = delay, function, arguments

        def start(self) -> None:
            made.append(self.call)

    monkeypatch.setattr(threading, "Timer", Timer)
    return made


@pytest.mark.parametrize(("is_daemon", "code", "statuses"), [(False, 1, [1]), (False, None, [0]), (True, 1, [])])
def test_only_threads_that_would_be_waited_for_are_stopped(
    timers: list[tuple[float, Callable[..., None], list[Any]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_daemon: bool,
    code: int | None,
    statuses: list[int],
) -> None:
    """After a while, with the status of the command and a note."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, daemon=is_daemon)

    def command() -> None:
        thread.start()
        sys.exit(code)

    with pytest.raises(SystemExit), exiting_in_time():
        command()
    stop.set()
    thread.join()
    for delay, function, arguments in timers:
        assert delay == exiting.GRACE
        function(*arguments)
    assert ended == statuses
    note = "note: the program started threads that do not end; they were stopped\n"
    assert capsys.readouterr().err == note * len(statuses)


def test_threads_that_were_there_before_are_none_of_its_business(timers: list[Any]) -> None:
    """For example, those of a program that runs commands in its own process."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    with pytest.raises(SystemExit), exiting_in_time():
        sys.exit(0)
    stop.set()
    thread.join()
    assert timers == []


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("catalog", "shop", "-f", "json"), 0),
        pytest.param(("check", "void"), 2, marks=pytest.mark.slow),
    ],
)
def test_a_thread_that_does_not_end_does_not_keep_the_command(
    tmp_path: Path, command: tuple[str, ...], status: int
) -> None:
    """Its whole output is there."""
    (tmp_path / "shop.py").write_text(ORDERS + THREAD.format(False))
    (tmp_path / "void.py").write_text(THREAD.format(False))
    ran = run(*command, cwd=tmp_path)
    assert ran.status == status
    assert ("order_placed" in ran.stdout) is (status == 0)
    assert ran.stderr.splitlines()[-1].startswith("note: the program started threads that do not end;")


@pytest.mark.slow
def test_no_garbage_is_looked_for_in_the_end(tmp_path: Path) -> None:
    """For a big program that would take seconds; functions registered with atexit still run."""
    (tmp_path / "shop.py").write_text(
        "import atexit, gc, sys\n"
        "def end(): print(gc.isenabled(), gc.get_freeze_count() > 10_000, 'done', file=sys.stderr)\n"
        f"atexit.register(end)\n{ORDERS}"
    )
    ran = run("catalog", "shop", "-f", "json", cwd=tmp_path)
    assert (ran.status, ran.stderr) == (0, "False True done\n")
