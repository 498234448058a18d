"""Take deliveries for a while, so that no other worker gets them, and keep those of one key in order.

Only the first delivery of a key may be taken. Those behind it that are due are parked: looking for earlier ones in each
lease anew would take a second when tens of thousands wait. Whoever removes the first one wakes the next.

A group in which nothing has a key is spared all that: one statement takes what is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, func, literal, select, update

from .clock import now
from .lists import among, listed
from .tables import delivery

if TYPE_CHECKING:
    from sqlalchemy import CTE, ColumnElement, ScalarSelect
    from sqlalchemy.sql.dml import ReturningUpdate

MOST_PARKED = 250
"""How many due deliveries are looked at, if some are behind others."""

GROUP: BindParameter[str] = bindparam("a_group")
IN_GROUP = delivery.c.grp == GROUP
IS_DUE = delivery.c.due <= now()
THESE = among(delivery.c.seq, "numbers")
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


def _locked(*conditions: ColumnElement[bool], order: Sequence[ColumnElement[Any]] = ()) -> CTE:
    """Write which deliveries to take, and lock them. Those that others have locked are passed over.

    PostgreSQL may execute a subquery with a limit several times, with other rows each time, but not this.
    """
    found = select(delivery.c.seq).where(IN_GROUP, *conditions)
    if order:
        found = found.order_by(*order).limit(bindparam("most"))
    return found.with_for_update(skip_locked=True).cte("locked")


def _take(locked: CTE) -> ReturningUpdate[tuple[int, str | None, int]]:
    return (
        update(delivery)
        .where(IN_GROUP, delivery.c.seq.in_(select(locked.c.seq)))
        .values(due=now() + bindparam("seconds"), token=bindparam("a_token"), attempt=delivery.c.attempt + 1)
        .returning(delivery.c.seq, delivery.c.key, delivery.c.attempt)
    )


_ANYTHING = select(literal(1)).where(IN_GROUP, IS_DUE).limit(1)
_FIRST_OF_ITS_KEY = first_of_key(delivery.c.key)
_DUE = (
    select(delivery.c.seq, func.nullif(_FIRST_OF_ITS_KEY, delivery.c.seq))
    .where(IN_GROUP, IS_DUE)
    .order_by(delivery.c.due, delivery.c.seq)
    .limit(bindparam("most"))
)
_TAKE = _take(_locked(THESE, IS_DUE, order=[delivery.c.seq]))
_other = delivery.alias("other")
_ANY_KEY = exists(select(literal(1)).where(_other.c.grp == GROUP, _other.c.key.is_not(None)))
_TAKE_WITHOUT_KEYS = _take(_locked(IS_DUE, ~_ANY_KEY, order=[delivery.c.due, delivery.c.seq]))
# Without the lock, the first one of a key could be removed between this statement and the end of the transaction: who
# removes it would wake nobody yet, and the parked delivery would wait for ever.
_PARK = (
    update(delivery)
    .where(
        IN_GROUP,
        THESE,
        IS_DUE,
        _FIRST_OF_ITS_KEY.in_(select(_locked(among(delivery.c.seq, "firsts")).c.seq)),
    )
    .values(due=None, token=None)
)
_EXTEND = update(delivery).where(IN_GROUP, THESE, WITH_TOKEN).values(due=now() + bindparam("seconds"))


def anything_due(connection: Connection, group: str) -> bool:
    """Whether a lease may find something; asked without locks."""
    return connection.execute(_ANYTHING, {"a_group": group}).first() is not None


def lease(connection: Connection, group: str, most: int, seconds: float, token: str) -> list[Leased]:
    """Take deliveries that are due, at most so many, each the first of its key."""
    taking = {"a_group": group, "most": most, "seconds": seconds, "a_token": token}
    taken: Sequence[Any] = connection.execute(_TAKE_WITHOUT_KEYS, taking).all()
    if not taken and (firsts := _firsts(connection, group, most)):
        taken = connection.execute(_TAKE, {**taking, "numbers": listed(firsts)}).all()
    return [Leased(seq, key, attempt, token) for seq, key, attempt in sorted(taken)]


def _firsts(connection: Connection, group: str, most: int) -> list[int]:
    """Find deliveries that are due, and the first of their key; park those that are not."""
    due = connection.execute(_DUE, {"a_group": group, "most": most}).all()
    behind = [seq for seq, first in due if first is not None]
    if behind:
        due = connection.execute(_DUE, {"a_group": group, "most": max(most, MOST_PARKED)}).all()
        behind = [seq for seq, first in due if first is not None]
        firsts = {first for _, first in due if first is not None}
        parked = {"a_group": group, "numbers": listed(behind), "firsts": listed(firsts)}
        connection.execute(_PARK, parked)
    return [seq for seq, first in due if first is None]


def extend(connection: Connection, group: str, leased: Iterable[Leased], seconds: float) -> None:
    """Lengthen leases that are still held."""
    for token, some in by_token(leased).items():
        numbers = listed(one.seq for one in some)
        connection.execute(_EXTEND, {"a_group": group, "numbers": numbers, "a_token": token, "seconds": seconds})


def by_token(leased: Iterable[Leased]) -> dict[str, list[Leased]]:
    """Sort deliveries by the lease that they were taken with."""
    found: dict[str, list[Leased]] = {}
    for one in leased:
        found.setdefault(one.token, []).append(one)
    return found
