"""Where the plugin cannot decide, mypy says what it says without it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.mypy_plugin.mypying import PLUGIN, SHOP, mypy, write

CASES = {
    "receivers of any type": """
        anything: Any = 3
        reveal_type(order_placed.connect(anything))

        def untyped(function: Any) -> Any: ...

        @order_placed.connect
        @untyped
        def receiver(sender: str) -> None: ...
        """,
    "what is not callable": "order_placed.connect(3)",
    "names that are not defined": "order_placed.connect(undefined)",
    "overloaded receivers": """
        class Neither:
            @overload
            def __call__(self, sender: Shop, total: str) -> None: ...
            @overload
            def __call__(self, sender: Shop, total: int) -> None: ...
            def __call__(self, sender: Shop, total: Any) -> None: ...

        order_placed.connect(Neither())
        """,
    "unions": """
        def one(sender: Shop, total: str, **extra: Any) -> None: ...
        def two(sender: Shop, order_id: str, **extra: Any) -> None: ...

        def connect(yes: bool) -> None:
            order_placed.connect(one if yes else two)
        """,
    "type variables": """
        from typing import TypeVar

        T = TypeVar("T")

        @order_placed.connect
        def first(sender: Shop, order_id: list[T], **extra: Any) -> list[T]:
            return order_id
        """,
    "lambdas of a wrong type": """
        order_placed.connect(lambda sender, **extra: extra + 1, weak=False)
        order_placed.connect(lambda sender, wrong: None, weak=False)
        """,
    "partials": """
        from functools import partial

        def wrong(sender: str, wrong: int) -> None: ...

        order_placed.connect(partial(wrong, wrong=3), weak=False)
        """,
    "unpacked arguments": """
        def fitting(sender: Shop, **extra: Any) -> None: ...

        order_placed.connect(*(fitting,))
        order_placed.connect(fitting, **{"priority": 3})
        """,
    "values of as_payload that only types tell": """
        def fitting(sender: Shop, **extra: Any) -> None: ...

        def connect(yes: bool, really: Literal[True]) -> None:
            order_placed.connect(fitting, as_payload=yes)
            order_placed.connect(fitting, as_payload=really)

            @order_placed.connect_via(Shop(), as_payload=yes)
            def first(sender: Shop, payload: OrderPlaced) -> None: ...

            @order_placed.connect_via(Shop(), as_payload=really)
            def second(sender: Shop, payload: OrderPlaced) -> None: ...
        """,
    "decorators in variables": """
        via = order_placed.connect_via(Shop())
        by_name = order_placed.connect

        @via
        def fitting(sender: Shop, **extra: Any) -> None: ...

        @by_name
        def wrong(sender: str, **extra: Any) -> None: ...

        reveal_type(fitting)
        reveal_type(via(fitting))
        order_placed.connect_via(Shop())(wrong)
        """,
    "decorated classes": """
        @order_placed.connect
        class Receiver:
            def __init__(self, sender: Shop, order_id: int, total: float, coupon: str | None) -> None: ...
        """,
    "wrong arguments of connect_via": """
        @order_placed.connect_via(3)
        def receiver(sender: Shop, **extra: Any) -> None: ...
        """,
    "arguments of a send that are no fields": """
        order_placed.send()
        order_placed.send(Shop(), 7, 2.5)
        order_placed.send(*(), order_id=7)
        order_placed.send(Shop(), **{"order_id": 7})
        bound = order_placed.send
        bound(Shop(), order_id=7)
        """,
    "methods that a subclass overrides": """
        class Mine(Signal[OrderPlaced]):
            def connect(self, receiver: int) -> int:  # type: ignore[override]
                return receiver

            def send(self, times: int) -> None: ...  # type: ignore[override]

        Mine(OrderPlaced).connect("3")
        Mine(OrderPlaced).send("3")
        """,
    "methods that are called on super": """
        class Logged(Signal[OrderPlaced]):
            async def receiver(self, sender: str, **extra: Any) -> None: ...

            def log(self) -> None:
                super().connect(self.receiver)
                super().send(Shop())
        """,
    "methods that are passed on": """
        from contextlib import ExitStack
        from functools import partial

        def wrong(sender: Shop, total: str, **extra: Any) -> None: ...

        def pass_on(signal: Signal[OrderPlaced], stack: ExitStack) -> None:
            stack.callback(signal.send, None, order_id="x")
            stack.callback(order_placed.send, None, order_id="x")
            partial(signal.send, None, order_id="x")
            partial(order_placed.send, None, order_id="x")
            send = signal.send
            send(None, wrong=3)
            list(map(signal.connect, [wrong]))
            list(map(order_placed.connect, [wrong]))
        """,
    "functions that take signals in general": """
        from typing import TypeVar
        from typing_extensions import ParamSpec

        P = ParamSpec("P")
        PayloadT = TypeVar("PayloadT", bound=Payload)
        OrderT = TypeVar("OrderT", bound=OrderPlaced)

        def relay(signal: Signal[PayloadT, Any, P], *args: P.args, **kwargs: P.kwargs) -> None:
            signal.send(None, *args, **kwargs)

        relay(order_placed, wrong=3)

        def take(signal: Signal[OrderPlaced], general: Signal[OrderT]) -> None:
            relay(signal, wrong=3)
            general.send(None, wrong=3)
        """,
    "receivers with a mistake of their own": """
        from collections.abc import Callable
        from functools import partial

        def made(name: str) -> Callable[[int], None]: ...  # type: ignore[empty-body]

        order_placed.connect(made(3))
        order_placed.connect(partial(), weak=False)
        """,
    "receivers with a parameter specification": """
        from collections.abc import Callable
        from typing_extensions import ParamSpec

        P = ParamSpec("P")

        def connect(receiver: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
            order_placed.connect(receiver)
        """,
    "payloads of a subclass": """
        class Named(Signal[OrderPlaced]): ...
        class Gift(OrderPlaced):
            note: str

        reveal_type(Named(Gift))
        named: Signal[OrderPlaced] = Named(Gift)
        """,
    "methods of the same name elsewhere": """
        class Radio:
            def send(self, times: int) -> None: ...
            def connect(self, times: int) -> int:
                return times
            def connect_via(self, times: int) -> int:
                return times

        def local() -> None:
            class Local(Radio): ...

            Local().send("a")

        Radio().send("a")
        Radio().connect("a")
        Radio().connect_via("a")
        """,
    "methods that are called on the class": """
        def receiver(sender: str, **extra: Any) -> None: ...

        Signal.connect(order_placed, receiver)
        Signal.send(order_placed, Shop(), order_id=7)
        Signal.connect_via(order_placed, Shop())(receiver)

        def on_type(signals: type[Signal[OrderPlaced]]) -> None:
            signals.send(order_placed, Shop(), order_id=7)
            signals.connect(order_placed, receiver)
        """,
    "declarations without a payload class": """
        def payload() -> OrderPlaced: ...  # type: ignore[empty-body]

        Signal(payload)
        Signal(len)
        """,
    "annotations with parameters": """
        def by_position(signal: Signal[OrderPlaced, Shop, [int]]) -> None:
            signal.send(Shop(), 3)
            signal.send(Shop(), order_id=7, total=2.5)
        """,
    "payloads with parameters by position": """
        class Strange(Payload):
            order_id: int

            def __init__(self, order_id: int) -> None: ...

        strange = Signal(Strange)
        strange.send(None, order_id="x")

        @strange.connect
        def receiver(sender: object, wrong: int) -> None: ...
        """,
}


@pytest.mark.parametrize("case", CASES)
def test_mypy_has_the_last_word(case: str, tmp_path: Path, caches: dict[str, Path]) -> None:
    """What mypy says is the same with and without the plugin."""
    files = write(tmp_path, {"case.py": SHOP + dedent(CASES[case])})
    without = mypy(tmp_path, files, "", caches["without"])
    assert mypy(tmp_path, files, PLUGIN, caches["with"]) == without


def test_nothing_is_compared_in_vain(tmp_path: Path, caches: dict[str, Path]) -> None:
    """The two runs differ where the plugin does decide."""
    files = write(tmp_path, {"case.py": f"{SHOP}order_placed.send(Shop(), order_id=7)\n"})
    assert "[call-arg]" in mypy(tmp_path, files, "", caches["without"])[0]
    assert "[signal-send]" in mypy(tmp_path, files, PLUGIN, caches["with"])[0]
