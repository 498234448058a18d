"""The relay: which signals travel to other processes, and which receivers are called there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Literal, Protocol, overload

from sqlalchemy.orm import Session
from typing_extensions import ParamSpec, TypeVar

from .. import DeclarationError
from .._location import Place, frame_of_caller
from ..steps import add_step
from ._brokers.address import Address
from ._declared.carried import Carried
from ._declared.declared import Declared
from ._declared.description import RelayDescription, described
from ._declared.receivers import IN_SESSION, Receiver
from ._declared.surroundings import Surroundings, Together
from ._engines.sql import SqlEngine
from ._errors import RelayError
from ._operated import OperatedRelay
from ._sql.databases import REMEDY, Database
from ._transactions import AnyTransaction, Transaction, insert_async, transaction_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncConnection

    from .. import Signal
    from ._message.message import Message

PayloadT = TypeVar("PayloadT", bound="BaseModel")
SenderT = TypeVar("SenderT", default=Any)
P = ParamSpec("P", default=...)
R = TypeVar("R")


class Outlet(Protocol):
    """Takes messages in place of the database, in tests."""

    def publish(self, message: Message, /) -> None:
        """Take a message."""


class Relay(OperatedRelay):
    """Carries signals to receivers in other processes.

    Making one opens nothing, so that any module may import it.

    Args:
        name: The name of the program: the ``source`` of its messages.
        database: The address of the database that holds the queue: ``sqlite:///shop.db``,
            ``postgresql+psycopg://...``. Workers open it; `publish` writes in transactions that the program has. It may
            be a function that returns the address when it is needed, as a ``URL`` of SQLAlchemy.
        broker: The address of a broker: ``nats://localhost:4222``, ``amqp://localhost:5672/``. Workers publish to it
            what is in the database, and receive from it. Without one, they receive from the database.
        modules: The modules that declare receivers, which workers import; or callables, which they call.
        lease: For how long a worker has a message, in seconds; it lengthens that while it works on it.
        max_bytes: The largest payload that may be published, in bytes of JSON.

    Raises:
        RelayError: An address is not that of a database or broker that a relay can use.
    """

    _remedy = REMEDY
    _around = Surroundings()

    def __init__(
        self,
        name: str,
        *,
        database: str | URL | Callable[[], URL],
        broker: str | None = None,
        modules: Iterable[str | Callable[[], object]] = (),
        lease: float = 30.0,
        max_bytes: int = 1_000_000,
    ) -> None:
        self.name = name
        self._database = Database(database, self._remedy)
        self._engine = SqlEngine(self._database, lease)
        self._address = None if broker is None else Address.of(broker)
        self._lease = lease
        self._declared = Declared()
        self._modules = tuple(modules)
        self._max_bytes = max_bytes
        self._outlet: Outlet | None = None
        self._place = Place.of(frame_of_caller())

    def __repr__(self) -> str:
        through = "" if self._address is None else f" through {self._address}"
        return f"<Relay {self.name!r} on {self._database}{through}>"

    def describe(self) -> RelayDescription:
        """Describe what has been declared so far: the signals that are carried, and their receivers."""
        place = self._place
        return RelayDescription(
            name=self.name,
            database=self._kind(),
            broker=None if self._address is None else self._address.kind,
            module=place.module,
            file=place.file,
            line=place.line,
            signals=described(self._declared, has_broker=self._address is not None),
        )

    def _kind(self) -> str:
        return self._database.kind

    def carry(
        self,
        signal: Signal[PayloadT, SenderT, P],
        /,
        *,
        subject: Callable[[SenderT], str] | None = None,
        sender: Callable[[str], SenderT] | None = None,
        key: Callable[[PayloadT], str | None] | None = None,
        order: Literal["strict", "best-effort"] = "strict",
    ) -> None:
        """Let a signal be published, and received in workers.

        A sender is an object of one process. So ``subject`` makes text of it, which travels, and ``sender`` finds the
        very object that receivers in the worker know. A signal whose sender type is ``str`` needs neither, nor does
        one without a sender type, as long as its senders are strings or None.

        Args:
            signal: The signal. It has a name and a payload.
            subject: Makes text of a sender.
            sender: Finds the sender by its text, in the worker. It raises a ``LookupError`` if there is none.
            key: Gives the key of a payload, text of at most 255 characters. Messages with the same key are delivered
                in the order of publishing, within each group. None stands for no order.
            order: ``"best-effort"`` if the order may be lost by retries, where the broker cannot hold it. RabbitMQ
                cannot, and refuses ``key`` otherwise.

        Raises:
            DeclarationError: The signal cannot be carried. The message says why: for a payload that cannot travel, it
                names each field.
        """
        name, payload_type = signal.full_name, signal.payload_type
        if not name or payload_type is None:
            lacking = "payload" if name else "name"
            raise DeclarationError(f"{signal!r} cannot be carried: it has no {lacking}; declare one", signal=signal)
        is_ordered = key is not None and order == "strict"
        if is_ordered and self._address is not None and not self._address.keeps_order:
            raise DeclarationError(
                f"{signal!r} cannot be carried in the order of key=: {self._address} loses the order when a message is "
                'tried again; add order="best-effort" if that does no harm, leave key= out, or use a broker or '
                "database that keeps it",
                signal=signal,
            )
        self._declared.carry(
            Carried(
                signal=signal,
                type=name,
                payload_type=payload_type,
                subject=subject,
                sender=sender,
                key=key,
                is_ordered=is_ordered,
            )
        )

    # Publishing

    def publish(
        self,
        transaction: AnyTransaction,
        signal: Signal[PayloadT, SenderT, P],
        sender: SenderT,
        /,
        *args: P.args,
        **fields: P.kwargs,
    ) -> str:
        """Publish an event of a signal in a transaction: it is delivered if that commits, and never was if not.

        Receivers in this process are not called; that is what `Signal.send` does, or `forward` for both.

        Args:
            transaction: A ``Session``, ``scoped_session``, ``AsyncSession`` or ``Connection`` of SQLAlchemy, or a
                `Transaction`. A session writes the message when it flushes.
            signal: A signal that is carried.
            sender: The sender.
            args: Only for type checkers; no positional argument is accepted.
            fields: The payload's fields.

        Returns:
            The message's identifier.

        Raises:
            PayloadError: Fields are missing, unknown or wrong.
            SenderError: The sender is not of the declared type.
            RelayError: The signal is not carried, the payload is too large or cannot be written, or there is no
                transaction.
        """
        prepared = signal.prepare(sender, *args, **fields)
        message = self._message(signal, prepared.sender, prepared.payload)
        self._write(transaction, message)
        return message.id

    async def publish_async(
        self,
        connection: AsyncConnection,
        signal: Signal[PayloadT, SenderT, P],
        sender: SenderT,
        /,
        *args: P.args,
        **fields: P.kwargs,
    ) -> str:
        """Do the same as `publish` on an ``AsyncConnection``, which has to be waited for."""
        prepared = signal.prepare(sender, *args, **fields)
        message = self._message(signal, prepared.sender, prepared.payload)
        if self._outlet is not None:
            self._outlet.publish(message)
        else:
            await insert_async(connection, message)
        return message.id

    def forward(
        self,
        signal: Signal[PayloadT, SenderT, P],
        /,
        *,
        session: Callable[[], AnyTransaction],
    ) -> Callable[[], None]:
        """Publish whatever is sent, in the current transaction, once all receivers in this process have succeeded.

        A robust send is published whatever its receivers raised. A failure to publish is raised by the send.

        Args:
            signal: A signal that is carried.
            session: Returns the session or connection whose transaction is current. A ``scoped_session`` will do.

        Returns:
            A function that ends it.

        Raises:
            RelayError: The signal is not carried. Later, by a send: there is no transaction; no receiver was called.
        """
        carried = self._declared.of(signal)

        @contextmanager
        def forwarding(sent: Signal[Any, Any, Any], sender: object, payload: Any) -> Iterator[None]:
            given = session()
            if not self._transaction_of(given).is_active():
                raise RelayError(
                    f"{sent!r} is forwarded, but there is no transaction, so that nobody would commit the message; "
                    "begin one before you send",
                    signal=sent,
                )
            yield
            self._write(given, carried.message(self.name, sender, payload, self._max_bytes))

        return add_step(signal, forwarding)

    def _message(self, signal: Signal[Any, Any, Any], sender: object, payload: BaseModel) -> Message:
        return self._declared.of(signal).message(self.name, sender, payload, self._max_bytes)

    def _write(self, given: Any, message: Message) -> None:
        transaction = self._transaction_of(given)
        if self._outlet is not None:
            self._outlet.publish(message)
        else:
            transaction.add_message(message)

    def _transaction_of(self, given: Any) -> Transaction:
        return transaction_of(given)

    # Receiving

    @overload
    def receiver(
        self,
        signal: Signal[PayloadT, SenderT, P],
        /,
        *,
        group: str,
        attempts: int = ...,
        max_age: float | timedelta = ...,
        session: Literal[False] = ...,
    ) -> Callable[[Callable[Concatenate[SenderT, P], R]], Callable[Concatenate[SenderT, P], R]]: ...

    @overload
    def receiver(
        self,
        signal: Signal[PayloadT, SenderT, P],
        /,
        *,
        group: str,
        attempts: int = ...,
        max_age: float | timedelta = ...,
        session: Literal[True],
    ) -> Callable[[Callable[Concatenate[SenderT, Session, P], R]], Callable[Concatenate[SenderT, Session, P], R]]: ...

    def receiver(
        self,
        signal: Signal[Any, Any, Any],
        /,
        *,
        group: str,
        attempts: int = 8,
        max_age: float | timedelta = timedelta(days=7),
        session: bool = False,
    ) -> Callable[[Any], Any]:
        """Declare a receiver that workers call: a decorator, for functions and, called by hand, for methods.

        It is called as one that is connected: ``receiver(sender, **fields)``, and its signature is checked now. Plain
        functions run in threads; coroutine functions on the worker's event loop, asyncio. A message may be delivered
        twice, so it should do no harm to be called twice with the same.

        Args:
            signal: A signal that is carried.
            group: The group. Each group gets each message; the workers of a group share them.
            attempts: How often a message is delivered at most, if the receiver raises. Killed workers use up attempts
                too. The pauses in between begin with a second, and double up to an hour.
            max_age: How old a message may be to be tried again after a `Retry`; in seconds, or a ``timedelta``.
            session: Lend the receiver a session of the worker, as its second argument: what it writes, and what it
                publishes, is committed together with the end of the delivery. The receiver must not commit itself.

        Raises:
            ReceiverSignatureError: It cannot take the payload's fields.
            DeclarationError: The group has another receiver of the signal, or an argument is wrong.
            RelayError: The signal is not carried.
        """
        return self._declaring(signal, group, attempts, max_age, IN_SESSION if session else None)

    def _declaring(
        self,
        signal: Signal[Any, Any, Any],
        group: str,
        attempts: int,
        max_age: float | timedelta,
        together: Together | None,
    ) -> Callable[[Any], Any]:
        carried = self._declared.of(signal)
        if not 0 < len(group) <= LONGEST_GROUP:
            raise DeclarationError(f"group= must have 1 to {LONGEST_GROUP} characters", signal=signal)
        if together is not None and self._address is not None:
            raise DeclarationError(
                f"{together.option} is for messages of the database, but they come from {self._address}; "
                "use an Inbox in a transaction of the receiver's own",
                signal=signal,
            )
        if attempts < 1:
            raise DeclarationError(f"attempts= must be at least 1, not {attempts}", signal=signal)
        seconds = max_age.total_seconds() if isinstance(max_age, timedelta) else float(max_age)

        def decorator(function: Any) -> Any:
            self._declared.add(
                Receiver.declared(
                    carried,
                    group,
                    function,
                    attempts=attempts,
                    max_age=seconds,
                    together=together,
                    around=self._around,
                )
            )
            return function

        return decorator


LONGEST_GROUP = 100
"""The longest name of a group, in characters."""
