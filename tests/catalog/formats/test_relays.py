"""Relays and their groups in each format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from typedsignals.catalog import CarriedRecord, Catalog
from typedsignals.catalog.formats import asyncapi, graphviz, html, markdown, mermaid, svg, table

from . import samples
from .asyncapi_document import judges


def printed(catalog: Catalog) -> str:
    console = Console(width=120, color_system=None)
    with console.capture() as capture:
        console.print(table.render(catalog))
    return capture.get()


def test_the_table() -> None:
    """It shows who carries a signal, the groups of receivers, what is published, and the relays."""
    lines = [line.strip() for line in printed(samples.relayed()).splitlines()]
    assert "carried   shop      in the order of its key" in lines
    assert "receiver  confirm   order_id  in group mail of relay shop  **extra  shop/mail.py:18" in lines
    assert "publish   shop.web  order_id  shop/web.py:8" in lines
    assert "relay     shop  sqlite, groups: mail, stock  shop/relay.py:6" in lines
    assert lines[-1] == "2 signals, 3 receivers, 1 send, 1 relay"


def test_a_relay_without_groups() -> None:
    """The table says so."""
    alone = samples.relayed().model_copy(update={"signals": ()})
    assert "relay     shop  sqlite, groups: none  shop/relay.py:6" in printed(alone)


def test_markdown() -> None:
    """A sentence for the signal, and a table of relays with links."""
    text = markdown.render(samples.relayed())
    assert "Carried to other processes by the relay `shop`, in the order of its key." in text
    assert "- `shop/web.py:8` publishes with `order_id`" in text
    row = "| `shop` | sqlite | [`shop.order-placed`](#shoporder-placed) | `mail`, `stock` | `shop/relay.py:6` |"
    assert row in text.splitlines()
    assert "<table>" in MarkdownIt("commonmark").enable("table").render(text)


def test_the_page() -> None:
    """A badge for the signal, and a table of relays."""
    page = html.render(samples.relayed())
    assert '<span class="badge">carried by relay shop</span> <span class="note">in the order of its key</span>' in page
    assert '<span class="note">in group mail of relay shop</span>' in page
    assert '<span class="note">published</span>' in page
    assert '<td><a href="#signal-shop-order-placed">shop.order-placed</a></td>\n<td>mail, stock</td>' in page
    assert '<span class="note">strong</span>' in page  # of the receiver in the process, and no other
    assert page.count('<span class="note">strong</span>') == 1


def test_diagrams() -> None:
    """A line of its own kind leads to another process, with the group where there is room for it."""
    catalog = samples.relayed()
    assert '    s0 ==>|"mail"| r0' in mermaid.render(catalog).splitlines()
    assert '    "s0" -> "r0" [style=bold, label="mail"];' in graphviz.render(catalog).splitlines()
    picture = svg.render(catalog)
    assert 'class="edge delivers"' in picture
    assert "Dotted: the module declares the signal but is not known to send it. Thick: a relay carries it" in picture


@pytest.mark.slow
def test_asyncapi_has_servers_and_an_operation_for_each_group(node_packages: Path) -> None:
    """The official parser accepts the document. A signal that stays in its process is not on the relay's server."""
    text = asyncapi.render(samples.relayed())
    with judges(node_packages) as judged:
        assert judged.errors(text) == []
        assert judged.errors(asyncapi.render(samples.hostile())) == []
    document = json.loads(text)
    assert [(key, server["protocol"]) for key, server in document["servers"].items()] == [
        ("in-process", "python"),
        ("shop", "sqlite"),
    ]
    assert {key: channel["servers"] for key, channel in document["channels"].items()} == {
        "shop.order-placed": [{"$ref": "#/servers/shop"}],
        "shop.stock-low": [{"$ref": "#/servers/in-process"}],
    }
    groups = {key: operation.get("x-group") for key, operation in document["operations"].items()}
    assert groups == {
        "send-shop.order-placed": None,
        "receive-shop.order-placed-mail": "mail",
        "receive-shop.order-placed-stock": "stock",
        "receive-shop.stock-low": None,
    }


@pytest.mark.slow
@pytest.mark.parametrize(("broker", "protocol"), [("nats", "nats"), ("rabbit", "amqp")])
def test_asyncapi_has_the_broker_of_a_relay_as_its_server(node_packages: Path, broker: str, protocol: str) -> None:
    """The official parser accepts it. Groups receive from there; the database is only the outbox."""
    text = asyncapi.render(samples.relayed(broker))
    with judges(node_packages) as judged:
        assert judged.errors(text) == []
    document = json.loads(text)
    server = document["servers"]["shop"]
    assert (server["protocol"], server["x-outbox"], server["x-groups"]) == (protocol, "sqlite", ["mail", "stock"])
    assert server["variables"]["host"]["description"] == "Where the broker is."
    assert document["channels"]["shop.order-placed"]["servers"] == [{"$ref": "#/servers/shop"}]


def test_formats_for_people_name_the_broker() -> None:
    """After the database, which messages pass first."""
    catalog = samples.relayed("nats")
    assert "relay     shop  sqlite, broker nats, groups: mail, stock  shop/relay.py:6" in printed(catalog)
    assert "| `shop` | sqlite, broker nats | " in markdown.render(catalog)
    assert "<td>sqlite, broker nats</td>" in html.render(catalog)


def test_asyncapi_gives_each_operation_a_key_of_its_own() -> None:
    """Groups of two relays, or with characters that are not for keys, may be alike."""
    placed = samples.relayed().signals[0]
    groups = ("a b", "a/b")
    receivers = [samples.at("confirm", "shop.mail", 18, relay="shop", group=group) for group in groups]
    local = samples.at("see", "shop.mail", 20)
    made = placed.model_copy(
        update={"receivers": (*receivers, local), "carried": (CarriedRecord(relay="shop"),), "sends": ()}
    )
    document = json.loads(asyncapi.render(samples.relayed().model_copy(update={"signals": (made,)})))
    assert [*document["operations"]] == [
        "receive-shop.order-placed-a_b",
        "receive-shop.order-placed-a_b-2",
        "receive-shop.order-placed",
    ]
    assert [one["$ref"] for one in document["channels"]["shop.order-placed"]["servers"]] == [
        "#/servers/in-process",
        "#/servers/shop",
    ]
