"""A short run of what ``nox -s chaos`` does at length: processes are killed, and nothing that is promised is broken."""

from __future__ import annotations

import pytest

from benchmarks.relay.chaos import SHORT, _inversions, chaos
from benchmarks.relay.engines import BROKERS, ENGINES


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_promises_hold_while_processes_are_killed(engine: str) -> None:
    """Workers and publishers, and the server or broker, if there is one."""
    result = chaos(engine, SHORT, patience=300)
    assert result.holds, result
    assert result.published == SHORT["messages"]
    assert result.dead == (1 if engine in BROKERS else 2) * SHORT["poison"]  # in so many groups
    assert result.kills[:2] == (SHORT["worker_kills"], SHORT["publisher_kills"])


def test_an_inversion_is_noticed() -> None:
    """Orders 0 and 14 are those of one customer. That one is done twice is none, nor that poison is passed."""
    both = [("begun", 0), ("done", 0), ("begun", 14), ("done", 14)]
    assert _inversions(both, poison=()) == 0
    assert _inversions([*both, ("begun", 0), ("done", 0)], poison=()) == 0
    assert _inversions([("begun", 0), ("begun", 14), ("done", 0)], poison=()) == 1
    assert _inversions([("begun", 0), ("begun", 14), ("done", 14)], poison=(0,)) == 0
