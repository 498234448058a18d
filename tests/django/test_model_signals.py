"""Model signals: receivers get what Django sends, for the models, the ways to save and the databases that send it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models
from django.db.models import Model
from django.db.models import signals as theirs
from django.test import TestCase

from tests.django.library.models import Author, Book, Magazine, Novel, Page, Periodical, Reader
from typedsignals import PayloadError, ReceiverSignatureError, SenderError
from typedsignals.django import (
    M2MChanged,
    OfModel,
    PostSave,
    class_prepared,
    m2m_changed,
    post_delete,
    post_init,
    post_save,
    pre_delete,
    pre_init,
    pre_save,
)
from typedsignals.testing import capture


class SavingTests(TestCase):
    """What ``save`` and its like send."""

    databases = {"default", "other"}  # noqa: RUF012 - as Django wants it

    def test_a_save_sends_what_the_contracts_say(self) -> None:
        """Before and after it, with the instance itself."""
        book = Book(title="Notes")
        with capture(pre_save, post_save) as captured:
            book.save()
            book.save(update_fields=["title"])
        sent = [(record.signal, record.sender, record.payload.update_fields) for record in captured]
        only = frozenset({"title"})
        assert sent == [
            (pre_save, Book, None),
            (post_save, Book, None),
            (pre_save, Book, only),
            (post_save, Book, only),
        ]
        assert all(record.payload.instance is book for record in captured)
        assert [record.payload.created for record in captured if record.signal is post_save] == [True, False]
        assert {record.payload.using for record in captured} == {"default"}

    def test_the_database_is_told(self) -> None:
        """By its alias; with another one, too."""
        with capture(post_save.for_model(Book)) as captured:
            Book.objects.using("other").create(title="Notes")
        assert captured.one().payload.using == "other"

    def test_a_fixture_is_saved_raw(self) -> None:
        """`raw` is true for its records; Django 6.1 says so of relations, too."""
        with capture(post_save, m2m_changed) as captured:
            call_command("loaddata", "books", verbosity=0)
        assert [record.payload.raw for record in captured if record.signal is post_save] == [True, True]
        assert [record.payload.action for record in captured if record.signal is m2m_changed] == ["pre_add", "post_add"]

    def test_bulk_operations_send_nothing(self) -> None:
        """Neither those that create, nor those that update."""
        with capture(pre_save, post_save) as captured:
            books = Book.objects.bulk_create([Book(title="Notes"), Book(title="Letters")])
            Book.objects.bulk_update(books, ["title"])
            Book.objects.update(title="Diary")
        assert len(captured) == 0

    def test_instances_are_made_with_what_a_receiver_changes(self) -> None:
        """The keywords are the dictionary that the model is instantiated with."""

        def rename(sender: type[Model], kwargs: dict[str, Any], **extra: Any) -> None:
            kwargs["title"] = kwargs["title"].upper()

        with pre_init.connected_to(rename, Book), capture(post_init.for_model(Book)) as captured:
            book = Book(title="Notes")
        assert book.title == "NOTES"
        assert captured.one().payload.instance is book

    def test_each_record_of_a_query_is_instantiated(self) -> None:
        """With its values by position."""
        Author.objects.create(name="Ada")
        with capture(pre_init.for_model(Author)) as captured:
            author = Author.objects.get()
        assert captured.one().payload.args == (author.pk, "Ada")
        assert captured.one().payload.kwargs == {}


class DeletingTests(TestCase):
    """What ``delete`` sends."""

    def test_a_delete_tells_where_it_came_from(self) -> None:
        """The instance, or the queryset, whose ``delete`` was called."""
        book = Book.objects.create(title="Notes")
        Page.objects.create(book=book)
        with capture(pre_delete, post_delete) as captured:
            book.delete()
        sent = [(record.signal, record.sender) for record in captured]
        assert sorted(sent, key=str) == sorted(
            [(s, m) for s in (pre_delete, post_delete) for m in (Book, Page)], key=str
        )
        assert {id(record.payload.instance) for record in captured if record.sender is Book} == {id(book)}
        assert {id(record.payload.origin) for record in captured} == {id(book)}
        Author.objects.create(name="Ada")
        authors = Author.objects.all()
        with capture(post_delete.for_model(Author)) as captured_authors:
            authors.delete()
        assert isinstance(captured_authors.one().payload.origin, models.QuerySet)

    def test_a_model_that_nobody_listens_for_is_deleted_fast(self) -> None:
        """By one query that selects nothing, as long as receivers are connected for other models only."""

        def note(sender: type[Model], **extra: Any) -> None: ...

        notes = Book.objects.create(title="Notes")
        listening: list[tuple[int, AbstractContextManager[object]]] = [
            (1, post_delete.connected_to(note, Book)),
            (1, capture(post_delete.for_model(Book))),
            (1, capture(post_delete, sender=Book)),
            (2, capture(post_delete, sender=Page)),
            (2, post_delete.connected_to(note)),
        ]
        for queries, listen in listening:
            Page.objects.create(book=notes)
            with listen, self.assertNumQueries(queries):
                Page.objects.all().delete()


class RelationTests(TestCase):
    """What changes of many-to-many relations send."""

    def test_a_relation_changes_from_both_sides(self) -> None:
        """The sender is the model in between, and the payload says what happens to which keys."""
        book, author = Book.objects.create(title="Notes"), Author.objects.create(name="Ada")
        with capture(m2m_changed.for_model(Book.authors.through)) as captured:
            book.authors.add(author)
            books: Any = author
            books.books.remove(book)
            book.authors.clear()
        added, removed, cleared = captured.payloads[1::2]
        assert added == M2MChanged(
            action="post_add",
            instance=book,
            reverse=False,
            model=Author,
            pk_set={author.pk},
            using="default",
        )
        assert (removed.action, removed.instance, removed.reverse) == ("post_remove", author, True)
        assert (cleared.action, cleared.pk_set) == ("post_clear", None)


class ModelTests(TestCase):
    """Which models reach which receivers."""

    def test_receivers_for_one_model_hear_of_no_other(self) -> None:
        """Nor of a proxy of it, which is a sender of its own, as in Django."""
        heard: list[object] = []

        def hear(sender: type[Model], instance: Model, **extra: Any) -> None:
            heard.append(instance)

        with post_save.for_model(Book).connected_to(hear):
            book = Book.objects.create(title="Notes")
            Novel.objects.create(title="Emma")
            Author.objects.create(name="Ada")
        with post_save.connected_to(hear, Novel):
            novel = Novel.objects.create(title="Persuasion")
        assert heard == [book, novel]

    def test_receivers_of_all_models_hear_of_each(self) -> None:
        """Users included, with their own class as the sender."""
        with capture(post_save) as captured:
            Reader.objects.create_user("ada")
            Magazine.objects.create(title="Nature")
        assert [record.sender for record in captured] == [Reader, Magazine]

    def test_receivers_may_take_the_payload(self) -> None:
        """It is the same class for all models."""
        payloads: list[PostSave[Book]] = []

        def keep(sender: type[Book], payload: PostSave[Book]) -> None:
            payloads.append(payload)

        with post_save.for_model(Book).connected_to(keep, as_payload=True):
            Book.objects.create(title="Notes")
        assert [payload.instance.title for payload in payloads] == ["Notes"]
        assert type(payloads[0]) is PostSave

    def test_a_view_knows_its_own_connections(self) -> None:
        """Whether the model was named or passed; those of all models are not its own."""

        def hear(sender: type[Model], **extra: Any) -> None: ...

        named, passed = post_save.for_model("library.Book"), post_save.for_model(Book)
        assert isinstance(named, OfModel)
        with named.connected_to(hear), post_save.connected_to(hear):
            assert [one.sender for one in passed.connections] == [Book]
            assert [one.receiver for one in named.connections] == [hear]
            assert post_save.for_model(Author).connections == ()
        assert passed.connections == ()

    def test_a_class_that_is_no_model_sends_nothing(self) -> None:
        """So it cannot be asked for, and neither can an instance."""
        with pytest.raises(SenderError, match="the sender of <Signal 'post_save'> must be of type ModelBase, got type"):
            post_save.for_model(str)  # type: ignore[type-var]
        with pytest.raises(SenderError, match="must be of type ModelBase, got Book"):
            post_save.for_model(Book())  # type: ignore[call-overload]

    def test_a_receiver_that_does_not_fit_is_refused(self) -> None:
        """When it is connected, with what it probably means."""

        def index(sender: type[Book], instance: Book, create: bool, **extra: Any) -> None: ...

        with pytest.raises(ReceiverSignatureError, match=r"it takes 'create', .* did you mean 'created'"):
            post_save.for_model(Book).connect(index)  # type: ignore[arg-type]

    def test_a_model_class_is_announced(self) -> None:
        """When it has been defined."""
        with capture(class_prepared) as captured:

            class Leaflet(Model):
                class Meta:
                    app_label = "library"
                    managed = False

        try:
            assert captured.one().sender is Leaflet
        finally:
            del Leaflet._meta.apps.all_models["library"]["leaflet"]
            Leaflet._meta.apps.clear_cache()


def test_a_broken_contract_breaks_nothing(recwarn: pytest.WarningsRecorder) -> None:
    """Other code that sends Django's signals and leaves out a field gets a warning; no receiver of ours is called."""
    called: list[object] = []

    def hear(sender: type[Model], **extra: Any) -> None:
        called.append(sender)

    with post_save.connected_to(hear):
        theirs.post_save.send(Book, instance=Book())
    (warning,) = recwarn
    assert "created: field required" in str(warning.message)
    assert warning.filename == __file__
    assert called == []


def test_nothing_is_connected_unasked() -> None:
    """Nor left connected when the last receiver is gone."""

    def hear(sender: type[Model], **extra: Any) -> None: ...

    assert not theirs.post_save.has_listeners(Book)
    with post_save.connected_to(hear, Book):
        assert theirs.post_save.has_listeners(Book)
        assert not theirs.post_save.has_listeners(Author)
    assert not theirs.post_save.has_listeners(Book)


def test_an_abstract_model_is_none_that_sends() -> None:
    """Its children do, each under its own name."""
    with capture(post_save.for_model(Periodical)) as captured_parents, capture(post_save) as captured:
        theirs.post_save.send(
            Magazine, instance=Magazine(), created=True, raw=False, using="default", update_fields=None
        )
    assert captured.one().sender is Magazine
    assert len(captured_parents) == 0


def test_values_that_are_not_as_declared_are_an_error_if_we_send() -> None:
    """Sending our signal reaches our receivers only, and is validated."""
    with pytest.raises(PayloadError, match="instance: input should be an instance of Model"):
        post_save.send(Book, instance="Notes", created=True, raw=False, using="default", update_fields=None)  # type: ignore[arg-type]
