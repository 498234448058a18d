"""Sends that are validated now and delivered later."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import threading
import traceback
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any, ClassVar
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from tests.ways import AnySignal, finished
from typedsignals import (
    AsyncReceiverError,
    EventLoopError,
    HeldSendError,
    Namespace,
    Outcome,
    Payload,
    PayloadError,
    Prepared,
    SenderError,
    Signal,
)
from typedsignals.testing import capture, isolated, muted, only


class Order(Payload):
    order_id: int
    note: str = "n"


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    order_id: int


class Lax(BaseModel):
    order_id: int = Field(ge=0, validation_alias="orderId")
    tags: list[str] = []


class Counted(Payload):
    order_id: int
    runs: ClassVar[list[str]] = []

    @field_validator("order_id")
    @classmethod
    def check_field(cls, value: int, info: ValidationInfo) -> int:
        cls.runs.append("field")
        return value

    @model_validator(mode="after")
    def check(self) -> Counted:
        self.runs.append("model")
        return self

    def model_post_init(self, context: object) -> None:
        self.runs.append("post-init")


class Shop: ...


order_placed = Signal(Order, sender=Shop)
untyped = Signal()
counted = Signal(Counted)


def fields_of(sender: object, /, **fields: Any) -> dict[str, Any]:
    return fields


def payload_of(sender: object, payload: object) -> object:
    return payload


def sender_of(sender: object, /, **fields: Any) -> object:
    return sender


def in_concurrent(prepared: Prepared[Any]) -> Any:
    return asyncio.run(prepared.send_concurrent())


DELIVERIES: dict[str, Callable[[Prepared[Any]], Any]] = {
    "send": lambda prepared: prepared.send(),
    "send_async": lambda prepared: finished(prepared.send_async()),
    "send_robust": lambda prepared: prepared.send_robust(),
    "send_robust_async": lambda prepared: finished(prepared.send_robust_async()),
    "send_concurrent": in_concurrent,
}
every_delivery = pytest.mark.parametrize("deliver", DELIVERIES.values(), ids=DELIVERIES)


def values(results: list[Any]) -> list[Any]:
    return [result.value if isinstance(result, Outcome) else result[1] for result in results]


# What it is, and what it delivers


@every_delivery
@pytest.mark.parametrize("payload", [Order, None])
def test_it_delivers_in_each_way_what_was_prepared(deliver: Callable[..., Any], payload: type[Payload] | None) -> None:
    """As the method of the signal with the same name would have."""
    signal: AnySignal = Signal() if payload is None else Signal[Any, Any, ...](payload)
    signal.connect(fields_of)
    prepared = signal.prepare("shop", order_id=7, note="x")

    assert values(deliver(prepared)) == [{"order_id": 7, "note": "x"}]


@every_delivery
def test_it_is_delivered_as_often_as_wanted_to_those_who_listen_then(deliver: Callable[..., Any]) -> None:
    """Who was connected when it was prepared makes no difference; all get the same payload object."""
    signal: AnySignal = Signal(Order)
    signal.connect(fields_of)
    prepared = signal.prepare(None, order_id=7)
    signal.disconnect(fields_of)
    assert deliver(prepared) == []

    signal.connect(payload_of, as_payload=True)
    for _ in range(2):
        assert values(deliver(prepared))[0] is prepared.payload


def test_it_holds_what_will_be_sent() -> None:
    """The signal, the sender and the payload; for a signal without one, the keywords."""
    shop = Shop()
    prepared = order_placed.prepare(shop, order_id=7)
    assert (prepared.signal, prepared.sender, prepared.payload) == (order_placed, shop, Order(order_id=7))
    assert untyped.prepare("shop", order_id=7).payload == {"order_id": 7}


def test_a_bound_method_of_it_is_a_callback_without_arguments() -> None:
    """Which is what hooks for the end of a transaction take."""
    signal, callbacks = Signal(Order), list[Callable[[], object]]()
    signal.connect(fields_of)
    callbacks.append(signal.prepare("shop", order_id=7).send_robust)

    assert [callback() for callback in callbacks] == [[Outcome(fields_of, {"order_id": 7, "note": "n"})]]


def test_keywords_of_an_untyped_send_may_have_any_name() -> None:
    """Also those of its own parameters."""
    signal = Signal()
    signal.connect(fields_of)
    fields = {"self": 1, "sender": 2, "payload": 3}
    assert values(signal.prepare(None, **fields).send()) == [fields]


def test_each_delivery_has_its_own_keywords() -> None:
    """What is done to those of one reaches no other."""
    signal = Signal()
    prepared = signal.prepare(None, order_id=7)
    with capture(signal) as captured:
        for _ in range(2):
            prepared.send()
            captured.last.payload.clear()
    assert prepared.payload == {"order_id": 7}


def test_extra_fields_of_an_open_payload_are_delivered() -> None:
    """To receivers with ``**extra``."""
    signal: AnySignal = Signal(Open)
    signal.connect(fields_of)
    signal.connect(payload_of, as_payload=True)
    fields, payload = values(signal.prepare(None, order_id="7", color="red").send())
    assert fields == {"order_id": 7, "color": "red"}
    assert payload.model_extra == {"color": "red"}


def test_coroutine_receivers_are_awaited_or_refused_when_it_is_delivered() -> None:
    """Preparing calls nobody, and so refuses nobody."""

    async def receive(sender: object, /, **fields: Any) -> int:
        return 7

    def wrapper(receiver: Any) -> Any:
        return lambda *args, **fields: finished(receiver(*args, **fields))

    signal = Signal(Order, name="order-placed")
    signal.connect(receive)
    prepared = signal.prepare(None, order_id=7)
    assert values(finished(prepared.send_async())) == [7]
    assert values(finished(prepared.send_robust_async())) == [7]
    assert values(in_concurrent(prepared)) == [7]
    assert values(prepared.send(_async_wrapper=wrapper)) == [7]
    assert values(prepared.send_robust(_async_wrapper=wrapper)) == [7]
    error = prepared.send_robust()[0].error
    assert isinstance(error, AsyncReceiverError)
    with pytest.raises(
        AsyncReceiverError, match="which send cannot await; use send_async, or send with _async_wrap"
    ) as caught:
        prepared.send()
    with pytest.raises(EventLoopError) as without_loop:
        finished(prepared.send_concurrent())
    assert error.signal is caught.value.signal is without_loop.value.signal is signal


def test_failures_are_logged_with_the_signal(caplog: pytest.LogCaptureFixture) -> None:
    """By robust deliveries."""

    def failing(sender: object, **fields: object) -> None:
        raise KeyError

    signal = Signal(Order, name="order-placed")
    signal.connect(failing)
    prepared = signal.prepare(None, order_id=7)
    prepared.send_robust()
    finished(prepared.send_robust_async())
    assert [record.getMessage().count("<Signal 'order-placed'> raised KeyError") for record in caplog.records] == [1, 1]


def test_plain_receivers_are_wrapped_where_they_are_awaited() -> None:
    """As the methods of the signal do."""

    def wrapper(receiver: Any) -> Any:
        async def wrapped(*args: Any, **fields: Any) -> Any:
            return "wrapped", receiver(*args, **fields)

        return wrapped

    signal, wrapped = Signal(Order), [("wrapped", {"order_id": 7, "note": "n"})]
    signal.connect(fields_of)
    prepared = signal.prepare(None, order_id=7)
    assert values(finished(prepared.send_async(_sync_wrapper=wrapper))) == wrapped
    assert values(finished(prepared.send_robust_async(_sync_wrapper=wrapper))) == wrapped
    assert values(asyncio.run(prepared.send_concurrent(_sync_wrapper=wrapper))) == wrapped


def test_a_wrapper_must_be_callable() -> None:
    """As for the signal."""
    wrong: Any = 7
    prepared = Signal(Order).prepare(None, order_id=7)
    for send in (prepared.send, prepared.send_robust):
        with pytest.raises(TypeError, match=r"^_async_wrapper= must be a function"):
            send(_async_wrapper=wrong)
    for send_async in (prepared.send_async, prepared.send_robust_async, prepared.send_concurrent):
        with pytest.raises(TypeError, match=r"^_sync_wrapper= must be a function"):
            finished(send_async(_sync_wrapper=wrong))


# What is refused, when it is prepared


def lines_of(trace: TracebackType | None) -> list[str | None]:
    return [frame.line for frame in traceback.extract_tb(trace)]


@pytest.mark.parametrize("validate", ["always", "connected"])
@pytest.mark.parametrize("fields", [{"order_id": "7"}, {}, {"order_id": 7, "nte": "x"}])
def test_wrong_fields_are_refused_where_it_is_prepared(fields: dict[str, Any], validate: Any) -> None:
    """With the error of a send, which the receiver's side of the program never sees."""
    signal: AnySignal = Signal(Order, validate=validate)
    signal.connect(fields_of)
    with pytest.raises(PayloadError) as by_send:
        signal.send(None, **fields)
    with pytest.raises(PayloadError) as by_prepare:
        signal.prepare(None, **fields)
    assert str(by_prepare.value) == str(by_send.value)
    assert lines_of(by_prepare.tb)[0] == "signal.prepare(None, **fields)"


