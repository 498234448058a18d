"""Move money: all of it happens, or nothing, and nobody hears of what did not happen."""

from __future__ import annotations

from sqlalchemy.orm import Session

from typedsignals.sqlalchemy import after_commit

from .signals import money_moved
from .tables import Account


class TooLittleError(Exception):
    """There is less in the account than was to be moved."""


def move(session: Session, source: int, target: int, cents: int) -> None:
    """Move money from one account to another, in the transaction of the session."""
    prepared = money_moved.prepare("the bank", source=source, target=target, cents=cents)  # which validates
    giver = session.get_one(Account, source, with_for_update=True)
    taker = session.get_one(Account, target, with_for_update=True)
    if giver.cents < cents:
        raise TooLittleError(f"there are only {giver.cents} cents in account {source}")
    giver.cents -= cents
    taker.cents += cents
    after_commit(session, prepared)
