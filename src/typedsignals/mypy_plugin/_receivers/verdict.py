"""All that can be wrong with a receiver, in the order in which it is reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .awaiting import check_awaited
from .definition import check_runs, is_refused_as_method
from .deprecated import check_deprecated
from .fit import fits, misfits
from .kinds import is_refused_kind
from .partials import doubly_given

if TYPE_CHECKING:
    from mypy.errorcodes import ErrorCode
    from mypy.nodes import Expression
    from mypy.types import Type

    from .._payloads.contract import Contract
    from .receiver import Receiver


@dataclass(frozen=True, slots=True)
class Connected:
    """The signal that a receiver is connected to.

    Args:
        type: Its type.
        expression: The expression that names it; None if the receiver is not connected to all senders.
    """

    type: Type
    expression: Expression | None


def is_settled(
    receiver: Receiver, signal: Connected, contract: Contract | None, code: ErrorCode, *, as_payload: bool
) -> bool:
    """Report what is wrong with a receiver, and return whether nothing is left for mypy to say of it.

    Without a contract, only the receiver's definition is looked at, and whether it is async.
    """
    if is_refused_kind(receiver, signal.type, code):
        return True
    check_awaited(receiver, signal.expression)
    check_runs(receiver)
    if is_refused_as_method(receiver, code, contract.delivered if contract else None):
        return True
    return contract is not None and _is_judged(receiver, contract, code, as_payload=as_payload)


def _is_judged(receiver: Receiver, contract: Contract, code: ErrorCode, *, as_payload: bool) -> bool:
    """Return whether a receiver fits, or it has been reported why not."""
    wrong = [] if as_payload else list(doubly_given(receiver, contract))
    if not wrong and fits(receiver, contract, as_payload=as_payload):
        if not as_payload:
            check_deprecated(receiver, contract)
        return True
    wrong = wrong or misfits(receiver, contract, as_payload=as_payload)
    for message in wrong:
        receiver.fail(message, code)
    return bool(wrong)
