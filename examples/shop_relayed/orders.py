"""Orders to place, as they come from a shop's web page: JSON objects, one per line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

FIRST = 8001
PIECES = 2
MISTYPED = 100
"""The order with an address that does not exist."""


def written_orders(number: int, skus: Sequence[str]) -> Iterator[str]:
    """Write so many orders; the last one is placed once more, by a customer who clicked twice."""
    lines = [_order(place, skus[place % len(skus)]) for place in range(number)]
    yield from lines
    yield lines[-1]


def _order(place: int, sku: str) -> str:
    domain = "mail.invalid" if place == MISTYPED else "mail.example"
    return json.dumps(
        {
            "shop": ("Bern", "Dublin")[place % 2],
            "order_id": FIRST + place,
            "customer": f"customer{place}@{domain}",
            "lines": [{"sku": sku, "quantity": PIECES, "unit_price": "4.95"}],
            "total": "9.90",
            "payment_token": "tok_visa",
        }
    )
