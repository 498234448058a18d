"""Write the messages of failed assertions: what was sent, and how it differs from what the test expects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .._suggestion import closest
from .._validating.rendering import HIDDEN, is_hidden, shown, shown_send, type_of, values_of
from .._waiting.matcher import Matcher
from ._equality import is_equal
from ._targets import AnySignal

if TYPE_CHECKING:
    from ._capture import Record

AnyRecord: TypeAlias = "Record[Any, Any]"

MOST_RECORDS = 20
"""How many records a message lists at most: half of them the first, half the last."""

MOST_SIGNALS = 10
"""How many signals a message names at most."""


def check_fields(signals: Iterable[AnySignal], fields: Iterable[str]) -> None:
    """Refuse fields that no signal can send: with them, an assertion that nothing was sent could never fail.

    Raises:
        TypeError: None of the signals has a field of that name.
    """
    signals = tuple(signals)
    known = dict.fromkeys(
        name for signal in signals if signal.payload_type for name in signal.payload_type.model_fields
    )
    for name in fields:
        if name not in known and not any(map(_takes_any_field, signals)):
            meant = closest(name, known)
            hint = f"did you mean {meant!r}?" if meant else f"the fields are: {', '.join(known) or 'none'}"
            raise TypeError(f"{listed(signals)} has no field {name!r}; {hint}")


def shown_request(signals: Sequence[AnySignal], fields: Mapping[str, object]) -> str:
    """Show what an assertion looks for."""
    shown = ", ".join(f"{name}={_shown_wanted(signals, name, value)}" for name, value in fields.items())
    return f"{listed(signals)}{' with ' if fields else ''}{shown}"


def _shown_wanted(signals: Iterable[AnySignal], name: str, value: object) -> str:
    return HIDDEN if any(is_hidden(signal.payload_type, name) for signal in signals) else shown(value)


def is_match(record: AnyRecord, signal: AnySignal | None, fields: Mapping[str, object]) -> bool | None:
    """Whether a record is of this signal and has these fields; None if that cannot be determined."""
    if signal is not None and record.signal is not signal:
        return False
    values = values_of(record.payload)
    equal = {name in values and is_equal(values[name], value) for name, value in fields.items()}
    return False if False in equal else None if None in equal else True


def differences(record: AnyRecord, signal: AnySignal | None, fields: Mapping[str, object]) -> Iterator[str]:
    """Say how a record differs from what the assertion looks for."""
    if signal is not None and record.signal is not signal:
        yield "another signal"
        return
    values = values_of(record.payload)
    for name, value in fields.items():
        if name not in values:
            yield f"{name}: no such field"
        elif not (equal := is_equal(values[name], value)):
            doubt = " (they cannot be compared)" if equal is None else ""
            yield f"{name}: {_difference(record.payload, name, values[name], value)}{doubt}"


def _difference(payload: Any, name: str, sent: object, wanted: object) -> str:
    return "another value" if is_hidden(type_of(payload), name) else f"{shown(sent)}, not {shown(wanted)}"


def failure(
    message: str,
    records: Sequence[AnyRecord],
    matcher: Matcher,
    differences_of: Callable[[AnyRecord], Iterable[str]] = lambda record: (),
) -> str:
    """Write the message of a failed assertion."""
    return "\n".join([f"{message}; {_heading(records, matcher)}", *_lines(records, differences_of)])


def _heading(records: Sequence[AnyRecord], matcher: Matcher) -> str:
    unmatched = matcher.differences()
    ignored = f" (not captured: {unmatched})" if unmatched else ""
    return f"captured{ignored}:" if records else f"nothing was captured{ignored}"


def _lines(records: Sequence[AnyRecord], differences_of: Callable[[AnyRecord], Iterable[str]]) -> Iterator[str]:
    half = MOST_RECORDS // 2
    left_out = range(half, len(records) - half) if len(records) > MOST_RECORDS else range(0)
    for number, record in enumerate(records):
        if number not in left_out:
            held = " (held)" if record.is_held else ""
            yield f"  {number + 1}. {shown_send(record.signal, record.sender, record.payload)}{held}"
            yield from (f"     differs: {difference}" for difference in differences_of(record))
        elif number == left_out.start:
            yield f"  ... {len(left_out)} more ..."


def listed(signals: Sequence[AnySignal], link: str = " or ") -> str:
    """List the names of signals, but not all: a namespace may have any number."""
    more = len(signals) - MOST_SIGNALS
    return link.join([*map(repr, signals[:MOST_SIGNALS]), *([f"{more} more"] if more > 0 else [])])


def _takes_any_field(signal: AnySignal) -> bool:
    return signal.payload_type is None or signal.payload_type.model_config.get("extra") == "allow"
