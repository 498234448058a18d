"""Bound callables of every kind are held by their object and identified by their parts, like Python's own methods."""

from __future__ import annotations

import gc
import warnings
import weakref
from collections import deque
from collections.abc import Callable
from functools import partial, partialmethod, singledispatchmethod
from inspect import getclosurevars
from queue import SimpleQueue
from types import FunctionType, MethodType
from typing import Any

import pytest
import wrapt

from tests.ways import AnySignal, Ping, Way, every_way, finished
from typedsignals import Signal, WeakReceiverError
from typedsignals.testing import only


@wrapt.decorator
def decorated(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return wrapped(*args, **kwargs)


class Fresh:
    """What a custom decorator returns for a method: it has an object and a name, and equals only itself."""

    def __init__(self, function: Any, instance: object) -> None:
        self.__self__ = instance
        self.__name__ = function.__name__
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(self.__self__, *args, **kwargs)


class OwnDecorator:
    def __init__(self, function: Any) -> None:
        self.function = function

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is None:
            return self
        if not isinstance(instance, owner):
            raise TypeError(owner)
        return Fresh(self.function, instance)


class Plain:
    """A callable object that binds to no object."""

    def __call__(self, *args: object, **fields: object) -> str:
        return "called"


class Base(deque[object]):
    """With methods that its subclass replaces."""

    @decorated
    def replaced(self, sender: object, **extra: object) -> str:
        return "of the base class"

    @OwnDecorator
    def replaced_by_method(self, sender: object, payload: object = None, **extra: object) -> str:
        return "called"

    @OwnDecorator
    def elsewhere(self, sender: object, payload: object = None, **extra: object) -> str:
        return "called"


class Queue(Base):
    """With methods of all kinds, which can be called with a sender and fields."""

    @decorated
    def replaced(self, sender: object, **extra: object) -> str:
        return "of the class"

    def replaced_by_method(self, sender: object, **extra: object) -> str:
        raise AssertionError("not this one")

    @property
    def own_replaced_by_method(self) -> Any:
        return super().replaced_by_method

    @property
    def replaced_of_base(self) -> Any:
        return super().replaced

    @property
    def elsewhere(self) -> Any:
        return Queue().own_elsewhere

    @property
    def own_elsewhere(self) -> Any:
        return super().elsewhere

    def method(self, sender: object, **extra: object) -> str:
        return "method"

    @decorated
    def wrapped(self, sender: object, payload: object = None, **extra: object) -> str:
        return "called"

    @decorated
    def __wrapped_privately(self, sender: object, payload: object = None, **extra: object) -> str:
        return "called"

    @property
    def wrapped_privately(self) -> Any:
        return self.__wrapped_privately

    @OwnDecorator
    def own(self, sender: object, payload: object = None, **extra: object) -> str:
        return "called"

    def with_option(self, option: str, sender: object, payload: object = None, **extra: object) -> str:
        return option

    partial_method = partialmethod(with_option, "called")
    single_dispatch = singledispatchmethod(wrapped)
    single_dispatch_of_function = singledispatchmethod(lambda self, sender, payload=None, **extra: "called")
    partial_method_of_wrapped = partialmethod(wrapped, more="x")
    partial_method_of_object = partialmethod(Plain(), "x")

    def __contains__(self, sender: object, payload: object = None, **extra: object) -> bool:
        return True

    def append(self, value: object) -> None:
        raise AssertionError("not this one")

    @property
    def inherited_append(self) -> Any:
        return super().append


BOUND: dict[str, Callable[[Any], Any]] = {
    "method": lambda queue: queue.method,
    "wrapt": lambda queue: queue.wrapped,
    "wrapt, private": lambda queue: queue.wrapped_privately,
    "decorator of one's own": lambda queue: queue.own,
    "decorator of one's own, which leads elsewhere in a subclass": lambda queue: queue.own_elsewhere,
    "decorator of one's own, replaced by a method in a subclass": lambda queue: queue.own_replaced_by_method,
    "partial method": lambda queue: queue.partial_method,
    "partial method of wrapt": lambda queue: queue.partial_method_of_wrapped,
    "partial method of a callable object": lambda queue: queue.partial_method_of_object,
    "single dispatch": lambda queue: queue.single_dispatch,
    "single dispatch of a function": lambda queue: queue.single_dispatch_of_function,
    "builtin": lambda queue: queue.extend,
    "builtin of a base class": lambda queue: queue.inherited_append,
    "method of a slot": lambda queue: queue.__iadd__,
}
CALLED_WITH_FIELDS = [*BOUND][1:11]


def objects(signal: AnySignal) -> list[Any]:
    """Return the objects to which the signal's receivers are bound."""
    return [object_of(connection.receiver) for connection in signal.connections]


def object_of(receiver: Any) -> Any:
    """Return the object to which a receiver is bound, which single-dispatch methods have in two private places."""
    if type(receiver) is FunctionType:
        return getclosurevars(receiver).nonlocals["obj"]
    return receiver._obj if hasattr(receiver, "_obj") else receiver.__self__


every_kind = pytest.mark.parametrize("get", BOUND.values(), ids=BOUND.keys())


@every_kind
def test_a_bound_callable_is_one_receiver_however_often_it_is_got(get: Callable[[Any], Any]) -> None:
    """Connecting it twice connects it once; a fresh one disconnects it; that of another object is another receiver."""
    signal, one, two = Signal(), Queue(), Queue()
    for weak in (True, False):
        signal.connect(get(one), weak=weak)
        signal.connect(get(one), weak=weak)
        signal.connect(get(two), weak=weak)
        assert objects(signal) == [one, two]
        signal.disconnect(get(one))
        assert objects(signal) == [two]
        signal.disconnect(get(two))
        assert signal.connections == ()


@every_kind
def test_a_bound_callable_lives_as_long_as_its_object(get: Callable[[Any], Any]) -> None:
    """It stays a receiver until then, though the bound callable itself is gone at once."""
    signal, queue = Signal(), Queue()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        signal.connect(get(queue))
        gc.collect()
        assert type(signal.connections[0].receiver) is type(get(queue))
        assert objects(signal)[0] is queue
        gone = weakref.ref(queue)
        del queue
        gc.collect()
    assert gone() is None
    assert signal.connections == ()


@every_kind
def test_a_bound_callable_that_is_held_strongly_stays(get: Callable[[Any], Any]) -> None:
    """With its object, until it is disconnected; connected again, it can be held weakly."""
    signal, queue = Signal(), Queue()
    gone = weakref.ref(queue)
    signal.connect(get(queue), weak=False)
    del queue
    gc.collect()
    signal.connect(get(objects(signal)[0]))
    gc.collect()
    assert gone() is None
    assert signal.connections == ()


@every_way
@pytest.mark.parametrize("name", CALLED_WITH_FIELDS)
@pytest.mark.parametrize("weak", [True, False])
def test_a_bound_callable_is_called_in_every_way(way: Way, name: str, weak: bool) -> None:
    """Like any other receiver, and the results name it."""
    signal, queue = way.signal(), Queue()
    way.connect(signal, BOUND[name](queue), weak=weak)
    for _ in range(2):
        assert [type(receiver) for receiver in way.send(signal, None)] == [type(BOUND[name](queue))]
        assert objects(signal) == [queue]


def test_a_bound_callable_may_stand_beside_other_receivers() -> None:
    """Functions, methods and bound callables of other kinds, in their order."""
    signal, queue = Signal(Ping), Queue()

    def function(sender: object, **extra: object) -> str:
        return "function"

    signal.connect(function)
    signal.connect(queue.own, priority=1)
    signal.connect(queue.wrapped)
    signal.connect(queue.method)
    assert [value for _, value in signal.send(None)] == ["called", "function", "called", "method"]


class Saying:
    def __init__(self, said: str) -> None:
        self.said = said

    def __call__(self, *args: object, **fields: object) -> str:
        return self.said


class Bindable(Saying):
    """Becomes a method, as a compiled function does."""

    def __get__(self, instance: object, owner: type) -> Any:
        return self if instance is None else MethodType(self, instance)


def method_that_says(said: str) -> Any:
    """Make a method of the name that functions inside partial methods have."""

    def _method(self: object, sender: object, **extra: object) -> str:
        return said

    return _method


class Teller:
    """With methods that differ in one part each."""

    def tell(self, what: str, sender: object, more: str = "", **extra: object) -> str:
        return what + more

    def shout(self, what: str, sender: object, more: str = "", **extra: object) -> str:
        return (what + more).upper()

    a = partialmethod(tell, "a")
    b = partialmethod(tell, "b")
    loud_a = partialmethod(shout, "a")
    a_and_x = partialmethod(tell, "a", more="x")
    a_and_y = partialmethod(tell, "a", more="y")
    c = partialmethod(Saying("c"))
    d = partialmethod(Saying("d"))
    e = method_that_says("e")
    f = method_that_says("f")
    g = partialmethod(Bindable("g"))
    h = partialmethod(Bindable("h"))


def test_bound_callables_of_one_object_are_different_receivers() -> None:
    """Whichever of their parts differs, and each is called with its own."""
    signal, teller, names = Signal(), Teller(), [name for name in vars(Teller) if not name.startswith("_")][2:]
    for name in names:
        signal.connect(getattr(teller, name))
    gc.collect()
    values = ["a", "b", "A", "ax", "ay", "c", "d", "e", "f", "g", "h"]
    assert [value for _, value in signal.send(None)] == values
    for name in names:
        signal.disconnect(getattr(teller, name))
        values.pop(0)
        assert [value for _, value in signal.send(None)] == values


def test_a_method_and_the_one_that_it_replaces_are_different_receivers() -> None:
    """`super` gives the latter."""
    signal, queue = Signal(), Queue()
    signal.connect(queue.replaced_of_base)
    signal.connect(queue.replaced)
    gc.collect()
    assert [value for _, value in signal.send(None)] == ["of the base class", "of the class"]
    signal.disconnect(queue.replaced_of_base)
    assert [value for _, value in signal.send(None)] == ["of the class"]


class _Xylophone:
    @decorated
    def __play(self, sender: object, **extra: object) -> str:
        return "played"

    @property
    def play(self) -> Any:
        return self.__play


def test_a_private_method_is_found_whatever_its_class_is_called() -> None:
    """Underscores before the name of the class do not count in that of the method."""
    signal, xylophone = Signal(), _Xylophone()
    for _ in range(2):
        signal.connect(xylophone.play)
        gc.collect()
    assert [value for _, value in signal.send(None)] == ["played"]


def test_a_queue_takes_what_is_sent() -> None:
    """Its ``put`` is the most common built-in method; nothing is left when the queue is gone."""
    signal, queue = Signal(), SimpleQueue[object]()
    signal.connect(queue.put)
    gc.collect()
    signal.send("x")
    assert queue.get_nowait() == "x"
    del queue
    assert signal.send("y") == []
    assert not signal._table._buckets


@pytest.mark.parametrize("make", [lambda: [].append, lambda: {}.update, lambda: (1).__add__, lambda: "x".join])
def test_a_method_of_what_cannot_be_held_weakly_says_so(make: Callable[[], Any]) -> None:
    """Otherwise it would be gone at once; held strongly, it can be disconnected using another access to it."""
    receiver, signal = make(), Signal()
    kind = type(receiver.__self__)
    with pytest.raises(WeakReceiverError, match=f"as a {kind.__name__} has no __weakref__ slot; connect it with"):
        signal.connect(receiver)
    assert signal.connections == ()
    signal.connect(receiver, weak=False)
    signal.disconnect(getattr(receiver.__self__, receiver.__name__))
    assert signal.connections == ()


class Family:
    @decorated
    @classmethod
    def wrapped_class_method(cls, sender: object, **extra: object) -> str:
        return cls.__name__

    @classmethod
    @decorated
    def class_method_of_wrapped(cls, sender: object, **extra: object) -> str:
        return cls.__name__

    @singledispatchmethod
    @classmethod
    def single_dispatch_class_method(cls, sender: object, **extra: object) -> str:
        return cls.__name__

    @decorated
    @staticmethod
    def wrapped_static_method(sender: object, **extra: object) -> str:
        return "static"

    @staticmethod
    @decorated
    def static_method_of_wrapped(sender: object, **extra: object) -> str:
        return "static"

    @singledispatchmethod
    @staticmethod
    def single_dispatch_static_method(sender: object, **extra: object) -> str:
        return "static"


class Child(Family):
    pass


@pytest.mark.parametrize("name", ["wrapped_class_method", "class_method_of_wrapped", "single_dispatch_class_method"])
def test_a_class_method_is_held_by_its_class(name: str) -> None:
    """Got from the class or from an instance, it is the same; that of a subclass is another one."""
    signal = Signal()
    for owner in (Family, Family(), Child, Child()):
        signal.connect(getattr(owner, name))
    gc.collect()
    assert [value for _, value in signal.send(None)] == ["Family", "Child"]
    signal.disconnect(getattr(Family(), name))
    assert [value for _, value in signal.send(None)] == ["Child"]


@pytest.mark.parametrize("name", ["wrapped_static_method", "static_method_of_wrapped", "single_dispatch_static_method"])
def test_a_static_method_is_the_same_wherever_it_is_got(name: str) -> None:
    """It binds to nothing, though what wraps it may be made anew at each access."""
    signal = Signal()
    for owner in (Family, Family()):
        signal.connect(getattr(owner, name))
    gc.collect()
    assert [value for _, value in signal.send(None)] == ["static"]
    signal.disconnect(getattr(Family(), name))
    assert signal.connections == ()


def test_class_methods_of_builtin_classes_are_held_by_them() -> None:
    """And methods of metaclasses by the class that they are bound to."""
    signal = Signal()

    class Local:
        pass

    local: Any = Local
    signal.connect(dict.fromkeys)
    signal.connect(dict.fromkeys)
    signal.connect(local.mro)
    gc.collect()
    assert len(signal.connections) == 2
    signal.disconnect(dict.fromkeys)
    del Local, local
    gc.collect()
    assert len(signal.connections) == 0


def test_a_static_method_in_a_class_body() -> None:
    """Decorated before its class exists, it is the same receiver as afterwards."""
    signal = Signal()

    class Receivers:
        @signal.connect
        @staticmethod
        def on(sender: object, **extra: object) -> str:
            return "static"

        @signal.connect
        @staticmethod
        async def on_async(sender: object, **extra: object) -> str:
            return "async"

    gc.collect()
    assert finished(signal.send_async(None)) == [(Receivers.on, "static"), (Receivers.on_async, "async")]
    signal.disconnect(Receivers.on)
    signal.disconnect(Receivers.__dict__["on_async"])
    assert signal.connections == ()


def test_a_function_of_a_module_is_no_bound_callable() -> None:
    """The ``__self__`` of a builtin is its module, or None."""
    signal = Signal()
    for _ in range(2):
        signal.connect(print)
        signal.connect(str.maketrans)
    assert [connection.receiver for connection in signal.connections] == [print, str.maketrans]


# Senders


@every_kind
def test_a_bound_callable_may_be_a_sender(get: Callable[[Any], Any]) -> None:
    """Each access gives the same sender, and its connections end with the object."""
    signal, queue = Signal(), Queue()

    def receiver(sender: object, **extra: object) -> str:
        return "called"

    signal.connect(receiver, get(queue))
    assert len(signal.send(get(queue))) == 1
    assert signal.send(get(Queue())) == signal.send(queue) == []
    assert type(signal.connections[0].sender) is type(get(queue))
    assert signal.has_receivers_for(get(queue))
    signal.disconnect(receiver, get(queue))
    assert signal.send(get(queue)) == []
    signal.connect(receiver, get(queue))
    del queue
    gc.collect()
    assert signal.connections == ()
    assert not signal._table._senders


def test_a_method_of_what_cannot_be_held_weakly_is_kept_as_a_sender() -> None:
    """Like all such senders."""
    signal, numbers = Signal(), list[object]()
    signal.connect(print, numbers.append)
    assert signal.has_receivers_for(numbers.append)
    assert not signal.has_receivers_for([].append)


class View:
    """Is made anew at each access, but cannot be called."""

    def __init__(self, viewed: object) -> None:
        self.__self__ = viewed
        self.__name__ = "view"


class Viewed:
    view = property(View)


def test_only_what_can_be_called_is_one_sender_with_its_like() -> None:
    """Anything else that is made anew at each access is another sender each time, and its connections end with it."""
    signal, viewed = Signal(), Viewed()
    view = viewed.view
    signal.connect(print, view)
    assert signal.has_receivers_for(view)
    assert not signal.has_receivers_for(viewed.view)
    del view
    gc.collect()
    assert signal.connections == ()


# What only looks like a bound callable


class Answering:
    """Has every attribute."""

    def __init__(self, answer: Callable[[str], object]) -> None:
        self.__dict__["answer"] = answer

    def __getattr__(self, name: str) -> object:
        return self.__dict__["answer"](name)

    def __call__(self, sender: object, **extra: object) -> str:
        return "called"


def failing(name: str) -> object:
    raise RuntimeError(name)


class Named:
    """Bound to an object without an attribute of that name."""

    __self__ = Plain()
    __name__ = "nothing"

    def __call__(self, sender: object, **extra: object) -> str:
        return "called"


LOOKALIKES: dict[str, Callable[[], Any]] = {
    "any attribute": lambda: Answering(lambda name: Answering(str)),
    "strings": lambda: Answering(str),
    "failing": lambda: Answering(failing),
    "named": Named,
    "partial of a method": lambda: partial(Queue().with_option, "called"),
    "partial with an attribute": lambda: with_self(partial(Plain())),
    "method of an object": lambda: MethodType(Plain(), Queue()),
}


def with_self(made: Any) -> Any:
    made.__self__ = made
    return made


@pytest.mark.parametrize("make", LOOKALIKES.values(), ids=LOOKALIKES.keys())
def test_what_only_looks_like_a_bound_callable_is_itself(make: Callable[[], Any]) -> None:
    """Another one that is made in the same way is another receiver, and another sender."""
    signal, one, two = Signal(), make(), make()
    signal.connect(one, one)
    signal.connect(two, one)
    assert [receiver for receiver, _ in signal.send(one)] == [one, two]
    assert signal.send(two) == []
    signal.disconnect(two)
    assert [receiver for receiver, _ in signal.send(one)] == [one]


def test_only_knows_bound_callables() -> None:
    """Like everything that identifies receivers."""
    signal, queue = Signal(), Queue()
    signal.connect(queue.wrapped)
    signal.connect(queue.own)
    with only(queue.own):
        assert [receiver.__name__ for receiver, _ in signal.send(None)] == ["own"]
