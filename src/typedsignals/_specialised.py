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
import sys
import weakref
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.machinery import ModuleSpec
from itertools import count
from textwrap import indent
from types import CodeType, MethodType
from typing import Any, Final, Literal

from pydantic import ValidationError

from ._fast_path import FieldPlan, can_be_spelt_out
from ._snapshot import NOBODY
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
    kind: Kind, plans: tuple[FieldPlan, ...], mode: Validate, label: str, needs: dict[str, Any], *, takes_extra: bool
) -> Callable[..., Any]:
    """The `send` or `send_async` of one signal whose fields are validated one by one.

    Args:
        kind: Which of them.
        plans: How each field of its payload is validated.
        mode: When it validates.
        label: What to call the signal in the source's file name.
        needs: The objects of the signal that the source refers to: its ``_table``, ``_senders``, ``_in_full``, and
            ``_validate``.
        takes_extra: Whether payloads may have more than their fields.
    """
    names = None if takes_extra else [plan.name for plan in plans]
    return _labelled(kind, source(kind, plans, mode, names), label, _globals(plans) | needs)


def validating(
    kind: Kind, names: tuple[str, ...], mode: Validate, label: str, needs: dict[str, Any], *, takes_extra: bool
) -> Callable[..., Any]:
    """The `send` or `send_async` of one signal whose payload is validated as a whole.

    Args are those of `specialised`, with the names of the fields instead of the plans.
    """
    spelt_out = None if takes_extra or not can_be_spelt_out(names) else names
    return _labelled(kind, validating_source(kind, mode, spelt_out), label, needs)


def untyped(kind: Kind, needs: dict[str, Any]) -> Callable[..., Any]:
    """The `send` or `send_async` of one signal without a payload. All of them share their code."""
    return _function(kind, open_source(kind), f"typedsignals.generated/{kind}.py", needs)


def _labelled(kind: Kind, code: str, label: str, names: dict[str, Any]) -> Callable[..., Any]:
    readable = re.sub(r"[^\w.-]", "_", label)
    file_name = f"typedsignals.generated/{readable}.{kind}.{next(_number)}.py"
    function = _function(kind, code, file_name, names)
    if not sys.is_finalizing():  # pragma: no branch - a finalizer may send when nothing can be registered any more
        weakref.finalize(function, linecache.cache.pop, file_name, None).atexit = False
    return function


