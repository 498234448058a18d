"""Hooks: signals whose receivers return results of a declared type."""

from __future__ import annotations

import ast
import asyncio
import copy
import inspect
import logging
import pickle
import re
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from annotated_types import Gt
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, Field, InstanceOf, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from tests.ways import AnySignal, finished
from typedsignals import (
    ANY,
    AsyncReceiverError,
    DeclarationError,
    DroppedReceiverWarning,
    HeldSendError,
    Hook,
    Namespace,
    Outcome,
    Payload,
    PayloadError,
    ReceiverSignatureError,
    ResultError,
    SenderError,
    Signal,
    TypedSignalsError,
)
from typedsignals._sending.own_methods import SENDS_BEFORE_GENERATING
from typedsignals.testing import capture, isolated, muted

AnyHook = Hook[Any, Any, Any, Any, ...]
AnyReceiver = Callable[..., Any]
T = TypeVar("T")


class OrderPlaced(Payload):
    order_id: int = 7
    coupon: str | None = None


class Shop: ...


class Verdict(Payload):
    reason: str


class Page(BaseModel, Generic[T]):
    items: list[T]


@dataclass
class Point:
    x: int


class Options(TypedDict):
    wide: bool


class Refusing:
    """An annotation for which pydantic can make no schema."""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> None:
        raise LookupError("no schema")


may_ship = Hook(OrderPlaced, returns=bool)


def hook_of(returns: Any, **options: Any) -> AnyHook:
    return Hook[Any, Any, Any, Any, ...](OrderPlaced, returns=returns, name="ask", **options)


def answering(result: object, log: list[object] | None = None) -> AnyReceiver:
    def answer(sender: object, **extra: object) -> object:
        if log is not None:
            log.append(result)
        return result

    return answer


def answering_async(result: object, log: list[object] | None = None) -> AnyReceiver:
    async def answer(sender: object, **extra: object) -> object:
        if log is not None:
            log.append(result)
        return result

    return answer


def settled(result: Any) -> Any:
    return finished(result) if isinstance(result, Coroutine) else result


