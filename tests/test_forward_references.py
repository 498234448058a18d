"""Payloads that refer to names that are defined later, or elsewhere than the class."""

# ruff: noqa: F821, N806 - what is in quotes is not looked up, and local variables stand for types
# mypy: disable-error-code="name-defined, valid-type"

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Generic, Optional, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import core_schema

from tests.test_declared_again import SENDS, note_in
from tests.ways import AnySignal
from typedsignals import DeclarationError, Namespace, Payload, PayloadError, Signal

T = TypeVar("T")


def send_elsewhere(signal: AnySignal, way: Callable[..., Any], fields: dict[str, Any]) -> list[Any]:
    """Send from where the declaration's local names are unknown; return what a receiver got."""
    log: list[Any] = []
    with signal.connected_to(note_in(log)):
        way(signal, fields)
    return log


@pytest.mark.parametrize("way", SENDS.values(), ids=SENDS)
@pytest.mark.parametrize("base", [Payload, BaseModel])
@pytest.mark.parametrize("validate", ["always", "connected", "never"])
def test_models_of_one_function_may_refer_to_each_other(
    way: Callable[..., Any], base: type[BaseModel], validate: Any
) -> None:
    """Every name that is defined when the signal is declared is found, wherever it is sent from."""

    class Order(base):  # type: ignore[misc]  # a parameter
        item: "Item"

    class Item(base):  # type: ignore[misc]  # a parameter
        number: int

    signal: AnySignal = Signal(Order, validate=validate)
    item = Item(number=1)
    assert send_elsewhere(signal, way, {"item": item}) == [{"item": item}]
    if validate != "never":
        with pytest.raises(
            PayloadError, match=r"item: input should be a valid dictionary or instance of Item, got str"
        ):
            send_elsewhere(signal, SENDS["send"], {"item": "no item"})


@pytest.mark.parametrize("way", [SENDS[name] for name in SENDS if "payload" not in name])
def test_what_is_defined_after_the_declaration_is_found_for_as_long_as_that_function_runs(
    way: Callable[..., Any],
) -> None:
    """Whatever function it calls to send."""

    class Order(Payload):
        item: "Item"

    signal: AnySignal = Signal(Order)

    class Item(Payload):
        number: int

    item = Item(number=1)
    assert send_elsewhere(signal, way, {"item": item}) == [{"item": item}]


def test_names_are_found_where_the_signal_is_sent_first() -> None:
    """As pydantic finds them where a model is used first; the declaration need not know them."""

    def declare() -> AnySignal:
        class Order(Payload):
            item: "Item"

        return Signal(Order)

    class Item(Payload):
        number: int

    signal = declare()
    assert signal.send(None, item=Item(number=1)) == []


def test_what_a_coroutine_defines_is_found_where_it_awaits() -> None:
    """Its frame is among the callers for as long as it awaits."""

    async def main() -> list[Any]:
        class Order(Payload):
            item: "Item"

        signal: AnySignal = Signal(Order)

        class Item(Payload):
            number: int

        return [
            await signal.send_async(None, item=Item(number=1)),
            await signal.send_concurrent(None, item=Item(number=1)),
        ]

    assert asyncio.run(main()) == [[], []]


def test_an_inner_function_finds_what_it_refers_to() -> None:
    """Its free variables are among its names."""

    class Order(Payload):
        item: "Item"

    signal: AnySignal = Signal(Order)

    class Item(Payload):
        number: int

    def send() -> list[Any]:
        return signal.send(None, item=Item(number=1))

    assert send() == []


