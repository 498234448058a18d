"""What happens to a test that needs a program that is not installed."""

from __future__ import annotations

import pytest

from tests.outside import program


def test_a_test_is_skipped_without_its_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every contributor has a browser installed."""
    monkeypatch.delenv("TYPEDSIGNALS_ALL_PROGRAMS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="the program no-such-program is not installed"):
        program("no-such-program")


def test_a_test_fails_without_its_program_where_all_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise nobody would notice that it is never run."""
    monkeypatch.setenv("TYPEDSIGNALS_ALL_PROGRAMS", "yes")
    with pytest.raises(pytest.fail.Exception, match="the program no-such-program is not installed"):
        program("no-such-program")
