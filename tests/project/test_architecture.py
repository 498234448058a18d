"""The page on the architecture says what is there: its rooms, its rules for imports, and its ways."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import typedsignals

from .drawings import diagrams, picture, source_of

ROOT = Path(__file__).parents[2]
PACKAGE = Path(typedsignals.__file__).parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = {contract["containers"][0]: contract["layers"] for contract in CONTRACTS}
MOST_STOPS = 8

Stop = tuple[str, str]


def section(heading: str) -> str:
    """The text under a heading, up to the next one."""
    (text,) = re.findall(rf"^##+ {re.escape(heading)}\n(.*?)(?=^##+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def floors(heading: str) -> list[set[str]]:
    """The rooms in the table under a heading, floor by floor."""
    rows = re.findall(r"^\| (\d+) \| `([\w/.]+)` \| .+ \|$", section(heading), re.MULTILINE)
    return [{room for floor, room in rows if int(floor) == number} for number in range(1, int(rows[-1][0]) + 1)]


def layers(container: str) -> list[set[str]]:
    """What the linter of imports holds, in the words of the page."""
    prefix = container.replace(".", "/").removeprefix("typedsignals").removeprefix("/")
    return [{_room(prefix, name) for name in re.split(r" [|:] ", layer)} for layer in LAYERS[container]]


def _room(prefix: str, name: str) -> str:
    path = f"{prefix}/{name}".removeprefix("/")
    return f"{path}/" if (PACKAGE / path).is_dir() else f"{path}.py"


@pytest.mark.parametrize(
    ("heading", "container"), [("The rooms", "typedsignals"), ("The catalog", "typedsignals.catalog")]
)
def test_the_floors_are_those_of_the_linter(heading: str, container: str) -> None:
    """In the same order; the linter itself fails if a module is on none."""
    assert floors(heading) == layers(container)


def test_every_folder_is_a_room() -> None:
    """No folder is missing, and no room is gone."""
    files = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html"}]
    folders = {f"{folder.as_posix()}/" for path in files for folder in path.parents} - {"./"}
    assert set(re.findall(r"^\| (?:\d+ \| )?`([\w/.]+/)` \|", PAGE, re.MULTILINE)) == folders


# The ways

WAYS = re.findall(r"^### (The way of .*)$", PAGE, re.MULTILINE)


def stops(way: str) -> list[Stop]:
    """The files and functions in the list of a way."""
    return re.findall(r"^\d+\. `([\w/.]+)`, `([\w.]+)`: ", section(way), re.MULTILINE)


def defined(file: str) -> set[str]:
    """The functions and methods of a module, as ``function`` and ``Class.method``."""
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    return {".".join(names) for names in _functions(tree)}


def _functions(node: ast.AST) -> Iterator[tuple[str, ...]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (child.name,)
        elif isinstance(child, ast.ClassDef):
            yield from ((child.name, *names) for names in _functions(child))


def test_there_are_four_ways() -> None:
    """A send, a connect, a model, a finding."""
    assert [len(stops(way)) > 4 for way in WAYS] == [True] * 4


@pytest.mark.parametrize("way", WAYS)
def test_each_stop_exists(way: str) -> None:
    """Its file has its function."""
    assert [(file, name) for file, name in stops(way) if name not in defined(file)] == []


@pytest.mark.parametrize("way", WAYS)
def test_a_way_is_short_and_never_comes_back(way: str) -> None:
    """It has few stops, each in another file."""
    files = [file for file, _ in stops(way)]
    assert len(files) <= MOST_STOPS
    assert len(files) == len(set(files))


@pytest.mark.parametrize("way", WAYS)
def test_a_way_is_drawn_as_it_is_told(way: str) -> None:
    """The diagram has the stops of the list, in their order."""
    source = diagrams()[way.lower().replace(" ", "-")]
    assert re.findall(r'^ +\d\["([\w/.]+)<br/>([\w.]+)"\]$', source, re.MULTILINE) == stops(way)


@pytest.mark.parametrize("name", diagrams())
def test_the_picture_is_drawn_from_the_page(name: str) -> None:
    """If not, draw it again: ``python -m tests.project.drawings``."""
    assert source_of(picture(name).read_text(encoding="utf-8")) == diagrams()[name]
