"""The relay's own connections to a database, set up for what the queue does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from .._errors import RelayError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SUPPORTED = ("sqlite", "postgresql")
REMEDY = "first set the relay up: typedsignals relay setup, or relay.setup()"
READING = "typedsignals_reading"
"""The execution option of transactions that only read."""


class Executor(Protocol):
    """Executes statements in a transaction of the program: a connection of SQLAlchemy, or what another library has."""

    def execute(self, statement: Any, parameters: Mapping[str, Any], /) -> Any:
        """Execute a statement; give a result with ``rowcount`` and ``inserted_primary_key``."""


class Database:
    """Makes the engine when it is first needed, and again in a process that was forked since.

    Args:
        address: The address of the database, or a function that returns it when it is needed. It may contain a
            password, and is never shown with it.
        remedy: What to do if the tables are missing.
    """

    def __init__(self, address: str | URL | Callable[[], URL], remedy: str = REMEDY) -> None:
        self._address = address if callable(address) else _url(address)
        self.remedy = remedy
        self._engine: Engine | None = None
        self._process = 0

    @property
    def url(self) -> URL:
        """The address."""
        return self._address() if callable(self._address) else self._address

    @property
    def kind(self) -> str:
        """Which database it is: ``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    @property
    def engine(self) -> Engine:
        """The engine of this process."""
        if self._engine is None or self._process != os.getpid():
            if self._engine is not None:
                self._engine.dispose(close=False)  # its connections are those of the parent process
            self._engine, self._process = self._new_engine(), os.getpid()
        return self._engine

    def _new_engine(self) -> Engine:
        try:
            engine = create_engine(self.url, hide_parameters=True, pool_pre_ping=True)
        except (NoSuchModuleError, ImportError) as error:
            raise RelayError(f"the driver of {self} is not installed: {type(error).__name__}") from None
        if engine.dialect.is_async:
            raise RelayError(
                f"{self} names an asynchronous driver; workers need a plain one, such as psycopg or sqlite"
            )
        return prepared(engine)

    def close(self) -> None:
        """Close the connections of this process."""
        if self._engine is not None and self._process == os.getpid():
            self._engine.dispose()
            self._engine = None

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)


def _url(address: str | URL) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        # The error's own text would show the password.
        raise RelayError("database= is not an address such as sqlite:///shop.db or postgresql+psycopg://...") from None
    kind = url.get_backend_name()
    if kind not in SUPPORTED:
        raise RelayError(f"database= is a {kind} database; a relay can use {' or '.join(SUPPORTED)}")
    return url


def prepared(engine: Engine) -> Engine:
    """Set up an engine of the relay itself."""
    if engine.dialect.name == "sqlite":
        begin_immediate(engine)
        event.listen(engine, "connect", _on_connect("PRAGMA busy_timeout=10000", "PRAGMA synchronous=NORMAL"))
    else:
        # If the database crashes, acknowledgements of the last moment are lost and the work is repeated.
        event.listen(engine, "connect", _on_connect("SET synchronous_commit TO off"))
        engine = engine.execution_options(isolation_level="READ COMMITTED")
    return engine


def _on_connect(*statements: str) -> Callable[[Any, Any], None]:
    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    return connected


def begin_immediate(engine: Engine) -> Engine:
    """Let transactions on SQLite take the lock for writing when they begin, for an engine of the program.

    Otherwise a transaction that reads before it writes fails with "database is locked" if another one has written in
    between, however long it would wait.

    Args:
        engine: An engine. One for another database is left as it is.

    Returns:
        The same engine.
    """
    if engine.dialect.name != "sqlite":
        return engine

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # sqlite3 must not begin transactions itself

    def begun(connection: Connection) -> None:
        reads = connection.get_execution_options().get(READING)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine
