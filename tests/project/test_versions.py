"""What is released together has one version."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def project(folder: Path) -> dict[str, Any]:
    """What a distribution says of itself."""
    settings = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    said: dict[str, Any] = settings["project"]
    return said


def test_the_stubs_have_the_version_of_the_package() -> None:
    """One tag releases both."""
    assert project(ROOT / "stubs")["version"] == project(ROOT)["version"]


def test_the_stubs_are_for_the_same_pythons() -> None:
    """They are checked on each of them."""
    said = [project(folder) for folder in (ROOT, ROOT / "stubs")]
    ours, theirs = ({name for name in each["classifiers"] if "Python ::" in name} for each in said)
    assert ours == theirs
    assert said[0]["requires-python"] == said[1]["requires-python"]
