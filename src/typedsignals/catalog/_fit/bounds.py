"""Decide whether all values that meet some constraints meet others."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import NamedTuple

from .._records import types as t
from .three_valued import every

Number = Fraction | float
INFINITY = math.inf
INFINITE = frozenset({"inf", "infinity"})
"""How infinite floats and decimals are written, without their sign."""


class Range(NamedTuple):
    """The numbers between two limits. ``above_low`` and ``below_high`` say that a limit itself is excluded."""

    low: Number
    above_low: bool
    high: Number
    below_high: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is no number between the limits."""
        return self.low > self.high or (self.low == self.high and (self.above_low or self.below_high))

    def finite(self) -> Range:
        """Return the same range without infinite numbers."""
        return Range(
            self.low, self.above_low or self.low == -INFINITY, self.high, self.below_high or self.high == INFINITY
        )

    def is_within(self, other: Range) -> bool:
        """Whether all numbers of this range are in the other one."""
        low_fits = (self.low, self.above_low) >= (other.low, other.above_low)
        high_fits = (self.high, not self.below_high) <= (other.high, not other.below_high)
        return low_fits and high_fits


def within(source: t.Constraints, target: t.Constraints, kind: str) -> bool | None:
    """Whether every value that meets one set of constraints meets the other.

    Args:
        source: The constraints that the values meet.
        target: The constraints that they should meet.
        kind: The name of the values' scalar type, or of the container.

    Returns:
        None if that is unknown.
    """
    return source == target or every(_answers(source, target, kind))


def _answers(source: t.Constraints, target: t.Constraints, kind: str) -> Iterator[bool | None]:
    yield _lengths_within(source, target)
    yield _pattern_within(source, target)
    yield _digits_within(source, target, kind)
    try:
        yield _numbers_within(source, target, kind)
    except ValueError:  # a limit that is not a number, date or time
        yield None


def _lengths_within(source: t.Constraints, target: t.Constraints) -> bool:
    long_enough = (source.min_length or 0) >= (target.min_length or 0)
    return long_enough and _at_most(source.max_length, target.max_length)


def _at_most(value: int | None, limit: int | None) -> bool:
    return limit is None or (value is not None and value <= limit)


def _pattern_within(source: t.Constraints, target: t.Constraints) -> bool | None:
    if target.pattern in (None, source.pattern):
        return True
    return False if source.pattern is None else None


def _digits_within(source: t.Constraints, target: t.Constraints, kind: str) -> bool | None:
    """Whether all digits fit, those after the point, and those before it, a limit that pydantic derives from both."""
    if target.max_digits is None and target.decimal_places is None:
        return True
    places = 0 if kind == "int" else source.max_digits if source.decimal_places is None else source.decimal_places
    fits = (
        _at_most(source.max_digits, target.max_digits)
        and _at_most(places, target.decimal_places)
        and _at_most(_whole_digits(source), _whole_digits(target))
    )
    # Limits of the number limit its digits as well.
    return fits or (None if _is_limited(source) else False)


def _whole_digits(constraints: t.Constraints) -> int | None:
    if constraints.max_digits is None or constraints.decimal_places is None:
        return constraints.max_digits
    return constraints.max_digits - constraints.decimal_places


def _is_limited(constraints: t.Constraints) -> bool:
    limits = (constraints.gt, constraints.ge, constraints.lt, constraints.le, constraints.multiple_of)
    return any(limit is not None for limit in limits)


def _numbers_within(source: t.Constraints, target: t.Constraints, kind: str) -> bool:
    values, others = range_of(source, kind), range_of(target, kind)
    if kind != "int":
        return values.is_empty or (values.is_within(others) and _is_multiple(source, target))
    step = number(source.multiple_of) if source.multiple_of is not None else Fraction(1)
    values = _on_grid(values, step)
    if values.is_empty:
        return True
    if not values.is_within(others):
        return False
    if values.low == values.high and target.multiple_of is not None:
        return values.low % number(target.multiple_of) == 0
    return target.multiple_of is None or step % number(target.multiple_of) == 0


def _is_multiple(source: t.Constraints, target: t.Constraints) -> bool:
    if target.multiple_of is None:
        return True
    return source.multiple_of is not None and number(source.multiple_of) % number(target.multiple_of) == 0


def _on_grid(values: Range, step: Number) -> Range:
    """Narrow a range so that its limits are multiples of a step."""
    low, high = values.low, values.high
    if not math.isinf(low):
        multiple = math.floor(low / step) + 1 if values.above_low else math.ceil(low / step)
        low = multiple * step
    if not math.isinf(high):
        multiple = math.ceil(high / step) - 1 if values.below_high else math.floor(high / step)
        high = multiple * step
    return Range(low, False, high, False).finite()


def range_of(constraints: t.Constraints, kind: str) -> Range:
    """Return the range of numbers that meet the constraints; dates and times count as numbers."""
    lows = [(number(limit), outside) for limit, outside in _limits(constraints.ge, constraints.gt)]
    highs = [(number(limit), not outside) for limit, outside in _limits(constraints.le, constraints.lt)]
    low, above_low = max(lows, default=(-INFINITY, False))
    high, inside = min(highs, default=(INFINITY, True))
    values = Range(low, above_low, high, not inside)
    return values if _may_be_infinite(constraints, kind) else values.finite()


def _may_be_infinite(constraints: t.Constraints, kind: str) -> bool:
    allowed = constraints.allow_inf_nan
    return kind == "float" if allowed is None else allowed


def _limits(inclusive: t.Bound | None, exclusive: t.Bound | None) -> list[tuple[t.Bound, bool]]:
    return [(limit, outside) for limit, outside in ((inclusive, False), (exclusive, True)) if limit is not None]


def number(limit: t.Bound) -> Number:
    """Return a limit as an exact or infinite number.

    Raises:
        ValueError: The limit is neither a number nor a date or time.
    """
    text = str(limit)
    if text.lstrip("-").lower() in INFINITE:
        return float(text)
    try:
        return Fraction(text)
    except ValueError:
        return _moment(text)


def _moment(text: str) -> Fraction:
    """Return a date or time in seconds since a fixed moment; times of day count from midnight."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.combine(date(1970, 1, 1), time.fromisoformat(text))
    # Only dates that both have, or both lack, a time zone can be subtracted.
    epoch = datetime(1970, 1, 1, tzinfo=UTC if moment.tzinfo else None)
    return Fraction(str((moment - epoch).total_seconds()))
