"""The job queue of the examples: its tests, types and catalog hold, as its own CI checks them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.installed import EXAMPLE, Installed, install

PROJECTS = ["library", "plugin"]
STEPS = {
    project: [step["run"] for step in job["steps"] if "run" in step]
    for project, job in yaml.safe_load((EXAMPLE / "ci.yml").read_text(encoding="utf-8"))["jobs"].items()
}
"""The commands of its CI, by project."""


@pytest.fixture(scope="module")
def job_queue(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the example, in a repository whose branch ``main`` has what is there now."""
    installed = install(tmp_path_factory.mktemp("job_queue"))
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*who, "commit", "-q", "-m", "Say what a queue tells"]):
        subprocess.run(["git", *command], cwd=installed.folder, check=True)  # noqa: S603, S607 - our own
    return installed


@pytest.fixture
def renamed(job_queue: Installed, tmp_path: Path) -> Installed:
    """Make a copy of the repository in which a field of the library has another name, and which is installed anew."""
    shutil.copytree(job_queue.folder, tmp_path / "repository")
    library = tmp_path / "repository" / "library"
    for file, old, new in [("signals.py", "seconds: float", "duration: float"), ("queue.py", "seconds=", "duration=")]:
        path = library / "jobqueue" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
    return Installed(tmp_path / "repository", packages=library)


def test_ci_runs_the_same_checks_for_both() -> None:
    """These, and what is about signals, which the tests below run."""
    assert sorted(STEPS) == PROJECTS
    for steps in STEPS.values():
        assert [step.split()[0] for step in steps[1:4]] == ["pytest", "mypy", "pyright"]
        assert {step.split()[0] for step in steps[4:]} == {"typedsignals"}


@pytest.mark.slow
@pytest.mark.parametrize("project", PROJECTS)
def test_its_ci_passes(job_queue: Installed, project: str) -> None:
    """Its tests pass, mypy accepts it strictly, and its catalog is up to date. (Pyright has a test of its own.)"""
    for step in STEPS[project][1:]:
        if not step.startswith("pyright"):
            process = run(job_queue, step, project)
            assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.slow
def test_a_field_that_is_renamed_is_found_before_the_release(renamed: Installed) -> None:
    """In the library's CI as a change, and in the plugin's as a receiver that can no longer be called."""
    change, receiver = (run(renamed, STEPS[project][-1], project) for project in PROJECTS)
    assert (change.returncode, receiver.returncode) == (1, 1)
    assert "title=TS205 field renamed%3A jobqueue.job-done seconds::" in change.stdout
    assert "title=TS506 " in receiver.stdout
    assert "note_done" in receiver.stdout


def run(job_queue: Installed, step: str, project: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the CI. Plugins of pytest that only this project's tests need are left out."""
    command = step.replace('"$BASELINE"', "main:library/signals.json").split()
    return job_queue.run(*command, *(["-p", "no:asyncio"] if command == ["pytest"] else []), within=project)
