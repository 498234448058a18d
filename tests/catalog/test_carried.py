"""Checking signals that a relay carries: there are messages of these, and a relay reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, computed_field

from typedsignals.catalog import (
    Catalog,
    CatalogError,
    Settings,
    check_catalog,
    check_project,
    compare_catalogs,
    differences,
)
from typedsignals.catalog._judge.severity import Profile

from .making import carried, catalog, grouped, model, receiver, relay, send, shown, signal

FORBID = ConfigDict(extra="forbid")
ALLOW = ConfigDict(extra="allow")
IN_PROCESS = Profile()


def order(config: ConfigDict = FORBID, **fields: Any) -> type[BaseModel]:
    return model("Order", config, **fields)


def relayed(payload: type[BaseModel] | None, **details: Any) -> Catalog:
    return catalog(payload, carried=carried(), **details)


@pytest.mark.parametrize(
    ("old", "new", "rule", "path", "marks"),
    [
        (order(a=int), order(a=int, b=int), "TS201", "b", "✗✓✗✓✗✓"),
        (order(a=int), order(a=int, b=(int, 1)), "TS202", "b", "✓✓✗✓✓✓"),
        (order(a=int, b=int), order(a=int), "TS203", "b", "✗✗✗✗✓✗"),
        (order(a=int, b=(int, 1)), order(a=int), "TS204", "b", "✗✗✗✗✓✓"),
        (order(a=int, b=(str, "")), order(a=int, c=(str, "")), "TS205", "b", "✗✗✗✗⚠⚠"),
        (order(ALLOW, a=int), order(a=int), "TS401", "", "✗⚠✓⚠✓✓"),
        (order(a=int), order(ALLOW, a=int), "TS402", "", "✓✓✓✓✓✓"),
        (order(i=order(a=int)), order(i=order(a=int, b=(int, 1))), "TS202", "i.b", "✓✓✓✓✓✗"),
    ],
)
def test_unknown_fields_of_a_payload_break_no_reader(
    old: type[BaseModel], new: type[BaseModel], rule: str, path: str, marks: str
) -> None:
    """A relay splits them off even if the payload forbids them; nested models refuse what they forbid."""
    assert (rule, path, marks) in shown(compare_catalogs(relayed(old), relayed(new)))


class Plain(BaseModel):
    model_config = FORBID
    a: int


class Computing(BaseModel):
    model_config = FORBID
    a: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def b(self) -> int:
        return self.a


for _model in (Plain, Computing):
    _model.__module__, _model.__qualname__ = "shop", "Order"


def test_a_computed_field_can_be_added() -> None:
    """It is an unknown field for old readers, which a relay splits off, and they can read what they write."""
    assert [found.verdicts.forward.value for found in compare_catalogs(catalog(Plain), catalog(Computing))] == ["✗"]
    assert [found.verdicts.forward.value for found in compare_catalogs(relayed(Plain), relayed(Computing))] == ["⚠"]
    everyone = [grouped("mail", takes_extra=True, fields=("a",))]
    sent = [send("a", method="publish")]
    assert check_catalog(relayed(Computing, receivers=everyone, sends=sent), IN_PROCESS) == ()
    local = catalog(Computing, receivers=[receiver(takes_extra=True, fields=("a",))], sends=sent)
    assert [found.rule.id for found in check_catalog(local, Profile(is_brokered=True))] == ["TS508"]


def failing(old: Catalog, new: Catalog) -> list[str]:
    report = check_project(new, Settings(), date(2027, 1, 1), baseline=old)
    return [finding.rule.id for finding in report.failures]


def test_messages_must_stay_readable_in_any_profile() -> None:
    """A change that makes messages unreadable is an error if a relay carried the signal before."""
    widened = order(a=int), order(a=int | None)
    assert failing(relayed(widened[0]), relayed(widened[1])) == ["TS304"]
    assert failing(catalog(widened[0]), catalog(widened[1])) == []
    assert failing(catalog(widened[0]), relayed(widened[1])) == []


def test_a_payload_that_cannot_be_read_back_is_found_in_any_profile() -> None:
    """The state of a carried signal is judged as that of one whose messages travel."""
    unread = order(a=(int, Field(serialization_alias="b")))
    everyone = [grouped("mail", takes_extra=True, fields=("a",))]
    sent = [send("a", method="publish")]
    found = check_catalog(relayed(unread, receivers=everyone, sends=sent), IN_PROCESS)
    assert [(one.rule.id, one.path) for one in found] == [("TS508", "a")]
    assert (
        check_catalog(catalog(unread, receivers=[receiver(takes_extra=True, fields=("a",))], sends=sent), IN_PROCESS)
        == ()
    )


def test_who_publishes_is_affected_if_a_signal_is_no_longer_carried() -> None:
    """Sends that call receivers in the process are not."""
    sends = [send("a", method="publish", line=5), send("a", method="send", line=6)]
    found = compare_catalogs(relayed(order(a=int), sends=sends), catalog(order(a=int), sends=sends))
    assert [(one.rule.id, [str(who) for who in one.affected]) for one in found] == [
        ("TS113", ["sender shop.web (shop/web.py:5) breaks"])
    ]
    assert failing(relayed(order(a=int), sends=sends), catalog(order(a=int), sends=sends)) == ["TS113"]


def test_only_receivers_in_groups_are_affected_by_a_loss_of_order() -> None:
    """Those in the process of the sender are called in order, as before."""
    receivers = [grouped("mail", line=1), receiver(line=2)]
    old = catalog(order(a=int), carried=carried(ordered=True), receivers=receivers)
    (found,) = compare_catalogs(old, relayed(order(a=int), receivers=receivers))
    assert [str(who) for who in found.affected] == ["receiver ship (shop/stock.py:1) may break"]


def test_a_group_that_is_gone_makes_the_check_fail() -> None:
    """Its messages would wait, and nobody would work on them."""
    old, new = (relayed(order(a=int), receivers=[grouped(group)]) for group in ("mail", "post"))
    assert failing(old, new) == ["TS114"]
    assert failing(new, new) == []


def test_a_signal_of_a_relay_that_no_group_receives() -> None:
    """It is noted, unless the signal has no receivers at all, which is another finding."""
    local = [receiver(takes_extra=True, fields=("a",))]
    found = check_catalog(relayed(order(a=int), receivers=local, sends=[send("a")]), IN_PROCESS)
    assert [(one.rule.id, one.message) for one in found] == [
        ("TS511", "signal shop.placed is carried by the relay shop, but no group receives it")
    ]


def test_async_receivers_of_workers_are_awaited() -> None:
    """That a signal is only sent plainly says nothing about them, nor does a publication about the others."""
    details: dict[str, Any] = {"takes_extra": True, "fields": ("a",), "is_async": True}
    plain, published = send("a", method="send"), send("a", method="publish")
    in_group = relayed(order(a=int), receivers=[grouped("mail", **details)], sends=[plain])
    assert check_catalog(in_group, IN_PROCESS) == ()
    local = relayed(order(a=int), receivers=[receiver(**details), grouped("mail", **details)], sends=[plain, published])
    assert [one.rule.id for one in check_catalog(local, IN_PROCESS)] == ["TS509"]


def test_how_a_signal_is_carried_is_a_difference() -> None:
    """A catalog file is out of date if a relay has come, or has moved."""
    plain, now = catalog(order(a=int)), relayed(order(a=int))
    assert differences(plain, now) == ("shop.placed: relays changed", "relays: details changed")
    moved = now.model_copy(update={"relays": (now.relays[0].model_copy(update={"line": 9}),)})
    assert differences(now, moved) == ("relays: details changed",)


def test_a_catalog_with_missing_or_ambiguous_relays_is_refused() -> None:
    """Signals and receivers name relays that it has, each once."""
    with pytest.raises(CatalogError, match="two relays are named 'shop'"):
        Catalog.of(["shop"], {}, [], relays=[relay("shop"), relay("shop")])
    for details in ({"carried": carried()}, {"receivers": [grouped("mail")]}):
        with pytest.raises(CatalogError, match="names the relay 'shop', which is not in the catalog"):
            Catalog.of(["shop"], {}, [signal(**details)])
