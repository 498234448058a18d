"""The relay in a Django project: its tables as migrations, messages in Django's transactions, and a command."""

from ._relay import DjangoRelay

__all__ = ["DjangoRelay"]
