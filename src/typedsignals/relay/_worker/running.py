"""Run receivers in this process, until it is told to stop."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import anyio

from .working import GroupWorker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._declared.receivers import Receiver
    from .._engines.protocol import Engine


async def run(engine: Engine, groups: Mapping[str, Mapping[str, Receiver]], grace: float) -> None:
    """Deliver to groups until SIGTERM or SIGINT; then finish what runs, at most for the time of grace, in seconds."""
    stopping = anyio.Event()
    workers = [GroupWorker(engine, group, receivers, grace) for group, receivers in groups.items()]
    async with anyio.create_task_group() as waiting:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:

            async def stop() -> None:
                async for _ in signals:
                    stopping.set()

            waiting.start_soon(stop)
            async with anyio.create_task_group() as tasks:
                for worker in workers:
                    tasks.start_soon(worker.run, stopping)
            waiting.cancel_scope.cancel()
