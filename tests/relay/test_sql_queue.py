"""The queue in a database, statement by statement: what two workers do to each other, and what is kept."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.from_thread
import pytest
from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tests.relay.shops import MAIN, OrderSignal, Shop, engine_of, new_relay, number_of, publish, statements
from typedsignals.relay import Inbox, Relay, RelayError, begin_immediate
from typedsignals.relay._engines import sql
from typedsignals.relay._engines.sql import StaleDeliveryError
from typedsignals.relay._message.current import CurrentMessage, being_current
from typedsignals.relay._sql import leases, settling, setup, sweeping, tables
from typedsignals.relay._sql.leases import lease
from typedsignals.relay._sql.setup import subscribe
from typedsignals.relay._sql.sweeping import sweep

TYPE = "shop.order-placed"
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""For what two transactions do at once; on SQLite they take turns."""


def numbers(leased: list[leases.Leased]) -> list[int]:
    return [one.seq for one in leased]


def parked(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        due = tables.delivery.c.due.is_(None)
        return [*connection.execute(select(tables.delivery.c.seq).where(due).order_by("seq")).scalars()]


# Keys


def test_only_the_first_of_a_key_is_leased_and_others_are_parked(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """Whoever ends the first wakes the next."""
    publish(relay, signal, engine, 1, 2, 3, customer="Ada")
    publish(relay, signal, engine, 4)
    with engine.begin() as connection:
        leased = lease(connection, "mail", 10, 30, "a")
    assert numbers(leased) == [1, 4]
    assert parked(engine) == [2, 3]
    with engine.begin() as connection:
        assert settling.remove(connection, "mail", leased) == 2
    assert parked(engine) == [3]
    with engine.begin() as connection:
        assert numbers(lease(connection, "mail", 10, 30, "b")) == [2]


def test_a_dead_one_lets_the_next_pass_and_one_that_is_retried_does_not(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """The order survives a retry."""
    publish(relay, signal, engine, 1, 2, customer="Ada")
    with engine.begin() as connection:
        (first,) = lease(connection, "mail", 10, 30, "a")
        settling.again(connection, "mail", first, 30, "why", 1)
        assert lease(connection, "mail", 10, 30, "b") == []
        settling.again(connection, "mail", first, 0, "its lease is no longer held", 5)
        assert lease(connection, "mail", 10, 30, "c") == []
        connection.execute(update(tables.delivery).where(tables.delivery.c.seq == 1).values(due=0))
        (first,) = lease(connection, "mail", 10, 30, "d")
        assert (first.seq, first.attempt) == (1, 2)
        settling.bury(connection, "mail", first, "why")
        assert numbers(lease(connection, "mail", 10, 30, "e")) == [2]


def test_many_that_wait_for_their_key_do_not_keep_another_up(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """They are parked at once, even when little is asked for."""
    publish(relay, signal, engine, 1, customer="Ada")
    with engine.begin() as connection:
        assert numbers(lease(connection, "mail", 1, 30, "a")) == [1]
    publish(relay, signal, engine, *range(2, 22), customer="Ada")
    publish(relay, signal, engine, 22)
    with engine.begin() as connection:
        assert numbers(lease(connection, "mail", 1, 30, "b")) == [22]
    assert parked(engine) == [*range(2, 22)]


@ON_POSTGRESQL
def test_nothing_is_parked_behind_one_that_another_worker_is_ending(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """Who ends it could not wake what is parked after that: it would wait for ever."""
    publish(relay, signal, engine, 1, 2, customer="Ada")
    with engine.begin() as connection:
        leased = lease(connection, "mail", 1, 30, "a")
        # As they are before anybody has looked at the second one.
        connection.execute(update(tables.delivery).where(tables.delivery.c.seq == 2).values(due=0))
    with engine.begin() as ending:
        settling.remove(ending, "mail", leased)
        with engine.begin() as looking:
            assert lease(looking, "mail", 10, 30, "b") == []
    with engine.begin() as connection:
        assert numbers(lease(connection, "mail", 10, 30, "c")) == [2]


@ON_POSTGRESQL
def test_two_workers_never_lease_the_same(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """The second passes over what the first is about to take, instead of waiting."""
    publish(relay, signal, engine, 1, 2)
    with engine.begin() as one, engine.begin() as other:
        assert numbers(lease(one, "mail", 1, 30, "a")) == [1]
        assert numbers(lease(other, "mail", 5, 30, "b")) == [2]


@ON_POSTGRESQL
def test_what_another_worker_has_found_and_taken_first_is_not_taken(
    relay: Relay, signal: OrderSignal, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked before either has taken it."""
    publish(relay, signal, engine, 1, customer="Ada")
    look = leases._firsts

    def look_and_be_overtaken(connection: Connection, group: str, most: int) -> list[int]:
        found = look(connection, group, most)
        monkeypatch.setattr(leases, "_firsts", look)
        with engine.begin() as faster:
            assert numbers(lease(faster, "mail", 1, 30, "a")) == [1]
        return found

    monkeypatch.setattr(leases, "_firsts", look_and_be_overtaken)
    with engine.begin() as connection:
        assert lease(connection, "mail", 1, 30, "b") == []


# Leases


def test_a_group_without_keys_is_leased_by_one_statement(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """The first published come first. Once there is a key, deliveries with and without keep their turns."""
    publish(relay, signal, engine, 1, 2, 3)
    with engine.begin() as connection, statements(engine) as executed:
        leased = lease(connection, "mail", 2, 30, "a")
    assert [(one.seq, one.key, one.attempt, one.token) for one in leased] == [(1, None, 1, "a"), (2, None, 1, "a")]
    assert len(executed) == 1
    publish(relay, signal, engine, 4, 5, customer="Ada")
    with engine.begin() as connection:
        assert numbers(lease(connection, "mail", 10, 30, "b")) == [3, 4]
        assert settling.remove(connection, "mail", leased) == 2


def test_a_stale_worker_changes_nothing(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """After its lease ended and another has taken the delivery."""
    publish(relay, signal, engine, 1)
    with engine.begin() as connection:
        (stale,) = lease(connection, "mail", 1, 0, "a")
        (held,) = lease(connection, "mail", 1, 30, "b")
        assert (held.seq, held.attempt) == (stale.seq, 2)
        assert settling.remove(connection, "mail", [stale]) == 0
        settling.bury(connection, "mail", stale, "why")
        settling.again(connection, "mail", stale, 0, "why", 0)
        leases.extend(connection, "mail", [stale], -60)
        assert lease(connection, "mail", 1, 30, "c") == []
        leases.extend(connection, "mail", [held], -60)
        assert numbers(lease(connection, "mail", 1, 30, "d")) == [1]
    assert (number_of(engine, "delivery"), number_of(engine, "dead")) == (1, 0)


@pytest.mark.anyio
async def test_what_follows_a_delivery_is_leased_as_that_is_removed(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """In one transaction; the last of a lease is removed with the next."""
    publish(relay, signal, engine, 1, 2, 3, 4)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        delivery, seen = await anext(deliveries), list[bytes]()
        while (following := delivery.following([TYPE])) is not None:
            seen.append(following.message.content)
            delivery = following
        assert number_of(engine, "delivery") == 0
        await delivery.ack()
    assert seen == [b'{"order_id":%d,"customer":""}' % number for number in (2, 3, 4)]


@pytest.mark.anyio
async def test_what_is_done_is_removed_while_the_next_receiver_works(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """However long that takes."""
    publish(relay, signal, engine, 1, 2, 3)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        second = (await anext(deliveries)).following([TYPE])
        assert second is not None
        assert number_of(engine, "delivery") == 2
        third = second.following([TYPE])
        assert third is not None
        with anyio.fail_after(60):
            while number_of(engine, "delivery") > 1:  # noqa: ASYNC110 - the worker tells nobody
                await anyio.sleep(0.01)
        await third.ack()


# The worker's session


@pytest.mark.anyio
async def test_what_a_receiver_writes_is_committed_with_the_end_of_its_delivery(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """Or not at all: what it publishes in turn, too."""
    publish(relay, signal, engine, 1, 2)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        first = await anext(deliveries)
        with first.transaction() as session:
            session.execute(insert(tables.inbox).values(grp="x", id="1", time=0))
            relay.publish(session, signal, MAIN, order_id=10)
        second = await anext(deliveries)

        def fail() -> None:
            with second.transaction() as session:
                session.execute(insert(tables.inbox).values(grp="x", id="2", time=0))
                relay.publish(session, signal, MAIN, order_id=11)
                session.flush()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        await second.retry(0)
    assert (number_of(engine, "inbox"), number_of(engine, "message"), number_of(engine, "delivery")) == (1, 3, 2)


@pytest.mark.anyio
async def test_what_a_stale_worker_has_written_is_rolled_back(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """Another has the message, and does the work."""
    publish(relay, signal, engine, 1)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        delivery = await anext(deliveries)
        with engine.begin() as connection:
            connection.execute(update(tables.delivery).values(token="b"))  # noqa: S106 - of a lease
        with pytest.raises(StaleDeliveryError), delivery.transaction() as session:
            session.execute(insert(tables.inbox).values(grp="x", id="1", time=0))
    assert (number_of(engine, "inbox"), number_of(engine, "delivery")) == (0, 1)


@pytest.mark.anyio
async def test_a_receiver_must_not_commit_the_workers_session(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """A savepoint is its own business."""
    publish(relay, signal, engine, 1)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        delivery = await anext(deliveries)
        with delivery.transaction() as session:
            with session.begin_nested():
                session.execute(insert(tables.inbox).values(grp="x", id="1", time=0))
            with pytest.raises(RelayError, match="must not commit"):
                session.commit()
    assert (number_of(engine, "inbox"), number_of(engine, "delivery")) == (1, 0)


# The inbox


def test_the_inbox_tells_what_is_new_in_the_receivers_own_transaction(relay: Relay, engine: Engine) -> None:
    """For each group; a transaction that rolls back leaves it new."""
    inbox = Inbox()
    from datetime import UTC, datetime  # noqa: PLC0415

    def current(group: str) -> Any:
        now = datetime.now(UTC)
        return being_current(CurrentMessage(id="1", type=TYPE, source="shop", group=group, attempt=1, time=now))

    with current("mail"):
        with Session(engine) as session:
            assert inbox.is_new(session)
            session.rollback()
            assert inbox.is_new(session)
            assert not inbox.is_new(session)
            session.commit()
        with engine.begin() as connection:
            assert not inbox.is_new(connection)
    with current("stock"), engine.begin() as connection:
        assert inbox.is_new(connection)
        inbox.forget(connection, older=timedelta(days=1))
        assert not inbox.is_new(connection)
        inbox.forget(connection, older=timedelta(days=-1))
        assert inbox.is_new(connection)
    with engine.begin() as connection, pytest.raises(LookupError):
        inbox.is_new(connection)
    assert IntegrityError.__name__ in (Inbox.is_new.__doc__ or "")


# Setting up


def test_setting_up_can_be_repeated(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """What a group has is left to it; a group that is added gets what comes later."""
    publish(relay, signal, engine, 1)

    @relay.receiver(signal, group="stock")
    def receive(sender: Shop, **extra: Any) -> None: ...

    relay.setup()
    publish(relay, signal, engine, 2)
    with engine.begin() as connection:
        assert numbers(lease(connection, "mail", 10, 30, "a")) == [1, 2]
        assert numbers(lease(connection, "stock", 10, 30, "a")) == [2]


def test_the_first_group_gets_what_nobody_has_heard(database: str, signal: OrderSignal) -> None:
    """Others do not; and if none comes, it is kept and counted."""
    relay, engine = new_relay(database, signal), engine_of(database)
    relay.setup()
    publish(relay, signal, engine, 1)
    ((group, kind, unheard),) = [(one.group, one.type, one.unheard) for one in relay.status()]
    assert (group, kind, unheard) == (None, TYPE, 1)
    with engine.begin() as connection:
        assert sweep(connection) == 0
        subscribe(connection, "mail", [TYPE])
        subscribe(connection, "stock", [TYPE])
    (mail, stock) = relay.status()
    assert (mail.group, mail.waiting, stock.group, stock.waiting) == ("mail", 1, "stock", 0)
    engine.dispose()
    relay.close()


def test_tables_that_are_missing_or_of_another_version_are_reported(
    database: str, signal: OrderSignal, engine: Engine
) -> None:
    """The message says what to do."""
    relay = new_relay(database, signal)
    with pytest.raises(RelayError, match="first set the relay up"):
        relay.status()
    relay.setup()
    with engine.begin() as connection:
        connection.execute(update(tables.schema).values(version=99))
    for use in (relay.status, relay.setup):
        with pytest.raises(RelayError, match=r"version 99, but this release of typedsignals uses 1"):
            use()
    relay.close()


def test_a_database_that_cannot_be_reached_is_reported_without_its_password(tmp_path: Path) -> None:
    """And not taken for one that is not set up."""
    pytest.importorskip("psycopg")
    for address in (f"sqlite:///{tmp_path}/missing/shop.db", "postgresql+psycopg://me:secret@127.0.0.1:1/shop"):
        relay = Relay("shop", database=address)
        for use in (relay.status, relay.setup):
            with pytest.raises(
                RelayError, match=r"^the database .* cannot be reached \(OperationalError\): .*\?$"
            ) as caught:
                use()
            assert "secret" not in str(caught.value)


def test_an_engine_of_postgresql_begins_as_ever() -> None:
    """So that a program can go from one database to the other by its address alone."""
    pytest.importorskip("psycopg")
    engine = create_engine("postgresql+psycopg://127.0.0.1:1/shop")
    assert begin_immediate(engine) is engine
    assert [*engine.dispatch.begin] == []


def test_a_worker_that_starts_waits_for_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a while."""
    monkeypatch.setattr(setup, "PAUSE", 0.001)
    failures = iter([setup.UnreachableError("away"), OperationalError("away", None, Exception())])

    def do() -> None:
        for failure in failures:
            raise failure

    setup.patiently(do)
    monkeypatch.setattr(setup, "PATIENCE", -1.0)

    def fail() -> None:
        raise setup.UnreachableError("away")

    with pytest.raises(RelayError):
        setup.patiently(fail)


# Sweeping, looking, deciding


def test_messages_are_swept_when_all_groups_have_had_them(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """Those that are waiting, dead or unheard are kept."""
    publish(relay, signal, engine, 1, 2, 3)
    with engine.begin() as connection:
        done, buried = lease(connection, "mail", 2, 30, "a")
        settling.remove(connection, "mail", [done])
        settling.bury(connection, "mail", buried, "why")
        assert sweep(connection) == 1
        assert sweep(connection) == 0
    assert (number_of(engine, "message"), number_of(engine, "delivery"), number_of(engine, "dead")) == (2, 1, 1)


@pytest.mark.anyio
async def test_workers_sweep_now_and_then(
    relay: Relay, signal: OrderSignal, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after the database was away."""
    monkeypatch.setattr(sql, "SWEEPING", 0.01)
    publish(relay, signal, engine, 1)
    swept, is_swept = [0], anyio.Event()
    really = sweep

    def counting(connection: Connection) -> int:
        swept[0] += 1
        if swept[0] == 1:
            raise OperationalError("away", None, Exception())
        found = really(connection)
        if found:
            anyio.from_thread.run_sync(is_swept.set)
        return found

    monkeypatch.setattr(sql, "sweep", counting)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        await (await anext(deliveries)).ack()
        with anyio.fail_after(60):
            await is_swept.wait()
    assert number_of(engine, "message") == 0


@pytest.mark.anyio
async def test_a_sweep_takes_as_many_turns_as_it_needs(
    relay: Relay, signal: OrderSignal, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each deletes only so many; there is no pause between them, or the table would grow under a heavy load."""
    monkeypatch.setattr(sql, "SWEEPING", 0.01)
    monkeypatch.setattr(sql, "MOST_SWEPT", 2)
    monkeypatch.setattr(sweeping, "MOST_AT_ONCE", 2)
    publish(relay, signal, engine, 1, 2, 3, 4, 5)
    with engine.begin() as connection:
        settling.remove(connection, "mail", lease(connection, "mail", 5, 30, "a"))
    swept: list[int] = []
    is_swept = anyio.Event()

    def once(connection: Connection) -> int:
        monkeypatch.setattr(sql, "SWEEPING", 3600)
        swept.append(sweep(connection))
        if swept[-1] < 2:
            anyio.from_thread.run_sync(is_swept.set)
        return swept[-1]

    monkeypatch.setattr(sql, "sweep", once)
    async with relay._engine.subscribe("mail", [TYPE]):
        with anyio.fail_after(60):
            await is_swept.wait()
    assert swept == [2, 2, 1]
    assert number_of(engine, "message") == 0


@pytest.mark.anyio
async def test_what_the_database_does_not_take_at_the_end_is_left_to_its_lease(
    relay: Relay, signal: OrderSignal, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker does not wait for it for ever; the delivery then comes again."""
    monkeypatch.setattr(sql, "LONGEST_OUTAGE_PAUSE", 0.5)
    publish(relay, signal, engine, 1)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        delivery = await anext(deliveries)
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE typedsignals_delivery RENAME TO elsewhere"))
        await delivery.ack()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO typedsignals_delivery"))
    assert "mail of " in caplog.text
    (found,) = relay.status()
    assert (found.waiting, found.in_work) == (0, 1)


def test_the_status_counts_what_each_group_has_to_do(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """Also for a group that has no receivers any more."""
    publish(relay, signal, engine, 1, 2, 3, customer="Ada")
    publish(relay, signal, engine, 4, 5, 6)
    with engine.begin() as connection:
        _, fourth, fifth = lease(connection, "mail", 3, 30, "a")
        settling.bury(connection, "mail", fourth, "why")
        settling.again(connection, "mail", fifth, 60, "why", 1)
    (found,) = relay.status()
    assert (found.group, found.type, found.waiting, found.parked, found.in_work) == ("mail", TYPE, 2, 2, 1)
    assert (found.retried, found.dead, found.unheard) == (1, 1, 0)
    assert found.oldest is not None
    assert -1 < found.oldest < 60
    with engine.begin() as connection:
        connection.execute(delete(tables.delivery))
        connection.execute(delete(tables.subscription))
    (found,) = relay.status()
    assert (found.group, found.waiting, found.dead, found.oldest) == ("mail", 0, 1, None)


def test_what_no_receiver_of_the_program_serves_is_kept_and_told(
    relay: Relay, signal: OrderSignal, engine: Engine, database: str
) -> None:
    """As after a group was renamed, or a receiver removed."""
    publish(relay, signal, engine, 1)

    class Office:
        def __init__(self) -> None:
            renamed.receiver(signal, group="post")(self.receive)

        def receive(self, sender: Shop, **extra: Any) -> None: ...

    renamed: Relay = new_relay(database, signal, modules=[Office])
    renamed.setup()
    found = [(one.group, one.is_served, one.waiting) for one in renamed.status()]
    assert found == [("mail", False, 1), ("post", True, 0)]
    assert [one.is_served for one in relay.status()] == [True, False]
    renamed.close()


def test_the_age_of_the_oldest_snapshot_is_told(relay: Relay, engine: Engine) -> None:
    """On PostgreSQL, where it keeps deleted rows; another kind of database has none."""
    assert relay.oldest_snapshot() is None
    if engine.dialect.name != "postgresql":
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(select(tables.schema.c.version))
        age = relay.oldest_snapshot()
    assert age is not None
    assert 0 <= age < 600


def test_what_is_dead_can_be_looked_at_delivered_again_and_dropped(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """The content is not among what is listed."""
    publish(relay, signal, engine, 1, 2)
    with engine.begin() as connection:
        for one in lease(connection, "mail", 2, 30, "a"):
            settling.bury(connection, "mail", one, "ZeroDivisionError at shop.py:7")
    first, second = relay.dead()
    assert (first.group, first.type, first.attempt, first.reason) == ("mail", TYPE, 1, "ZeroDivisionError at shop.py:7")
    assert relay.content_of(first.id) == b'{"order_id":1,"customer":""}'
    assert relay.content_of("unknown") is None
    assert relay.retry_dead(first.id, "unknown") == 1
    assert relay.drop_dead(second.id) == 1
    assert relay.dead() == []
    with engine.begin() as connection:
        (again,) = lease(connection, "mail", 2, 30, "a")
        assert (again.seq, again.attempt) == (1, 1)


def test_what_is_dead_or_unheard_can_be_purged(database: str, signal: OrderSignal, engine: Engine) -> None:
    """By age, or by the sender; what is waiting stays."""
    relay = new_relay(database, signal)
    relay.setup()
    publish(relay, signal, engine, 1, 2)
    assert relay.purge(older=timedelta(days=1)) == 0
    assert relay.purge(subject="another") == 0
    assert relay.purge(subject="main") == 2
    with engine.begin() as connection:
        subscribe(connection, "mail", [TYPE])
    publish(relay, signal, engine, 3, 4)
    with engine.begin() as connection:
        (buried,) = lease(connection, "mail", 1, 30, "a")
        settling.bury(connection, "mail", buried, "why")
    assert relay.purge(older=timedelta(days=-1)) == 1
    assert (number_of(engine, "message"), number_of(engine, "delivery")) == (1, 1)
    relay.close()


# Trouble


@pytest.mark.anyio
@pytest.mark.parametrize("damage", [{"headers": "{"}, {"headers": "7"}, {"time": float("inf")}])
async def test_a_row_that_cannot_be_read_is_dead_and_stops_nobody(
    relay: Relay, signal: OrderSignal, engine: Engine, damage: dict[str, Any]
) -> None:
    """Somebody else has written to the table. The next message passes it."""
    publish(relay, signal, engine, 1, 2, customer="Ada")
    with engine.begin() as connection:
        connection.execute(update(tables.message).where(tables.message.c.seq == 1).values(damage))
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        delivery = await anext(deliveries)
        assert delivery.message.content == b'{"order_id":2,"customer":"Ada"}'
        await delivery.ack()
    assert [letter.reason for letter in relay.dead()] == ["its row cannot be read"]
    assert relay.status()[0].dead == 1


@pytest.mark.anyio
async def test_a_worker_waits_for_a_database_that_is_away(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """It comes back, and what it had to write is written then."""
    publish(relay, signal, engine, 1, 2)
    away, failures = [False], [0]

    def execute(*_: Any) -> None:
        if away[0]:
            failures[0] += 1
            raise OperationalError("away", None, Exception())

    async def take_one() -> None:
        await anext(deliveries)

    event.listen(relay._database.engine, "before_cursor_execute", execute)
    async with relay._engine.subscribe("mail", [TYPE]) as deliveries:
        delivery = await anext(deliveries)
        away[0] = True
        assert delivery.following([TYPE]) is None
        await delivery.ack()
        await delivery.extend()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(take_one)
            with anyio.fail_after(60):
                while failures[0] < 5:  # noqa: ASYNC110 - the worker tells nobody
                    await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        away[0] = False
    assert number_of(engine, "delivery") == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_relay_that_was_used_before_a_fork_works_in_the_child(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """It does not share connections with its parent, which goes on, too."""
    publish(relay, signal, engine, 1)
    assert relay.status()[0].waiting == 1
    child = os.fork()
    if child == 0:  # pragma: no cover - measured in the parent
        try:
            os._exit(relay.status()[0].waiting + 10)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 11
    assert relay.status()[0].waiting == 1


def test_transactions_on_sqlite_take_turns(sqlite: str) -> None:
    """With the recipe, one that reads before it writes cannot fail because another has written meanwhile."""
    engine = engine_of(sqlite)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (value INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    other = create_engine(sqlite, connect_args={"timeout": 0})
    with engine.begin() as connection:
        connection.execute(text("SELECT value FROM counter"))
        with pytest.raises(OperationalError, match="locked"), other.begin() as waiting:
            waiting.execute(text("UPDATE counter SET value = 1"))
    other.dispose()
    engine.dispose()
