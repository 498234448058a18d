"""A receiver of an event of SQLAlchemy: it writes in the same transaction, so that history and accounts agree."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from typedsignals import Payload, typed
from typedsignals.sqlalchemy import event

from .tables import Account, Balance


class Updated(Payload):
    """What SQLAlchemy's ``after_update`` passes on, as far as we need it."""

    connection: Connection


account_updated = typed(event(Account, "after_update"), Updated, sender=Account)


@account_updated.connect
def record(sender: Account, connection: Connection, **extra: object) -> None:
    connection.execute(insert(Balance).values(account=sender.number, cents=sender.cents))
