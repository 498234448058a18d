"""Servers that tests start: on a free port of this machine, in a temporary folder; they can be killed and come back."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SOON_ENOUGH = 60
"""How long a server may take to answer, in seconds."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def wait(condition: Callable[[], bool], what: str, seconds: float = SOON_ENOUGH) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.02)


class Server:
    """A server that runs.

    Args:
        command: How to start it.
        folder: Its data, and its log.
        port: Its port.
        variables: The variables of its environment.
    """

    patience = SOON_ENOUGH

    def __init__(self, command: Sequence[str], folder: Path, port: int, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = port
        self._command = command
        self._variables = variables
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own
                self._command, stdout=log, stderr=log, cwd=self.folder, env=self._variables, start_new_session=True
            )
        wait(self._answers, f"{self._command[0]} does not answer: {self.log()}", self.patience)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log()
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return self.is_ready(connection)
        except OSError:
            return False

    def is_ready(self, connection: socket.socket) -> bool:
        return True

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def kill(self) -> None:
        """End it as a crash does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """Make a temporary folder for the block."""
    path = Path(tempfile.mkdtemp(prefix=f"typedsignals-{name}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
