"""Count what waits, is in work, and is dead, by group and signal."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, text

from .._errors import RelayError
from .clock import now
from .tables import dead, delivery, message, subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """What a group has to do for one signal, in numbers of messages.

    Attributes:
        group: The group; None for messages that no group has subscribed to.
        type: The full name of the signal.
        waiting: Those that wait to be delivered: for a worker, or for a pause to end.
        parked: Those that wait for an earlier one with their key.
        in_work: Those that workers have.
        retried: Those that wait and were delivered before.
        dead: Those that were given up.
        unheard: Those that no group has subscribed to.
        oldest: How long ago the oldest of those that are not dead was published, in seconds; None if there is none.
        is_served: Whether this program has a receiver for them. If not, its group may have another name now.
    """

    group: str | None
    type: str
    waiting: int = 0
    parked: int = 0
    in_work: int = 0
    retried: int = 0
    dead: int = 0
    unheard: int = 0
    oldest: float | None = None
    is_served: bool = False

    @property
    def kept(self) -> int:
        """How many messages are kept for the group: those that wait or are in work, and those that are dead."""
        return self.waiting + self.parked + self.in_work + self.dead


def to_end(found: Iterable[QueueStatus], group: str, types: Collection[str], *, drop: bool) -> list[QueueStatus]:
    """Choose the subscriptions of a group that is gone.

    Args:
        found: All that there are.
        group: The group.
        types: The full names of signals; all that the group has by default.
        drop: Whether what is kept for the group may be dropped.

    Raises:
        RelayError: The group has no such subscription, or a receiver, or something is kept for it.
    """
    ended = [row for row in found if row.group == group and (not types or row.type in types)]
    missing = sorted({*types} - {row.type for row in ended})
    if missing or not ended:
        raise RelayError(f"no group {group!r} has subscribed to {' or '.join(missing) or 'anything'}")
    if served := [row.type for row in ended if row.is_served]:
        raise RelayError(
            f"group {group!r} has a receiver of {', '.join(served)}, whose workers would subscribe it again; "
            "remove the receiver, or name only signals that the group no longer receives"
        )
    if (number := sum(row.kept for row in ended)) and not drop:
        dead = sum(row.dead for row in ended)
        raise RelayError(
            f"{counted(number)} kept for {group!r}, {dead} of them dead: declare a receiver in this group to have them "
            "worked on, or drop them with --drop, or unsubscribe(..., drop=True)"
        )
    return ended


def counted(number: int) -> str:
    """Say how many messages are."""
    return "1 message is" if number == 1 else f"{number} messages are"


def status(connection: Connection, receivers: Mapping[str, Container[str]]) -> list[QueueStatus]:
    """Count everything, for each group and signal that it subscribes to or still has messages of.

    Args:
        connection: A connection in a transaction.
        receivers: The signals for which this program has receivers, by group.
    """
    is_parked = delivery.c.due.is_(None)
    is_leased = and_(delivery.c.token.is_not(None), delivery.c.due > now())
    rows: dict[tuple[str, str], dict[str, object]] = {
        (row.grp, row.type): {} for row in connection.execute(select(subscription.c.grp, subscription.c.type))
    }
    counted = select(
        delivery.c.grp,
        message.c.type,
        _count(~is_parked & ~is_leased).label("waiting"),
        _count(is_parked).label("parked"),
        _count(is_leased).label("in_work"),
        _count(~is_leased & (delivery.c.attempt > 0)).label("retried"),
        func.max(now() - message.c.time).label("oldest"),
    ).where(delivery.c.seq == message.c.seq)
    for row in connection.execute(counted.group_by(delivery.c.grp, message.c.type)):
        counts = row._asdict()
        rows[counts.pop("grp"), counts.pop("type")] = counts
    buried = select(dead.c.grp, message.c.type, func.count().label("dead")).where(dead.c.seq == message.c.seq)
    for row in connection.execute(buried.group_by(dead.c.grp, message.c.type)):
        rows.setdefault((row.grp, row.type), {})["dead"] = row.dead
    found = [
        QueueStatus(group=group, type=kind, is_served=kind in receivers.get(group, ()), **counts)  # type: ignore[arg-type]
        for (group, kind), counts in sorted(rows.items())
    ]
    unheard = select(message.c.type, func.count().label("n"), func.max(now() - message.c.time).label("oldest"))
    nobody = connection.execute(unheard.where(~message.c.heard).group_by(message.c.type).order_by(message.c.type))
    found += [QueueStatus(group=None, type=row.type, unheard=row.n, oldest=row.oldest) for row in nobody]
    return found


def oldest_snapshot(connection: Connection) -> float | None:
    """Return how long ago the oldest transaction that still sees old rows began, in seconds; None if there is none.

    Only PostgreSQL has such: while one is open, it keeps all rows that were deleted since, and leases pass over them.
    """
    if connection.dialect.name != "postgresql":
        return None
    return connection.execute(_OLDEST_SNAPSHOT).scalar()


# What a user may not see of others is NULL.
_OLDEST_SNAPSHOT = text(
    "SELECT CAST(EXTRACT(EPOCH FROM max(clock_timestamp() - xact_start)) AS double precision) FROM pg_stat_activity "
    "WHERE datname = current_database() AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid()"
)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
