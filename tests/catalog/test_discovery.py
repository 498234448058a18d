"""What a catalog records about a program: its signals, where they are, what they carry, and who listens."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from typedsignals import ReceiverSignatureError
from typedsignals.catalog import (
    CatalogError,
    Profile,
    SenderRecord,
    check_catalog,
    compare_catalogs,
    findings_of,
    from_json,
    to_json,
)
from typedsignals.catalog._discover.packages import discover

from .programs import Program, only_signal, send_lines

ORDERS = """
from typedsignals import Payload, Signal

class Shop: ...
class Branch(Shop): ...

class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None

order_placed = Signal(OrderPlaced, sender=Branch, doc='''
    An order came in.

    From anywhere.
''', validate="connected")
"""


def paths(program: Program, *packages: str) -> list[str]:
    return [signal.object_path for signal in program.catalog(*packages).signals]


# Finding signals


LOCAL = """
from typedsignals import Payload, Signal

def declare():
    class Placed(Payload):
        item: "Item"

    class Item(Payload):
        price: "Price"

    Price = int
    return Signal(Placed)

placed = declare()
"""

IMPORTED = """
from typing import TYPE_CHECKING
from typedsignals import Payload
if TYPE_CHECKING:
    from .items import Item

class Placed(Payload):
    item: "Item"
"""

SIGNALS = """
from typedsignals import Payload, Signal
from .payloads import Placed

placed = Signal(Placed)

class Item(Payload):
    number: int
