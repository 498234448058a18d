"""The page on installation has what pyproject.toml has."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_lists_every_extra_in_order() -> None:
    """And none that does not exist."""
    rows = re.findall(r"^\| `(\S+)` \|", (ROOT / "docs" / "install.md").read_text(encoding="utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert rows == sorted(project["optional-dependencies"])
