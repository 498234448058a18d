"""Which receivers a signal accepts, by what they can be called with."""

from __future__ import annotations

import functools
import gc
import inspect
import warnings
import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any
from unittest.mock import Mock, create_autospec

import pytest
from pydantic import BaseModel, ConfigDict, Field

from tests.ways import AnySignal
from typedsignals import Payload, ReceiverSignatureError, Signal
from typedsignals._checking.contract import MOST_REMEMBERED, misfits_allowed


class Order(Payload):
    order_id: int
    note: str = "n"


class Named(Payload):
    self: int
    cls: int = 2


def function(sender: object, order_id: int, note: str) -> int:
    return order_id


def wrapped(inner: Callable[..., int]) -> Callable[..., int]:
    @functools.wraps(inner)
    def wrapper(*args: Any, **kwargs: Any) -> int:
        return inner(*args, **kwargs)

    return wrapper


class Receivers:
    def __init__(self, sender: object = None, order_id: int = 0, **extra: object) -> None:
        self.order_id = order_id

    def method(self, sender: object, order_id: int, **extra: object) -> int:
        return order_id

    @classmethod
    def class_method(cls, sender: object, order_id: int, **extra: object) -> int:
        return order_id

    @staticmethod
    def static_method(sender: object, order_id: int, **extra: object) -> int:
        return order_id

    def __call__(self, sender: object, order_id: int, **extra: object) -> int:
        return order_id

    def positional_only(self, /, sender: object, **extra: int) -> int:
        return extra["self"]


def bound(first: int, sender: object, **extra: object) -> int:
    return first


ACCEPTED: dict[str, Callable[..., Any]] = {
    "function": function,
    "lambda": lambda sender, order_id, **extra: order_id,
    "any arguments": lambda *args, **kwargs: kwargs["order_id"],
    "positional-only sender": lambda sender, /, order_id, note: order_id,
    "method": Receivers().method,
    "class method": Receivers.class_method,
    "static method": Receivers.static_method,
    "callable object": Receivers(),
    "partial": functools.partial(function, note="bound"),
    "partial with a position": functools.partial(bound, 7),
    "partial of a method": functools.partial(Receivers().method, note="x"),
    "wrapper": wrapped(function),
    "mock": Mock(return_value=7),
    "mock with a signature": create_autospec(function, return_value=7),
}


