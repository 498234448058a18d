"""Our signals in the place of Django's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.dispatch import Signal as DjangosSignal
from django.dispatch import receiver

from typedsignals import ANY, DeclarationError, Payload, Signal
from typedsignals.django import as_django


class OrderPlaced(Payload):
    order_id: int


order_placed = Signal(OrderPlaced)
view = as_django(order_placed)


class BrokenError(Exception):
    """The error that a receiver raises."""


@pytest.fixture(autouse=True)
def nothing_connected() -> Iterator[None]:
    """Disconnect all receivers after each test."""
    yield
    order_placed.disconnect_all()


def ship(sender: object, order_id: int, **extra: Any) -> str:
    return f"ship {order_id}"


def audit(sender: object, order_id: int, **extra: Any) -> str:
    return f"audit {order_id}"


async def mail(sender: object, order_id: int, **extra: Any) -> str:
    await asyncio.sleep(0)
    return f"mail {order_id}"


def test_djangos_decorator_connects_to_our_signals() -> None:
    """Without a view, too, with the options of `connect`."""
    signal: Any = order_placed
    assert receiver(signal)(ship) is ship
    receiver([signal], sender="shop", key="shop.audit")(audit)
    assert [value for _, value in order_placed.send("shop", order_id=7)] == ["ship 7", "audit 7"]
    assert [value for _, value in order_placed.send("fair", order_id=7)] == ["ship 7"]


def test_a_dispatch_uid_is_a_key() -> None:
    """Connecting another receiver by it replaces the first."""
    receiver(view, dispatch_uid="shop.ship")(ship)
    receiver(view, dispatch_uid="shop.ship")(audit)
    (connection,) = order_placed.connections
    assert (connection.receiver, connection.key, connection.sender) == (audit, "shop.ship", ANY)
    assert view.disconnect(dispatch_uid="shop.ship")
    assert not view.disconnect(dispatch_uid="shop.ship")
    with pytest.raises(TypeError, match=r"dispatch_uid= must be a string, which is our key=; got a int"):
        view.connect(ship, dispatch_uid=3)


def test_the_sender_none_stands_for_all() -> None:
    """When a receiver is connected and disconnected; it sends as itself."""
    view.connect(ship, sender=None)
    view.connect(audit, sender="shop", dispatch_uid="")
    assert view.has_listeners("fair")
    assert view.send(None, order_id=7) == [(ship, "ship 7")]
    assert view.disconnect(ship, sender=None)
    assert not view.has_listeners("fair")
    assert view.has_listeners(sender="shop")
    assert view.receivers == [audit]


@pytest.mark.parametrize("way", ["send", "asend", "send_robust", "asend_robust"])
def test_each_way_to_send_calls_both_kinds(way: str) -> None:
    """As Django's do."""
    for one in (ship, mail):
        view.connect(one)
    method = getattr(view, way)
    send = async_to_sync(method) if way.startswith("a") else method
    assert send(sender="shop", order_id=7) == [(ship, "ship 7"), (mail, "mail 7")]


@pytest.mark.parametrize("way", ["send_robust", "asend_robust"])
def test_a_robust_send_returns_errors_in_the_place_of_values(way: str) -> None:
    """As Django's do."""
    error = BrokenError()

    def fail(sender: object, **extra: Any) -> None:
        raise error

    view.connect(fail)
    view.connect(ship)
    method = getattr(view, way)
    send = async_to_sync(method) if way.startswith("a") else method
    assert send("shop", order_id=7) == [(fail, error), (ship, "ship 7")]


def test_it_is_a_signal_of_django_that_says_whose() -> None:
    """And takes no other signal."""
    assert isinstance(view, DjangosSignal)
    assert repr(view) == "<Signal of Django for <Signal 'order_placed'>>"
    with pytest.raises(DeclarationError, match=r"as_django\(\) takes a Signal of typedsignals, not a _DjangoView"):
        as_django(view)  # type: ignore[arg-type]
