"""Classes that were moved or renamed, but are still available under their old names."""

from __future__ import annotations

from datetime import date

import pytest

from typedsignals.catalog import Catalog, Finding, Settings, check_project, from_json, to_json
from typedsignals.catalog._discover.present_classes import present_name

from .programs import Program

TODAY = date(2026, 5, 17)

MODELS = """
    import dataclasses
    from enum import StrEnum
    from typing import Generic, NamedTuple, TypeVar
    from typing_extensions import TypedDict
    from pydantic import BaseModel, Field, RootModel
    from typedsignals import Payload

    T = TypeVar("T")

    class Shop: ...
    class Branch(Shop): ...
    class Session: ...
    class Color(StrEnum):
        RED = "red"
    class Base(BaseModel):
        street: str = ""
    class Address(Base): ...
    @dataclasses.dataclass
    class Money:
        amount: int = 0
    class Movie(TypedDict):
        title: str
    class Point(NamedTuple):
        x: int = 0
    class Tags(RootModel[list[Color]]): ...
    class Page(BaseModel, Generic[T]):
        items: list[T] = []
    class Note(BaseModel): ...
    class Notes(BaseModel, extra="allow"):
        __pydantic_extra__: dict[str, Note]
    class Odd:
        @classmethod
        def __get_pydantic_core_schema__(cls, source, handler):
            return handler(int)
    class Placed(Payload):
        billing: Address
        shipping: Address | None = None
        others: dict[str, list[Address]] = {}
        color: Color = Color.RED
        colors: frozenset[Color] = frozenset()
        money: Money = Field(default_factory=Money)
        movie: tuple[Movie, int]
        point: Point
        tags: Tags
        page: Page[Address]
        session: Session
        notes: Notes
        odd: Odd
"""
SIGNALS = """
    from typedsignals import Signal
    from .models import Placed, Shop
    placed = Signal(Placed, sender=Shop)
    again = Signal(Placed)
"""
NAMES = "Shop Branch Session Color Base Address Money Movie Point Tags Page Note Notes Odd Placed".split()
USED = {*NAMES} - {"Branch", "Base"}


def check(before: Catalog, after: Catalog) -> list[Finding]:
    report = check_project(after, Settings(), TODAY, baseline=before)
    return [finding for finding in report.findings if finding.verdicts is not None]


def moved(program: Program, models: str, signals: str = SIGNALS, home: str = MODELS) -> list[Finding]:
    """The findings of a check after classes have moved to another module."""
    program.write(shop="", shop__models=MODELS, shop__signals=SIGNALS)
    before = from_json(to_json(program.catalog()), "signals.json")
    program.forget()
    program.write(shop="", shop__models=models, shop__home=home, shop__signals=signals)
    return check(before, program.catalog())


def test_a_class_that_is_found_by_its_old_name_is_one_note(program: Program) -> None:
    """There is one finding, however many fields and signals use it; code with the old name does not notice."""
    found = moved(program, f"from .home import {', '.join(NAMES)}")
    assert sorted(finding.message for finding in found) == sorted(
        f"shop.models.{name} is shop.home.{name} now, and is still found by its old name" for name in USED
    )
    assert {(finding.rule.id, finding.severity.name, finding.affected) for finding in found} == {("TS105", "INFO", ())}
    assert len({finding.fingerprint for finding in found}) == len(found)


def test_a_class_that_was_renamed_and_kept_its_old_name(program: Program) -> None:
    """The same holds within one module."""
    found = moved(program, MODELS.replace("class Address(Base)", "class Home(Base)").replace("[Address", "[Home")
                  .replace(": Address", ": Home") + "\n    Address = Home\n")  # fmt: skip
    assert [finding.message for finding in found] == [
        "shop.models.Address is shop.models.Home now, and is still found by its old name"
    ]


