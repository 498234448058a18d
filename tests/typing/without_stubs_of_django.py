"""Without django-stubs, as a project without them is checked: what is left for each checker to find.

mypy takes everything of Django for `Any`. The others read its source; pyright, in strict mode, complains about that.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model  # E[mypy,pyright]: no stubs

from typedsignals.django import PostSave, post_save, pre_save


class Book(Model):  # E[mypy]: its base is Any
    pass


class Author(Model):  # E[mypy]: its base is Any
    pass


@post_save.for_model(Book).connect
def index(sender: type[Book], instance: Book, created: bool, **extra: Any) -> int:
    return 3


def with_payload(sender: type[Book], payload: PostSave[Book]) -> None: ...


post_save.for_model(Book).connect(with_payload, as_payload=True)


@post_save.for_model(Book).connect  # E[pyright,pyrefly,ty]: the instance is a Book
def wrong_model(sender: type[Book], instance: Author, **extra: Any) -> None: ...


@post_save.for_model(Book).connect  # E: created is a bool
def wrong_type(sender: type[Book], instance: Book, created: str, **extra: Any) -> None: ...


@post_save.for_model(Book).connect  # E: the field is called created
def misspelt(sender: type[Book], instance: Book, create: bool, **extra: Any) -> None: ...


@post_save.for_model(Book).connect  # E: the other fields have nowhere to go
def forgets_the_rest(sender: type[Book], instance: Book) -> None: ...


@pre_save.for_model(Book).connect  # E: only post_save says whether it was created
def too_early(sender: type[Book], instance: Book, created: bool, **extra: Any) -> None: ...
