"""End leases: remove the delivery, or give it back for later. A lease that was lost changes nothing.

Whoever removes a delivery wakes the next one of its key, in a statement of its own: the first one, which would see the
table as it was before, could miss one that another worker has parked meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from .clock import now
from .leases import IN_GROUP, THESE, WITH_TOKEN, Leased, by_token, first_of_key
from .lists import each_text, listed
from .tables import COUNTED, dead, delivery

if TYPE_CHECKING:
    from .databases import Executor

_REMOVE = delete(delivery).where(IN_GROUP, THESE, WITH_TOKEN)
_key = each_text("keys")
_WAKE = (
    update(delivery)
    .where(IN_GROUP, delivery.c.seq.in_(select(first_of_key(_key.c.value)).select_from(_key)), delivery.c.due.is_(None))
    .values(due=now())
)
_AGAIN = (
    update(delivery)
    .where(IN_GROUP, THESE, WITH_TOKEN)
    .values(
        due=now() + bindparam("seconds"), token=None, attempt=bindparam("new_attempt"), error=bindparam("new_error")
    )
)
_BURIED = (
    insert(dead)
    .from_select(
        ["grp", "seq", "key", "attempt", "error", "time"],
        select(
            delivery.c.grp,
            delivery.c.seq,
            delivery.c.key,
            delivery.c.attempt,
            bindparam("reason", type_=dead.c.error.type),
            now(),
        ).where(IN_GROUP, THESE, WITH_TOKEN),
    )
    .execution_options(**COUNTED)
)


def remove(connection: Executor, group: str, leased: Iterable[Leased]) -> int:
    """Remove deliveries that are done; return how many of them were still leased."""
    removed = 0
    for token, some in by_token(leased).items():
        done = {"a_group": group, "numbers": listed(one.seq for one in some), "a_token": token}
        removed += connection.execute(_REMOVE, done).rowcount
        _wake(connection, group, sorted({one.key for one in some if one.key is not None}))
    return removed


def _wake(connection: Executor, group: str, keys: Sequence[str]) -> None:
    """Let the first delivery of each key be taken, if it is parked."""
    if keys:
        connection.execute(_WAKE, {"a_group": group, "keys": listed(keys)})


def again(connection: Connection, group: str, leased: Leased, seconds: float, reason: str, attempt: int) -> None:
    """Give a delivery back, to be taken after some time."""
    connection.execute(_AGAIN, _one(group, leased) | {"seconds": seconds, "new_attempt": attempt, "new_error": reason})


def bury(connection: Connection, group: str, leased: Leased, reason: str) -> None:
    """Put a delivery with the dead ones. The next one of its key passes it."""
    if connection.execute(_BURIED, _one(group, leased) | {"reason": reason}).rowcount:
        remove(connection, group, [leased])


def _one(group: str, leased: Leased) -> dict[str, object]:
    return {"a_group": group, "numbers": listed([leased.seq]), "a_token": leased.token}
