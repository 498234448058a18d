"""A Django project with two databases, set up once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.django import project

HAS_EXTRA = find_spec("django") is not None
collect_ignore_glob = [] if HAS_EXTRA else ["test_*.py"]

if HAS_EXTRA:
    # When this is imported: the test modules define classes of tests, for which Django must be set up.
    project.set_up()


@pytest.fixture(autouse=True, scope="session")
def databases() -> Iterator[None]:
    """Make the databases, in memory."""
    with project.databases():
        yield
