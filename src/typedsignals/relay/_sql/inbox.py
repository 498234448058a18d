"""Remember which messages a receiver has worked on, in the receiver's own transaction."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, exists, insert, literal, select
from sqlalchemy.orm import Session

from .._message.current import current_message
from .clock import now
from .tables import COUNTED, inbox

_GROUP, _ID = bindparam("a_group", type_=inbox.c.grp.type), bindparam("an_id", type_=inbox.c.id.type)
_KNOWN = select(literal(1)).where(inbox.c.grp == _GROUP, inbox.c.id == _ID)
_REMEMBER = (
    insert(inbox)
    .from_select(["grp", "id", "time"], select(_GROUP, _ID, now()).where(~exists(_KNOWN)))
    .execution_options(**COUNTED)
)


class Inbox:
    """Tells receivers whether a message is new to their group.

    It is for receivers that write to a database in a transaction of their own. Those with ``session=True`` need none:
    their message ends with their transaction.

    The table is one of `typedsignals.relay.metadata`; it must be in the database that the receiver writes to.
    """

    def is_new(self, transaction: Session | Connection) -> bool:
        """Remember the current message as part of a transaction.

        Args:
            transaction: The transaction in which the receiver writes. If it rolls back, the message stays new.

        Returns:
            False if an earlier transaction has committed with this message; there is nothing left to do.

        Raises:
            LookupError: This is not called by a worker.
            IntegrityError: Another worker is committing the same message at this moment. It is tried again.
        """
        current = current_message()
        return transaction.execute(_REMEMBER, {"a_group": current.group, "an_id": current.id}).rowcount > 0  # type: ignore[attr-defined, no-any-return, unused-ignore]

    def forget(self, transaction: Session | Connection, *, older: timedelta) -> None:
        """Forget what was remembered before some time: longer ago than any message may still be delivered again."""
        transaction.execute(delete(inbox).where(inbox.c.time < now() - older.total_seconds()))
