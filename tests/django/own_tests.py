"""Runs Django's own tests while receivers listen to all its signals: Django's own receivers, or those of contracts.

Called as ``python own_tests.py KIND REPORT RUNTESTS ARGUMENTS...``. It writes the outcome of each test, and how often
each receiver was called, to REPORT.
"""

from __future__ import annotations

import json
import runpy
import sys
import unittest
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

ASYNCHRONOUS = {"request_started", "user_logged_in", "user_logged_out", "user_login_failed"}
"""The signals that get coroutine functions, too. `request_finished` gets none: some tests send it on an event loop
without awaiting it, which Django cannot do if there is one."""

calls: Counter[str] = Counter()
kept: list[Any] = []
outcomes: dict[str, str] = {}


def listen(kind: str) -> None:
    """Connect a receiver to each signal."""
    import typedsignals.django as contracts  # noqa: PLC0415 - what is measured
    from typedsignals import ContractWarning, Signal  # noqa: PLC0415 - as above

    warnings.filterwarnings("error", category=ContractWarning)
    for name, ours in vars(contracts).items():
        if isinstance(ours, Signal):
            source: Any = ours
            for receiver in receivers(name):
                kept.append(receiver)
                if kind == "contracts":
                    ours.connect(receiver)
                else:
                    source._source.signal.connect(receiver)


def receivers(name: str) -> list[Any]:
    """Make a receiver of each kind that a signal gets."""

    def plain(sender: object, **fields: Any) -> None:
        calls[name] += 1

    async def awaited(sender: object, **fields: Any) -> None:
        calls[f"{name}, awaited"] += 1

    return [plain, awaited] if name in ASYNCHRONOUS else [plain]


class Result(unittest.TextTestResult):
    """Notes each outcome."""

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802 - unittest's name
        failed = {id(one) for one, _ in (*self.failures, *self.errors)}
        skipped = {id(one) for one, _ in self.skipped}
        outcomes[test.id()] = "failed" if id(test) in failed else "skipped" if id(test) in skipped else "passed"
        super().stopTest(test)


def main(kind: str, report: str, runtests: str, *arguments: str) -> None:
    """Run the tests."""
    from django.test.runner import DiscoverRunner  # noqa: PLC0415 - Django's tests are in a folder of its own

    folder = str(Path(runtests).parent)
    sys.path[0] = folder
    DiscoverRunner.get_resultclass = lambda self: Result  # type: ignore[method-assign]
    listen(kind)
    sys.argv = [runtests, *arguments]
    try:
        runpy.run_path(runtests, run_name="__main__")
    finally:
        Path(report).write_text(json.dumps({"outcomes": outcomes, "calls": calls}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
