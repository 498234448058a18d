"""Receivers in classes and modules that mypyc compiles, which behave like no other callables."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.ways import AnySignal, Ping, finished
from typedsignals import ReceiverSignatureError, Signal, WeakReceiverError

SOURCE = """
from typing import Any, Awaitable, Callable
from mypy_extensions import mypyc_attr

@mypyc_attr(allow_interpreted_subclasses=True)
class Compiled:
    def receive(self, sender: object, number: int, **extra: object) -> int:
        return number

    def misspelt(self, sender: object, numbr: int, **extra: object) -> int:
        return numbr

    async def receive_async(self, sender: object, number: int, **extra: object) -> int:
        return number

    @classmethod
    def of_class(cls, sender: object, number: int, **extra: object) -> int:
        return number

    @staticmethod
    def static(sender: object, number: int, **extra: object) -> int:
        return number

def function(sender: object, number: int, **extra: object) -> int:
    return number

async def coroutine_function(sender: object, number: int, **extra: object) -> int:
    return number

def closures() -> tuple[Any, Any]:
    def inner(sender: object, number: int, **extra: object) -> int:
        return number

    async def inner_async(sender: object, number: int, **extra: object) -> int:
        return number

    return inner, inner_async
"""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler")]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A module that mypyc has compiled."""
    folder = tmp_path_factory.mktemp("compiled")
    (folder / "receivers_of_mypyc.py").write_text(SOURCE)
    command = [sys.executable, "-m", "mypyc", "receivers_of_mypyc.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - ours
    if done.returncode and "Python.h" in done.stderr + done.stdout:
        pytest.skip("there are no headers of this Python")
    assert done.returncode == 0, done.stdout + done.stderr
    return imported(folder)


@pytest.fixture
def make(compiled: Any) -> Any:
    """Make an object with compiled methods that can be held weakly, using a subclass that is not compiled."""
    return type("Subclass", (compiled.Compiled,), {})


def imported(folder: Path) -> ModuleType:
    file, *_ = [*folder.glob("receivers_of_mypyc*.so"), *folder.glob("receivers_of_mypyc*.pyd")]
    spec = importlib.util.spec_from_file_location("receivers_of_mypyc", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["receive", "receive_async"])
def test_a_compiled_method_is_held_by_its_object(make: Any, name: str) -> None:
    """And is the same receiver at each access."""
    signal: AnySignal = Signal(Ping)
    one, two = make(), make()
    for owner in (one, two, one):
        signal.connect(getattr(owner, name))
    gc.collect()
    assert [value for _, value in finished(signal.send_async(None, number=7))] == [7, 7]
    signal.disconnect(getattr(one, name))
    assert [connection.receiver for connection in signal.connections] == [getattr(two, name)]
    del two, owner
    gc.collect()
    assert signal.connections == ()


def test_a_compiled_object_that_cannot_be_held_weakly_says_so(compiled: Any) -> None:
    """As native classes are by default."""
    signal, owner = Signal(Ping), compiled.Compiled()
    with pytest.raises(WeakReceiverError, match="a Compiled has no __weakref__ slot; connect it with weak=False"):
        signal.connect(owner.receive)
    signal.connect(owner.receive, weak=False)
    assert [value for _, value in signal.send(None, number=7)] == [7]
    signal.disconnect(owner.receive)
    assert signal.connections == ()


def test_what_is_not_a_method_is_held_by_its_class_or_module(compiled: Any) -> None:
    """Functions, class methods and static methods."""
    signal: AnySignal = Signal(Ping)
    for _ in range(2):
        signal.connect(compiled.Compiled.of_class)
        signal.connect(compiled.Compiled().of_class)
        signal.connect(compiled.Compiled.static)
        signal.connect(compiled.function)
    gc.collect()
    assert [value for _, value in signal.send(None, number=7)] == [7, 7, 7]


def test_a_compiled_coroutine_function_is_trusted_and_awaited(compiled: Any) -> None:
    """Its signature is read as ``()``, whatever it takes."""
    signal: AnySignal = Signal(Ping)
    _, closure = compiled.closures()
    for receiver in (compiled.coroutine_function, compiled.Compiled().receive_async, closure):
        signal.connect(receiver, weak=False)
    assert [connection.is_async for connection in signal.connections] == [True] * 3
    assert [value for _, value in asyncio.run(signal.send_async(None, number=7))] == [7] * 3


def test_a_compiled_closure_is_a_receiver_of_its_own(compiled: Any) -> None:
    """It binds to nothing."""
    signal: AnySignal = Signal(Ping)
    closures = [compiled.closures()[0] for _ in range(2)]
    for closure in closures:
        signal.connect(closure, weak=False)
    signal.disconnect(closures[0])
    assert signal.send(None, number=7) == [(closures[1], 7)]


def test_a_compiled_method_is_checked(compiled: Any) -> None:
    """Its signature is as reliable as any other."""
    with pytest.raises(ReceiverSignatureError, match=r"receiver 'Compiled.misspelt' cannot .* did you mean 'number'\?"):
        Signal(Ping).connect(compiled.Compiled().misspelt)
