"""Blocks for a context and the threads started inside: Python 3.14 and later can be told to let threads inherit it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig

import pytest

PROGRAM = """
import json
from threading import Event, Thread
from typedsignals import Payload, Signal
from typedsignals.testing import capture, isolated, muted, only

class Ping(Payload):
    number: int = 1

ping = Signal(Ping)
found = {}

def first(sender, number): return "first"
def second(sender, number): return "second"

def look(name):
    found[name] = [value for _, value in ping.send(None)]

def in_a_thread(name):
    thread = Thread(target=look, args=(name,))
    thread.start()
    thread.join()

def look_when_told(name, told):
    told.wait()
    look(name)

ping.connect(first)
ping.connect(second)
told = Event()

before = Thread(target=look_when_told, args=("started before", told))
before.start()
with muted(ping, scope="context"):
    in_a_thread("muted")
    with muted(ping):
        in_a_thread("muted inside")
    told.set()
    before.join()
with only(first, scope="context"):
    in_a_thread("only")
with isolated(ping, scope="context"), capture(ping) as captured:
    ping.connect(lambda sender, number: "own", weak=False)
    in_a_thread("isolated")
found["captured"] = len(captured)

told = Event()
with muted(ping, scope="context"):
    after = Thread(target=look_when_told, args=("outlasts", told))
    after.start()
told.set()
after.join()

with muted(ping):
    in_a_thread("muted in the process")
in_a_thread("after all")
print(json.dumps(found))
"""
BOTH = ["first", "second"]
EITHER_WAY = {"started before": BOTH, "outlasts": BOTH, "muted in the process": [], "after all": BOTH}


OUTSIDE = {"muted": BOTH, "muted inside": BOTH, "only": BOTH, "isolated": BOTH, "captured": 0}
INSIDE = {"muted": [], "muted inside": [], "only": ["first"], "isolated": ["own"], "captured": 1}


@pytest.mark.skipif(sys.version_info < (3, 14), reason="threads inherit no context")
@pytest.mark.parametrize(("inherit", "expected"), [("0", OUTSIDE), ("1", INSIDE)])
def test_threads_started_in_a_block_are_in_it_if_they_inherit_the_context(
    inherit: str, expected: dict[str, object]
) -> None:
    """And no others: neither those that run already, nor those that go on when the block has ended."""
    assert what_threads_find("-X", f"thread_inherit_context={inherit}") == {**EITHER_WAY, **expected}


def test_threads_inherit_the_context_by_default_if_there_is_no_gil() -> None:
    """That is how Python 3.14 and later are built; nothing of ours changes it."""
    inherits = sys.version_info >= (3, 14) and bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    assert what_threads_find() == {**EITHER_WAY, **(INSIDE if inherits else OUTSIDE)}


def what_threads_find(*options: str) -> object:
    """Run the program with options of Python's."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_THREAD_INHERIT_CONTEXT"}
    command = [sys.executable, *options, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.stderr == ""
    return json.loads(done.stdout)
