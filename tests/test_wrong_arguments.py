"""The messages about mistaken arguments: what happened, where, and what to do."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import inspect
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import pydantic
import pytest
from pydantic import BaseModel, Field, create_model

from tests.ways import AnySignal
from typedsignals import DeclarationError, NamedSignal, Namespace, Payload, PayloadError, SenderError, Signal, signal
from typedsignals._sending.arguments import checked_timeout

T = TypeVar("T")


class P(Payload):
    x: int = 1


class Needs(Payload):
    x: int


class E(Payload, Generic[T]):
    data: T


class Shop:
    pass


defaults: AnySignal = Signal(P)

# Untyped, because type checkers refuse everything below.
a_signal: Any = Signal
a_named_signal: Any = NamedSignal
a_namespace: Any = Namespace
a_signal_by_name: Any = signal
needy: AnySignal = Signal(Needs)
WAYS = ["send", "send_async", "send_robust", "send_robust_async", "send_concurrent"]


def call(function: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
    result = function(*args, **keywords)
    return asyncio.run(result) if asyncio.iscoroutine(result) else result


def message(error: type[Exception], function: Callable[..., Any], *args: Any, **keywords: Any) -> str:
    with pytest.raises(error) as caught:
        call(function, *args, **keywords)
    return str(caught.value)


# A payload object in a wrong place


@pytest.mark.parametrize("times", [0, 20])
@pytest.mark.parametrize("way", WAYS)
def test_a_payload_after_the_sender_is_refused_with_the_method_to_use(way: str, times: int) -> None:
    """A method of the same kind, if there is one for payload objects."""
    signal: AnySignal = Signal(P)
    for _ in range(times):
        call(getattr(signal, way), None)
    text = message(TypeError, getattr(signal, way), None, P(x=1))
    start = f"{way}() takes fields as keywords, but got 1 positional argument after the sender; "
    assert text == start + {
        "send": "to send a payload object, use send_payload(sender, payload)",
        "send_async": "to send a payload object, use send_payload_async(sender, payload)",
    }.get(way, f"send_payload takes payload objects, {way} takes their fields: {way}(sender, **dict(payload))")


@pytest.mark.parametrize("way", WAYS)
def test_a_dictionary_after_the_sender_is_refused_with_how_to_send_its_items(way: str) -> None:
    """As keywords."""
    text = message(TypeError, getattr(defaults, way), None, {"x": 1})
    assert text.endswith(f"after the sender; to send its items as fields, use {way}(sender, **fields)")


@pytest.mark.parametrize("times", [0, 20])
@pytest.mark.parametrize("way", WAYS)
def test_a_payload_in_place_of_the_sender_is_explained(way: str, times: int) -> None:
    """Its fields are missing then; the message names them, and says where the payload belongs."""
    signal: AnySignal = Signal(Needs)
    for _ in range(times):
        call(getattr(signal, way), None, x=1)
    assert message(PayloadError, getattr(signal, way), Needs(x=1)).splitlines()[1:] == [
        "  x: field required",
        "  (Needs has the fields: x)",
        "  (the sender is a Needs: to send a payload object, use send_payload(sender, payload))",
    ]


def test_a_payload_in_place_of_a_field_is_explained() -> None:
    """Whatever the keyword."""
    for fields in ({"payload": Needs(x=1)}, {"x": 1, "data": Needs(x=1)}):
        lines = message(PayloadError, needy.send, None, **fields).splitlines()
        assert lines[-1] == (
            "  (the value of a field is a Needs: to send a payload object, use send_payload(sender, payload))"
        )


class Special(Needs):
    y: int = 2


Declared = create_model("Needs", __base__=Payload, __module__=__name__, x=(int, ...))


@pytest.mark.parametrize("given", [Special(x=1), Declared.model_validate({"x": 1})])
def test_what_was_meant_as_a_payload_is_explained_as_well(given: object) -> None:
    """An instance of a subclass, or of an earlier declaration of the class."""
    for sender, fields in ((given, {}), (None, {"payload": given})):
        assert message(PayloadError, needy.send, sender, **fields).endswith(
            "is a Needs: to send a payload object, use send_payload(sender, payload))"
        )


class Wired(BaseModel):
    x: int = Field(validation_alias="wire")


@pytest.mark.parametrize(
    ("sender", "value", "role"), [(Wired(wire=1), 1, "sender"), (None, Wired(wire=1), "value of a field")]
)
def test_a_payload_in_a_wrong_place_is_explained_beside_a_wire_name(sender: object, value: object, role: str) -> None:
    """Both are wrong."""
    assert message(PayloadError, Signal(Wired).send, sender, wire=value).splitlines()[1:] == [
        "  wire: no such field; did you mean 'x'?",
        "  (Wired has the fields: x)",
        f"  (the {role} is a Wired: to send a payload object, use send_payload(sender, payload))",
    ]


def test_a_payload_may_be_a_sender_and_the_value_of_a_field() -> None:
    """The message then does not suggest `send_payload`."""

    class Wraps(Payload):
        inner: Needs
        number: int

    assert needy.send(Needs(x=1), x=2) == []
    assert "send_payload" not in message(PayloadError, needy.send, Needs(x=1), x="2")
    assert "send_payload" not in message(PayloadError, Signal(Wraps).send, None, inner=Needs(x=1))


def test_a_payload_in_place_of_a_sender_of_a_declared_type_is_explained() -> None:
    """Its type is refused first."""
    text = message(SenderError, Signal(P, sender=Shop).send, P(x=1))
    assert text.endswith(
        "must be of type Shop, got P; the sender is a P: to send a payload object, use send_payload(sender, payload)"
    )


@pytest.mark.parametrize(
    ("payload", "given", "text"),
    [
        (E[int], E(data=1), r"payload: must be an instance of E\[int\], got E; make it with E\[int\]\(\.\.\.\)"),
        (
            E[int],
            E[str](data="a"),
            r"payload: must be an instance of E\[int\], got E\[str\]; make it with E\[int\]\(\.\.\.\)",
        ),
        (P, Needs(x=1), r"payload: must be an instance of P, got Needs; make it with P\(\.\.\.\)"),
        (P, P, r"payload: must be an instance of P, got ModelMetaclass; make it with P\(\.\.\.\)"),
        (P, {"x": 1}, r"payload: must be an instance of P, got dict; to send fields, use send\(sender, \*\*fields\)"),
        (P, None, "payload: must be an instance of P, got NoneType; make it with"),
    ],
)
def test_what_is_not_a_payload_is_refused_with_what_to_make(payload: Any, given: object, text: str) -> None:
    """By both ways to send payload objects."""
    for way in ("send_payload", "send_payload_async"):
        with pytest.raises(PayloadError, match=text):
            call(getattr(Signal(payload), way), None, given)


def test_a_namesake_of_the_payload_is_distinguished() -> None:
    """By its module and its qualified name."""

    class P(Payload):
        x: int = 1

    text = message(PayloadError, defaults.send_payload, None, P())
    assert f"got P: {__name__}.{P.__qualname__} is not {__name__}.P" in text


# What is not a model


@dataclasses.dataclass
class Plain:
    x: int


@pydantic.dataclasses.dataclass
class Validated:
    x: int


class Typed(TypedDict):
    x: int


class Named(NamedTuple):
    x: int


class Attrs:
    __attrs_attrs__ = ()


DERIVE = "derive it from typedsignals.Payload, or from pydantic.BaseModel"
FIELD = "give the value a field of its own in a Payload"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (Plain, f"got Plain, a dataclass: {DERIVE}, and drop the decorator; or {FIELD}"),
        (Validated, f"got Validated, a dataclass: {DERIVE}, and drop the decorator; or {FIELD}"),
        (Typed, f"got Typed, a TypedDict: {DERIVE}; or {FIELD}"),
        (Named, f"got Named, a named tuple: {DERIVE}; or {FIELD}"),
        (Attrs, f"got Attrs, an attrs class: {DERIVE}, and drop the decorator; or {FIELD}"),
        (list[P], f"got list[{__name__}.P], which is not a class: {FIELD}"),
        (P | None, f"got {__name__}.P | None, which is not a class: {FIELD}"),
        (Annotated[P, 1], "which is not a class"),
        (P(x=1), "got an instance of P: give the class itself"),
        (Plain(1), f"got a Plain: {DERIVE}"),
        (Shop, f"got Shop: {DERIVE}"),
        (tuple, f"got tuple: {DERIVE}"),
        (ast.Name, f"got Name: {DERIVE}"),
        (lambda x: P(x=x), f"got a function: {DERIVE}"),
        (3, f"got a int: {DERIVE}"),
    ],
)
def test_what_is_not_a_model_is_described(given: Any, text: str) -> None:
    """For a signal, and for one in a namespace, which does not keep the name."""
    namespace: Any = Namespace()
    for declare in (a_signal, lambda payload: namespace.signal("placed", payload)):
        found = message(DeclarationError, declare, given)
        assert found.startswith("a signal's payload must be a pydantic model class, got ")
        assert text in found
    assert not namespace


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="pydantic.v1 does not support it")
def test_a_model_of_pydantic_1_is_described_as_one() -> None:
    """It has the same name as one of pydantic 2."""
    from pydantic import v1  # noqa: PLC0415 - it cannot be imported everywhere

    class Old(v1.BaseModel):
        x: int

    for given, name in ((Old, "Old"), (v1.BaseModel, "BaseModel")):
        assert message(DeclarationError, Signal, given) == (
            f"a signal's payload must be a pydantic model class, got {name}, a pydantic.v1 model, which pydantic 2 "
            f"does not accept: {DERIVE} of pydantic 2"
        )


# Declarations


@pytest.mark.parametrize(
    ("declare", "text"),
    [
        (lambda: a_signal(P, doc=3), "doc= must be a string, got int"),
        (lambda: a_signal(P, doc=b"a"), "doc= must be a string, got bytes"),
        (lambda: a_signal("a text", doc="another"), "^doc= is given twice: a text in place of the payload is one"),
        (lambda: a_signal(P, name=b"a"), "name= must be a string, got bytes"),
        (lambda: a_signal(P, sender=Shop()), "sender= must be a class, the type of all senders, got Shop"),
        (lambda: a_signal(P, sender=(Shop, P)), "sender= must be a class, the type of all senders, got tuple"),
        (lambda: a_signal(P, validate=True), "validate= must be 'always', 'connected' or 'never', not True"),
        (lambda: a_signal(P, validate=None), "validate= must be 'always', 'connected' or 'never', not None"),
        (lambda: a_signal(P, validate=["always"]), "validate= must be 'always', 'connected' or 'never', not"),
        (lambda: a_namespace(5), "^a namespace's name must be a string, got int"),
        (lambda: a_namespace(None), "a namespace's name must be a string, got NoneType"),
        (lambda: a_namespace().signal(5, P), "a signal's name must be a string, got int"),
        (lambda: a_namespace().signal("a", P, doc=3), "doc= must be a string, got int"),
        (lambda: a_namespace().signal("a", doc=3), "doc= must be a string, got int"),
        (lambda: a_namespace().signal("a", "text", doc="another"), "doc= is given twice"),
        (lambda: a_named_signal(5), "name= must be a string, got int"),
        (lambda: a_named_signal(None), "^a signal that is made by name must have one"),
        (lambda: a_named_signal("a", 3), "doc= must be a string, got int"),
        (lambda: a_signal_by_name(5), "a signal's name must be a string, got int"),
        (
            lambda: a_signal_by_name("test_wrong_arguments", 5),
            "a signal's payload must be a pydantic model class, got a int|doc=",
        ),
    ],
)
def test_an_argument_of_a_wrong_type_is_refused_where_it_is_given(declare: Callable[[], Any], text: str) -> None:
    """By name."""
    with pytest.raises(DeclarationError, match=text):
        declare()


def test_a_signal_that_is_known_does_not_hide_wrong_arguments() -> None:
    """They are checked each time."""
    namespace: Any = Namespace()
    known = namespace.signal("placed", P)
    for options in ({"doc": 3}, {"validate": "sometimes"}, {"sender": 5}):
        with pytest.raises(DeclarationError, match="must be"):
            namespace.signal("placed", P, **options)
        with pytest.raises(DeclarationError, match="must be"):
            namespace.signal("placed", **options)
    for payload in (5, int, P(x=1), list[P]):
        with pytest.raises(DeclarationError, match="a signal's payload must be a pydantic model class, got"):
            namespace.signal("placed", payload)
    assert namespace.signal("placed") is known


class Forgetful(Signal[Any, Any, ...]):
    def __init__(self) -> None:
        self.extra = 1


class Mixin:
    def __init__(self) -> None:
        self.extra = 1


class Mixed(Mixin, Signal[Any, Any, ...]):
    pass


@pytest.mark.parametrize(
    "use",
    [
        lambda signal: signal.send(None),
        lambda signal: signal.send_async(None),
        lambda signal: signal.send_robust(None),
        lambda signal: signal.send_payload(None, P()),
        lambda signal: signal.connect(print),
        lambda signal: signal.connected_to(print).__enter__(),
        lambda signal: signal.disconnect(print),
        lambda signal: signal.muted().__enter__(),
        lambda signal: signal.receivers,
        lambda signal: signal.connections,
        lambda signal: signal.has_receivers_for(None),
        lambda signal: signal.wait_sync(timeout=0),
        lambda signal: signal.name,
        lambda signal: signal.payload_type,
    ],
)
def test_a_signal_that_was_not_initialised_says_so(use: Callable[[Any], Any]) -> None:
    """However it is first used, with the place of the ``__init__`` that should have done it."""
    line = Forgetful.__init__.__code__.co_firstlineno
    assert message(DeclarationError, use, Forgetful()) == (
        "a Forgetful was used that is not initialised as a signal: "
        f"call super().__init__() first in Forgetful.__init__ ({__file__}:{line})"
    )


def test_other_ways_not_to_initialise_a_signal_are_reported_too() -> None:
    """A preceding base class that does not call the next one; an instance made without calling the class."""
    assert "call super().__init__() first in Mixin.__init__ (" in message(DeclarationError, lambda: Mixed().send(None))
    assert "it is made by calling Signal(), which initialises it" in message(
        DeclarationError, lambda: Signal.__new__(Signal).connect(print)
    )
    assert repr(Forgetful()).startswith("<tests.test_wrong_arguments.Forgetful object at")
    assert inspect.getattr_static(Signal, "name") is Signal.name  # tools may look at the class


class ForgetfulNamespace(Namespace):
    def __init__(self) -> None:
        pass


@pytest.mark.parametrize(
    "use",
    [
        lambda namespace: namespace.signal("placed"),
        lambda namespace: namespace["placed"],
        lambda namespace: namespace.connect(print),
        lambda namespace: namespace.name,
        len,
    ],
)
def test_a_namespace_that_was_not_initialised_says_so(use: Callable[[Any], Any]) -> None:
    """As a signal does."""
    assert message(DeclarationError, use, ForgetfulNamespace()).startswith(
        "a ForgetfulNamespace was used that is not initialised as a namespace: "
        "call super().__init__() first in ForgetfulNamespace.__init__ ("
    )
    assert repr(ForgetfulNamespace()).startswith("<tests.test_wrong_arguments.ForgetfulNamespace object at")


OBJECT_WAYS = ["send_payload", "send_payload_async"]


@pytest.mark.parametrize("times", [0, 20])
@pytest.mark.parametrize(("payload", "way"), [*product([P], [*WAYS, *OBJECT_WAYS]), *product([None], WAYS)])
def test_a_wrapper_that_cannot_be_called_is_refused_before_any_receiver_is(payload: Any, way: str, times: int) -> None:
    """By name, whichever way it is given."""
    called: list[object] = []

    async def receive_later(sender: object, **extra: object) -> None:
        called.append(sender)

    signal: AnySignal = a_signal(payload)
    given = (P(),) if way in OBJECT_WAYS else ()
    for _ in range(times):
        call(getattr(signal, way), None, *given)
    signal.connect(lambda sender, **extra: called.append(sender), weak=False)
    signal.connect(receive_later, weak=False)
    name = "_async_wrapper" if way in ("send", "send_robust", "send_payload") else "_sync_wrapper"
    assert message(TypeError, getattr(signal, way), None, *given, **{name: 5}) == (
        f"{name}= must be a function that takes a receiver and gives another, got a int"
    )
    assert called == []


# Waits and streams


@pytest.mark.parametrize("method", ["wait", "wait_sync"])
@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"timeout": "5"}, TypeError, "timeout= of {} must be a number of seconds, or None for no limit, got a str"),
        ({"timeout": True}, TypeError, "timeout= of {} must be a number of seconds, or None for no limit, got a bool"),
        (
            {"timeout": timedelta(seconds=1)},
            TypeError,
            "timeout= of {} must be a number of seconds, got a timedelta; give its total_seconds()",
        ),
        (
            {"timeout": float("nan")},
            ValueError,
            "timeout= of {} must be 0 seconds or more, not nan; give 0 to look only",
        ),
        ({"timeout": -1}, ValueError, "timeout= of {} must be 0 seconds or more, not -1; give 0 to look only"),
        ({"where": 5}, TypeError, "where= of {} must be a function of the sender and the payload, got a int"),
        ({"where": lambda payload: True}, TypeError, "where= of {} (FILE:LINE) is called where(sender, payload), but"),
    ],
)
def test_a_wait_with_mistaken_arguments_does_not_begin(
    method: str, options: dict[str, Any], error: type[Exception], text: str
) -> None:
    """It is refused before it looks for an event loop."""
    found = message(error, getattr(named, method), **options)
    where = options.get("where")
    if callable(where):
        found = found.replace(f"{__file__}:{where.__code__.co_firstlineno}", "FILE:LINE")
    assert found.startswith(text.format(f"{method}() of <Signal 'placed'>"))


named: AnySignal = Signal(P, name="placed")


def test_a_predicate_that_is_a_coroutine_or_generator_function_is_refused() -> None:
    """What they return is always true."""

    async def later(sender: object, payload: P) -> bool:
        return False

    def gradually(sender: object, payload: P) -> Any:
        yield False

    for where in (later, gradually):
        found = message(TypeError, named.wait_sync, where=where)
        assert f"({__file__}:{where.__code__.co_firstlineno}) must be a plain function" in found


def test_a_timeout_may_be_any_number_of_seconds() -> None:
    """None means for ever."""
    for timeout in (0, 0.0):
        with pytest.raises(TimeoutError):
            named.wait_sync(timeout=timeout)
    # None of these can be a timeout.
    for endless in (None, float("inf"), 10**400):
        assert checked_timeout(endless, named, "wait") is None


def test_a_predicate_whose_signature_cannot_be_read_is_trusted() -> None:
    """As a receiver is."""
    with pytest.raises(TimeoutError):
        named.wait_sync(where=max, timeout=0)


@pytest.mark.parametrize("size", [1.5, "5", None, True])
def test_a_buffer_holds_a_whole_number_of_events(size: Any) -> None:
    """And says so when the stream is made."""
    assert message(TypeError, named.stream, max_buffer=size) == (
        f"max_buffer= of a stream of <Signal 'placed'> must be a whole number of events, got a {type(size).__name__}"
    )


# Completion


def test_completion_lists_what_users_may_use() -> None:
    """Nothing private, and everything public."""
    for target in (defaults, Signal(), NamedSignal("a"), Namespace("shop")):
        listed = dir(target)
        assert [name for name in listed if name.startswith("_") and not name.startswith("__")] == []
        assert [name for name in dir(type(target)) if not name.startswith("_") and name not in listed] == []
        assert {"__doc__", "__repr__"} < {*listed}
    assert {"send", "connect", "name", "payload_type", "sender_type", "validate", "receiver_connected"} < {
        *dir(defaults)
    }
    assert {"signal", "name", "get", "items"} < {*dir(Namespace())}


def test_the_interpreter_completes_what_users_may_use() -> None:
    """While they type."""
    import rlcompleter  # noqa: PLC0415 - it asks for readline

    complete = rlcompleter.Completer({"placed": named}).complete
    found = [text for number in range(200) if (text := complete("placed.", number)) is not None]
    assert "placed.send(" in found
    assert [text for text in found if text.startswith("placed._")] == []


def test_a_model_of_pydantic_2_is_taken() -> None:
    """Whatever it derives from."""

    class Own(BaseModel):
        x: int

    assert Signal(Own).send(None, x=1) == []
