"""All that the plugin uses of mypy's inner state, which may change with any version of mypy.

The other files use what mypy gives to plugins: the interfaces of `mypy.plugin`, nodes, types, error codes, and the
functions that compare, map and walk them. Everything here was seen in mypy 2.2.0, 2.3.1 and 2.4.1.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from mypy.indirection import TypeIndirectionVisitor
from mypy.server.trigger import make_trigger, make_wildcard_trigger
from mypy.typestate import type_state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mypy.checker import TypeChecker
    from mypy.errors import ErrorInfo, ErrorWatcher
    from mypy.nodes import Expression, FuncItem, MypyFile, TypeInfo, Var
    from mypy.plugin import CheckerPluginInterface, SemanticAnalyzerPluginInterface
    from mypy.types import Type


def _checker(api: CheckerPluginInterface) -> TypeChecker:
    """Return the type checker itself, which plugins get as its interface.

    Should mypy hand out something else, the functions below that need the checker end mypy with an internal error.
    """
    return cast("TypeChecker", api)


@contextmanager
def outside_trial(api: CheckerPluginInterface) -> Iterator[ErrorWatcher | None]:
    """Report the errors of the block while mypy tries an overload, and yield the counter of the trial's own errors.

    mypy calls no hook before it compares a decorated function with what the decorator takes. But when it tries an
    overload, it calls one while it holds errors back. Yields None outside a trial, and in a trial inside another one,
    where nothing can be reported.

    It takes the watcher of the trial off ``Errors._watchers``, where the innermost is last; ``ErrorWatcher._filter``
    tells it from those of loops, which let errors pass. Without either, decorators are left to mypy.
    """
    watchers: list[ErrorWatcher] = getattr(api.msg.errors, "_watchers", [])
    trials = [watcher for watcher in watchers if getattr(watcher, "_filter", False)]
    if not trials or trials[0] is not watchers[-1]:
        yield None
        return
    trial = watchers.pop()
    try:
        yield trial
    finally:
        watchers.append(trial)


@contextmanager
def always_reported(api: CheckerPluginInterface) -> Iterator[None]:
    """Report the errors of the block even while mypy tries an overload: for errors that do not depend on it.

    It empties ``Errors._watchers``. Without that, the errors of an overload that does not match are not seen.
    """
    watchers: list[ErrorWatcher] = getattr(api.msg.errors, "_watchers", [])
    held, watchers[:] = watchers[:], []
    try:
        yield
    finally:
        watchers[:] = held


def forget_errors(trial: ErrorWatcher) -> None:
    """Reset ``ErrorWatcher._has_new_errors``, so that an overload matches although what mypy compared did not.

    Without it, mypy reports such a decorator as it does without the plugin, or ends with an internal error.
    """
    trial._has_new_errors = False


def type_and_errors(expression: Expression, api: CheckerPluginInterface) -> tuple[Type, list[ErrorInfo]]:
    """Check an expression with ``MessageBuilder.filter_errors``, which keeps its errors instead of reporting them.

    mypy checks the arguments of a call itself, after the plugin. Without it, mypy ends with an internal error.
    """
    with api.msg.filter_errors(save_filtered_errors=True) as watcher:
        found = api.get_expression_type(expression)
    return found, watcher.filtered_errors()


def checked_type(expression: Expression, api: CheckerPluginInterface) -> Type:
    """Return what ``TypeChecker.lookup_type`` knows of an expression that has been checked.

    It is the signal of a decorator, whose errors have been reported. Without it, mypy ends with an internal error.
    """
    return _checker(api).lookup_type(expression)


def module_tree(api: CheckerPluginInterface) -> MypyFile:
    """Return ``TypeChecker.tree``, the module that is being checked, to see how it uses a signal.

    Without it, mypy ends with an internal error.
    """
    return _checker(api).tree


def function_around(api: CheckerPluginInterface) -> FuncItem | None:
    """Return the function that is being checked, by ``TypeChecker.scope``: local receivers end with it.

    Without it, mypy ends with an internal error.
    """
    return _checker(api).scope.current_function()


def class_around(api: CheckerPluginInterface) -> TypeInfo | None:
    """Return the class whose body is being checked, by ``TypeChecker.scope``: its methods are functions there.

    Without it, mypy ends with an internal error.
    """
    return _checker(api).scope.active_class()


def source_lines(path: str, api: CheckerPluginInterface | SemanticAnalyzerPluginInterface) -> list[str]:
    """Return the lines of a file by ``Errors.read_source``, which has read it already and knows its encoding.

    The list is empty if the file cannot be read, as with ``mypy -c``, and if mypy gives no such function: then nothing
    is known that only the source tells.
    """
    read = getattr(api.msg.errors, "read_source", None)
    return (read(path) if read else None) or []


def set_fullname(variable: Var, fullname: str) -> None:
    """Set ``Var._fullname``, which mypy's cache and daemon compare and plugins cannot set otherwise.

    pydantic's plugin does the same. If mypy names the attribute otherwise, it ends with an internal error.
    """
    variable._fullname = fullname


def depend_on(model: TypeInfo, members: Collection[str], api: CheckerPluginInterface) -> None:
    """Have the daemon check this function, or the module around it, again when a member of a model changes.

    Plugins can ask for that while mypy analyses names (``add_plugin_dependency``), but not while it checks types: so it
    is added to ``MypyFile.plugin_deps``, for the target of ``TypeChecker.tscope``. mypy reads that only when it loads a
    whole file. When it checks but a function again, as that of a signal that got another payload, all it learns is
    which classes were compared with protocols, from three sets of ``mypy.typestate``. Without the first two, mypy ends
    with an internal error; without the sets, the daemon misses changes of such a payload until the file changes too.
    """
    for member in members:
        _depend_on_trigger(make_trigger(f"{model.fullname}.{member}"), api)
    rechecked: set[TypeInfo] = getattr(type_state, "_rechecked_types", set())
    rechecked.add(model)
    target = _checker(api).tscope.current_target()
    getattr(type_state, "_attempted_protocols", {}).setdefault(model.fullname, set()).add(target)
    getattr(type_state, "_checked_against_members", {}).setdefault(model.fullname, set()).update(members)


def depend_on_new_members(model: TypeInfo, api: CheckerPluginInterface) -> None:
    """Do the same when a model or a base gets fields, which does not change a constructor that is written by hand."""
    for info in model.mro:
        _depend_on_trigger(make_wildcard_trigger(info.fullname), api)


def _depend_on_trigger(trigger: str, api: CheckerPluginInterface) -> None:
    checker = _checker(api)
    checker.tree.plugin_deps.setdefault(trigger, set()).add(checker.tscope.current_target())


def depend_on_types(types: Iterable[Type], api: CheckerPluginInterface) -> None:
    """Have mypy check this module again, instead of reading it from the cache, when classes in these types change.

    Their modules are added to ``TypeChecker.module_refs``, to which mypy adds those in the types of expressions, by
    ``TypeIndirectionVisitor``. Without either, mypy ends with an internal error.
    """
    _checker(api).module_refs.update(TypeIndirectionVisitor().find_modules(types))
