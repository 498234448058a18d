"""Hooks in the catalog, and signals that accept one kind of receivers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict
from rich.console import Console

from tests.catalog.programs import Program
from typedsignals.catalog import (
    Catalog,
    Change,
    ModelRecords,
    Profile,
    check_catalog,
    compare_catalogs,
    differences,
    from_json,
    to_json,
)
from typedsignals.catalog.formats import asyncapi, html, markdown, table

from .making import catalog, model, receiver, send, signal

HOOKS = """
    from typedsignals import Hook, Namespace, Payload, Signal

    class OrderPlaced(Payload):
        order_id: int

    class Verdict(Payload):
        reason: str

    hooks = Namespace("shop")
    may_ship = hooks.hook("may-ship", OrderPlaced, returns=bool)
    verdicts = Hook(OrderPlaced, returns=list[Verdict] | None, accepts="any")
    placed = Signal(OrderPlaced, accepts="async")
    plain = Signal(OrderPlaced)

    @may_ship.connect
    def in_stock(sender: object, order_id: int, **extra: object) -> bool:
        return True

    def ship(self, rows) -> None:
        if may_ship.first(self, order_id=7):
            hooks.hook("may-ship", OrderPlaced, returns=bool).send(self, order_id=7)
        rows.first()

    async def ask(self) -> None:
        await verdicts.first_async(self, order_id=7)
    """


def test_a_hook_is_recorded_with_the_type_of_its_results(program: Program) -> None:
    """And each signal with the receivers that it accepts; by default, neither is in the file."""
    program.write(shop=HOOKS)
    found = program.catalog()
    may_ship, placed, plain, verdicts = sorted(found.signals, key=lambda one: one.qualified_name)
    assert (str(may_ship.returns), may_ship.accepts) == ("bool", "sync")
    assert (str(verdicts.returns), verdicts.accepts) == ("list[Verdict] | None", "any")
    assert (placed.returns, placed.accepts) == (None, "async")
    assert (plain.returns, plain.accepts) == (None, "any")
    assert [field.name for field in found.models["shop.Verdict"].fields] == ["reason"]
    assert from_json(to_json(found), "file") == found
    assert "accepts" not in plain.model_dump_json()
    assert "returns" not in plain.model_dump_json()


def test_questions_are_sends(program: Program) -> None:
    """Those on objects that are not known are not noted as sends that may be of a hook."""
    program.write(shop=HOOKS)
    found = program.catalog()
    sends = {one.qualified_name: [(each.method, each.is_plain) for each in one.sends] for one in found.signals}
    assert sends == {
        "may_ship": [("first", True), ("send", True)],
        "verdicts": [("first_async", False)],
        "placed": [],
        "plain": [],
    }
    assert found.unresolved_sends == ()


class Verdict(BaseModel):
    reason: str


def asking(kind: Any, **details: Any) -> Catalog:
    """A catalog of one hook, whose results are of the type."""
    models = ModelRecords()
    returns = models.type_of(kind, ConfigDict(strict=True))
    return Catalog.of(["shop"], models.records, [signal(None, returns=returns, **details)])


def rules(old: Catalog, new: Catalog) -> list[tuple[str, str]]:
    return [(found.rule.id, found.message) for found in compare_catalogs(old, new)]


def test_a_changed_type_of_results_is_a_change_in_the_other_direction() -> None:
    """What receivers return must be of the new type, and what senders get of the old one."""
    assert rules(asking(bool), asking(bool)) == []
    assert rules(asking(int), asking(str)) == [("TS108", "results: type changed from int to str")]
    assert rules(asking(int), asking(int | None)) == [("TS108", "results: type widened from int to int | None")]
    assert rules(asking(int | None), asking(int)) == [("TS108", "results: type narrowed from int | None to int")]
    assert rules(catalog(), asking(int)) == [("TS108", "results: type narrowed from anything to int")]
    assert rules(asking(int), catalog()) == [("TS108", "results: type widened from int to anything")]


def test_a_model_of_results_is_compared_too() -> None:
    """It changes if its fields do."""
    old, same, new = model("Verdict", a=int), model("Verdict", a=int), model("Verdict", a=str)
    assert rules(asking(old), asking(same)) == []
    assert [rule for rule, _ in rules(asking(old), asking(new))] == ["TS108"]


ASYNC = receiver("awaited", takes_extra=True, is_async=True)
PLAIN = receiver("plain", takes_extra=True)


def affected(change: Change) -> list[str]:
    return [who.name for who in change.affected]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("any", "sync", [("TS109", ["awaited"])]),
        ("any", "async", [("TS110", ["plain"])]),
        ("sync", "async", [("TS110", ["plain"]), ("TS111", ["shop.web"])]),
        ("async", "sync", [("TS109", ["awaited"]), ("TS111", ["shop.web"])]),
        ("sync", "any", [("TS111", ["shop.web"])]),
        ("async", "any", [("TS111", ["shop.web"])]),
        ("sync", "sync", []),
    ],
)
def test_fewer_kinds_of_receivers_break_those_of_the_other_kind(
    before: str, after: str, expected: list[tuple[str, list[str]]]
) -> None:
    """More kinds may break senders, which may not await."""
    details: dict[str, Any] = {"receivers": (ASYNC, PLAIN), "sends": (send("a"),)}
    found = compare_catalogs(catalog(accepts=before, **details), catalog(accepts=after, **details))
    assert [(one.rule.id, affected(one)) for one in found] == expected


def test_differences_are_told_in_words() -> None:
    """Those that are changes, and what kind of detail they are."""
    assert differences(asking(int, accepts="sync"), asking(str)) == (
        "shop.placed: results: type changed from int to str",
        "shop.placed: receivers: accepted 'sync' and accepts 'any'",
        "shop.placed: accepted kinds of receivers and type of results changed",
    )


def test_an_async_receiver_of_a_hook_that_is_only_asked_plainly_is_found() -> None:
    """As for a signal."""
    found = check_catalog(asking(bool, receivers=(ASYNC,), sends=(send("a", method="first"),)), Profile())
    assert "TS509" in {one.rule.id for one in found}


def test_a_receiver_that_is_not_accepted_is_found(program: Program) -> None:
    """The import does not fail for it: it is recorded with what is wrong."""
    program.write(
        shop="""
        from typedsignals import Payload, Signal

        class OrderPlaced(Payload):
            order_id: int

        placed = Signal(OrderPlaced, accepts="sync")

        @placed.connect
        async def receive(sender: object, **extra: object) -> None: ...
        """
    )
    found = [one for one in check_catalog(program.catalog(), Profile()) if one.rule.id == "TS506"]
    assert "it is a coroutine function, but the signal is declared with accepts='sync'" in found[0].message


def test_a_class_of_results_that_was_moved_is_the_same_class() -> None:
    """It is still found under its old name."""
    old, new = model("Old", a=int), model("New", a=int)
    names = {old: "Old", new: "New"}
    before, after = asking(list[old]), asking(list[new])  # type: ignore[valid-type]  # to a checker
    (old_name,), (new_name,) = before.models, after.models
    assert [name.rpartition(".")[2] for name in (old_name, new_name)] == [*names.values()]
    found = compare_catalogs(before, after, present_name=lambda name: new_name if name == old_name else None)
    assert [one.rule.id for one in found] == ["TS105"]


def shown_in(module: Any, shown: Catalog) -> str:
    if module is not table:
        return str(module.render(shown))
    console = Console(width=200)
    with console.capture() as capture:
        console.print(table.render(shown))
    return capture.get()


@pytest.mark.parametrize("module", [table, markdown, html, asyncapi])
def test_formats_show_what_a_hook_asks_for(module: Any) -> None:
    """And what it accepts; of a signal that takes anything, nothing."""
    hook, signal = shown_in(module, asking(dict[str, int], accepts="sync")), shown_in(module, catalog())
    assert "dict[str, int]" in hook
    assert "sync" in hook.replace("async", "")
    assert "sync" not in signal.replace("async", "")