def passing_on(function: AnyReceiver) -> AnyReceiver:
    """Wrap a coroutine function in a plain one that returns the coroutine."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


# The ways of asking, each with the results that it gives; an error of a receiver is raised.


def concurrent(hook: AnyHook) -> list[Any]:
    try:
        return [value for _, value in asyncio.run(hook.send_concurrent(None))]
    except ExceptionGroup as group:
        (error,) = group.exceptions
        raise error from None


def robust(outcomes: list[Outcome[Any]]) -> list[Any]:
    for outcome in outcomes:
        if outcome.error is not None:
            assert outcome.value is None
            raise outcome.error
    return [outcome.value for outcome in outcomes]


def values(results: list[tuple[AnyReceiver, Any]]) -> list[Any]:
    return [value for _, value in results]


ALL: dict[str, Callable[[AnyHook], list[Any]]] = {
    "send": lambda hook: values(hook.send(None)),
    "send_async": lambda hook: values(finished(hook.send_async(None))),
    "send_robust": lambda hook: robust(hook.send_robust(None)),
    "send_robust_async": lambda hook: robust(finished(hook.send_robust_async(None))),
    "send_concurrent": concurrent,
    "send_payload": lambda hook: values(hook.send_payload(None, OrderPlaced())),
    "send_payload_async": lambda hook: values(finished(hook.send_payload_async(None, OrderPlaced()))),
    "prepare": lambda hook: values(hook.prepare(None).send()),
    "of": lambda hook: values(hook.of("sender").send()),
    "of robust": lambda hook: robust(hook.of("sender").send_robust()),
    "prepare robust": lambda hook: robust(hook.prepare(None).send_robust()),
}
FIRST: dict[str, Callable[[AnyHook], list[Any]]] = {
    "first": lambda hook: [hook.first(None)],
    "first_async": lambda hook: [finished(hook.first_async(None))],
}
WAYS = pytest.mark.parametrize("ask", (ALL | FIRST).values(), ids=ALL | FIRST)
WAYS_TO_ALL = pytest.mark.parametrize("ask", ALL.values(), ids=ALL)
WAYS_TO_FIRST = pytest.mark.parametrize("ask", FIRST.values(), ids=FIRST)
AWAITING = {name: way for name, way in (ALL | FIRST).items() if "async" in name or name == "send_concurrent"}


@WAYS
def test_results_of_the_declared_type_are_given(ask: Callable[[AnyHook], list[Any]]) -> None:
    """As those of a signal are, however often it is asked."""
    hook, receiver = hook_of(bool), answering(False)
    hook.connect(receiver)
    for _ in range(2 * SENDS_BEFORE_GENERATING):
        assert ask(hook) == [False]


@WAYS
def test_another_result_is_an_error(ask: Callable[[AnyHook], list[Any]]) -> None:
    """Even after many results that were right."""
    hook, receiver = hook_of(bool), answering("a secret")
    for _ in range(2 * SENDS_BEFORE_GENERATING):
        ask(hook)
    hook.connect(receiver)
    for _ in range(2):
        with pytest.raises(ResultError, match=r"must return bool:\n  result: input should be a valid boolean, got str"):
            ask(hook)


def test_the_error_names_the_receiver_and_the_type_but_not_the_value() -> None:
    """With its file and line; nothing that is shown with the error has the value."""
    hook, receiver = hook_of(bool), answering("a secret")
    hook.connect(receiver)
    with pytest.raises(ResultError) as caught:
        hook.send(None)
    error, line = caught.value, receiver.__code__.co_firstlineno
    assert str(error) == (
        f"receiver 'answering.<locals>.answer' ({__file__}:{line}) of <Hook 'ask'> must return bool:\n"
        "  result: input should be a valid boolean, got str"
    )
    assert (error.signal, error.receiver) == (hook, receiver)
    assert error.__cause__ is error.__context__ is None
    assert isinstance(error, TypedSignalsError)
    assert isinstance(error, TypeError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - made above


def test_what_is_wrong_inside_a_result_is_said_without_keys_and_values() -> None:
    """Its path shows positions and the names of fields."""
    hook = hook_of(list[dict[str, int]])
    hook.connect(receiver := answering([{}, {"a secret": "another"}]))
    with pytest.raises(ResultError) as caught:
        hook.send(None)
    assert "must return list[dict[str, int]]:\n  result[1][...]: input should be a valid integer, got str" in str(
        caught.value
    )
    hook.disconnect(receiver)
    hook.connect(many := answering(["a secret"] * 50))
    with pytest.raises(ResultError) as caught:
        hook.send(None)
    assert str(caught.value).endswith("result[19]: input should be a valid dictionary, got str\n  ... and 30 more")
    assert many in hook.receivers.values()
    deciding = hook_of(list[Verdict])
    deciding.connect(lacking := answering([{}]))
    with pytest.raises(ResultError, match=r"result\[0\]\.reason: field required"):
        deciding.send(None)
    assert lacking in deciding.receivers.values()


@pytest.mark.parametrize("method", ["send", "send_async", "send_payload", "send_payload_async"])
def test_a_wrong_result_ends_a_send_as_an_exception_does(method: str) -> None:
    """Receivers after it are not called."""
    log: list[object] = []
    hook, receivers = hook_of(bool), [answering(result, log) for result in (True, 1, False)]
    for receiver in receivers:
        hook.connect(receiver)
    payload = [OrderPlaced()] if "payload" in method else []
    with pytest.raises(ResultError):
        settled(getattr(hook, method)(None, *payload))
    assert log == [True, 1]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_robust_send_reports_it_of_that_receiver_alone(caplog: pytest.LogCaptureFixture, is_async: bool) -> None:
    """All others are called; it is logged without the value."""
    log: list[object] = []
    hook = hook_of(bool, accepts="any")
    receivers = [answering(True, log), answering("a secret", log), answering(False, log)]
    if is_async:
        receivers.append(answering_async("another secret", log))
    for receiver in receivers:
        hook.connect(receiver)
    outcomes = finished(hook.send_robust_async(None)) if is_async else hook.send_robust(None)
    assert [(outcome.receiver, outcome.ok) for outcome in outcomes] == [
        (receiver, number in {0, 2}) for number, receiver in enumerate(receivers)
    ]
    assert [outcome.value for outcome in outcomes] == [True, None, False, None][: len(receivers)]
    assert all(isinstance(outcome.error, ResultError) for outcome in outcomes if not outcome.ok)
    records = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(records) == len(receivers) - 2
    assert "ResultError" in caplog.text
    assert "secret" not in "\n".join(record.getMessage() for record in records)


def test_a_wrong_result_cancels_what_a_concurrent_send_still_runs() -> None:
    """The group has an error for each wrong result that came."""
    ended: list[str] = []
    hook = hook_of(bool, accepts="any")

    async def slow(sender: object, **extra: object) -> bool:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return True

    hook.connect(slow)
    hook.connect(wrong := answering_async(1))
    with pytest.raises(ExceptionGroup, match="1 receiver of <Hook 'ask'> failed") as caught:
        asyncio.run(hook.send_concurrent(None))
    (error,) = caught.value.exceptions
    assert isinstance(error, ResultError)
    assert error.receiver is wrong
    assert ended == ["cancelled"]


def test_results_from_threads_are_checked_too() -> None:
    """And come in the order of connection."""
    hook = hook_of(int, accepts="any")
    receivers = [answering(1), answering_async(2), answering(3)]
    for receiver in receivers:
        hook.connect(receiver, thread=receiver is receivers[0])
    assert asyncio.run(hook.send_concurrent(None)) == list(zip(receivers, [1, 2, 3], strict=True))
    hook.connect(wrong := answering("text"), thread=True)
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(hook.send_concurrent(None))
    assert [error.receiver for error in caught.value.exceptions if isinstance(error, ResultError)] == [wrong]


class Lax(BaseModel):
    number: int


shop = Shop()
RIGHT: list[tuple[Any, Any]] = [
    (bool, True),
    (bool | None, None),
    (None, None),
    (int | str, "text"),
    (float, 1.5),
    (list[int], [1, 2]),
    (dict[str, list[int]], {"a": [1]}),
    (tuple[int, ...], (1, 2)),
    (Literal["yes", "no"], "yes"),
    (Verdict, Verdict(reason="late")),
    (Verdict | None, None),
    (list[Verdict], [Verdict(reason="late")]),
    (Page[int], Page[int](items=[1])),
    (Lax, Lax(number=1)),
    (Point, Point(1)),
    (Options, {"wide": True}),
    (Shop, shop),
    (type[Shop], Shop),
    (InstanceOf[list[Any]], [1, "2"]),
    (Any, object),
    (object, shop),
    (Annotated[int, Gt(0)], 1),
    (Callable[[int], str], str),
]
WRONG: list[tuple[Any, Any]] = [
    (bool, 1),
    (bool, None),
    (bool | None, 0),
    (None, False),
    (int, True),
    (int, "1"),
    (int | str, 1.5),
    (str, b"text"),
    (list[int], (1, 2)),
    (list[int], [1, "2"]),
    (dict[str, list[int]], {"a": ["1"]}),
    (Literal["yes", "no"], "perhaps"),
    (Verdict, {"reason": 7}),
    (list[Verdict], [{"reason": "late", "more": 1}]),
    (Page[int], Page[str](items=["1"])),
    (Lax, {"number": "1"}),
    (Point, {"x": 1}),
    (Options, {"wide": 1}),
    (Options, {}),
    (Shop, Shop),
    (type[Shop], shop),
    (InstanceOf[list[Any]], ()),
    (Annotated[int, Gt(0)], 0),
    (Callable[[int], str], "text"),
]


@pytest.mark.parametrize(("returns", "result"), RIGHT)
def test_what_is_of_the_type_is_accepted(returns: Any, result: Any) -> None:
    """By pydantic's strict rules, whatever configuration a model has."""
    hook, receiver = hook_of(returns), answering(result)
    hook.connect(receiver)
    assert hook.returns == returns
    assert hook.send(None) == [(receiver, result)]


