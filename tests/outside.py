"""Programs and packages from outside Python that check results; a test is skipped if one that it needs is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

NODE = Path(__file__).parent / "node"


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be missing."""
    if os.environ.get("TYPEDSIGNALS_ALL_PROGRAMS"):
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """Return the path of a program."""
    return shutil.which(name) or unavailable(f"the program {name} is not installed")


def node_packages() -> Path:
    """Return the folder of the packages that ``tests/node/package.json`` names, which are installed once."""
    npm, lock, folder = program("npm"), NODE / "package-lock.json", NODE / "node_modules"
    installed = folder / "installed-lock.json"
    with FileLock(NODE / "node_modules.lock", timeout=250):  # pytest-xdist's workers share the folder
        if not installed.is_file() or installed.read_bytes() != lock.read_bytes():
            install(npm)
            shutil.copyfile(lock, installed)
    return folder


def install(npm: str) -> None:
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=False, timeout=240)  # noqa: S603 - our own
    if done.returncode:
        unavailable(f"npm cannot install {NODE / 'package.json'}: {done.stderr}")
