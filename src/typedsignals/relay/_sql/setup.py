"""Make the tables, check that they are those of this version, and subscribe groups to types."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, exists, func, insert, literal, select, update
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from .._errors import RelayError
from .clock import now
from .tables import SCHEMA_VERSION, dead, delivery, message, metadata, schema, subscription

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from .databases import Database

PATIENCE = 60.0
"""For how long a worker that starts waits for a database that is away, in seconds."""
PAUSE = 0.5

WHY = {
    "sqlite": "is its folder there, and may this program write to it?",
    "postgresql": "does the server run, and are the user, the password and the name of the database right?",
}
"""What to look for if a database cannot be reached."""

logger = logging.getLogger("typedsignals.relay")


class UnreachableError(RelayError):
    """The database is away."""


def patiently(do: Callable[[], None]) -> None:
    """Do something as soon as the database is there.

    Raises:
        RelayError: It cannot be done.
        UnreachableError: The database was away all the time.
        OperationalError: It went away again and again.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return do()
        except (UnreachableError, OperationalError) as error:
            if time.monotonic() > deadline:
                raise
            logger.warning("the database is away (%s), and is waited for", type(error).__name__)
            time.sleep(PAUSE)


def create(database: Database) -> None:
    """Make the tables that are missing.

    Raises:
        RelayError: There are tables of another version.
        UnreachableError: The database is away, or its address is wrong.
    """
    engine = database.engine
    _connected(database).close()
    write_ahead(engine)
    with engine.begin() as connection:
        _take_turns(connection)
        metadata.create_all(connection)
        if connection.execute(select(schema.c.version)).first() is None:
            connection.execute(insert(schema).values(version=SCHEMA_VERSION))
    check(database)


def write_ahead(engine: Engine) -> None:
    """On SQLite, use the write-ahead log, which the database remembers: else readers keep writers waiting."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            raw.close()


def ddl(engine: Engine) -> str:
    """Return the statements that make the tables and their indexes."""
    statements: list[DDLElement] = []
    for table in metadata.sorted_tables:
        statements += [CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))]
    return "".join(f"{str(statement.compile(engine)).strip()};\n\n" for statement in statements)


def _take_turns(connection: Connection) -> None:
    """Wait for others that set something up, until the end of the transaction. On SQLite, each transaction does."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(schema.name))))


def check(database: Database) -> None:
    """Check that the tables are there, and of this version.

    Raises:
        RelayError: They are not. The message says what to do.
        UnreachableError: The database is away, or its address is wrong.
    """
    with _connected(database) as connection:
        try:
            version = connection.execute(select(schema.c.version)).scalar()
        except (OperationalError, ProgrammingError) as error:
            raise RelayError(
                f"the relay's tables cannot be read ({type(error.orig).__name__}); {database.remedy}"
            ) from None
    if version != SCHEMA_VERSION:
        raise RelayError(
            f"the relay's tables have version {version}, but this release of typedsignals uses {SCHEMA_VERSION}: "
            "use the release that made them, or migrate them"
        )


def _connected(database: Database) -> Connection:
    try:
        return database.engine.connect()
    except OperationalError as error:
        # The error's own text may show the password.
        raise UnreachableError(
            f"the database {database} cannot be reached ({type(error.orig).__name__}): {WHY[database.kind]}"
        ) from None


def subscribe(connection: Connection, group: str, types: Iterable[str]) -> None:
    """Let a group receive what is published from now on, and what nobody has subscribed to so far."""
    _take_turns(connection)
    for kind in sorted(types):
        known = select(literal(1)).where(subscription.c.grp == group, subscription.c.type == kind)
        missing = select(literal(group), literal(kind)).where(~exists(known))
        connection.execute(insert(subscription).from_select(["grp", "type"], missing))
        unheard = select(message.c.seq).where(message.c.type == kind, ~message.c.heard)
        numbers = list(connection.execute(unheard.with_for_update()).scalars())
        if numbers:
            waiting = select(literal(group), message.c.seq, message.c.key, literal(0), now()).where(
                message.c.seq.in_(numbers)
            )
            connection.execute(insert(delivery).from_select(["grp", "seq", "key", "attempt", "due"], waiting))
            connection.execute(update(message).where(message.c.seq.in_(numbers)).values(heard=True))


def end(connection: Connection, group: str, types: Collection[str]) -> None:
    """End the subscriptions of a group that is gone, and drop what is kept for it.

    Transactions that are about to commit may still leave something for it.
    """
    _take_turns(connection)
    connection.execute(delete(subscription).where(subscription.c.grp == group, subscription.c.type.in_(types)))
    theirs = select(message.c.seq).where(message.c.type.in_(types))
    for table in (delivery, dead):
        connection.execute(delete(table).where(table.c.grp == group, table.c.seq.in_(theirs)))


def unsubscribe(connection: Connection, groups: Iterable[str]) -> None:
    """Let groups receive nothing more from the database, as they receive it from elsewhere.

    Raises:
        RelayError: Something still waits for one of them.
    """
    _take_turns(connection)
    for group in sorted(groups):
        connection.execute(delete(subscription).where(subscription.c.grp == group))
        if connection.execute(select(delivery.c.seq).where(delivery.c.grp == group).limit(1)).first() is not None:
            raise RelayError(
                f"messages still wait for {group!r} in the database: before you add or remove a broker, stop what "
                "publishes, and let workers deliver them"
            )
