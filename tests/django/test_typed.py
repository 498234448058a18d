"""Signals of other apps, with a payload."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import Any

import pytest
from django.dispatch import Signal as DjangosSignal
from django.test import override_settings

import typedsignals
from typedsignals import DeclarationError, Payload, PayloadError, Signal
from typedsignals.django import typed


class CommentPosted(Payload):
    text: str


class Page:
    """A sender."""


theirs = DjangosSignal()
comment_posted = typed(theirs, CommentPosted, sender=Page)


def test_it_has_the_name_of_its_variable_or_one_that_it_is_given() -> None:
    """Django's signals know no name of their own."""
    assert repr(comment_posted) == "<Signal 'comment_posted'>"
    assert repr(typed(theirs, CommentPosted, name="posted")) == "<Signal 'posted'>"


def test_keywords_that_are_no_fields_reach_receivers_with_extra() -> None:
    """So that the app may add some."""
    heard: list[dict[str, Any]] = []

    def hear(sender: Page, text: str, **extra: Any) -> None:
        heard.append(extra)

    with comment_posted.connected_to(hear):
        theirs.send(Page(), text="Hi!", language="en")
    assert heard == [{"language": "en"}]


def test_a_strict_contract_fails_where_the_app_breaks_it() -> None:
    """By default, it is a warning."""
    strict = typed(theirs, CommentPosted, strict=True)

    def hear(sender: object, **extra: Any) -> None: ...

    with strict.connected_to(hear), pytest.raises(PayloadError, match="text: field required"):
        theirs.send(Page())


def test_receivers_of_one_sender_cost_other_senders_nothing() -> None:
    """Django does not call us for them."""
    page, another = Page(), Page()

    def hear(sender: Page, **extra: Any) -> None: ...

    with comment_posted.connected_to(hear, page):
        assert theirs.has_listeners(page)
        assert not theirs.has_listeners(another)
    with comment_posted.connected_to(hear, page), comment_posted.connected_to(hear):
        assert len(theirs.send(page, text="Hi!")) == 1


def test_a_sender_that_is_gone_leaves_nothing_behind() -> None:
    """Although Django 5.2 cannot be told to disconnect what was connected to it."""

    def hear(sender: Page, **extra: Any) -> None: ...

    page = Page()
    comment_posted.connect(hear, page)
    del page
    gc.collect()
    with comment_posted.connected_to(hear):
        pass
    assert not any(theirs._live_receivers(Page()))
    theirs.connect(hear)
    theirs.disconnect(hear)
    assert theirs.receivers == []


@override_settings(DEBUG=True)
def test_django_accepts_what_is_connected_while_it_debugs() -> None:
    """It asks receivers for ``**kwargs`` then."""

    async def hear(sender: Page, text: str) -> str:
        return text

    with comment_posted.connected_to(hear):
        results: Any = theirs.send(Page(), text="Hi!")
    assert [value for _, ((_, value),) in results] == ["Hi!"]


@pytest.mark.parametrize("signal", [Signal(), DjangosSignal, "post_save", None])
def test_only_signals_of_django_are_taken(signal: Any) -> None:
    """Not ours, and not the class."""
    with pytest.raises(DeclarationError, match=r"typed\(\) takes a signal of Django, not a "):
        typed(signal, CommentPosted)


def test_the_general_function_refers_to_this_one() -> None:
    """It takes sources, which signals of Django are not."""
    source: Any = theirs
    with pytest.raises(DeclarationError, match=r"not a Signal; use typedsignals\.django\.typed"):
        typedsignals.typed(source, CommentPosted)


def test_importing_costs_nothing_before_use() -> None:
    """It needs no settings, connects nothing, and imports neither Django's tests nor its users."""
    code = (
        "import sys\n"
        "from django.core import signals as core\n"
        "from django.db import transaction\n"
        "from django.db.models import signals as models\n"
        "from django.dispatch import Signal\n"
        "theirs = [one for one in (*vars(core).values(), *vars(models).values()) if isinstance(one, Signal)]\n"
        "before = [len(one.receivers) for one in theirs]\n"
        "import typedsignals.django\n"
        "print([len(one.receivers) for one in theirs] == before, len(theirs) > 10)\n"
        "print([name for name in ('django.test', 'django.contrib.auth') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.splitlines() == ["True True", "[]"]
