"""The event that every contender sends, and the receivers that get it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, model_validator

from typedsignals import Payload

FIELDS: dict[str, Any] = {"order_id": 7, "customer": "Ada", "total": 9.5, "tags": ["new", "gift", "express"]}
KEYWORDS = ", ".join(f"{name}={name}" for name in FIELDS)
POSITIONAL = ", ".join(FIELDS)


class OrderPlaced(Payload):
    """Four fields, one of them a container."""

    order_id: int
    customer: str
    total: float
    tags: list[str]


class CheckedOrder(OrderPlaced):
    """Has a validator of its author."""

    @model_validator(mode="after")
    def check(self) -> CheckedOrder:
        return self


class LaxOrder(BaseModel):
    """Has pydantic's own configuration."""

    order_id: int
    customer: str
    total: float
    tags: list[str]


class Line(Payload):
    """One line of an order."""

    product: str
    quantity: int


class OrderWithLines(Payload):
    """A nested payload."""

    order_id: int
    lines: list[Line]


class Shop:
    """The class of the sender."""


Log = list[tuple[Any, ...]]
"""For each call of a recording receiver, the sender and the values, in order."""


def keyword_receivers(number: int, log: Log | None) -> list[Callable[..., None]]:
    """Make receivers that name all fields, and record them if there is a log."""

    def recording() -> Callable[..., None]:
        def receive(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None:
            assert log is not None
            log.append((sender, order_id, customer, total, tags))

        return receive

    def silent() -> Callable[..., None]:
        def receive(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None:
            pass

        return receive

    return [silent() if log is None else recording() for _ in range(number)]


def django_receivers(number: int, log: Log | None) -> list[Callable[..., None]]:
    """Make receivers that name all fields and take more, as Django demands."""

    def recording() -> Callable[..., None]:
        def receive(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any, **extra: Any) -> None:
            assert log is not None
            log.append((sender, order_id, customer, total, tags))

        return receive

    def silent() -> Callable[..., None]:
        def receive(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any, **extra: Any) -> None:
            pass

        return receive

    return [silent() if log is None else recording() for _ in range(number)]


def payload_receivers(number: int, log: Log | None) -> list[Callable[..., None]]:
    """Make receivers that take the payload object."""

    def recording() -> Callable[..., None]:
        def receive(sender: Any, payload: BaseModel) -> None:
            assert log is not None
            log.append((sender, *payload.__dict__.values()))

        return receive

    def silent() -> Callable[..., None]:
        def receive(sender: Any, payload: BaseModel) -> None:
            pass

        return receive

    return [silent() if log is None else recording() for _ in range(number)]


def positional_receivers(number: int, log: Log | None) -> list[Callable[..., None]]:
    """Make receivers that take the four values by position, without a sender."""

    def recording() -> Callable[..., None]:
        def receive(order_id: Any, customer: Any, total: Any, tags: Any) -> None:
            assert log is not None
            log.append((None, order_id, customer, total, tags))

        return receive

    def silent() -> Callable[..., None]:
        def receive(order_id: Any, customer: Any, total: Any, tags: Any) -> None:
            pass

        return receive

    return [silent() if log is None else recording() for _ in range(number)]
