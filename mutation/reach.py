"""Which tests run which lines, and how long each takes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from coverage import Coverage


@dataclass
class Reach:
    """What was measured.

    Attributes:
        tests: The tests that run a line, by file and line; each by its place in `seconds`.
        seconds: The processor time of each test.
        failed: The tests that failed though nothing was changed.
    """

    tests: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def of(self, file: Path, line: int) -> list[str]:
        """Return the tests that run a line, the fastest first; of a statement, its first line counts."""
        lines = self.tests.get(str(file.resolve()), {})
        first = max((int(number) for number in lines if int(number) <= line), default=0)
        names = list(self.seconds)
        return sorted((names[place] for place in lines.get(str(first), [])), key=self.seconds.__getitem__)


class Measuring:
    """A plugin of pytest that measures."""

    def __init__(self, files: list[Path]) -> None:
        self.reach = Reach()
        self._files = [str(file.resolve()) for file in files]
        self._coverage = Coverage(data_file=None, include=self._files, config_file=False)

    def pytest_configure(self) -> None:
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._coverage.switch_context(item.nodeid)
        start = time.process_time()
        try:
            return (yield)
        finally:
            self.reach.seconds[item.nodeid] = time.process_time() - start

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.reach.failed.append(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self._coverage.stop()
        places = {name: place for place, name in enumerate(self.reach.seconds)}
        for file in self._files:
            contexts = self._coverage.get_data().contexts_by_lineno(file)
            self.reach.tests[file] = {
                str(line): [places[test] for test in tests if test] for line, tests in contexts.items()
            }


def measured(files: list[Path], arguments: list[str], output: Path) -> Reach:
    """Run the tests in a fork, so that nothing of it is left in this process."""
    if (child := os.fork()) == 0:
        measuring = Measuring(files)
        pytest.main(arguments, plugins=[measuring])
        output.write_text(json.dumps(asdict(measuring.reach)))
        os._exit(0)
    os.waitpid(child, 0)
    return Reach(**json.loads(output.read_text()))
