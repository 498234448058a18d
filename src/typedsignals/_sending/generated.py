"""Generating the code of one signal's `send` and `send_async`: Python source with the payload's fields spelt out.

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
from collections.abc import Coroutine, Iterable
from functools import lru_cache
from importlib.machinery import ModuleSpec
from itertools import count
from textwrap import indent
from types import CodeType, FunctionType, MethodType
from typing import Any, Final

from pydantic import ValidationError

from .._connecting.snapshot import NOBODY
from .._validating.fields import FieldsValidator, Validate
from .._validating.misplaced import refuse_positional
from .._validating.plans import FieldPlan, can_be_spelt_out
from .own_methods import Kind


class Missing:
    """The type of `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "..."


MISSING: Final = Missing()
"""Stands for a field that was not given to a send."""

_number = count(1)
"""Keeps apart the files of signals that have the same name."""


def specialise(
    method: MethodType,
    plans: tuple[FieldPlan, ...],
    validator: FieldsValidator,
    mode: Validate,
    label: str,
    needs: dict[str, Any],
    *,
    takes_extra: bool,
) -> None:
    """Generate the code of a `send` or `send_async` of a signal whose fields are validated one by one.

    Args:
        method: That method, whose function gets the code.
        plans: How each field of its payload is validated.
        validator: What validates the payload as a whole.
        mode: When it validates.
        label: What to call the signal in the source's file name.
        needs: The objects of the signal that the source refers to: its ``_table`` and ``_senders``. They must not
            refer to the signal: a connection that leads to it holds the function, and must not keep the signal alive.
        takes_extra: Whether payloads may have more than their fields.
    """
    names = None if takes_extra else [plan.name for plan in plans]
    function, kind = _function_of(method)
    validate = _new_name(function)
    code = source(kind, plans, mode, names, validate)
    _equip(function, code, _own_file(function, label), _globals(plans) | needs | {validate: validator})


def specialise_whole(
    method: MethodType,
    validator: FieldsValidator,
    mode: Validate,
    label: str,
    needs: dict[str, Any],
    *,
    takes_extra: bool,
) -> None:
    """Generate the code of a `send` or `send_async` of a signal whose payload is validated as a whole.

    Args are those of `specialise`.
    """
    spelt_out = None if takes_extra or not can_be_spelt_out(validator.names) else validator.names
    function, kind = _function_of(method)
    validate = _new_name(function)
    code = validating_source(kind, mode, spelt_out, validate)
    _equip(function, code, _own_file(function, label), needs | {validate: validator})


def specialise_open(method: MethodType, needs: dict[str, Any]) -> None:
    """Give the `send` or `send_async` of a signal without a payload its code, which all of them share."""
    function, kind = _function_of(method)
    _equip(function, open_source(kind), f"typedsignals.generated/{kind}.py", needs)


def let_go_of_payload(method: MethodType, needs: dict[str, Any]) -> None:
    """Leave nothing to a method's code, which may still run here and there, that belongs to the former payload.

    Args:
        method: A `send` or `send_async` that runs general code again.
        needs: As for `specialise`.
    """
    names = method.__func__.__globals__
    if "_generation" in names:
        names |= needs | {f"_validate_{names['_generation']}": _outdated}


def _outdated(signal: object, sender: object, fields: dict[str, Any]) -> None:
    """Stands for the validator of a payload that is no longer the signal's: the send goes on in general code."""


def _function_of(method: MethodType) -> tuple[FunctionType, Kind]:
    function = method.__func__
    assert isinstance(function, FunctionType)  # as `_own_methods` made it
    return function, "send_async" if function.__name__ == "send_async" else "send"


def _new_name(function: FunctionType) -> str:
    """What the code calls the payload's validator: what still runs of earlier code must not find another one there."""
    number: int = function.__globals__.get("_generation", 0) + 1
    function.__globals__["_generation"] = number
    return f"_validate_{number}"


def _own_file(function: FunctionType, label: str) -> str:
    """A name for the file in which the source of the function is said to be, for as long as the function lives."""
    forget_former = function.__globals__.get("_forget_source")
    if forget_former is not None:
        forget_former()
    readable = re.sub(r"[^\w.-]", "_", label)
    file_name = f"typedsignals.generated/{readable}.{function.__name__}.{next(_number)}.py"
    if not sys.is_finalizing():  # pragma: no branch - a finalizer may send when nothing can be registered any more
        forget = weakref.finalize(function, linecache.cache.pop, file_name, None)
        forget.atexit = False
        function.__globals__["_forget_source"] = forget
    return file_name


def _equip(function: FunctionType, code: str, file_name: str, names: dict[str, Any]) -> None:
    namespace = function.__globals__
    namespace |= {
        "_MISSING": MISSING,
        "_NOBODY": NOBODY,
        "_Method": MethodType,
        "_Coroutine": Coroutine,
        "_isinstance": isinstance,
        "_refuse_positional": refuse_positional,
        "_given": _given,
        "_again": function,
        "_ValidationError": ValidationError,
        "_type": type,
        **names,
        **_module("typedsignals.generated", code),
    }
    made: dict[str, FunctionType] = {}
    exec(_compiled(code, file_name), namespace, made)  # noqa: S102 - of our own making, see above
    linecache.lazycache(file_name, namespace)
    (generated,) = made.values()
    # The code last: until then other threads run the general code, which needs none of this.
    function.__defaults__, function.__kwdefaults__ = generated.__defaults__, generated.__kwdefaults__
    function.__code__ = generated.__code__


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


def source(kind: Kind, plans: tuple[FieldPlan, ...], mode: Validate, names: Iterable[str] | None, validate: str) -> str:
    """The source of a `send` or `send_async` of a signal that has these fields.

    Wrappers are rarely given: they are left among the unknown keywords, which costs other sends nothing. A send whose
    wrapper has nothing to wrap begins again without it.
    """
    parameters = "".join(f"{plan.name}=_MISSING, " for plan in plans)
    keywords = "".join(f", {plan.name}={_value(plan)}" for plan in plans)
    plain = "_snapshot.by_keywords" if kind == "send_async" else "_snapshot.simple"
    conditions = [plain, "not (_unknown or _positional)", *filter(None, map(_accepted, plans))]
    same = "".join(f", {plan.name}={plan.name}" for plan in plans)
    nothing_to_wrap = f"{plain} and _snapshot.asynchronous" if kind == "send_async" else plain
    given = ", ".join(f"{plan.name!r}: {plan.name}" for plan in plans)
    is_missing = " or ".join(["_unknown", *(f"{plan.name} is _MISSING" for plan in plans)])
    return f"""\
{_define(kind)}(_signal, _sender, /, *_positional, {parameters}**_unknown):
{indent(_find(mode), "    ")}\
    if (
        {(chr(10) + "        and ").join(conditions)}
    ):
{indent(_validation(plans, _delivery(kind, keywords)), "        ")}\
    _wrapper = None
    if "{_WRAPPER[kind]}" in _unknown:
        _wrapper = _unknown.pop("{_WRAPPER[kind]}")
        if {nothing_to_wrap} and not (_unknown or _positional):
            return {_await(kind)}_again(_signal, _sender{same})
    if _positional:
        _refuse_positional("{kind}", _positional)
    _fields = {{{given}}}
    if {is_missing}:
        _fields = _given(_fields, _unknown)
{indent(_as_a_whole(kind, names, validate), "    ")}"""


def validating_source(kind: Kind, mode: Validate, names: Iterable[str] | None, validate: str) -> str:
    """The source of a `send` or `send_async` that leaves its fields to the payload's own validator."""
    return f"""\
{_define(kind)}(_signal, _sender, /, *_positional, **_fields):
    if _positional:
        _refuse_positional("{kind}", _positional)
{indent(_find(mode), "    ")}\
    _wrapper = _fields.pop("{_WRAPPER[kind]}", None)
{indent(_as_a_whole(kind, names, validate), "    ")}"""


def open_source(kind: Kind) -> str:
    """The source of a `send` or `send_async` of a signal without a payload, which takes any fields."""
    plain = "_snapshot.plain"
    if kind == "send_async":
        plain = "_snapshot.stays and (_wrapper is None or _snapshot.asynchronous)"
    return f"""\
{_define(kind)}(_signal, _sender=None, /, **_fields):
{indent(_FIND, "    ")}\
    _wrapper = _fields.pop("{_WRAPPER[kind]}", None)
    if {plain}:
{indent(_delivery(kind, ", **_fields", _told("_fields")), "        ")}\
{indent(_in_full(kind), "    ")}"""


def _define(kind: Kind) -> str:
    return "async def send_async" if kind == "send_async" else "def send"


def _await(kind: Kind) -> str:
    return "await " if kind == "send_async" else ""


def _in_full(kind: Kind) -> str:
    return f"return {_await(kind)}_signal._{kind}_in_full(_snapshot, _sender, _fields, _wrapper)\n"


def _as_a_whole(kind: Kind, names: Iterable[str] | None, validate: str) -> str:
    """Make a payload, and call receivers of which some or all take it; leave the rest to ``_in_full``.

    The names are those of the fields, if they can be spelt out and are all that payloads have. The last argument is
    the name of the payload's validator.
    """
    if names is None or kind == "send_async":
        return _in_full(kind)
    keywords = "".join(f", {name}=_values[{name!r}]" for name in names)
    by_payload, by_keywords = "_receiver(_sender, _payload)", f"_receiver(_sender{keywords})"
    each = f"{by_payload} if _ref.terms.as_payload else {by_keywords}"
    return f"""\
if _snapshot.plain:
    _payload = {validate}(_signal, _sender, _fields)
    if _payload is not None:
        _results = []
        if _snapshot.payloads:
{indent(_loop(_WEAK_FUNCTION, by_payload), "            ")}\
        else:
{indent(_told("_payload"), "            ")}\
            _values = _payload.__dict__.copy()
{indent(_loop(_ANY_RECEIVER, each), "            ")}\
        return _results
{_in_full(kind)}"""


_WRAPPER: Final = {"send": "_async_wrapper", "send_async": "_sync_wrapper"}

_FIND = """\
if _type(_sender) is not _senders.usual_type:
    _sender = _senders.accept(_sender)
_snapshot = _table.common or _table.find(_sender)
"""


_IN_VAIN = """\
if not _snapshot.refs and (_snapshot is _NOBODY or not _snapshot.reaches_anyone):
    return []
"""


def _find(mode: Validate) -> str:
    if mode != "connected":
        return _FIND
    # The last test would do, but the others are the sooner where there are receivers, or nobody is connected.
    return f"if _table.common is _NOBODY:\n    return []\n{_FIND}{_IN_VAIN}"


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


def _told(payload: str) -> str:
    return f"""\
for _ref in _snapshot.watchers:
    _watcher = _ref()
    if _watcher is not None and _ref.live:
        _watcher.take(_sender, {payload})
"""


def _delivery(kind: Kind, keywords: str, told: str = "") -> str:
    """Call receivers that take keywords. Weakly held functions, the commonest, are got at by the shortest way.

    That is not the way where somebody watches, so that telling them costs it nothing.
    """
    call = f"_receiver(_sender{keywords})"
    if kind == "send_async":
        shortest, flag, other = f"await {call}", "coroutines", _loop(_ANY_RECEIVER, call, _AWAIT_COROUTINES)
    else:
        shortest, flag, other = call, "functions", _loop(_ANY_RECEIVER, call)
    return f"""\
_results = []
if _snapshot.{flag}:
{indent(_loop(_WEAK_FUNCTION, shortest), "    ")}\
else:
{indent(told + other, "    ")}\
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


_AWAIT_COROUTINES = """\
if _ref.terms.is_async or (_value is not None and _isinstance(_value, _Coroutine)):
    _value = await _value
"""


def _loop(receiver: str, call: str, settle: str = "") -> str:
    """Call each receiver and keep what it returns, in one expression if there is nothing to settle about it."""
    kept = f"_value = {call}\n{settle}_results.append((_receiver, _value))\n"
    return f"""\
for _ref in _snapshot.refs:
{indent(receiver, "    ")}\
    if _receiver is not None and _ref.live:
{indent(kept if settle else f"_results.append((_receiver, {call}))", "        ")}
"""
