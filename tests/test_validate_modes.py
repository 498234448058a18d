"""When payloads are validated: always, when someone is connected, or never."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field, PrivateAttr, model_validator

from tests.ways import AnySignal, finished
from typedsignals import Payload, PayloadError, Signal
from typedsignals._validating.fast_path import fast_path

pytestmark = pytest.mark.usefixtures("code")


class Order(Payload):
    order_id: int
    tags: list[str] = []  # noqa: RUF012 - pydantic copies it


class Checked(Order):
    @model_validator(mode="after")
    def check(self) -> Checked:
        if self.order_id < 0:
            raise ValueError("negative")
        return self


MODELS = pytest.mark.parametrize("model", [Order, Checked])


def receiver(sender: object, /, **fields: Any) -> dict[str, Any]:
    return fields


def signal_of(model: type[BaseModel], validate: Any, *, connect: bool = True) -> AnySignal:
    signal: AnySignal = Signal(model, validate=validate)
    if connect:
        signal.connect(receiver)
    return signal


def test_the_models_here_take_different_paths() -> None:
    """One model is validated field by field, the other as a whole."""
    assert fast_path(Order) is not None
    assert fast_path(Checked) is None


@MODELS
def test_always_validates_even_without_receivers(model: type[BaseModel]) -> None:
    """A mistake shows before the first receiver is connected."""
    signal = signal_of(model, "always", connect=False)
    assert signal.send(None, order_id=1) == []
    for fields in ({}, {"order_id": "x"}, {"order_id": 1, "other": 2}):
        with pytest.raises(PayloadError):
            signal.send(None, **fields)
        with pytest.raises(PayloadError):
            finished(signal.send_async(None, **fields))
        with pytest.raises(PayloadError):
            signal.send_robust(None, **fields)
    with signal.muted(), pytest.raises(PayloadError):
        signal.send(None)


@MODELS
def test_connected_validates_only_with_receivers(model: type[BaseModel]) -> None:
    """And does nothing at all without receivers."""
    signal = signal_of(model, "connected", connect=False)
    assert signal.send(None, order_id="x", other=1) == []
    assert finished(signal.send_async(None, order_id="x")) == []
    assert signal.send_robust(None, order_id="x") == []
    assert finished(signal.send_robust_async(None)) == []
    signal.connect(receiver, "only this sender")
    assert signal.send("other sender", order_id="x") == []
    for send in (signal.send, signal.send_robust):
        with pytest.raises(PayloadError):
            send("only this sender", order_id="x")
    assert signal.send("only this sender", order_id=1)[0][1] == {"order_id": 1, "tags": []}


@MODELS
def test_never_takes_values_as_they_are_and_fills_in_defaults(model: type[BaseModel]) -> None:
    """The same objects, and a new default for each send."""
    signal = signal_of(model, "never")
    value = object()
    [(_, fields)] = signal.send(None, order_id=value)
    assert fields == {"order_id": value, "tags": []}
    fields["tags"].append("x")
    assert signal.send(None, order_id=-1)[0][1] == {"order_id": -1, "tags": []}
    given: list[str] = []
    assert signal.send(None, order_id=1, tags=given)[0][1]["tags"] is given


@MODELS
def test_never_still_refuses_missing_and_unknown_fields(model: type[BaseModel]) -> None:
    """It trusts values, not names."""
    signal = signal_of(model, "never")
    with pytest.raises(PayloadError) as caught:
        signal.send(None, odrer_id=1)
    assert str(caught.value).splitlines()[1:3] == [
        "  order_id: field required",
        "  odrer_id: no such field; did you mean 'order_id'?",
    ]
    assert [detail["type"] for detail in caught.value.errors()] == ["missing", "extra_forbidden"]
    assert str(caught.value.__cause__).startswith(f"2 validation errors for {model.__name__}\n")


class Hooked(Payload):
    first: int = 1
    second: int = Field(default_factory=lambda data: data["first"] + 1)
    third: list[int] = Field(default_factory=list)
    wire: int = Field(4, validation_alias="first")
    _count: int = PrivateAttr(default=0)

    def model_post_init(self, context: Any) -> None:
        self._count += 1


class Factories(Payload):
    first: int = 1
    made: list[int] = Field(default_factory=list)


class Dependent(Factories):
    second: int = Field(default_factory=lambda data: data["first"] + 1)


def test_never_calls_factories() -> None:
    """Even those that take the data."""
    signal = signal_of(Factories, "never")
    assert signal.send(None)[0][1] == {"first": 1, "made": []}
    assert signal.send(None)[0][1]["made"] is not signal.send(None)[0][1]["made"]
    assert signal_of(Dependent, "never").send(None, first=5)[0][1] == {"first": 5, "made": [], "second": 6}


def test_never_makes_payloads_as_model_construct_does() -> None:
    """With private attributes, hooks, factories that take the data, and the set of given fields."""
    signal: AnySignal = Signal(Hooked, validate="never")
    signal.connect(lambda sender, payload: payload, as_payload=True, weak=False)
    [(_, payload)] = signal.send(None, first=5)
    assert payload.__dict__ == {"first": 5, "second": 6, "third": [], "wire": 4}
    assert payload._count == 1
    assert payload.model_fields_set == {"first"}


class Doubling(Payload):
    amount: int = 1

    def model_post_init(self, context: Any) -> None:
        self.__dict__["amount"] *= 2


def test_never_runs_the_hook_of_a_model_whose_fields_are_plain() -> None:
    """Receivers get the fields as the hook left them, given or not."""
    signal = signal_of(Doubling, "never")
    assert fast_path(Order) is not None
    assert [signal.send(None, amount=5)[0][1] for _ in range(3)] == [{"amount": 10}] * 3
    assert signal.send(None)[0][1] == {"amount": 2}
