"""The catalogs of the example shop: today's, and the one of its last release, from which it differs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHOP = ["examples.shop", "examples.shop_opened"]
RELAYED = ["examples.shop", "examples.shop_relayed"]
TODAY = Path("examples", "shop", "signals.json")
RELEASED = Path("examples", "shop", "signals-1.0.json")
RELAYED_RELEASED = Path("examples", "shop_relayed", "signals-1.0.json")
SHOWN = {"README.md": "check", "docs/checking.md": "check", "docs/catalog.md": "catalog"}
"""The pages that show an excerpt of what a command says."""
EXPECTED = ROOT / "tests" / "expected"
SINCE_RELEASED = {
    '    SUSPECTED_FRAUD = "suspected fraud"\n': "",
    "    express: bool = False\n": "",
    "max_length=80": "max_length=200",
    "    left: int = Field(ge=0)\n": "    left: int = Field(ge=0)\n    supplier: str | None = None\n",
}
"""What stands in ``domain.py`` today, and what stood there in the last release."""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "typedsignals", *arguments]
    variables = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "FORCE_COLOR"}}
    return subprocess.run(  # noqa: S603 - our own
        command, cwd=cwd, env=variables, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Make a repository with the shop, whether or not this checkout is one."""
    (tmp_path / ".git").mkdir()
    for name in ("shop", "shop_relayed"):
        shutil.copytree(ROOT / "examples" / name, tmp_path / "examples" / name)
    shutil.copy(ROOT / "examples" / "shop_opened.py", tmp_path / "examples")
    return tmp_path


@pytest.fixture
def released(tree: Path) -> Path:
    """Make a tree with the shop as it was in its last release."""
    file = tree / "examples" / "shop" / "domain.py"
    text = file.read_text(encoding="utf-8")
    for today, before in SINCE_RELEASED.items():
        assert text.count(today) == 1
        text = text.replace(today, before)
    file.write_text(text, encoding="utf-8")
    return tree


def test_the_committed_catalog_is_up_to_date(tree: Path) -> None:
    """As checked by the command that the documentation shows."""
    ran = run("catalog", *SHOP, "-o", str(TODAY), "--check", cwd=tree)
    assert (ran.returncode, ran.stderr) == (0, f"{TODAY} is up to date\n")


def test_the_released_catalog_is_that_of_the_released_shop(released: Path) -> None:
    """It was made by the command, from a shop that differs in four places."""
    for packages, file in ((SHOP, RELEASED), (RELAYED, RELAYED_RELEASED)):
        ran = run("catalog", *packages, "-o", str(file), "--check", cwd=released)
        assert (ran.returncode, ran.stderr) == (0, f"{file} is up to date\n")


def test_the_check_finds_what_has_changed_since(tree: Path) -> None:
    """Two changes may break other programs, and two may only surprise them."""
    ran = run("check", *SHOP, "--against", str(RELEASED), cwd=tree)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout == expected("check")


def test_the_check_compares_what_workers_receive_as_messages(tree: Path) -> None:
    """A tighter field of a signal that a relay carries makes old messages unreadable."""
    ran = run("check", *RELAYED, "--against", str(RELAYED_RELEASED), cwd=tree)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "shop.order-placed gift_note" in ran.stdout
    assert "breaks senders, old messages read by new code" in ran.stdout
    assert ran.stdout.endswith("The check fails: 2 findings of severity error\n")


def test_the_catalog_shows_the_groups_of_the_relay(tree: Path) -> None:
    """And reports no problems."""
    ran = run("catalog", *RELAYED, cwd=tree)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "in group stock of relay shop" in ran.stdout
    assert "sqlite, groups: mail, stock" in ran.stdout


def test_the_catalog_shows_all_signals_with_their_receivers(tree: Path) -> None:
    """And reports no problems."""
    ran = run("catalog", *SHOP, cwd=tree)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == expected("catalog")


def expected(command: str) -> str:
    return (EXPECTED / f"shop_{command}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", SHOWN)
def test_the_documentation_shows_what_the_commands_say(page: str) -> None:
    """Word for word, though not all of it."""
    blocks = re.findall(r"```text\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    excerpts = [block for block in blocks if "examples/shop/" in block]
    assert [block for block in excerpts if block not in expected(SHOWN[page])] == []
    assert len(excerpts) == 1