@pytest.mark.parametrize("receiver", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_receivers_of_all_kinds_are_accepted_and_called(receiver: Callable[..., Any]) -> None:
    """If they accept the sender by position and all the fields by keyword."""
    signal: AnySignal = Signal(Order)
    signal.connect(receiver, weak=False)
    assert [value for _, value in signal.send("sender", order_id=7)] == [7]


def test_a_class_is_called_like_any_receiver() -> None:
    """It makes an instance."""
    signal: AnySignal = Signal(Order)
    signal.connect(Receivers)
    [(_, made)] = signal.send("sender", order_id=7)
    assert made.order_id == 7


def test_a_callable_whose_signature_cannot_be_read_is_trusted() -> None:
    """Some builtins have none."""
    signal: AnySignal = Signal(Order)
    signal.connect(iter)
    with pytest.raises(TypeError, match="takes no keyword arguments"):
        signal.send([], order_id=1)


def test_a_receiver_without_code_is_warned_about_where_it_is_connected() -> None:
    """There is no better place to point to."""
    mock = Mock(spec=[])
    mock.__signature__ = inspect.signature(lambda sender, old, **extra: 0)
    signal: AnySignal = Signal(Ageing)
    with pytest.warns(DeprecationWarning, match="takes 'old', a deprecated field"):
        signal.connect(mock, weak=False)


class Sorting(Payload):
    key: None = None
    reverse: bool = Field(False, deprecated="say it otherwise")


def test_a_receiver_that_cannot_be_inspected_is_accepted() -> None:
    """Because reading a signature runs the receiver's own code, which may fail though a call would not."""

    class Incomparable:
        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            raise RuntimeError

        def __call__(self, sender: object, **extra: object) -> str:
            return "called"

    receiver = Incomparable()
    signal = Signal(Order)
    signal.connect(receiver)
    assert [value for _, value in signal.send(None, order_id=1)] == ["called"]
    signal.disconnect(receiver)
    assert signal.connections == ()


def test_a_builtin_is_warned_about_where_it_is_connected() -> None:
    """It has no line of its own."""
    signal: AnySignal = Signal(Sorting)
    with pytest.warns(DeprecationWarning, match="receiver 'sorted' takes 'reverse'") as caught:
        signal.connect(sorted)
    assert caught[0].filename == __file__
    assert signal.send([2, 1], reverse=True)[0][1] == [2, 1]


def test_what_cannot_be_called_is_refused() -> None:
    """Whatever it is."""
    wrong: Any = 7
    with pytest.raises(ReceiverSignatureError, match="a int is not callable"):
        Signal(Order).connect(wrong)


def test_receivers_from_one_definition_are_all_connected() -> None:
    """What was read of the first applies to the others."""
    signal: AnySignal = Signal(Order)

    def make(number: int) -> Callable[..., int]:
        return lambda sender, order_id, note: number

    for number in range(3):
        signal.connect(make(number), weak=False)
    assert [value for _, value in signal.send(None, order_id=1)] == [0, 1, 2]


def test_a_partial_of_what_cannot_be_read_is_trusted() -> None:
    """Like the callable itself."""
    signal: AnySignal = Signal(Order)
    signal.connect(functools.partial(iter, 1), weak=False)
    assert len(signal.connections) == 1


def test_a_parameter_with_a_default_need_not_be_a_field() -> None:
    """It keeps its default."""
    signal: AnySignal = Signal(Order)
    signal.connect(lambda sender, order_id, note, more=5, *rest, less=6: (more, rest, less), weak=False)
    assert signal.send(None, order_id=1)[0][1] == (5, (), 6)


def test_what_a_decorator_wraps_does_not_count() -> None:
    """The wrapper is called, and may pass other arguments to the function inside."""

    def without_sender(inner: Callable[[int], int]) -> Callable[..., int]:
        @functools.wraps(inner)
        def wrapper(sender: object, order_id: int, **extra: object) -> int:
            return inner(order_id)

        return wrapper

    signal: AnySignal = Signal(Order)
    signal.connect(without_sender(lambda number: number + 1), weak=False)
    assert signal.send(None, order_id=1)[0][1] == 2


@pytest.mark.parametrize(
    ("receiver", "name"),
    [
        (Receivers().method, "self"),
        (Receivers.class_method, "cls"),
        (Receivers(), "self"),
        (Receivers, "self"),
        (functools.partial(Receivers().method, note="x"), "self"),
        (functools.partial(lambda cls, sender, **extra: 0, 7), "cls"),
    ],
)
def test_a_parameter_that_has_a_value_already_cannot_take_a_field(receiver: Callable[..., Any], name: str) -> None:
    """`self` is not a keyword of a bound method: a field of that name would be given twice."""
    signal: AnySignal = Signal(Named)
    with pytest.raises(ReceiverSignatureError) as caught:
        signal.connect(receiver)
    assert f"parameter {name!r} has a value already, but there is a field {name!r}" in str(caught.value)


def test_a_positional_only_self_leaves_the_name_to_a_field() -> None:
    """As Python does."""
    signal: AnySignal = Signal(Named)
    signal.connect(Receivers().positional_only, weak=False)
    assert signal.send(None, self=5)[0][1] == 5


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    order_id: int = 1


def test_an_extra_named_like_a_bound_parameter_is_left_out() -> None:
    """A name that is unknown until it is sent cannot be refused when connecting."""
    receivers = Receivers()
    signal: AnySignal = Signal(Open)

    def collect(first: object, sender: object, **extra: object) -> dict[str, object]:
        return extra

    signal.connect(functools.partial(collect, 1), weak=False)
    signal.connect(receivers.method)
    [(_, extra), (_, number)] = signal.send(None, first=1, sender=2, self=3, other=4)
    assert extra == {"order_id": 1, "self": 3, "other": 4}
    assert number == 1


def test_a_receiver_with_other_defaults_is_another_receiver() -> None:
    """Closures of one `def` share a signature only if they have the same defaults."""

    def make(*, with_default: bool) -> Callable[..., None]:
        def receiver(sender: object, other: int, **extra: object) -> None:
            pass

        receiver.__defaults__ = (1,) if with_default else None
        return receiver

    signal: AnySignal = Signal(Order)
    fits, does_not_fit = make(with_default=True), make(with_default=False)
    signal.connect(fits, weak=False)
    with pytest.raises(ReceiverSignatureError):
        signal.connect(does_not_fit)

    def make_keyword(*, with_default: bool) -> Callable[..., None]:
        def receiver(sender: object, *, other: int, **extra: object) -> None:
            pass

        receiver.__kwdefaults__ = {"other": 1} if with_default else None
        return receiver

    keyword_fits, keyword_does_not_fit = make_keyword(with_default=True), make_keyword(with_default=False)
    signal.connect(keyword_fits, weak=False)
    with pytest.raises(ReceiverSignatureError):
        signal.connect(keyword_does_not_fit)


def test_a_function_is_not_checked_as_the_method_that_it_also_is() -> None:
    """As a plain function, it takes the sender as `self`."""
    signal: AnySignal = Signal(Order)
    signal.connect(Receivers().method, weak=False)
    with pytest.raises(ReceiverSignatureError, match="it takes 'sender'"):
        signal.connect(Receivers.method)


def test_a_signature_of_its_own_is_believed() -> None:
    """A function may declare its parameters by `__signature__`."""

    def receiver(*args: Any, **kwargs: Any) -> Any:
        return kwargs

    receiver.__signature__ = inspect.signature(lambda sender, wrong: 0)  # type: ignore[attr-defined]
    with pytest.raises(ReceiverSignatureError, match="wrong"):
        Signal(Order).connect(receiver)


class Unreadable:
    __signature__ = 7

    def __call__(self, sender: object, order_idd: int, **extra: object) -> int:
        return order_idd


def unreadable(sender: object, order_idd: int, *, note: str = "n") -> int:
    return order_idd


def unreadable_method(self: object, sender: object, order_idd: int, *, note: str = "n") -> int:
    return order_idd


class UnreadableStatic:
    __signature__ = 7
    __call__ = staticmethod(unreadable)


unreadable.__signature__ = unreadable_method.__signature__ = 7  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "receiver",
    [
        unreadable,
        functools.partial(unreadable, note="x"),
        MethodType(unreadable_method, 1),
        Unreadable(),
        UnreadableStatic(),
    ],
    ids=["function", "partial", "method", "object", "object with a static method"],
)
def test_without_a_readable_signature_the_code_counts(receiver: Callable[..., Any]) -> None:
    """Because the code is what runs."""
    with pytest.raises(ReceiverSignatureError, match="did you mean 'order_id'"):
        Signal(Order).connect(receiver, weak=False)


