"""``manage.py relay``: what its commands do and say."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from tests.django.library.models import Book
from tests.django.relays import LentSignal, new_relay
from typedsignals.django.relay import DjangoRelay
from typedsignals.django.relay.models import Dead, Delivery, Message, Subscription

Made = tuple[DjangoRelay, LentSignal, str]


@pytest.fixture
def made(alias: str) -> Iterator[Made]:
    """A relay with a group, which the setting names."""
    relay, signal = new_relay(alias)

    @relay.receiver(signal, group="mail")
    def receive(sender: Book, **extra: Any) -> None: ...

    module = sys.modules[__name__]
    module.relay = relay  # type: ignore[attr-defined]
    with override_settings(TYPEDSIGNALS_RELAY=f"{__name__}.relay"):
        yield relay, signal, alias
    del module.relay
    relay.close()


def said(*arguments: str) -> tuple[str, str]:
    """What a command writes to standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("relay", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def publish(made: Made, *readers: str) -> list[str]:
    relay, signal, alias = made
    with transaction.atomic(alias):
        return [relay.publish(alias, signal, Book(title="Emma"), reader=reader) for reader in readers]


def buried(made: Made) -> str:
    """Publish a message that is dead."""
    said("setup")
    (number,) = publish(made, "Ada")
    seq = Message.objects.using(made[2]).get(id=number).seq
    Delivery.objects.using(made[2]).filter(seq=seq).delete()
    Dead.objects.using(made[2]).create(grp="mail", seq=seq, attempt=8, time=0, error="ValueError at shop.py:7")
    return number


def test_setup_subscribes_the_groups(made: Made) -> None:
    """The tables are there."""
    _, told = said("setup")
    assert told == f"{made[0]!r} is set up, for mail\n"
    assert [*Subscription.objects.using(made[2]).values_list("grp", "type")] == [("mail", "books.book-lent")]


def test_status_counts(made: Made) -> None:
    """In each format; the relay can be named, too."""
    said("setup")
    publish(made, "Ada", "Bob")
    shown, told = said("status", "--format", "json")
    assert [(one["group"], one["waiting"]) for one in json.loads(shown)] == [("mail", 2)]
    assert told == ""
    assert "books.book-lent" in said("--relay", f"{__name__}.relay", "status")[0]
    assert (
        'typedsignals_relay_waiting{group="mail",signal="books.book-lent"} 2' in said("status", "-f", "openmetrics")[0]
    )


def test_status_remarks_what_is_odd(made: Made) -> None:
    """Such as a group that is gone; its subscriptions can be ended."""
    Subscription.objects.using(made[2]).create(grp="gone", type="books.book-lent")
    assert "no receiver for some messages of gone" in said("status")[1]
    shown, told = said("unsubscribe", "gone", "--format", "json")
    assert [one["group"] for one in json.loads(shown)] == ["gone"]
    assert told == "gone no longer receives books.book-lent\n"


def test_dead_messages_are_listed_and_shown(made: Made) -> None:
    """Their values only if they are asked for."""
    number = buried(made)
    assert number in said("dead", "list", "--format", "json")[0]
    assert "Ada" not in said("dead", "show", number)[0]
    assert '"reader":"Ada"' in said("dead", "show", number, "--values")[0]
    with pytest.raises(CommandError, match="no dead message has the identifier 7"):
        said("dead", "show", "7")


def test_dead_messages_are_delivered_again_or_dropped(made: Made) -> None:
    """And counted."""
    assert said("dead", "retry", buried(made))[1] == "1 message will be delivered again\n"
    assert said("dead", "drop", buried(made))[1] == "dropped 1 message\n"


def test_old_messages_are_deleted(made: Made) -> None:
    """By age and sender; without either, nothing is."""
    publish(made, "Ada")
    assert said("purge", "--older", "30d")[1] == "deleted 0 messages\n"
    assert said("purge", "--subject", "Emma")[1] == "deleted 1 message\n"
    with pytest.raises(CommandError, match="give --older or --subject"):
        said("purge")
    with pytest.raises(CommandError, match="'soon' is not a time such as 30d"):
        said("purge", "--older", "soon")


def test_what_goes_wrong_is_one_message(made: Made) -> None:
    """With a status that tells a supervisor not to try again."""
    with pytest.raises(CommandError, match="there are no receivers for nobody in <DjangoRelay 'library'") as raised:
        said("run", "--group", "nobody")
    assert raised.value.returncode == 2
    with override_settings(TYPEDSIGNALS_RELAY=None), pytest.raises(CommandError, match="say which relay: give TYPEDS"):
        said("status")
    with pytest.raises(CommandError, match="must be at least 1"):
        said("run", "--processes", "0")


def test_a_missing_package_is_named(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that has it; other errors of importing are raised as they are."""
    monkeypatch.setitem(sys.modules, "rich.text", None)
    monkeypatch.delitem(sys.modules, "typedsignals.cli._relay.showing", raising=False)
    monkeypatch.setattr("typedsignals.cli._errors.OF_EXTRA", {"rich.text"})
    with pytest.raises(CommandError, match=r"pip install 'typedsignals\[cli\]'"):
        said("status")
    monkeypatch.setattr("typedsignals.cli._errors.OF_EXTRA", set())
    with pytest.raises(ImportError):
        said("status")
