"""The app: it imports a project's receivers, and checks them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core import checks
from django.db import models
from django.db.models import Model
from django.db.models import signals as theirs
from django.dispatch import Signal as DjangosSignal

from tests.django.library.models import Book, Magazine, Periodical
from typedsignals import Payload
from typedsignals.django import post_save, typed


class CommentPosted(Payload):
    text: str


their_signal = DjangosSignal()
comment_posted = typed(their_signal, CommentPosted)


def reported() -> list[str]:
    """What ``manage.py check`` says about signals."""
    return [f"{message.id}: {message.msg}" for message in checks.run_checks(tags=["signals"])]


@pytest.fixture
def plain() -> Iterator[DjangosSignal]:
    """Django's own signal, of which a test disconnects nothing."""
    before = [*theirs.post_save.receivers]
    yield theirs.post_save
    theirs.post_save.receivers[:] = before
    theirs.post_save.sender_receivers_cache.clear()


def test_the_app_has_no_models() -> None:
    """And its label is that of the package."""
    app = apps.get_app_config("typedsignals")
    assert app.name == "typedsignals.django"
    assert list(app.get_models()) == []


def test_modules_with_receivers_are_imported() -> None:
    """Those of all installed apps, so that their receivers are connected."""
    module = sys.modules["tests.django.library.receivers"]
    theirs.post_save.send(
        Magazine, instance=Magazine(title="Nature"), created=True, raw=False, using="default", update_fields=None
    )
    assert module.issues.pop() == "Nature"


def test_a_project_in_order_gets_no_reports(plain: DjangosSignal) -> None:
    """Neither for Django's own receivers, nor for ours."""

    def hear(sender: type[Model], instance: Model, **extra: Any) -> None: ...

    async def hear_async(**extra: Any) -> None: ...

    with post_save.connected_to(hear), post_save.connected_to(hear, Book), post_save.connected_to(hear, Model):
        plain.connect(hear, weak=False)
        plain.connect(hear_async)
        plain.connect(dict)  # whose signature cannot be read
        assert reported() == []


def test_a_receiver_of_djangos_own_signal_that_cannot_be_called_is_an_error(plain: DjangosSignal) -> None:
    """By its file and line, with what it probably means."""

    def index(sender: type[Model], instance: Model, create: bool, **extra: Any) -> None: ...

    def forgets_the_rest(sender: type[Model], signal: object, instance: Model) -> None: ...

    def asks_for_more(sender: type[Model], xyz: str, **extra: Any) -> None: ...

    for receiver in (index, forgets_the_rest, asks_for_more):
        plain.connect(receiver)
    first, second, third = reported()
    assert re.fullmatch(
        r"typedsignals\.E001: receiver '.*index' \(.*test_app\.py:\d+\) cannot be called with what "
        r"<Signal 'post_save'> sends: missing a required argument: 'create'; did you mean 'created'\?",
        first,
    ), first
    assert "got an unexpected keyword argument" in second
    assert third.endswith("missing a required argument: 'xyz'")


def test_receivers_of_other_apps_signals_are_checked_too() -> None:
    """Of those that have been given a payload."""

    def hear(sender: object, txt: str, **extra: Any) -> None: ...

    their_signal.connect(hear)
    assert comment_posted.payload_type is CommentPosted
    (message,) = reported()
    their_signal.disconnect(hear)
    assert "what <Signal 'comment_posted'> sends" in message
    assert message.endswith("did you mean 'text'?")


@pytest.mark.parametrize(
    ("model", "why"), [(Periodical, "Periodical, which is abstract"), (User, "User, which library.Reader replaces")]
)
def test_a_receiver_for_a_model_that_sends_nothing_is_a_warning(model: type[models.Model], why: str) -> None:
    """It would wait for ever, and nobody would know."""

    def hear(sender: type[Model], **extra: Any) -> None: ...

    with post_save.for_model(model).connected_to(hear):
        (message,) = reported()
    assert message.startswith("typedsignals.W001: receiver ")
    assert message.endswith(f"is never called: it is connected to post_save of {why}")
