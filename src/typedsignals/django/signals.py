"""Django's signals, each with a payload. Import them from ``typedsignals.django``.

Each is sent when Django sends its signal of the same name. Receivers get the same objects that Django sends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.apps import AppConfig
from django.core import signals as core
from django.db.backends import signals as backends
from django.db.models import Model
from django.db.models import signals as models

from .._signal import P, PayloadT, Signal
from .._sources.typed import typed
from ._model_payloads import (
    ClassPrepared,
    M2MChanged,
    PostDelete,
    PostInit,
    PostMigrate,
    PostSave,
    PreDelete,
    PreInit,
    PreMigrate,
    PreSave,
)
from ._model_signals import (
    ModelSignal,
    PostDeleteSignal,
    PostInitSignal,
    PostSaveSignal,
    PreDeleteSignal,
    PreSaveSignal,
    UserLoggedInSignal,
    UserLoggedOutSignal,
)
from ._other_payloads import (
    AnyUser,
    ConnectionCreated,
    GotRequestException,
    RequestFinished,
    RequestStarted,
    SettingChanged,
    TemplateRendered,
    UserLoggedIn,
    UserLoggedOut,
    UserLoginFailed,
)
from ._source import DjangoSource

pre_init: Final = ModelSignal(models.pre_init, "pre_init", PreInit)
"""Sent before a model is instantiated."""

post_init: Final = PostInitSignal(models.post_init, "post_init", PostInit[Model])
"""Sent after a model was instantiated, also for each record of a query."""

pre_save: Final = PreSaveSignal(models.pre_save, "pre_save", PreSave[Model])
"""Sent before an instance is saved."""

post_save: Final = PostSaveSignal(models.post_save, "post_save", PostSave[Model])
"""Sent after an instance was saved, in its transaction."""

pre_delete: Final = PreDeleteSignal(models.pre_delete, "pre_delete", PreDelete[Model])
"""Sent before an instance is deleted."""

post_delete: Final = PostDeleteSignal(models.post_delete, "post_delete", PostDelete[Model])
"""Sent after an instance was deleted, in its transaction."""

m2m_changed: Final = ModelSignal(models.m2m_changed, "m2m_changed", M2MChanged)
"""Sent by the model in between, ``Book.authors.through``, before and after a many-to-many relation changes."""

class_prepared: Final = ModelSignal(models.class_prepared, "class_prepared", ClassPrepared)
"""Sent after a model class was defined."""


def _of_app(signal: Any, name: str, payload: Callable[P, PayloadT]) -> Signal[PayloadT, AppConfig, P]:
    return typed(DjangoSource(signal, name), payload, sender=AppConfig)


pre_migrate: Final = _of_app(models.pre_migrate, "pre_migrate", PreMigrate)
"""Sent before an app with models is migrated, by the app."""

post_migrate: Final = _of_app(models.post_migrate, "post_migrate", PostMigrate)
"""Sent after an app with models was migrated or flushed, by the app."""


def _of_any(signal: Any, name: str, payload: Callable[P, PayloadT]) -> Signal[PayloadT, Any, P]:
    return typed(DjangoSource(signal, name), payload)


request_started: Final = _of_any(core.request_started, "request_started", RequestStarted)
"""Sent when a request begins, by the class of the handler."""

request_finished: Final = _of_any(core.request_finished, "request_finished", RequestFinished)
"""Sent when a response was sent, by the class of the handler."""

got_request_exception: Final = _of_any(core.got_request_exception, "got_request_exception", GotRequestException)
"""Sent when a view raised an exception, by None."""

setting_changed: Final = _of_any(core.setting_changed, "setting_changed", SettingChanged)
"""Sent when a test changes a setting and when it restores it, by the class of the settings."""

# Imported when somebody listens: these two modules belong to packages that not every project needs.

template_rendered: Final = _of_any("django.test.signals.template_rendered", "template_rendered", TemplateRendered)
"""Sent in tests when a template is rendered, by the template."""

user_logged_in: Final = UserLoggedInSignal(
    "django.contrib.auth.signals.user_logged_in", "user_logged_in", UserLoggedIn[AnyUser], sender=None
)
"""Sent when a user logged in, by the class of the user."""

user_logged_out: Final = UserLoggedOutSignal(
    "django.contrib.auth.signals.user_logged_out", "user_logged_out", UserLoggedOut[AnyUser], sender=None
)
"""Sent when a user logs out, by the class of the user."""

user_login_failed: Final = _of_any(
    "django.contrib.auth.signals.user_login_failed", "user_login_failed", UserLoginFailed
)
"""Sent when somebody failed to log in, by ``"django.contrib.auth"``."""

connection_created: Final = _of_any(backends.connection_created, "connection_created", ConnectionCreated)
"""Sent when a connection to a database was opened, by the class of the connection."""
