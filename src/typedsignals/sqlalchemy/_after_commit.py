"""Send when a transaction of SQLAlchemy is committed, and not when it is rolled back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, util
from sqlalchemy.exc import MissingGreenlet

from .._exceptions import TypedSignalsError
from .._sending.prepared import Prepared
from ._sessions import AnySession, session_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, SessionTransaction

_KEY: Final = "typedsignals.after_commit"
"""Where a session has its `_Waiting`, in the dictionary that SQLAlchemy gives it for others."""


class TransactionError(TypedSignalsError, RuntimeError):
    """`after_commit` was called outside a transaction, so that there is nothing to wait for."""


TransactionError.__module__ = "typedsignals.sqlalchemy"


def after_commit(session: AnySession, prepared: Prepared[Any, Any, Any], /) -> None:
    """Send once the transaction that the session is in is committed.

    The send is dropped if the transaction is rolled back, or the savepoint that is open now. It waits for the outermost
    transaction, and is sent robustly: what receivers raise is logged, as the commit stands. Sends of one transaction
    come in the order of these calls.

    At that time the transaction is over, and the session's objects are expired. Receivers that need a database use a
    session of their own. If an ``AsyncSession`` was given, coroutine functions among the receivers are awaited before
    its ``commit`` returns.

    If the process ends between the commit and the send, nothing is sent. Use a `typedsignals.relay.Relay` for what must
    never be lost.

    Args:
        session: A ``Session``, ``scoped_session``, ``AsyncSession`` or ``async_scoped_session``, in a transaction.
        prepared: What to send, validated already: ``order_placed.prepare(shop, order_id=7)``.

    Raises:
        TransactionError: The session is not in a transaction.
        TypeError: An argument is of another type.
    """
    _check(prepared)
    real, is_async = session_of(session)
    transaction = _innermost(real)
    if transaction is None:
        raise TransactionError(
            f"{prepared.signal!r} cannot be sent after a commit, as the session is not in a transaction; begin one, or "
            "call after_commit() after the first use of the session",
            signal=prepared.signal,
            sender=prepared.sender,
        )
    _waiting_in(real).add(transaction, prepared, is_async=is_async)


def _check(prepared: object) -> None:
    if not isinstance(prepared, Prepared):
        got = type(prepared).__name__
        raise TypeError(f"after_commit() takes what signal.prepare(...) gives, not a {got}; call it with the fields")


class _Waiting:
    """What one session sends after its commits."""

    def __init__(self) -> None:
        self._sends: list[tuple[SessionTransaction, Prepared[Any, Any, Any], bool]] = []
        self._committed: SessionTransaction | None = None

    def add(self, transaction: SessionTransaction, prepared: Prepared[Any, Any, Any], *, is_async: bool) -> None:
        self._sends.append((transaction, prepared, is_async))

    def note_commit(self, session: Session) -> None:
        """Remember which transaction, or savepoint, is being committed: the innermost."""
        self._committed = _innermost(session)

    def settle(self, session: Session, ended: SessionTransaction) -> None:
        """Send what waited for a transaction that has ended, pass it on to the one around it, or drop it."""
        is_committed, self._committed = ended is self._committed, None
        outer = _innermost(session)
        mine = [send for send in self._sends if send[0] is ended]
        if not is_committed:
            self._sends = [send for send in self._sends if send[0] is not ended]
        elif outer is not None:
            self._sends = [(outer if one is ended else one, *rest) for one, *rest in self._sends]  # type: ignore[misc]  # the rest is the rest
        else:
            self._sends = []
            for _, prepared, is_async in mine:
                _send(prepared, is_async=is_async)


def _waiting_in(session: Session) -> _Waiting:
    waiting: _Waiting | None = session.info.get(_KEY)
    if waiting is None:
        waiting = session.info[_KEY] = _Waiting()
        event.listen(session, "after_commit", waiting.note_commit)
        # Not after the commit itself: the session could not be used, and its objects would not be expired yet.
        event.listen(session, "after_transaction_end", waiting.settle)
    return waiting


def _innermost(session: Session) -> SessionTransaction | None:
    """Return the savepoint that is open, or else the transaction."""
    return session.get_nested_transaction() or session.get_transaction()


def _send(prepared: Prepared[Any, Any, Any], *, is_async: bool) -> None:
    """Send, and log what fails: an error here would reach the code that commits, in the midst of the commit."""
    try:
        # Coverage does not follow a switch of greenlets.
        if not (is_async and _is_awaited(prepared)):  # pragma: no branch - see above
            prepared.send_robust()
    except Exception:
        logging.getLogger("typedsignals").exception("%r was not sent after the commit", prepared.signal)


def _is_awaited(prepared: Prepared[Any, Any, Any]) -> bool:
    """Send and await, and return whether that is possible here."""
    await_: Any = getattr(util, "await_", None) or util.await_only  # its name before 2.1
    sending = prepared.send_robust_async()
    try:
        await_(sending)
    except MissingGreenlet:  # someone commits the session inside the AsyncSession, without awaiting
        sending.close()
        return False
    return True  # pragma: no cover - see above
