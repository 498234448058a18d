"""What a failed assertion says: all that was sent, and what differs from what should have been."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from .._matching import Matcher
from .._rendering import shown, shown_fields, shown_send, values_of
from .._suggestion import closest
from ._targets import AnySignal

if TYPE_CHECKING:
    from ._capture import Record

AnyRecord: TypeAlias = "Record[Any, Any]"


def check_fields(signals: Iterable[AnySignal], fields: Iterable[str]) -> None:
    """Refuse fields that no signal could have sent: they would make any assertion that nothing was sent hold.

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
            raise TypeError(f"{_listed(signals)} has no field {name!r}; {hint}")


def shown_request(signals: Sequence[AnySignal], fields: Mapping[str, object]) -> str:
    """What an assertion is about."""
    return f"{_listed(signals)}{' with ' if fields else ''}{shown_fields(fields)}"


def differences(record: AnyRecord, signal: AnySignal | None, fields: Mapping[str, object]) -> list[str]:
    """Where a record is not what is asked for; empty if it is."""
    if signal is not None and record.signal is not signal:
        return ["another signal"]
    values = values_of(record.payload)
    return [
        f"{name}: {f'{shown(values[name])}, not {shown(value)}' if name in values else 'no such field'}"
        for name, value in fields.items()
        if name not in values or not (values[name] is value or values[name] == value)
    ]


def failure(
    message: str,
    records: Sequence[AnyRecord],
    matcher: Matcher,
    differences_of: Callable[[AnyRecord], list[str]] = lambda record: [],
) -> str:
    """The message of a failed assertion."""
    return "\n".join([f"{message}; {_heading(records, matcher)}", *_lines(records, differences_of)])


def _heading(records: Sequence[AnyRecord], matcher: Matcher) -> str:
    unmatched = matcher.differences()
    ignored = f" (not captured: {unmatched})" if unmatched else ""
    return f"captured{ignored}:" if records else f"nothing was captured{ignored}"


def _lines(records: Iterable[AnyRecord], differences_of: Callable[[AnyRecord], list[str]]) -> Iterator[str]:
    for number, record in enumerate(records, 1):
        yield f"  {number}. {shown_send(record.signal, record.sender, record.payload)}"
        yield from (f"     differs: {difference}" for difference in differences_of(record))


def _listed(signals: Iterable[AnySignal]) -> str:
    return " or ".join(map(repr, signals))


def _takes_any_field(signal: AnySignal) -> bool:
    return signal.payload_type is None or signal.payload_type.model_config.get("extra") == "allow"
