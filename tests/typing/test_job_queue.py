"""Pyright accepts the job queue of the examples, and finds a plugin's mistakes."""

from __future__ import annotations

import json
import sys

import pytest

from tests.installed import Installed, install

PACKAGES = {"library": "jobqueue", "plugin": "jobqueue_journal"}
MISTAKES = {
    "seconds: float, **extra": "minutes: float, **extra",
    "position: int, **extra": "position: str, **extra",
    "-> float | None": "-> str | None",
}


@pytest.fixture(scope="module")
def job_queue(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the example."""
    return install(tmp_path_factory.mktemp("job_queue"))


def errors(job_queue: Installed, project: str) -> list[int]:
    """List the lines in which pyright reports errors, with the project's own settings."""
    process = job_queue.run(
        "pyright", "--pythonpath", sys.executable, "--outputjson", PACKAGES[project], "tests", within=project
    )
    output = json.loads(process.stdout)
    assert output["summary"]["filesAnalyzed"] >= 2
    return [report["range"]["start"]["line"] + 1 for report in output["generalDiagnostics"]]


@pytest.mark.parametrize("project", PACKAGES)
def test_pyright_accepts_it(job_queue: Installed, project: str) -> None:
    """In strict mode."""
    assert errors(job_queue, project) == []


def test_pyright_finds_what_does_not_fit(job_queue: Installed) -> None:
    """A field that there is not, one of another type, and an answer of another type, each where it is connected."""
    plugin = job_queue.folder / "plugin" / "jobqueue_journal" / "__init__.py"
    text = plugin.read_text(encoding="utf-8")
    for right, wrong in MISTAKES.items():
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    plugin.write_text(text, encoding="utf-8")
    lines = text.splitlines()
    found = errors(job_queue, "plugin")
    assert {lines[number - 1] for number in found if lines[number - 1].startswith("@")} == {
        "@job_done.connect",
        "@job_queued.connect",
        "@retry_after.connect",
    }
