"""Run receivers in this process, until it is told to stop."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import anyio

from .working import GroupWorker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .._declared.receivers import Receiver
    from .._engines.protocol import Engine


BEAT = 5.0
"""How often the file that tells of the worker's health is touched, in seconds."""


async def run(
    engine: Engine, groups: Mapping[str, Mapping[str, Receiver]], grace: float, health: Path | None = None
) -> None:
    """Deliver to groups until SIGTERM or SIGINT; then finish what runs.

    Args:
        engine: The engine.
        groups: The receivers of each group, by the full names of their signals.
        grace: How long receivers may go on at the end, in seconds.
        health: A file to touch as long as the event loop is not stuck.
    """
    stopping = anyio.Event()
    workers = [GroupWorker(engine, group, receivers, grace) for group, receivers in groups.items()]
    async with anyio.create_task_group() as waiting:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:

            async def stop() -> None:
                async for _ in signals:
                    stopping.set()

            async def beat(file: Path) -> None:
                while True:
                    await anyio.Path(file).touch()
                    await anyio.sleep(BEAT)

            waiting.start_soon(stop)
            if health is not None:
                waiting.start_soon(beat, health)
            async with anyio.create_task_group() as tasks:
                for worker in workers:
                    tasks.start_soon(worker.run, stopping)
            waiting.cancel_scope.cancel()
