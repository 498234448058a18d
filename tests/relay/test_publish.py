"""Publishing in the program's own transaction: by sessions and connections of all kinds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from tests.relay.shops import (
    MAIN,
    SHOPS,
    OrderPlaced,
    OrderSignal,
    Shop,
    engine_of,
    name_of,
    new_relay,
    new_signal,
    number_of,
)
from typedsignals import Namespace, Payload, PayloadError, SenderError
from typedsignals.relay import Message, Relay, RelayError
from typedsignals.relay._sql import tables
from typedsignals.testing import muted


@pytest.fixture
def relay(relay: Relay, signal: OrderSignal) -> Relay:
    """A relay with two groups that wait for messages."""

    @relay.receiver(signal, group="stock")
    def receive(sender: Any, **extra: Any) -> None: ...

    relay.setup()
    return relay


def published(engine: Engine) -> list[tuple[str, str | None, str | None, bool, bytes]]:
    columns = [tables.message.c[name] for name in ("type", "subject", "key", "heard", "content")]
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(tables.message.c.seq))]


def test_a_message_is_written_when_the_session_commits(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """With a delivery for each group."""
    with Session(engine) as session, session.begin():
        number = relay.publish(session, signal, MAIN, order_id=7, customer="Ada")
    assert len(number) == 36
    content = b'{"order_id":7,"customer":"Ada"}'
    assert published(engine) == [("shop.order-placed", "main", "Ada", True, content)]
    assert number_of(engine, "delivery") == 2


def test_nothing_is_written_when_the_transaction_rolls_back(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """By itself, or with a savepoint inside one that commits."""
    with Session(engine) as session:
        relay.publish(session, signal, MAIN, order_id=1)
        session.flush()
        session.rollback()
    with Session(engine) as session, session.begin():
        savepoint = session.begin_nested()
        relay.publish(session, signal, MAIN, order_id=2)
        savepoint.rollback()
        relay.publish(session, signal, MAIN, order_id=3)
    assert [content for *_, content in published(engine)] == [b'{"order_id":3,"customer":""}']
    assert number_of(engine, "delivery") == 2


def test_a_scoped_session_and_a_connection_will_do(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """A connection writes at once, and its transaction decides."""
    sessions = scoped_session(sessionmaker(engine))
    relay.publish(sessions, signal, MAIN, order_id=1)
    sessions.commit()
    sessions.remove()
    with engine.begin() as connection:
        relay.publish(connection, signal, MAIN, order_id=2)
    with engine.connect() as connection:
        relay.publish(connection, signal, MAIN, order_id=3)
        connection.rollback()
    assert [content[:13] for *_, content in published(engine)] == [b'{"order_id":1', b'{"order_id":2']


def test_programs_without_asyncio_need_no_greenlet() -> None:
    """SQLAlchemy's extension for asyncio cannot be imported without it."""
    code = (
        "import sys; sys.modules['greenlet'] = None\n"
        "from sqlalchemy import create_engine\n"
        "from sqlalchemy.orm import Session\n"
        "from typedsignals.relay._transactions import transaction_of\n"
        "with Session(create_engine('sqlite://')) as session, session.begin():\n"
        "    print(transaction_of(session).is_active(), 'sqlalchemy.ext.asyncio' in sys.modules)\n"
    )
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - the code above
    assert printed == "True False\n"


