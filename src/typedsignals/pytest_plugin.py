"""The pytest plugin: fixtures to capture and isolate signals, a check for leftover receivers, and a trace of sends.

pytest finds it by itself if typedsignals is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from typing import Any, Protocol, overload

import pytest

from ._concurrency.interrupts import lasting
from ._connecting.registry import all_signals
from ._identity import AnySender
from ._namespace import Namespace
from ._signal import PayloadT, SenderT, Signal
from .testing import Capture, capture
from .testing._isolation import opened_isolation
from .testing._leftovers import Leftovers
from .testing._tree import SendTree

CHECK = "signals_forbid_leftover_receivers"
TRACE = "--signals-trace"


class CaptureSignals(Protocol):
    """The type of the fixture `capture_signals`, which is called like `typedsignals.testing.capture`."""

    @overload
    def __call__(
        self,
        signal: Signal[PayloadT, SenderT, ...],
        /,
        *,
        sender: SenderT | AnySender = ...,
        where: Callable[[SenderT, PayloadT], bool] | None = ...,
    ) -> Capture[PayloadT, SenderT]: ...

    @overload
    def __call__(
        self, namespace: Namespace, /, *, sender: object = ..., where: Callable[[Any, Any], bool] | None = ...
    ) -> Capture[Any, Any]: ...

    @overload
    def __call__(
        self,
        signal: Signal[Any, Any, ...] | Namespace,
        another: Signal[Any, Any, ...] | Namespace,
        /,
        *signals: Signal[Any, Any, ...] | Namespace,
        sender: object = ...,
        where: Callable[[Any, Any], bool] | None = ...,
    ) -> Capture[Any, Any]: ...


@pytest.fixture
def capture_signals() -> Iterator[CaptureSignals]:
    """Capture signals from the call of this fixture to the end of the test.

    Call it like `typedsignals.testing.capture`, but without ``with``: the capture begins at once.
    """
    with capturing() as begin:
        yield begin


@lasting
def capturing() -> Iterator[CaptureSignals]:
    """Open a block in which captures begin at once; they end with the block."""
    end: Callable[..., object] = lambda *error: None  # noqa: E731 - until there is a capture to end

    def begin(*signals: Any, **options: Any) -> Capture[Any, Any]:
        nonlocal end
        block = _captured(capture(*signals, **options), end)
        captured = block.__enter__()
        end = block.__exit__
        return captured

    try:
        yield begin
    finally:
        end(None, None, None)


@lasting
def _captured(captured: Capture[Any, Any], end_earlier: Callable[..., object]) -> Iterator[Capture[Any, Any]]:
    """End the earlier capture with this one, so that ending the last one ends all, even if interrupted."""
    with captured:
        try:
            yield captured
        finally:
            end_earlier(None, None, None)


@pytest.fixture
def isolated_signals() -> Iterator[None]:
    """Start the test without receivers of any signal, and disconnect those that it connects when it ends."""
    with opened_isolation(all_signals(), "process"):
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that switch on the check and the trace."""
    parser.addini(CHECK, "fail a test that leaves receivers connected to signals", type="bool", default=False)
    parser.getgroup("typedsignals").addoption(
        TRACE, action="store_true", help="for each failing test, show which signals were sent, and by which receiver"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the check and the trace if they are switched on; otherwise they cost tests nothing."""
    if config.getini(CHECK):
        config.pluginmanager.register(LeftoverCheck(), "typedsignals-leftovers")
    if config.getoption(TRACE):
        config.pluginmanager.register(Trace(), "typedsignals-trace")


class LeftoverCheck:
    """Fails a test that leaves receivers connected."""

    _failed = pytest.StashKey[bool]()

    def __init__(self) -> None:
        self._leftovers = Leftovers()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self) -> Generator[None, None, None]:
        """Record what is connected before a test."""
        self._leftovers = Leftovers()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Ignore what a fixture of a wider scope connects: the test only happens to be the first to use it."""
        with nullcontext() if fixturedef.scope == "function" else self._leftovers.leaving_out():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail the test if it or its fixtures left receivers connected."""
        yield
        # The traceback of a failed test keeps its objects alive, weakly held receivers among them.
        if self._failed in item.stash or not self._leftovers.any():
            return
        # pytest drops the values of fixtures only after this, but what only they keep alive dies before the next test.
        getattr(item, "funcargs", {}).clear()
        if found := self._leftovers.found():
            number = f"{len(found)} receiver{'' if len(found) == 1 else 's'}"
            lines = "".join(f"  {line}\n" for line in found)
            pytest.fail(
                f"{item.name} left {number} connected:\n{lines}"
                "disconnect what a test connects, connect it with connected_to(), or use the fixture isolated_signals",
                pytrace=False,
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Remember which tests failed, even if they were expected to."""
        report = yield
        if report.failed or hasattr(report, "wasxfail"):
            item.stash[self._failed] = True
        return report


class Trace:
    """Shows what was sent during a test that fails."""

    _tree = pytest.StashKey[SendTree]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Record the sends of all signals during a test and its fixtures."""
        item.stash[self._tree] = SendTree()
        with item.stash[self._tree].growing():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add to a failure's report what was sent until then."""
        report = yield
        if report.failed:
            report.sections.append((f"Signals sent ({TRACE})", str(item.stash[self._tree])))
        return report