@pytest.mark.parametrize(("returns", "result"), WRONG)
def test_what_is_not_of_the_type_is_refused(returns: Any, result: Any) -> None:
    """Nothing is converted."""
    hook = hook_of(returns)
    hook.connect(receiver := answering(result))
    with pytest.raises(ResultError) as caught:
        hook.send(None)
    assert caught.value.receiver is receiver


def test_a_model_may_be_made_of_a_dictionary() -> None:
    """As in the field of a payload: pydantic allows that even where it is strict."""
    for model in (Lax, Verdict):
        fields: dict[str, Any] = {"number": 1} if model is Lax else {"reason": "late"}
        listed: Any = list[model]  # type: ignore[valid-type]  # to a checker
        for returns, result, expected in ((model, fields, model(**fields)), (listed, [fields], [model(**fields)])):
            hook, receiver = hook_of(returns), answering(result)
            hook.connect(receiver)
            assert hook.send(None) == [(receiver, expected)]


def test_a_result_is_what_validation_gives() -> None:
    """As the field of a payload is: a list is copied, a live object is not, a validator may change it."""
    items = [1]
    for returns, is_same in ((list[int], False), (InstanceOf[list[Any]], True)):
        hook, receiver = hook_of(returns), answering(items)
        hook.connect(receiver)
        ((_, result),) = hook.send(None)
        assert result == items
        assert (result is items) is is_same
    doubling = hook_of(Annotated[int, AfterValidator(lambda number: 2 * number)])
    doubling.connect(receiver := answering(21))
    assert doubling.send(None) == [(receiver, 42)]


@given(result=st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers() | st.text()))
def test_results_are_judged_as_pydantic_does(result: object) -> None:
    """Strictly, for each type."""
    types: list[Any] = [bool, int | None, str, list[int], list[int | str] | None, object]
    for returns in types:
        hook: AnyHook = hook_of(returns)
        hook.connect(receiver := answering(result))
        try:
            expected = TypeAdapter(returns).validate_python(result, strict=True)
        except ValidationError:
            with pytest.raises(ResultError):
                hook.send(None)
            assert not hook.send_robust(None)[0].ok
        else:
            assert hook.send(None) == [(receiver, expected)]


# Coroutines and wrappers


@pytest.mark.parametrize("ask", AWAITING.values(), ids=AWAITING)
@pytest.mark.parametrize("accepts", ["async", "any"])
def test_what_a_coroutine_function_gives_is_the_result(ask: Callable[[AnyHook], list[Any]], accepts: Any) -> None:
    """Once it is awaited, also if a plain function passes the coroutine on."""
    right, wrong = answering_async(True), answering_async("a secret")
    for receiver in (right, passing_on(right)):
        hook = hook_of(bool, accepts=accepts)
        hook.connect(receiver)
        assert ask(hook) == [True]
    for receiver in (wrong, passing_on(wrong)):
        hook = hook_of(bool, accepts=accepts)
        hook.connect(receiver)
        with pytest.raises(ResultError, match="got str"):
            ask(hook)


@pytest.mark.parametrize("way", ["send", "send_robust", "send_payload", "first", "prepare"])
def test_a_coroutine_that_nothing_awaits_is_a_wrong_result(way: str) -> None:
    """The error says what to do, and Python does not warn of the coroutine as well."""
    coroutine_function = answering_async(True)
    hook = hook_of(bool)
    hook.connect(passing_on(coroutine_function), weak=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ResultError, match=r"got coroutine\n  .nothing awaits it here: use send_async, or return"):
            (ALL | FIRST)[way](hook)