def test_it_is_validated_although_nobody_listens_yet() -> None:
    """A signal that validates only for those who listen cannot know who will."""
    signal: AnySignal = Signal(Order, validate="connected")
    assert signal.send(None, order_id="7") == []
    with pytest.raises(PayloadError):
        signal.prepare(None, order_id="7")


def test_a_signal_that_never_validates_trusts_the_values() -> None:
    """And fills in defaults, and refuses missing and unknown fields."""
    signal: AnySignal = Signal(Order, validate="never")
    signal.connect(fields_of)
    assert values(signal.prepare(None, order_id="7").send()) == [{"order_id": "7", "note": "n"}]
    for fields in ({}, {"order_id": 7, "nte": "x"}):
        with pytest.raises(PayloadError):
            signal.prepare(None, **fields)


def test_a_wrong_sender_is_refused_where_it_is_prepared() -> None:
    """As by a send."""
    with pytest.raises(SenderError, match="must be of type Shop, got str"):
        order_placed.prepare("shop", order_id=7)  # type: ignore[arg-type]  # wrong on purpose


def test_fields_are_keywords_and_the_sender_is_not() -> None:
    """As for a send."""
    a_signal: Any = Signal(Order)
    with pytest.raises(TypeError, match=r"prepare\(\) takes fields as keywords, but got 1 positional argument"):
        a_signal.prepare(None, 7)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'sender'"):
        a_signal.prepare(order_id=7)


