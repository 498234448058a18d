"""Models of each kind: with relations, a proxy, a parent that is abstract, and a custom user.

Fields are annotated because mypy checks this without the plugin of django-stubs.
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Author(models.Model):
    name: models.CharField[str, str] = models.CharField(max_length=100)


class Book(models.Model):
    title: models.CharField[str, str] = models.CharField(max_length=100)
    authors = models.ManyToManyField(Author, related_name="books")


class Page(models.Model):
    book: models.ForeignKey[Book, Book] = models.ForeignKey(Book, on_delete=models.CASCADE)


class Novel(Book):
    class Meta:
        proxy = True


class Periodical(models.Model):
    title: models.CharField[str, str] = models.CharField(max_length=100)

    class Meta:
        abstract = True


class Magazine(Periodical):
    pass


class Reader(AbstractUser):
    pass
