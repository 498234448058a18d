"""A Django project for tests: its settings, and its databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "tests.django.library",
    "typedsignals.django",
]
HAS_RELAY = all(find_spec(name) is not None for name in ("sqlalchemy", "anyio", "cloudevents"))
if HAS_RELAY:
    APPS.append("typedsignals.django.relay")


def set_up() -> None:
    """Configure Django, and load the apps."""
    import django  # noqa: PLC0415 - it may not be installed
    from django.conf import settings  # noqa: PLC0415 - as above

    options: dict[str, Any] = {
        "ALLOWED_HOSTS": ["testserver"],
        "AUTH_USER_MODEL": "library.Reader",
        "DATABASES": {
            alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"} for alias in ("default", "other")
        },
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "INSTALLED_APPS": APPS,
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ROOT_URLCONF": "tests.django.library.urls",
        "SECRET_KEY": "for tests only",
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        "USE_TZ": True,
    }
    settings.configure(**options)
    django.setup()


@contextmanager
def databases() -> Iterator[None]:
    """Have the databases, and what else Django changes for tests."""
    from django.db import connections  # noqa: PLC0415 - only now is Django set up
    from django.test.utils import (  # noqa: PLC0415 - as above
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    setup_test_environment()
    try:
        made = setup_databases(verbosity=0, interactive=False)
        yield
        teardown_databases(made, verbosity=0)
        for one in connections.all(initialized_only=True):
            one.connection.close()  # Django leaves those open that are in memory
    finally:
        teardown_test_environment()
