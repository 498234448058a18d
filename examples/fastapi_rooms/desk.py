"""Receivers that keep something, and so live as long as the app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import anyio.lowlevel
from fastapi import FastAPI

from .signals import RoomTakenError, room_booked, room_requested


class Calendar:
    """Knows which rooms are taken. A real one would ask a database, so its receiver is a coroutine function."""

    def __init__(self) -> None:
        self._taken = set[tuple[str, int]]()

    async def take(self, sender: FastAPI, room: str, hour: int, **extra: object) -> None:
        await anyio.lowlevel.checkpoint()
        if (room, hour) in self._taken:
            raise RoomTakenError(f"{room} is taken at {hour} o'clock")
        self._taken.add((room, hour))


class Mail:
    """Keeps mails instead of sending them."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def confirm(self, sender: FastAPI, guest: str, room: str, hour: int, **extra: object) -> None:
        self.sent.append(f"Dear {guest}, {room} is yours at {hour} o'clock.")


@contextmanager
def desk(api: FastAPI) -> Iterator[Mail]:
    """Have a calendar and mail for the bookings of this app, until the block ends."""
    calendar, mail = Calendar(), Mail()
    with room_requested.connected_to(calendar.take, api), room_booked.connected_to(mail.confirm, api):
        yield mail
