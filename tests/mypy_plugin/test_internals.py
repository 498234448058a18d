"""One file of the plugin touches mypy's inner state, and says what happens if that is missing."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.mypy_plugin.mypying import SOURCES
from typedsignals.mypy_plugin._mypy.internals import always_reported, outside_trial, source_lines

PLUGIN = SOURCES / "typedsignals" / "mypy_plugin"
INTERNALS = PLUGIN / "_mypy" / "internals.py"

# What mypy gives to plugins: their interfaces, the tree and its types, and functions over these.
FOR_PLUGINS = {
    *("mypy", "mypy.errorcodes", "mypy.nodes", "mypy.options", "mypy.plugin", "mypy.types"),
    *("mypy.erasetype", "mypy.expandtype", "mypy.maptype", "mypy.meet", "mypy.messages", "mypy.subtypes"),
    "mypy.traverser",
}
OTHER_MYPY: Any = SimpleNamespace(msg=SimpleNamespace(errors=SimpleNamespace()))


def _imported(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text()))
    modules = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    return {module for module in modules if module.split(".")[0] == "mypy"}


def test_the_other_files_import_only_what_is_for_plugins() -> None:
    """Whatever else is read of mypy is read in one place; of private attributes, the linter says so."""
    others = [file for file in PLUGIN.rglob("*.py") if file != INTERNALS]
    assert set().union(*map(_imported, others)) == FOR_PLUGINS
    assert not _imported(INTERNALS) <= FOR_PLUGINS


def test_a_mypy_without_watchers_is_never_in_a_trial() -> None:
    """Decorators are left to mypy then, and what does not depend on overloads is reported as far as mypy lets it."""
    with outside_trial(OTHER_MYPY) as trial:
        assert trial is None
    with always_reported(OTHER_MYPY):
        pass


def test_a_mypy_that_reads_no_sources_gives_no_lines() -> None:
    """What only the source tells is not known then."""
    assert source_lines(__file__, OTHER_MYPY) == []
