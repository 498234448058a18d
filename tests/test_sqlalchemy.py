"""What is sent after a commit of SQLAlchemy, and what is not; and its events as signals with a payload."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy")

from sqlalchemy import Connection, Engine, Integer, create_engine, func, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from tests.relay import postgres
from typedsignals import ContractWarning, Payload, PayloadError, Signal, typed
from typedsignals.sqlalchemy import TransactionError, after_commit, event


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)


class SpecialOrder(Order):
    pass


class Placed(Payload):
    order_id: int


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A new database, where savepoints work as SQLAlchemy documents for SQLite."""
    address = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = create_engine(address)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


class Shop:
    """A signal that is sent after commits, and what its receiver got."""

    def __init__(self) -> None:
        self.placed = Signal(Placed, name="placed")
        self.log: list[int] = []
        self.placed.connect(self.note)

    def note(self, sender: object, order_id: int, **extra: Any) -> None:
        self.log.append(order_id)

    def place(self, session: Any, number: int) -> None:
        session.add(Order(id=number))
        after_commit(session, self.placed.prepare("shop", order_id=number))


@pytest.fixture
def shop() -> Shop:
    return Shop()


def orders_in(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return [*session.scalars(select(Order.id).order_by(Order.id))]


# Commits and rollbacks


def test_it_is_sent_when_the_transaction_is_committed(engine: Engine, shop: Shop) -> None:
    """In the order of the calls, once, and never for the next transaction."""
    with Session(engine) as session:
        with session.begin():
            shop.place(session, 1)
            shop.place(session, 2)
            assert shop.log == []
        assert shop.log == [1, 2]
        shop.place(session, 3)
        session.commit()
        session.commit()
    assert shop.log == orders_in(engine) == [1, 2, 3]


def test_it_is_dropped_when_the_transaction_is_rolled_back(engine: Engine, shop: Shop) -> None:
    """By the program, by an exception, or because the session is closed in the midst of it."""
    with Session(engine) as session:
        shop.place(session, 1)
        session.rollback()
        with suppress(ZeroDivisionError), session.begin():
            shop.place(session, 2)
            raise ZeroDivisionError
        shop.place(session, 3)
        session.close()
        shop.place(session, 4)
        session.commit()
    assert shop.log == orders_in(engine) == [4]


def test_it_is_dropped_when_the_commit_fails(engine: Engine, shop: Shop) -> None:
    """The database refuses what is written at the last moment."""
    with Session(engine) as session:
        shop.place(session, 1)
        session.commit()
        shop.place(session, 1)
        with pytest.raises(IntegrityError):
            session.commit()
        session.rollback()
    assert shop.log == [1]


def test_savepoints_decide_about_what_was_made_in_them(engine: Engine, shop: Shop) -> None:
    """One that is rolled back drops its own; one that is released hands over to the one around it."""
    with Session(engine) as session, session.begin():
        shop.place(session, 1)
        with suppress(ZeroDivisionError), session.begin_nested():
            shop.place(session, 2)
            with session.begin_nested():
                shop.place(session, 3)
            raise ZeroDivisionError
        with session.begin_nested():
            shop.place(session, 4)
            inner = session.begin_nested()
            shop.place(session, 5)
            inner.rollback()
            shop.place(session, 6)
            with session.begin_nested():
                shop.place(session, 7)
        shop.place(session, 8)
        assert shop.log == []
    assert sorted(shop.log) == orders_in(engine) == [1, 4, 6, 7, 8]
    assert shop.log == [1, 4, 6, 7, 8]


def test_a_savepoint_that_is_still_open_follows_what_is_around_it(engine: Engine, shop: Shop) -> None:
    """A commit of the session releases it, and a rollback of an outer savepoint or of the session drops its sends."""
    with Session(engine) as session:
        outer = session.begin_nested()
        session.begin_nested()
        shop.place(session, 1)
        outer.rollback()
        session.begin_nested()
        shop.place(session, 2)
        session.commit()
        assert shop.log == [2]
        session.begin_nested()
        shop.place(session, 3)
        session.rollback()
        session.commit()
    assert shop.log == orders_in(engine) == [2]


def test_it_can_be_called_during_a_flush(engine: Engine, shop: Shop) -> None:
    """In a receiver of an event of the mapper, where a transaction within the transaction is under way."""
    inserted = typed(event(Order, "after_insert"), Inserted, sender=Order)

    @inserted.connect
    def announce(sender: Order, **extra: Any) -> None:
        session = Session.object_session(sender)
        after_commit(session, shop.placed.prepare("shop", order_id=sender.id))  # type: ignore[arg-type]

    with Session(engine) as session:
        session.add(Order(id=1))
        with session.begin_nested():
            session.add(Order(id=2))
        session.commit()
        session.add(Order(id=3))
        session.flush()
        session.rollback()
    assert shop.log == [1, 2]


@pytest.mark.slow
def test_a_transaction_in_two_phases_is_one(shop: Shop) -> None:
    """It is sent after the second phase."""
    with postgres.running() as server:
        engine = create_engine(server.new_database())
        Base.metadata.create_all(engine)
        with Session(engine, twophase=True) as session:
            shop.place(session, 1)
            session.prepare()
            assert shop.log == []
            session.commit()
            assert shop.log == [1]
            shop.place(session, 2)
            session.prepare()
            session.rollback()
        assert shop.log == orders_in(engine) == [1]
        engine.dispose()


# What receivers may do


def test_a_receiver_that_fails_does_not_undo_the_commit(
    engine: Engine, shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """Its exception is logged, and the others are called."""

    @shop.placed.connect_via("shop")
    def fail(sender: str, **extra: Any) -> None:
        raise ZeroDivisionError

    with Session(engine) as session, session.begin():
        shop.place(session, 1)
    assert shop.log == orders_in(engine) == [1]
    assert [record.exc_info and record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_a_send_that_fails_itself_is_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing but the end of the program may come between the commit and what follows it."""

    class Unsendable:
        signal = "a signal"

        def send_robust(self) -> None:
            raise PayloadError("declared again")

    from typedsignals.sqlalchemy import _after_commit  # noqa: PLC0415 - for this test

    _after_commit._send(Unsendable(), is_async=False)  # type: ignore[arg-type]
    assert "'a signal' was not sent after the commit" in caplog.text


def test_a_receiver_may_use_the_session_again(engine: Engine, shop: Shop) -> None:
    """The transaction is over, so it begins another; what it places there is sent after that one."""
    session = Session(engine)

    @shop.placed.connect
    def follow(sender: str, order_id: int, **extra: Any) -> None:
        if order_id == 1:
            assert session.scalar(select(func.count()).select_from(Order)) == 1
            shop.place(session, 2)

    shop.place(session, 1)
    session.commit()
    assert shop.log == [1]
    session.commit()
    assert shop.log == orders_in(engine) == [1, 2]
    session.close()


@pytest.mark.parametrize("expire", [True, False])
def test_the_sender_may_be_a_row(engine: Engine, expire: bool) -> None:
    """With ``expire_on_commit``, its attributes are loaded again."""
    placed, log = Signal(Placed, sender=Order), list[tuple[int, int]]()

    @placed.connect
    def note(sender: Order, order_id: int) -> None:
        log.append((sender.id, order_id))

    with Session(engine, expire_on_commit=expire) as session:
        order = Order(id=7)
        session.add(order)
        after_commit(session, placed.prepare(order, order_id=7))
        session.commit()
    assert log == [(7, 7)]


# Which sessions


def test_scoped_sessions_are_sessions(engine: Engine, shop: Shop) -> None:
    """The session of the present scope is meant."""
    scoped = scoped_session(sessionmaker(engine))
    shop.place(scoped, 1)
    scoped.rollback()
    shop.place(scoped, 2)
    scoped.commit()
    scoped.remove()
    assert shop.log == [2]


def test_two_sessions_do_not_disturb_each_other(engine: Engine, shop: Shop) -> None:
    """Each sends after its own commit."""
    with Session(engine) as one, Session(engine) as two:
        one.begin()
        after_commit(one, shop.placed.prepare("shop", order_id=1))
        two.begin()
        after_commit(two, shop.placed.prepare("shop", order_id=2))
        two.commit()
        assert shop.log == [2]
        one.rollback()
    assert shop.log == [2]


def test_asynchronous_sessions_await_coroutine_functions(tmp_path: Path, shop: Shop) -> None:
    """When ``commit`` returns, they have run, in order with plain ones; also for scoped sessions."""
    pytest.importorskip("greenlet")
    from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker, create_async_engine  # noqa: PLC0415 - above

    log: list[str] = []

    @shop.placed.connect
    async def fetch(sender: str, order_id: int, **extra: Any) -> None:
        await asyncio.sleep(0)
        log.append(f"fetched {order_id}")

    async def act() -> None:
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}")
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(engine) as session:
            async with session.begin():
                shop.place(session, 1)
                async with session.begin_nested() as savepoint:
                    shop.place(session, 2)
                    await savepoint.rollback()
            assert (shop.log, log) == ([1], ["fetched 1"])
        scoped = async_scoped_session(async_sessionmaker(engine), scopefunc=asyncio.current_task)
        shop.place(scoped, 3)
        await scoped.commit()
        await scoped.remove()
        await engine.dispose()

    asyncio.run(act())
    assert (shop.log, log) == ([1, 3], ["fetched 1", "fetched 3"])


def test_an_asynchronous_session_that_is_committed_without_awaiting(engine: Engine, shop: Shop) -> None:
    """Plain receivers are called, as when a plain session is committed."""
    pytest.importorskip("greenlet")
    from sqlalchemy.ext.asyncio import AsyncSession  # noqa: PLC0415 - above

    session = AsyncSession(sync_session_class=Session)
    session.sync_session.bind = engine
    shop.place(session, 1)
    session.sync_session.commit()
    session.sync_session.close()
    assert shop.log == [1]


# What is refused


def test_there_must_be_a_transaction(engine: Engine, shop: Shop) -> None:
    """The message says what to do. In its first use, a session begins one."""
    with Session(engine) as session:
        with pytest.raises(
            TransactionError, match=r"'placed'.* the session is not in a transaction; begin one"
        ) as caught:
            after_commit(session, shop.placed.prepare("shop", order_id=1))
        assert caught.value.signal is shop.placed
    assert repr(TransactionError) == "<class 'typedsignals.sqlalchemy.TransactionError'>"


def test_other_arguments_are_refused(engine: Engine, shop: Shop) -> None:
    """A connection, and something that is not prepared."""
    prepared = shop.placed.prepare("shop", order_id=1)
    with engine.connect() as connection, pytest.raises(TypeError, match="session of SQLAlchemy, not a Connection"):
        after_commit(connection, prepared)  # type: ignore[arg-type]
    with Session(engine) as session, pytest.raises(TypeError, match=r"signal.prepare\(...\) gives, not a method"):
        after_commit(session, prepared.send_robust)  # type: ignore[arg-type]


def test_wrong_fields_fail_before_the_commit(engine: Engine, shop: Shop) -> None:
    """In the line that knows them, so that the transaction can still be undone."""

    def place() -> None:
        with Session(engine) as session, session.begin():
            session.add(Order(id=1))
            after_commit(session, shop.placed.prepare("shop", order_id="seven"))  # type: ignore[arg-type]

    with pytest.raises(PayloadError, match="order_id"):
        place()
    assert orders_in(engine) == []


def test_a_process_that_is_killed_between_commit_and_send_has_committed(tmp_path: Path) -> None:
    """What was to be sent is lost, as the documentation says."""
    script = f"""
        import os, signal
        from sqlalchemy import event
        from sqlalchemy.orm import Session
        from tests.test_sqlalchemy import Base, Shop, create_engine
        from typedsignals.sqlalchemy import after_commit

        engine = create_engine("sqlite:///{tmp_path / "shop.db"}")
        Base.metadata.create_all(engine)
        shop = Shop()
        shop.note = lambda *args: print("received")
        session = Session(engine)
        event.listen(session, "after_commit", lambda session: os.kill(os.getpid(), signal.SIGKILL))
        shop.place(session, 1)
        session.commit()
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    root = Path(__file__).parents[1]
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=root)  # noqa: S603 - our own
    assert (process.returncode, process.stdout, process.stderr) == (-9, "", "")
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.db'}")
    assert orders_in(engine) == [1]
    engine.dispose()


# Events as sources


class Inserted(Payload):
    connection: Connection


def test_events_of_a_mapper_have_the_row_as_sender(engine: Engine) -> None:
    """The other arguments are fields, or extra; the class's own rows only, or those of its subclasses too."""
    own = typed(event(Order, "before_insert"), Inserted, sender=Order)
    all_of_them = typed(event(Order, "before_insert", propagate=True), Inserted, sender=Order)
    log: list[Any] = []

    def note(sender: Order, connection: Connection, **extra: Any) -> None:
        log.append((type(sender), sorted(extra)))

    def count(sender: Order, **extra: Any) -> None:
        log.append(sender.id)

    own.connect(note)
    all_of_them.connect(count)
    with Session(engine) as session:
        session.add(Order(id=1))
        session.flush()
        assert log == [(Order, ["mapper", "target"]), 1]
        own.disconnect(note)
        session.add(SpecialOrder(id=2))
        session.flush()
    assert log[2:] == [2]
    all_of_them.disconnect(count)


def test_events_of_sessions_and_engines_have_them_as_sender(engine: Engine) -> None:
    """Whatever an event is about is its sender."""

    class Flushed(Payload):
        pass

    factory = sessionmaker(engine)
    flushed = typed(event(factory, "after_flush"), Flushed, sender=Session)
    connected = typed(event(engine, "begin"), Flushed, sender=Connection)
    about_nothing = typed(event(engine, "do_connect"), Flushed)
    log: list[Any] = []

    def note(sender: object, **extra: Any) -> None:
        log.append(sender)

    with flushed.connected_to(note), connected.connected_to(note), factory() as session:
        session.add(Order(id=1))
        session.commit()
    connection, session = log
    assert isinstance(connection, Connection)
    assert isinstance(session, Session)
    engine.dispose()
    with about_nothing.connected_to(note), engine.connect():
        assert log[2:] == [None]
    assert (flushed.name, flushed.owner) == ("after_flush", "sqlalchemy: after_flush of sessionmaker")  # type: ignore[attr-defined]


def test_what_an_event_lacks_is_reported_where_it_is_flushed(engine: Engine) -> None:
    """The flush goes on; what a receiver raises ends it."""

    class Wrong(Payload):
        order_id: int

    inserted = typed(event(Order, "after_insert"), Wrong, sender=Order)

    def ignore(sender: Order, order_id: int) -> None: ...

    with Session(engine) as session, inserted.connected_to(ignore):
        session.add(Order(id=1))
        with pytest.warns(ContractWarning, match="order_id: field required") as caught:
            session.commit()
    assert caught[0].filename == __file__

    def fail(sender: Order, **extra: Any) -> None:
        raise ZeroDivisionError

    right = typed(event(Order, "after_insert"), Inserted)
    with Session(engine) as session, right.connected_to(fail):
        session.add(Order(id=2))
        with pytest.raises(ZeroDivisionError):
            session.commit()
    assert orders_in(engine) == [1]


def test_receivers_may_come_and_go_while_an_event_is_sent(engine: Engine) -> None:
    """SQLAlchemy's own list of listeners does not change for it."""
    inserted = typed(event(Order, "after_insert"), Inserted, sender=Order)
    log: list[int] = []

    def other(sender: Order, **extra: Any) -> None:
        log.append(sender.id)

    @inserted.connect
    def swap(sender: Order, **extra: Any) -> None:
        inserted.disconnect(swap)
        inserted.connect(other)

    with Session(engine) as session:
        session.add(Order(id=1))
        session.flush()
        session.add(Order(id=2))
        session.flush()
        inserted.disconnect(other)
        session.add(Order(id=3))
        session.flush()
    assert log == [2]


def test_an_event_that_does_not_exist_fails_the_connection(engine: Engine) -> None:
    """With SQLAlchemy's own error."""
    wrong = typed(event(Order, "after_insertion"), Inserted)

    def ignore(sender: object, **extra: Any) -> None: ...

    with pytest.raises(InvalidRequestError, match="after_insertion"), wrong.connected_to(ignore):
        raise AssertionError("inside")


def test_logging_is_quiet_where_nothing_fails(engine: Engine, shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """So that a log entry means something."""
    with caplog.at_level(logging.DEBUG, "typedsignals"), Session(engine) as session:
        shop.place(session, 1)
        session.commit()
    assert caplog.records == []
