"""What Django needs around receivers: connections that are closed, and a thread in which the ORM may be used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import anyio
from asgiref.sync import ThreadSensitiveContext, async_to_sync, sync_to_async
from django.db import connections, reset_queries

from ...relay._declared.surroundings import Surroundings

T = TypeVar("T")


class DjangoSurroundings(Surroundings):
    """Treats each message as Django treats a request."""

    @contextmanager
    def in_thread(self) -> Iterator[None]:
        """Close the connections that a plain receiver has opened: nobody could when the thread has ended."""
        reset_queries()
        try:
            yield
        finally:
            connections.close_all()

    @asynccontextmanager
    async def on_loop(self) -> AsyncIterator[None]:
        """Give a coroutine function a thread of its own for the ORM, and close the connections there."""
        async with ThreadSensitiveContext():
            try:
                yield
            finally:
                with anyio.CancelScope(shield=True):
                    await sync_to_async(connections.close_all)()

    async def off_loop(self, do: Callable[[], T]) -> T:
        """Do something in the thread for the ORM; in a test, that is the test's own."""
        return await sync_to_async(do)()

    def run(self, do: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run an event loop beside this thread, which then does what `off_loop` is given."""

        async def done() -> T:
            return await do()

        return async_to_sync(done)()
