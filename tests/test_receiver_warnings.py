"""Receivers that can be called, but probably do not do what their authors mean, cause a warning at their own line."""

from __future__ import annotations

import asyncio
import functools
import inspect
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import wrapt

from tests.ways import AnySignal
from typedsignals import Payload, ReceiverSignatureError, ReceiverWarning, Signal


class Order(Payload):
    order_id: int = 7
    note: str = "n"


def warned(signal: AnySignal, receiver: Any, **options: Any) -> list[str]:
    """Return the warnings about a receiver when it is connected."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert signal.connect(receiver, weak=False, **options) is receiver
    assert {warning.category for warning in caught} <= {ReceiverWarning}
    return [str(warning.message) for warning in caught]


# Receivers whose body never runs


def generator(sender: object, payload: object = None, **extra: object) -> Iterator[str]:
    yield "ran"


async def async_generator(sender: object, payload: object = None, **extra: object) -> AsyncIterator[str]:
    yield "ran"


class Generators:
    def method(self, sender: object, payload: object = None, **extra: object) -> Iterator[str]:
        yield "ran"

    @classmethod
    def of_class(cls, sender: object, payload: object = None, **extra: object) -> Iterator[str]:
        yield "ran"

    @staticmethod
    async def static(sender: object, payload: object = None, **extra: object) -> AsyncIterator[str]:
        yield "ran"

    def __call__(self, sender: object, payload: object = None, **extra: object) -> Iterator[str]:
        yield "ran"


GENERATORS: dict[str, Any] = {
    "generator function": generator,
    "async generator function": async_generator,
    "lambda": lambda sender, payload=None, **extra: (yield),
    "method": Generators().method,
    "class method": Generators.of_class,
    "static method": Generators.static,
    "static method that is no attribute yet": staticmethod(generator),
    "callable object": Generators(),
    "partial": functools.partial(generator, more=1),
    "partial of a method": functools.partial(Generators().method),
}


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("as_payload", [False, True])
def test_a_generator_function_is_warned_about(name: str, as_payload: bool) -> None:
    """Calling it runs none of its body; it is connected anyway, because its results may be iterated over."""
    signal: AnySignal = Signal(Order, name="order")
    receiver = GENERATORS[name]
    (message,) = warned(signal, receiver, as_payload=as_payload)
    assert "is connected to <Signal 'order'>, but it is a generator function: calling it runs nothing" in message
    assert f"({__file__}:" in message
    ((_, made),) = signal.send(None)
    assert isinstance(made, Iterator | AsyncIterator)


def test_a_generator_function_is_warned_about_without_a_payload_too() -> None:
    """At its own line."""
    with pytest.warns(ReceiverWarning, match=r"receiver 'generator' .* drop the yield$") as caught:
        Signal().connect(generator)  # type: ignore[signal-generator]
    code = generator.__code__
    assert [(warning.filename, warning.lineno) for warning in caught] == [(code.co_filename, code.co_firstlineno)]


def test_the_warning_is_given_once_for_each_place() -> None:
    """Like all warnings, by default: not for each of many objects."""
    signal = Signal()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(5):
            signal.connect(Generators().method)  # type: ignore[signal-generator]
            signal.connect(Generators(), weak=False)  # type: ignore[signal-generator]
    assert len(caught) == 2


def test_a_warning_that_is_an_error_keeps_the_receiver_out() -> None:
    """It is raised by `connect`, before anything is connected."""
    signal = Signal()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ReceiverWarning):
            signal.connect(generator)  # type: ignore[signal-generator]
    assert signal.connections == ()


class Coroutines:
    async def method(self, sender: object, **extra: object) -> str:
        await asyncio.sleep(0)
        return "ran"

    def returning(self, sender: object, **extra: object) -> Iterator[str]:
        return iter(["ran"])


@pytest.mark.parametrize("receiver", [Coroutines().method, Coroutines().returning, Coroutines, print, iter])
def test_functions_that_run_are_not_warned_about(receiver: Callable[..., Any]) -> None:
    """Coroutine functions run when they are awaited; functions that return a generator run to do so."""
    assert warned(Signal(), receiver) == []


# Methods decorated in the body of their class


def passing_on(function: Callable[..., Any]) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


@wrapt.decorator
def transparent(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return wrapped(*args, **kwargs)


def by_self(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        @decorate
        def on(self, order_id: int, **extra: object) -> None: ...

    return Receivers


def with_sender(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        @decorate
        def on(this, sender: object, order_id: int, **extra: object) -> None: ...  # noqa: N805 - some authors call it that

    return Receivers


def asynchronous(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        @decorate
        async def on(self, /, order_id: int, **extra: object) -> None: ...

    return Receivers


def class_method(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        @classmethod
        @decorate
        def on(cls, order_id: int, **extra: object) -> None: ...

    return Receivers


def wrapped_method(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        @decorate
        @passing_on
        def on(self, order_id: int, **extra: object) -> None: ...

    return Receivers


def wrapped_by_wrapt(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        @decorate
        @transparent
        def on(self, order_id: int, **extra: object) -> None: ...

    return Receivers


def nested_class(decorate: Callable[[Any], Any]) -> type:
    class Outer:
        class Receivers:
            @decorate
            def on(self, order_id: int, **extra: object) -> None: ...

    return Outer


def lambda_in_class(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        on = decorate(lambda self, order_id, **extra: None)

    return Receivers


class Qualified:
    """A custom decorator that copies only the qualified name of what it decorates."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__qualname__ = function.__qualname__
        self.__wrapped__ = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)


