"""Where messages are written: the transactions of SQLAlchemy that `Relay.publish` takes, and a protocol for others."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from sqlalchemy import Connection
from sqlalchemy.orm import Session, scoped_session

from ._errors import RelayError
from ._sql.publishing import add_to_session, insert_now

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session

    from ._message.message import Message


@runtime_checkable
class Transaction(Protocol):
    """A transaction of the program's own kind, in which messages are written.

    Its end decides: the message is delivered if it commits, and never was if it rolls back.
    """

    def add_message(self, message: Message, /) -> None:
        """Write a message as part of the transaction."""

    def is_active(self) -> bool:
        """Whether there is a transaction that somebody will commit."""


AnyTransaction: TypeAlias = (
    "Session | scoped_session[Any] | AsyncSession | async_scoped_session[Any] | Connection | Transaction"
)


class _InSession:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add_message(self, message: Message, /) -> None:
        add_to_session(self._session, message)

    def is_active(self) -> bool:
        return self._session.in_transaction()


class _OnConnection:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_message(self, message: Message, /) -> None:
        insert_now(self._connection, message)

    def is_active(self) -> bool:
        return self._connection.in_transaction()


def transaction_of(given: Any) -> Transaction:
    """Adapt what a program has.

    Raises:
        RelayError: It is nothing of the kind.
    """
    if isinstance(given, scoped_session) or _is_asynchronous(given, "async_scoped_session"):
        given = given()
    if _is_asynchronous(given, "AsyncSession"):
        given = given.sync_session
    if isinstance(given, Session):
        return _InSession(given)
    if isinstance(given, Connection):
        return _OnConnection(given)
    if _is_asynchronous(given, "AsyncConnection"):
        raise RelayError("publish() cannot wait for an AsyncConnection; use: await relay.publish_async(...)")
    if isinstance(given, Transaction):
        return given
    raise RelayError(
        f"a message is published in a transaction: a Session or Connection of SQLAlchemy, not a {type(given).__name__}"
    )


async def insert_async(connection: AsyncConnection, message: Message) -> None:
    """Write a message on a connection that has to be waited for.

    Raises:
        RelayError: It is not such a connection.
    """
    if not _is_asynchronous(connection, "AsyncConnection"):
        raise RelayError(f"publish_async() takes an AsyncConnection, not a {type(connection).__name__}; use publish()")
    await connection.run_sync(insert_now, message)


def _is_asynchronous(given: object, kind: str) -> bool:
    """Whether it is an instance of this class of ``sqlalchemy.ext.asyncio``.

    That package is not imported for it, as it needs greenlet, which a program without asyncio may not have.
    """
    package = sys.modules.get("sqlalchemy.ext.asyncio")
    return isinstance(given, getattr(package, kind, ()))
