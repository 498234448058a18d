"""What happens to bookings."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI
from pydantic import Field

from typedsignals import Namespace, Payload


class Booking(Payload):
    """Who wants which room, in which hour of the day. It is the body of the request, too."""

    room: Annotated[str, Field(min_length=1)]
    guest: str
    hour: Annotated[int, Field(ge=0, lt=24)]


class RoomTakenError(Exception):
    """A receiver of ``room_requested`` refuses the booking."""


rooms = Namespace("rooms")
room_requested = rooms.signal(
    "room-requested", Booking, sender=FastAPI, doc="Somebody wants a room. A receiver that raises refuses it."
)
room_booked = rooms.signal("room-booked", Booking, sender=FastAPI, doc="The guest has the room.")
