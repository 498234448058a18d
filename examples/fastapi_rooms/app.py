"""The service: one request that books a room, and a web socket that shows each booking as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, Request, WebSocket

from .desk import desk
from .signals import Booking, RoomTakenError, room_booked, room_requested

router = APIRouter()


@asynccontextmanager
async def lifespan(api: FastAPI) -> AsyncIterator[None]:
    with desk(api) as api.state.mail:
        yield


def create_app() -> FastAPI:
    """Make a service without bookings."""
    api = FastAPI(lifespan=lifespan)
    api.include_router(router)
    return api


@router.post("/bookings", status_code=201)
async def book(booking: Booking, request: Request, tasks: BackgroundTasks) -> None:
    """Book a room. Receivers may refuse it; once it is booked, receivers hear of it after the response."""
    try:
        await room_requested.send_payload_async(request.app, booking)
    except RoomTakenError as error:
        raise HTTPException(409, str(error)) from error
    tasks.add_task(room_booked.prepare(request.app, **dict(booking)).send_robust_async)


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Send each booking to a browser until it goes away."""
    async with room_booked.stream(socket.app) as bookings, anyio.create_task_group() as group:
        await socket.accept()
        group.start_soon(_until_it_goes_away, socket, group.cancel_scope)
        async for _, booking in bookings:
            await socket.send_json(booking.model_dump(mode="json"))


async def _until_it_goes_away(socket: WebSocket, scope: anyio.CancelScope) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass  # what the browser says does not matter here
    scope.cancel()