"""


@pytest.mark.parametrize(
    "modules",
    [{"shop__signals": LOCAL}, {"shop__payloads": IMPORTED, "shop__signals": SIGNALS}],
    ids=["local", "module"],
)
def test_names_that_the_signal_s_declaration_knows_are_found(program: Program, modules: dict[str, str]) -> None:
    """Names of a function are found, and names in the signal's module that the payload's module lacks."""
    program.write(shop="", **modules)
    catalog = program.catalog()
    assert [signal.object_path for signal in catalog.signals] == ["shop.signals.placed"]
    assert {name.rpartition(".")[2] for name in catalog.models} == {"Placed", "Item"}


def test_a_signal_is_recorded_with_all_that_it_declares(program: Program) -> None:
    """Name, location, payload, sender with its base classes, documentation and mode of validation are recorded."""
    program.write(shop="", shop__orders=ORDERS)
    catalog = program.catalog()
    signal = only_signal(catalog)
    assert (signal.name, signal.object_path, signal.key) == (
        "order_placed",
        "shop.orders.order_placed",
        "shop.orders.order_placed",
    )
    assert signal.location == "shop/orders.py:11"
    assert signal.payload == "shop.orders.OrderPlaced"
    assert [field.name for field in catalog.models["shop.orders.OrderPlaced"].fields] == ["order_id", "coupon"]
    assert signal.sender == SenderRecord(name="shop.orders.Branch", bases=("shop.orders.Shop",))
    assert signal.doc == "An order came in.\n\nFrom anywhere."
    assert signal.validate_mode == "connected"


def test_a_signal_without_payload_sender_and_documentation_has_none(program: Program) -> None:
    """What is not declared is absent."""
    program.write(shop="from typedsignals import Signal\nsaved = Signal()")
    signal = only_signal(program.catalog())
    assert (signal.payload, signal.sender, signal.doc) == (None, None, None)


def test_all_modules_of_a_package_are_imported(program: Program) -> None:
    """This includes packages in it; a single module can be named as well."""
    one = "from typedsignals import Signal\nsaved = Signal()"
    program.write(shop=one, shop__a=one, shop__deep__b=one)
    program.write_file("shop/deep/__init__.py", one)
    program.write_file("single.py", one)
    assert paths(program) == ["shop.a.saved", "shop.deep.b.saved", "shop.deep.saved", "shop.saved"]
    assert paths(program, "single") == ["single.saved"]


def test_signals_are_found_in_classes_and_classes_in_them(program: Program) -> None:
    """The path contains the class, even if classes refer to themselves or to each other."""
    program.write(
        shop="""
        from typedsignals import Signal

        class Order:
            saved = Signal()

            class Line:
                added = Signal(name="line-added")

            order = None

        class Odd(type):
            __eq__ = __lt__ = None

        class Unhashable(metaclass=Odd): ...

        Order.Line.order = Order
        Alias = Order
        """
    )
    signals = program.catalog().signals
    assert [(signal.name, signal.object_path) for signal in signals] == [
        ("line-added", "shop.Order.Line.added"),
        ("saved", "shop.Order.saved"),
    ]


def test_signals_of_a_namespace_are_found_by_variable_or_by_item(program: Program) -> None:
    """A variable is preferred as the path; the name is the key in the namespace in both cases."""
    program.write(
        shop="""
        from typedsignals import Namespace

        events = Namespace("shop")
        events.signal("paid")
        placed = events.signal("placed")
        """
    )
    signals = program.catalog().signals
    assert [(signal.key, signal.namespace, signal.qualified_name) for signal in signals] == [
        ("shop.paid", "shop", "events['paid']"),
        ("shop.placed", "shop", "placed"),
    ]


def test_signals_that_are_made_by_name_alone_are_found(program: Program) -> None:
    """They are in the default namespace, and belong to the module that made them first."""
    program.write(shop="from typedsignals import signal\nsignal('only-by-name').connect(print)")
    signal = only_signal(program.catalog())
    assert (signal.name, signal.object_path) == ("only-by-name", "shop.signal('only-by-name')")


def test_a_signal_goes_by_the_module_that_declares_it(program: Program) -> None:
    """A module that only imports it does not count, even if it comes first."""
    program.write(shop="from shop.orders import saved as of_orders", shop__orders="from typedsignals import Signal")
    program.write_file("shop/orders.py", "from typedsignals import Signal\nsaved = also_saved = Signal()")
    assert paths(program) == ["shop.orders.saved"]


def test_signals_of_other_packages_are_left_out(program: Program) -> None:
    """It does not matter whether they are imported by name, in a class, in a namespace or in a module."""
    program.write(
        core="""
        from typedsignals import Namespace, Signal
        started = Signal()
        events = Namespace("core")
        events.signal("stopped")
        class App:
            failed = Signal()
        """,
        shop="""
        import core
        from core import App, events, started
        failed = App.failed
        own = events.signal("own")
        """,
    )
    assert [signal.key for signal in program.catalog().signals] == ["core.own"]
    assert [signal.key for signal in program.catalog("core").signals] == [
        "core.App.failed",
        "core.started",
        "core.stopped",
    ]


def test_signals_that_another_package_makes_belong_to_who_asked_for_them(program: Program) -> None:
    """If a function from elsewhere declares signals, they belong to the module that names them."""
    program.write(
        core="from typedsignals import Signal\ndef make(): return Signal()",
        shop="from core import make\nsaved = make()",
    )
    signal = only_signal(program.catalog())
    assert (signal.object_path, signal.location) == ("shop.saved", "core/__init__.py:2")


def test_the_order_is_that_of_names_whatever_is_asked_for_first(program: Program) -> None:
    """Two runs on one program write the same file, and it can be read again."""
    one = """
from typedsignals import Payload, Signal
class P(Payload):
    {field}: int
