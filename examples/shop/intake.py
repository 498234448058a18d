"""Place the orders in a file of JSON objects, one per line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from typedsignals import PayloadError

from .domain import OrderRefusedError, Shop, order_placed


class Rejection(NamedTuple):
    """An order that was rejected."""

    line: int
    error: PayloadError | OrderRefusedError


def place_orders(lines: Iterable[str], shops: Mapping[str, Shop]) -> Iterator[Rejection]:
    """Place the order in each line, and yield those that are rejected."""
    for number, line in enumerate(lines, start=1):
        try:
            _place_order(line.rstrip("\n"), shops)
        except (PayloadError, OrderRefusedError) as error:
            yield Rejection(number, error)


def _place_order(line: str, shops: Mapping[str, Shop]) -> None:
    order = _parsed(line)
    name = order.pop("shop", None)
    if not isinstance(name, str) or name not in shops:
        raise OrderRefusedError("it names no shop of ours")
    # The type checker cannot know the fields in a file: only validation can check them.
    order_placed.send(shops[name], **order)


def _parsed(line: str) -> dict[str, Any]:
    try:
        order = json.loads(line)
    except ValueError as error:
        raise OrderRefusedError(f"it is not JSON: {error}") from error
    if not isinstance(order, dict):
        raise OrderRefusedError("it is not a JSON object")
    return order