@pytest.mark.anyio
async def test_asynchronous_sessions_and_connections_will_do(tmp_path: Path, signal: OrderSignal) -> None:
    """A session needs no waiting; a connection does."""
    pytest.importorskip("aiosqlite")
    pytest.importorskip("greenlet")
    from sqlalchemy.ext.asyncio import (  # noqa: PLC0415 - cannot be imported without greenlet
        AsyncSession,
        async_scoped_session,
        async_sessionmaker,
        create_async_engine,
    )

    relay = new_relay(f"sqlite:///{tmp_path / 'shop.db'}", signal)
    relay.setup()
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}")
    async with AsyncSession(engine) as session, session.begin():
        relay.publish(session, signal, MAIN, order_id=1)
    sessions = async_scoped_session(async_sessionmaker(engine), lambda: None)
    relay.publish(sessions, signal, MAIN, order_id=2)
    await sessions.commit()
    await sessions.remove()
    async with engine.begin() as connection:
        await relay.publish_async(connection, signal, MAIN, order_id=3)
        with pytest.raises(RelayError, match=r"use: await relay\.publish_async"):
            relay.publish(connection, signal, MAIN, order_id=4)  # type: ignore[arg-type]
    await engine.dispose()
    plain = engine_of(f"sqlite:///{tmp_path / 'shop.db'}")
    assert [content[:13] for *_, content in published(plain)] == [b'{"order_id":%d' % number for number in (1, 2, 3)]
    with plain.begin() as connection, pytest.raises(RelayError, match="takes an AsyncConnection"):
        await relay.publish_async(connection, signal, MAIN, order_id=4)  # type: ignore[arg-type]
    plain.dispose()
    relay.close()


def test_flask_sqlalchemys_session_will_do(sqlite: str, signal: OrderSignal) -> None:
    """Although the relay's tables are not among the application's models."""
    flask_sqlalchemy = pytest.importorskip("flask_sqlalchemy")
    from flask import Flask  # noqa: PLC0415 - it comes with it

    relay = new_relay(sqlite, signal)
    relay.setup()
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = sqlite
    db = flask_sqlalchemy.SQLAlchemy(app)
    with app.app_context():
        relay.publish(db.session, signal, MAIN, order_id=1)
        db.session.commit()
        relay.publish(db.session, signal, MAIN, order_id=2)
        db.session.rollback()
        assert [content[:13] for *_, content in published(db.engine)] == [b'{"order_id":1']
        db.engine.dispose()
    relay.close()


def test_other_kinds_of_transactions_can_be_added(signal: OrderSignal) -> None:
    """By the two methods of the protocol."""

    class Mine:
        def __init__(self) -> None:
            self.messages: list[Message] = []

        def add_message(self, message: Message, /) -> None:
            self.messages.append(message)

        def is_active(self) -> bool:
            return True

    mine, relay = Mine(), new_relay("sqlite:///nowhere.db", signal)
    relay.publish(mine, signal, MAIN, order_id=7)
    assert [message.source for message in mine.messages] == ["shop"]
    with pytest.raises(RelayError, match="not a object"):
        relay.publish(object(), signal, MAIN, order_id=7)  # type: ignore[arg-type]


def test_what_is_published_is_checked_as_what_is_sent(signal: OrderSignal) -> None:
    """Before anything is written; the error names the signal."""
    relay = new_relay("sqlite:///nowhere.db", signal)
    with pytest.raises(PayloadError, match="order_id") as caught:
        relay.publish(Session(), signal, MAIN, order_id="x")
    assert caught.value.signal is signal
    with pytest.raises(SenderError):
        relay.publish(Session(), signal, "main", order_id=7)  # type: ignore[misc]


def test_a_payload_that_is_too_large_is_refused_in_the_transaction(signal: OrderSignal) -> None:
    """Whoever publishes it learns of it at once."""
    relay = new_relay("sqlite:///nowhere.db", signal, max_bytes=100)
    with pytest.raises(RelayError, match="at most 100 bytes, and this payload has 10"):
        relay.publish(Session(), signal, MAIN, order_id=7, customer="Ada" * 25)


@pytest.mark.parametrize("key", [7, "x" * 256])
def test_a_key_that_is_no_text_or_too_long_is_refused(signal: OrderSignal, key: Any) -> None:
    """The message does not show it."""
    relay = Relay("shop", database="sqlite:///nowhere.db")
    relay.carry(signal, subject=name_of, sender=SHOPS.__getitem__, key=lambda payload: key)
    with pytest.raises(RelayError, match="must give text of at most 255 characters") as caught:
        relay.publish(Session(), signal, MAIN, order_id=7)
    assert "xxx" not in str(caught.value)


