"""What all tests share: the event loops of async tests, how hypothesis looks for examples, packages for node."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests import outside

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", settings.get_profile("ci"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(params=["asyncio", "trio"], scope="session")
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run each test marked ``anyio`` on both event loops."""
    backend: str = request.param
    return backend


@pytest.fixture(scope="session")
def node_packages() -> Path:
    """The folder of the packages that ``tests/node/package.json`` names."""
    return outside.node_packages()