def test_models_may_be_nested_generic_and_recursive() -> None:
    """And names may stand inside other types, or for types that are not models."""

    class Tree(Payload, Generic[T]):
        value: T
        unit: "Unit"
        branches: "list[Tree[T]]" = Field([])
        twig: Optional["Twig"] = None

    class Twig(Payload):
        tree: "Tree[Number]"
        leaf: "Leaf | None" = None

    class Leaf(Payload):
        twig: "Twig"

    Number = int
    Unit = Annotated[str, Field(min_length=1)]
    signal: AnySignal = Signal(Tree[int])
    tree: dict[str, Any] = {"value": 1, "unit": "m", "branches": [], "twig": None}
    assert send_elsewhere(signal, SENDS["send"], tree) == [tree]
    with pytest.raises(PayloadError, match="unit: string should have at least 1 character"):
        send_elsewhere(signal, SENDS["send"], tree | {"unit": ""})
    twig = Twig.model_construct(tree=Tree[int].model_construct(**tree))
    assert send_elsewhere(signal, SENDS["send"], tree | {"twig": twig}) == [tree | {"twig": twig}]
    assert [Leaf, Number]


@pytest.mark.parametrize(
    "declare",
    [
        lambda payload, cls: cls().placed,
        lambda payload, cls: cls.placed,
    ],
    ids=["instance", "class"],
)
def test_a_signal_that_is_an_attribute_of_a_local_class_finds_the_names_around_it(declare: Any) -> None:
    """Those of the class's body, and of its module."""

    class Shop:
        class Order(Payload):
            item: "Item"
            other: "Declared"

        class Item(Payload):
            number: int

        placed: AnySignal = Signal(Order)

    signal = declare(Shop.Order, Shop)
    fields = {"item": Shop.Item(number=1), "other": Declared(x=1)}
    assert send_elsewhere(signal, SENDS["send"], fields) == [fields]


class Declared(Payload):
    x: int


def test_signals_of_namespaces_and_of_subclasses_find_names_as_well() -> None:
    """The declaration is where users call them, not where this package or a subclass does."""

    class Special(Signal[Any, Any, ...]):
        def __init__(self, payload: Any) -> None:
            super().__init__(payload)

    def special() -> tuple[AnySignal, Any]:
        class Order(Payload):
            item: "Item"

        class Item(Payload):
            number: int

        return Special(Order), Item(number=1)

    def named() -> tuple[AnySignal, Any]:
        class Order(Payload):
            item: "Item"

        class Item(Payload):
            number: int

        return namespace.signal("placed", Order), Item(number=1)

    namespace = Namespace()
    for declare in (special, named, named):
        signal, item = declare()
        assert send_elsewhere(signal, SENDS["send"], {"item": item}) == [{"item": item}]


def test_nested_models_are_completed_as_well() -> None:
    """Receivers may make instances of them, wherever they are."""

    class Own:
        """Not a model, although pydantic makes it like one."""

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
            return core_schema.model_schema(cls, core_schema.model_fields_schema({}))

    class Order(Payload):
        item: "Item"
        own: Own | None = None

    class Item(Payload):
        leaf: "Leaf"

    class Leaf(Payload):
        number: int

    signal, leaf = Signal[Any, Any, ...](Order), Leaf(number=1)
    assert made_elsewhere(Item, leaf=leaf).leaf is leaf
    assert signal.send(None, item=Item(leaf=leaf)) == []


def test_names_that_only_a_nested_model_needs_are_found_where_the_signal_is_declared() -> None:
    """Local names are out of reach later."""

    def declare() -> tuple[AnySignal, Any, Any]:
        class Item(Payload):
            leaf: "Leaf"

        class Order(Payload):
            item: Item

        class Leaf(Payload):
            number: int

        return Signal(Order), Item, Leaf

    signal, item_type, leaf_type = declare()
    item = item_type(leaf=leaf_type(number=1))
    assert send_elsewhere(signal, SENDS["send"], {"item": item}) == [{"item": item}]


def made_elsewhere(model: type[BaseModel], **fields: Any) -> Any:
    return model(**fields)


# Names of modules


def execute(code: str, **names: Any) -> dict[str, Any]:
    names["__name__"] = f"no_module_{id(names)}"
    exec(code, names)  # noqa: S102 - written below
    return names


PAYLOAD = """
from typedsignals import Payload
class Order(Payload):
    item: "Item"
"""