def qualified(decorate: Callable[[Any], Any]) -> type:
    class Receivers:
        @decorate
        @Qualified
        def on(self, order_id: int, **extra: object) -> None: ...

    return Receivers


METHODS = [
    qualified,
    by_self,
    with_sender,
    asynchronous,
    class_method,
    wrapped_method,
    wrapped_by_wrapt,
    nested_class,
    lambda_in_class,
]
DECORATORS: dict[str, Callable[[AnySignal], Any]] = {
    "connect": lambda signal: signal.connect,
    "connect_via": lambda signal: signal.connect_via("x"),
    "a decorator of one's own": lambda signal: lambda function: signal.connect(function, weak=False),
}


@pytest.mark.parametrize("define", METHODS)
@pytest.mark.parametrize("decorate", DECORATORS.values(), ids=DECORATORS.keys())
def test_a_method_decorated_in_its_class_is_refused(define: Callable[[Any], type], decorate: Any) -> None:
    """It has no object yet, so the sender would be passed as ``self``."""
    signal: AnySignal = Signal(Order, name="order")
    with pytest.raises(
        ReceiverSignatureError,
        match=r"it looks like a method of the class whose body it stands in, and its '(self|cls|this)' would get the "
        r"sender; connect the bound method, in __init__ for example: signal\.connect\(self\.(on|<lambda>)\)$",
    ) as caught:
        define(decorate(signal))
    assert f"({__file__}:" in str(caught.value)
    assert signal.connections == ()


@pytest.mark.parametrize("define", METHODS)
@pytest.mark.parametrize("decorate", DECORATORS.values(), ids=DECORATORS.keys())
def test_a_method_decorated_in_its_class_is_warned_about_without_a_payload(
    define: Callable[[Any], type], decorate: Any
) -> None:
    """Blinker connects it, and code may rely on that."""
    signal: AnySignal = Signal(name="order")
    with pytest.warns(ReceiverWarning, match=r"<Signal 'order'>, but it looks like a method of the class") as caught:
        made = define(decorate(signal))
    assert [warning.filename for warning in caught] == [__file__]
    (connection,) = signal.connections
    signal.disconnect(connection.receiver)
    del made


def test_a_method_is_connected_by_a_function_that_has_the_name_of_its_class() -> None:
    """Only the body of a class makes methods that have no object yet."""
    signal: AnySignal = Signal(Order)

    class Receivers:
        def on(self, order_id: int, note: str) -> None: ...

    def connect() -> None:
        signal.connect(Receivers.on, weak=False)

    connect.__code__ = connect.__code__.replace(co_qualname=Receivers.__qualname__)
    connect()
    assert [connection.receiver for connection in signal.connections] == [Receivers.on]


def as_payload(signal: AnySignal) -> type:
    class Receivers:
        @signal.connect_via("x", as_payload=True)  # type: ignore[signal-receiver]
        def on(self, payload: Order) -> None: ...

    return Receivers


def test_a_method_that_takes_the_payload_is_refused_too() -> None:
    """Though the number of its parameters fits."""
    with pytest.raises(ReceiverSignatureError, match="it looks like a method of the class"):
        as_payload(Signal(Order))


def as_namespace(signal: AnySignal) -> Any:
    class Receivers:
        """A class as a collection of functions."""

        @signal.connect
        def on(sender: object, order_id: int, **extra: object) -> str:  # noqa: N805 - the sender it is
            return "on"

        @staticmethod
        @signal.connect
        def static(sender: object, **extra: object) -> str:
            return "static"

        @signal.connect
        @staticmethod
        def static_below(self: object, **extra: object) -> str:  # noqa: PLW0211 - it is no method all the same
            return "static below"

        @signal.connect
        class Nested:
            def __init__(self, sender: object, **extra: object) -> None: ...

        def method(self) -> Any:
            @signal.connect
            def local(self: object, **extra: object) -> str:
                return "local"

            return local

    return Receivers


