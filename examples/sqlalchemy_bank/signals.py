"""What happens at the bank."""

from __future__ import annotations

from pydantic import Field

from typedsignals import Namespace, Payload


class MoneyMoved(Payload):
    """Numbers of accounts rather than accounts: receivers run when the session that had these is done."""

    source: int
    target: int
    cents: int = Field(gt=0)


bank = Namespace("bank")
money_moved = bank.signal("money-moved", MoneyMoved)
