"""A relay whose tables are in a database of a Django project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Literal, TypeVar, overload

from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from ... import DeclarationError
from ...relay import Relay, RelayError
from ...relay._declared.surroundings import Together
from ...relay._relay import P, PayloadT, SenderT
from ...relay._sql.setup import check, write_ahead
from ...relay._transactions import AnyTransaction, Transaction
from ._checks import APP, declared
from ._database import address_of, vendor_of
from ._surroundings import DjangoSurroundings
from ._transactions import DjangoTransaction, atomic

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ... import Signal

R = TypeVar("R")


class DjangoRelay(Relay):
    """Carries signals to receivers in other processes, through a database of the project.

    Its workers also import the modules ``receivers`` of all installed apps.

    Args:
        name: The name of the program: the ``source`` of its messages.
        using: The alias of the database, SQLite or PostgreSQL, in the setting ``DATABASES``.
        broker: As of `Relay`.
        modules: As of `Relay`.
        lease: As of `Relay`.
        max_bytes: As of `Relay`.
    """

    _remedy = f'put "{APP}" into INSTALLED_APPS, then: manage.py migrate, and manage.py relay setup'
    _around = DjangoSurroundings()

    def __init__(
        self,
        name: str,
        *,
        using: str = "default",
        broker: str | None = None,
        modules: Iterable[str | Callable[[], object]] = (),
        lease: float = 30.0,
        max_bytes: int = 1_000_000,
    ) -> None:
        super().__init__(
            name,
            database=partial(address_of, using),
            broker=broker,
            modules=(_discover, *modules),
            lease=lease,
            max_bytes=max_bytes,
        )
        self.using = using
        declared.add(self)

    def __repr__(self) -> str:
        through = "" if self._address is None else f" through {self._address}"
        return f"<DjangoRelay {self.name!r} on the database {self.using!r}{through}>"

    def publish(
        self,
        transaction: str | AnyTransaction,
        signal: Signal[PayloadT, SenderT, P],
        sender: SenderT,
        /,
        *args: P.args,
        **fields: P.kwargs,
    ) -> str:
        """Publish an event of a signal in the transaction of a database: delivered if it commits, and never if not.

        Args:
            transaction: The alias of the relay's database, or what `Relay.publish` takes.
            signal: A signal that is carried.
            sender: The sender.
            args: Only for type checkers; no positional argument is accepted.
            fields: The payload's fields.

        Returns:
            The message's identifier.

        Raises:
            PayloadError: Fields are missing, unknown or wrong.
            SenderError: The sender is not of the declared type.
            RelayError: As of `Relay.publish`; or the database is another than the relay's, or has no transaction.
        """
        return super().publish(transaction, signal, sender, *args, **fields)  # type: ignore[arg-type]

    def forward(
        self,
        signal: Signal[PayloadT, SenderT, P],
        /,
        *,
        session: Callable[[], str | AnyTransaction] | None = None,
    ) -> Callable[[], None]:
        """Publish whatever is sent, in the current transaction, once all receivers in this process have succeeded.

        Args:
            signal: A signal that is carried.
            session: As of `Relay.forward`; by default, the transaction is that of the relay's database.

        Returns:
            A function that ends it.

        Raises:
            RelayError: The signal is not carried. Later, by a send: there is no transaction; no receiver was called.
        """
        return super().forward(signal, session=session or (lambda: self.using))  # type: ignore[arg-type]

    def _transaction_of(self, given: Any) -> Transaction:
        if not isinstance(given, str):
            return super()._transaction_of(given)
        if given != self.using:
            raise RelayError(f"the tables of {self!r} are not in {given!r}: publish in a transaction of {self.using!r}")
        transaction = DjangoTransaction(given)
        if not transaction.is_active():
            where = "" if given == "default" else f"using={given!r}"
            raise RelayError(
                f"the database {given!r} has no transaction here, so the message would not be rolled back with your "
                f"work: publish in a block of `with transaction.atomic({where}):`"
            )
        return transaction

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
        atomic: bool = ...,
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
        atomic: Literal[False] = ...,
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
        atomic: bool = False,
    ) -> Callable[[Any], Any]:
        """Declare a receiver that workers call, as `Relay.receiver` does.

        The ORM is at its hand. Its connections are closed after each message.

        Args:
            signal: A signal that is carried.
            group: As of `Relay.receiver`.
            attempts: As of `Relay.receiver`.
            max_age: As of `Relay.receiver`.
            session: As of `Relay.receiver`.
            atomic: Call the receiver in ``transaction.atomic`` of the relay's database: what it writes, and what it
                publishes, is committed together with the end of the delivery.

        Raises:
            ReceiverSignatureError: It cannot take the payload's fields.
            DeclarationError: The group has another receiver of the signal, or an argument is wrong.
            RelayError: The signal is not carried.
        """
        if not atomic:
            return super().receiver(signal, group=group, attempts=attempts, max_age=max_age, session=session)  # type: ignore[call-overload, no-any-return]
        if session:
            raise DeclarationError("a receiver has atomic=True or session=True, and not both", signal=signal)
        return self._declaring(signal, group, attempts, max_age, self._in_transaction())

    def _in_transaction(self) -> Together:
        return Together("atomic=True", partial(atomic, self.using), lends_session=False)

    def _kind(self) -> str:
        """Return which database it is, also if it is in memory."""
        return vendor_of(self.using)

    def _make_tables(self) -> None:
        """Make no tables, as migrations do."""
        check(self._database)
        write_ahead(self._database.engine)


def _discover() -> None:
    """Import the modules in which apps declare receivers.

    Raises:
        RelayError: Django is not set up.
    """
    if not apps.ready:
        raise RelayError("Django is not set up; use `manage.py relay` in place of `typedsignals relay`")
    autodiscover_modules("receivers")