def test_a_nested_model_may_refer_to_the_payload() -> None:
    """Which its own module does not know; it stays incomplete then."""
    order = execute(PAYLOAD)["Order"]
    item = execute("from typedsignals import Payload\nclass Item(Payload):\n    order: 'Order | None' = None")["Item"]
    signal = execute("from typedsignals import Signal\nplaced = Signal(Order)", Order=order, Item=item)["placed"]
    (fields,) = send_elsewhere(signal, SENDS["send"], {"item": {}})
    assert (type(fields["item"]), fields["item"].order) == (item, None)


def test_names_of_the_module_that_declares_the_signal_are_found() -> None:
    """If the payload's module imports them for type checkers only; even names defined after the signal."""
    order = execute(PAYLOAD)["Order"]
    names = execute(
        "from typedsignals import Payload, Signal\nplaced = Signal(Order)\nclass Item(Payload):\n    number: int = 1",
        Order=order,
    )
    item = names["Item"](number=2)
    assert send_elsewhere(names["placed"], SENDS["send"], {"item": item}) == [{"item": item}]


class Known(Payload):
    x: int = 1


class Mixed(Payload):
    known: "Known"
    unknown: "Unknown"


def test_a_name_that_means_something_to_the_payload_keeps_its_meaning() -> None:
    """Whatever the name means where the signal is declared or sent."""
    ours = Known

    def declare() -> tuple[AnySignal, Any]:
        class Known(Payload):
            y: int = 2

        class Unknown(Payload):
            z: int = 3

        assert Known().y == Unknown().z - 1
        return Signal(Mixed), Unknown()

    signal, unknown = declare()
    fields = {"known": ours(), "unknown": unknown}
    assert send_elsewhere(signal, SENDS["send"], fields) == [fields]


# When


def test_a_model_that_is_to_be_built_late_is_not_built_by_declaring() -> None:
    """Unless names are missing that are in reach only then."""

    class Late(Payload):
        model_config = ConfigDict(defer_build=True)
        x: int

    class Missing(Payload):
        model_config = ConfigDict(defer_build=True)
        item: "Item"

    class Item(Payload):
        number: int

    late, missing = Signal(Late), Signal(Missing)
    assert (Late.__pydantic_complete__, Missing.__pydantic_complete__) == (False, True)
    assert late.send(None, x=1) == missing.send(None, item=Item(number=1)) == []


def test_receivers_are_checked_before_the_names_are_known() -> None:
    """The fields' own names are known, and the check needs no others."""

    class Order(Payload):
        item: "Item"
        number: int = 1

    def receive(sender: object, item: Any, number: int) -> None: ...
    def misfit(sender: object, itme: Any, **extra: Any) -> None: ...

    signal: AnySignal = Signal(Order)
    signal.connect(receive)
    with pytest.raises(TypeError, match="it takes 'itme', but there is no such field; did you mean 'item'"):
        signal.connect(misfit)
    waiting: AnySignal = Signal(Order, accepts="async")
    with pytest.raises(TypeError, match="it is a plain function, but the signal is declared"):
        waiting.connect(receive)

    class Item(Payload):
        x: int

    assert len(signal.send(None, item=Item(x=1))) == 1


def test_deprecations_that_come_with_the_names_are_reported_then() -> None:
    """They may stand in the annotation that could not be read."""

    class Order(Payload):
        item: "Annotated[Item, Field(deprecated='use items')]"
        count: "Annotated[int, Field(deprecated=True)]" = 1

    def receive(sender: object, item: Any, **extra: Any) -> None: ...

    signal: AnySignal = Signal(Order)
    signal.connect(receive)

    class Item(Payload):
        x: int

    with pytest.warns(DeprecationWarning, match="takes 'item', a deprecated field") as caught:
        assert len(signal.send(None, item=Item(x=1))) == 1
    assert (len(caught), caught[0].filename) == (1, __file__)
    assert len(signal.send(None, item=Item(x=1))) == 1


def test_defaults_that_come_with_the_names_are_filled_in() -> None:
    """They may stand in the annotation as well."""

    class Order(Payload):
        count: "Annotated[Number, Field(default=7)]"

    signal: AnySignal = Signal(Order, validate="never")
    Number = int
    log: list[Any] = []
    with signal.connected_to(note_in(log)):
        signal.send(None)
    assert log == [{"count": 7}]


