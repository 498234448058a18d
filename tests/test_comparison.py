"""The page that compares: what its first table says is what the libraries do, and the figures are those measured."""

from __future__ import annotations

import gc
import re
import tomllib
import warnings
from collections.abc import Callable
from functools import cache, partial
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pluggy
import pytest

from tests.peers import PEERS, Peer

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
PACKAGES = {
    "typedsignals": "typedsignals",
    "Blinker": "blinker",
    "django.dispatch": "django",
    "psygnal": "psygnal",
    "pyee": "pyee",
    "PyDispatcher": "pydispatcher",
    "pluggy": "pluggy",
}
ANSWER = re.compile(r"\*\*(.+?)\*\*: ([^;]+)(?:; |$)")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table in a section."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def refused_receiver(peer: Peer) -> str:
    receiver = peer.misspelt()
    try:
        peer.connect(receiver)
    except (TypeError, ValueError, pluggy.PluginValidationError):
        return "when it is connected"
    with pytest.raises(TypeError):
        peer.send()
    return "when it is sent to"


def refused_value(peer: Peer) -> str:
    receiver = peer.function(lambda: None)
    peer.connect(receiver)
    try:
        peer.send("a text")
    except ValueError:
        return "refused"
    return "passed on"


def after_collection(peer: Peer, made: Callable[[Callable[[], Any]], Any]) -> str:
    calls: list[int] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ours tells of a function that is gone
        peer.connect(made(lambda: calls.append(1)))
        gc.collect()
    peer.send()
    return "kept" if calls else "disconnected"


def connected_twice(peer: Peer) -> str:
    calls: list[int] = []
    receiver = peer.function(lambda: calls.append(1))
    peer.connect(receiver)
    try:
        peer.connect(receiver)
    except ValueError:
        return "refused"
    peer.send()
    return {1: "called once", 2: "called twice"}[len(calls)]


def order(peer: Peer) -> str:
    calls: list[int] = []
    numbers = [*range(50)]
    receivers = [peer.function(partial(calls.append, number)) for number in numbers]
    for receiver in receivers:
        peer.connect(receiver)
    peer.send()
    assert sorted(calls) == numbers
    return {(*numbers,): "order of connection", (*numbers[::-1],): "the last one first"}.get((*calls,), "undefined")


def failing(peer: Peer) -> str:
    calls: list[int] = []

    def fail() -> None:
        calls.append(1)
        raise LookupError

    receivers = [peer.function(fail), peer.function(fail)]
    for receiver in receivers:
        peer.connect(receiver)
    try:
        peer.send()
    except Exception as error:
        assert len(calls) == 1
        return "ends the send" if type(error) is LookupError else f"ends the send, as `{type(error).__name__}`"
    return "is ignored"


def returned(peer: Peer) -> str:
    receiver = peer.function(lambda: 5)
    peer.connect(receiver)
    results = peer.send()
    if not isinstance(results, list):
        return "nothing of receivers"
    return "pairs" if results == [(receiver, 5)] else "results"


def coroutine_function(peer: Peer) -> str:
    ran: list[int] = []
    receiver = peer.coroutine_function(lambda: ran.append(1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python tells of the coroutine that nobody awaits
        try:
            peer.connect(receiver)
            peer.send()
        except (RuntimeError, TypeError):
            return "refused"
        gc.collect()
    return "run" if ran else "called, not awaited"


def dependencies(package: str) -> str:
    needed = [line for line in requires(package) or [] if "extra ==" not in line and "sys_platform" not in line]
    return " and ".join(sorted(re.split(r"[^\w.-]", line)[0].lower() for line in needed)) or "none"


PROBES: dict[str, Callable[[Peer], str]] = {
    "A receiver that cannot be called fails": refused_receiver,
    "A value of a wrong type": refused_value,
    "A function that nothing else refers to": lambda peer: after_collection(peer, peer.function),
    "A method whose object nothing else refers to": lambda peer: after_collection(peer, peer.method),
    "A receiver that is connected twice": connected_twice,
    "Receivers are called in": order,
    "A receiver that raises": failing,
    "A send returns": returned,
    "A coroutine function, in a plain send": coroutine_function,
}


@cache
def stated() -> dict[str, dict[str, str]]:
    """Return what the first table says of each library, row by row."""
    _, *table = rows("What they do by default")
    return {
        row: {library: answer for answer, named in re.findall(ANSWER, answers) for library in named.split(", ")}
        for row, answers in table
    }


@pytest.mark.parametrize("library", PEERS)
@pytest.mark.parametrize("row", PROBES)
def test_the_libraries_do_what_the_page_says(row: str, library: str) -> None:
    """Each by default, without options; the page names options below its table."""
    assert PROBES[row](PEERS[library]()) == stated()[row][library]


def test_each_row_is_probed() -> None:
    """For each library; what they depend on is read from what is installed."""
    assert [*stated()] == [*PROBES, "Dependencies"]
    assert all(sorted(row) == sorted(PEERS) == sorted(PACKAGES) for row in stated().values())
    assert stated()["Dependencies"] == {library: dependencies(package) for library, package in PACKAGES.items()}


def test_the_page_says_which_versions_it_compares() -> None:
    """Those that are locked for the oldest Python, with which the tests run."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    versions = dict(re.findall(r"^\| (\S+) \| (\S+) \|", PAGE.split("\n## ")[0].split("---")[-1], re.MULTILINE))
    assert [*versions] == [*PACKAGES][1:]
    for library, version in versions.items():
        assert version in [found["version"] for found in locked if found["name"] == PACKAGES[library]]
    assert re.search(r"were compared on \d{4}-\d{2}-\d{2},", PAGE)


def test_the_figures_are_those_that_were_measured() -> None:
    """On Python 3.14, for ten receivers."""
    measured = (ROOT / "docs" / "measured" / "python-3.14.md").read_text(encoding="utf-8")
    (block,) = (block for block in measured.split("\n\n") if "| send to 10 receivers |" in block)
    header, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines())
    by_name = {cells[0]: cells[header.index("send to 10 receivers")] for cells in lines}
    _, *table = rows("What a send costs")
    assert len(table) == 6
    assert [cells[1] for cells in table] == [by_name[cells[0]] for cells in table]