P.__module__ = "models"
saved = Signal(P)
"""
    program.write(shop=one.format(field="a"), stock=one.format(field="b"))
    catalog = program.catalog("stock", "shop", "stock")
    assert catalog.packages == ("shop", "stock")
    assert [signal.payload for signal in catalog.signals] == ["models.P", "models.P#2"]
    assert to_json(catalog) == to_json(program.catalog("shop", "stock"))
    assert from_json(to_json(catalog), "catalog.json") == catalog


def test_connections_are_in_one_order_whatever_is_asked_for_first(program: Program) -> None:
    """Packages are imported in the order of their names."""
    one = "from core import saved\n@saved.connect\ndef {name}(sender): ..."
    program.write(
        core="from typedsignals import Signal\nsaved = Signal()",
        shop=one.format(name="first"),
        stock=one.format(name="second"),
    )
    signal = only_signal(program.catalog("stock", "shop", "core"))
    assert [receiver.name for receiver in signal.receivers] == ["first", "second"]


def test_two_signals_of_one_name_are_refused(program: Program) -> None:
    """The message names both locations."""
    program.write(
        shop="""
        from typedsignals import Namespace
        a = Namespace("shop").signal("saved")
        b = Namespace("shop").signal("saved")
        """
    )
    with pytest.raises(CatalogError, match=r"named 'shop.saved': one at shop/__init__.py:3, one at shop/__init__.py:4"):
        program.discovered()


def test_no_file_of_the_machine_is_named(program: Program) -> None:
    """Files are relative to the folder that the program is imported from."""
    program.write(shop="", shop__orders=ORDERS + "\n@order_placed.connect\ndef ship(sender, **extra): ...\n")
    text = to_json(program.catalog())
    assert str(program.folder) not in text
    assert str(Path.home()) not in text


def test_code_that_is_in_no_file_goes_by_what_it_is_called(program: Program) -> None:
    """Code made by ``exec`` has no folder."""
    program.write(shop="exec('from typedsignals import Signal\\nsaved = Signal()')")
    assert only_signal(program.catalog()).location == "<string>:2"


def test_a_file_outside_its_package_is_relative_to_where_it_is_imported_from(program: Program) -> None:
    """Code of one module may claim to belong to another."""
    program.write(
        shop="""
        from typedsignals import Signal
        from core import keep
        saved = Signal()
        keep.__module__ = "elsewhere.of.nowhere"
        saved.connect(keep)
        """,
        core="def keep(sender, **extra): ...",
    )
    (receiver,) = only_signal(program.catalog()).receivers
    assert receiver.location == "core/__init__.py:1"


# Receivers


def test_receivers_are_recorded_as_they_are_called(program: Program) -> None:
    """Order, location, style, fields and options are recorded."""
    program.write(
        shop="",
        shop__a=ORDERS,
        shop__b="""
        from shop.a import Branch, order_placed

        branch = Branch()

        @order_placed.connect
        def exact(sender, order_id, coupon=None): ...

        @order_placed.connect_via(branch)
        async def late(sender, *, order_id, own=1, **extra): ...

        class Log:
            def keep(self, sender, payload): ...

        log = Log()
        order_placed.connect(log.keep, as_payload=True, priority=7, key="shop.log")
        """,
    )
    receivers = only_signal(program.catalog()).receivers
    assert [receiver.model_dump(exclude_defaults=True) for receiver in receivers] == [
        {
            "file": "shop/b.py",
            "line": 13,
            "name": "Log.keep",
            "module": "shop.b",
            "style": "payload",
            "fields": (),
            "weak": True,
            "priority": 7,
            "key": "shop.log",
        },
        {
            "file": "shop/b.py",
            "line": 6,
            "name": "exact",
            "module": "shop.b",
            "fields": ("order_id", "coupon"),
            "weak": True,
        },
        {
            "file": "shop/b.py",
            "line": 9,
            "name": "late",
            "module": "shop.b",
            "takes_extra": True,
            "fields": ("order_id",),
            "is_async": True,
        },
    ]


def test_fields_are_those_that_a_receiver_names_or_reads(program: Program) -> None:
    """Fields are unknown if the receiver passes on the payload, or everything that it collects."""
    program.write(
        shop=ORDERS
        + """
def reads(sender, payload): return payload.coupon
def hands_on(sender, payload): print(payload)
def ignores(sender, **extra): ...
def collects(sender, **fields): print(fields)
def names_one(sender, order_id, **more): print(more)
for receiver in (reads, hands_on):
    order_placed.connect(receiver, as_payload=True)
for receiver in (ignores, collects, names_one):
    order_placed.connect(receiver)