@pytest.mark.parametrize("payload", [Order, None])
@pytest.mark.parametrize("name", ["_async_wrapper", "_sync_wrapper"])
def test_a_wrapper_is_for_the_delivery(name: str, payload: type[Payload] | None) -> None:
    """Even where a signal without a payload would take it for a field."""
    signal: AnySignal = Signal() if payload is None else Signal[Any, Any, ...](payload)
    with pytest.raises(TypeError, match=rf"prepare\(\) takes no {name}=.*pass it to the method that delivers"):
        signal.prepare(None, order_id=7, **{name: len})


def test_a_payload_that_validation_leaves_incomplete_is_refused() -> None:
    """Receivers rely on all fields, now and later."""

    class Broken(Payload):
        order_id: int

        @model_validator(mode="after")
        def lose(self) -> Broken:
            del self.__dict__["order_id"]
            return self

    with pytest.raises(PayloadError, match="order_id: field required"):
        Signal(Broken).prepare(None, order_id=7)


def test_the_validators_of_the_author_run_once() -> None:
    """When it is prepared, however often it is delivered."""
    signal = Signal(Counted)
    signal.connect(fields_of)
    Counted.runs.clear()
    prepared = signal.prepare(None, order_id=7)
    assert Counted.runs == ["field", "post-init", "model"]
    for deliver in DELIVERIES.values():
        assert values(deliver(prepared)) == [{"order_id": 7}]
    assert len(Counted.runs) == 3


VALUES = st.sampled_from([7, -7, "7", "x", None, ["a"], [1], True])
NAMES = st.sampled_from(["order_id", "orderId", "note", "tags", "color"])


@given(
    model=st.sampled_from([Order, Open, Lax, Counted, None]),
    fields=st.dictionaries(NAMES, VALUES, max_size=3),
    validate=st.sampled_from(["always", "connected", "never"]),
)
def test_preparing_and_delivering_does_what_a_send_does(
    model: type[BaseModel] | None, fields: dict[str, Any], validate: Any
) -> None:
    """The same results, or the same error."""
    signal: AnySignal = Signal() if model is None else Signal[Any, Any, ...](model, validate=validate)
    signal.connect(fields_of)
    if model is not None:
        signal.connect(payload_of, as_payload=True)

    def outcome(send: Callable[[], Any]) -> Any:
        try:
            return send()
        except PayloadError as error:
            return str(error)

    assert outcome(lambda: signal.prepare(None, **fields).send()) == outcome(lambda: signal.send(None, **fields))


