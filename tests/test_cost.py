"""What a send costs, counted in calls and allocations, which unlike times do not depend on the machine."""

from __future__ import annotations

import gc
import inspect
import os
import subprocess
import sys
import tracemalloc
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

import blinker
import pytest
from pydantic import BaseModel, model_validator
from werkzeug.local import LocalProxy

from tests.ways import finished
from typedsignals import Namespace, Payload, PayloadError, Signal
from typedsignals._connecting.snapshot import HeldSnapshot, Snapshot
from typedsignals._sending import own_methods as _own_methods
from typedsignals._sending.own_methods import SENDS_BEFORE_GENERATING
from typedsignals._validating.senders import MOST_KNOWN_TYPES
from typedsignals.blinker import typed

pytestmark = pytest.mark.usefixtures("generated_code")

IS_3_14 = sys.version_info >= (3, 14)
"""Whether entering a lock is a call that counts."""

SEND: dict[str, Any] = {"order_id": 7, "customer": "Ada", "total": 9.5, "tags": ["new", "gift"]}


class OrderPlaced(Payload):
    order_id: int
    customer: str
    total: float
    tags: list[str]


class Shop:
    pass


in_a_global_variable = Signal(OrderPlaced)


class InAClass:
    signal = Signal(OrderPlaced)


def receivers(number: int) -> list[Callable[..., None]]:
    def made() -> Callable[..., None]:
        def receive(sender: Any, order_id: int, customer: str, total: float, tags: list[str]) -> None: ...

        return receive

    return [made() for _ in range(number)]


def python_calls(function: Callable[[], object]) -> list[str]:
    """Record the names of the Python functions that are called, except this one."""
    calls: list[str] = []

    def profile(frame: FrameType, event: str, arg: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_name)

    gc.disable()
    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls[1:]


@pytest.mark.parametrize("number", [0, 1, 10, 1_000])
def test_a_validated_send_is_one_call_and_one_for_each_receiver(number: int) -> None:
    """No Python function runs between ``send`` and the receivers: no wrapper, no lookup, no validation."""
    signal = Signal(OrderPlaced)
    connected = receivers(number)
    for receiver in connected:
        signal.connect(receiver)
    signal.send(None, **SEND)

    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", *["receive"] * number]


def test_checking_results_costs_a_signal_that_is_not_a_hook_nothing() -> None:
    """The code of its sends says nothing of it, and no attribute of it is the hook's."""
    signal: Any = Signal(OrderPlaced)
    connected = receivers(1)
    signal.connect(connected[0])
    signal.send(None, **SEND)
    signal.send_robust(None, **SEND)

    assert "check" not in inspect.getsource(signal.send) + inspect.getsource(signal.send_robust)
    assert {"accepts", "returns", "_results"}.isdisjoint(vars(signal))


@pytest.mark.parametrize("number", [0, 1, 10])
@pytest.mark.parametrize("payload", [OrderPlaced, None])
def test_a_robust_send_is_as_direct(payload: type[Payload] | None, number: int) -> None:
    """Outcomes are made without a call of ours."""
    signal: Any = Signal() if payload is None else Signal(payload)
    connected = receivers(number)
    for receiver in connected:
        signal.connect(receiver)
    signal.send_robust(None, **SEND)

    assert python_calls(lambda: signal.send_robust(None, **SEND)) == ["send_robust", *["receive"] * number]


def test_methods_and_strongly_held_receivers_are_called_as_directly() -> None:
    """Mixing kinds of receivers costs no further call."""

    class Owner:
        def receive(self, sender: Any, **extra: Any) -> None: ...

    signal, owner, (function,) = Signal(OrderPlaced), Owner(), receivers(1)
    signal.connect(owner.receive)
    signal.connect(function, weak=False)
    signal.send(None, **SEND)

    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive", "receive"]


def test_receivers_of_the_payload_are_called_as_directly() -> None:
    """The payload is made by pydantic's own validator, whatever the number of receivers."""

    def receive(sender: Any, payload: OrderPlaced) -> None: ...

    signal, (by_keywords,) = Signal(OrderPlaced), receivers(1)
    signal.connect(receive, as_payload=True)
    signal.connect(by_keywords)
    signal.send(None, **SEND)

    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive", "receive"]


class WithOptional(Payload):
    note: int | str = ""


