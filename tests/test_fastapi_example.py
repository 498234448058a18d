"""The rooms of the examples: FastAPI with receivers that refuse, that follow, and that watch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi")

from fastapi import FastAPI
from fastapi.testclient import TestClient

from examples.fastapi_rooms.app import create_app
from examples.fastapi_rooms.signals import room_booked, room_requested
from typedsignals.testing import capture

BOOKING: dict[str, Any] = {"room": "Blue", "guest": "Ada", "hour": 9}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a service that has started."""
    with TestClient(create_app()) as client:
        yield client


def mails(client: TestClient) -> list[str]:
    sent: list[str] = client.app.state.mail.sent  # type: ignore[attr-defined]
    return sent


def test_a_booking_is_confirmed(client: TestClient) -> None:
    """By mail, after the response; both signals are sent by the app."""
    with capture(room_requested, room_booked) as captured:
        assert client.post("/bookings", json=BOOKING).status_code == 201
    captured.assert_order(room_requested, room_booked)
    assert {record.sender for record in captured} == {client.app}
    assert mails(client) == ["Dear Ada, Blue is yours at 9 o'clock."]


def test_a_receiver_refuses_a_room_that_is_taken(client: TestClient) -> None:
    """The request fails with its reason, and nobody hears of a booking."""
    client.post("/bookings", json=BOOKING)
    with capture(room_booked) as captured:
        response = client.post("/bookings", json={**BOOKING, "guest": "Bob"})
    assert (response.status_code, response.json()) == (409, {"detail": "Blue is taken at 9 o'clock"})
    captured.assert_not_sent()


def test_the_payload_is_the_body(client: TestClient) -> None:
    """What the payload does not accept, FastAPI refuses before anything is sent."""
    with capture(room_requested) as captured:
        response = client.post("/bookings", json={**BOOKING, "hour": 24})
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "hour"]
    captured.assert_not_sent()


def test_browsers_see_bookings_as_they_come(client: TestClient) -> None:
    """And the service notices when one goes away."""
    with client.websocket_connect("/live") as first, client.websocket_connect("/live") as second:
        client.post("/bookings", json=BOOKING)
        assert first.receive_json() == second.receive_json() == BOOKING
        client.post("/bookings", json={**BOOKING, "hour": 10})
        assert first.receive_json()["hour"] == 10
    assert not room_booked.has_receivers_for(FastAPI())  # as it has while somebody streams


def test_two_services_know_nothing_of_each_other(client: TestClient) -> None:
    """Each has a calendar of its own, as receivers listen to their app only."""
    client.post("/bookings", json=BOOKING)
    with TestClient(create_app()) as other:
        assert other.post("/bookings", json=BOOKING).status_code == 201
        assert len(mails(client)) == len(mails(other)) == 1


def test_nothing_is_left_when_a_service_ends() -> None:
    """The lifespan disconnects what it connected."""
    with TestClient(create_app()):
        assert room_requested.connections
    assert not room_requested.connections
    assert not room_booked.connections