def test_an_alias_that_comes_with_the_names_is_refused() -> None:
    """At the declaration if they are known by then, otherwise at the first send."""

    class Order(BaseModel):
        item: "Annotated[Item, Field(alias='Item')]"

    early: AnySignal = Signal(Order)

    class Item(Payload):
        x: int

    with pytest.raises(DeclarationError, match="field 'item' of payload Order has alias='Item'"):
        Signal(Order)
    for _ in range(2):
        with pytest.raises(DeclarationError, match="field 'item' of payload Order has alias='Item'"):
            early.send(None, item=Item(x=1))


def test_a_model_that_pydantic_completed_meanwhile_works() -> None:
    """Making an instance completes it."""

    class Order(Payload):
        item: "Item"

    signal: AnySignal = Signal(Order)
    signal.connect(note := note_in([]))

    class Item(Payload):
        x: int

    order = Order(item=Item(x=1))
    assert send_elsewhere(signal, SENDS["send"], {"item": order.item}) == [{"item": order.item}]
    assert signal.send_payload(None, order) == [(note, None)]


def test_names_that_do_not_stand_for_a_type_are_a_declaration_error() -> None:
    """Chained from pydantic's own error, which says what is wrong."""

    class Order(BaseModel):
        item: "Item"

    class Item:
        pass

    signal: AnySignal = Signal(Order)
    with pytest.raises(
        DeclarationError, match="payload Order cannot be completed: PydanticSchemaGenerationError"
    ) as caught:
        signal.send(None, item=Item())
    assert "Item" in str(caught.value.__cause__)


def test_code_in_an_annotation_may_fail() -> None:
    """Even with an error like that of an undefined name."""

    def fail() -> None:
        raise NameError("the schema is not loaded")

    class Order(Payload):
        item: "fail()"

    with pytest.raises(DeclarationError, match=r"payload Order cannot be completed: .*: the schema is not loaded"):
        Signal[Any, Any, ...](Order).send(None, item=1)


def test_threads_may_complete_a_payload_at_once() -> None:
    """Each of them sends, and only some of them know the names."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for _ in range(30):
            complete_at_once()
    finally:
        sys.setswitchinterval(interval)


def complete_at_once() -> None:
    class Order(Payload):
        item: "Item"
        more: "list[Item]" = Field([])

    signals: list[AnySignal] = [Signal(Order), Signal(Order)]
    barrier = threading.Barrier(4, timeout=60)

    class Item(Payload):
        x: int

    def send(signal: AnySignal) -> Any:
        item = Item(x=1)
        barrier.wait()
        return signal.send(None, item=item)

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(send, signals * 2)] == [[]] * 4


def test_nothing_is_resolved_without_receivers() -> None:
    """A signal that validates only when connected needs no names if it has no receivers."""

    class Order(Payload):
        item: "NeverDefined"

    def receive(sender: object, **extra: Any) -> None: ...

    signal: AnySignal = Signal(Order, validate="connected")
    for name, way in SENDS.items():
        if "payload" not in name:
            for _ in range(20):
                assert way(signal, {"item": 1}) == []
    signal.connect(receive, sender="somebody else", weak=False)
    assert signal.send(None, item=1) == []
    signal.connect(receive, weak=False)
    with pytest.raises(DeclarationError, match="refers to 'NeverDefined', which is not defined yet"):
        signal.send(None, item=1)


def test_a_model_that_pydantic_cannot_build_is_a_declaration_error() -> None:
    """Such as some that refer to themselves, which stay unbuilt even when all names are known."""

    class Page(Payload, Generic[T]):
        items: list[T]
        next: "Page[T] | None" = None

    class Heir(Page[int]):
        item: "Item | None" = None

    class Item(Payload):
        number: int

    signal: AnySignal = Signal(Heir)
    with pytest.raises(DeclarationError, match="pydantic can make no schema of payload Heir: simplify it"):
        signal.send(None, items=[1])
