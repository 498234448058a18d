"""The commands that documents, workflows and comments name are there."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
REPOSITORY = "typedsignals/typedsignals"
NOXFILE = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
FOR_MAINTAINERS = [ROOT / "CONTRIBUTING.md", ROOT / "RELEASING.md"]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("changelog.d/*.md")]
WORKFLOWS = [*ROOT.glob(".github/workflows/*.yml")]
SCRIPTS = [ROOT / "Makefile", ROOT / "noxfile.py", *ROOT.glob(".ci/*")]


def code_of(document: Path) -> Iterator[str]:
    """Return the lines of code in a document, and what it sets as code in a sentence."""

    def walk(tokens: list[Token]) -> Iterator[str]:
        for token in tokens:
            if token.type in {"fence", "code_block", "code_inline"}:
                yield from token.content.splitlines()
            yield from walk(token.children or [])

    return walk(MarkdownIt().enable("table").parse(document.read_text(encoding="utf-8")))


def runs_of(workflow: Any) -> Iterator[str]:
    """Return the lines that the steps of a workflow run."""
    for key, value in workflow.items() if isinstance(workflow, dict) else enumerate(workflow):
        if key == "run":
            yield from value.splitlines()
        elif isinstance(value, dict | list):
            yield from runs_of(value)


def lines_of(script: Path) -> Iterator[str]:
    """Return the lines of a script, and what its comments set as code."""
    text = script.read_text(encoding="utf-8")
    yield from text.splitlines()
    yield from re.findall(r"`([^`\n]+)`", text)


def arguments(program: str) -> Iterator[list[str]]:
    """Return the arguments with which the project runs a program, or tells its readers to."""
    called = re.compile(rf"\s*@?(?:\S+/)?{program}\s+([^#|;]*)")
    codes = [map(code_of, DOCUMENTS), map(lines_of, SCRIPTS)]
    lines = [line for files in codes for file in files for line in file]
    lines += [line for file in WORKFLOWS for line in runs_of(yaml.safe_load(file.read_text(encoding="utf-8")))]
    for line in lines:
        if found := called.match(line):
            yield shlex.split(found[1])


def sessions_named() -> set[str]:
    """Return the sessions that nox is told to run, and those that the noxfile's comments mention."""
    named = set(re.findall(r"session `([\w.-]+)`", (ROOT / "noxfile.py").read_text(encoding="utf-8")))
    for words in arguments("nox"):
        is_session = False
        for word in words:
            if not word.startswith("-") and is_session:
                named.add(word)
            elif word.startswith("-"):
                is_session = word in {"-s", "--session", "--sessions"}
    return named


def sessions() -> set[str]:
    """Return the functions of the noxfile that are sessions."""
    return {
        node.name
        for node in NOXFILE.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator).startswith("nox.session") for decorator in node.decorator_list)
    }


def test_every_session_that_is_named_is_there() -> None:
    """With the Python that is named, if one is."""
    classifiers = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = sessions_named()
    assert {"lint", "mypy", "freethreaded", "mutants"} <= named
    for name in named:
        session, _, python = name.partition("-")
        assert session in sessions(), name
        assert not python or f'"Programming Language :: Python :: {python}"' in classifiers, name


def test_every_target_that_is_named_is_there() -> None:
    """In the Makefile."""
    targets = set(re.findall(r"^([^\s:#=]+):(?!=)", MAKEFILE.replace("$(VENV)", ".venv"), re.MULTILINE))
    named = {word for words in arguments("make") for word in words if re.fullmatch(r"[\w./-]+", word)}
    named = {word for word in named if not word.startswith("-")} - {"altinstall"}  # which is CPython's
    assert {"test", "demo", "dev", "pythons", ".venv/.nox"} <= named
    assert named - targets == set()


@pytest.mark.parametrize("document", FOR_MAINTAINERS, ids=["contributing", "releasing"])
def test_every_path_that_is_named_is_there(document: Path) -> None:
    """From the repository, or from the package."""
    spans = set(code_of(document)) - {REPOSITORY}
    paths = {span for span in spans if re.fullmatch(r"[\w.*-]+(/[\w.*-]+)+/?", span)}
    assert paths
    folders = [ROOT, ROOT / "src/typedsignals", ROOT / ".github/workflows"]
    assert [path for path in paths if not any([*folder.glob(path.rstrip("/"))] for folder in folders)] == []


def test_everything_in_the_noxfile_is_used() -> None:
    """What nothing uses was left behind when a session went, maybe by mistake."""
    names = [node.id for node in ast.walk(NOXFILE) if isinstance(node, ast.Name)]
    assigned = {node.id for node in ast.walk(NOXFILE) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    defined = {node.name for node in NOXFILE.body if isinstance(node, ast.FunctionDef)} - sessions()
    assert [name for name in assigned if names.count(name) == 1] == []
    assert [name for name in defined if name not in names] == []
