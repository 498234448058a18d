"""Fixtures and settings for all tests: event loops, hypothesis, packages for node."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from tests import outside
from typedsignals._sending import own_methods as _own_methods

# No time limits: how long an example takes says more about the machine than about the code.
settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("ci"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest tests first, so that no process is left with them when the other has nothing to do."""
    items.sort(key=lambda item: (item.get_closest_marker("slow") is None, "relay" not in item.path.parts))


@given(strategies.none())
def first_use_of_hypothesis(nothing: None) -> None:
    """Let hypothesis make its source of randomness; it looks for what refers to it, which is not found when frozen."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let the garbage collector pass over all that is there by now, as thousands of tests call it."""
    first_use_of_hypothesis()
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def unburdened() -> None:
    """Let the garbage collector pass over what tests of other modules have left, too: it may be as much."""
    gc.collect()
    gc.freeze()


@pytest.fixture(params=["asyncio", "trio"], scope="session")
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Run each test marked ``anyio`` on both event loops."""
    backend: str = request.param
    return backend


@pytest.fixture(scope="session")
def node_packages() -> Path:
    """Return the folder of the packages that ``tests/node/package.json`` names."""
    return outside.node_packages()


@pytest.fixture(params=["general", "generated"], scope="module")
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run each test with the code of a signal's first sends, and with the code that is generated for frequent sends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_own_methods, "SENDS_BEFORE_GENERATING", 0 if request.param == "generated" else sys.maxsize)
        yield request.param


@pytest.fixture(scope="module")
def generated_code() -> Iterator[None]:
    """Generate the code of each signal at its first send."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_own_methods, "SENDS_BEFORE_GENERATING", 0)
        yield


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
