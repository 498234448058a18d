"""Keeping the receivers that still fit when a signal's payload, or the type of its senders, is another one."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from .._exceptions import DroppedReceiverWarning
from .._location import Place, frame_of_caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._connecting.contract import ReceiverContract
    from .._connecting.table import ConnectionTable
    from .._connecting.terms import Terms
    from .._signal import Signal
    from .._validating.senders import SenderCheck


def keep_fitting(
    signal: Signal[Any, Any, Any], table: ConnectionTable, contract: ReceiverContract, senders: SenderCheck
) -> None:
    """Disconnect the receivers that do not fit any more, with a warning for each; the others get their new terms."""
    dropped: list[tuple[Terms, str]] = []
    deprecated: list[tuple[Callable[..., Any], str]] = []

    def judge(receiver: Callable[..., Any], sender: object, terms: Terms) -> Terms | None:
        renewed = contract.renewed(receiver, terms)
        problem = renewed.shape.problem or senders.problem(sender)
        # What did not fit before either was connected on purpose, to be looked at.
        if problem and not terms.shape.problem:
            dropped.append((terms, problem))
            return None
        names = [name for name in renewed.shape.deprecated if name not in terms.shape.deprecated]
        deprecated.extend((receiver, name) for name in names)
        return renewed

    table.renew(judge)
    for receiver, name in deprecated:
        contract.warn_deprecated(receiver, name)
    for terms, problem in dropped:
        _warn(signal, terms, problem)


def _warn(signal: Signal[Any, Any, Any], terms: Terms, problem: str) -> None:
    code = terms.code
    place = Place.of(frame_of_caller()) if code is None else Place("", code.co_filename, code.co_firstlineno)
    message = (
        f"{terms.label} no longer fits {signal!r}, whose payload or sender type has changed, "
        f"and was disconnected: {problem}"
    )
    warnings.warn_explicit(message, DroppedReceiverWarning, place.file, place.line)