@pytest.mark.parametrize("payload", [True, False])
def test_functions_in_a_class_that_are_not_methods_are_accepted(payload: bool) -> None:
    """Static methods, functions whose first parameter is for the sender, and functions inside methods."""
    signal: AnySignal = Signal(Order) if payload else Signal()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        receivers = as_namespace(signal)
        local = receivers().method()
    values = [value for _, value in signal.send(None, order_id=7)]
    assert values[:3] + values[4:] == ["on", "static", "static below", "local"]
    assert isinstance(values[3], receivers.Nested)
    del local


def test_a_function_of_a_finished_class_is_checked_by_its_parameters() -> None:
    """Looked up in its class, it is a plain function."""
    signal: AnySignal = Signal(Order)

    class Receivers:
        def on(self, order_id: int, **extra: object) -> str:
            return "called"

    assert warned(signal, Receivers.on) == []
    assert warned(signal, Receivers().on.__func__) == []  # type: ignore[attr-defined]


def test_a_method_of_one_class_may_be_connected_in_the_body_of_another() -> None:
    """It is no longer the class whose body runs that it belongs to."""
    signal: AnySignal = Signal(Order)

    class Finished:
        def on(self, order_id: int, **extra: object) -> int:
            return order_id

    class Connecting:
        connected = signal.connect(Finished.on)

    assert Connecting.connected is Finished.on
    assert signal.send(None) == [(Finished.on, 7)]


def test_a_function_in_a_class_may_take_a_field_called_sender() -> None:
    """Its first parameter is for the sender, and its second need not be."""

    class Mail(Payload):
        sender: str = "me"

    signal: AnySignal = Signal(Mail)

    class Receivers:
        @signal.connect
        def on(origin: object, sender: str) -> str:  # noqa: N805 - the sender it is
            return sender

    assert signal.send(None) == [(Receivers.on, "me")]


def test_a_function_in_a_class_without_parameters_by_position_is_no_method() -> None:
    """It is refused for what it lacks, or accepted where any receiver is."""
    signal: Any = Signal(Order)
    with pytest.raises(ReceiverSignatureError, match="it must take the sender as its first positional parameter"):

        class Refused:
            @signal.connect  # type: ignore[untyped-decorator]  # of a signal that is not typed
            def on(**extra: object) -> None: ...

    untyped: Any = Signal()

    class Accepted:
        @untyped.connect  # type: ignore[untyped-decorator]  # as above
        def on(**extra: object) -> None: ...

    assert [connection.receiver for connection in untyped.connections] == [Accepted.on]


class Opaque:
    """A callable object that is called what a method would be, and does not tell what it takes."""

    __call__ = staticmethod(iter)

    def __init__(self, name: str) -> None:
        self.__qualname__ = name


def test_what_cannot_be_read_may_be_connected_in_the_body_of_a_class() -> None:
    """Nothing says that it is a method."""
    signal: AnySignal = Signal()

    class Receivers:
        on = signal.connect(Opaque(f"{__qualname__}.on"))

    assert [connection.receiver for connection in signal.connections] == [Receivers.on]


def test_objects_connect_their_methods_when_they_are_made() -> None:
    """As the error advises."""
    signal: AnySignal = Signal(Order)

    class Receivers:
        def __init__(self) -> None:
            signal.connect(self.on)

        def on(self, sender: object, order_id: int, **extra: object) -> int:
            return order_id

    receivers = Receivers()
    assert signal.send(None) == [(receivers.on, 7)]


# Wrappers that take any arguments


def misspelt(sender: object, order_idd: int, **extra: object) -> None: ...


def fitting(sender: object, order_id: int, **extra: object) -> int:
    return order_id


def with_options(function: Callable[..., Any]) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, retries: int = 3, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