def test_a_missing_field_with_a_default_costs_no_call() -> None:
    """Whether or not its values need a validator."""
    signal, called = Signal[Any, Any, ...](WithOptional), list[object]()

    def receive(sender: object, note: object) -> None:
        called.append(note)

    signal.connect(receive)
    for _ in range(20):  # until it has code of its own
        signal.send(None)
    assert python_calls(lambda: signal.send(None)) == ["send", "receive"]
    assert python_calls(lambda: signal.send(None, note=7)) == ["send", "receive"]
    assert called[-2:] == ["", 7]


class Checked(OrderPlaced):
    @model_validator(mode="after")
    def check(self) -> Checked:
        return self


class Lax(BaseModel):
    order_id: int
    customer: str
    total: float
    tags: list[str]


def test_a_key_costs_a_send_nothing_and_a_lifetime_one_call() -> None:
    """That of the reference which finds the receiver where it is kept."""
    signal, keeper, (first, second) = Signal(OrderPlaced), Shop(), receivers(2)
    signal.connect(first, key="first")
    signal.send(None, **SEND)
    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive"]

    signal.connect(second, alive=keeper)
    signal.send(None, **SEND)
    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive", "__call__", "receive"]


def test_connecting_without_a_key_or_a_lifetime_calls_nothing_that_is_about_them() -> None:
    """Neither the first time nor for other senders."""
    signal, sender, (receiver,) = Signal(OrderPlaced), Shop(), receivers(1)
    calls = python_calls(lambda: (signal.connect(receiver), signal.connect(receiver, sender)))
    assert not {"checked_key", "check_alive", "kept_for", "reference_to_kept", "of", "stands_for"}.intersection(calls)
    signal.disconnect(receiver)


@pytest.mark.parametrize(("payload", "validators"), [(Checked, ["check"]), (Lax, [])])
def test_a_payload_that_is_validated_as_a_whole_costs_no_call_of_ours(
    payload: type[BaseModel], validators: list[str]
) -> None:
    """Only its author's validators run, each once, also if they refuse the send."""
    signal: Any = Signal(payload)
    connected = receivers(10)
    for receiver in connected:
        signal.connect(receiver)
    signal.send(None, **SEND)

    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", *validators, *["receive"] * 10]


@pytest.mark.parametrize("number", [0, 1, 10])
def test_sending_a_payload_object_is_as_direct(number: int) -> None:
    """If it is of exactly the declared class, with exactly its fields."""
    signal, payload = Signal(OrderPlaced), OrderPlaced(**SEND)
    connected = receivers(number)
    for receiver in connected:
        signal.connect(receiver)
    signal.send_payload(None, payload)

    assert python_calls(lambda: signal.send_payload(None, payload)) == ["send_payload", *["receive"] * number]


@pytest.mark.parametrize("validate", ["connected", "never"])
def test_other_modes_of_validation_cost_no_call(validate: Any) -> None:
    """No mode needs more calls than the default."""
    signal, (receiver,) = Signal(OrderPlaced, validate=validate), receivers(1)
    signal.connect(receiver)
    signal.send(None, **SEND)

    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive"]


@pytest.mark.parametrize("payload", [OrderPlaced, None])
def test_a_wrapper_that_has_nothing_to_wrap_costs_a_call_at_most(payload: type[Payload] | None) -> None:
    """Frameworks pass one with each send, though coroutine receivers are rare."""
    signal: Any = Signal() if payload is None else Signal(payload)
    (receiver,) = receivers(1)
    signal.connect(receiver)

    def send() -> None:
        signal.send(None, _async_wrapper=len, **SEND)

    send()
    assert python_calls(send) == [*["send"] * (2 if payload else 1), "receive"]


def test_a_wrapper_that_has_nothing_to_wrap_costs_an_async_send_a_call_at_most() -> None:
    """All receivers are coroutine functions, or there are none."""
    signal: Any = Signal(OrderPlaced)

    async def receive(sender: Any, **extra: Any) -> None: ...

    def send() -> None:
        finished(signal.send_async(None, _sync_wrapper=len, **SEND))

    send()
    assert python_calls(send) == ["finished", "send_async", "send_async"]
    signal.connect(receive)
    send()
    assert python_calls(send) == ["finished", "send_async", "send_async", "receive"]


@pytest.mark.parametrize("payload", [OrderPlaced, None])
def test_a_signal_whose_sends_were_held_is_as_direct_as_before(payload: type[Payload] | None) -> None:
    """A block that has ended costs nothing; one of another signal never does."""
    signal: Any = Signal() if payload is None else Signal(payload)
    (receiver,) = receivers(1)
    signal.connect(receiver)
    with signal.held():
        signal.send(None, **SEND)

    signal.send(None, **SEND)
    with Signal().held():
        assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive"]


