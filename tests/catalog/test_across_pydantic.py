"""A model is recorded in the same way by all supported versions of pydantic.

Each version is installed in a separate environment. This needs an installer and an index, so the tests run only
if ``TYPEDSIGNALS_ACROSS_PYDANTIC`` is set.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

VERSIONS = ("2.12", "2.13", "2.14")
HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src"

pytestmark = pytest.mark.skipif(
    "TYPEDSIGNALS_ACROSS_PYDANTIC" not in os.environ, reason="set TYPEDSIGNALS_ACROSS_PYDANTIC to install versions"
)


def run(*command: str | Path) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout  # noqa: S603  # ours


def install(version: str, folder: Path) -> Path:
    """Make an environment with that version of pydantic, and return its interpreter."""
    uv = [sys.executable, "-m", "uv"] if find_spec("uv") else ["uv"]
    run(*uv, "venv", "--python", sys.executable, folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(*uv, "pip", "install", "--python", python, f"pydantic=={version}.*", "typing-extensions")
    return python


def normalised(python: Path) -> str:
    """What the script prints in that environment."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    command = [str(python), str(HERE / "zoo.py")]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout  # noqa: S603  # ours


def test_all_versions_record_the_same(tmp_path: Path) -> None:
    """The records of a zoo of models are equal, byte for byte, for all versions of pydantic."""
    pythons = {version: install(version, tmp_path / version) for version in VERSIONS}
    records = {version: normalised(python) for version, python in pythons.items()}
    assert "Zoo" in records["2.12"]
    assert records["2.13"] == records["2.12"]
    assert records["2.14"] == records["2.12"]
    for version, python in pythons.items():
        assert run(python, "-c", "import pydantic; print(pydantic.VERSION)").startswith(version)
