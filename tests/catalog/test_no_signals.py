"""Explaining why no signals were found."""

from __future__ import annotations

import sys

import pytest

from typedsignals.catalog import Discovery, discover

from .programs import Program

BLINKER = """
from blinker import Namespace, Signal

class Model:
    saved = Signal()

events = Namespace()
opened = events.signal("opened")
"""
ADVICE = (
    "Blinker's: import Signal and Namespace from typedsignals instead, or give the signals of others a payload with "
    "typedsignals.blinker.typed()"
)


def only_line(found: Discovery) -> str:
    assert (found.catalog.signals, found.problems) == ((), ())
    (line,) = found.seen
    return line


def test_signals_of_blinker_are_named(program: Program) -> None:
    """Each is named once, whether it is in a module, a class or a namespace."""
    program.write(shop=BLINKER, shop__again="from . import opened")
    assert only_line(program.discovered()) == f"shop.Model.saved, shop.again.opened are {ADVICE}"
    program.forget()
    program.write(shop="from blinker import signal\nsaved = signal('saved')", shop__again="")
    assert only_line(program.discovered()) == f"shop.saved is {ADVICE}"


@pytest.mark.parametrize(
    ("home", "own", "name", "others"),
    [
        ("django.dispatch", "django.db.models.signals import post_save", "Django", "apps"),
        ("celery.utils.dispatch", "celery.signals import task_success as post_save", "Celery", "extensions"),
    ],
)
def test_signals_of_frameworks_are_named(program: Program, home: str, own: str, name: str, others: str) -> None:
    """Those of the program, and those of the framework that it imports."""
    program.write(shop=f"from {home} import Signal\nfrom {own}\nclass Order:\n    paid = Signal()")
    assert only_line(program.discovered()) == (
        f"shop.Order.paid, shop.post_save are {name}'s: import those of {name} itself from "
        f"typedsignals.{name.lower()} instead, and give those of {others} a payload with "
        f"typedsignals.{name.lower()}.typed()"
    )


def test_what_the_program_does_not_import_is_not_looked_for(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """It need not be installed."""
    for module in ("blinker", "django.dispatch", "celery.utils.dispatch"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    program.write(shop="")
    assert program.discovered().seen == ()


def test_of_many_the_first_are_named(program: Program) -> None:
    """The number of the others is shown."""
    program.write(shop="from blinker import Signal\n" + "".join(f"s{number} = Signal()\n" for number in range(9)))
    assert only_line(program.discovered()) == f"shop.s0, shop.s1, shop.s2 and 6 more are {ADVICE}"


def test_signals_that_are_only_imported_are_told_with_their_home(program: Program) -> None:
    """They are declared in a package that was not named."""
    program.write(
        shop="from stock import low, out", stock="from typedsignals import Signal\nlow, out = Signal(), Signal()"
    )
    assert only_line(program.discovered()) == "shop.low, shop.out are declared elsewhere: name stock"
    program.write(till="from stock import low")
    assert only_line(program.discovered("till")) == "till.low is declared elsewhere: name stock"


def test_signals_that_have_no_name_are_told_with_their_place(program: Program) -> None:
    """Signals in instances and containers are not found."""
    program.write(
        shop="""
        from typedsignals import Signal

        class Model:
            def __init__(self):
                self.saved = Signal()

        models = [Model(), Model()]
        signals = {"opened": Signal()}
        """
    )
    assert only_line(program.discovered()) == (
        "what is declared at shop/__init__.py:6, shop/__init__.py:9 can only be reached through an instance or a "
        "container: make it an attribute of a module or class, or an item of a namespace"
    )


@pytest.mark.parametrize("name", ["__main__", "shop.__main__"])
def test_a_main_module_is_not_imported(program: Program, name: str) -> None:
    """The explanation says so."""
    program.write(shop="", shop____main__="raise SystemExit")
    assert only_line(program.discovered(name)) == (
        f"{name} is not imported, as that would run it: name the modules that declare signals"
    )


def test_what_is_excluded_is_told(program: Program) -> None:
    """Nothing else is known about an excluded module."""
    program.write(shop=BLINKER)
    assert only_line(discover(["shop"], exclude=["shop"])) == "shop is excluded by the settings"


def test_nothing_is_said_where_there_is_nothing_or_a_signal(program: Program) -> None:
    """A namespace may be empty. A failed import needs no explanation either, as it is reported."""
    empty = "from typedsignals import Namespace\nevents = Namespace()"
    program.write(empty=empty, shop=f"{BLINKER}\nfrom typedsignals import Signal as Ours\nours = Ours()")
    assert program.discovered("empty").seen == ()
    assert program.discovered("shop").seen == ()
