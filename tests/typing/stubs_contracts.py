"""Contracts that the author of an extension declares for Blinker signals, in the annotation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, assert_type

from blinker import ANY, NamedSignal, Namespace, Signal


class Model: ...


class Draft(Model): ...


class Saved(Protocol):
    def __call__(self, *, created: bool, fields: list[str]) -> object: ...


models = Namespace()
saved: NamedSignal[Model, Saved] = models.signal("saved")
deleted: NamedSignal[Model, Callable[[], object]] = models.signal("deleted")
anonymous: Signal[None, Saved] = Signal()
model = Model()


class Store:
    saved: Signal[Store, Saved] = Signal()

    def save(self) -> None:
        self.saved.send(self, created=True, fields=[])


class Indexer:
    def index(self, sender: Model, created: bool, **extra: Any) -> None: ...

    def __call__(self, sender: Model, fields: list[str], **extra: Any) -> int:
        return len(fields)

    @staticmethod
    def forget(sender: Model) -> None: ...


# Receivers.


@saved.connect
def all_fields(sender: Model, created: bool, fields: list[str]) -> None: ...


@saved.connect
def some_fields(sender: Model, created: bool, **extra: Any) -> str:
    return ""


@saved.connect
def with_default(sender: object, created: bool = False, retries: int = 0, **extra: object) -> None: ...


@saved.connect_via(Draft())
async def asynchronous(sender: Model, fields: list[str], **extra: Any) -> None: ...


@saved.connect_via(ANY)
def of_any_sender(sender: Model, **extra: Any) -> None: ...


@deleted.connect
def no_fields(sender: Model) -> None: ...


def retry(sender: Model, times: int, created: bool, **extra: Any) -> None: ...


saved.connect(Indexer().index)
saved.connect(Indexer(), weak=False)
saved.connect(partial(retry, times=3), weak=False)
deleted.connect(Indexer.forget, sender=model)
with saved.connected_to(Indexer().index, model), deleted.connected_to(lambda sender: None):
    ...


@saved.connect  # E: of another type
def wrong_type(sender: Model, created: str, **extra: Any) -> None: ...


@saved.connect  # E: misspelt
def misspelt(sender: Model, creatd: bool, **extra: Any) -> None: ...


@saved.connect  # E: the fields are missing
def missing(sender: Model, created: bool) -> None: ...


@saved.connect  # E: of another sender
def wrong_sender(sender: int, **extra: Any) -> None: ...


@saved.connect  # E: any model is sent
def narrower_sender(sender: Draft, **extra: Any) -> None: ...


@saved.connect  # E: the sender is the first argument
def no_sender(**extra: Any) -> None: ...


@saved.connect  # E: extra are not all numbers
def wrong_extra(sender: Model, **extra: int) -> None: ...


@saved.connect_via(model)  # E: of another type
async def wrong_type_asynchronous(sender: Model, created: str, **extra: Any) -> None: ...


@saved.connect_via("model")  # E: no sender of it
def via_another_sender(sender: Model, **extra: Any) -> None: ...


@deleted.connect  # E: sends no fields
def unexpected_field(sender: Model, created: bool) -> None: ...


saved.connect(Indexer.forget)  # E: takes no fields
saved.connect(some_fields, sender=1)  # E: no sender of it
saved.connect(lambda sender: None)  # E: takes no fields
with deleted.connected_to(Indexer().index):  # E: names a field
    ...


# Sending.

saved.send(model, created=True, fields=[])
saved.send(Draft(), created=True, fields=["title"])
saved.send(model, _async_wrapper=None, created=True, fields=[])
deleted.send(model)
anonymous.send(created=True, fields=[])
anonymous.send(None, created=True, fields=[])
saved.send(model, created="yes", fields=[])  # E: of another type
saved.send(model, created=True)  # E: the fields are missing
saved.send(model, created=True, fields=[], by="me")  # E: unknown
saved.send(1, created=True, fields=[])  # E: no sender of it
saved.send(created=True, fields=[])  # E: no sender
saved.send(1, _async_wrapper=None, created=True, fields=[])  # E: no sender of it
deleted.send(model, created=True)  # E: sends no fields
anonymous.send(created=1.0, fields=[])  # E: of another type
Store.saved.send(model, created=True, fields=[])  # E: no sender of it


async def send() -> None:
    assert_type(
        await saved.send_async(model, created=True, fields=[]),
        list[tuple[Callable[..., Any], Any]],
    )
    await saved.send_async(model, _sync_wrapper=None, created=True, fields=[])
    await saved.send_async(model, created="yes", fields=[])  # E: of another type
    await saved.send_async(model)  # E: the fields are missing


# What they give.

assert_type(saved.send(model, created=True, fields=[]), list[tuple[Callable[..., Any], Any]])
assert_type(some_fields(model, created=True, fields=[]), str)
assert_type(saved.name, str)
assert_type(deleted.has_receivers_for(model), bool)
some_fields(model, created="yes", fields=[])  # E: of another type
some_fields.__name__.upper()
deleted.has_receivers_for(1)  # E: no sender of it
deleted.disconnect(no_fields, "model")  # E: no sender of it
saved.disconnect(all_fields)


# Blinker's own contracts.


@saved.receiver_connected.connect
def on_connected(signal: Signal, receiver: Callable[..., Any], weak: bool, **extra: Any) -> None: ...


@saved.receiver_connected.connect  # E[mypy]: a field bears the name of the first argument
def sender_given_twice(sender: Signal, **extra: Any) -> None: ...


@saved.receiver_disconnected.connect  # E: without `weak`
def on_disconnected(signal: Signal, receiver: Callable[..., Any], weak: bool, **extra: Any) -> None: ...