untyped = Signal()
untyped.connect(collects)
"""
    )
    placed, untyped = program.catalog().signals
    assert {receiver.name: receiver.fields for receiver in placed.receivers} == {
        "reads": ("coupon",),
        "hands_on": None,
        "ignores": (),
        "collects": (),
        "names_one": ("order_id",),
    }
    assert {receiver.name for receiver in placed.receivers if receiver.uses_extra} == {"collects", "names_one"}
    assert [receiver.reads("order_id") for receiver in untyped.receivers] == [None]


MISFITS = """
from typedsignals import Payload, Signal

class Placed(Payload):
    order_id: int
    memo: str = ""

placed = Signal(Placed)

@placed.connect
def book(sender, order_id): ...

@placed.connect
def bill(sender, order, **extra): ...

@placed.connect
def fits(sender, order_id, **extra): ...

def by_payload(sender): ...
placed.connect(by_payload, as_payload=True)
"""


def test_receivers_of_the_namespace_come_last(program: Program) -> None:
    """With each of its signals, also those that are declared later; which fields they read is unknown."""
    program.write(
        shop="""
        from typedsignals import Namespace, Payload

        class Placed(Payload):
            order_id: int
            memo: str

        signals = Namespace("shop")

        @signals.connect
        def audit(signal, sender, payload):
            return payload.order_id

        @signals.connect
        def misfit(signal, sender): ...

        placed = signals.signal("placed", Placed)
        opened = signals.signal("opened")

        @placed.connect
        def ship(sender, order_id, **extra): ...
        """,
    )
    catalog = program.catalog()
    opened, placed = catalog.signals
    assert [receiver.name for receiver in placed.receivers] == ["ship", "audit", "misfit"]
    assert placed.receivers[1:] == opened.receivers
    audit, misfit = opened.receivers
    assert audit.model_dump(exclude_defaults=True) == {
        "file": "shop/__init__.py",
        "line": 10,
        "name": "audit",
        "module": "shop",
        "style": "payload",
        "weak": True,
        "of_namespace": True,
    }
    assert "receiver(signal, sender, payload), but too many positional arguments" in misfit.problem
    found = [(finding.rule.id, finding.location) for finding in check_catalog(catalog, Profile())]
    assert ("TS506", "shop/__init__.py:14") in found
    assert not {"TS504", "TS505"}.intersection(rule for rule, _ in found)
    assert from_json(to_json(catalog), "signals.json") == catalog


def test_receivers_that_cannot_be_called_are_recorded_with_the_problem(program: Program) -> None:
    """Discovery records all such receivers, where the program would stop at the first one, and a check reports them."""
    program.write(shop=MISFITS)
    catalog = program.catalog()
    assert {receiver.name: (receiver.fields, receiver.problem) for receiver in only_signal(catalog).receivers} == {
        "book": (
            ("order_id",),
            "it does not take the field 'memo'; add **extra: Any to ignore what it does not need",
        ),
        "bill": (("order",), "it takes 'order', but there is no such field; did you mean 'order_id'?"),
        "fits": (("order_id",), ""),
        "by_payload": (
            None,
            "with as_payload=True it is called as receiver(sender, payload), but too many positional arguments",
        ),
    }
    found = [finding for finding in check_catalog(catalog, Profile()) if finding.rule.id == "TS506"]
    assert [finding.location for finding in found] == [
        "shop/__init__.py:10",
        "shop/__init__.py:13",
        "shop/__init__.py:19",
    ]
    assert found[1].message == (
        "receiver bill of signal shop.placed cannot be called: "
        "it takes 'order', but there is no such field; did you mean 'order_id'?"
    )


def test_a_change_that_makes_receivers_unfit_names_them(program: Program) -> None:
    """One receiver lacks an added field, and another still names a renamed one."""
    program.write(shop=MISFITS)
    catalog = program.catalog()
    program.write(shop=MISFITS.replace('memo: str = ""', "order: int"))
    program.forget()
    before = program.catalog()
    affected = {
        (found.rule.id, found.path): [who.name for who in found.affected if who.is_certain]
        for found in findings_of(compare_catalogs(before, catalog), Profile())
    }
    assert affected == {("TS202", "memo"): ["book"], ("TS203", "order"): ["bill"]}


def test_a_program_is_as_strict_as_ever_after_discovery(program: Program) -> None:
    """Even during discovery, an object that is not callable cannot be connected."""
    program.write(shop=MISFITS, other=f"{MISFITS}placed.connect(3)")
    program.catalog()
    shop = importlib.import_module("shop")
    with pytest.raises(ReceiverSignatureError):
        shop.placed.connect(shop.bill)
    (problem,) = program.discovered("other").problems
    assert "a int is not callable" in problem.message


def test_a_receiver_that_cannot_be_looked_at_is_recorded(program: Program) -> None:
    """If reading its signature fails in its own code, its fields are read from the code that is called."""
    program.write(
        shop="""
        from typedsignals import Signal
        class Odd:
            __hash__ = None
            def __eq__(self, other): raise RuntimeError
            @property
            def __signature__(self): raise RuntimeError
            def __call__(self, sender, **extra): ...
        saved, odd = Signal(), Odd()
        saved.connect(odd)
        """
    )
    (receiver,) = only_signal(program.catalog()).receivers
    assert (receiver.name, receiver.takes_extra, receiver.fields) == ("Odd", True, ())


def test_a_receiver_of_several_senders_is_recorded_once(program: Program) -> None:
    """It is one receiver, however many connections it has."""
    program.write(
        shop="""
        from typedsignals import Signal
        saved = Signal()
        def keep(sender, name, **extra): ...
        saved.connect(keep, sender="a")
        saved.connect(keep, sender="b")
        """
    )
    (receiver,) = only_signal(program.catalog()).receivers
    assert receiver.fields == ("name",)


def test_receivers_that_are_no_functions_are_recorded(program: Program) -> None:
    """Partials are recorded as their functions; without Python code, a receiver has no location or fields."""
    program.write(
        shop="""
        from functools import partial
        from unittest.mock import MagicMock
        from typedsignals import Signal
        saved = Signal()
        def keep(log, sender, name, **extra): ...
        class Count:
            def __call__(self, sender, **extra): ...
        saved.connect(partial(keep, []), weak=False)
        saved.connect(Count(), weak=False)
        saved.connect(dict.fromkeys, weak=False)
        saved.connect(dict, weak=False)
        saved.connect(MagicMock(), weak=False)
        """
    )
    first, second, third, fourth, fifth = only_signal(program.catalog()).receivers
    assert (first.name, first.module, first.location, first.fields) == ("keep", "shop", "shop/__init__.py:6", ("name",))
    assert (second.name, second.location, second.fields) == ("Count", "shop/__init__.py:8", ())
    assert (third.name, third.location) == ("dict.fromkeys", "<builtins>:0")
    assert (fifth.name, fifth.module) == ("MagicMock", "unittest.mock")
    assert (fourth.name, fourth.location, fourth.fields, fourth.takes_extra) == ("dict", "<builtins>:0", None, True)


# What goes wrong


def test_a_module_that_fails_hides_no_other(program: Program) -> None:
    """Each failure is reported with the location in the program where the error was raised."""
    one = "from typedsignals import Signal\nsaved = Signal()\n"
    program.write(
        shop=one,
        shop__a="\nimport json\njson.loads('{')",
        shop__b="def f(:\n",
        shop__c="import absent.thing",
        shop__d="import sys\nsys.exit('usage: d')",
        shop__d1="class Skipped(BaseException): ...\nraise Skipped",
        shop__d2="\nraise ValueError('first\\nsecond')",
        shop__e__inner=one,
        shop__f=one,
    )
    program.write_file("shop/e/__init__.py", "1 / 0")
    found = program.discovered()
    assert [signal.object_path for signal in found.catalog.signals] == ["shop.f.saved", "shop.saved"]
    messages = [str(problem) for problem in found.problems]
    assert messages[0].startswith("shop.a: does not import: json.decoder.JSONDecodeError: ")
    assert messages[0].endswith(" (shop/a.py:3)")
    assert messages[1] == "shop.b: does not import: SyntaxError: invalid syntax (shop/b.py:1)"
    assert messages[2:] == [
        "shop.c: does not import: ModuleNotFoundError: No module named 'absent' (shop/c.py:1)",
        "shop.d: does not import: SystemExit: usage: d (shop/d.py:2)",
        "shop.d1: does not import: shop.d1.Skipped (shop/d1.py:2)",
        "shop.d2: does not import: ValueError: first (shop/d2.py:2)",
        "shop.e: does not import: ZeroDivisionError: division by zero (shop/e/__init__.py:1)",
    ]


def test_an_interruption_is_none_of_a_module_s_problems(program: Program) -> None:
    """Control-C ends discovery."""
    program.write(shop="raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        program.discovered()


@pytest.mark.parametrize("name", ["absent_package", "absent_package.inner"])
def test_a_package_that_is_not_there_is_reported(program: Program, name: str) -> None:
    """The message says what to check."""
    (problem,) = program.discovered(name).problems
    assert problem.module == name
    assert problem.message == (
        "there is no module 'absent_package'; check the name, and that its folder is on the path (PYTHONPATH)"
    )


@pytest.mark.parametrize(("name", "meant"), [("shpo", "shop"), ("shop.ordres", "shop.orders"), ("shop.orders.x", None)])
def test_a_misspelt_name_is_told_what_it_may_mean(program: Program, name: str, meant: str | None) -> None:
    """The message suggests a module with a similar name."""
    program.write(shop="", shop__orders="")
    (problem,) = program.discovered(name).problems
    assert problem.message.partition("; ")[::2] == (
        f"there is no module {name!r}",
        f"did you mean {meant!r}?" if meant else "check the name, and that its folder is on the path (PYTHONPATH)",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nraise ValueError('no')", "does not import: ValueError: no (warehouse/events.py:2)"),
        ("\ndef broken(:", "does not import: SyntaxError: invalid syntax (warehouse/events.py:2)"),
        ("\nexec('1 / 0', {})", "does not import: ZeroDivisionError: division by zero (warehouse/events.py:2)"),
    ],
)
def test_a_module_that_others_import_is_to_blame_for_all(program: Program, text: str, message: str) -> None:
    """Each problem names that module and the location."""
    program.write(billing="import warehouse", shop="import billing", warehouse="from . import events")
    program.write(warehouse__events=text)
    found = program.discovered("billing", "shop", "warehouse")
    assert [(one.module, one.message, one.cause) for one in found.problems] == [
        (name, message, "warehouse.events") for name in ("billing", "shop", "warehouse")
    ]


@pytest.mark.parametrize("name", ["", ".shop", "shop/orders.py"])
def test_what_is_no_name_of_a_module_is_reported(program: Program, name: str) -> None:
    """A path, a relative name and an empty name are reported."""
    assert [problem.module for problem in program.discovered(name).problems] == [name]


def test_a_payload_that_is_not_complete_is_reported(program: Program) -> None:
    """It is reported for each signal that carries it; the other signals are in the catalog."""
    program.write(
        shop="""
        from __future__ import annotations
        from typedsignals import Payload, Signal
        class Placed(Payload):
            order: Undefined
        class Nesting(Payload):
            placed: list[Placed]
        a = Signal(Placed)
        b = Signal(Placed)
        c = Signal(Nesting)
        saved = Signal()
        """
    )
    found = program.discovered()
    assert only_signal(found.catalog).name == "saved"
    assert found.catalog.models == {}
    assert [str(problem).partition(":")[2].partition(":")[0] for problem in found.problems] == [
        f" signal {name} cannot be catalogued" for name in "abc"
    ]
    assert all(problem.module == "shop" and "'Undefined'" in problem.message for problem in found.problems)


def test_the_program_is_not_run(program: Program) -> None:
    """``__main__`` is searched for sends, but not imported."""
    program.write(shop="from typedsignals import Signal\nsaved = Signal()")
    program.write_file("shop/__main__.py", "from . import saved\nsaved.send(None)\nraise SystemExit")
    (send,) = only_signal(program.catalog()).sends
    assert (send.module, send.location) == ("shop.__main__", "shop/__main__.py:2")


def test_objects_that_only_pass_for_signals_are_let_be(program: Program) -> None:
    """A proxy is not resolved: its object may be absent, or take long to get."""
    program.write(
        shop="""
        class Proxy:
            @property
            def __class__(self):
                raise RuntimeError("there is no application")
        app = Proxy()
        """
    )
    assert program.catalog().signals == ()


def test_folders_that_are_no_packages_are_told_and_left_alone(program: Program) -> None:
    """Such folders may contain anything: scripts, templates, migrations. If they are named, they are imported."""
    program.write(shop="", shop__orders=ORDERS)
    program.write_file("shop/scripts/clear.py", "raise SystemExit")
    program.write_file("shop/handlers/mail.py", "from ..orders import *\ndef f(): order_placed.send(None)")
    program.write_file("shop/static/readme.txt", "")
    program.write_file("shop/static/no-name/module.py", "raise SystemExit")
    found = program.discovered()
    assert (found.problems, found.left_out) == ((), ("shop.handlers", "shop.scripts"))
    assert only_signal(found.catalog).sends == ()
    found = program.discovered("shop", "shop.handlers")
    assert (found.problems, found.left_out) == ((), ("shop.scripts",))
    assert [send.location for send in only_signal(found.catalog).sends] == ["shop/handlers/mail.py:2"]


def test_folders_that_the_program_imports_from_are_packages(program: Program) -> None:
    """All their modules are imported, but not other modules under such names."""
    program.write(
        shop="import sys\nimport shop.handlers.mail\nsys.modules['shop.vendored'] = sys.modules['json']",
        shop__orders=ORDERS,
    )
    program.write_file("shop/handlers/mail.py", "")
    program.write_file("shop/handlers/post.py", "from ..orders import *\ndef f(): order_placed.send(None)")
    found = program.discovered()
    assert (found.problems, found.left_out) == ((), ())
    assert [send.location for send in only_signal(found.catalog).sends] == ["shop/handlers/post.py:2"]


def test_excluded_modules_are_not_looked_at(program: Program) -> None:
    """Modules in them are excluded, too. Signals from them count if another module imports them."""
    program.write(shop="", shop__orders=ORDERS, shop__other="from .orders import *\norder_placed.send(1)")
    program.write(shop__testing="from shop.contrib.mail import mail\nmail.send(1)")
    program.write_file("shop/contrib/__init__.py", "")
    program.write_file("shop/contrib/mail.py", "from typedsignals import Signal\nmail = Signal()")
    program.write_file("shop/tests/__init__.py", "")
    program.write_file("shop/tests/test_it.py", "import not_installed")
    program.write_file("shop/scripts/clear.py", "raise SystemExit")
    found = discover(["shop"], exclude=["shop.tests", "shop.scripts", "shop.contrib", "shop.other"])
    assert (found.problems, found.left_out) == ((), ())
    assert {signal.key: send_lines(signal) for signal in found.catalog.signals} == {
        "shop.testing.mail": [2],
        "shop.orders.order_placed": [],
    }


def test_each_module_is_announced_before_it_is_imported(program: Program) -> None:
    """This lets a command show its progress."""
    program.write(shop="", shop__a="", shop__b="")
    watched: list[str] = []
    discover(["shop", "shop.a"], watch=watched.append)
    assert watched == ["shop", "shop.a", "shop.b"]


# A whole program


def test_the_shop_is_catalogued() -> None:
    """Its four signals are found with all their sends, and without problems."""
    found = discover(["examples.shop"])
    assert found.problems == ()
    assert found.catalog.unresolved_sends == ()
    assert {signal.key: [send.file for send in signal.sends] for signal in found.catalog.signals} == {
        "shop.order-paid": ["examples/shop/till.py"],
        "shop.order-placed": ["examples/shop/intake.py"],
        "shop.payment-failed": ["examples/shop/till.py"],
        "shop.stock-low": ["examples/shop/stock.py"],
    }
    text = to_json(found.catalog)
    assert json.loads(text)["packages"] == ["examples.shop"]
    assert str(Path.cwd()) not in text