# Between preparing and delivering


def test_what_a_block_does_to_sends_it_does_when_it_is_delivered() -> None:
    """Muted, isolated, and receivers that are left out; where it was prepared makes no difference."""
    signal: AnySignal = Signal(Order)
    signal.connect(fields_of)
    outside = signal.prepare(None, order_id=7)
    with signal.muted():
        muted_inside = signal.prepare(None, order_id=8)
        assert outside.send() == muted_inside.send() == []
    with muted(signal):
        assert outside.send() == []
    with isolated(signal):
        signal.connect(payload_of, as_payload=True)
        isolated_inside = signal.prepare(None, order_id=9)
        assert values(outside.send()) == [Order(order_id=7)]
    with only(payload_of):
        assert outside.send() == []
    for prepared in (outside, muted_inside, isolated_inside):
        assert values(prepared.send()) == [{"order_id": prepared.payload.order_id, "note": "n"}]


@every_delivery
@pytest.mark.parametrize("signal", [order_placed, untyped], ids=["typed", "untyped"])
def test_it_is_captured_when_it_is_delivered(deliver: Callable[..., Any], signal: AnySignal) -> None:
    """Each time, and not when it is prepared."""
    with capture(signal) as captured:
        prepared = signal.prepare(Shop(), order_id=7)
    assert len(captured) == 0
    with capture(signal) as captured:
        deliver(prepared)
        deliver(prepared)
    assert [(record.sender, record.payload) for record in captured] == [(prepared.sender, prepared.payload)] * 2


@pytest.mark.parametrize("method", DELIVERIES)
@pytest.mark.parametrize("signal", [order_placed, untyped], ids=["typed", "untyped"])
def test_it_is_held_by_the_block_in_which_it_is_delivered(method: str, signal: AnySignal) -> None:
    """And delivered at the end of the block, in the same way, wherever it was prepared."""
    outside, received = signal.prepare(Shop(), order_id=1), list[int]()

    async def deliver(prepared: Prepared[Any]) -> Any:
        result = getattr(prepared, method)()
        return await result if asyncio.iscoroutine(result) else result

    async def main() -> None:
        with signal.connected_to(lambda sender, **fields: received.append(fields["order_id"])):
            async with signal.held():
                inside = signal.prepare(Shop(), order_id=2)
                assert [await deliver(inside), await deliver(outside)] == [[], []]
                assert received == []

    asyncio.run(main())
    assert received == [2, 1]


def test_what_only_an_await_can_deliver_is_not_held_by_a_block_that_awaits_nothing() -> None:
    """As the method of the signal with the same name."""
    signal = Signal(Order)
    prepared = signal.prepare(None, order_id=7)
    with signal.held(), pytest.raises(HeldSendError, match=r"send_async\(\) of .* cannot be held"):
        finished(prepared.send_async())


def test_receivers_of_the_namespace_hear_of_it_when_it_is_delivered() -> None:
    """Whatever is sent."""
    shop, heard = Namespace("shop"), list[Any]()
    signal = shop.signal("placed", Order)
    shop.connect(lambda signal, sender, payload: heard.append((signal, sender, payload)), weak=False)
    prepared = signal.prepare("web", order_id=7)
    assert heard == []
    prepared.send()
    assert heard == [(signal, "web", Order(order_id=7))]


def test_code_that_waits_gets_it_when_it_is_delivered() -> None:
    """As any send."""
    signal = Signal(Order)
    prepared = signal.prepare("shop", order_id=7)

    async def main() -> tuple[Any, Order]:
        async with signal.stream() as events:
            prepared.send()
            return await anext(events)

    assert asyncio.run(main()) == ("shop", Order(order_id=7))


def test_a_sender_to_which_nothing_else_refers_is_kept_alive() -> None:
    """And its connections with it; both go when the prepared send goes."""
    signal, shop = Signal(Order), Shop()
    gone = weakref.ref(shop)
    signal.connect(sender_of, shop)
    prepared = signal.prepare(shop, order_id=7)
    del shop
    gc.collect()
    assert values(prepared.send()) == [gone()]
    del prepared
    gc.collect()
    assert gone() is None
    assert signal.connections == ()


