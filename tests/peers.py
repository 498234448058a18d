"""The libraries that ours is compared with, each behind the same few methods, so that one probe asks all of them."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType, SimpleNamespace
from typing import Any, Protocol

import blinker
import django.conf
import django.dispatch
import pluggy
import psygnal
import pyee
from pydispatch import dispatcher  # type: ignore[import-untyped]

import typedsignals

Call = Callable[[], Any]
Receiver = Callable[..., Any]


class Peer(Protocol):
    """One event of a library, which carries an integer called ``value``."""

    def function(self, call: Call) -> Receiver:
        """Make a receiver as the library's users write them, which calls this."""

    def method(self, call: Call) -> MethodType:
        """Make one that is a method of an object to which nothing else refers."""

    def coroutine_function(self, call: Call) -> Receiver:
        """Make one that is a coroutine function, and calls this when it is awaited."""

    def misspelt(self) -> Receiver:
        """Make one that cannot be called with what is sent."""

    def connect(self, receiver: Receiver) -> object:
        """Connect it as the library does by default."""

    def send(self, value: Any = 1) -> Any:
        """Send the event, and return what the library returns."""


class Ours:
    """And libraries that have the same API: the sender comes first, and the value is a keyword."""

    signal: Any

    def __init__(self) -> None:
        class Event(typedsignals.Payload):
            value: int

        self.signal = typedsignals.Signal(Event)

    def function(self, call: Call) -> Receiver:
        def receiver(sender: object, value: int, **extra: Any) -> Any:
            return call()

        return receiver

    def method(self, call: Call) -> MethodType:
        class Listener:
            def event(self, sender: object, value: int, **extra: Any) -> Any:
                return call()

        return MethodType(Listener.event, Listener())

    def coroutine_function(self, call: Call) -> Receiver:
        async def receiver(sender: object, value: int, **extra: Any) -> Any:
            return call()

        return receiver

    def misspelt(self) -> Receiver:
        def receiver(sender: object, values: int, **extra: Any) -> Any: ...

        return receiver

    def connect(self, receiver: Receiver) -> object:
        return self.signal.connect(receiver)

    def send(self, value: Any = 1) -> Any:
        return self.signal.send(None, value=value)


class Blinker(Ours):
    def __init__(self) -> None:
        self.signal = blinker.Signal()


class Django(Ours):
    def __init__(self) -> None:
        if not django.conf.settings.configured:
            django.conf.settings.configure()
        self.signal = django.dispatch.Signal()


class Psygnal:
    """And libraries whose receivers get the value alone."""

    def __init__(self) -> None:
        class Emitter:
            event = psygnal.Signal(int)

        self.emitter: Any = Emitter()

    def function(self, call: Call) -> Receiver:
        def receiver(value: int) -> Any:
            return call()

        return receiver

    def method(self, call: Call) -> MethodType:
        class Listener:
            def event(self, value: int) -> Any:
                return call()

        return MethodType(Listener.event, Listener())

    def coroutine_function(self, call: Call) -> Receiver:
        async def receiver(value: int) -> Any:
            return call()

        return receiver

    def misspelt(self) -> Receiver:
        def receiver(value: int, another: int) -> Any: ...

        return receiver

    def connect(self, receiver: Receiver) -> object:
        return self.emitter.event.connect(receiver)

    def send(self, value: Any = 1) -> Any:
        return self.emitter.event.emit(value)


class Pyee(Psygnal):
    def __init__(self) -> None:
        self.emitter = pyee.EventEmitter()

    def connect(self, receiver: Receiver) -> object:
        return self.emitter.on("event", receiver)

    def send(self, value: Any = 1) -> Any:
        return self.emitter.emit("event", value)


class PyDispatcher(Psygnal):
    def __init__(self) -> None:
        self.emitter = object()

    def connect(self, receiver: Receiver) -> object:
        return dispatcher.connect(receiver, signal=self.emitter)

    def send(self, value: Any = 1) -> Any:
        return dispatcher.send(self.emitter, value=value)


class Pluggy(Psygnal):
    """Its receivers are functions of a plugin, which it finds by their names; what is registered is the plugin."""

    def __init__(self) -> None:
        class Specification:
            @pluggy.HookspecMarker("peers")
            def event(self, value: int) -> None: ...

        self.emitter = pluggy.PluginManager("peers")
        self.emitter.add_hookspecs(Specification)
        self._plugins: dict[Receiver, object] = {}

    def misspelt(self) -> Receiver:
        def receiver(values: int) -> Any: ...

        return receiver

    def connect(self, receiver: Receiver) -> object:
        mark = pluggy.HookimplMarker("peers")
        if isinstance(receiver, MethodType):
            mark(receiver.__func__)
            return self.emitter.register(receiver.__self__)
        plugin = self._plugins.setdefault(receiver, SimpleNamespace(event=mark(receiver)))
        return self.emitter.register(plugin)

    def send(self, value: Any = 1) -> Any:
        return self.emitter.hook.event(value=value)


PEERS: dict[str, Callable[[], Peer]] = {
    "typedsignals": Ours,
    "Blinker": Blinker,
    "django.dispatch": Django,
    "psygnal": Psygnal,
    "pyee": Pyee,
    "PyDispatcher": PyDispatcher,
    "pluggy": Pluggy,
}