def test_what_holds_a_send_takes_no_room_in_the_snapshots_of_other_sends() -> None:
    """There is one for each sender that connections are made for."""
    assert Snapshot((), ()).queues == ()
    assert Snapshot.__basicsize__ < HeldSnapshot.__basicsize__


REJECTED: dict[str, dict[str, Any]] = {
    "wrong": SEND | {"order_id": "7"},
    "missing": {name: value for name, value in SEND.items() if name != "order_id"},
    "unknown": SEND | {"custmer": 1},
}


@pytest.mark.parametrize("fields", REJECTED.values(), ids=REJECTED)
def test_a_rejection_looks_up_nothing_and_writes_no_text(fields: dict[str, Any]) -> None:
    """What the payload declares was collected for the first one; the text is written when somebody reads it."""

    class NotSentBefore(OrderPlaced): ...

    signal = Signal[OrderPlaced, Any, Any](NotSentBefore)

    def send() -> None:
        with suppress(PayloadError):
            signal.send(None, **fields)

    assert "schemas_in" in python_calls(send)
    calls = python_calls(send)
    assert not {"schemas_in", "closest", "message_of", "global_name", "__repr__"}.intersection(calls)
    assert len(calls) < 50


def test_the_text_of_a_rejection_searches_the_module_of_an_unnamed_signal_once() -> None:
    """The name is remembered, as long as it is right."""
    assert "global_name" in python_calls(lambda: repr(in_a_global_variable))
    assert "global_name" not in python_calls(lambda: repr(in_a_global_variable))
    assert "global_name" not in python_calls(lambda: repr(InAClass.signal))  # whose class has told its name


FIRST_SENDS = """
import gc, tracemalloc
from typedsignals import Payload, Signal

class OrderPlaced(Payload):
    order_id: int
    tags: list[str]

first = Signal(OrderPlaced)
first.send(None, order_id=1, tags=[])
gc.collect()
tracemalloc.start()
signals = [Signal(OrderPlaced) for _ in range(200)]
for signal in signals:
    signal.send(None, order_id=1, tags=[])
gc.collect()
print(tracemalloc.get_traced_memory()[0] // len(signals))
print({signal.send.__code__ for signal in signals} == {first.send.__code__})
"""


def test_the_first_send_of_a_signal_generates_no_code() -> None:
    """Only a signal that is sent often earns back what compiling takes; until then, it takes two kilobytes at most."""
    # In a process of its own: what other tests do to signals makes the dictionaries of all of them larger.
    environment = {name: value for name, value in os.environ.items() if "COV" not in name}
    command = [sys.executable, "-c", FIRST_SENDS]
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own
    used, shared = output.split()
    assert int(used) <= 2_048
    assert shared == "True"


def test_a_signal_without_a_payload_is_as_direct() -> None:
    """An untyped send is one call too."""
    signal, (receiver,) = Signal(), receivers(1)
    signal.connect(receiver)

    signal.send(None, **SEND)
    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive"]
    finished(signal.send_async(None, **SEND))
    assert python_calls(lambda: finished(signal.send_async(None, **SEND)))[-2:] == ["send_async", "receive"]


@pytest.mark.parametrize("payload", [OrderPlaced, None])
def test_a_namespace_costs_its_signals_nothing_without_receivers(payload: type[Payload] | None) -> None:
    """Neither before the first is connected to it, nor after the last is gone: their next send takes its shortcut."""
    namespace, (receiver,) = Namespace(), receivers(1)
    signal: Any = namespace.signal("placed", payload)
    signal.connect(receiver)

    def hear(signal: Any, sender: Any, payload: Any) -> None: ...

    def send() -> None:
        signal.send(None, **SEND)

    send()
    assert python_calls(send) == ["send", "receive"]
    namespace.connect(hear)
    send()
    assert "hear" in python_calls(send)
    del hear
    send()
    assert python_calls(send) == ["send", "receive"]


def test_senders_of_two_types_in_turn_are_checked_once_each() -> None:
    """Sends remember the types that they saw last."""

    class Branch(Shop):
        pass

    signal, senders = Signal(OrderPlaced, sender=Shop), [Shop(), Branch()]

    def send() -> None:
        for sender in senders:
            signal.send(sender, **SEND)

    send()
    assert python_calls(send) == ["send", "send"]


