"""Ending the subscriptions of a group that is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.relay.shops import OrderSignal, new_relay, number_of, publish
from typedsignals.relay import Relay, RelayError
from typedsignals.relay._sql import settling
from typedsignals.relay._sql.leases import lease
from typedsignals.relay._sql.setup import subscribe


@pytest.fixture
def later(relay: Relay, signal: OrderSignal, engine: Engine, database: str) -> Iterator[Relay]:
    """A later release of the program, whose group has another name; two messages wait for the old one, one is dead."""
    with engine.begin() as connection:
        subscribe(connection, "mail", ["shop.old"])
    publish(relay, signal, engine, 1, 2, 3)
    with engine.begin() as connection:
        (leased,) = lease(connection, "mail", 1, 30, "a")
        settling.bury(connection, "mail", leased, "why")
    later = new_relay(database, signal)
    later.receiver(signal, group="post")(lambda sender, **extra: None)
    later.setup()
    yield later
    later.close()


def test_a_group_that_is_gone_is_unsubscribed(later: Relay, signal: OrderSignal, engine: Engine) -> None:
    """What is kept for it is dropped only if that is asked for; other groups and later messages are not touched."""
    publish(later, signal, engine, 4)
    refusal = (
        r"^4 messages are kept for 'mail', 1 of them dead: .* drop them with --drop, or unsubscribe\(..., drop=True\)$"
    )
    with pytest.raises(RelayError, match=refusal):
        later.unsubscribe("mail")
    ended = later.unsubscribe("mail", drop=True)
    assert [(one.group, one.type, one.waiting, one.dead) for one in ended] == [
        ("mail", "shop.old", 0, 0),
        ("mail", "shop.order-placed", 3, 1),
    ]
    assert (number_of(engine, "delivery"), number_of(engine, "dead")) == (1, 0)
    publish(later, signal, engine, 5)
    assert [(one.group, one.waiting) for one in later.status()] == [("post", 2)]
    with pytest.raises(RelayError, match=r"^no group 'mail' has subscribed to anything$"):
        later.unsubscribe("mail")


def test_one_signal_of_a_group_is_unsubscribed(later: Relay, relay: Relay) -> None:
    """A group that goes on to receive others has a receiver, which is not unsubscribed."""
    with pytest.raises(RelayError, match=r"^group 'mail' has a receiver of shop.order-placed, whose workers would sub"):
        relay.unsubscribe("mail")
    with pytest.raises(RelayError, match=r"^no group 'mail' has subscribed to shop.new or shop.other$"):
        relay.unsubscribe("mail", "shop.other", "shop.old", "shop.new")
    (ended,) = relay.unsubscribe("mail", "shop.old")
    assert (ended.type, ended.waiting) == ("shop.old", 0)
    assert [(one.group, one.waiting, one.dead) for one in relay.status()] == [("mail", 2, 1), ("post", 0, 0)]


def test_what_the_last_group_would_have_got_is_kept_for_the_next(
    relay: Relay, signal: OrderSignal, engine: Engine, database: str
) -> None:
    """Once nobody has subscribed any more."""
    later = new_relay(database, signal)
    publish(relay, signal, engine, 1)
    with pytest.raises(RelayError, match=r"^1 message is kept for 'mail', 0 of them dead: "):
        later.unsubscribe("mail")
    later.unsubscribe("mail", drop=True)
    publish(later, signal, engine, 2)
    assert [(one.group, one.unheard) for one in later.status()] == [(None, 1)]
    later.close()