class Task:
    """What Celery makes of a function: a callable object that says what it wraps."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)  # type: ignore[attr-defined]  # by update_wrapper


class Methods:
    @passing_on
    def misspelt(self, sender: object, order_idd: int, **extra: object) -> None: ...

    @passing_on
    def fitting(self, sender: object, order_id: int, **extra: object) -> int:
        return order_id

    @classmethod
    @passing_on
    def misspelt_of_class(cls, sender: object, order_idd: int, **extra: object) -> None: ...


LOST: dict[str, Any] = {
    "wrapper": passing_on(misspelt),
    "wrapper with options of its own": with_options(misspelt),
    "wrappers around each other": passing_on(with_options(passing_on(misspelt))),
    "callable object": Task(misspelt),
    "callable object of a wrapper": Task(passing_on(misspelt)),
    "cache": functools.cache(misspelt),
    "single dispatch": functools.singledispatch(misspelt),
    "partial of a wrapper": functools.partial(passing_on(misspelt), more=1),
    "method": Methods().misspelt,
    "class method": Methods.misspelt_of_class,
}


@pytest.mark.parametrize("receiver", LOST.values(), ids=LOST.keys())
def test_a_wrapper_of_a_function_that_does_not_fit_is_warned_about(receiver: Any) -> None:
    """It is connected, because it may pass on other arguments; the warning points to the function inside."""
    signal: AnySignal = Signal(Order, name="order")
    (message,) = warned(signal, receiver)
    assert f"({__file__}:" in message
    assert (
        "is connected to <Signal 'order'>, but it takes any arguments, and what it wraps could not be called with what "
        "is sent: it takes 'order_idd', but there is no such field; did you mean 'order_id'? (if the wrapper passes"
    ) in message


@passing_on
def takes_the_payload(sender: object) -> None: ...


def test_a_wrapper_of_a_function_that_does_not_take_the_payload_is_warned_about() -> None:
    """With as_payload=True, the warning is about the payload."""
    (message,) = warned(Signal(Order), takes_the_payload, as_payload=True)
    assert "what is sent: with as_payload=True it is called as receiver(sender, payload)" in message


def adding(function: Callable[..., Any]) -> Any:
    @functools.wraps(function)
    def wrapper(sender: object, **fields: Any) -> Any:
        return function(sender, order_idd=1, **fields)

    return wrapper


@passing_on
@adding
def added_below(sender: object, order_idd: int, **extra: object) -> None: ...


def with_a_sender(function: Callable[..., Any]) -> Any:
    @functools.wraps(function)
    def wrapper(sender: object = None, *args: Any, **kwargs: Any) -> Any:
        return function(sender, *args, order_idd=1, **kwargs)

    return wrapper


def with_a_field(function: Callable[..., Any]) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, order_id: int, **kwargs: Any) -> Any:
        return function(*args, order_idd=order_id, **kwargs)

    return wrapper


class Wrapping:
    """What is made when it is called does not call what the class has as an attribute."""

    __wrapped__ = misspelt

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...


class Endless:
    """Each of its attributes is another such object."""

    def __getattr__(self, name: str) -> Endless:
        return Endless()

    def __call__(self, *args: object, **kwargs: object) -> None: ...


class Dispatching:
    """What its method wraps takes the object first, and another function may be called in its place."""

    @functools.singledispatchmethod
    def on(self, sender: object, **extra: object) -> None: ...


dispatching = Dispatching()

NOT_LOST: dict[str, Any] = {
    "wrapper of what fits": passing_on(fitting),
    "wrappers of what fits": with_options(passing_on(fitting)),
    "callable object": Task(fitting),
    "method": Methods().fitting,
    "single-dispatch method": dispatching.on,
    "partial of a single-dispatch method": functools.partial(dispatching.on),
    "partial": functools.partial(passing_on(lambda first, sender, **extra: None), 1),
    "wrapper with a signature of its own": adding(misspelt),
    "wrapper of one with a signature of its own": added_below,
    "wrapper that names the sender": with_a_sender(misspelt),
    "wrapper that names a field": with_a_field(misspelt),
    "partial that passes what is missing": functools.partial(passing_on(misspelt), order_idd=1),
    "class": Wrapping,
    "wraps nothing": lambda *args, **kwargs: None,
    "wraps what cannot be read": functools.cache(iter),
    "wraps without end": Endless(),
}


@pytest.mark.parametrize("receiver", NOT_LOST.values(), ids=NOT_LOST.keys())
def test_no_warning_about_a_wrapper_that_may_be_right(receiver: Any) -> None:
    """The function inside fits, or the wrapper names its own parameters, and these count."""
    assert warned(Signal(Order), receiver) == []


def test_a_wrapper_with_a_signature_is_checked_by_it() -> None:
    """Like any other receiver."""
    changed, wrong = passing_on(misspelt), passing_on(fitting)
    changed.__signature__ = inspect.signature(fitting)
    wrong.__signature__ = inspect.signature(misspelt)
    assert warned(Signal(Order), changed) == []
    with pytest.raises(ReceiverSignatureError, match="it takes 'order_idd'"):
        Signal(Order).connect(wrong)


def test_signals_without_a_payload_do_not_check_wrappers() -> None:
    """They may send anything."""
    assert warned(Signal(), passing_on(misspelt)) == []