def test_it_is_held_weakly_like_any_object() -> None:
    """By a registry of what is pending, for example."""
    prepared = Signal(Order).prepare(None, order_id=7)
    assert weakref.ref(prepared)() is prepared


def test_a_signal_to_which_nothing_else_refers_is_kept_alive() -> None:
    """A local one."""
    signal = Signal(Order)
    signal.connect(fields_of)
    prepared = signal.prepare(None, order_id=7)
    del signal
    gc.collect()
    assert values(prepared.send()) == [{"order_id": 7, "note": "n"}]


def test_the_sender_is_the_object_behind_a_proxy_at_the_time() -> None:
    """A request's proxy stands for nothing when the request has ended."""

    class Proxy:
        target: Shop | None = Shop()

        def _get_current_object(self) -> Shop:
            assert self.target is not None
            return self.target

    proxy: Any = Proxy()
    shop, signal = proxy.target, Signal(Order, sender=Shop)
    signal.connect(sender_of, shop)
    prepared = signal.prepare(proxy, order_id=7)
    proxy.target = None
    assert values(prepared.send()) == [shop]


def test_another_thread_may_deliver_it() -> None:
    """Several may, at once."""
    signal, received = Signal(Order), list[tuple[int, int]]()

    def receive(sender: object, order_id: int, **extra: Any) -> None:
        received.append((threading.get_ident(), order_id))

    signal.connect(receive)
    prepared = signal.prepare(None, order_id=7)
    barrier = threading.Barrier(4)

    def deliver() -> None:
        barrier.wait()
        prepared.send()

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [order_id for _, order_id in received] == [7] * 4
    assert threading.get_ident() not in {thread for thread, _ in received}


def test_a_receiver_may_deliver_another_one() -> None:
    """Sends nest."""
    signal, log = Signal(Order), list[int]()
    prepared = signal.prepare(None, order_id=2)

    def receive(sender: object, order_id: int, **extra: Any) -> None:
        log.append(order_id)
        if order_id == 1:
            prepared.send()

    signal.connect(receive)
    signal.prepare(None, order_id=1).send()
    assert log == [1, 2]


def test_a_payload_that_was_rebuilt_without_other_fields_is_delivered() -> None:
    """It is of the same class."""

    class Rebuilt(Payload):
        order_id: int

    signal = Signal(Rebuilt)
    signal.connect(fields_of)
    prepared = signal.prepare(None, order_id=7)
    Rebuilt.model_rebuild(force=True)
    assert values(prepared.send()) == [{"order_id": 7}]


@every_delivery
def test_a_payload_that_lacks_a_field_since_the_model_was_rebuilt_is_refused(deliver: Callable[..., Any]) -> None:
    """Receivers are checked against the new fields, and rely on them."""

    class Grown(Payload):
        order_id: int

    signal = Signal(Grown)
    signal.connect(fields_of)
    prepared = signal.prepare(None, order_id=7)
    Grown.__annotations__["note"] = str
    Grown.model_fields["note"] = copy.copy(Order.model_fields["note"])
    Grown.model_rebuild(force=True)
    with pytest.raises(PayloadError, match="note: field required"):
        deliver(prepared)


@every_delivery
def test_a_payload_of_an_earlier_declaration_is_refused(deliver: Callable[..., Any]) -> None:
    """It says what happened, as `send_payload` does; no receiver is called."""
    shop, called = Namespace("shop"), list[object]()

    def declare() -> AnySignal:
        class Placed(Payload):
            order_id: int

        return shop.signal("placed", Placed)

    signal = declare()
    signal.connect(lambda sender, **fields: called.append(sender), weak=False)
    prepared = signal.prepare(None, order_id=7)
    assert declare() is signal
    with pytest.raises(PayloadError, match="got Placed from another declaration: the class was declared twice"):
        deliver(prepared)
    assert called == []


@every_delivery
def test_a_sender_of_an_earlier_declaration_is_refused(deliver: Callable[..., Any]) -> None:
    """For a signal without a payload, too."""
    shop = Namespace("shop")

    def declare() -> tuple[AnySignal, Any]:
        class Place: ...

        return shop.signal("placed", sender=Place), Place()

    signal, place = declare()
    prepared = signal.prepare(place, order_id=7)
    declare()
    with pytest.raises(SenderError, match="must be of type Place, got Place; the class was declared twice"):
        deliver(prepared)


