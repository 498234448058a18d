"""What mypy's daemon must know of the plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.server.trigger import make_trigger

if TYPE_CHECKING:
    from mypy.checker import TypeChecker


def depend_on(name: str, checker: TypeChecker) -> None:
    """Have mypy's daemon check this function anew when the named thing changes.

    Plugins have a method for this while mypy analyses names, but none while it checks types.
    """
    target = checker.tscope.current_target()
    checker.tree.plugin_deps.setdefault(make_trigger(name), set()).add(target)
