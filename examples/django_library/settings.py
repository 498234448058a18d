"""The settings: typedsignals.django and its relay are installed like any other apps."""

import os

SECRET_KEY = "for this example only"  # noqa: S105 - which has no secrets
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "typedsignals.django",
    "typedsignals.django.relay",
    "examples.django_library.books",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("LIBRARY_DATABASE", ":memory:"),  # workers need a file
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
TYPEDSIGNALS_RELAY = "examples.django_library.books.relay.relay"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