def _function(kind: Kind, code: str, file_name: str, names: dict[str, Any]) -> Callable[..., Any]:
    namespace = {
        "_MISSING": MISSING,
        "_NOBODY": NOBODY,
        "_Method": MethodType,
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


def _given(fields: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not MISSING} | unknown


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


def source(kind: Kind, plans: tuple[FieldPlan, ...], mode: Validate, names: Iterable[str] | None) -> str:
    """The source of a `send` or `send_async` of a signal that has these fields.

    Wrappers are rarely given: they are left among the unknown keywords, which costs other sends nothing.
    """
    parameters = "".join(f"{plan.name}=_MISSING, " for plan in plans)
    keywords = "".join(f", {plan.name}={_value(plan)}" for plan in plans)
    conditions = ["not _unknown", *filter(None, map(_accepted, plans))]
    given = ", ".join(f"{plan.name!r}: {plan.name}" for plan in plans)
    is_missing = " or ".join(["_unknown", *(f"{plan.name} is _MISSING" for plan in plans)])
    separator = "*, " if plans else ""
    return f"""\
{_define(kind)}(_sender, /, {separator}{parameters}**_unknown):
{indent(_find(mode), "    ")}\
    if (
        _snapshot.{_plain(kind)}
        and {(chr(10) + "        and ").join(conditions)}
    ):
{indent(_validation(plans, _delivery(kind, keywords)), "        ")}\
    _wrapper = _unknown.pop("{_WRAPPER[kind]}", None)
    _fields = {{{given}}}
    if {is_missing}:
        _fields = _given(_fields, _unknown)
{indent(_as_a_whole(kind, names), "    ")}"""


def validating_source(kind: Kind, mode: Validate, names: Iterable[str] | None) -> str:
    """The source of a `send` or `send_async` that leaves its fields to the payload's own validator."""
    return f"""\
{_define(kind)}(_sender, /, **_fields):
{indent(_find(mode), "    ")}\
    _wrapper = _fields.pop("{_WRAPPER[kind]}", None)
{indent(_as_a_whole(kind, names), "    ")}"""


def open_source(kind: Kind) -> str:
    """The source of a `send` or `send_async` of a signal without a payload, which takes any fields."""
    return f"""\
{_define(kind)}(_sender=None, /, **_fields):
{indent(_FIND, "    ")}\
    _wrapper = _fields.pop("{_WRAPPER[kind]}", None)
    if _snapshot.{_plain(kind)} and _wrapper is None:
{indent(_delivery(kind, ", **_fields"), "        ")}\
{indent(_in_full(kind), "    ")}"""


def _define(kind: Kind) -> str:
    return "async def send_async" if kind == "send_async" else "def send"


def _plain(kind: Kind) -> str:
    """Which snapshots have nothing but receivers that are called with keywords, as they are."""
    return "by_keywords" if kind == "send_async" else "simple"


def _in_full(kind: Kind) -> str:
    return f"return {'await ' * (kind == 'send_async')}_in_full(_snapshot, _sender, _fields, _wrapper)\n"


def _as_a_whole(kind: Kind, names: Iterable[str] | None) -> str:
    """Make a payload, and call receivers of which some or all take it; leave the rest to ``_in_full``.

    The names are those of the fields, if they can be spelt out and are all that payloads have.
    """
    if names is None or kind == "send_async":
        return _in_full(kind)
    keywords = "".join(f", {name}=_values[{name!r}]" for name in names)
    by_payload, by_keywords = "_receiver(_sender, _payload)", f"_receiver(_sender{keywords})"
    each = f"{by_payload} if _ref.terms.as_payload else {by_keywords}"
    return f"""\
if _snapshot.plain and _wrapper is None:
    _payload = _validate(_sender, _fields)
    _results = []
    if _snapshot.payloads:
{indent(_loop(_WEAK_FUNCTION, by_payload), "        ")}\
    else:
        _values = _payload.__dict__.copy()
{indent(_loop(_ANY_RECEIVER, each), "        ")}\
    return _results
{_in_full(kind)}"""


_WRAPPER: Final = {"send": "_async_wrapper", "send_async": "_sync_wrapper"}

_FIND = """\
if _type(_sender) is not _senders.usual_type:
    _sender = _senders.accept(_sender)
_snapshot = _table.common or _table.find(_sender)
"""


def _find(mode: Validate) -> str:
    if mode != "connected":
        return _FIND
    # The second test would do, but the first is the sooner for a signal that nobody is connected to.
    return f"if _table.common is _NOBODY:\n    return []\n{_FIND}if not _snapshot.reaches_anyone:\n    return []\n"


def _accepted(plan: FieldPlan) -> str:
    """The expression that lets a field pass to its validator, or past it."""
    test = plan.test.format(value=plan.name)
    if plan.is_required:
        return test or f"{plan.name} is not _MISSING"
    return f"({plan.name} is _MISSING or {test})" if test else ""


def _validation(plans: tuple[FieldPlan, ...], delivery: str) -> str:
    """Call the validators of the fields that need one, fill in the defaults, then deliver.

    A factory is called in the `try`, as the error of a model that it fails to make is pydantic's refusal too.
    """
    calls = "".join(f"{_value(plan)} = {_validate(plan)}\n" for plan in plans if plan.validate)
    made = "".join(_made(plan) for plan in plans if plan.default_factory)
    defaults = "".join(_default(plan) for plan in plans if not (plan.is_required or plan.default_factory))
    if not calls and not made:
        return defaults + delivery
    body, then = indent(calls + made, "    "), indent(defaults + delivery, "    ")
    return f"try:\n{body}except _ValidationError:\n    pass\nelse:\n{then}"


def _validate(plan: FieldPlan) -> str:
    call = f"_validate_{plan.name}({plan.name})"
    return call if plan.is_required else f"_MISSING if {plan.name} is _MISSING else {call}"


def _default(plan: FieldPlan) -> str:
    value = _value(plan)
    return f"if {value} is _MISSING:\n    {value} = _default_{plan.name}\n"


def _made(plan: FieldPlan) -> str:
    value = _value(plan)
    given = value if plan.validate else plan.name
    return f"{value} = _make_{plan.name}() if {plan.name} is _MISSING else {given}\n"


def _value(plan: FieldPlan) -> str:
    """The variable that has the field's final value: what fails must leave the given one alone."""
    return f"_valid_{plan.name}" if plan.validate or plan.default_factory else plan.name


def _delivery(kind: Kind, keywords: str) -> str:
    """Call receivers that take keywords. Weakly held functions, the commonest, are got at by the shortest way."""
    call = f"_receiver(_sender{keywords})"
    if kind == "send_async":
        shortest, flag, each = f"await {call}", "coroutines", f"await {call} if _ref.terms.is_async else {call}"
    else:
        shortest, flag, each = call, "functions", call
    return f"""\
_results = []
if _snapshot.{flag}:
{indent(_loop(_WEAK_FUNCTION, shortest), "    ")}\
else:
{indent(_loop(_ANY_RECEIVER, each), "    ")}\
return _results
"""


_WEAK_FUNCTION = "_receiver = _ref()\n"

_ANY_RECEIVER = """\
_receiver = _ref.strong
if _receiver is None:
    _receiver = _ref()
    if _ref.function is not None and _receiver is not None:
        _receiver = _Method(_ref.function, _receiver)
"""


def _loop(receiver: str, call: str) -> str:
    return f"""\
for _ref in _snapshot.refs:
{indent(receiver, "    ")}\
    if _receiver is not None and _ref.live:
        _results.append((_receiver, {call}))
"""
