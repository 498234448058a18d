"""Signals of requests, users, templates, settings, connections and migrations, sent by Django at work."""

from __future__ import annotations

import copy
import io
import pickle
from typing import Any

import pytest
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in as their_user_logged_in
from django.core.management import call_command
from django.db import connections
from django.dispatch import Signal as DjangosSignal
from django.http import HttpRequest
from django.test import AsyncClient, Client, TestCase, TransactionTestCase, override_settings

import typedsignals.django
from tests.django.library.models import Reader
from tests.django.library.urls import BrokenError
from typedsignals import Signal
from typedsignals._sources.signal import FedSignal
from typedsignals.django import (
    connection_created,
    got_request_exception,
    post_migrate,
    pre_migrate,
    request_finished,
    request_started,
    setting_changed,
    template_rendered,
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from typedsignals.testing import capture

OURS: dict[str, Signal[Any, Any, Any]] = {
    name: value for name, value in vars(typedsignals.django).items() if isinstance(value, Signal)
}


def test_everything_is_listed() -> None:
    """``__all__`` has the signals and their payloads, and what else is there for users."""
    payloads = {signal.payload_type.__name__ for signal in OURS.values() if signal.payload_type}
    assert len(payloads) == len(OURS) == 19
    assert set(typedsignals.django.__all__) == {*OURS, *payloads, "ModelSignal", "OfModel", "as_django", "typed"}


@pytest.mark.parametrize("name", OURS)
def test_a_signal_of_django_is_known_by_name(name: str) -> None:
    """It is of Django's signal of that name, says whose it is, and is pickled and copied as itself."""
    signal = OURS[name]
    assert signal.name == name
    assert isinstance(signal, FedSignal)
    assert signal.owner == f"django: {name}"
    assert isinstance(signal._source, typedsignals.django._source.DjangoSource)
    assert isinstance(signal._source.signal, DjangosSignal)
    assert pickle.loads(pickle.dumps(signal)) is signal  # noqa: S301 - of our own making
    assert copy.deepcopy(signal) is signal


class RequestTests(TestCase):
    """What requests send."""

    def test_a_page_sends_what_the_contracts_say(self) -> None:
        """When it begins and ends, with the server's environment, and when a template is rendered."""
        with capture(request_started, template_rendered, request_finished) as captured:
            self.client.get("/")
        captured.assert_order(request_started, template_rendered, request_finished)
        started, rendered, _ = captured.payloads
        assert started.environ["PATH_INFO"] == "/"
        assert started.scope is None
        assert rendered.context["name"] == "world"
        assert rendered.template is captured.records[1].sender

    def test_a_failure_sends_the_request(self) -> None:
        """While its exception is being handled."""
        failing = Client(raise_request_exception=False)
        with capture(got_request_exception) as captured:
            assert failing.get("/fail").status_code == 500
        request = captured.one().payload.request
        assert isinstance(request, HttpRequest)
        assert request.path == "/fail"
        with pytest.raises(BrokenError):
            self.client.get("/fail")

    def test_a_setting_is_changed_and_restored(self) -> None:
        """By tests."""
        with capture(setting_changed) as captured, override_settings(APPEND_SLASH=False):
            pass
        sent = [(payload.setting, payload.value, payload.enter) for payload in captured.payloads]
        assert sent == [("APPEND_SLASH", False, True), ("APPEND_SLASH", True, False)]


class AsynchronousRequestTests(TransactionTestCase):
    """What asynchronous requests send."""

    async def test_a_request_has_a_scope(self) -> None:
        """In place of an environment; both kinds of receivers are called once."""
        called: list[str] = []

        def plain(sender: object, **extra: Any) -> None:
            called.append("plain")

        async def awaited(sender: object, **extra: Any) -> None:
            called.append("awaited")

        with (
            capture(request_started) as captured,
            request_started.connected_to(plain),
            request_started.connected_to(awaited),
        ):
            await AsyncClient().get("/async")
        payload = captured.one().payload
        assert payload.scope is not None
        assert payload.scope["path"] == "/async"
        assert payload.environ is None
        assert sorted(called) == ["awaited", "plain"]


class UserTests(TestCase):
    """What logging in and out sends."""

    def test_a_user_logs_in_and_out(self) -> None:
        """The user is of the project's own model, which replaces Django's."""
        ada = Reader.objects.create_user("ada", password="secret")  # noqa: S106 - of a test
        with capture(user_logged_in.for_model(Reader)) as logged_in, capture(user_logged_out) as logged_out:
            self.client.post("/log-in", {"username": "ada", "password": "secret"})
            self.client.post("/log-out")
            self.client.post("/log-out")
        record = logged_in.one()
        assert (record.sender, record.payload.user) == (Reader, ada)
        assert record.payload.request is not None
        assert [(one.sender, one.payload.user) for one in logged_out] == [(Reader, ada), (type(None), None)]

    def test_somebody_fails_to_log_in(self) -> None:
        """The password is not shown, by Django's doing."""
        with capture(user_login_failed, sender="django.contrib.auth") as captured:
            self.client.post("/log-in", {"username": "ada", "password": "guess"})
        credentials = captured.one().payload.credentials
        assert credentials["username"] == "ada"
        assert "guess" not in credentials.values()

    def test_a_sender_that_is_a_string_is_found_by_its_value(self) -> None:
        """Django itself compares by identity."""
        heard: list[object] = []

        def hear(sender: object, **extra: Any) -> None:
            heard.append(sender)

        module = "DJANGO.contrib.auth".replace("DJANGO", "django")
        with user_login_failed.connected_to(hear, module), user_login_failed.connected_to(hear, "another"):
            self.client.post("/log-in", {"username": "ada", "password": "guess"})
        assert heard == ["django.contrib.auth"]

    def test_requests_of_other_libraries_are_accepted(self) -> None:
        """Some log in with an object that stands for a request."""
        request: Any = object()
        with capture(user_logged_in) as captured:
            their_user_logged_in.send(Reader, user=Reader.objects.create_user("ada"), request=request)
        assert captured.one().payload.request is request


class DatabaseTests(TransactionTestCase):
    """What connections and migrations send."""

    def test_a_connection_is_opened(self) -> None:
        """Again, after it was closed."""
        copied = connections["default"].copy()
        with capture(connection_created) as captured:
            copied.ensure_connection()
        copied.connection.close()  # Django itself keeps a database in memory
        assert captured.one().payload.connection is copied
        assert captured.one().sender is type(copied)

    def test_a_migration_tells_each_app(self) -> None:
        """Before and after it, with the plan; the command ``flush`` has none."""
        with capture(pre_migrate, post_migrate) as captured:
            call_command("migrate", verbosity=0, interactive=False, stdout=io.StringIO())
            call_command("flush", verbosity=0, interactive=False)
        migrated = captured.payloads
        labels = {"auth", "contenttypes", "library", "sessions", "typedsignals_relay"}
        assert {payload.app_config.label for payload in migrated} == labels
        assert migrated[0].plan == []
        assert migrated[0].apps is not None
        assert migrated[-1].plan is None
        assert migrated[-1].apps is None
        assert all(isinstance(record.sender, AppConfig) for record in captured)
