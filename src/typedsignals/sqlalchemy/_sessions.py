"""What SQLAlchemy has as sessions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.orm import Session, scoped_session

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

AnySession: TypeAlias = "Session | scoped_session[Any] | AsyncSession | async_scoped_session[Any]"


def session_of(given: Any) -> tuple[Session, bool]:
    """Return the session behind what a program has, and whether the program awaits it.

    Raises:
        TypeError: It is not a session.
    """
    if isinstance(given, scoped_session) or is_asynchronous(given, "async_scoped_session"):
        given = given()
    if is_asynchronous(given, "AsyncSession"):
        return given.sync_session, True
    if isinstance(given, Session):
        return given, False
    raise TypeError(f"after_commit() takes a session of SQLAlchemy, not a {type(given).__name__}")


def is_asynchronous(given: object, kind: str) -> bool:
    """Whether it is an instance of this class of ``sqlalchemy.ext.asyncio``.

    That package is not imported for it, as it needs greenlet, which a program without asyncio may not have.
    """
    package = sys.modules.get("sqlalchemy.ext.asyncio")
    return isinstance(given, getattr(package, kind, ()))
