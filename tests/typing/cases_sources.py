"""Signals of any owner are as typed as our own, and sources are checked by their shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from celery import Celery
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from typedsignals import ANY, Inlet, Payload, Signal, Source, typed
from typedsignals.celery import connect_task, takes, task_prerun
from typedsignals.sqlalchemy import after_commit, event


class Reading(Payload):
    celsius: float


class Thermometer:
    pass


class Readings:
    name = "reading"
    by_sender = True

    def connect(self, inlet: Inlet) -> object:
        results: list[tuple[Callable[..., Any], Any]] = inlet(Thermometer(), {"celsius": 1.0})
        if inlet.is_async:
            self.receive = self.received
        if inlet.sender is ANY:
            inlet(Thermometer(), celsius=1.0)  # E: fields are passed as a mapping
        return results

    async def received(self, inlet: Inlet) -> list[tuple[Callable[..., Any], Any]]:
        return await inlet.awaiting(None, {})

    def disconnect(self, inlet: Inlet) -> None: ...


class Nameless:
    def connect(self, inlet: Inlet) -> None: ...

    def disconnect(self, inlet: Inlet) -> None: ...


class Unending:
    name: str | None = None

    def connect(self, inlet: Inlet) -> None: ...


source: Source = Readings()
reading = typed(Readings(), Reading, sender=Thermometer)
from_anyone: Signal[Reading, Any, Any] = typed(source, Reading, strict=True)


@reading.connect
def show(sender: Thermometer, celsius: float, **extra: Any) -> None: ...


@from_anyone.connect
def show_any(sender: object, celsius: float, **extra: Any) -> None: ...


@reading.connect  # E: celsius is a float
def wrong_type(sender: Thermometer, celsius: str, **extra: Any) -> None: ...


reading.send(Thermometer(), celsius=1.5)
reading.send(Thermometer(), kelvin=1.5)  # E: there is no such field
reading.send("roof", celsius=1.5)  # E: the sender is a Thermometer
inserted = typed(event(Thermometer, "after_insert"), Reading, sender=Thermometer)


@inserted.connect
def on_insert(sender: Thermometer, celsius: float) -> None: ...


def commit(session: Session, waiting: AsyncSession, connection: Connection) -> None:
    after_commit(session, reading.prepare(Thermometer(), celsius=1.5))
    after_commit(waiting, reading.prepare(Thermometer(), celsius=1.5))
    after_commit(connection, reading.prepare(Thermometer(), celsius=1.5))  # E: it is not a session
    after_commit(session, reading.send)  # E: it is not prepared


class Other(Payload):
    name: str


app = Celery("roof")


@app.task
@takes(Reading)
def store(reading: Reading) -> None: ...


@app.task(bind=True)
@takes(Reading)
def store_bound(self: Any, reading: Reading) -> None: ...


@app.task
@takes(Other)
def store_other(other: Other) -> None: ...


@takes(Reading)  # E: it takes a Reading
def store_wrong(reading: Other) -> None: ...


@task_prerun.connect
def on_prerun(sender: Any, task_id: str, args: Sequence[Any], **extra: Any) -> None: ...


@task_prerun.connect  # E: the id is a str
def on_prerun_wrong(sender: Any, task_id: int, **extra: Any) -> None: ...


connect_task(reading, store, queue="slow")
connect_task(reading, store_bound, Thermometer(), priority=1)
connect_task(reading, store_other)  # refused when the program runs: to its stubs, each task takes anything
connect_task(reading, store, "roof")  # E: the sender is a Thermometer

typed(Nameless(), Reading)  # E: it has no name
typed(Unending(), Reading)  # E: it cannot be disconnected
typed(Readings(), Reading, strict="yes")  # E: strict is a bool
