"""The catalog as an AsyncAPI document, held against AsyncAPI's own parser and schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from typedsignals.catalog import Catalog, ModelRecords, SenderRecord, discover
from typedsignals.catalog.formats import asyncapi
from typedsignals.catalog.formats.asyncapi import identifiers

from ..making import catalog, model, receiver, send, signal
from ..programs import Program
from ..zoo import Zoo
from .asyncapi_document import Judges, judges
from .generated import valid_instances


@pytest.fixture(scope="module")
def judged(node_packages: Path) -> Iterator[Judges]:
    with judges(node_packages) as found:
        yield found


def document(made: Catalog) -> dict[str, Any]:
    read = json.loads(asyncapi.render(made))
    assert isinstance(read, dict)
    return read


def test_a_whole_document() -> None:
    """A channel with its message, its sends and receivers, and the schemas."""
    made = catalog(
        model("Order", total=int),
        sender=SenderRecord(name="shop.Shop"),
        receivers=[receiver()],
        sends=[send("total")],
    )
    assert document(made) == {
        "asyncapi": "3.1.0",
        "info": {"title": "shop", "version": "0.0.0", "description": asyncapi.DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            "shop.placed": {
                "address": "shop.placed",
                "title": "placed",
                "messages": {"shop.placed": {"name": "placed", "payload": {"$ref": "#/components/schemas/shop.Order"}}},
                "x-sender": "shop.Shop",
                "x-declared": {"object": "shop.orders.placed", "location": "shop/orders.py:3"},
            }
        },
        "operations": {
            "send-shop.placed": {
                "action": "send",
                "channel": {"$ref": "#/channels/shop.placed"},
                "messages": [{"$ref": "#/channels/shop.placed/messages/shop.placed"}],
                "x-sends": [{"module": "shop.web", "location": "shop/web.py:5"}],
            },
            "receive-shop.placed": {
                "action": "receive",
                "channel": {"$ref": "#/channels/shop.placed"},
                "messages": [{"$ref": "#/channels/shop.placed/messages/shop.placed"}],
                "x-receivers": [{"name": "ship", "module": "shop.stock", "location": "shop/stock.py:9"}],
            },
        },
        "components": {
            "schemas": {
                "shop.Order": {
                    "title": "Order",
                    "x-python-type": "shop.Order",
                    "type": "object",
                    "properties": {"total": {"type": "integer"}},
                    "required": ["total"],
                }
            }
        },
    }


def test_a_signal_without_payload() -> None:
    """Its message may be anything, and there are no operations without sends or receivers."""
    made = document(catalog(None))
    assert made["channels"]["shop.placed"]["messages"] == {"shop.placed": {"name": "placed"}}
    assert made["operations"] == {}
    assert made["components"] == {"schemas": {}}


def test_what_is_known_of_the_program() -> None:
    """The version, the docs of signals, and sends of unknown signals."""
    doc = signal().model_copy(update={"doc": "An order came in."})
    made = Catalog.of(["shop", "mail"], {}, [doc], [send("a")])
    read = json.loads(asyncapi.render(made, version="2.1"))
    assert (read["info"]["title"], read["info"]["version"]) == ("mail, shop", "2.1")
    assert read["channels"]["shop.placed"]["description"] == "An order came in."
    assert read["x-unresolved-sends"] == [{"module": "shop.web", "location": "shop/web.py:5"}]


def test_keys_of_different_names_are_different() -> None:
    """If they differ only in other characters, they get a number."""
    assert [*identifiers(["a b", "a/b", "a_b", "é", "Page[int]"]).values()] == [
        "a_b",
        "a_b-2",
        "a_b-3",
        "_",
        "Page_int",
    ]


@pytest.mark.slow
def test_names_of_any_characters_get_keys(judged: Judges) -> None:
    """Keys consist of letters, digits and a few marks, and no two are the same."""
    models = ModelRecords()
    payloads = [models.add(model(name, a=int)) for name in ("Page[int]", "Page[str]", "Größe", "a/b~c#%", "Page[int]")]
    names = ["a b", "a/b", "{x}", "é", "a_b"]
    signals = [
        signal(payload, name=name, namespace="", path=f"shop:{name}")
        for name, payload in zip(names, payloads, strict=True)
    ]
    made = Catalog.of(["shop"], models.records, signals)
    assert judged.errors(asyncapi.render(made)) == []
    assert sorted(document(made)["channels"]) == ["shop.", "shop._x", "shop.a_b", "shop.a_b-2", "shop.a_b-3"]
    assert len(document(made)["components"]["schemas"]) == 5


@pytest.mark.slow
def test_the_shop_is_valid(judged: Judges) -> None:
    """The document of the example program has no errors and no lost order."""
    text = asyncapi.render(discover(["examples.shop"]).catalog)
    assert judged.errors(text) == []
    channels = json.loads(text)["channels"]
    assert [*channels] == ["shop.order-paid", "shop.order-placed", "shop.payment-failed", "shop.stock-low"]


@pytest.mark.slow
def test_the_zoo_is_valid(judged: Judges) -> None:
    """So is that of all kinds of types."""
    assert judged.errors(asyncapi.render(catalog(Zoo, receivers=[receiver()], sends=[send("a")]))) == []


@pytest.mark.slow
def test_a_discovered_program_is_valid(judged: Judges, program: Program) -> None:
    """So is that of signals found anywhere in a program."""
    program.write(
        shop="""
        from typedsignals import Payload, Signal, signal
        class Order(Payload):
            total: int
        placed = Signal(Order, doc='Say "<b>", `$x` and {y}.')
        odd = signal("an odd / name")
        @placed.connect
        def ship(sender, **extra): ...
        placed.send(None, total=1)
        """
    )
    text = asyncapi.render(program.catalog())
    assert judged.errors(text) == []
    assert [*json.loads(text)["operations"]] == ["send-shop.placed", "receive-shop.placed"]


@pytest.mark.slow
@settings(max_examples=10)
@given(made=st.lists(valid_instances(), min_size=1, max_size=8))
def test_any_payloads_are_valid(judged: Judges, made: list[BaseModel]) -> None:
    """Whatever their fields, their names and their configuration."""
    models = ModelRecords()
    signals = [signal(models.add(type(one)), name=f"placed{number}") for number, one in enumerate(made)]
    text = asyncapi.render(Catalog.of(["shop"], models.records, signals))
    note(text)
    assert judged.errors(text) == []


@pytest.mark.slow
def test_errors_are_found(judged: Judges) -> None:
    """The validators do not accept everything."""
    broken = asyncapi.render(catalog(model("Order", a=int))).replace('"integer"', '"whole"')
    assert judged.errors(broken) != []
    assert judged.errors('{"asyncapi": "3.1.0"}') != []


@pytest.mark.slow
def test_two_thousand_signals_have_a_channel_each() -> None:
    """Even those that share a payload."""
    models = ModelRecords()
    payloads = [models.add(model(f"Order{number}", a=int, b=str)) for number in range(500)]
    signals = [signal(payloads[number % 500], name=f"placed{number}") for number in range(2000)]
    assert len(document(Catalog.of(["shop"], models.records, signals))["channels"]) == 2000
