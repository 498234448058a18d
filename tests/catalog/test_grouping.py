"""Findings with the same cause are reported as one, with all their paths."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from typedsignals.catalog import (
    Finding,
    ModelRecords,
    Report,
    Settings,
    Severity,
    Waiver,
    check_project,
    findings_of,
    parse_settings,
)
from typedsignals.catalog._judge.findings import finding as make_finding
from typedsignals.catalog._judge.grouping import group_findings
from typedsignals.catalog._records.changes import Affected
from typedsignals.catalog._records.nested import MOST_VISITS
from typedsignals.catalog.reports import json as json_report
from typedsignals.catalog.reports import text

from .making import catalog, changes, model, receiver, send

TODAY = date(2026, 5, 17)
SETTINGS = Settings()


def item(**fields: Any) -> Any:
    return model("Item", ConfigDict(extra="forbid"), **fields)


def order(kind: Any) -> type[BaseModel]:
    inner = model("Inner", item=kind)
    return model("Order", billing=kind, shipping=kind | None, others=dict[str, list[kind]], deep=inner)


OLD, NEW = order(item(a=int)), order(item(a=int, b=int))
PATHS = ("billing.b", "shipping.b", "others{}[].b", "deep.item.b")


def report(old: type[BaseModel] | None, new: type[BaseModel], settings: Settings = SETTINGS, **details: Any) -> Report:
    baseline = None if old is None else catalog(old, **details)
    return check_project(catalog(new, **details), settings, TODAY, baseline=baseline)


def told(made: Report, rule: str) -> list[Finding]:
    return [finding for finding in made.findings if finding.rule.id == rule]


def test_a_change_of_a_nested_model_is_one_finding() -> None:
    """The finding has the first path, and names all others."""
    assert [change.path for change in changes(OLD, NEW)] == [*PATHS]
    (finding,) = told(report(OLD, NEW), "TS201")
    assert (finding.path, finding.also) == (PATHS[0], PATHS[1:])
    assert finding.message == ("billing.b: required field added; the same at shipping.b, others{}[].b, deep.item.b")


def test_each_change_of_it_is_a_finding_of_its_own() -> None:
    """Changes with the same rule are separate findings, too."""
    made = report(OLD, order(item(a=int, b=int, c=int)))
    assert [finding.path for finding in told(made, "TS201")] == ["billing.b", "billing.c"]


def test_a_change_of_two_models_is_two_findings() -> None:
    """The models are separate causes, however similar they are."""
    old = model("Order", a=model("A", n=int), b=model("B", n=int))
    new = model("Order", a=model("A", n=str), b=model("B", n=str))
    assert [(finding.path, finding.also) for finding in told(report(old, new), "TS301")] == [("a.n", ()), ("b.n", ())]


def kinds(*names: str, leaf: Any) -> list[Any]:
    return [model(name, n=leaf) for name in names]


def colors(*names: str, **members: str) -> list[Any]:
    return [StrEnum(name, members, module="shop") for name in names]


SPLIT = [
    (kinds("A", "B", leaf=int), kinds("C", leaf=str) * 2, "TS301", ["a.n", "b.n"]),
    (kinds("A", leaf=int) * 2, kinds("C", "D", leaf=str), "TS301", ["a.n", "b.n"]),
    (colors("A", "B", RED="red"), colors("C", RED="red", BLUE="blue") * 2, "TS306", ["a", "b"]),
    (colors("A", RED="red") * 2, colors("C", "D", RED="red", BLUE="blue"), "TS306", ["a", "b"]),
]


@pytest.mark.parametrize(("before", "after", "rule", "paths"), SPLIT)
def test_classes_that_became_one_or_two_are_two_causes(
    before: list[Any], after: list[Any], rule: str, paths: list[str]
) -> None:
    """The same change of each is a finding of its own."""
    old, new = (model("Order", a=first, b=second) for first, second in (before, after))
    assert [(finding.path, finding.also) for finding in told(report(old, new), rule)] == [(path, ()) for path in paths]


class Color(StrEnum):
    RED = "red"


class Wider(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_a_change_of_an_enumeration_is_one_finding() -> None:
    """This includes enumerations in the payload itself."""
    for kind in (Color, Wider):
        kind.__qualname__, kind.__module__ = "Color", "shop"
    old, new = (model("Order", a=kind, b=list[kind], c=item(a=kind)) for kind in (Color, Wider))  # type: ignore[valid-type]  # as above
    (finding,) = told(report(old, new), "TS306")
    assert (finding.path, finding.also) == ("a", ("b[]", "c.a"))


def test_changes_of_the_payload_are_findings_of_their_own() -> None:
    """Two fields with the same change are two causes."""
    made = report(model("Order", a=int, b=int), model("Order", a=str, b=str))
    assert [finding.path for finding in told(made, "TS301")] == ["a", "b"]


def test_who_breaks_at_any_path_is_named_once() -> None:
    """A receiver is certain to break if it is for one of the paths."""
    receivers = [receiver("bill", fields=("billing",), takes_extra=True), receiver("ship", fields=("shipping",))]
    sends = [send("billing"), send("billing", "shipping", line=6)]
    (finding,) = told(report(OLD, order(item(a=str)), receivers=receivers, sends=sends), "TS301")
    assert [str(who) for who in finding.affected] == [
        "receiver bill (shop/stock.py:9) may break",
        "sender shop.web (shop/web.py:5) may break",
        "sender shop.web (shop/web.py:6) may break",
        "receiver ship (shop/stock.py:9) may break",
    ]


def test_the_gravest_verdict_of_all_paths_counts() -> None:
    """A field that is never written breaks no messages at one path, but does at another."""
    items = [item(n=kind) for kind in (int, str)]
    old, new = (model("Order", a=(kind, Field(exclude=True)), b=kind) for kind in items)
    single = [change.verdicts.backward.value for change in changes(old, new) if change.rule.id == "TS301"]
    (finding,) = told(report(old, new, Settings(profile="brokered")), "TS301")
    assert (single, finding.also) == (["✓", "✗"], ("b.n",))
    assert finding.verdicts is not None
    assert (finding.verdicts.backward.value, finding.severity) == ("✗", Severity.ERROR)


def test_the_gravest_severity_of_all_paths_counts() -> None:
    """Old code cannot read the new key, but at the first path, it is in no message."""
    items = [item(n=int), item(n=int, more=(int, 1))]
    old, new = (model("Order", a=(kind, Field(exclude=True)), b=kind) for kind in items)
    settings = Settings(profile="brokered")
    single = [found.severity for found in findings_of(changes(old, new), settings.as_profile())]
    (finding,) = told(report(old, new, settings), "TS202")
    assert single == [Severity.INFO, Severity.ERROR]
    assert (finding.path, finding.also, finding.severity) == ("a.more", ("b.more",), Severity.ERROR)


def test_who_certainly_breaks_at_a_later_path_certainly_breaks() -> None:
    """The first path alone would leave it open."""
    found = [
        replace(
            make_finding("TS301", "shop.placed", path, "it changed", "shop/orders.py:3"), cause="Item", affected=(who,)
        )
        for path, certain in (("a", False), ("b", True), ("c", False))
        for who in [Affected("receiver", "ship", "shop/stock.py:9", certain)]
    ]
    (grouped,) = group_findings(found)
    assert grouped.affected == (Affected("receiver", "ship", "shop/stock.py:9", is_certain=True),)


def test_two_changes_at_one_path_are_told_apart() -> None:
    """By their subjects, of which the fingerprints are made."""
    old, new = (model("Order", a=int | kind) for kind in (str, bytes))
    found = findings_of(changes(old, new), SETTINGS.as_profile())
    assert [(one.rule.id, one.path, one.subject) for one in found] == [("TS309", "a", "str"), ("TS308", "a", "bytes")]


def waiver(path: str) -> Waiver:
    return Waiver(rule="TS201", signal="shop.placed", path=path, reason="known")


def test_a_path_that_is_waived_is_told_apart() -> None:
    """The other paths stay one finding; a waiver without a path accepts all of them."""
    one = Settings(waivers=(waiver("shipping.b"),))
    found = [(finding.path, finding.also, finding.waived) for finding in told(report(OLD, NEW, one), "TS201")]
    assert found == [("billing.b", PATHS[2:], None), ("shipping.b", (), "known")]
    every = parse_settings(
        {"waivers": [{"rule": "TS201", "signal": "shop.placed", "reason": "known"}]}, "pyproject.toml"
    )
    found = [(finding.path, finding.also, finding.waived) for finding in told(report(OLD, NEW, every), "TS201")]
    assert found == [("billing.b", PATHS[1:], "known")]


def test_reports_show_all_paths() -> None:
    """Reports for programs have a list of them."""
    made = report(OLD, NEW)
    assert "the same at shipping.b, others{}[].b, deep.item.b" in text.render(made).plain
    (found,) = [part for part in json.loads(json_report.render(made))["findings"] if part["rule"] == "TS201"]
    assert (found["path"], found["also"]) == (PATHS[0], [*PATHS[1:]])


def test_only_so_many_paths_are_named() -> None:
    """The other paths are counted."""
    old, new = (
        model("Order", **{f"f{number:02}": kind for number in range(13)}) for kind in (item(a=int), item(a=str))
    )
    (finding,) = told(report(old, new), "TS301")
    assert finding.message.endswith("f09.a, f10.a and 2 more")
    assert len(finding.also) == 12


def test_ten_further_paths_are_all_named() -> None:
    """Nothing is left to count."""
    fields = [f"f{number:02}" for number in range(11)]
    old, new = (model("Order", **dict.fromkeys(fields, kind)) for kind in (item(a=int), item(a=str)))
    (finding,) = told(report(old, new), "TS301")
    assert finding.message.endswith("the same at " + ", ".join(f"{name}.a" for name in fields[1:]))


def test_a_fault_of_a_nested_model_is_one_finding() -> None:
    """Faults are grouped as changes are."""
    made = report(None, order(item(a=(int, None))))
    (finding,) = told(made, "TS510")
    assert (finding.path, len(finding.also), finding.severity) == ("billing.a", 3, Severity.WARN)


def test_faults_of_two_fields_are_two_findings() -> None:
    """Each with all paths of the nested model."""
    kind = item(a=(int, Field(serialization_alias="x")), b=(int, Field(serialization_alias="y")))
    found = told(report(None, order(kind), Settings(profile="brokered")), "TS508")
    assert [(finding.path, len(finding.also)) for finding in found] == [("billing.a", 3), ("billing.b", 3)]
    unread = item(a=(int, Field(1, serialization_alias="x")))
    found = told(report(None, order(unread), Settings(profile="brokered")), "TS508")
    assert [(finding.path, len(finding.also)) for finding in found] == [("billing", 3)]


def test_a_default_that_is_not_read_is_one_finding() -> None:
    """It has all paths but the one where the message is read as another member of a union."""
    made = report(None, order(item(a=(float, float("inf")))), Settings(profile="brokered"))
    (finding,) = told(made, "TS508")
    assert (finding.path, finding.also) == ("billing.a", ("others{}[].a", "deep.item.a"))


def chain(last: Any, depth: int) -> Any:
    """Models that each contain the next one twice, which have too many paths to report."""
    kind = last
    for number in range(depth):
        kind = model(f"Level{number}", left=kind, right=kind)
    return kind


def test_paths_without_number_are_bounded() -> None:
    """Below each field of the payload, a limited number of paths is reported."""
    old, new = (model("Order", a=chain(item(a=kind), 12), b=chain(item(a=kind), 12)) for kind in (int, str))
    found = [change.path for change in changes(old, new) if change.rule.id == "TS301"]
    assert {path.partition(".")[0] for path in found} == {"a", "b"}
    assert len(found) <= 2 * MOST_VISITS


def test_models_that_refer_to_one_another_are_compared_in_bounded_time() -> None:
    """Whether types fit is decided once for each pair."""
    old, new = (model("Order", a=mutual(12, kind)) for kind in ("int", "str"))
    assert "a.leaf" in [change.path for change in changes(old, new) if change.rule.id == "TS301"]
    assert ModelRecords().records == {}


def mutual(number: int, leaf: str) -> Any:
    names = [f"Node{index}" for index in range(number)]
    space: dict[str, Any] = {"BaseModel": BaseModel, "__name__": "shop"}
    for name in names:
        others = "\n".join(f"    to_{other.lower()}: {other} | list[{other}] | None = None" for other in names)
        exec(f"class {name}(BaseModel):\n    leaf: {leaf}\n{others}\n", space)  # noqa: S102  # made alike
    for name in names:
        space[name].model_rebuild(_types_namespace=space)
    return space["Node0"]
