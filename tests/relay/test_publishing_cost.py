"""What publishing costs, counted in statements and calls, which unlike times do not depend on the machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import typedsignals
from tests.relay.shops import MAIN, OrderSignal, new_relay, statements
from typedsignals.relay import Relay

OURS = str(Path(typedsignals.__file__).parent)


def calls(function: Callable[[], object]) -> tuple[int, int]:
    """Count the Python functions that are called: those of the package, and all."""
    files: list[str] = []

    def profile(frame: FrameType, what: str, _argument: object) -> None:
        if what == "call":
            files.append(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(before)
    return sum(file.startswith(OURS) for file in files), len(files)


def test_a_message_is_two_statements_however_many_groups_there_are(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """One for the message, and one for the deliveries, whether a session or a connection writes them."""
    for group in ("stock", "accounts"):
        relay.receiver(signal, group=group)(lambda sender, **extra: None)
    relay.setup()
    with engine.begin() as connection, statements(engine) as executed:
        relay.publish(connection, signal, MAIN, order_id=7)
    with Session(engine) as session, session.begin():
        session.connection()  # which begins the transaction
        with statements(engine) as flushed:
            relay.publish(session, signal, MAIN, order_id=7)
            session.flush()
    for found in (executed, flushed):
        assert [statement.split()[2] for statement in found] == ["typedsignals_message", "typedsignals_delivery"]


def test_a_message_that_nobody_hears_is_a_statement_more(database: str, signal: OrderSignal, engine: Engine) -> None:
    """Which marks it."""
    relay = new_relay(database, signal)
    relay.setup()
    with engine.begin() as connection, statements(engine) as executed:
        relay.publish(connection, signal, MAIN, order_id=7)
    assert [statement.split()[0] for statement in executed] == ["INSERT", "INSERT", "UPDATE"]
    relay.close()


def test_a_connection_may_have_the_tables_in_a_schema_of_its_own(
    relay: Relay, signal: OrderSignal, engine: Engine
) -> None:
    """Its statements are then not those that are made once."""
    schema = "main" if engine.dialect.name == "sqlite" else "public"
    translated = engine.execution_options(schema_translate_map={None: schema})
    with translated.begin() as connection, statements(engine) as executed:
        relay.publish(connection, signal, MAIN, order_id=7)
    with Session(translated) as session, session.begin():
        relay.publish(session, signal, MAIN, order_id=8)
    assert [statement.split()[2] for statement in executed] == [
        f"{schema}.typedsignals_message",
        f"{schema}.typedsignals_delivery",
    ]
    assert relay.status()[0].waiting == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_message_is_few_calls(relay: Relay, signal: OrderSignal, engine: Engine) -> None:
    """No statement is made anew, nor prepared: that alone would be hundreds of calls of SQLAlchemy."""
    with engine.begin() as connection:

        def publish() -> None:
            relay.publish(connection, signal, MAIN, order_id=7, customer="Ada")

        publish()
        ours, all_of_them = calls(publish)
    assert ours <= 47
    assert all_of_them <= 140
