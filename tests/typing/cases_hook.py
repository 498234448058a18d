"""Hooks: signals whose receivers return results of a declared type."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Generic, TypeVar, assert_type

from typedsignals import ANY, Hook, Namespace, Outcome, Payload, ResultError, Signal
from typedsignals.testing import Capture, capture, isolated, muted


class Shop: ...


class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None


T = TypeVar("T")


class Page(Payload, Generic[T]):
    items: list[T]


class Verdict(Payload):
    reason: str


shop = Shop()
hooks = Namespace("shop")
order = OrderPlaced(order_id=7)
may_ship = hooks.hook("may-ship", OrderPlaced, sender=Shop, returns=bool)
prices = Hook(OrderPlaced, returns=float)
labels = Hook(OrderPlaced, sender=Shop, returns=str | None, name="labels", doc="A label.", validate="connected")
pages = Hook(OrderPlaced, returns=Page[int])
lists = hooks.hook("lists", OrderPlaced, returns=list[dict[str, int]], doc="Lists.", validate="never")
nothing = Hook(OrderPlaced, returns=None)
anything = Hook(OrderPlaced, returns=Any)
generic_payload = Hook(Page[int], returns=Verdict)


# The type of a hook follows from its declaration.
assert_type(may_ship.send(shop, order_id=7), list[tuple[Callable[..., Any], bool]])
assert_type(prices.send(None, order_id=7), list[tuple[Callable[..., Any], float]])
assert_type(labels.send(shop, order_id=7), list[tuple[Callable[..., Any], str | None]])
assert_type(pages.send(None, order_id=7), list[tuple[Callable[..., Any], Page[int]]])
assert_type(lists.send(None, order_id=7), list[tuple[Callable[..., Any], list[dict[str, int]]]])
assert_type(nothing.send(None, order_id=7), list[tuple[Callable[..., Any], None]])
assert_type(anything.send(None, order_id=7), list[tuple[Callable[..., Any], Any]])
assert_type(generic_payload.send(None, items=[1]), list[tuple[Callable[..., Any], Verdict]])
Hook(OrderPlaced)  # E: no type of results
Hook(returns=bool)  # E: no payload
Hook("doc", returns=bool)  # E: a text is no payload
Hook(OrderPlaced, returns=7)  # E: 7 is no type
Hook(OrderPlaced, returns=bool, accepts="both")  # E: no such kind
hooks.hook("x", OrderPlaced)  # E: no type of results
hooks.hook("x", returns=bool)  # E: no payload
hooks.hook(OrderPlaced, returns=bool)  # E: no name
hooks.hook("x", OrderPlaced, returns=bool, sender=shop)  # E: the sender is a class


# Sending is checked as that of a signal is.
may_ship.send(shop, order_id="7")  # E: str is no int
may_ship.send(shop)  # E: order_id is missing
may_ship.send(shop, order_id=7, cupon="A1")  # E: no such field
may_ship.send("shop", order_id=7)  # E: str is no Shop
may_ship.send_payload(shop, order)
may_ship.send_payload(shop, Verdict(reason="none"))  # E: another payload
assert_type(may_ship.send_payload(shop, order), list[tuple[Callable[..., Any], bool]])
assert_type(may_ship.send_robust(shop, order_id=7), list[Outcome[bool]])
assert_type(may_ship.first(shop, order_id=7), bool | None)
assert_type(labels.first(shop, order_id=7), str | None)
may_ship.first(shop, order_id="7")  # E: str is no int
may_ship.first(order_id=7)  # E: no sender
assert_type(may_ship.prepare(shop, order_id=7).send(), list[tuple[Callable[..., Any], bool]])
assert_type(may_ship.prepare(shop, order_id=7).send_robust(), list[Outcome[bool]])
assert_type(all(answer for _, answer in may_ship.send(shop, order_id=7)), bool)


async def sending() -> None:
    assert_type(await may_ship.send_async(shop, order_id=7), list[tuple[Callable[..., Any], bool]])
    assert_type(await may_ship.send_concurrent(shop, order_id=7), list[tuple[Callable[..., Any], bool]])
    assert_type(await may_ship.send_payload_async(shop, order), list[tuple[Callable[..., Any], bool]])
    assert_type(await may_ship.send_robust_async(shop, order_id=7), list[Outcome[bool]])
    assert_type(await may_ship.first_async(shop, order_id=7), bool | None)
    assert_type(await may_ship.wait(shop), tuple[Shop, OrderPlaced])
    await may_ship.send_async(shop, order_id="7")  # E: str is no int
    await may_ship.first_async(shop)  # E: order_id is missing


# Receivers return the result.
def in_stock(sender: Shop, order_id: int, **extra: object) -> bool:
    return order_id > 7


def of_payload(sender: Shop, payload: OrderPlaced) -> bool:
    return payload.order_id > 7


def count(sender: Shop, order_id: int, **extra: object) -> int:
    return order_id


def text_of_payload(sender: Shop, payload: OrderPlaced) -> str:
    return "text"


def perhaps(sender: Shop, **extra: object) -> bool | None:
    return None


def silent(sender: Shop, **extra: object) -> None: ...
def untyped(*args: Any, **kwargs: Any) -> Any: ...
def misspelt(sender: Shop, ordr_id: int, **extra: object) -> bool:
    return True


async def awaited(sender: Shop, order_id: int, **extra: object) -> bool:
    return True


may_ship.connect(in_stock)
may_ship.connect(in_stock, shop, weak=False, priority=3, once=True)
may_ship.connect(of_payload, as_payload=True)
may_ship.connect(untyped)
may_ship.connect(partial(untyped, 1))
may_ship.connect(lambda sender, order_id, **extra: order_id > 7, weak=False)  # E[pyright]: extra has no type
may_ship.connect(count)  # E: returns an int
may_ship.connect(perhaps)  # E: may return None
may_ship.connect(silent)  # E: returns nothing
may_ship.connect(awaited)  # E: returns a coroutine
may_ship.connect(misspelt)  # E: no such field
may_ship.connect(text_of_payload, as_payload=True)  # E: returns a str
may_ship.connect(in_stock, "shop")  # E: str is no Shop
may_ship.connect(lambda sender, order_id, **extra: "yes", weak=False)  # E: returns a str
may_ship.connect_via(shop)(in_stock)
may_ship.connect_via(ANY, priority=3)(count)  # E: returns an int
labels.connect(silent)
labels.connect(count)  # E: returns an int
prices.connect(count)
nothing.connect(silent)
nothing.connect(in_stock)  # E: returns a bool
anything.connect(count)
with may_ship.connected_to(in_stock) as connected:
    connected(shop, order_id=7)
with may_ship.connected_to(count):  # E: returns an int
    pass
assert_type(may_ship.connect(in_stock)(shop, order_id=7), bool)


@may_ship.connect
def decorated(sender: Shop, order_id: int, **extra: object) -> bool:
    return True


@may_ship.connect_via(shop)
def via(sender: Shop, order_id: int, **extra: object) -> bool:
    return True


@may_ship.connect  # E: returns a str
def wrongly_decorated(sender: Shop, order_id: int, **extra: object) -> str:
    return "yes"


@may_ship.connect_via(ANY, as_payload=True)  # E: returns a str
def wrongly_via(sender: Shop, payload: OrderPlaced) -> str:
    return "yes"


# A hook may accept coroutine functions only, or both kinds.
awaiting = Hook(OrderPlaced, sender=Shop, returns=bool, accepts="async")
either = hooks.hook("either", OrderPlaced, sender=Shop, returns=bool, accepts="any")
awaiting_unowned = hooks.hook("awaiting", OrderPlaced, returns=bool, accepts="async")


async def text_awaited(sender: Shop, **extra: object) -> str:
    return "text"


def wrapped(sender: Shop, **extra: object) -> Coroutine[Any, Any, bool]:
    return awaited(sender, 7)


def future(sender: Shop, **extra: object) -> Awaitable[bool]:
    return awaited(sender, 7)


awaiting.connect(awaited)
awaiting.connect(wrapped)
awaiting.connect(in_stock)  # E: is no coroutine function
awaiting.connect(text_awaited)  # E: returns a str
awaiting_unowned.connect(awaited)
awaiting_unowned.connect(in_stock)  # E: is no coroutine function
either.connect(awaited)
either.connect(in_stock)
either.connect(text_awaited)  # E: returns a str
either.connect(count)  # E: returns an int
either.connect(future)  # E: tasks and futures are not awaited


@awaiting.connect
async def awaited_too(sender: Shop, **extra: object) -> bool:
    return True


async def asking() -> None:
    assert_type(await awaiting.send_async(shop, order_id=7), list[tuple[Callable[..., Any], bool]])
    assert_type(await either.send_robust_async(shop, order_id=7), list[Outcome[bool]])
    assert_type(await awaiting.first_async(shop, order_id=7), bool | None)


# A hook is a signal, and can be annotated with its parameters or some of them.
def passing(signal: Signal[OrderPlaced, Shop]) -> None:
    signal.send(shop, order_id=7)


def asked(hook: Hook[OrderPlaced, Shop, bool]) -> None:
    assert_type(hook.send(shop, order_id=7), list[tuple[Callable[..., Any], bool]])
    hook.connect(in_stock)
    hook.connect(text_of_payload, as_payload=True)  # E: returns a str


def of_any_result(hook: Hook[OrderPlaced]) -> None:
    assert_type(hook.first(None, order_id=7), Any | None)


passing(may_ship)
asked(may_ship)
asked(labels)  # E: another type of results
assert_type(capture(may_ship), Capture[OrderPlaced, Shop])
with muted(may_ship), isolated(may_ship, hooks):
    pass


# Outcomes tell their results; those of a plain signal may be anything.
def of_number(outcome: Outcome[int]) -> None: ...
def of_text(outcome: Outcome[str]) -> None: ...
def outcomes(some: list[Outcome], of_hook: Outcome[bool]) -> None:
    assert_type(some[0].value, Any)
    assert_type(of_hook.value, bool)
    assert_type(of_hook.error, BaseException | None)
    of_number(of_hook)
    of_text(of_hook)  # E: another type of results


assert_type(Signal(OrderPlaced).send_robust(None, order_id=7)[0].value, Any)
try:
    may_ship.send(shop, order_id=7)
except ResultError as error:
    assert_type(error.receiver, Callable[..., Any] | None)
