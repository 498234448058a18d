"""Run workers in this process, until it is told to stop."""

from __future__ import annotations

import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import anyio

from .._errors import RelayError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from .reporting import Report
    from .working import Worker


BEAT = 5.0
"""How often the file that tells of the worker's health is touched, in seconds."""


async def run(
    workers: Callable[[], Sequence[Worker]],
    connected: AbstractAsyncContextManager[Any],
    report: Report,
    health: Path | None = None,
) -> None:
    """Let workers work until SIGTERM or SIGINT; then let them finish what runs.

    Args:
        workers: Makes a worker for each group.
        connected: What they need to be connected with.
        report: Says what they do.
        health: A file to touch as long as the event loop is not stuck.

    Raises:
        RelayError: The relay is not set up, or the broker refuses the connection.
    """
    try:
        await _run(workers, connected, report, health)
    except BaseExceptionGroup as errors:
        # Tasks raise groups of errors, which a program would have to take apart.
        known, other = errors.split(RelayError)
        if known is None or other is not None:
            raise
        raise _first(known) from None


def _first(errors: BaseExceptionGroup[RelayError]) -> RelayError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def _run(
    workers: Callable[[], Sequence[Worker]],
    connected: AbstractAsyncContextManager[Any],
    report: Report,
    health: Path | None,
) -> None:
    stopping, connecting = anyio.Event(), anyio.CancelScope()
    async with anyio.create_task_group() as waiting:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:

            async def stop() -> None:
                async for number in signals:
                    if not stopping.is_set():
                        report.stopping(signal.Signals(number).name)
                    stopping.set()
                    connecting.cancel()

            waiting.start_soon(stop)
            if health is not None:
                waiting.start_soon(_beat, health)
            async with AsyncExitStack() as stack:
                with connecting:
                    await stack.enter_async_context(connected)
                if not connecting.cancelled_caught:
                    await _work(workers(), report, stopping)
            waiting.cancel_scope.cancel()


async def _beat(file: Path) -> None:
    while True:
        await anyio.Path(file).touch()
        await anyio.sleep(BEAT)


async def _work(workers: Sequence[Worker], report: Report, stopping: anyio.Event) -> None:
    report.started(workers)
    async with anyio.create_task_group() as reporting:
        reporting.start_soon(report.at_intervals)
        async with anyio.create_task_group() as tasks:
            for worker in workers:
                tasks.start_soon(worker.run, stopping)
        reporting.cancel_scope.cancel()
    report.stopped()
