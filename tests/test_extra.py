"""What a send may carry beyond the fields, depending on the model's `extra`."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from tests.ways import AnySignal, finished
from typedsignals import PayloadError, Signal

pytestmark = pytest.mark.usefixtures("code")


class Open(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)
    order_id: int = 1


class Ignoring(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    order_id: int = 1


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    order_id: int = 1


class Typed(Open):
    __pydantic_extra__: dict[str, int]


MODES = pytest.mark.parametrize("validate", ["always", "connected", "never"])


def with_extra(sender: object, **extra: Any) -> dict[str, Any]:
    return extra


def without_extra(sender: object, order_id: int) -> dict[str, Any]:
    return {"order_id": order_id}


def as_payload(sender: object, payload: BaseModel) -> Any:
    return payload.model_extra


def signal_of(model: type[BaseModel], validate: Any) -> AnySignal:
    signal: AnySignal = Signal(model, validate=validate)
    signal.connect(with_extra)
    signal.connect(without_extra)
    signal.connect(as_payload, as_payload=True)
    return signal


@MODES
def test_extra_reaches_those_that_can_take_it(validate: str) -> None:
    """Receivers with `**extra` and `model_extra`, and never a receiver without."""
    signal = signal_of(Open, validate)
    expected = [{"order_id": 2, "color": "red"}, {"order_id": 2}, {"color": "red"}]
    assert [value for _, value in signal.send(None, order_id=2, color="red")] == expected
    assert [value for _, value in finished(signal.send_async(None, order_id=2, color="red"))] == expected
    assert [outcome.value for outcome in signal.send_robust(None, order_id=2, color="red")] == expected


def test_receivers_of_extra_get_the_sender() -> None:
    """Like all others."""
    signal: AnySignal = Signal(Open)
    signal.connect(receiver := lambda sender, **extra: sender)
    assert signal.send("x", color="red") == [(receiver, "x")]


@MODES
def test_ignored_extra_reaches_no_receiver(validate: str) -> None:
    """As if it had not been sent."""
    signal = signal_of(Ignoring, validate)
    assert [value for _, value in signal.send(None, color="red")] == [{"order_id": 1}, {"order_id": 1}, None]


@MODES
def test_forbidden_extra_is_refused(validate: str) -> None:
    """And no receiver is called."""
    with pytest.raises(PayloadError, match="orderid: no such field; did you mean 'order_id'"):
        signal_of(Closed, validate).send(None, orderid=2)


@MODES
@pytest.mark.parametrize("name", ["sender", "self", "signal", "payload", "_sender", "_results", "_fields_set", "cls"])
def test_extra_may_be_named_like_anything(validate: str, name: str) -> None:
    """Even like the receiver's first parameter, but then it is not passed."""
    expected = {"order_id": 1} if name == "sender" else {"order_id": 1, name: 7}
    first, second, third = (value for _, value in signal_of(Open, validate).send(None, **{name: 7}))
    assert (first, second, third) == (expected, {"order_id": 1}, {name: 7})


def test_the_values_of_extra_are_validated_where_the_model_says_how() -> None:
    """By `__pydantic_extra__`."""
    signal = signal_of(Typed, "always")
    assert signal.send(None, size=3)[2][1] == {"size": 3}
    with pytest.raises(PayloadError, match="size: input should be a valid integer, got str"):
        signal.send(None, size="x")
