"""A PostgreSQL server for tests: on a free port of this machine, in a temporary folder, as another user than root."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from tests.outside import unavailable

FAST = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c max_prepared_transactions=10"
numbers = count()


class Server:
    """A server that runs.

    Args:
        folder: Its data.
        port: Its port.
        programs: The folder of its programs.
    """

    def __init__(self, folder: Path, port: int, programs: Path) -> None:
        self.folder = folder
        self.port = port
        self.programs = programs

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database, and return its address."""
        import psycopg  # noqa: PLC0415 - checked by `running`

        name = f"test{next(numbers)}"
        with psycopg.connect(f"host=127.0.0.1 port={self.port} user=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= {FAST}"
        self._control("-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def kill(self) -> None:
        """Kill the server, and start it again once the processes that it had have noticed."""
        os.kill(int((self.folder / "data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.start()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, mode: str) -> None:
        self._control("-w", "-m", mode, "stop")

    def _control(self, *arguments: str) -> None:
        run(self.programs, "pg_ctl", "-D", str(self.folder / "data"), *arguments)


def run(programs: Path, name: str, *arguments: str) -> None:
    """Run a program of the server as somebody else than root, which it refuses."""
    who = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    command = [str(programs / name), *arguments]
    # To a file and not to a pipe, which the server that is started would keep open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdout=output, stderr=output, cwd="/", check=False, timeout=60, **who)  # type: ignore[call-overload]  # noqa: S603 - our own
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{name} failed: {output.read().decode()}")


def programs_folder() -> Path:
    """Find the newest server; Debian does not put it on the path."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else unavailable("PostgreSQL is not installed")


@contextmanager
def running() -> Iterator[Server]:
    """Run a server in the block."""
    pytest.importorskip("psycopg")
    programs = programs_folder()
    folder = Path(tempfile.mkdtemp(prefix="typedsignals-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    try:
        run(programs, "initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "--no-sync")
        server = started(folder, programs)
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def started(folder: Path, programs: Path) -> Server:
    """Start a server; if somebody else takes its port first, on another one."""
    for _ in range(9):
        server = Server(folder, free_port(), programs)
        with suppress(RuntimeError):
            server.start()
            return server
    server = Server(folder, free_port(), programs)
    server.start()
    return server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
