"""Models that are named, before and after they are loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import model_checks
from django.db import models
from django.db.models import Model
from django.db.models import signals as theirs

from tests.django.library.models import Book, Reader
from typedsignals import ReceiverSignatureError, SenderError
from typedsignals.django import post_save, user_logged_in
from typedsignals.testing import capture


def send(model: type[Model]) -> None:
    """Have Django say that an instance of the model was saved."""
    theirs.post_save.send(model, instance=model(), created=True, raw=False, using="default", update_fields=None)


@pytest.mark.parametrize("name", ["library.Book", "library.book"])
def test_a_loaded_model_may_be_named(name: str) -> None:
    """Wherever a sender is asked for."""
    heard: list[object] = []

    def hear(sender: type[Model], **extra: Any) -> None:
        heard.append(sender)

    signal: Any = post_save
    signal.connect(hear, sender=name)
    send(Book)
    assert signal.disconnect(hear, sender=name)
    with signal.connected_to(hear, name), capture(signal, sender=name) as captured:
        send(Book)
    signal.connect_via(name)(hear)
    signal.for_model(name).connect(hear)  # the same connection
    send(Book)
    assert signal.for_model(name).disconnect(hear)
    assert not signal.has_receivers_for(Book)
    assert heard == [Book, Book, Book]
    assert len(captured) == 1


def test_the_projects_user_may_be_named() -> None:
    """Whichever model it is."""
    assert settings.AUTH_USER_MODEL == "library.Reader"
    with capture(user_logged_in), capture(post_save.for_model(settings.AUTH_USER_MODEL)) as captured:
        send(Reader)
        send(Book)
    assert captured.one().sender is Reader


@pytest.mark.usefixtures("nothing_waiting")
def test_a_receiver_waits_for_its_model() -> None:
    """It is connected, with its options, as soon as the model is loaded."""
    heard: list[str] = []

    def hear(sender: type[Model], instance: Model, **extra: Any) -> None:
        heard.append("second")

    def hear_first(sender: type[Model], payload: Any) -> None:
        heard.append("first")

    view = post_save.for_model("library.Leaflet")
    view.connect(hear)
    view.connect(hear_first, priority=1, as_payload=True)
    assert all(one.receiver not in (hear, hear_first) for one in post_save.connections)

    class Leaflet(models.Model):
        class Meta:
            app_label = "library"

    assert [one.sender for one in view.connections] == [Leaflet, Leaflet]
    send(Leaflet)
    assert heard == ["first", "second"]
    assert view.disconnect(hear)
    assert post_save.for_model(Leaflet).disconnect(hear_first)


@pytest.fixture
def nothing_waiting() -> Iterator[None]:
    """Remove the model that a test declares."""
    yield
    del Book._meta.apps.all_models["library"]["leaflet"]
    Book._meta.apps.clear_cache()


def test_a_receiver_that_does_not_fit_is_refused_before_the_model_is_loaded() -> None:
    """Where it is connected."""

    def hear(sender: type[Model], create: bool, **extra: Any) -> None: ...

    with pytest.raises(ReceiverSignatureError, match="did you mean 'created'"):
        post_save.for_model("library.Leaflet").connect(hear)  # type: ignore[arg-type]


def test_a_name_of_no_model_is_refused_where_one_is_needed() -> None:
    """To connect to it, any name that could be one will do."""
    with pytest.raises(SenderError, match=r"there is no model 'library.Leaflet', or it is not loaded yet"):
        _ = post_save.for_model("library.Leaflet").connections
    with pytest.raises(SenderError, match=r"'Leaflet' does not name a model; write 'app_label.Model'"):
        post_save.for_model("Leaflet").connect(lambda sender, **extra: None)


def test_django_reports_receivers_whose_model_never_comes() -> None:
    """Its own check of what waits for models names the receiver and the name."""

    def hear(sender: type[Model], **extra: Any) -> None: ...

    post_save.for_model("library.Bok").connect(hear)
    apps = Book._meta.apps
    try:
        check: Any = model_checks
        (error,) = check._check_lazy_references(apps)
        assert error.msg.startswith(f"receiver '{hear.__qualname__}' (")
        assert "of <Signal 'post_save'> contains a lazy reference to library.bok" in error.msg
    finally:
        del apps._pending_operations["library", "bok"]
