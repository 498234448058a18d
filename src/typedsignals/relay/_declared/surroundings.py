"""Where the receivers of a program run, and what is done around them: here, nothing; a framework may need more."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class Surroundings:
    """What is done around each receiver of a relay."""

    def in_thread(self) -> AbstractContextManager[None]:
        """Surround a plain receiver, in the worker's thread that calls it."""
        return nullcontext()

    def on_loop(self) -> AbstractAsyncContextManager[None]:
        """Surround a coroutine function, on the worker's event loop."""
        return nullcontext()

    async def off_loop(self, do: Callable[[], T]) -> T:
        """Find a sender, or call a plain receiver in a test, from the event loop."""
        return do()

    def run(self, do: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run an event loop, in a test."""
        import asyncio  # noqa: PLC0415 - slow to import

        return asyncio.run(do())


@dataclass(frozen=True, slots=True)
class Together:
    """How the work of a receiver is committed together with the end of its delivery.

    Attributes:
        option: The option that asks for it, for messages.
        begin: Begins the transaction for a delivery, and ends the delivery in it.
        lends_session: Whether the receiver takes a session as its second argument.
    """

    option: str
    begin: Callable[[Any], AbstractContextManager[object]]
    lends_session: bool
