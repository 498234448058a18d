"""A relay as those see it who run it and look after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import anyio
from sqlalchemy.exc import SQLAlchemyError

from ._brokers.access import ask, broker_at
from ._brokers.protocol import OUTBOX, Broker, Program
from ._errors import RelayError
from ._sql import dead_letters
from ._sql.dead_letters import DeadLetter
from ._sql.setup import check, create, ddl, end, patiently, subscribe, unsubscribe
from ._sql.status import QueueStatus, oldest_snapshot, status, to_end
from ._sql.sweeping import purge
from ._worker.publishing import Publisher
from ._worker.reporting import Report, Subject
from ._worker.running import run
from ._worker.working import GroupWorker, Worker

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ._brokers.address import Address
    from ._declared.declared import Declared
    from ._engines.sql import SqlEngine
    from ._sql.databases import Database

T = TypeVar("T")


class OperatedRelay:
    """Runs workers, sets up what they need, counts what there is to do, and decides about what is dead.

    `Relay` adds what programs do with it: declare, publish and receive. It sets the attributes.

    Attributes:
        name: The name of the program: the ``source`` of its messages.
    """

    name: str
    _database: Database
    _engine: SqlEngine
    _address: Address | None
    _declared: Declared
    _modules: tuple[str | Callable[[], object], ...]
    _lease: float
    _max_bytes: int

    def load(self) -> None:
        """Import the modules that declare receivers, and call the callables; only the first time."""
        for module in self._modules:
            if isinstance(module, str):
                import_module(module)
            else:
                module()
        self._modules = ()

    def run(self, *groups: str, grace: float = 20.0, health: Path | None = None, report_every: float = 30.0) -> None:
        """Call receivers in this process until SIGTERM or Ctrl-C. What runs then is finished; the rest is released.

        What it does is logged by the logger ``typedsignals.relay``.

        Args:
            groups: The groups to work for; all by default.
            grace: How long receivers may go on when the worker is told to stop, in seconds.
            health: A file to touch every few seconds, for supervisors, as long as the worker is not stuck.
            report_every: After how many seconds to log what was done in them, and what waits.

        Raises:
            RelayError: The tables are missing or of another version, a group has no receivers here, or the database
                was away for a minute.
        """
        self.load()
        receivers, broker = self._declared.receivers, self._new_broker()
        known = [*receivers] if broker is None else [OUTBOX, *receivers]
        unknown = [group for group in groups if group not in known]
        if unknown or not known:
            raise RelayError(
                f"there are no receivers for {', '.join(unknown) or 'any group'} in {self!r}; "
                "name the modules that declare them, in Relay(modules=...)"
            )
        patiently(lambda: check(self._database))

        def workers() -> list[Worker]:
            return [self._worker(group, broker, grace) for group in groups or known]

        address = None if self._address is None else str(self._address)
        report = Report(Subject(self.name, str(self._database), address, self._waiting, report_every, grace))
        anyio.run(run, workers, nullcontext() if broker is None else broker.opened(), report, health)

    def _waiting(self) -> Counter[str] | None:
        """Count what waits, by group; None if it cannot be counted now, of which workers tell themselves."""
        found = Counter[str]()
        try:
            for queue in self.status():
                found[queue.group or ""] += queue.waiting + queue.parked
        except (RelayError, SQLAlchemyError):
            return None
        return found

    def _worker(self, group: str, broker: Broker | None, grace: float) -> Worker:
        if broker is not None and group == OUTBOX:
            return Publisher(self._engine, broker, self._declared.carried.keys(), grace)
        return GroupWorker(broker or self._engine, group, self._declared.receivers[group], grace)

    def _new_broker(self) -> Broker | None:
        if self._address is None:
            return None
        carried = self._declared.carried
        program = Program(
            name=self.name,
            groups=self._declared.receivers,
            carried=carried,
            ordered=[kind for kind, one in carried.items() if one.is_ordered],
            lease=self._lease,
            max_bytes=self._max_bytes,
        )
        return broker_at(self._address, program)

    def close(self) -> None:
        """Close the relay's own connections to the database. It opens new ones when it needs them."""
        self._database.close()

    def setup(self) -> None:
        """Make the tables that are missing, and what the broker needs, and subscribe the groups that have receivers.

        A group gets what is published by transactions that begin after this has returned. The first group of a signal
        also gets what was published before.

        Raises:
            RelayError: The tables are of another version, or the broker refuses its settings.
        """
        self.load()
        broker, groups = self._new_broker(), self._declared.receivers
        self._make_tables()
        if broker is not None:
            ask(broker, broker.setup)
        with self._database.engine.begin() as connection:
            unsubscribe(connection, [OUTBOX] if broker is None else groups.keys())
            subscribed = groups if broker is None else {OUTBOX: self._declared.carried}
            for group, kinds in subscribed.items():
                subscribe(connection, group, kinds.keys())

    def unsubscribe(self, group: str, *types: str, drop: bool = False) -> list[QueueStatus]:
        """End the subscriptions of a group that is gone, for which messages would wait for ever.

        Stop its workers first: as long as they run, they may subscribe it again. What transactions publish that are
        not yet committed may still arrive, and is shown by `status`.

        Args:
            group: The group. This program has no receiver in it.
            types: The full names of signals, if the group goes on to receive others; by default, all that it has
                subscribed to.
            drop: Drop what is kept for the group: what waits, is in work, or is dead.

        Returns:
            The subscriptions that have ended, with what was dropped.

        Raises:
            RelayError: The group has no such subscription, or has a receiver, or something is kept for it.
        """
        ended = to_end(self._status(group), group, types, drop=drop)
        kinds = [row.type for row in ended]
        with self._operating() as connection:
            end(connection, group, kinds)
        self._asked(lambda broker: broker.unsubscribe(group, kinds))
        return ended

    def _make_tables(self) -> None:
        create(self._database)

    def ddl(self) -> str:
        """Return the statements that make the tables, in the SQL of the relay's database."""
        return ddl(self._database.engine)

    def status(self) -> list[QueueStatus]:
        """Count what waits, is in work and is dead, by group and signal.

        With a broker, the group ``@broker`` stands for what is in the database and not yet published.
        """
        return self._status()

    def _status(self, *also: str) -> list[QueueStatus]:
        """Count with groups that this program no longer has, of which a broker may tell only if it is asked."""
        self.load()
        served = self._declared.receivers if self._address is None else {OUTBOX: self._declared.carried}
        with self._operating() as connection:
            found = status(connection, served)
        return found + (self._asked(lambda broker: broker.status(also)) or [])

    def oldest_snapshot(self) -> float | None:
        """Return how long ago the oldest transaction that still sees old rows began, in seconds; None if there is none.

        On PostgreSQL, one that stays open for long makes all work on queues slow, as rows that are deleted meanwhile
        cannot be cleared away. It counts whichever program has it, if the relay's user may see it.
        """
        with self._operating() as connection:
            return oldest_snapshot(connection)

    def dead(self) -> list[DeadLetter]:
        """List what was given up, the earliest first."""
        with self._operating() as connection:
            found = dead_letters.dead_letters(connection)
        return found + (self._asked(lambda broker: broker.dead()) or [])

    def content_of(self, number: str) -> bytes | None:
        """Return the payload of a message, as JSON, by its identifier; None if there is no such message."""
        with self._operating() as connection:
            found = dead_letters.content_of(connection, number)
        return found or self._asked(lambda broker: broker.content_of(number))

    def retry_dead(self, *ids: str) -> int:
        """Deliver messages again that were given up, in all groups that did; return how many deliveries."""
        with self._operating() as connection:
            done = dead_letters.retry(connection, ids)
        return done + (self._asked(lambda broker: broker.retry_dead(ids)) or 0)

    def drop_dead(self, *ids: str) -> int:
        """Forget messages that were given up, in all groups that did; return how many deliveries."""
        with self._operating() as connection:
            done = dead_letters.drop(connection, ids)
        return done + (self._asked(lambda broker: broker.drop_dead(ids)) or 0)

    def purge(self, *, older: timedelta | None = None, subject: str | None = None) -> int:
        """Delete what is dead or unheard; return how many deliveries and messages.

        Args:
            older: Only what was published longer ago.
            subject: Only what has this sender, as text.
        """
        seconds = None if older is None else older.total_seconds()
        with self._operating() as connection:
            done = purge(connection, older=seconds, subject=subject)
        return done + (self._asked(lambda broker: broker.purge(seconds, subject)) or 0)

    def _asked(self, question: Callable[[Broker], Awaitable[T]]) -> T | None:
        """Ask the broker, if there is one."""
        self.load()
        broker = self._new_broker()
        return None if broker is None else ask(broker, lambda: question(broker))

    @contextmanager
    def _operating(self) -> Iterator[Connection]:
        check(self._database)
        with self._database.engine.begin() as connection:
            yield connection
