"""SQLAlchemy's events as signals that somebody else owns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy.event

if TYPE_CHECKING:
    from .._sources.inlet import Inlet
    from .._sources.source import Source

_SENDERS: Final = ("target", "session", "conn", "connection", "class_", "mapper", "dbapi_connection")
"""The arguments of events that say what an event is about; the first that an event has counts."""


def event(target: Any, identifier: str, /, *, propagate: bool = False) -> Source:
    """Make a source of one of SQLAlchemy's events, for ``typedsignals.typed``.

    The fields are the arguments of the event by their names in SQLAlchemy's documentation. The sender is what the
    event is about: the instance for events such as ``after_insert`` and ``load``, the session for those of sessions,
    the connection for those of engines. What receivers return does not reach SQLAlchemy, so events that ask for a
    value have no effect. What they raise does, and ends a flush.

    SQLAlchemy's list of listeners must not change while an event is sent. So the event is listened to from the first
    connection on, and for good; while nobody is connected, nothing is called or validated.

    Args:
        target: What the event is listened to on: a mapped class, a session or its class or factory, an engine, ...
        identifier: The name of the event, such as ``"after_insert"``.
        propagate: Whether to listen on the subclasses of a mapped class too.

    Raises:
        sqlalchemy.exc.InvalidRequestError: Raised when a receiver is connected: the target has no such event.

    Example:
        >>> from sqlalchemy import Connection, Integer, create_engine
        >>> from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
        >>> from typedsignals import Payload, typed
        >>> class Base(DeclarativeBase): ...
        >>> class Order(Base):
        ...     __tablename__ = "orders"
        ...     id = mapped_column(Integer, primary_key=True)
        >>> class Inserted(Payload):
        ...     connection: Connection
        >>> order_inserted = typed(event(Order, "after_insert"), Inserted, sender=Order)
        >>> @order_inserted.connect
        ... def show(sender: Order, **extra: object) -> None:
        ...     print("inserted order", sender.id)
        >>> engine = create_engine("sqlite://")
        >>> Base.metadata.create_all(engine)
        >>> with Session(engine) as session, session.begin():
        ...     session.add(Order(id=7))
        inserted order 7
        >>> engine.dispose()
    """
    return _Event(target, identifier, propagate=propagate)


class _Event:
    stays: Final = True
    packages: Final = ("sqlalchemy",)

    def __init__(self, target: Any, identifier: str, *, propagate: bool) -> None:
        self.name = identifier
        self.owner = f"sqlalchemy: {identifier} of {getattr(target, '__name__', type(target).__name__)}"
        self._target = target
        self._options = {"propagate": True} if propagate else {}

    def connect(self, inlet: Inlet, /) -> None:
        def receive(**fields: Any) -> None:
            sender = next((fields[name] for name in _SENDERS if name in fields), None)
            inlet(sender, fields)

        sqlalchemy.event.listen(self._target, self.name, receive, named=True, **self._options)

    def disconnect(self, inlet: Inlet, /) -> None:
        """Do nothing, as what was connected stays."""