def test_senders_of_more_types_in_turn_are_looked_at_once_each() -> None:
    """A few more types are remembered, too: their senders need neither unwrapping nor a check."""
    types = [type(f"Shop{number}", (Shop,), {}) for number in range(MOST_KNOWN_TYPES)]
    signal, senders = Signal(OrderPlaced, sender=Shop), [kind() for kind in types]
    proxy: Any = LocalProxy(lambda: senders[-1])

    def send() -> None:
        for sender in senders:
            signal.send(sender, **SEND)

    send()
    for _ in types:
        signal.send(proxy, **SEND)
    assert python_calls(send) == ["send", "accept"] * MOST_KNOWN_TYPES


def test_a_send_among_many_senders_takes_as_many_calls_as_among_few() -> None:
    """Finding the receivers of a sender does not depend on how many other senders there are."""

    def calls_among(number: int) -> list[str]:
        signal, senders, (receiver,) = Signal(OrderPlaced), [Shop() for _ in range(number)], receivers(1)
        for sender in senders:
            signal.connect(receiver, sender=sender)
            signal.send(sender, **SEND)
        return python_calls(lambda: signal.send(senders[0], **SEND))

    assert calls_among(10) == calls_among(100_000)


def test_connecting_takes_as_many_calls_beside_many_as_beside_few() -> None:
    """Neither connecting nor disconnecting looks through the other connections."""

    def calls_beside(number: int) -> list[str]:
        signal = Signal(OrderPlaced)
        *connected, late = receivers(number + 1)
        for receiver in connected:
            signal.connect(receiver)

        def change() -> None:
            signal.connect(late)
            signal.disconnect(late)

        change()
        calls = python_calls(change)
        signal.send(None, **SEND)
        return calls

    assert calls_beside(10) == calls_beside(100_000)
    assert len(calls_beside(10)) <= 17 + 2 * IS_3_14


def test_an_adapted_signal_counts_its_coroutine_functions_as_they_come() -> None:
    """No change looks through all connections for them."""
    ours = typed(blinker.Signal(), OrderPlaced)
    for receiver in receivers(2):
        assert "_count" not in python_calls(partial(ours.connect, receiver, weak=False))


def test_collecting_receivers_takes_as_many_calls_for_many_as_for_few() -> None:
    """The send after a change calls none of our functions for each connection."""

    def calls_beside(number: int) -> list[str]:
        signal = Signal(OrderPlaced)
        *connected, late = receivers(number + 1)
        for receiver in connected:
            signal.connect(receiver)

        def change() -> None:
            with signal.connected_to(late):
                signal.send(None, **SEND)

        change()
        return [name for name in python_calls(change) if name != "receive"]

    assert calls_beside(10) == calls_beside(1_000)
    assert len(calls_beside(10)) <= 43 + 2 * IS_3_14


def test_a_connection_for_one_sender_takes_as_many_calls_among_many_as_among_few() -> None:
    """What other senders have is left alone, also by the send that follows."""

    def calls_among(number: int) -> list[str]:
        signal, senders, (receiver, late) = Signal(OrderPlaced), [Shop() for _ in range(number)], receivers(2)
        for sender in senders:
            signal.connect(receiver, sender=sender)
            signal.send(sender, **SEND)
        one = Shop()

        def change() -> None:
            signal.connect(late, sender=one)
            signal.send(one, **SEND)
            signal.disconnect(late, sender=one)

        change()
        return python_calls(change)

    assert calls_among(10) == calls_among(1_000)
    assert len(calls_among(10)) <= 38 + 3 * IS_3_14


def test_a_signature_is_read_once_for_each_definition() -> None:
    """Closures and methods that come from one ``def`` share what was read."""

    class NotSentBefore(OrderPlaced): ...

    signal = Signal(NotSentBefore)

    class Desk:
        def on_order(self, sender: Any, **fields: Any) -> None: ...

    first, second = receivers(2)
    one, other = Desk(), Desk()

    assert "_shape" in python_calls(lambda: signal.connect(first))
    assert "_shape" not in python_calls(lambda: signal.connect(second))
    assert "_shape" in python_calls(lambda: signal.connect(one.on_order))
    assert "_shape" not in python_calls(lambda: signal.connect(other.on_order))
    signal.send(None, **SEND)


def test_signals_of_one_payload_share_what_is_made_from_it() -> None:
    """How it is validated, and what receivers take; a receiver that is connected to several is read once."""
    first, second, (receiver,) = Signal(OrderPlaced), Signal(OrderPlaced), receivers(1)

    def use(signal: Signal[OrderPlaced, Any, Any]) -> None:
        signal.connect(receiver)
        signal.send(None, **SEND)

    made_once = {"_shape", "field_names", "_validator_of", "_contract_of", "declared_steps"}
    use(first)
    assert not made_once.intersection(python_calls(lambda: use(second)))
    for _ in range(SENDS_BEFORE_GENERATING):
        use(first)
        second.send(None, **SEND)
    assert "_plan" not in python_calls(lambda: use(second))


