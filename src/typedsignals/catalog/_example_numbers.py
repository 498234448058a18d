"""Numbers, dates and times for an example, within the limits of their type."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

from ._types import Bound, Constraints

LIMITS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
DAY = timedelta(days=1)
MOST_DIGITS = 28
Numeric = Decimal | None


def integer(constraints: Constraints) -> str | None:
    """An ``int`` as Python writes it; None if no simple one is allowed."""
    found = _number(constraints, lambda value: value == value.to_integral_value())
    return None if found is None else str(int(found))


def floating(constraints: Constraints) -> str | None:
    """A ``float``."""
    found = _number(constraints, lambda value: True)
    return None if found is None else repr(float(found))


def decimal(constraints: Constraints) -> str | None:
    """A ``Decimal``, with the places of an amount of money where that many are allowed."""
    for places in (2, 1, 0):
        if places <= (2 if constraints.decimal_places is None else constraints.decimal_places):
            found = _number(constraints, lambda value: True)
            text = None if found is None else _with_places(found, places)
            if text is not None and _digits(text) <= (constraints.max_digits or MOST_DIGITS):
                return f'Decimal("{text}")'
    return None


def _with_places(value: Decimal, places: int) -> str | None:
    rounded = round(value, places)
    return f"{rounded:f}" if rounded == value else None


def _digits(text: str) -> int:
    return len(text.lstrip("-").replace(".", "").lstrip("0"))


def _number(constraints: Constraints, is_allowed: Callable[[Decimal], bool]) -> Numeric:
    limits = {name: Decimal(str(bound)) for name, bound in _limits(constraints)}
    step = Decimal(str(constraints.multiple_of or 0))
    if not step.is_finite() or any(map(Decimal.is_nan, limits.values())):
        return None
    candidates = filter(_is_short, _numbers([*filter(Decimal.is_finite, limits.values())], step or Decimal(1)))
    fitting = (value for value in candidates if is_allowed(value) and (not step or value % step == 0))
    found: Numeric = _first_within(fitting, limits)
    return found


def _is_short(value: Decimal) -> bool:
    """Whether it can be written out, which for some numbers of few characters would take forever."""
    return value.is_finite() and value.adjusted() < MOST_DIGITS


def _numbers(limits: list[Decimal], step: Decimal) -> Iterator[Decimal]:
    yield from map(Decimal, (1, 0))
    for bound in limits:
        yield bound
        multiple = bound // step * step
        yield from (multiple, multiple + step, multiple - step)
    yield step
    if len(limits) > 1:
        yield sum(limits, Decimal()) / len(limits)


def moment(name: str, constraints: Constraints) -> str | None:
    """A ``date``, ``datetime``, ``time`` or ``timedelta``, by that name."""
    usual, read, step = MOMENTS[name]
    limits = {limit: read(bound) for limit, bound in _limits(constraints)}
    if name == "datetime":
        # Moments with and without a time zone cannot be compared.
        zone = next((limit.tzinfo for limit in limits.values()), None)
        usual = usual.replace(tzinfo=zone)
    shifts = () if name == "time" else (step, -step)
    nearby = (limit + shift for limit in limits.values() for shift in shifts)
    found = _first_within(chain((usual,), limits.values(), nearby), limits)
    return None if found is None else repr(found).replace("datetime.", "")


MOMENTS: dict[str, tuple[Any, Callable[[Any], Any], timedelta]] = {
    "date": (date(2026, 1, 31), date.fromisoformat, DAY),
    "datetime": (datetime(2026, 1, 31, 12), datetime.fromisoformat, DAY),  # noqa: DTZ001  # a naive one
    "time": (time(12), time.fromisoformat, DAY),
    "timedelta": (timedelta(hours=1), lambda seconds: timedelta(seconds=seconds), timedelta(seconds=1)),
}


def _limits(constraints: Constraints) -> Iterator[tuple[str, Bound]]:
    return ((name, bound) for name in LIMITS if (bound := getattr(constraints, name)) is not None)


def _first_within(candidates: Iterable[Any], limits: dict[str, Any]) -> Any:
    return next((value for value in candidates if _is_within(value, limits)), None)


def _is_within(value: Any, limits: dict[str, Any]) -> bool:
    return all(LIMITS[name](value, bound) for name, bound in limits.items())
