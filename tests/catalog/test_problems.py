"""What is reported about modules and signals that cannot be catalogued: the whole reason, at a readable length."""

from __future__ import annotations

import pytest

from typedsignals.catalog import Problem
from typedsignals.catalog._discover.problems import LONGEST_LINE, MOST_LINES

from .programs import Program


def only_problem(program: Program, text: str) -> Problem:
    program.write(shop="", shop__bad=text)
    (problem,) = program.discovered().problems
    return problem


def test_wrong_settings_are_told_one_by_one_without_their_values(program: Program) -> None:
    """Each missing or wrong setting is named; values may be secret."""
    problem = only_problem(
        program,
        """
        from pydantic import BaseModel, model_validator
        class Database(BaseModel):
            url: str
        class Settings(BaseModel):
            database: Database
            api_key: int
            tokens: list[int] = []
            @model_validator(mode="after")
            def check(self): raise ValueError("never")
        Settings(database={}, api_key="hunter2", tokens=["hunter2"])
        """,
    )
    kind = "pydantic_core._pydantic_core.ValidationError"
    assert problem.message == f"does not import: {kind}: 3 validation errors for Settings (shop/bad.py:11)"
    assert problem.details == (
        "database.url: Field required",
        "api_key: Input should be a valid integer, unable to parse string as an integer",
        "tokens.0: Input should be a valid integer, unable to parse string as an integer",
    )
    assert "hunter2" not in str(problem)


def test_a_settings_class_that_refuses_as_a_whole_has_no_place(program: Program) -> None:
    """Only the message is shown."""
    problem = only_problem(
        program,
        """
        from pydantic import BaseModel, model_validator
        class Settings(BaseModel):
            @model_validator(mode="after")
            def check(self): raise ValueError("never")
        Settings()
        """,
    )
    assert problem.details == ("Value error, never",)


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("raise ValueError('first\\n\\n  second\\nthird')", ("  second", "third")),
        ("error = ValueError('first')\nerror.add_note('one\\ntwo')\nraise error", ("one", "two")),
        ("def f():\n    return (1\n    f() = 2", ("return (1", "       ^")),
        (
            "try:\n    {}['url']\nexcept KeyError as error:\n    raise RuntimeError('no') from error",
            ("because of KeyError: 'url' (shop/bad.py:2)",),
        ),
        (
            "try:\n    {}['url']\nexcept KeyError:\n    raise RuntimeError('no')",
            ("while handling KeyError: 'url' (shop/bad.py:2)",),
        ),
        ("try:\n    {}['url']\nexcept KeyError:\n    raise RuntimeError('no') from None", ()),
        (
            "raise ExceptionGroup('all', [ValueError('one\\ntwo'), ExceptionGroup('inner', [KeyError('k')])])",
            ("- ValueError: one", "  two", "- ExceptionGroup: inner (1 sub-exception)", "  - KeyError: 'k'"),
        ),
        ("one, two = ValueError('one'), ValueError('two')\none.__cause__, two.__cause__ = two, one\nraise one",
         ("because of ValueError: two",)),
    ],
)  # fmt: skip
def test_all_that_an_error_says_is_told(program: Program, text: str, details: tuple[str, ...]) -> None:
    """Further lines, notes, the source of a syntax error, errors in a group, and causes are shown."""
    problem = only_problem(program, text)
    assert problem.details == details
    assert "\n" not in problem.message


def test_an_error_may_have_no_text_or_no_column(program: Program) -> None:
    """What exists is shown."""
    problem = only_problem(program, "class Odd(Exception):\n    def __str__(self): raise LookupError\nraise Odd")
    assert problem.message == "does not import: shop.bad.Odd: <its text cannot be shown: LookupError> (shop/bad.py:3)"
    program.forget()
    problem = only_problem(program, "raise SyntaxError('no', ('page.txt', 3, None, 'x = ?'))")
    assert (problem.message, problem.details) == ("does not import: SyntaxError: no (page.txt:3)", ("x = ?",))


def test_what_is_told_is_bounded(program: Program) -> None:
    """The number of lines, their length, and endless chains of errors are limited."""
    problem = only_problem(program, "raise ValueError('x' * 100_000 + '\\n' + 'y\\n' * 1000 + 'z' * 100_000)")
    shown = "ValueError: " + "x" * LONGEST_LINE
    assert problem.message == f"does not import: {shown[:LONGEST_LINE]}... (shop/bad.py:1)"
    assert problem.details == (*["y"] * MOST_LINES, "...")
    program.forget()
    problem = only_problem(
        program,
        """
        last = None
        for number in range(10_000):
            error = ValueError(number)
            error.__context__, last = last, error
        raise last
        """,
    )
    assert len(problem.details) == MOST_LINES + 1
    assert problem.details[1] == "  while handling ValueError: 9997"


RAISES = """
from typedsignals import Payload, Signal

class Odd:
    def __repr__(self):
        raise {error}

class Item(Payload):
    odd: object = Odd()
    order: "Order | None" = None

class Order(Payload):
    item: Item | None = None

odd = Signal(Item)
odder = Signal(Order)
saved = Signal()
"""


@pytest.mark.parametrize(
    ("error", "shown"),
    [("ZeroDivisionError('no\\nwonder')", "ZeroDivisionError: no"), ("SystemExit(0)", "SystemExit: 0")],
)
def test_code_of_the_program_that_fails_while_it_is_described_is_a_problem_of_its_signal(
    program: Program, error: str, shown: str
) -> None:
    """The problem has its location; other signals are catalogued, and no unfinished model remains."""
    program.write(shop=RAISES.format(error=error))
    found = program.discovered()
    assert [signal.qualified_name for signal in found.catalog.signals] == ["saved"]
    assert found.catalog.models == {}
    assert [str(problem) for problem in found.problems] == [
        f"shop: signal {name} cannot be catalogued: {shown} (shop/__init__.py:6)" for name in ("odd", "odder")
    ]
    assert all(problem.details == (("wonder",) if "wonder" in error else ()) for problem in found.problems)


def test_an_interruption_while_a_signal_is_described_ends_it(program: Program) -> None:
    """Control-C ends discovery."""
    program.write(shop=RAISES.format(error="KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        program.discovered()
