"""A RabbitMQ server for tests, with the process that Erlang needs beside it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.outside import program
from tests.relay.servers import Server, folder, free_port, wait

USER, PASSWORD = "shop", "rabbit-secret"
PROTOCOL = b"AMQP\x00\x00\x09\x01"
# Threads that have nothing to do sleep at once, instead of taking the processor from others.
CALM = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"


class RabbitServer(Server):
    """A server that runs."""

    password = PASSWORD
    patience = 240  # it has needed 40 s on a machine that had other work

    @property
    def url(self) -> str:
        return f"amqp://{USER}:{PASSWORD}@127.0.0.1:{self.port}/"

    def is_ready(self, connection: socket.socket) -> bool:
        connection.sendall(PROTOCOL)
        return bool(connection.recv(1))

    def remembers(self, queue: str) -> bool:
        """Whether the server would know a queue again: it writes down which it has some time after it has made them."""
        written = self.folder / f"data/{self._name}/quorum/{self._name}/names.dets"
        return re.search(re.escape(queue).encode() + rb"(?!\.)", written.read_bytes()) is not None

    @property
    def _name(self) -> str:
        return f"test{self.port}@localhost"


def script() -> str:
    """Find what starts the server: Debian's own script on the path starts it as another user, in fixed folders."""
    debian = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    return str(debian) if debian.exists() else program("rabbitmq-server")


@contextmanager
def names(port: int) -> Iterator[int]:
    """Run Erlang's register of names in the block. A server that finds none would start one, and leave it behind."""
    command = [program("epmd"), "-port", str(port), "-address", "127.0.0.1"]
    register = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        wait(lambda: is_open(port), "epmd does not answer")
        yield port
    finally:
        register.kill()
        register.wait()


def is_open(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def running() -> Iterator[RabbitServer]:
    """Run a server in the block."""
    pytest.importorskip("faststream.rabbit")
    command = script()
    with folder("rabbit") as place, names(free_port()) as register:
        port = free_port()
        server = RabbitServer([command], place, port, variables(place, port, register))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def variables(place: Path, port: int, register: int) -> dict[str, str]:
    """The environment of a server that touches nothing outside its folder."""
    settings = {"default_user": USER, "default_pass": PASSWORD, "max_message_size": 1_048_576}
    (place / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    (place / "plugins").write_text("[].\n")
    (place / "no-variables").touch()
    return {
        **os.environ,
        "ERL_EPMD_PORT": str(register),
        "HOME": str(place),  # where the secret is that nodes of Erlang share
        "RABBITMQ_CONF_ENV_FILE": str(place / "no-variables"),
        "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq.conf"),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
        "RABBITMQ_LOG_BASE": str(place / "logs"),
        "RABBITMQ_MNESIA_BASE": str(place / "data"),
        "RABBITMQ_NODENAME": f"test{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_PID_FILE": str(place / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": CALM,
        "RUNNING_UNDER_SYSTEMD": "true",  # the process is the server itself, and not a script that waits for it
    }
