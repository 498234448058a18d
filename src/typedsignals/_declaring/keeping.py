"""Keep the receivers that still fit when a signal's payload, or the type of its senders, has changed."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from .._exceptions import DroppedReceiverWarning
from .._location import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._checking.contract import ReceiverContract
    from .._checking.terms import Terms
    from .._connecting.table import ConnectionTable
    from .._signal import AnySignal
    from .._validating.senders import SenderCheck


def keep_fitting(signal: AnySignal, table: ConnectionTable, contract: ReceiverContract, senders: SenderCheck) -> None:
    """Disconnect receivers that no longer fit, with a warning for each, and give the others their new terms."""
    dropped: list[tuple[Terms, str]] = []
    deprecated: list[tuple[Callable[..., Any], str]] = []

    def judge(receiver: Callable[..., Any], sender: object, terms: Terms) -> Terms | None:
        renewed = contract.renewed(receiver, terms)
        problem = renewed.shape.problem or senders.problem(sender)
        # A receiver that did not fit before either was connected on purpose, inside `misfits_allowed`.
        if problem and not terms.shape.problem:
            dropped.append((terms, problem))
            return None
        names = [name for name in renewed.shape.deprecated if name not in terms.shape.deprecated]
        deprecated.extend((receiver, name) for name in names)
        return renewed

    table.renew(judge)
    for receiver, name in deprecated:
        contract.warn_deprecated(signal, receiver, name)
    for terms, problem in dropped:
        _warn(signal, terms, problem)


def _warn(signal: AnySignal, terms: Terms, problem: str) -> None:
    place = Place.of_code(terms.code)
    message = f"{terms.label} no longer fits {signal!r}, whose declaration has changed, and was disconnected: {problem}"
    warnings.warn_explicit(message, DroppedReceiverWarning, place.file, place.line)
