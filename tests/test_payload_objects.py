"""Payloads that are sent and received as objects."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cached_property
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator

from tests.ways import AnySignal, finished
from typedsignals import AsyncReceiverError, Payload, PayloadError, SenderError, Signal

pytestmark = pytest.mark.usefixtures("code")


class Order(Payload):
    order_id: int
    note: str = "n"


class BigOrder(Order):
    weight: int = 100


class Checked(Payload):
    number: int
    _seen: list[int] = PrivateAttr(default_factory=list)

    @model_validator(mode="after")
    def check(self) -> Checked:
        self._seen.append(self.number)
        return self


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    order_id: int


def payload_of(sender: object, payload: BaseModel) -> BaseModel:
    return payload


def fields_of(sender: object, /, **fields: Any) -> dict[str, Any]:
    return fields


def connected(model: type[BaseModel]) -> AnySignal:
    """A signal with a receiver of each kind."""
    signal: AnySignal = Signal(model)
    signal.connect(payload_of, as_payload=True)
    signal.connect(fields_of)
    return signal


def values(results: list[tuple[Any, Any]]) -> list[Any]:
    return [value for _, value in results]


def test_a_receiver_of_payloads_gets_the_object_that_the_fields_make() -> None:
    """All of them get the same object, the result of the whole validation."""
    signal: AnySignal = Signal(Checked)
    signal.connect(payload_of, as_payload=True)
    signal.connect(lambda sender, payload: payload, as_payload=True, weak=False)
    one, other = values(signal.send(None, number=7))
    assert one is other
    assert one == Checked(number=7)
    assert one._seen == [7]


def test_a_payload_object_is_delivered_as_it_is() -> None:
    """The object itself, or its fields; it is not validated again."""
    order = Order.model_construct(order_id="not checked", note="n")  # type: ignore[arg-type]  # on purpose
    assert values(connected(Order).send_payload(None, order)) == [order, {"order_id": "not checked", "note": "n"}]
    assert values(connected(Order).send_payload(None, order))[0] is order
    assert values(finished(connected(Order).send_payload_async(None, order)))[0] is order


def test_an_instance_of_a_subclass_is_a_payload_too() -> None:
    """Receivers get it whole; keywords are the fields that the signal declares."""
    order = BigOrder(order_id=1)
    assert values(connected(Order).send_payload(None, order)) == [order, {"order_id": 1, "note": "n"}]


@pytest.mark.parametrize("wrong", [None, 7, {"order_id": 1}, Open(order_id=1), Order])
def test_anything_else_is_refused(wrong: Any) -> None:
    """And no receiver is called."""
    calls: list[object] = []
    signal: AnySignal = Signal(Order)
    signal.connect(lambda sender, **fields: calls.append(fields), weak=False)
    problem = f"  payload: must be an instance of Order, got {type(wrong).__name__}"
    with pytest.raises(PayloadError, match=rf"^{re.escape(repr(signal))} .*\n{problem}") as caught:
        signal.send_payload("sender", wrong)
    assert (caught.value.signal, caught.value.sender) == (signal, "sender")
    with pytest.raises(PayloadError):
        finished(signal.send_payload_async(None, wrong))
    assert calls == []


def test_an_incomplete_payload_is_refused() -> None:
    """`model_construct` makes those; receivers rely on all fields."""
    construct: Any = Order.model_construct
    signal = connected(Order)
    with pytest.raises(PayloadError, match="order_id: field required") as caught:
        signal.send_payload("sender", construct(note="x"))
    assert (caught.value.signal, caught.value.sender) == (signal, "sender")


def test_a_signal_without_a_payload_takes_none() -> None:
    """The error says what to do instead."""
    signal = Signal(name="free")
    with pytest.raises(PayloadError, match="has no payload; declare one, or use send") as caught:
        signal.send_payload("x", Order(order_id=1))
    assert (caught.value.signal, caught.value.sender) == (signal, "x")


def test_the_sender_of_a_payload_is_checked() -> None:
    """As that of fields."""
    signal = Signal(Order, sender=int)
    with pytest.raises(SenderError):
        signal.send_payload("x", Order(order_id=1))  # type: ignore[arg-type]  # wrong on purpose


def test_extra_fields_of_a_payload_object_go_where_those_of_a_send_go() -> None:
    """Into `**extra` and `model_extra`."""
    payload, fields = values(connected(Open).send_payload(None, Open(order_id=1, color="red")))  # type: ignore[call-arg]
    assert payload.model_extra == {"color": "red"}
    assert fields == {"order_id": 1, "color": "red"}


class Priced(Payload):
    model_config = ConfigDict(frozen=False)
    net: int
    tax: int = 1

    @cached_property
    def gross(self) -> int:
        return self.net + self.tax


def test_receivers_get_the_fields_and_nothing_else_that_the_object_holds() -> None:
    """A cached property is kept beside the fields; the order of the fields is that of their declaration."""
    price, swapped = Priced(net=2), Priced.model_construct(net=2)
    assert price.gross == 3
    swapped.__dict__.clear()
    swapped.__dict__.update(tax=1, net=2)
    signal = connected(Priced)
    for sent in (Priced(net=2), price, swapped):
        payload, fields = values(signal.send_payload(None, sent))
        assert payload is sent
        assert [*fields.items()] == [("net", 2), ("tax", 1)]


def test_a_receiver_that_changes_the_object_does_not_change_the_fields_of_others() -> None:
    """They are read before the first receiver is called."""

    def change(sender: object, payload: Priced) -> None:
        payload.net = 5

    signal = Signal[Any, Any, ...](Priced)
    signal.connect(change, as_payload=True)
    signal.connect(fields_of)
    for results in (signal.send_payload(None, Priced(net=2)), signal.send(None, net=2)):
        assert values(results) == [None, {"net": 2, "tax": 1}]


def test_a_wrapper_is_applied_to_coroutine_functions() -> None:
    """As by `send`; one that is not callable is refused."""

    async def receive(sender: object, payload: Order) -> int:
        return payload.order_id

    def wrapper(receiver: Any) -> Any:
        return lambda *given: finished(receiver(*given))

    signal, wrong = Signal[Any, Any, ...](Order), 7
    for _ in range(2):
        assert values(signal.send_payload(None, Order(order_id=7), _async_wrapper=wrapper)) == [
            7 for _ in signal.receivers
        ]
        with pytest.raises(TypeError, match="_async_wrapper= must be a function"):
            signal.send_payload(None, Order(order_id=7), _async_wrapper=wrong)  # type: ignore[arg-type]  # on purpose
        signal.connect(receive, as_payload=True)
    with pytest.raises(AsyncReceiverError, match="which send_payload cannot await; use send_payload_async") as caught:
        signal.send_payload(None, Order(order_id=7))
    assert caught.value.signal is signal
    another = Signal[Any, Any, ...](Order)
    another.connect(receive, as_payload=True)
    assert values(another.send_payload(None, Order(order_id=7), _async_wrapper=wrapper)) == [7]


class Counting(Payload):
    number: int
    _calls: ClassVar[list[int]] = []

    @model_validator(mode="after")
    def check(self) -> Counting:
        self._calls.append(self.number)
        if self.number < 0:
            raise ValueError("it is negative")
        return self


@pytest.mark.parametrize("as_payload", [False, True])
def test_a_validator_of_the_author_runs_once(as_payload: bool) -> None:
    """In each way of sending, whether it accepts the fields or not."""
    signal: AnySignal = Signal(Counting)
    signal.connect(payload_of if as_payload else fields_of, as_payload=as_payload)  # type: ignore[call-overload]
    for send in (signal.send, signal.send_robust, lambda *args, **fields: finished(signal.send_async(*args, **fields))):
        for number in (1, -1):
            Counting._calls.clear()
            with suppress(PayloadError):
                send(None, number=number)
            assert Counting._calls == [number]
