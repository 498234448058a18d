"""A transaction of Django's, in which messages are written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction

from ...relay._sql.publishing import insert_now
from ._database import connection_to
from ._executor import DjangoExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...relay import Message


class DjangoTransaction:
    """The transaction that a database has in this thread, if it has one.

    Args:
        alias: The database.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def add_message(self, message: Message, /) -> None:
        """Write a message; a rollback, also one of a savepoint, takes it along."""
        insert_now(DjangoExecutor(self._alias), message)

    def is_active(self) -> bool:
        """Whether there is a transaction that the program will end.

        The one that a ``TestCase`` has around each test is not one: the program does not have it in production.
        """
        connection = connection_to(self._alias)
        if connection.in_atomic_block:
            return not all(block._from_testcase for block in connection.atomic_blocks)
        return not connection.get_autocommit()


@contextmanager
def atomic(alias: str, delivery: Any) -> Iterator[None]:
    """Have a transaction of Django in the block, and end a delivery in it."""
    with transaction.atomic(using=alias):
        yield
        delivery.end_in(DjangoExecutor(alias))
