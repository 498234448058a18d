"""A NATS server for tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.outside import program
from tests.relay.servers import Server, folder, free_port

USER, PASSWORD = "shop", "nats-secret"


class NatsServer(Server):
    """A server that runs."""

    password = PASSWORD

    @property
    def url(self) -> str:
        return f"nats://{USER}:{PASSWORD}@127.0.0.1:{self.port}"


@contextmanager
def running() -> Iterator[NatsServer]:
    """Run a server in the block."""
    pytest.importorskip("faststream.nats")
    command = program("nats-server")
    with folder("nats") as place:
        port = free_port()
        arguments = ["-a", "127.0.0.1", "-p", str(port), "--user", USER, "--pass", PASSWORD, "-js", "-sd", str(place)]
        server = NatsServer([command, *arguments], place, port, os.environ)
        server.start()
        try:
            yield server
        finally:
            server.kill()