def test_a_module_may_make_the_old_name_up(program: Program) -> None:
    """A module may compute the old name on access, to warn about it."""
    lazy = """
        import warnings
        from . import home
        def __getattr__(name):
            if not name[0].isupper():
                raise AttributeError(name)
            warnings.warn(f"{name} moved", DeprecationWarning, stacklevel=2)
            return getattr(home, name)
    """
    found = moved(program, lazy, SIGNALS.replace(".models", ".home"))
    assert {finding.severity.name for finding in found} == {"INFO"}
    assert len(found) == len(USED)


@pytest.mark.parametrize(
    "models",
    [
        "",
        "Placed = 1",
        "def __getattr__(name): raise (ImportError if name[0].isupper() else AttributeError)(name)",
        "class Placed: ...\nclass Shop: ...\n",
    ],
)
def test_a_class_that_is_not_found_by_its_old_name(program: Program, models: str) -> None:
    """The change is reported as usual, whatever the old name means now."""
    found = moved(program, models, SIGNALS.replace(".models", ".home"))
    assert not any("still found" in finding.message for finding in found)
    assert "TS103" in {finding.rule.id for finding in found}


def test_what_else_changes_is_told(program: Program) -> None:
    """Other changes have the present names, and are reported once for their model."""
    home = MODELS.replace('street: str = ""', "street: str").replace('RED = "red"', 'RED = "red"\n        BLUE = "b"')
    found = moved(program, f"from .home import {', '.join(NAMES)}", home=home)
    assert {finding.rule.id for finding in found} == {"TS105", "TS210", "TS306"}
    assert len([finding for finding in found if finding.rule.id == "TS210"]) == 2  # one for each signal


def test_another_factory_than_a_moved_class_is_told(program: Program) -> None:
    """The code of a moved class is not compared, but its name is."""
    made = "def made() -> Money:\n        return Money(1)\n    class Movie("
    home = MODELS.replace("class Movie(", made).replace("default_factory=Money", "default_factory=made")
    found = moved(program, f"from .home import {', '.join(NAMES)}", home=home)
    assert {finding.message for finding in found if finding.rule.id != "TS105"} == {
        "money: default changed from shop.home.Money() to shop.home.made()"
    }


def test_another_class_that_was_there_before_is_no_move(program: Program) -> None:
    """The old name means a class that the program already had, so instances are of another class now."""
    program.write(shop="", shop__models=TWO, shop__signals=ONE)
    before = program.catalog()
    program.forget()
    program.write(shop="", shop__models=TWO.replace("class A(BaseModel):\n        n: int", "A = B"), shop__signals=ONE)
    found = check(before, program.catalog())
    assert not any("still found" in finding.message for finding in found)


TWO = """
    from pydantic import BaseModel
    class B(BaseModel):
        n: int
    class A(BaseModel):
        n: int
"""
ONE = """
    from typedsignals import Payload, Signal
    from .models import A, B
    class Placed(Payload):
        a: A
        b: B
    placed = Signal(Placed)
"""


def test_two_classes_that_became_one_are_no_moves(program: Program) -> None:
    """Each was a separate class before."""
    program.write(shop="", shop__models=TWO, shop__signals=ONE)
    before = program.catalog()
    program.forget()
    merged = "from .home import C\nA = B = C"
    home = TWO.replace("class B", "class C").partition("    class A")[0]
    program.write(shop="", shop__models=merged, shop__home=home, shop__signals=ONE)
    found = check(before, program.catalog())
    assert not any("still found" in finding.message for finding in found)
    assert found != []


class Outer:
    class Inner:
        pass


Former = Outer
HERE = __name__


@pytest.mark.parametrize(
    ("name", "present"),
    [
        (f"{HERE}.Outer", f"{HERE}.Outer"),
        (f"{HERE}.Former", f"{HERE}.Outer"),
        (f"{HERE}.Former.Inner", f"{HERE}.Outer.Inner"),
        (f"{HERE}.Former[int]", f"{HERE}.Outer"),
        (f"{HERE}.HERE", None),
        (f"{HERE}.Gone", None),
        (f"{HERE}.date", "datetime.date"),
    ],
)
def test_the_name_that_a_class_has_now(name: str, present: str | None) -> None:
    """The present name is that of the class; other objects have none."""
    assert present_name(name) == present