# As an object


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "prepared",
    [order_placed.prepare(Shop(), order_id=7), untyped.prepare("shop", order_id=7)],
    ids=["typed", "untyped"],
)
def test_it_can_be_pickled_if_its_signal_can(prepared: Prepared[Any], protocol: int) -> None:
    """Its copy has the same signal, and copies of the sender and the payload, which is not validated again."""
    copied = pickle.loads(pickle.dumps(prepared, protocol))  # noqa: S301 - made here
    assert copied.signal is prepared.signal
    assert type(copied.sender) is type(prepared.sender)
    assert copied.payload == prepared.payload
    with capture(prepared.signal) as captured:
        copied.send()
    assert captured.one().sender is copied.sender


def test_pickling_runs_no_validator_of_the_author() -> None:
    """What was valid is trusted to be valid still."""
    dumped = pickle.dumps(counted.prepare(None, order_id=7))
    Counted.runs.clear()
    pickle.loads(dumped).send()  # noqa: S301 - made here
    assert Counted.runs == []


def test_it_cannot_be_pickled_if_its_signal_cannot() -> None:
    """The error is that of the signal, and says what to do."""
    prepared = Signal(Order, name="local").prepare(None, order_id=7)
    with pytest.raises(pickle.PicklingError, match="can be pickled or copied only by name"):
        pickle.dumps(prepared)
    with pytest.raises(pickle.PicklingError):
        copy.deepcopy(prepared)


def test_a_copy_has_the_same_parts_and_a_deep_copy_has_copies() -> None:
    """A copied object whose signals are its own is the sender of their copies."""
    prepared = order_placed.prepare(Shop(), order_id=7)
    copied, deep = copy.copy(prepared), copy.deepcopy(prepared)
    assert copied == prepared
    assert copied.sender is prepared.sender
    assert deep != prepared
    assert (deep.signal, deep.payload) == (prepared.signal, prepared.payload)


def test_two_are_equal_if_they_would_deliver_the_same() -> None:
    """The same signal, the same sender by the rules for senders, and equal payloads."""
    signal, shop = Signal(Order), Shop()
    prepared = signal.prepare(shop, order_id=7)
    assert prepared == signal.prepare(shop, order_id=7, note="n")
    assert hash(prepared) == hash(signal.prepare(shop, order_id=7))
    assert prepared != signal.prepare(shop, order_id=8)
    assert prepared != signal.prepare(Shop(), order_id=7)
    assert prepared != Signal(Order).prepare(shop, order_id=7)
    assert prepared != (signal, shop, Order(order_id=7))
    assert prepared == mock.ANY
    assert signal.prepare(str(b"web", "utf-8"), order_id=7) == signal.prepare("web", order_id=7)
    assert signal.prepare(True, order_id=7) != signal.prepare(1, order_id=7)
    assert untyped.prepare(None, a=1) == untyped.prepare(None, a=1) != untyped.prepare(None, a=2)
    assert len({prepared, signal.prepare(shop, order_id=7), signal.prepare(shop, order_id=8)}) == 2
    same = Order(order_id=7)
    assert len({hash(Prepared(one, sender, same)) for one in (signal, Signal(Order)) for sender in (1, 2)}) == 4


def test_one_whose_payload_cannot_be_hashed_cannot_be_hashed() -> None:
    """As a tuple with it inside."""
    for signal in (Signal(), Signal(Open)):
        with pytest.raises(TypeError, match="unhashable type"):
            hash(signal.prepare(None, order_id=7))


def test_it_shows_no_values() -> None:
    """It may end up in a log."""
    prepared = order_placed.prepare(Shop(), order_id=12345)
    assert repr(prepared) == "<Prepared: <Signal 'order_placed'> by a Shop>"
    assert repr(untyped.prepare("Ada", order_id=12345)) == "<Prepared: <Signal 'untyped'> by a str>"


def test_it_cannot_be_changed() -> None:
    """It is what was validated."""
    prepared: Any = order_placed.prepare(Shop(), order_id=7)
    with pytest.raises(AttributeError):
        prepared.sender = Shop()
