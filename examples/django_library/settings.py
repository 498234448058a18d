"""The settings: typedsignals.django is installed like any other app."""

SECRET_KEY = "for this example only"  # noqa: S105 - which has no secrets
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "typedsignals.django",
    "examples.django_library.books",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