def test_a_hook_of_any_result_gives_a_coroutine_as_it_is() -> None:
    """It is what was asked for."""
    coroutine_function = answering_async(True)
    hook = hook_of(Any)
    hook.connect(passing_on(coroutine_function), weak=False)
    ((_, coroutine),) = hook.send(None)
    assert finished(coroutine) is True


def test_a_task_is_no_result() -> None:
    """It is not awaited, as it is not by a signal."""

    def start(sender: object, **extra: object) -> Awaitable[bool]:
        return asyncio.ensure_future(asyncio.sleep(0, result=True))

    async def ask() -> None:
        hook = hook_of(bool, accepts="any")
        hook.connect(start)
        with pytest.raises(ResultError, match="got Task"):
            await hook.send_async(None)

    asyncio.run(ask())


def running(function: AnyReceiver) -> AnyReceiver:
    return lambda *args, **kwargs: finished(function(*args, **kwargs))


def making_async(function: AnyReceiver) -> AnyReceiver:
    async def call(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return call


WRAPPED: dict[str, Callable[[AnyHook], Any]] = {
    "send": lambda hook: values(hook.send(None, _async_wrapper=running)),
    "send_robust": lambda hook: robust(hook.send_robust(None, _async_wrapper=running)),
    "send_payload": lambda hook: values(hook.send_payload(None, OrderPlaced(), _async_wrapper=running)),
    "first": lambda hook: [hook.first(None, _async_wrapper=running)],
    "send_async": lambda hook: values(finished(hook.send_async(None, _sync_wrapper=making_async))),
    "send_robust_async": lambda hook: robust(finished(hook.send_robust_async(None, _sync_wrapper=making_async))),
    "send_concurrent": lambda hook: values(asyncio.run(hook.send_concurrent(None, _sync_wrapper=making_async))),
    "first_async": lambda hook: [finished(hook.first_async(None, _sync_wrapper=making_async))],
    "send_payload_async": lambda hook: values(
        finished(hook.send_payload_async(None, OrderPlaced(), _sync_wrapper=making_async))
    ),
}


@pytest.mark.parametrize("ask", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.parametrize("made", [answering, answering_async])
def test_what_a_wrapped_receiver_gives_is_the_result(
    ask: Callable[[AnyHook], Any], made: Callable[[object], AnyReceiver]
) -> None:
    """Whichever kind the wrapper turns it into."""
    hook, receiver = hook_of(bool, accepts="any"), made(True)
    hook.connect(receiver)
    assert ask(hook) == [True]
    hook.disconnect(receiver)
    hook.connect(wrong := made("a secret"))
    with pytest.raises((ResultError, ExceptionGroup)) as caught:
        ask(hook)
    error = caught.value.exceptions[0] if isinstance(caught.value, ExceptionGroup) else caught.value
    assert isinstance(error, ResultError)
    assert error.receiver is wrong


def test_the_first_answer_may_be_that_of_a_wrapper() -> None:
    """Of the wrapped receiver, that is."""

    def opposite(function: AnyReceiver) -> AnyReceiver:
        async def call(*args: Any, **kwargs: Any) -> Any:
            return not function(*args, **kwargs)

        return call

    hook = hook_of(bool)
    hook.connect(receiver := answering(True))
    assert finished(hook.first_async(None, _sync_wrapper=opposite)) is False
    assert receiver in hook.receivers.values()


@pytest.mark.parametrize("ask", [FIRST["first"], ALL["send"], ALL["send_payload"]])
def test_a_hook_that_cannot_await_a_receiver_calls_none(ask: Callable[[AnyHook], list[Any]]) -> None:
    """The error names the method."""
    log: list[object] = []
    hook = hook_of(bool, accepts="any")
    hook.connect(plain := answering(True, log))
    hook.connect(awaited := answering_async(True, log))
    with pytest.raises(AsyncReceiverError, match=r" which (first|send|send_payload) cannot await; use ") as caught:
        ask(hook)
    assert (caught.value.signal, caught.value.receiver) == (hook, awaited)
    assert log == []
    assert plain in hook.receivers.values()


def test_by_default_a_hook_accepts_plain_functions_only() -> None:
    """It asks where the answer is needed."""
    for hook in (hook_of(bool), Namespace().hook("ask", OrderPlaced, returns=bool)):
        assert hook.accepts == "sync"
        with pytest.raises(ReceiverSignatureError, match="accepts='sync'"):
            hook.connect(answering_async(True))
        assert not hook.receivers


# The first answer


@WAYS_TO_FIRST
@pytest.mark.parametrize("answer", [True, False, 0, "", [], 7])
def test_the_first_answer_that_is_not_none_is_given(ask: Callable[[AnyHook], list[Any]], answer: object) -> None:
    """Even if it is false; receivers after it are not called."""
    log: list[object] = []
    hook = hook_of(Any)
    receivers = [answering(result, log) for result in (None, None, answer, "later")]
    for receiver in receivers:
        hook.connect(receiver)
    assert ask(hook) == [answer]
    assert log == [None, None, answer]


@WAYS_TO_FIRST
def test_without_an_answer_it_is_none(ask: Callable[[AnyHook], list[Any]]) -> None:
    """If there are no receivers, all of them return None, or none is called."""
    hook = hook_of(bool | None)
    assert ask(hook) == [None]
    hook.connect(receiver := answering(None))
    assert ask(hook) == [None]
    hook.connect(other := answering(True))
    with hook.muted():
        assert ask(hook) == [None]
    assert ask(hook) == [True]
    assert [*hook.receivers.values()] == [receiver, other]


@WAYS_TO_FIRST
def test_they_are_asked_in_their_order(ask: Callable[[AnyHook], list[Any]]) -> None:
    """A receiver that is called once is so only when it is asked."""
    hook = hook_of(str)
    hook.connect(low := answering("low"), once=True)
    hook.connect(high := answering("high"), priority=1, once=True)
    assert ask(hook) == ["high"]
    assert [*hook.receivers.values()] == [low]
    assert ask(hook) == ["low"]
    assert ask(hook) == [None]
    assert high not in hook.receivers.values()


@WAYS_TO_FIRST
def test_a_wrong_answer_is_an_error_even_if_a_later_one_is_right(ask: Callable[[AnyHook], list[Any]]) -> None:
    """And so is an exception; of an answer before it, neither is noticed."""
    hook = hook_of(bool)

    def fail(sender: object, **extra: object) -> bool:
        raise LookupError("failed")

    hook.connect(wrong := answering("text"))
    hook.connect(fail)
    hook.connect(right := answering(True), priority=-1)
    with pytest.raises(ResultError):
        ask(hook)
    hook.disconnect(wrong)
    with pytest.raises(LookupError, match="failed"):
        ask(hook)
    hook.connect(right, priority=1)
    assert ask(hook) == [True]


@WAYS_TO_FIRST
def test_it_is_a_send_to_those_that_look_on(ask: Callable[[AnyHook], list[Any]]) -> None:
    """A capture and a task that waits see it."""
    hook = hook_of(bool)
    with capture(hook) as captured:
        ask(hook)
    assert captured.one().payload == OrderPlaced()

    async def wait() -> Any:
        async with hook.stream() as events:
            ask(hook)
            return await anext(events)

    assert asyncio.run(wait()) == (None, OrderPlaced())


@pytest.mark.parametrize("answer", [True, None])
def test_receivers_of_the_namespace_hear_of_each_question(answer: object) -> None:
    """Whether it was answered or not; what they return is no answer, and may be of any type."""
    heard: list[object] = []

    def note(signal: AnySignal, sender: object, payload: OrderPlaced) -> str:
        heard.append((signal, sender, payload.order_id))
        return "noted"

    namespace = Namespace("shop")
    namespace.connect(note)
    hook = namespace.hook("ask", OrderPlaced, returns=bool | None, accepts="any")
    hook.connect(receiver := answering(answer))
    assert hook.first("one", order_id=1) is answer
    assert finished(hook.first_async("two", order_id=2)) is answer
    assert hook.send("three", order_id=3) == [(receiver, answer)]
    assert heard == [(hook, "one", 1), (hook, "two", 2), (hook, "three", 3)]


def test_it_validates_what_is_sent() -> None:
    """As any send does, and as the hook is declared to."""
    hook: AnyHook = Hook(OrderPlaced, returns=bool, sender=Shop)
    with pytest.raises(PayloadError):
        hook.first(shop, order_id="7")
    with pytest.raises(SenderError):
        hook.first("shop")
    with pytest.raises(TypeError, match=r"^first\(\)"):
        hook.first(shop, 7)
    with pytest.raises(TypeError, match=r"^first_async\(\)"):
        finished(hook.first_async(shop, 7))
    lazy = hook_of(bool, validate="connected")
    assert lazy.first(None, order_id="7") is None
    assert finished(lazy.first_async(None, order_id="7")) is None
    lazy.connect(receiver := answering(True))
    with pytest.raises(PayloadError):
        lazy.first(None, order_id="7")
    assert lazy.first(None, order_id=7) is True
    assert receiver in lazy.receivers.values()


def test_it_reaches_the_receivers_of_its_sender() -> None:
    """As a payload object too."""
    hook = hook_of(int)

    def of_payload(sender: object, payload: OrderPlaced) -> int:
        return payload.order_id

    hook.connect(receiver := answering(1), sender="other")
    hook.connect(of_payload, as_payload=True)
    assert hook.first("one", order_id=2) == 2
    hook.connect(receiver, sender="one", priority=1)
    assert (hook.first("one"), hook.first("other")) == (1, 1)
    assert values(hook.send_payload("other", OrderPlaced())) == [1, 7]


@WAYS_TO_FIRST
def test_a_question_cannot_be_held(ask: Callable[[AnyHook], list[Any]]) -> None:
    """An answer that comes at the end of the block is none; what is only sent can be held."""
    log: list[object] = []
    hook = hook_of(bool)
    hook.connect(receiver := answering(True, log))
    with hook.held():
        with pytest.raises(HeldSendError, match=r"^first(_async)?\(\) of <Hook 'ask'> needs its answer now") as caught:
            ask(hook)
        assert caught.value.signal is hook
        assert hook.send(None) == []
        assert log == []
    assert log == [True]
    assert receiver in hook.receivers.values()


def test_what_is_held_is_checked_when_it_is_delivered() -> None:
    """Also if it is reduced."""
    hook = hook_of(bool)
    hook.connect(wrong := answering("text"))
    for reduce in (None, lambda payloads: payloads[-1]):
        with pytest.raises(ExceptionGroup) as caught, hook.held(reduce=reduce):
            assert [hook.send(None), hook.send(None)] == [[], []]
        errors = caught.value.exceptions
        assert [error.receiver for error in errors if isinstance(error, ResultError)] == [wrong] * (1 if reduce else 2)


# A hook is a signal


def test_a_hook_is_a_signal_of_its_payload() -> None:
    """Connecting, blocks and introspection are those of a signal."""
    hook = hook_of(bool)
    assert isinstance(hook, Signal)
    assert (hook.payload_type, hook.sender_type, hook.name, hook.validate) == (OrderPlaced, None, "ask", "always")

    @hook.connect_via(ANY)
    def decorated(sender: object, **extra: object) -> bool:
        return True

    with hook.connected_to(answering(False)) as receiver:
        assert values(hook.send(None)) == [True, False]
        assert [connection.receiver for connection in hook.connections] == [decorated, receiver]
    with muted(hook):
        assert hook.send(None) == []
    with isolated(hook):
        assert hook.first(None) is None
        hook.connect(wrong := answering(1))
        with pytest.raises(ResultError):
            hook.send(None)
        assert wrong in hook.receivers.values()
    assert hook.first(None) is True


def test_a_capture_does_not_take_part_in_the_answers() -> None:
    """Nor does a block around all signals of a namespace."""
    namespace = Namespace("shop")
    hook = namespace.hook("may-ship", OrderPlaced, returns=bool)
    hook.connect(receiver := answering(True))
    with capture(namespace) as captured:
        assert hook.send(None, order_id=1) == [(receiver, True)]
        with isolated(namespace):
            assert hook.send(None, order_id=2) == []
    assert [record.payload.order_id for record in captured] == [1, 2]
    captured.assert_sent(hook, order_id=2)


def test_a_hook_may_receive_what_a_signal_sends() -> None:
    """Its answers are not the signal's."""
    signal, hook = Signal(OrderPlaced), hook_of(bool)
    signal.connect(hook.send)
    hook.connect(receiver := answering(True))
    assert values(signal.send(None)) == [[(receiver, True)]]


def test_a_hook_is_shown_and_copied_by_its_name() -> None:
    """Like a signal."""
    assert repr(may_ship) == "<Hook 'may_ship'>"
    assert repr(Namespace("shop").hook("may-ship", OrderPlaced, returns=bool)) == "<Hook 'shop.may-ship'>"
    assert copy.deepcopy(may_ship) is pickle.loads(pickle.dumps(may_ship)) is may_ship  # noqa: S301 - made above


def test_a_class_of_hooks_may_have_its_own_constructor() -> None:
    """The type of results is passed on."""

    class Veto(Hook[OrderPlaced, Any, bool]):
        def __init__(self) -> None:
            super().__init__(OrderPlaced, returns=bool)

    veto = Veto()
    veto.connect(receiver := answering(1))
    with pytest.raises(ResultError):
        veto.first(None)
    assert receiver in veto.receivers.values()


def parameters(source: Path, name: str) -> dict[str, list[dict[str, str]]]:
    """Return what each signature of a class's methods that type checkers read takes, in order."""
    (kind,) = [node for node in ast.parse(source.read_text()).body if getattr(node, "name", "") == name]
    found: dict[str, list[dict[str, str]]] = {}
    for node in ast.walk(kind):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            taken = {one.arg: ast.unparse(one.annotation) for one in named if one.annotation}
            is_overload = any(ast.unparse(decorator) == "overload" for decorator in node.decorator_list)
            if is_overload or node.name not in found:
                found.setdefault(node.name, []).append(taken)
    return found


@pytest.mark.parametrize("method", ["connect", "connect_via", "connected_to", "send", "send_payload", "prepare", "of"])
def test_type_checkers_know_the_same_options_of_a_hook_as_of_a_signal(method: str) -> None:
    """Its signatures are written out once more, and differ only in what receivers return."""
    sources = [Path(inspect.getfile(kind)) for kind in (Signal, Hook)]
    signal, hook = (parameters(file, kind.__name__)[method] for file, kind in zip(sources, (Signal, Hook), strict=True))
    in_general = [{name: re.sub(r"\bReturnT\b", "R", kind) for name, kind in taken.items()} for taken in hook]
    assert in_general == signal


@pytest.mark.parametrize("declared", [bool, Hook, 7, "bool", len, lambda: bool, ..., (bool,)])
def test_the_type_of_results_is_a_type(declared: Any) -> None:
    """Not a value, a function, or the name of a type."""
    if isinstance(declared, type):
        assert hook_of(declared).returns is declared
        return
    namespace = Namespace()
    for declare in (lambda: hook_of(declared), lambda: namespace.hook("ask", OrderPlaced, returns=declared)):
        with pytest.raises(DeclarationError) as caught:
            declare()
        assert str(caught.value) == (
            f"returns= must be a type, such as bool or str | None, got a {type(declared).__name__}"
        )
    assert list(namespace) == []


@pytest.mark.parametrize(
    "returns",
    [
        Annotated[int, Field(discriminator="kind")],
        Annotated[Verdict | Lax, Field(discriminator="kind")],
        Annotated[int, Refusing()],
        tuple[Shop, Annotated[Verdict | Lax, Field(discriminator="kind")]],
    ],
)
def test_a_type_that_pydantic_cannot_validate_is_refused(returns: Any) -> None:
    """When the hook is declared."""
    with pytest.raises(DeclarationError) as caught:
        hook_of(returns)
    cause = caught.value.__cause__
    shown = repr(returns).removeprefix("typing.")
    assert str(caught.value) == f"returns={shown} cannot be validated: {type(cause).__name__}: {cause}"
    assert "Unable to generate" not in str(cause)


def test_a_hook_needs_a_payload() -> None:
    """Its receivers are asked about something; nothing is declared without."""
    namespace = Namespace()
    untyped: Any = Hook
    for payload in ([], [None], ["a text"]):
        with pytest.raises(DeclarationError, match=r"^a hook must have a payload, a pydantic model: Hook\(Order"):
            untyped(*payload, returns=bool)
    for text in (None, "a text"):
        with pytest.raises(DeclarationError, match="a hook must have a payload"):
            namespace.hook("ask", text, returns=bool)  # type: ignore[call-overload]  # as it is not a model
    with pytest.raises(DeclarationError, match="payload must be a pydantic model class, got int"):
        untyped(int, returns=bool)
    with pytest.raises(DeclarationError, match=r"^a hook's name must be a string, got int"):
        namespace.hook(7, OrderPlaced, returns=bool)  # type: ignore[call-overload]  # as it is not a name
    with pytest.raises(DeclarationError, match="accepts= must be"):
        namespace.hook("ask", OrderPlaced, returns=bool, accepts="both")  # type: ignore[call-overload]  # no kind
    assert list(namespace) == []


def test_the_type_of_results_may_be_complete_later() -> None:
    """A result is judged when there is one."""

    class Answer(BaseModel):
        later: Later

    hook: AnyHook = hook_of(list[Answer])
    hook.connect(receiver := answering([]))
    with pytest.raises(
        DeclarationError, match=r"Answer\], which the receivers of <Hook 'ask'> return, refers to a name"
    ) as caught:
        hook.send(None)
    assert caught.value.signal is hook

    class Later(BaseModel):
        number: int

    Answer.model_rebuild(_types_namespace={"Later": Later})
    assert hook.send(None) == [(receiver, [])]


class TestDeclaredAgain:
    """Declarations that are executed again, and such that contradict."""

    def test_the_same_declaration_gives_the_same_hook(self) -> None:
        """Also without its payload, by its name."""
        namespace = Namespace("shop")
        hook = namespace.hook("ask", OrderPlaced, returns=bool | None)
        assert namespace.hook("ask", OrderPlaced, returns=None | bool) is hook
        assert namespace.signal("ask") is namespace["ask"] is hook

    @pytest.mark.parametrize(
        ("options", "shown"),
        [
            ({"returns": int}, "accepts='sync' and returns=int"),
            ({"returns": list[bool]}, r"returns=list\[bool\]"),
            ({"returns": bool, "accepts": "any"}, "with payload OrderPlaced and returns=bool"),
            ({"returns": bool, "sender": Shop}, "and sender Shop and accepts='sync' and returns=bool"),
            ({"returns": bool, "validate": "never"}, "and validate='never' and accepts='sync' and returns=bool"),
        ],
    )
    def test_another_declaration_contradicts(self, options: Any, shown: str) -> None:
        """The message shows both."""
        namespace = Namespace("shop")
        hook = namespace.hook("ask", OrderPlaced, returns=bool)
        with pytest.raises(
            DeclarationError, match=rf"with payload OrderPlaced and accepts='sync' and returns=bool, and now .*{shown};"
        ):
            namespace.hook("ask", OrderPlaced, **options)
        assert hook.returns is bool

    @pytest.mark.parametrize(
        ("payload", "options", "message"),
        [
            (None, {}, "a hook must have a payload"),
            ("a text", {}, "a hook must have a payload"),
            (OrderPlaced, {"sender": 3}, "sender= must be a class"),
            (OrderPlaced, {"doc": 3}, "doc= must be a string, got int"),
            (OrderPlaced, {"validate": "sometimes"}, "validate= must be 'always', 'connected' or 'never'"),
        ],
    )
    def test_what_no_hook_can_have_is_refused_as_such(self, payload: Any, options: Any, message: str) -> None:
        """And not because the hook has something else, or not at all."""
        namespace = Namespace("shop")
        namespace.hook("ask", OrderPlaced, returns=bool)
        with pytest.raises(DeclarationError, match=message):
            namespace.hook("ask", payload, returns=bool, **options)

    def test_another_payload_of_the_same_name_contradicts(self) -> None:
        """The message shows both with their modules, and where they are declared."""
        namespace = Namespace("shop")
        names: dict[str, Any] = {"__name__": "elsewhere", "shop": namespace, "Payload": Payload}
        cell = "class OrderPlaced(Payload): pass\nshop.hook('ask', OrderPlaced, returns=bool)"
        namespace.hook("ask", OrderPlaced, returns=bool)
        with pytest.raises(DeclarationError, match=r"and now at elsewhere\.py:2 with payload elsewhere\.OrderPlaced"):
            exec(compile(cell, "elsewhere.py", "exec"), names)  # noqa: S102 - written above

    def test_a_signal_and_a_hook_contradict(self) -> None:
        """Whichever comes first."""
        namespace = Namespace("shop")
        namespace.hook("hook", OrderPlaced, returns=bool)
        namespace.signal("signal", OrderPlaced, accepts="sync")
        with pytest.raises(DeclarationError, match="and returns=bool, and now with payload OrderPlaced and "):
            namespace.signal("hook", OrderPlaced, accepts="sync")
        with pytest.raises(DeclarationError, match=r"and now with payload .* and accepts='sync' and returns=bool"):
            namespace.hook("signal", OrderPlaced, returns=bool)

    @staticmethod
    def run(namespace: Namespace, declared: str) -> dict[str, Any]:
        """Execute a notebook cell that declares the hook, its payload and a class of results."""
        names: dict[str, Any] = {"__name__": "__main__", "shop": namespace, "Payload": Payload}
        cell = f"class Placed(Payload):\n    x: int = 1\nclass Verdict: pass\nhook = shop.{declared}"
        exec(cell, names)  # noqa: S102 - written above
        return names

    def test_executed_again_it_is_followed(self) -> None:
        """With another type of results, or a new class for them."""
        namespace = Namespace("shop")
        first = self.run(namespace, "hook('ask', Placed, returns=Verdict)")
        hook = first["hook"]
        hook.connect(receiver := answering(first["Verdict"]()))
        assert hook.first(None) is not None
        again = self.run(namespace, "hook('ask', Placed, returns=Verdict, doc='Again.')")
        assert again["hook"] is hook
        assert (hook.returns, hook.__doc__) == (again["Verdict"], "Again.")
        with pytest.raises(ResultError, match="must return Verdict:\n  result: input should be an instance of Verdict"):
            hook.first(None)
        assert self.run(namespace, "hook('ask', Placed, returns=object)")["hook"] is hook
        assert hook.returns is object
        assert hook.first(None) is not None
        with pytest.raises(DeclarationError):
            self.run(namespace, "hook('ask', Placed, returns='bool')")
        with pytest.raises(DeclarationError, match="and now with payload Placed; "):
            self.run(namespace, "signal('ask', Placed)")
        assert receiver in hook.receivers.values()
        again = self.run(namespace, "hook('ask', Placed, returns=Verdict | None)")
        again = self.run(namespace, "hook('ask', Placed, returns=Verdict | None)")
        assert (hook.payload_type, hook.returns) == (again["Placed"], again["Verdict"] | None)

    def test_a_declaration_that_fails_changes_nothing(self) -> None:
        """Neither the payload nor the type of results; a warning that is raised comes after the change."""
        namespace = Namespace("shop")
        first = self.run(namespace, "hook('ask', Placed, returns=bool, accepts='any')")
        hook = first["hook"]
        with pytest.raises(DeclarationError, match="returns= must be a type"):
            self.run(namespace, "hook('ask', Placed, returns='bool')")
        assert (hook.payload_type, hook.returns) == (first["Placed"], bool)
        hook.connect(receiver := answering_async(True))
        with pytest.raises(DroppedReceiverWarning):
            self.run(namespace, "hook('ask', Placed, returns=int)")
        assert hook.returns is int
        assert receiver not in hook.receivers.values()

    def test_another_class_of_the_same_name_is_refused(self) -> None:
        """The message shows which module each comes from."""
        namespace, one, two = Namespace("shop"), type("Verdict", (), {}), type("Verdict", (), {"__module__": "two"})
        namespace.hook("ask", OrderPlaced, returns=one)
        with pytest.raises(
            DeclarationError,
            match=rf"returns={__name__}\.Verdict, and now .* returns=two\.Verdict, which is another class",
        ):
            namespace.hook("ask", OrderPlaced, returns=two)

    def test_a_class_of_results_that_was_replaced_is_refused(self) -> None:
        """The new one has taken its place, as of a payload."""
        namespace = Namespace("shop")
        payload, (old, new) = OrderPlaced, [self.run(Namespace(), "signal('x')")["Verdict"] for _ in range(2)]
        hook = namespace.hook("ask", payload, returns=old)
        assert namespace.hook("ask", payload, returns=new) is hook
        assert hook.returns is new
        with pytest.raises(DeclarationError, match=r"was declared again .* with another Verdict") as caught:
            namespace.hook("ask", payload, returns=old)
        assert caught.value.signal is hook

    def test_with_fewer_kinds_of_receivers_it_disconnects_the_others(self) -> None:
        """As a signal does."""
        namespace = Namespace("shop")
        hook = self.run(namespace, "hook('ask', Placed, returns=bool, accepts='any')")["hook"]
        hook.connect(receiver := answering_async(True))
        with pytest.warns(DroppedReceiverWarning, match="it is a coroutine function"):
            self.run(namespace, "hook('ask', Placed, returns=bool)")
        assert receiver not in hook.receivers.values()


def test_outcomes_may_name_the_type_of_their_value() -> None:
    """Only in annotations: an outcome is as small as before."""
    assert Outcome[bool] != Outcome[int]
    assert not hasattr(Outcome(may_ship.send, True), "__dict__")


def test_a_signal_takes_any_result() -> None:
    """As before."""
    signal: AnySignal = Signal(OrderPlaced)
    receivers = [answering(result) for result in (True, "text", None)]
    for receiver in receivers:
        signal.connect(receiver)
    for _ in range(2 * SENDS_BEFORE_GENERATING):
        assert signal.send(None) == list(zip(receivers, [True, "text", None], strict=True))
