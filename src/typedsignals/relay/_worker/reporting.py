"""Say what the workers of a process do: when they start, at intervals, when they are told to stop, and at the end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from .working import Worker

logger = logging.getLogger("typedsignals.relay")


@dataclass(slots=True)
class Counts:
    """What a worker has done with messages.

    Attributes:
        delivered: Its receiver succeeded.
        retried: It will be delivered again.
        dead: It was given up.
    """

    delivered: int = 0
    retried: int = 0
    dead: int = 0

    def since(self, earlier: Counts) -> Counts:
        """Return what was done since then."""
        return Counts(self.delivered - earlier.delivered, self.retried - earlier.retried, self.dead - earlier.dead)

    def copy(self) -> Counts:
        """Return the counts as they are now."""
        return self.since(Counts())


@dataclass(frozen=True, slots=True)
class Subject:
    """What is reported on.

    Attributes:
        relay: The relay's name.
        database: The address of its database, without the password.
        broker: The address of its broker, without the password; None if there is none.
        waiting: Counts the messages that wait, by group; it may block. None if they cannot be counted now.
        interval: The seconds from one report to the next.
        grace: How long receivers may go on when the process is told to stop, in seconds.
    """

    relay: str
    database: str
    broker: str | None
    waiting: Callable[[], Mapping[str, int] | None]
    interval: float
    grace: float


class Report:
    """Logs lines for people. Each has the same as data for programs, in the record's attribute ``relay``.

    Args:
        subject: What is reported on.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._workers: Sequence[Worker] = ()
        self._began = time.monotonic()

    def started(self, workers: Sequence[Worker]) -> None:
        """Say who works for whom."""
        self._workers = workers
        relay, database, broker = self._subject.relay, self._subject.database, self._subject.broker
        groups = [worker.group for worker in self._workers]
        through = "" if broker is None else f" through {broker}"
        text = f"relay {relay} on {database}{through}: started, for {', '.join(groups)}"
        _log(text, "started", name=relay, database=database, broker=broker, groups=groups)

    async def at_intervals(self) -> None:
        """Say what was done in the last seconds and what waits, unless there was nothing to do."""
        before = self._counts()
        while True:
            await anyio.sleep(self._subject.interval)
            if not logger.isEnabledFor(logging.INFO):
                continue
            waiting = await anyio.to_thread.run_sync(self._subject.waiting, abandon_on_cancel=True)
            now = self._counts()
            done = {group: counts.since(before[group]) for group, counts in now.items()}
            before = now
            self._progress(done, waiting)

    def _progress(self, done: Mapping[str, Counts], waiting: Mapping[str, int] | None) -> None:
        seconds = self._subject.interval
        found: dict[str, dict[str, int]] = {}
        for group, counts in done.items():
            found[group] = asdict(counts)
            if waiting is not None:
                found[group]["waiting"] = waiting.get(group, 0)
        if any(number for counts in found.values() for number in counts.values()):
            _log(f"in {seconds:g} s: {_listed(found)}", "progress", seconds=seconds, groups=found)

    def stopping(self, signal: str) -> None:
        """Say that no new work is begun."""
        grace = self._subject.grace
        text = f"told to stop by {signal}: finishes what runs, for up to {grace:g} s"
        _log(text, "stopping", signal=signal, grace=grace)

    def stopped(self) -> None:
        """Say what was done in all."""
        seconds = round(time.monotonic() - self._began, 1)
        found = {group: asdict(counts) for group, counts in self._counts().items()}
        _log(f"stopped after {seconds:g} s: {_listed(found)}", "stopped", seconds=seconds, groups=found)

    def _counts(self) -> dict[str, Counts]:
        return {worker.group: worker.counts.copy() for worker in self._workers}


def _log(text: str, event: str, **values: Any) -> None:
    logger.info("%s", text, extra={"relay": {"event": event, **values}})


def _listed(found: Mapping[str, Mapping[str, int]]) -> str:
    return "; ".join(f"{group} {', '.join(_numbers(counts))}" for group, counts in found.items())


def _numbers(counts: Mapping[str, int]) -> Iterator[str]:
    """Say what is not zero, and in any case how many were delivered."""
    for name, number in counts.items():
        if number or name == "delivered":
            yield f"{number} {name}"
