"""The job queue of the examples, installed as its users install it: a library and a plugin, each a package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "job_queue"
BUILT = shutil.ignore_patterns("__pycache__", "build", "*.egg-info", ".*_cache")


@dataclass(frozen=True)
class Installed:
    """A copy of the example's repository, with its packages installed."""

    folder: Path
    packages: Path

    def run(self, *command: str, within: str) -> subprocess.CompletedProcess[str]:
        """Run a module of this interpreter in a folder of the copy, where the packages can be imported."""
        variables = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "FORCE_COLOR"}}
        return subprocess.run(  # noqa: S603 - the example's own
            [sys.executable, "-m", *command],
            cwd=self.folder / within,
            env={**variables, "PYTHONPATH": str(self.packages)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


def install(folder: Path) -> Installed:
    """Copy the example, and install its packages next to it, from its own files and without a network."""
    copy = folder / "repository"
    shutil.copytree(EXAMPLE, copy, ignore=BUILT)
    installed = Installed(copy, folder / "packages")
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    target = f"--target={installed.packages}"
    process = installed.run("pip", "install", *options, target, "./library", "./plugin", within="")
    assert process.returncode == 0, process.stdout + process.stderr
    return installed
