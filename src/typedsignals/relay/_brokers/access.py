"""Make the engine of a broker, and call it from code that cannot wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar, cast

import anyio
from anyio.from_thread import start_blocking_portal

from .._errors import RelayError
from .protocol import UnreachableError

if TYPE_CHECKING:
    from .address import Address
    from .protocol import Broker, Program

T = TypeVar("T")

ENGINES = {"nats": ("nats", "NatsEngine"), "rabbit": ("rabbit", "RabbitEngine")}
"""The module and the class of each kind of broker."""
PATIENCE = 15.0
"""How long a command waits for a broker, in seconds."""


def broker_at(address: Address, program: Program) -> Broker:
    """Make the engine of a broker.

    Raises:
        RelayError: What it needs is not installed.
    """
    module, name = ENGINES[address.kind]
    try:
        engine = getattr(import_module(f"{__package__}.{module}"), name)
    except ImportError as error:
        raise RelayError(
            f"{address} needs FastStream ({error.name} is missing); "
            f"install it with: pip install 'typedsignals[relay-{address.kind}]'"
        ) from None
    return cast("Broker", engine(address, program))


def ask(broker: Broker, question: Callable[[], Awaitable[T]]) -> T:
    """Connect to a broker, and wait for its answer.

    Raises:
        UnreachableError: It does not answer in time.
    """

    async def asked() -> T:
        with anyio.fail_after(PATIENCE):
            async with broker.opened():
                return await question()

    try:
        # In a thread of its own, as this one may have an event loop that runs.
        with start_blocking_portal("asyncio") as portal:
            return portal.call(asked)
    except TimeoutError:
        raise UnreachableError(f"{broker.address} does not answer") from None
