"""The queue in a database as an engine: leases are taken, kept and settled in threads, many at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from random import uniform
from typing import TYPE_CHECKING
from uuid import uuid4

import anyio
from sqlalchemy.exc import SQLAlchemyError

from .._sql import leases, settling
from .._sql.databases import READING, Database
from .._sql.messages import Found, messages_of
from .._sql.publishing import insert_now
from .._sql.sessions import WorkerSession
from .._sql.setup import check, patiently, subscribe
from .._sql.sweeping import MOST_AT_ONCE as MOST_SWEPT
from .._sql.sweeping import sweep
from .waiting import Waiting

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from .._message.message import Message
    from .._sql.databases import Executor
    from .._sql.leases import Leased

SETTLED_WITHIN = 0.05
POLLING = (0.02, 0.5)
"""The shortest and the longest pause between two looks for what is due, in seconds."""
LONGEST_OUTAGE_PAUSE = 5.0
UNREADABLE = "its row cannot be read"
SWEEPING = 60.0
"""The mean pause between two deletions of messages that nobody needs, in seconds."""

Settlement = Callable[["Connection"], object]

logger = logging.getLogger("typedsignals.relay")


class SqlEngine:
    """A queue in the tables of a database.

    Args:
        database: The database.
        lease: For how long a delivery is taken, in seconds.
    """

    lends_sessions = True

    def __init__(self, database: Database, lease: float) -> None:
        self.database = database
        self.lease = lease

    async def publish(self, message: Message) -> None:
        """Write a message in a transaction of its own."""
        await anyio.to_thread.run_sync(self._publish, message)

    def _publish(self, message: Message) -> None:
        with self.database.engine.begin() as connection:
            insert_now(connection, message)

    def _subscribe(self, group: str, types: Collection[str]) -> None:
        check(self.database)
        with self.database.engine.begin() as connection:
            subscribe(connection, group, types)

    @asynccontextmanager
    async def subscribe(self, group: str, types: Collection[str]) -> AsyncGenerator[AsyncIterator[SqlDelivery], None]:
        """Subscribe a group, and give its deliveries."""
        await anyio.to_thread.run_sync(patiently, partial(self._subscribe, group, types))
        subscription = Subscription(self, group)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(subscription.settle_in_time)
            tasks.start_soon(subscription.sweep_in_time)
            try:
                yield subscription.deliveries()
            finally:
                tasks.cancel_scope.cancel()
                with anyio.CancelScope(shield=True):
                    await subscription.close()


class Subscription:
    """The deliveries that this process has for one group."""

    def __init__(self, engine: SqlEngine, group: str) -> None:
        self.engine = engine
        self.group = group
        self._waiting = Waiting[SqlDelivery]()
        self._settled: list[Settlement] = []
        self._done: list[Leased] = []
        self._writing = threading.Lock()
        self._connection: Connection | None = None

    async def deliveries(self) -> AsyncIterator[SqlDelivery]:
        """Give deliveries for ever, waiting for them to become due."""
        pause = POLLING[0]
        while True:
            while (delivery := self._waiting.take()) is not None:
                yield delivery
                pause = POLLING[0]
            await self._persist(self._lease)
            if not self._waiting:
                await anyio.sleep(pause * uniform(0.8, 1.2))  # noqa: S311 - so that workers do not look at once
                pause = min(pause * 2, POLLING[1])

    def following(self, types: Collection[str]) -> SqlDelivery | None:
        """Take what is waiting here or, if there is nothing, what is due, if it is of one of these types."""
        if not self._waiting:
            with suppress(SQLAlchemyError):  # it is tried again where it can be waited for
                self._lease()
        return self._waiting.take(types)

    def release(self) -> None:
        """Note that what nobody has begun with is given back, for others or for later."""
        for delivery in self._waiting.given_back():
            delivery.give_back(0, counts=False)

    def settle(self, settlement: Settlement) -> None:
        """Note what becomes of a delivery, to be written soon."""
        self._settled.append(settlement)

    def done(self, leased: Leased) -> None:
        """Note that a delivery is done, to be written soon. Threads may do so at the same time."""
        self._done.append(leased)

    async def settle_in_time(self) -> None:
        """Write what is noted, even while no new deliveries are asked for."""
        while True:
            await anyio.sleep(SETTLED_WITHIN)
            if self._done or self._settled:
                await self._persist(self._settle)

    async def sweep_in_time(self) -> None:
        """Delete messages that nobody needs, now and then."""
        while True:
            await anyio.sleep(SWEEPING * uniform(0.5, 1.5))  # noqa: S311 - so that workers take turns
            try:
                while await anyio.to_thread.run_sync(self._sweep) == MOST_SWEPT:
                    pass
            except SQLAlchemyError as error:
                logger.warning("messages of %s were not swept: %s", self.engine.database, type(error).__name__)

    async def close(self) -> None:
        """Give back what is waiting, and write what is noted; what the database does not take is left to its lease."""
        with anyio.move_on_after(LONGEST_OUTAGE_PAUSE):
            self.release()
            await self._persist(self._settle)
        if self._connection is not None:
            self._connection.close()

    async def _persist(self, write: Callable[[], None]) -> None:
        """Write what is noted, until the database takes it."""
        pause = POLLING[0]
        while True:
            try:
                await anyio.to_thread.run_sync(write)
            except SQLAlchemyError as error:
                logger.warning("%s of %s: %s", self.group, self.engine.database, type(error).__name__)
                await anyio.sleep(pause * uniform(0.8, 1.2))  # noqa: S311 - as above
                pause = min(pause * 2, LONGEST_OUTAGE_PAUSE)
            else:
                return

    # In threads

    def _sweep(self) -> int:
        with self.engine.database.engine.begin() as connection:
            return sweep(connection)

    def _settle(self) -> None:
        with self._written():
            pass

    def _lease(self) -> None:
        if not (self._done or self._settled):
            # On SQLite, looking takes no lock that others wait for.
            with self.engine.database.engine.connect().execution_options(**{READING: True}) as connection:
                if not leases.anything_due(connection, self.group):
                    return
        with self._written() as connection:
            self._waiting.adapt()
            leased = leases.lease(connection, self.group, self._waiting.size, self.engine.lease, str(uuid4()))
            found = messages_of(connection, [one.seq for one in leased])
            for one in leased:
                if one.seq not in found:
                    logger.error("message number %d is dead for %s: %s", one.seq, self.group, UNREADABLE)
                    settling.bury(connection, self.group, one, UNREADABLE)
        self._waiting.add([SqlDelivery(self, found[one.seq], one) for one in leased if one.seq in found])

    @contextmanager
    def _written(self) -> Iterator[Connection]:
        """Open a transaction that writes what is noted."""
        with self._writing:
            done, settled = [*self._done], [*self._settled]
            with self._transaction() as connection:
                settling.remove(connection, self.group, done)
                for settlement in settled:
                    settlement(connection)
                yield connection
            del self._done[: len(done)], self._settled[: len(settled)]

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Open a transaction on a connection that is kept, as taking one out of the pool is not free."""
        if self._connection is None:
            self._connection = self.engine.database.engine.connect()
        try:
            with self._connection.begin():
                yield self._connection
        except SQLAlchemyError:  # the database may be away
            self._connection.close()
            self._connection = None
            raise


