"""Finding the relays of a program, what they carry, and who receives it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from typedsignals.catalog import from_json, to_json

from .programs import Program, only_signal

pytest.importorskip("sqlalchemy")
pytest.importorskip("cloudevents")

DOMAIN = """
    from typedsignals import Namespace, Payload

    class OrderPlaced(Payload):
        order_id: int
        customer: str

    order_placed = Namespace("shop").signal("order-placed", OrderPlaced, sender=str)
"""
RELAY = """
    from typedsignals.relay import Relay
    from shop.domain import order_placed

    relay = Relay("shop", database="postgresql+psycopg://me:secret@db/shop")
    relay.carry(order_placed, key=lambda payload: payload.customer)
"""
WORK = """
    from shop.carrying import relay
    from shop.domain import order_placed

    @relay.receiver(order_placed, group="stock", session=True)
    def take(sender, session, /, order_id, **extra): ...

    class Mail:
        def __init__(self):
            relay.receiver(order_placed, group="mail")(self.confirm)

        async def confirm(self, sender, order_id, customer): ...

    mail = Mail()

    def place(session):
        relay.publish(session, order_placed, "main", order_id=7, customer="Ada")
        relay.publish(session)
        broker.publish(session, "a topic")
        order_placed.send("main", order_id=7, customer="Ada")

    async def place_async(connection):
        await relay.publish_async(connection, order_placed, "main", **fields)
"""


def test_a_relay_its_groups_and_what_is_published(program: Program) -> None:
    """The signal says who carries it; receivers have their group; and a publication counts as a send."""
    program.write(shop="", shop__domain=DOMAIN, shop__carrying=RELAY, shop__a_worker=WORK)
    catalog = program.catalog()
    (relay,) = catalog.relays
    assert (relay.name, relay.database, relay.object_path, relay.location) == (
        "shop",
        "postgresql",
        "shop.carrying.relay",
        "shop/carrying.py:5",
    )
    signal = only_signal(catalog)
    assert [(carried.relay, carried.ordered) for carried in signal.carried] == [("shop", True)]
    assert [(one.group, one.name, one.fields, one.takes_extra, one.is_async) for one in signal.receivers] == [
        ("mail", "Mail.confirm", ("order_id", "customer"), False, True),
        ("stock", "take", ("order_id",), True, False),
    ]
    assert {one.relay for one in signal.receivers} == {"shop"}
    assert [(sent.line, sent.method, sent.keywords, sent.is_complete) for sent in signal.sends] == [
        (17, "publish", ("order_id", "customer"), True),
        (20, "send", ("order_id", "customer"), True),
        (23, "publish_async", (), False),
    ]
    assert catalog.unresolved_sends == ()
    assert "secret" not in to_json(catalog)
    assert from_json(to_json(catalog), "signals.json") == catalog


@pytest.mark.parametrize(("order", "is_ordered"), [("strict", True), ("best-effort", False)])
def test_a_relay_with_a_broker(program: Program, order: str, is_ordered: bool) -> None:
    """Its kind is known, and nothing of its address. There, an order that may be given up is none."""
    carrying = f"""
        from typedsignals.relay import Relay
        from shop.domain import order_placed

        relay = Relay("shop", database="sqlite:///shop.db", broker="nats://me:secret@host.example:4222")
        relay.carry(order_placed, key=lambda payload: payload.customer, order="{order}")
    """
    program.write(shop="", shop__domain=DOMAIN, shop__carrying=carrying)
    catalog = program.catalog()
    assert [(one.database, one.broker) for one in catalog.relays] == [("sqlite", "nats")]
    assert [carried.ordered for carried in only_signal(catalog).carried] == [is_ordered]
    assert "secret" not in to_json(catalog)
    assert "host.example" not in to_json(catalog)
    assert from_json(to_json(catalog), "signals.json") == catalog


def test_a_receiver_that_does_not_fit_is_recorded(program: Program) -> None:
    """The program imports, and the record says what is wrong."""
    wrong = "from shop.carrying import *\n@relay.receiver(order_placed, group='mail')\ndef send(sender, order): ..."
    program.write(shop="", shop__domain=DOMAIN, shop__carrying=RELAY, shop__wrong=wrong)
    (found,) = only_signal(program.catalog()).receivers
    assert found.problem.startswith("it takes 'order', but there is no such field")


def test_relays_of_one_name_are_told_apart(program: Program) -> None:
    """The second has a number; a relay that carries nothing is listed, and one in a class is found."""
    another = """
        from typedsignals.relay import Relay
        from shop.carrying import relay as first

        class Outside:
            relay = Relay("shop", database="sqlite:///shop.db")
    """
    program.write(shop="", shop__domain=DOMAIN, shop__carrying=RELAY, shop__another=another)
    catalog = program.catalog()
    assert [(one.name, one.object_path) for one in catalog.relays] == [
        ("shop", "shop.another.Outside.relay"),
        ("shop#2", "shop.carrying.relay"),
    ]
    assert [carried.relay for carried in only_signal(catalog).carried] == ["shop#2"]


def test_programs_without_a_relay_do_not_import_it(program: Program) -> None:
    """Nor do they import SQLAlchemy."""
    program.write(shop=DOMAIN)
    code = (
        "import sys; from typedsignals.catalog import discover; assert discover(['shop']).catalog.relays == (); "
        "sys.exit('typedsignals.relay' in sys.modules or 'sqlalchemy' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", code], cwd=program.folder, check=False)  # noqa: S603 - our own
    assert process.returncode == 0
