"""Senders: what kind of object may be one, where a signal declares it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from typedsignals import ANY, Payload, Signal


class Ping(Payload):
    count: int


def any_receiver(sender: object, **extra: Any) -> None: ...


# Classes of all kinds.


class Shape(ABC):
    @abstractmethod
    def area(self) -> float: ...


class Circle(Shape):
    def area(self) -> float:
        return 1.0


@runtime_checkable
class Named(Protocol):
    @property
    def name(self) -> str: ...


@dataclass
class User:
    name: str


def on_shape(sender: Shape, count: int) -> None: ...
def on_circle(sender: Circle, count: int) -> None: ...
def on_name(sender: str, count: int) -> None: ...
def on_number(sender: int, count: int) -> None: ...


by_name = Signal(Ping, sender=str)
by_name.send("shop", count=1)
by_name.send(7, count=1)  # E: int is no str
by_name.connect(on_name, sender="shop")
by_name.connect(on_number)  # E: the sender is a str
by_name.connect(on_name, sender=7)  # E: int is no str

by_user = Signal(Ping, sender=User)
by_user.send(User("Ann"), count=1)
by_user.send("Ann", count=1)  # E: str is no User
by_user.connect(any_receiver, sender=User("Ann"))
by_user.has_receivers_for(User("Ann"))
by_user.has_receivers_for(ANY)
by_user.has_receivers_for("Ann")  # E: str is no User
by_user.receivers_for("Ann")  # E: str is no User
by_user.connected_to(any_receiver, "Ann")  # E: str is no User

by_circle = Signal(Ping, sender=Circle)
by_circle.send(Circle(), count=1)
by_circle.connect(on_circle)
by_circle.connect(on_shape)
by_circle.connect(any_receiver)

# Sending from inside the sender.


class Shop:
    opened = Signal(Ping, sender=User)

    def open(self) -> None:
        shop_opened.send(self, count=1)
        self.opened.send(self, count=1)  # E: Shop is no User
        self.opened.send(User("Ann"), count=1)


shop_opened = Signal(Ping, sender=Shop)

# The sender is a class, for instance of a model: `type` says so.


class Model: ...


def on_model(sender: type[Model], count: int) -> None: ...
def on_instance(sender: Model, count: int) -> None: ...


saved = Signal(Ping, sender=type)
saved.send(Model, count=1)
saved.send(Model(), count=1)  # E: no class
saved.connect(on_instance)  # E: the sender is a class
saved.connect(any_receiver, sender=Model)

# Any sender.
anyone = Signal(Ping)
anyone.send(0, count=1)
anyone.send(False, count=1)
anyone.send(None, count=1)
anyone.send([], count=1)
anyone.send(Model, count=1)
anyone.send(anyone, count=1)
anyone.connect(any_receiver, sender=0)
anyone.connect(any_receiver, sender=None)
anyone.connect(on_name)
anyone.connect(on_name, sender="shop")

# What is no class declares no sender type.
Signal(Ping, sender="shop")  # E: no class
Signal(Ping, sender=Model())  # E: no class
Signal(sender="shop")  # E: no class


def generator(ping: Signal[Ping, User]) -> Iterator[object]:
    yield from ping.receivers_for(User("Ann"))