@pytest.mark.parametrize("subject", [7, ""])
def test_a_sender_that_does_not_become_text_is_refused(signal: OrderSignal, subject: Any) -> None:
    """Also an empty text, which a message cannot have as its subject."""
    relay = Relay("shop", database="sqlite:///nowhere.db")
    relay.carry(signal, subject=lambda shop: subject, sender=SHOPS.__getitem__)
    with pytest.raises(RelayError, match="subject= "):
        relay.publish(Session(), signal, MAIN, order_id=7)
    plain = Namespace("shop").signal("plain", OrderPlaced)
    relay.carry(plain)
    with pytest.raises(RelayError, match="sender is not text"):
        relay.publish(Session(), plain, MAIN, order_id=7)


class Anything(Payload):
    value: object


def test_a_value_that_cannot_be_written_is_refused() -> None:
    """If the type of a field does not tell."""
    anything, relay = Namespace("shop").signal("anything", Anything), Relay("shop", database="sqlite:///nowhere.db")
    relay.carry(anything)
    with pytest.raises(RelayError, match="cannot be written as JSON") as caught:
        relay.publish(Session(), anything, None, value=MAIN)
    assert caught.value.__cause__ is None


def test_a_signal_that_is_not_carried_is_refused(signal: OrderSignal) -> None:
    """For all that is done with it."""
    relay, other = new_relay("sqlite:///nowhere.db", signal), new_signal()
    for use in (
        lambda: relay.publish(Session(), other, MAIN, order_id=7),
        lambda: relay.forward(other, session=Session),
        lambda: relay.receiver(other, group="mail"),
    ):
        with pytest.raises(RelayError, match="is not carried"):
            use()


# Forwarding


def test_what_is_sent_is_published_once_receivers_have_succeeded(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """In the current transaction; nothing is if a receiver fails."""
    with Session(engine) as session:
        relay.forward(signal, session=lambda: session)
        seen: list[int] = []

        @signal.connect
        def receive(sender: Shop, order_id: int, **extra: Any) -> None:
            seen.append(len(session.new))
            if order_id == 2:
                raise ZeroDivisionError

        with session.begin():
            signal.send(MAIN, order_id=1, customer="Ada")
            with pytest.raises(ZeroDivisionError):
                signal.send(MAIN, order_id=2)
            assert not signal.send_robust(MAIN, order_id=2)[0].ok
    assert seen == [0, 1, 1]
    assert [content[:13] for *_, content in published(engine)] == [b'{"order_id":1', b'{"order_id":2']


def test_a_send_outside_a_transaction_is_refused_before_any_receiver_is_called(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """Nobody would commit the message. Muted signals are not forwarded, and need none."""
    seen: list[int] = []

    @signal.connect
    def receive(sender: Shop, order_id: int, **extra: Any) -> None:
        seen.append(order_id)

    with Session(engine) as session:
        stop = relay.forward(signal, session=lambda: session)
        for send in (signal.send, signal.send_robust):
            with pytest.raises(RelayError, match="there is no transaction"):
                send(MAIN, order_id=1)
        with muted(signal):
            signal.send(MAIN, order_id=2)
        assert seen == []
        stop()
        signal.send(MAIN, order_id=3)
        assert seen == [3]
    with engine.connect() as connection:
        relay.forward(signal, session=lambda: connection)
        with pytest.raises(RelayError, match="there is no transaction"):
            signal.send(MAIN, order_id=1)
        with connection.begin():
            signal.send(MAIN, order_id=4)
    assert len(published(engine)) == 1


def test_a_failure_to_publish_is_raised_by_a_robust_send(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """It is never an outcome, which could be overlooked."""
    small = new_relay("sqlite:///nowhere.db", signal, max_bytes=1)
    with Session(engine) as session, session.begin():
        small.forward(signal, session=lambda: session)
        with pytest.raises(RelayError, match="at most 1 bytes"):
            signal.send_robust(MAIN, order_id=1)
