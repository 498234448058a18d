"""Generating the `send` and `send_async` of one signal: Python source with the payload's fields spelt out.

Spelt-out keywords are what makes a validated send cheap: there is no dictionary of fields to build, to unpack for
each receiver, and to collect again. The source is made from fixed text and the names of the fields, which are
known to be identifiers; values reach it through its global names only. All names of its own begin with an
underscore, which no pydantic field may do.

Tracebacks and debuggers show the source, and `inspect.getsource` gives it.
"""

from __future__ import annotations

import linecache
import re
import weakref
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.machinery import ModuleSpec
from itertools import count
from textwrap import indent
from types import CodeType
from typing import Any, Final, Literal

from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from ._fast_path import FieldPlan
from ._validation import Validate


class Missing:
    """The type of `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "..."


MISSING: Final = Missing()
"""Stands for a field that was not given to a send."""

Kind = Literal["send", "send_async"]


_number = count(1)
"""Keeps apart the files of signals that have the same name."""


def specialised(
    kind: Kind, plans: tuple[FieldPlan, ...], mode: Validate, label: str, needs: dict[str, Any]
) -> Callable[..., Any]:
    """The `send` or `send_async` of one signal, with the fields of its payload.

    Args:
        kind: Which of them.
        plans: How each field of its payload is validated.
        mode: When it validates.
        label: What to call the signal in the source's file name.
        needs: The objects of the signal that the source refers to: ``_table``, ``_senders``, ``_in_full``.
    """
    readable = re.sub(r"[^\w.-]", "_", label)
    file_name = f"typedsignals.generated/{readable}.{kind}.{next(_number)}.py"
    function = _function(kind, source(kind, plans, mode), file_name, _globals(plans) | needs)
    weakref.finalize(function, linecache.cache.pop, file_name, None).atexit = False
    return function


def general(kind: Kind, mode: Validate, needs: dict[str, Any], *, has_payload: bool) -> Callable[..., Any]:
    """The `send` or `send_async` of one signal, whatever its fields.

    Args:
        kind: Which of them.
        mode: When it validates.
        needs: The objects of the signal that the source refers to: ``_table``, ``_senders``, ``_in_full``.
        has_payload: Whether there are fields to validate; ``_in_full`` does.
    """
    code = validating_source(kind, mode) if has_payload else open_source(kind)
    file_name = f"typedsignals.generated/{kind}.{mode if has_payload else 'open'}.py"
    return _function(kind, code, file_name, needs)


def _function(kind: Kind, code: str, file_name: str, names: dict[str, Any]) -> Callable[..., Any]:
    namespace = {
        "_MISSING": MISSING,
        "_given": _given,
        "_ValidationError": ValidationError,
        "_type": type,
        **names,
        **_module("typedsignals.generated", code),
    }
    exec(_compiled(code, file_name), namespace)  # noqa: S102 - of our own making, see above
    linecache.lazycache(file_name, namespace)
    function: Callable[..., Any] = namespace[kind]
    return function


@lru_cache(maxsize=8)
def _compiled(code: str, file_name: str) -> CodeType:
    """The code of a source: signals without fields of their own share it."""
    return compile(code, file_name, "exec")


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not MISSING}


def _module(name: str, code: str) -> dict[str, Any]:
    """The globals by which `linecache` finds the source, for as long as the function lives."""
    loader = _SourceLoader(code)
    return {"__name__": name, "__loader__": loader, "__spec__": ModuleSpec(name, loader)}  # type: ignore[arg-type]


class _SourceLoader:
    def __init__(self, code: str) -> None:
        self._code = code

    def get_source(self, name: str) -> str:
        return self._code


def _globals(plans: Iterable[FieldPlan]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for plan in plans:
        names |= plan.needs
        names[f"_validate_{plan.name}"] = plan.validate
        names[f"_default_{plan.name}"] = plan.default
        names[f"_make_{plan.name}"] = plan.default_factory
    return names


def source(kind: Kind, plans: tuple[FieldPlan, ...], mode: Validate) -> str:
    """The source of a `send` or `send_async` of a signal that has these fields."""
    parameters = "".join(f"{plan.name}=_MISSING, " for plan in plans)
    keywords = "".join(f", {plan.name}={_value(plan)}" for plan in plans)
    given = "".join(f"{plan.name}={plan.name}, " for plan in plans)
    conditions = ["not _unknown", *filter(None, map(_accepted, plans))]
    return _source(
        kind,
        f"_sender, /, *, {parameters}",
        "_unknown",
        _find(mode) + _if_plain(kind, conditions, _validation(plans, _delivery(kind, keywords))),
        f"_given({given}**_unknown)",
    )


def validating_source(kind: Kind, mode: Validate) -> str:
    """The source of a `send` or `send_async` that leaves its fields to ``_in_full``."""
    return _source(kind, "_sender, /, *, ", "_fields", _find(mode), "_fields")


def open_source(kind: Kind) -> str:
    """The source of a `send` or `send_async` of a signal without a payload, which takes any fields."""
    body = _FIND + _if_plain(kind, [], _delivery(kind, ", **_fields"))
    return _source(kind, "_sender=None, /, *, ", "_fields", body, "_fields")


def _source(kind: Kind, parameters: str, rest: str, body: str, fields: str) -> str:
    define, call = ("async def", "await _in_full") if kind == "send_async" else ("def", "_in_full")
    wrapper = _WRAPPER[kind]
    return f"""\
{define} {kind}({parameters}{wrapper}=None, **{rest}):
{indent(body, "    ")}\
    return {call}(_snapshot, _sender, {fields}, {wrapper})
