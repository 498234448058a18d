"""Blinker signals without a contract: everything is accepted, as without the stubs."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, assert_type

import blinker
from blinker import ANY, NamedSignal, Namespace, Signal, default_namespace

bare: Signal = Signal()
named: NamedSignal = NamedSignal("named", doc="Sent at times.")
inferred = Signal("Sent at times.")
from_namespace = Namespace().signal("from-namespace")
from_default = blinker.signal("from-default", "Sent at times.")


@bare.connect
def any_sender(sender: int, **extra: str) -> None: ...


@from_namespace.connect_via("somebody")
def any_fields(sender: str, size: int, colour: str = "red") -> int:
    return size


@inferred.connect_via(ANY, weak=True)
async def asynchronous(sender: object, /, **extra: Any) -> None: ...


def run(receiver: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    return receiver


def takes_a_signal(signal: Signal) -> None:
    signal.send(signal, at="once")


takes_a_signal(named)
bare.connect(any_fields, sender=3, weak=False)
with inferred.connected_to(any_fields, "somebody"), named.muted():
    bare.send()
    bare.send(None)
    named.send("somebody", size=1, weight=2.5)
    inferred.send(3, _async_wrapper=run, size=1)
    from_default.send(_async_wrapper=None)
with bare.connected_to(lambda sender: None):  # E[pyright,pyrefly]: strict wants the type of `sender`
    ...


async def send() -> None:
    await bare.send_async()
    await named.send_async("somebody", size=1)
    await inferred.send_async(3, _sync_wrapper=None, size=1)


assert_type(bare.is_muted, bool)
assert_type(named.name, str)
assert_type(default_namespace, Namespace)
assert_type(any_fields("somebody", 3), int)  # E[ty]: it no longer knows the receiver's type
any_fields("somebody", "three")  # E[mypy,pyright,pyrefly]: the receiver's own type is kept
any_fields.__name__.upper()
if bare.receivers and bare.has_receivers_for("somebody"):
    bare.disconnect(any_sender, 3)
for receiver in bare.receivers_for("somebody"):
    receiver("somebody")
bare.conect(any_fields)  # E: not a method
named.connect()  # E: no receiver
named.connect(3)  # E: not callable