class SqlDelivery:
    """One message for one group, leased by this process."""

    def __init__(self, subscription: Subscription, found: Found, leased: Leased) -> None:
        self._subscription = subscription
        self._leased = leased
        self._is_done = False
        self.message = found.message
        self.age = found.age
        self.attempt = leased.attempt

    def following(self, types: Collection[str]) -> SqlDelivery | None:
        """Remove the delivery soon, and take another one of this process, or of the queue."""
        self._done()
        return self._subscription.following(types)

    async def ack(self) -> None:
        """Remove the delivery soon, together with others."""
        self._done()

    def _done(self) -> None:
        if not self._is_done:
            self._is_done = True
            self._subscription.done(self._leased)

    async def retry(self, delay: float, reason: str = "", *, counts: bool = True) -> None:
        """Give the delivery back soon."""
        self.give_back(delay, reason, counts=counts)

    def give_back(self, delay: float, reason: str = "", *, counts: bool = True) -> None:
        """Give the delivery back soon."""
        attempt = self.attempt if counts else self.attempt - 1
        group = self._subscription.group
        self._subscription.settle(
            partial(settling.again, group=group, leased=self._leased, seconds=delay, reason=reason, attempt=attempt)
        )

    async def dead(self, reason: str) -> None:
        """Put the delivery with the dead ones soon."""
        group = self._subscription.group
        self._subscription.settle(partial(settling.bury, group=group, leased=self._leased, reason=reason))

    async def extend(self) -> None:
        """Lengthen the lease. As the receiver is slow, what waits behind it is given back."""
        self._subscription.release()
        await anyio.to_thread.run_sync(self._extend)

    def _extend(self) -> None:
        engine = self._subscription.engine
        try:
            with engine.database.engine.begin() as connection:
                leases.extend(connection, self._subscription.group, [self._leased], engine.lease)
        except SQLAlchemyError as error:
            # It is tried again at the next beat of the heart, and the lease lasts for three of them.
            logger.warning("a lease of %s was not extended: %s", self._subscription.group, type(error).__name__)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session whose commit at the end of the block also removes the delivery.

        Raises:
            StaleDeliveryError: The lease has ended, so that another worker may have done the work; all is rolled back.
        """
        session = WorkerSession(self._subscription.engine.database.engine)
        try:
            yield session
            session.flush()
            self.end_in(session.connection())
            session.commit_with_delivery()
        finally:
            session.close()
        self._is_done = True

    def end_in(self, connection: Executor) -> None:
        """Remove the delivery as part of a transaction, which then ends with it.

        Raises:
            StaleDeliveryError: As above.
        """
        if not settling.remove(connection, self._subscription.group, [self._leased]):
            raise StaleDeliveryError("the lease has ended while the receiver ran, so its work was rolled back")


class StaleDeliveryError(Exception):
    """A receiver has worked longer than it had the message."""
