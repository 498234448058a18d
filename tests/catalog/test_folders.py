"""Finding the folders of a catalog's packages in a project."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from typedsignals.catalog import folder_in, folders_of, project_root

from .making import catalog, receiver, send
from .programs import Program

ONE = "from typedsignals import Signal\nsaved = Signal()\n"


def test_a_project_is_rooted_where_its_repository_is(tmp_path: Path) -> None:
    """In a worktree, `.git` is a file; a folder outside repositories is its own root."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project_root(inner) in {inner, *tmp_path.parents}
    (tmp_path / "a" / ".git").write_text("gitdir: elsewhere")
    assert project_root(inner) == tmp_path / "a"
    (inner / ".git").mkdir()
    assert project_root(inner) == inner


def test_packages_and_modules_are_in_the_folder_they_are_imported_from(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packages directly in the root are left out."""
    program.write(shop=ONE)
    program.write_file("src/stock/__init__.py", ONE)
    program.write_file("src/single.py", ONE)
    program.write_file("libs/inner/spread/part/__init__.py", ONE)
    monkeypatch.syspath_prepend(program.folder / "src")
    monkeypatch.syspath_prepend(program.folder / "libs" / "inner")
    found = program.catalog("shop", "stock", "single", "spread.part")
    assert folders_of(found, program.folder) == {"single.py": "src/", "spread": "libs/inner/", "stock": "src/"}


def test_of_the_places_of_a_namespace_the_one_in_the_project_counts(
    program: Program, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another part of the namespace package may be installed elsewhere, and come first."""
    elsewhere = tmp_path_factory.mktemp("installed")
    (elsewhere / "spread").mkdir()
    program.write_file("src/spread/part/__init__.py", ONE)
    monkeypatch.syspath_prepend(program.folder / "src")
    monkeypatch.syspath_prepend(elsewhere)
    assert folders_of(program.catalog("spread.part"), program.folder) == {"spread": "src/"}


def test_what_is_not_there_has_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules that are not imported, outside the project or built in have no folder."""
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    made = catalog(receivers=[receiver(file="json/decoder.py"), receiver(file="<builtins>")], sends=[send()])
    assert folders_of(made, tmp_path) == {}


def test_a_folder_is_named_from_the_root(tmp_path: Path) -> None:
    """The name ends with a slash, so that the name of a file can follow."""
    assert folder_in(tmp_path, tmp_path / "a" / "b") == "a/b/"
    assert folder_in(tmp_path, tmp_path) == ""
    assert folder_in(tmp_path / "a", tmp_path) == ""
