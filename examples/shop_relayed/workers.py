"""Start workers by the command that a supervisor would use, and stop or kill them."""

from __future__ import annotations

import signal
import subprocess
import sys
from types import TracebackType
from typing import Self

COMMAND = [sys.executable, "-m", "typedsignals", "relay"]
RELAY = "examples.shop_relayed.relay:relay"


class Worker:
    """A worker in a process of its own, which is killed at the end of the block if it has not ended by then."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([*COMMAND, "run", RELAY, "--every", "1"])  # noqa: S603 - this program
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """End it at once: it cannot finish, or tell anybody."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Let it finish what it does, and raise if it fails."""
        self._process.send_signal(signal.SIGTERM)
        if self._process.wait(30):
            raise subprocess.CalledProcessError(self._process.returncode, self._process.args)


def show_status() -> None:
    """Show what the relay has to do."""
    print(f"$ typedsignals relay status {RELAY}", flush=True)
    subprocess.run([*COMMAND, "status", RELAY], check=True)  # noqa: S603 - this program