def test_many_kinds_of_receivers_are_remembered_no_longer_than_needed() -> None:
    """Receivers beyond the limit of the cache are accepted just the same."""
    signal: AnySignal = Signal(Order)
    receivers: list[Callable[..., Any]] = [
        eval(f"lambda sender, order_id, **extra: {number}")  # noqa: S307 - each with code of its own
        for number in range(1100)
    ]
    for receiver in receivers:
        signal.connect(receiver, weak=False)
    assert len(signal.connections) == 1100


class Ageing(Payload):
    order_id: int = 1
    old: int = Field(2, deprecated="use order_id")


def test_a_receiver_that_names_a_deprecated_field_is_warned_about_at_its_own_line() -> None:
    """Each time it is connected; the warning points at the receiver, not at the call of `connect`."""

    def receiver(sender: object, old: int, **extra: object) -> int:
        return old

    signal: AnySignal = Signal(Ageing, name="ageing")
    with pytest.warns(DeprecationWarning, match="a deprecated field") as caught:
        signal.connect(receiver)
    [warning] = caught
    code = receiver.__code__
    assert (warning.filename, warning.lineno) == (code.co_filename, code.co_firstlineno)
    assert str(warning.message).endswith(
        f"receiver' ({code.co_filename}:{code.co_firstlineno}) takes 'old', a deprecated field of <Signal 'ageing'>"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [value for _, value in signal.send(None)] == [2]


def test_other_receivers_are_not_warned_about_a_deprecated_field() -> None:
    """They get it in `**extra`, without a warning."""
    signal = Signal(Ageing)
    signal.connect(lambda sender, order_id, **extra: extra, weak=False)
    assert [value for _, value in signal.send(None)] == [{"old": 2}]


def test_what_is_read_of_receivers_that_are_gone_is_forgotten() -> None:
    """However many there were: a program that makes receivers without end does not grow without end."""
    signal: AnySignal = Signal(Order)
    codes = []
    for number in range(MOST_REMEMBERED + 100):
        receiver = eval(f"lambda sender, order_id, **extra: {number}")  # noqa: S307 - each with code of its own
        codes.append(weakref.ref(receiver.__code__))
        signal.connect(receiver)
        assert signal.disconnect(receiver)
    del receiver
    gc.collect()
    assert sum(code() is not None for code in codes) <= MOST_REMEMBERED


def test_the_options_are_checked_even_where_misfits_are_allowed() -> None:
    """Which lets receivers in that cannot be called with what is sent, but nothing that is no receiver."""
    signal: Any = Signal(Order)

    async def coroutine_function(sender: object, **extra: object) -> None: ...

    def misfit(sender: object, other: int, **extra: object) -> None: ...

    mistakes: list[tuple[Any, dict[str, Any], str]] = [
        (misfit, {"priority": "high"}, r": priority= must be a number, not a str$"),
        (coroutine_function, {"thread": True}, r": a coroutine function runs on the event loop, not in a thread; drop"),
    ]
    with misfits_allowed():
        for receiver, options, problem in mistakes:
            with pytest.raises(ReceiverSignatureError, match=problem):
                signal.connect(receiver, **options)
        with misfits_allowed():
            pass
        signal.connect(misfit, thread=True)
    assert signal.disconnect(misfit)
    for receiver, options, problem in [*mistakes, (misfit, {}, r"it takes 'other'")]:
        with pytest.raises(ReceiverSignatureError, match=problem):
            signal.connect(receiver, **options)


def test_a_wrong_option_is_reported_before_a_payload_that_is_missing() -> None:
    """One error at a time, and the payload is asked for by an option that is right as it is."""
    signal: Any = Signal(name="untyped")
    with pytest.raises(
        ReceiverSignatureError, match=r"<Signal 'untyped'>: it asks for the payload, but the signal has"
    ):
        signal.connect(function, as_payload=True)
    with pytest.raises(ReceiverSignatureError, match=r"<Signal 'untyped'>: priority= must be a number, not a str$"):
        signal.connect(function, as_payload=True, priority="high")
    assert signal.connections == ()


class Empty(Payload):
    pass


class Mail(Payload):
    sender: str = "me"


class Mailing:
    def __init__(self, sender: object) -> None: ...

    def method(self, sender: object) -> None: ...

    def __call__(self, sender: object) -> None: ...


@pytest.mark.parametrize("receiver", [Mailing, Mailing(None), Mailing(None).method, lambda sender: None])
def test_the_first_parameter_cannot_be_called_like_a_field(receiver: Any) -> None:
    """A keyword would give it a second value. It is not taken for one that is bound already, such as ``self``."""
    signal: AnySignal = Signal(Mail)
    with pytest.raises(
        ReceiverSignatureError, match=r": its first parameter gets the sender, but is called 'sender' li"
    ):
        signal.connect(receiver)


def test_a_positional_only_sender_leaves_the_name_to_a_field() -> None:
    """As a positional-only ``self`` does."""
    signal: AnySignal = Signal(Mail)
    signal.connect(lambda sender, /, **extra: (sender, extra), weak=False)
    assert [value for _, value in signal.send("Bern")] == [("Bern", {"sender": "me"})]


def test_a_positional_only_parameter_cannot_take_a_field() -> None:
    """Even if it is called like the field, and has a default."""
    signal: Any = Signal(Order)
    with pytest.raises(ReceiverSignatureError, match=r": it does not take the field 'note'; add \*\*extra: Any"):
        signal.connect(lambda sender, note="n", /, *, order_id: None, weak=False)


def test_parameters_behind_one_with_a_default_are_checked_too() -> None:
    """They may have none."""
    signal: Any = Signal(Order)
    with pytest.raises(ReceiverSignatureError, match=r": it takes 'other', but there is no such field; "):
        signal.connect(lambda sender, more=5, *, other, **extra: None, weak=False)


class TakingNothing:
    def __call__(self) -> None: ...


def noted_taking_nothing() -> None: ...


noted_taking_nothing.__dict__["note"] = "read as inspect does"


@pytest.mark.parametrize("receiver", [lambda: None, noted_taking_nothing, TakingNothing(), TakingNothing().__call__])
def test_what_takes_nothing_is_refused(receiver: Callable[..., Any]) -> None:
    """Compiled coroutine functions alone seem to take nothing and are trusted."""
    signal: Any = Signal(Order)
    with pytest.raises(ReceiverSignatureError, match="must take the sender as its first positional parameter"):
        signal.connect(receiver, weak=False)


def test_if_there_are_no_fields_the_error_says_so() -> None:
    """Instead of an empty list."""
    signal: Any = Signal(Empty)
    with pytest.raises(
        ReceiverSignatureError, match=r"it takes 'other', but there is no such field; the fields are: none$"
    ):
        signal.connect(lambda sender, other: None, weak=False)


def test_a_parameter_behind_the_sender_can_take_an_extra() -> None:
    """Only the sender's own name is taken. What a receiver without ``**extra`` does not name is not passed to it."""
    signal: Any = Signal(Open)
    signal.connect(lambda sender, more=5, **extra: (more, extra), weak=False)
    signal.connect(lambda sender, order_id, less=6: (order_id, less), weak=False)
    values = [value for _, value in signal.send(None, more=7, other=8)]
    assert values == [(7, {"order_id": 1, "other": 8}), (1, 6)]


def test_a_priority_that_is_not_a_number_is_refused() -> None:
    """It would make every later send fail, whatever the sender."""
    signal = Signal()
    with pytest.raises(ReceiverSignatureError, match=r"priority= must be a number, not a str$"):
        signal.connect(print, priority="high")  # type: ignore[call-overload]
    assert signal.connections == ()


def test_a_callable_object_may_declare_its_own_signature() -> None:
    """Even if its ``__call__`` has no readable signature."""

    class Odd:
        __signature__ = inspect.signature(lambda sender, **extra: None)
        __call__ = staticmethod(max)

    signal = Signal(Order)
    odd: Any = Odd()
    signal.connect(odd, weak=False)
    assert len(signal.connections) == 1
