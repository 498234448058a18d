"""Each change that users see is a fragment in ``changelog.d``, which a release collects in CHANGELOG.md."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "changelog.d"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
KINDS = [kind["directory"] for kind in SETTINGS["type"]]
NAME = re.compile(rf"[a-z0-9-]+\.({'|'.join(KINDS)})\.md")


def problems(name: str, text: str) -> Iterator[str]:
    """What is wrong with a fragment."""
    if not NAME.fullmatch(name):
        yield f"{name}: is not called <a-few-words>.<kind>.md, with one of {', '.join(KINDS)}"
    for entry in re.split(r"^(?=- )", text, flags=re.MULTILINE):
        if entry and not re.fullmatch(r"- \S[^\n]*(\n  \S[^\n]*)*\.\n", entry):
            yield f"{name}: is not '- ', a sentence over lines indented by two, and a full stop: {entry!r}"
    if not text:
        yield f"{name}: is empty"
    yield from (f"{name}: has over 120 columns: {line!r}" for line in text.splitlines() if len(line) > 120)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wait-timeout.added.md", "- `Signal.wait` takes a `timeout`.\n"),
        ("pickling.fixed.md", "- One thing over\n  two lines.\n- And another.\n"),
    ],
)
def test_a_good_fragment_has_no_problems(name: str, text: str) -> None:
    """It may have several entries, over several lines."""
    assert list(problems(name, text)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wait.feature.md", "- A kind that does not exist.\n"),
        ("wait.added.txt", "- Not Markdown.\n"),
        ("added.md", "- Without words.\n"),
        ("wait.added.md", ""),
        ("wait.added.md", "Without a bullet.\n"),
        ("wait.added.md", "- Without a full stop\n"),
        ("wait.added.md", "- Without a line end."),
        ("wait.added.md", "- Not\nindented.\n"),
        ("wait.added.md", "- One.\n\n- With an empty line between.\n"),
        ("wait.added.md", f"- {'x' * 120}.\n"),
    ],
)
def test_a_bad_fragment_has_one(name: str, text: str) -> None:
    """It would be missing in the changelog, or look odd there."""
    assert list(problems(name, text))


def test_all_fragments_are_good() -> None:
    """towncrier would pass over one with a wrong name."""
    files = [file for file in FOLDER.iterdir() if file.name != Path(SETTINGS["template"]).name]
    assert [problem for file in files for problem in problems(file.name, file.read_text(encoding="utf-8"))] == []


def test_a_release_collects_them(tmp_path: Path) -> None:
    """By kind, below those of the release before; the changelog says what the fragments said."""
    for name in ("pyproject.toml", SETTINGS["filename"], SETTINGS["template"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    released = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    start = released.index(SETTINGS["start_string"]) + len(SETTINGS["start_string"])
    for name, text in {
        "wait-timeout.added.md": "- `Signal.wait` takes a `timeout`.\n",
        "all.fixed.md": "- A thing.\n- And\n  another.\n",
        "zero.fixed.md": "- The last.\n",
    }.items():
        (tmp_path / FOLDER.name / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "towncrier", "build", "--keep", "--version", "9.9.9", "--date", "2030-01-02"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert ended.returncode == 0, ended.stderr
    section = (
        "\n## 9.9.9 - 2030-01-02\n\n### Added\n\n- `Signal.wait` takes a `timeout`.\n\n"
        "### Fixed\n\n- A thing.\n- And\n  another.\n- The last.\n"
    )
    collected = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    assert collected == released[:start] + section + released[start:]
