"""The bank of the examples: what receivers hear is what was committed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("sqlalchemy")

from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session

from examples.sqlalchemy_bank import history  # what connects its receiver
from examples.sqlalchemy_bank.accounts import TooLittleError, move
from examples.sqlalchemy_bank.signals import money_moved
from examples.sqlalchemy_bank.statements import Statements
from examples.sqlalchemy_bank.tables import Account, Balance, Table
from typedsignals import PayloadError
from typedsignals.testing import capture


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Two accounts with ten euros each."""
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.add_all([Account(number=1, cents=1000), Account(number=2, cents=1000)])
    yield engine
    engine.dispose()


def balances(engine: Engine) -> list[tuple[int, int]]:
    with Session(engine) as session:
        return [
            (balance.account, balance.cents) for balance in session.scalars(select(Balance).order_by(Balance.account))
        ]


def test_statements_are_written_after_the_commit(engine: Engine) -> None:
    """And not before."""
    statements = Statements()
    with Session(engine) as session, session.begin():
        move(session, source=1, target=2, cents=250)
        assert statements.lines == {}
    assert statements.lines == {1: ["-2.50 to 2"], 2: ["+2.50 from 1"]}


def test_history_is_written_in_the_transaction(engine: Engine) -> None:
    """So it has what was committed, and nothing else."""
    assert [connection.receiver for connection in history.account_updated.connections] == [history.record]
    with Session(engine) as session:
        move(session, source=1, target=2, cents=250)
        session.flush()
        session.rollback()
    assert balances(engine) == []
    with Session(engine) as session, session.begin():
        move(session, source=1, target=2, cents=300)
    assert balances(engine) == [(1, 700), (2, 1300)]


def test_nobody_hears_of_what_did_not_happen(engine: Engine) -> None:
    """A transfer that fails takes its signal along, whoever undoes it."""
    statements = Statements()

    def move_too_much() -> None:
        with Session(engine) as session, session.begin():
            move(session, source=1, target=2, cents=100)
            move(session, source=1, target=2, cents=5000)

    with pytest.raises(TooLittleError):
        move_too_much()
    assert statements.lines == {}
    assert balances(engine) == []


def test_what_is_wrong_fails_before_money_moves(engine: Engine) -> None:
    """In the line that asks for it, while the transaction can be undone."""
    with capture(money_moved) as captured, Session(engine) as session, session.begin():
        with pytest.raises(PayloadError, match="cents: input should be greater than 0"):
            move(session, source=1, target=2, cents=-250)
        assert not session.dirty
    captured.assert_not_sent()
