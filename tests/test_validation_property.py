"""A send treats its fields exactly as pydantic does, whichever path it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import event, given, settings
from pydantic import BaseModel, ValidationError, create_model

from tests.models import KINDS, VALUES, Kind, models_and_fields
from tests.ways import AnySignal, finished
from typedsignals import Payload, PayloadError, Signal
from typedsignals._validating.fast_path import fast_path

pytestmark = pytest.mark.usefixtures("code")

PARTS_OF_A_MODEL = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")


@dataclass
class Result:
    """The result of validating fields: the values that receivers get, or the errors."""

    values: dict[str, Any] | None = None
    extra: Mapping[str, Any] | None = None
    payload: BaseModel | None = None
    errors: list[Any] | None = None
    raised: type[Exception] | None = None


def _by_pydantic(model: type[BaseModel], fields: dict[str, Any]) -> Result:
    has_alias = any(field.validation_alias for field in model.model_fields.values())
    try:
        payload = model.model_validate(fields, by_name=True) if has_alias else model.model_validate(fields)
    except ValidationError as error:
        return Result(errors=error.errors())
    except Exception as error:
        return Result(raised=type(error))
    values = {name: payload.__dict__[name] for name in model.model_fields}
    return Result(values, payload.model_extra or {}, payload)


def _collecting(sender: object, /, **received: Any) -> dict[str, Any]:
    return received


def _payload(sender: object, payload: BaseModel) -> BaseModel:
    return payload


async def _collecting_async(sender: object, /, **received: Any) -> dict[str, Any]:
    return received


def _send(signal: AnySignal, fields: dict[str, Any]) -> Any:
    return signal.send("sender", **fields)[0][1]


def _send_async(signal: AnySignal, fields: dict[str, Any]) -> Any:
    return finished(signal.send_async("sender", **fields))[0][1]


def _send_robust(signal: AnySignal, fields: dict[str, Any]) -> Any:
    return signal.send_robust("sender", **fields)[0].value


def _by_signal(
    model: type[BaseModel],
    fields: dict[str, Any],
    send: Callable[[AnySignal, dict[str, Any]], Any],
    receiver: Callable[..., Any],
) -> Result:
    signal: AnySignal = Signal(model)
    signal.connect(receiver, as_payload=receiver is _payload)  # type: ignore[call-overload]  # it is either
    try:
        received = send(signal, fields)
    except PayloadError as error:
        return Result(errors=error.errors())
    except Exception as error:
        return Result(raised=type(error))
    if isinstance(received, BaseModel):
        values = {name: received.__dict__[name] for name in model.model_fields}
        return Result(values, received.model_extra or {}, received)
    values = {name: received[name] for name in model.model_fields}
    return Result(values, {name: value for name, value in received.items() if name not in values})


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of the same types, all the way down."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, BaseModel):
        return all(_same(getattr(one, part), getattr(other, part)) for part in PARTS_OF_A_MODEL)
    if isinstance(one, dict):
        return _same([*one.items()], [*other.items()])
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    # Errors and the like, and NaN, are compared by their reprs.
    return bool(one == other) or repr(one) == repr(other)


def _kept(result: Result, fields: dict[str, Any]) -> set[str]:
    """Return the fields whose objects arrive as they are."""
    return {name for name, value in (result.values or {}).items() if value is fields.get(name, result)}


WAYS: list[tuple[Callable[[AnySignal, dict[str, Any]], Any], Callable[..., Any]]] = [
    (_send, _collecting),
    (_send, _payload),
    (_send_async, _collecting),
    (_send_async, _collecting_async),
    (_send_robust, _collecting),
    (_send_robust, _payload),
]


@settings(max_examples=max(600, settings().max_examples))
@given(case=models_and_fields())
def test_a_send_does_what_pydantic_does(case: tuple[type[BaseModel], dict[str, Any]]) -> None:
    """Receivers get the model's values, of the same types, and copied only if pydantic copies; or the same errors."""
    model, fields = case
    expected = _by_pydantic(model, fields)
    event(f"fast path: {fast_path(model) is not None}, accepted: {expected.values is not None}")
    for send, receiver in WAYS:
        result = _by_signal(model, fields, send, receiver)
        assert _same(result.errors, expected.errors)
        assert result.raised == expected.raised
        assert _same(result.values, expected.values)
        assert _same(result.extra, expected.extra)
        assert _kept(result, fields) == _kept(expected, fields)
        if result.payload is not None:
            assert _same(result.payload, expected.payload)


@given(case=models_and_fields())
def test_a_payload_object_is_sent_as_pydantic_made_it(case: tuple[type[BaseModel], dict[str, Any]]) -> None:
    """Receivers get the object itself, or its fields and extra fields, the same objects."""
    model, fields = case
    payload = _by_pydantic(model, fields).payload
    if payload is None:
        return
    signal: AnySignal = Signal(model)
    signal.connect(_payload, as_payload=True)
    signal.connect(_collecting)
    for send in (signal.send_payload, lambda *sent: finished(signal.send_payload_async(*sent))):
        (_, received), (_, collected) = send("sender", payload)
        values = {name: payload.__dict__[name] for name in model.model_fields} | (payload.model_extra or {})
        assert received is payload
        assert [*collected] == [*values]
        assert all(collected[name] is value for name, value in values.items())


@given(case=models_and_fields())
def test_a_rejection_reaches_no_receiver(case: tuple[type[BaseModel], dict[str, Any]]) -> None:
    """No receiver gets fields that pydantic refuses."""
    model, fields = case
    signal: AnySignal = Signal(model)
    calls: list[object] = []
    signal.connect(lambda sender, /, **received: calls.append(sender), weak=False)
    if _by_pydantic(model, fields).values is None:
        with pytest.raises(Exception):  # noqa: B017, PT011 - which one the property above says
            signal.send("sender", **fields)
        assert calls == []
    else:
        signal.send("sender", **fields)
        assert calls == ["sender"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_each_type_takes_and_refuses_what_it_does_in_pydantic(kind: Kind) -> None:
    """Every value with every type, among them subclasses, and equal values of another type."""
    model: Any = create_model("Model", __base__=Payload, field=(kind.annotation, ...))
    for value in VALUES:
        fields = {"field": value}
        expected = _by_pydantic(model, fields)
        result = _by_signal(model, fields, _send, _collecting)
        assert _same(result.errors, expected.errors)
        assert _same(result.values, expected.values)
        assert _kept(result, fields) == _kept(expected, fields)