"""


_WRAPPER: Final = {"send": "_async_wrapper", "send_async": "_sync_wrapper"}

_FIND = """\
if _type(_sender) is not _senders.usual_type:
    _sender = _senders.accept(_sender)
_snapshot = _table.common or _table.find(_sender)
"""


def _find(mode: Validate) -> str:
    return _FIND + ("if not _snapshot.reaches_anyone:\n    return []\n" if mode == "connected" else "")


def _if_plain(kind: Kind, conditions: list[str], body: str) -> str:
    """Do something if all receivers are to be called with keywords, as they are."""
    plain = "_snapshot.by_keywords" if kind == "send_async" else "_snapshot.simple"
    tests = "\n    and ".join([plain, f"{_WRAPPER[kind]} is None", *conditions])
    return f"if (\n    {tests}\n):\n{indent(body, '    ')}"


def _accepted(plan: FieldPlan) -> str:
    """The expression that lets a field pass to its validator, or past it."""
    test = plan.test.format(value=plan.name)
    if plan.is_required:
        return test or f"{plan.name} is not _MISSING"
    return f"({plan.name} is _MISSING or {test})" if test else ""


def _validation(plans: Iterable[FieldPlan], delivery: str) -> str:
    """Call the validators of the fields that need one, fill in the defaults, then deliver."""
    validated = [plan for plan in plans if plan.validate]
    defaults = "".join(map(_default, plans))
    if not validated:
        return defaults + delivery
    calls = "".join(f"    {_value(plan)} = {_validate(plan)}\n" for plan in validated)
    return f"try:\n{calls}except _ValidationError:\n    pass\nelse:\n{indent(defaults + delivery, '    ')}"


def _validate(plan: FieldPlan) -> str:
    call = f"_validate_{plan.name}({plan.name})"
    return call if plan.is_required else f"_MISSING if {plan.name} is _MISSING else {call}"


def _default(plan: FieldPlan) -> str:
    if plan.is_required:
        return ""
    value = _value(plan)
    default = f"_make_{plan.name}()" if plan.default is PydanticUndefined else f"_default_{plan.name}"
    return f"if {value} is _MISSING:\n    {value} = {default}\n"


def _value(plan: FieldPlan) -> str:
    """The variable that has the field's validated value: a failed validation must leave the given one alone."""
    return f"_valid_{plan.name}" if plan.validate else plan.name


def _delivery(kind: Kind, keywords: str) -> str:
    """Call the receivers. Weakly held functions, the commonest, are got at by the shortest way."""
    call = f"_receiver(_sender{keywords})"
    if kind == "send_async":
        loops = _loop("_ref.receiver()", f"await {call} if _ref.terms.is_async else {call}")
    else:
        weak_functions, any_receivers = _loop("_ref()", call), _loop("_ref.receiver()", call)
        loops = f"if _snapshot.functions:\n{indent(weak_functions, '    ')}else:\n{indent(any_receivers, '    ')}"
    return f"_results = []\n{loops}return _results\n"


def _loop(receiver: str, call: str) -> str:
    return f"""\
for _ref in _snapshot.refs:
    _receiver = {receiver}
    if _receiver is not None and _ref.live:
        _results.append((_receiver, {call}))
"""
