"""Take deliveries for a while, so that no other worker gets them, and keep those of one key in order.

Only the first delivery of a key may be taken. Those behind it that are due are parked: looking for earlier ones in each
lease anew would take a second when tens of thousands wait. Whoever removes the first one wakes the next.

A group in which nothing has a key is spared all that: one statement takes what is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, literal, select, update

from .clock import now
from .tables import delivery

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect

LOOKED_AT = 5
"""How many due deliveries are looked at for each one that is wanted, as some may be behind others."""

GROUP: BindParameter[str] = bindparam("a_group")
IN_GROUP = delivery.c.grp == GROUP
IS_DUE = delivery.c.due <= now()
THESE = delivery.c.seq.in_(bindparam("numbers", expanding=True))
WITH_TOKEN = delivery.c.token == bindparam("a_token")


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that this process has until its lease ends."""

    seq: int
    key: str | None
    attempt: int
    token: str


def first_of_key(key: Any) -> ScalarSelect[Any]:
    """Write the number of the first delivery of a key; NULL if the key is."""
    earlier = delivery.alias("earlier")
    return (
        select(earlier.c.seq)
        .where(earlier.c.grp == GROUP, earlier.c.key == key)
        .order_by(earlier.c.grp, earlier.c.key, earlier.c.seq)
        .limit(1)
        .scalar_subquery()
    )


_ANYTHING = select(literal(1)).where(IN_GROUP, IS_DUE).limit(1)
_DUE = (
    select(delivery.c.seq, first_of_key(delivery.c.key).label("head"))
    .where(IN_GROUP, IS_DUE)
    .order_by(delivery.c.due, delivery.c.seq)
    .limit(bindparam("most"))
)
_LOCKED = (
    select(delivery.c.seq, delivery.c.key, delivery.c.attempt)
    .where(IN_GROUP, THESE, IS_DUE)
    .order_by(delivery.c.seq)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LOCKED_HEADS = select(delivery.c.seq).where(IN_GROUP, THESE).with_for_update(skip_locked=True)
_PARK = update(delivery).where(IN_GROUP, THESE, IS_DUE).values(due=None, token=None)
_TAKEN = {"due": now() + bindparam("seconds"), "token": bindparam("a_token"), "attempt": delivery.c.attempt + 1}
_TAKE = update(delivery).where(IN_GROUP, THESE).values(_TAKEN)
_other = delivery.alias("other")
_ANY_KEY = exists(select(literal(1)).where(_other.c.grp == GROUP, _other.c.key.is_not(None)))
# PostgreSQL may execute a subquery with a limit several times, with other rows each time, but not this.
_FIRST = (
    select(delivery.c.seq)
    .where(IN_GROUP, IS_DUE, ~_ANY_KEY)
    .order_by(delivery.c.due, delivery.c.seq)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("first")
)
_TAKE_WITHOUT_KEYS = (
    update(delivery)
    .where(IN_GROUP, delivery.c.seq.in_(select(_FIRST.c.seq)))
    .values(_TAKEN)
    .returning(delivery.c.seq, delivery.c.attempt)
)
_EXTEND = update(delivery).where(IN_GROUP, THESE, WITH_TOKEN).values(due=now() + bindparam("seconds"))


def anything_due(connection: Connection, group: str) -> bool:
    """Whether a lease may find something; asked without locks."""
    return connection.execute(_ANYTHING, {"a_group": group}).first() is not None


def lease(connection: Connection, group: str, most: int, seconds: float, token: str) -> list[Leased]:
    """Take deliveries that are due, at most so many, each the first of its key."""
    taking = {"a_group": group, "most": most, "seconds": seconds, "a_token": token}
    taken = connection.execute(_TAKE_WITHOUT_KEYS, taking).all()
    if taken:
        return [Leased(seq, None, attempt, token) for seq, attempt in sorted(map(tuple, taken))]
    return _lease_by_keys(connection, group, most, seconds, token)


def _lease_by_keys(connection: Connection, group: str, most: int, seconds: float, token: str) -> list[Leased]:
    firsts: list[int] = []
    behind: dict[int, list[int]] = {}
    for seq, head in connection.execute(_DUE, {"a_group": group, "most": most * LOOKED_AT}):
        if head is None or head == seq:
            firsts.append(seq)
        else:
            behind.setdefault(head, []).append(seq)
    taken = []
    if firsts:
        taken = list(connection.execute(_LOCKED, {"a_group": group, "numbers": firsts, "most": most}))
    if behind:
        _park(connection, group, behind)
    if taken:
        numbers = [row.seq for row in taken]
        connection.execute(_TAKE, {"a_group": group, "numbers": numbers, "seconds": seconds, "a_token": token})
    return [Leased(row.seq, row.key, row.attempt + 1, token) for row in taken]


def _park(connection: Connection, group: str, behind: dict[int, list[int]]) -> None:
    """Park deliveries behind the first of their keys, if that can be locked.

    Without the lock, the first one could be removed between these statements: who removes it would wake nobody yet,
    and the parked delivery would wait for ever.
    """
    heads = connection.execute(_LOCKED_HEADS, {"a_group": group, "numbers": list(behind)}).scalars()
    numbers = [number for head in heads for number in behind[head]]
    if numbers:
        connection.execute(_PARK, {"a_group": group, "numbers": numbers})


def extend(connection: Connection, group: str, leased: Iterable[Leased], seconds: float) -> None:
    """Lengthen leases that are still held."""
    for token, some in by_token(leased).items():
        numbers = [one.seq for one in some]
        connection.execute(_EXTEND, {"a_group": group, "numbers": numbers, "a_token": token, "seconds": seconds})


def by_token(leased: Iterable[Leased]) -> dict[str, list[Leased]]:
    """Sort deliveries by the lease that they were taken with."""
    found: dict[str, list[Leased]] = {}
    for one in leased:
        found.setdefault(one.token, []).append(one)
    return found