def test_what_is_made_from_the_payload_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sends take it from there, also after the signal was declared again, and do not look at receivers again."""
    monkeypatch.setattr(_own_methods, "SENDS_BEFORE_GENERATING", sys.maxsize)
    namespace, (receiver,) = Namespace(), receivers(1)
    signal: Signal[Any, Any, ...] = namespace.signal("placed", type("Placed", (OrderPlaced,), {}))
    signal.connect(receiver)
    for _ in range(2):
        assert "keep_fitting" not in python_calls(lambda: signal.send(None, **SEND))
        assert "_new_validator" not in python_calls(lambda: signal.send(None, **SEND))
        namespace.signal("placed", type("Placed", (OrderPlaced,), {}))


def test_a_function_that_fits_is_not_read_parameter_by_parameter() -> None:
    """Its code shows at a glance that it fits, so that a first connection takes half the calls."""
    signal, (receiver,) = Signal(OrderPlaced), receivers(1)
    signal.connect(lambda sender, **extra: None, weak=False)

    calls = python_calls(lambda: signal.connect(receiver))
    signal.send(None, **SEND)
    assert "parameters_of" not in calls
    assert len(calls) <= 55


def test_a_signal_is_sent_as_directly_after_it_has_prepared() -> None:
    """Preparing and delivering leave nothing with the signal."""
    signal, (receiver,) = Signal(OrderPlaced), receivers(1)
    signal.connect(receiver)
    signal.send(None, **SEND)
    before = {**vars(signal)}

    signal.prepare(None, **SEND).send()
    assert vars(signal) == before
    assert python_calls(lambda: signal.send(None, **SEND)) == ["send", "receive"]


def test_declaring_a_signal_takes_few_calls_and_leaves_nothing_to_the_garbage_collector() -> None:
    """What only connections or sends need is made for them, and nothing in a new signal refers back to it."""
    assert len(python_calls(lambda: Signal(OrderPlaced))) <= 16
    signal = Signal(OrderPlaced)
    gone = weakref.ref(signal)
    gc.disable()
    try:
        del signal
        assert gone() is None
    finally:
        gc.enable()


def test_asking_a_namespace_for_what_is_declared_makes_no_other() -> None:
    """Whether with its declaration or by its name alone."""
    namespace = Namespace()
    ways: list[Callable[[], object]] = [
        lambda: namespace.signal("opened"),
        lambda: namespace.signal("placed", OrderPlaced),
        lambda: namespace.hook("asked", OrderPlaced, returns=bool),
    ]
    for way in ways:
        assert "__init__" in python_calls(way)
        assert "__init__" not in python_calls(way)


def test_declaring_at_the_end_of_a_long_module_takes_no_longer() -> None:
    """Its line, which is found by counting, is looked for only when it is shown."""
    signal = Signal(OrderPlaced)
    assert "line_of" not in python_calls(lambda: Signal(OrderPlaced))
    assert "line_of" in python_calls(lambda: signal._place)


def test_a_declared_signal_takes_half_a_kilobyte() -> None:
    """It has no table of connections yet."""
    signals = [Signal(OrderPlaced)]
    gc.collect()
    tracemalloc.start()
    try:
        signals += [Signal(OrderPlaced) for _ in range(1_000)]
        gc.collect()
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert used / 1_000 <= 600


def test_sends_leave_no_memory_behind() -> None:
    """What a send allocates is gone after it."""
    signal, connected = Signal(OrderPlaced), receivers(10)
    for receiver in connected:
        signal.connect(receiver)

    def send_often() -> None:
        for _ in range(1_000):
            signal.send(None, **SEND)

    send_often()
    gc.collect()
    tracemalloc.start()
    try:
        send_often()
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left < 1_000


def test_a_weakly_held_function_costs_about_300_bytes() -> None:
    """A connection is one slotted object and one entry of a table, with its number: 28 bytes, or 32 on Python 3.14."""
    signal, connected = Signal(OrderPlaced), receivers(10_000)
    signal.connect(connected[0])
    gc.collect()
    tracemalloc.start()
    try:
        for receiver in connected[1:]:
            signal.connect(receiver)
        gc.collect()
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    signal.send(None, **SEND)
    assert used / len(connected) <= 300 + (4 if sys.version_info >= (3, 14) else 0)
