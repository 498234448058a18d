"""The workloads: groups of cases that one table and one plot compare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Literal

import blinker
import django.dispatch
import psygnal
from pydantic import BaseModel

import typedsignals

from .contenders import SENDING, SHOP, Build, Case, blinker_signal, django_robust, typed_payload, typed_robust
from .event import (
    FIELDS,
    KEYWORDS,
    CheckedOrder,
    LaxOrder,
    Line,
    Log,
    OrderPlaced,
    OrderWithLines,
    Shop,
    django_receivers,
    keyword_receivers,
    positional_receivers,
)

MakeReceivers = Callable[[int, Log | None], list[Callable[..., None]]]


@dataclass(frozen=True)
class Workload:
    """A group of comparable cases.

    Attributes:
        name: What is measured.
        per: The unit that one figure is per.
        cases: Functions that make the cases, by contender.
    """

    name: str
    per: str
    cases: dict[str, Callable[[], Case]]


def verify(build: Build, name: str, number: int) -> None:
    """Send one event to recording receivers.

    Raises:
        AssertionError: A receiver was not called exactly once, with the right values.
    """
    log: Log = []
    case = build(number, log)
    exec(case.statement, dict(case.names))  # noqa: S102 - a statement from this package
    values = tuple(FIELDS.values())
    assert len(log) == number, f"{name} called {len(log)} of {number} receivers"
    assert all(entry[1:] == values and entry[0] in (SHOP, None) for entry in log), f"{name} delivered other values"


def _sending(number: int) -> Workload:
    def made(name: str, build: Build) -> Callable[[], Case]:
        def make() -> Case:
            verify(build, name, number)
            return build(number, None)

        return make

    cases = {name: made(name, build) for name, build in SENDING.items()}
    return Workload(f"send to {_receivers(number)}", "send", cases)


def _receivers(number: int) -> str:
    return f"{number:,} receiver" if number == 1 else f"{number:,} receivers"


def _robust(number: int) -> Workload:
    builds: dict[str, Build] = {"typedsignals": typed_robust, "django.dispatch": django_robust}
    return Workload(
        f"robust send to {_receivers(number)}",
        "send",
        {name: lambda build=build: build(number, None) for name, build in builds.items()},  # type: ignore[misc]
    )


def _ready_payload(number: int) -> Workload:
    builds: dict[str, Build] = {"typedsignals": typed_payload, "Blinker, fields": blinker_signal}
    return Workload(
        f"send a payload object to {_receivers(number)}",
        "send",
        {name: lambda build=build: build(number, None) for name, build in builds.items()},  # type: ignore[misc]
    )


def _as_a_whole(model: type[BaseModel], what: str, number: int) -> Workload:
    def typed() -> Case:
        signal: Any = typedsignals.Signal(model)
        receivers = keyword_receivers(number, None)
        for receiver in receivers:
            signal.connect(receiver)
        names = {"signal": signal, "sender": SHOP, "receivers": receivers}
        return Case(f"signal.send(sender, {KEYWORDS})", {**FIELDS, **names})

    return Workload(
        f"send a payload {what} to {_receivers(number)}",
        "send",
        {"typedsignals": typed, "pydantic model alone": lambda: Case(f"Model({KEYWORDS})", {**FIELDS, "Model": model})},
    )


def _weak_methods(number: int) -> Workload:
    class Owner:
        def receive(self, sender: Any, order_id: Any, customer: Any, total: Any, tags: Any, **extra: Any) -> None: ...

    def made(connect_to: Callable[[], Any], statement: str) -> Callable[[], Case]:
        def make() -> Case:
            signal, owners = connect_to(), [Owner() for _ in range(number)]
            for owner in owners:
                signal.connect(owner.receive)
            return Case(statement, {**FIELDS, "signal": signal, "sender": SHOP, "owners": owners})

        return make

    return Workload(
        f"send to {number} weakly held methods",
        "send",
        {
            "typedsignals": made(lambda: typedsignals.Signal(OrderPlaced), f"signal.send(sender, {KEYWORDS})"),
            "Blinker": made(blinker.Signal, f"signal.send(sender, {KEYWORDS})"),
            "django.dispatch": made(django.dispatch.Signal, f"signal.send(sender=sender, {KEYWORDS})"),
        },
    )


def _senders(number: int) -> Workload:
    def made(signal: Any, make_receivers: MakeReceivers, first: str = "sender") -> Callable[[], Case]:
        def make() -> Case:
            senders = [Shop() for _ in range(number)]
            (receiver,) = make_receivers(1, None)
            for sender in senders:
                signal.connect(receiver, sender=sender)
            names = {"signal": signal, "sender": senders[number // 2], "senders": senders, "receiver": receiver}
            return Case(f"signal.send({first}, {KEYWORDS})", {**FIELDS, **names})

        return make

    peers: dict[str, Callable[[], Case]] = {
        "typedsignals": made(typedsignals.Signal(OrderPlaced), keyword_receivers),
        "Blinker": made(blinker.Signal(), keyword_receivers),
    }
    if number <= 1_000:  # with more, Django takes minutes just to connect
        peers["django.dispatch"] = made(django.dispatch.Signal(), django_receivers, "sender=sender")
    return Workload(f"send by 1 of {number:,} senders", "send", peers)


def _connecting(number: int) -> Workload:
    def made(signal: Any, make_receivers: MakeReceivers = keyword_receivers) -> Callable[[], Case]:
        def make() -> Case:
            *receivers, late = make_receivers(number + 1, None)
            for receiver in receivers:
                signal.connect(receiver)
            return Case(
                "signal.connect(late)\nsignal.disconnect(late)",
                {"signal": signal, "late": late, "receivers": receivers},
            )

        return make

    peers: dict[str, Callable[[], Case]] = {
        "typedsignals": made(typedsignals.Signal(OrderPlaced)),
        "Blinker": made(blinker.Signal()),
    }
    if number <= 1_000:  # with more, these two take minutes just to connect
        peers["django.dispatch"] = made(django.dispatch.Signal(), django_receivers)

        class Source:
            order_placed = psygnal.Signal(int, str, float, list)

        peers["psygnal"] = made(Source().order_placed, positional_receivers)
    return Workload(f"connect and disconnect beside {number:,}", "pair", peers)


def _for_a_block(number: int) -> Workload:
    """Connect for a block, and send in it: what tests do, and code that listens for a while."""

    def made(build: Callable[[], Any]) -> Callable[[], Case]:
        def make() -> Case:
            signal, (*receivers, late) = build(), keyword_receivers(number + 1, None)
            for receiver in receivers:
                signal.connect(receiver)
            statement = f"with signal.connected_to(late):\n    signal.send(sender, {KEYWORDS})"
            return Case(statement, {**FIELDS, "signal": signal, "sender": SHOP, "late": late, "receivers": receivers})

        return make

    peers = {"typedsignals": made(lambda: typedsignals.Signal(OrderPlaced)), "Blinker": made(blinker.Signal)}
    return Workload(f"connected_to and a send beside {number:,}", "block", peers)


def _for_one_more_sender(number: int) -> Workload:
    def made(build: Callable[[], Any]) -> Callable[[], Case]:
        def make() -> Case:
            signal, (receiver, late) = build(), keyword_receivers(2, None)
            senders = [Shop() for _ in range(number)]
            for sender in senders:
                signal.connect(receiver, sender=sender)
            statement = (
                "signal.connect(late, sender=sender)\n"
                f"signal.send(sender, {KEYWORDS})\n"
                "signal.disconnect(late, sender=sender)"
            )
            names = {"signal": signal, "sender": SHOP, "senders": senders, "receiver": receiver, "late": late}
            return Case(statement, {**FIELDS, **names})

        return make

    peers = {"typedsignals": made(lambda: typedsignals.Signal(OrderPlaced)), "Blinker": made(blinker.Signal)}
    return Workload(f"connect, send and disconnect a sender beside {number:,}", "round", peers)


def _one_after_the_other(number: int) -> Workload:
    """Connect many receivers, with a send after each, as programs do that load plugins."""

    def made(build: Callable[[], Any]) -> Callable[[], Case]:
        def make() -> Case:
            statement = (
                "signal = build()\nfor receiver in receivers:\n"
                f"    signal.connect(receiver)\n    signal.send(sender, {KEYWORDS})"
            )
            names = {"build": build, "sender": SHOP, "receivers": keyword_receivers(number, None)}
            return Case(statement, {**FIELDS, **names}, events=number)

        return make

    peers = {"typedsignals": made(lambda: typedsignals.Signal(OrderPlaced)), "Blinker": made(blinker.Signal)}
    return Workload(f"connect {number:,}, with a send after each", "connection", peers)


def _first_connection() -> Workload:
    """Connect functions each of which comes from a ``def`` of its own, as those of modules do."""
    code = "def receive(sender, order_id, customer, total, tags): ..."

    def function() -> Callable[..., None]:
        names: dict[str, Any] = {}
        exec(compile(code, "receivers.py", "exec"), names)  # noqa: S102 - a function from this package
        return names["receive"]  # type: ignore[no-any-return]

    def made(build: Callable[[], Any]) -> Callable[[], Case]:
        def make() -> Case:
            receivers = [function() for _ in range(1_000)]
            # The send spares us the warnings that receivers were dropped before they were called.
            statement = (
                "signal = build()\nfor receiver in receivers:\n"
                f"    signal.connect(receiver)\nsignal.send(sender, {KEYWORDS})"
            )
            names = {"build": build, "receivers": receivers, "sender": SHOP}
            return Case(statement, {**FIELDS, **names}, events=len(receivers))

        return make

    peers = {"typedsignals": made(lambda: typedsignals.Signal(OrderPlaced)), "Blinker": made(blinker.Signal)}
    return Workload("connect a function for the first time", "connection", peers)


def _many_signals(number: int) -> Workload:
    """Declare many signals, connect a receiver to each, and send each once, as a big program does when it starts."""

    def made(build: Callable[[], Any]) -> Callable[[], Case]:
        def make() -> Case:
            statement = (
                f"signals = [build() for _ in range({number})]\nfor signal in signals:\n"
                f"    signal.connect(receiver)\n    signal.send(sender, {KEYWORDS})"
            )
            (receiver,) = keyword_receivers(1, None)
            return Case(statement, {**FIELDS, "build": build, "sender": SHOP, "receiver": receiver}, events=number)

        return make

    peers = {"typedsignals": made(lambda: typedsignals.Signal(OrderPlaced)), "Blinker": made(blinker.Signal)}
    return Workload(f"declare, connect and send {number:,} signals", "signal", peers)


def _declaring() -> Workload:
    return Workload(
        "declare a signal",
        "signal",
        {
            "typedsignals": lambda: Case("Signal(Model)", {"Signal": typedsignals.Signal, "Model": OrderPlaced}),
            "Blinker": lambda: Case("Signal()", {"Signal": blinker.Signal}),
        },
    )


def _declaring_by_name(number: int) -> Workload:
    names = [f"signal {one}" for one in range(number)]

    def made(namespace: Callable[[], Any], *payload: type[BaseModel]) -> Callable[[], Case]:
        statement = "signals = namespace()\nfor name in names:\n    signals.signal(name, *payload)"
        return lambda: Case(statement, {"namespace": namespace, "names": names, "payload": payload}, events=number)

    peers = {"typedsignals": made(typedsignals.Namespace, OrderPlaced), "Blinker": made(blinker.Namespace)}
    return Workload(f"declare {number:,} signals in a namespace", "signal", peers)


BATCH = 200
"""How many events one run of an event loop sends."""


SendAsync = Callable[..., Coroutine[Any, Any, Any]]


async def _many(send: SendAsync) -> None:
    order_id, customer, total, tags = FIELDS.values()
    for _ in range(BATCH):
        await send(SHOP, order_id=order_id, customer=customer, total=total, tags=tags)


def _coroutine_receiver() -> Callable[..., Coroutine[Any, Any, None]]:
    async def receive(sender: Any, order_id: Any, customer: Any, total: Any, tags: Any) -> None: ...

    return receive


def _awaiting(receivers: list[Any]) -> SendAsync:
    async def send(sender: Any, *, order_id: Any, customer: Any, total: Any, tags: Any) -> None:
        for receiver in receivers:
            await receiver(sender, order_id=order_id, customer=customer, total=total, tags=tags)

    return send


def _sending_async(make: Callable[[], Any]) -> Callable[[list[Any]], SendAsync]:
    def connected(receivers: list[Any]) -> SendAsync:
        signal = make()
        for receiver in receivers:
            signal.connect(receiver)
        # The first send generates the method of a typed signal.
        asyncio.run(signal.send_async(SHOP, **FIELDS))
        return signal.send_async  # type: ignore[no-any-return]

    return connected


def _async(number: int) -> Workload:
    def made(sending_to: Callable[[list[Any]], SendAsync]) -> Callable[[], Case]:
        def make() -> Case:
            receivers = [_coroutine_receiver() for _ in range(number)]
            names = {"loop": asyncio.new_event_loop(), "many": _many, "send": sending_to(receivers), "kept": receivers}
            return Case("loop.run_until_complete(many(send))", names, events=BATCH)

        return make

    return Workload(
        f"async send to {number} coroutine functions",
        "send",
        {
            "L0: bare loop": made(_awaiting),
            "typedsignals": made(_sending_async(lambda: typedsignals.Signal(OrderPlaced))),
            "Blinker": made(_sending_async(blinker.Signal)),
        },
    )


REJECTED = {
    "a wrong type": KEYWORDS.replace("order_id=order_id", "order_id='7'"),
    "a missing field": KEYWORDS.replace("order_id=order_id, ", ""),
    "an unknown field": f"{KEYWORDS}, custmer=1",
}


def _rejected(problem: str) -> Workload:
    send = f"try:\n    signal.send(sender, {REJECTED[problem]})\nexcept ValueError:\n    pass"
    model = f"try:\n    Model({REJECTED[problem]})\nexcept ValueError:\n    pass"
    return Workload(
        f"rejected payload: {problem}",
        "send",
        {
            "typedsignals": lambda: Case(send, {**FIELDS, "signal": typedsignals.Signal(OrderPlaced), "sender": SHOP}),
            "pydantic model alone": lambda: Case(model, {**FIELDS, "Model": OrderPlaced}),
        },
    )


def _nested() -> Workload:
    lines = [Line(product="pen", quantity=2), Line(product="ink", quantity=1)]

    def receive(sender: Any, order_id: int, lines: list[Line], **extra: Any) -> None: ...

    def typed() -> Case:
        signal = typedsignals.Signal(OrderWithLines)
        signal.connect(receive)
        return Case("signal.send(None, order_id=7, lines=lines)", {"signal": signal, "lines": lines, "r": receive})

    def modelled() -> Case:
        names = {"Model": OrderWithLines, "receive": receive, "lines": lines}
        return Case("p = Model(order_id=7, lines=lines)\nreceive(None, order_id=7, lines=lines)", names)

    return Workload("nested payload to 1 receiver", "send", {"typedsignals": typed, "L1: pydantic model": modelled})


def _types_of_senders(number: Literal["two", "three"]) -> Workload:
    class Other(Shop): ...

    class Third(Shop): ...

    types = [Shop, Other, Third] if number == "three" else [Shop, Other]

    def made(types: list[type[Shop]]) -> Callable[[], Case]:
        def make() -> Case:
            signal, (receiver,) = typedsignals.Signal(OrderPlaced), keyword_receivers(1, None)
            signal.connect(receiver)
            senders = {f"sender_{position}": kind() for position, kind in enumerate(types)}
            statement = "\n".join(f"signal.send({sender}, {KEYWORDS})" for sender in senders)
            names = {"signal": signal, "receiver": receiver, **senders}
            return Case(statement, {**FIELDS, **names}, events=len(types))

        return make

    cases = {"typedsignals": made(types), "one type": made([Shop] * len(types))}
    return Workload(f"send by senders of {number} types in turn", "send", cases)


def _changing_senders() -> Workload:
    """Alternate two sender classes, and change connections between sends: the worst case for what is kept prepared."""

    class Other(Shop): ...

    def made(build: Callable[[], Any]) -> Callable[[], Case]:
        def make() -> Case:
            signal, (receiver, late) = build(), keyword_receivers(2, None)
            signal.connect(receiver)
            statement = (
                f"sender = next(senders)\nsignal.send(sender, {KEYWORDS})\nsignal.connect(late)\n"
                f"signal.send(sender, {KEYWORDS})\nsignal.disconnect(late)"
            )
            names = {"signal": signal, "senders": cycle([Shop(), Other()]), "late": late, "receiver": receiver}
            return Case(statement, {**FIELDS, **names}, events=2)

        return make

    peers = {"typedsignals": made(lambda: typedsignals.Signal(OrderPlaced)), "Blinker": made(blinker.Signal)}
    return Workload("send after each change of connections", "send", peers)


WORKLOADS = [
    *map(_sending, (0, 1, 10, 100, 1_000)),
    _weak_methods(10),
    *map(_robust, (1, 10)),
    *map(_ready_payload, (1, 10)),
    *(_as_a_whole(CheckedOrder, "with a validator", number) for number in (1, 10)),
    *(_as_a_whole(LaxOrder, "that is not strict", number) for number in (1, 10)),
    *map(_senders, (10, 1_000, 100_000)),
    *map(_connecting, (0, 10, 1_000, 100_000)),
    *map(_for_a_block, (0, 10, 1_000)),
    _for_one_more_sender(1_000),
    _one_after_the_other(2_000),
    _first_connection(),
    _declaring(),
    _declaring_by_name(1_000),
    _many_signals(10_000),
    *map(_async, (1, 10)),
    _nested(),
    *map(_rejected, REJECTED),
    _types_of_senders("two"),
    _types_of_senders("three"),
    _changing_senders(),
]
"""All workloads that are timed."""
