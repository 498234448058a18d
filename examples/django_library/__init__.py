"""A Django project with typed signals: Django's own, and one that it declares itself.

In the root of the repository, run ``python -m examples.django_library.manage`` with ``check``, with
``test examples.django_library.books.tests``, or with any other command of Django.
"""
