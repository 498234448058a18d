"""What mypy must know of the plugin, so that it checks anew what depends on something that has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy.indirection import TypeIndirectionVisitor
from mypy.server.trigger import make_trigger, make_wildcard_trigger
from mypy.typestate import type_state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from mypy.checker import TypeChecker
    from mypy.nodes import TypeInfo
    from mypy.types import Type


def depend_on(model: TypeInfo, members: Collection[str], checker: TypeChecker) -> None:
    """Have mypy's daemon check this function, or the module around it, anew when one of a model's members changes.

    Plugins have a method for this while mypy analyses names, but none while it checks types.
    """
    target = checker.tscope.current_target()
    for member in members:
        checker.tree.plugin_deps.setdefault(make_trigger(f"{model.fullname}.{member}"), set()).add(target)
    # mypy reads that only when it loads a whole file. When it checks but a function again, as that of a signal that
    # got another payload, all it learns is which classes were compared with protocols, and then what depends on those.
    rechecked: set[TypeInfo] = getattr(type_state, "_rechecked_types", set())
    rechecked.add(model)
    getattr(type_state, "_attempted_protocols", {}).setdefault(model.fullname, set()).add(target)
    getattr(type_state, "_checked_against_members", {}).setdefault(model.fullname, set()).update(members)


def depend_on_new_members(model: TypeInfo, checker: TypeChecker) -> None:
    """The same when a model gets fields, which does not change a constructor that is written by hand."""
    for info in model.mro:
        trigger = make_wildcard_trigger(info.fullname)
        checker.tree.plugin_deps.setdefault(trigger, set()).add(checker.tscope.current_target())


def depend_on_types(types: Iterable[Type], checker: TypeChecker) -> None:
    """Have mypy check this module anew, and not take it from its cache, when the classes in these types change.

    mypy knows those in the types of expressions.
    """
    checker.module_refs.update(TypeIndirectionVisitor().find_modules(types))
