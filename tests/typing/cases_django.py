"""Django's signals: receivers get instances of their model, and what Django sends, by name and type."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.dispatch import Signal as DjangosSignal
from django.dispatch import receiver
from django.http import HttpRequest

from typedsignals import Payload, Signal
from typedsignals.django import (
    M2MChanged,
    PostSave,
    RequestStarted,
    as_django,
    m2m_changed,
    post_delete,
    post_init,
    post_migrate,
    post_save,
    pre_delete,
    pre_save,
    request_started,
    setting_changed,
    typed,
    user_logged_in,
    user_logged_out,
)
from typedsignals.testing import capture


class Book(Model):
    pass


class Author(Model):
    pass


class CommentPosted(Payload):
    text: str


# For one model, receivers get its instances


@post_save.for_model(Book).connect
def index(sender: type[Book], instance: Book, created: bool, **extra: Any) -> int:
    return 3


count: int = index(Book, instance=Book(), created=True, raw=False, using="default", update_fields=None)


@post_save.for_model(Book).connect
def whole(
    sender: type[Book], instance: Book, created: bool, raw: bool, using: str, update_fields: frozenset[str] | None
) -> None: ...


@pre_save.for_model(Book).connect
async def normalise(sender: type[Book], instance: Book, **extra: Any) -> None: ...


@pre_delete.for_model(Book).connect
def from_where(sender: type[Model], instance: Model, origin: Model | QuerySet[Any] | None, **extra: Any) -> None: ...


@post_delete.for_model("shop.Book").connect
def named(sender: type[Any], instance: Book, **extra: Any) -> None: ...


@user_logged_in.for_model(Author).connect
def greet(sender: type[Author], user: Author, request: HttpRequest | None) -> None: ...


def with_payload(sender: type[Book], payload: PostSave[Book]) -> None: ...


post_save.for_model(Book).connect(with_payload, as_payload=True)

with post_save.for_model(Book).connected_to(index):
    pass

with capture(post_save.for_model(Book)) as captured:
    saved: Book = captured.one().payload.instance
    models: list[type[Book]] = [record.sender for record in captured]

with capture(post_save, sender=Book) as captured_by_model:
    saved_model: Model = captured_by_model.one().payload.instance
    senders: list[type[Model]] = [record.sender for record in captured_by_model]
    captured_by_model.one().payload.create  # E: no such field

capture(post_save, sender=CommentPosted)  # E[mypy,pyright,ty]: not a model
capture(post_save, sender=3)  # E: not a model


@post_save.for_model(Book).connect  # E: the instance is a Book
def wrong_model(sender: type[Book], instance: Author, **extra: Any) -> None: ...


@post_save.for_model(Book).connect  # E: the sender is Book
def wrong_sender(sender: type[Author], instance: Book, **extra: Any) -> None: ...


@post_save.for_model(Book).connect  # E: created is a bool
def wrong_type(sender: type[Book], instance: Book, created: str, **extra: Any) -> None: ...


@post_save.for_model(Book).connect  # E: the field is called created
def misspelt(sender: type[Book], instance: Book, create: bool, **extra: Any) -> None: ...


@post_save.for_model(Book).connect  # E: the other fields have nowhere to go
def forgets_the_rest(sender: type[Book], instance: Book) -> None: ...


@pre_save.for_model(Book).connect  # E: only post_save says whether it was created
def too_early(sender: type[Book], instance: Book, created: bool, **extra: Any) -> None: ...


@post_init.for_model(Book).connect  # E: the instance is a Book
def another(sender: type[Book], instance: Author) -> None: ...


@user_logged_out.for_model(Author).connect  # E: nobody may have been logged in
def leave(sender: type[Author], user: Author, **extra: Any) -> None: ...


def of_an_author(sender: type[Author], instance: Author, **extra: Any) -> None: ...


def with_another_payload(sender: type[Book], payload: PostSave[Author]) -> None: ...


post_save.for_model(Book).connect(with_another_payload, as_payload=True)  # E: the payload has a Book
post_save.for_model(Book).connect(with_payload)  # E: it takes the payload
post_save.for_model(Book).connected_to(of_an_author)  # E: the instance is a Book
post_save.for_model(str)  # E: no model


# For all models


@post_save.connect
def audit(sender: type[Model], instance: Model, **extra: Any) -> None: ...


@m2m_changed.connect_via(Book)
def relate(sender: type[Model], action: str, pk_set: set[Any] | None, **extra: Any) -> None: ...


def related(sender: type[Model], payload: M2MChanged) -> bool:
    return payload.action == "post_add"


m2m_changed.connect(related, as_payload=True)


@post_save.connect  # E: an instance of any model
def only_books(sender: type[Model], instance: Book, **extra: Any) -> None: ...


@m2m_changed.connect  # E: a set of keys, or None
def relate_ids(sender: type[Model], pk_set: list[int], **extra: Any) -> None: ...


# Other signals


@request_started.connect
def started(sender: object, payload: object = None, **extra: Any) -> None: ...


def begun(sender: object, payload: RequestStarted) -> None: ...


request_started.connect(begun, as_payload=True)


@setting_changed.connect
def changed(sender: object, setting: str, value: object, enter: bool) -> None: ...


@post_migrate.connect
def migrated(sender: object, using: str, verbosity: int, **extra: Any) -> None: ...


@setting_changed.connect  # E: enter is a bool
def entered(sender: object, enter: str, **extra: Any) -> None: ...


# Of other apps, and ours

theirs = DjangosSignal()
comment_posted = typed(theirs, CommentPosted)
comment_posted_by_a_book = typed(theirs, CommentPosted, sender=Book, strict=True)


@comment_posted.connect
def show(sender: object, text: str) -> None: ...


@comment_posted_by_a_book.connect  # E: the sender is a Book
def show_author(sender: Author, text: str) -> None: ...


@comment_posted.connect  # E: the text is a str
def show_number(sender: object, text: int) -> None: ...


ours = Signal(CommentPosted)


@receiver(as_django(ours), dispatch_uid="show")
def show_ours(sender: object, **extra: Any) -> None: ...


typed(ours, CommentPosted)  # E: no signal of Django
as_django(theirs)  # E: no signal of ours
