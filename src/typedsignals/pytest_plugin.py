"""The pytest plugin: fixtures to capture and isolate signals, a check for leftover receivers, and a trace of sends.

pytest finds it by itself where typedsignals is installed.
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
    """The type of the fixture `capture_signals`: called as `typedsignals.testing.capture`, it begins at once."""

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
    """Capture signals from here to the end of the test.

    It is called as `typedsignals.testing.capture`, and begins at once: no ``with`` is needed.
    """
    with capturing() as begin:
        yield begin


@lasting
def capturing() -> Iterator[CaptureSignals]:
    """A block in which captures begin at once, and end with it."""
    end: Callable[..., object] = lambda *error: None  # noqa: E731 - until there is one to end

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
    """Let a capture end after the one that began before it, so that ending the last ends all, even if interrupted."""
    with captured:
        try:
            yield captured
        finally:
            end_earlier(None, None, None)


@pytest.fixture
def isolated_signals() -> Iterator[None]:
    """Let no signal have receivers when the test begins, and drop those that it connects when it ends."""
    with opened_isolation(all_signals(), "process"):
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches of the check and the trace."""
    parser.addini(CHECK, "fail a test that leaves receivers connected to signals", type="bool", default=False)
    parser.getgroup("typedsignals").addoption(
        TRACE, action="store_true", help="for each failing test, show what signals sent, and which receiver sent what"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Do what is switched on, and nothing for tests otherwise."""
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
        """Note what is connected before a test."""
        self._leftovers = Leftovers()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Leave in peace what a fixture of a wider scope connects, for which the test only happens to be the first."""
        with nullcontext() if fixturedef.scope == "function" else self._leftovers.leaving_out():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Look at what is connected after a test and all of its fixtures."""
        yield
        # The traceback of a failed test keeps its objects alive, weakly held receivers among them.
        if self._failed in item.stash or not self._leftovers.any():
            return
        # pytest lets go of the values of fixtures only after this: what they alone hold dies before the next test.
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
        """Remember which tests have failed, be it as expected."""
        report = yield
        if report.failed or hasattr(report, "wasxfail"):
            item.stash[self._failed] = True
        return report


class Trace:
    """Shows what was sent during a test that fails."""

    _tree = pytest.StashKey[SendTree]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Watch all signals during a test and its fixtures."""
        item.stash[self._tree] = SendTree()
        with item.stash[self._tree].growing():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add to a failure what has been sent so far."""
        report = yield
        if report.failed:
            report.sections.append((f"Signals sent ({TRACE})", str(item.stash[self._tree])))
        return report
