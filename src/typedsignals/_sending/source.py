"""The source of a method with which one signal is sent: Python text with the payload's fields spelt out.

Spelt-out keywords make a validated send cheap: there is no dictionary of fields to build, to unpack for each receiver,
and to collect again. The source consists of fixed text and the names of fields, which are known to be identifiers;
values reach it as globals only. All names of its own begin with an underscore, which no pydantic field may do.
"""

from __future__ import annotations

from textwrap import indent
from typing import Final

from .._validating.fast_path import FieldPlan, can_be_spelt_out
from .._validating.fields import FieldsValidator, Validate
from .own_methods import Kind


def source(
    kind: Kind, plans: tuple[FieldPlan, ...], mode: Validate, validator: FieldsValidator, validator_name: str
) -> str:
    """Write a method that validates these fields one by one.

    A wrapper is rarely passed. It is left among the unknown keywords, which costs other sends nothing. A send whose
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
{indent(_as_a_whole(kind, validator, validator_name), "    ")}"""


def validating_source(kind: Kind, mode: Validate, validator: FieldsValidator, validator_name: str) -> str:
    """Write a method that leaves its fields to the payload's own validator."""
    return f"""\
{_define(kind)}(_signal, _sender, /, *_positional, {_WRAPPER[kind]}=None, **_fields):
    if _positional:
        _refuse_positional("{kind}", _positional)
{indent(_find(mode), "    ")}\
    _wrapper = {_WRAPPER[kind]}
{indent(_as_a_whole(kind, validator, validator_name), "    ")}"""


def open_source(kind: Kind) -> str:
    """Write the method of signals without a payload, which takes any fields."""
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
    return f"async def {kind}" if kind == "send_async" else f"def {kind}"


def _await(kind: Kind) -> str:
    return "await " if kind == "send_async" else ""


def _in_full(kind: Kind) -> str:
    return f"return {_await(kind)}_signal._{kind}_in_full(_snapshot, _sender, _fields, _wrapper)\n"


def _as_a_whole(kind: Kind, validator: FieldsValidator, validator_name: str) -> str:
    """Make a payload and call the receivers, at least one of which takes it; leave the rest to ``_in_full``."""
    names = _names(validator)
    if names is None or kind == "send_async":
        return _in_full(kind)
    refuse = "_validator.refuse_wire_names(_signal, _sender, _fields)\n" if validator.refused else ""
    check = "_values = _payload.__dict__\n" if validator.always_whole else _CHECK
    return f"""\
_validator = {validator_name}
if _snapshot.plain and _validator is not None:
{indent(refuse + _VALIDATE + check + _delivery_of_payload(kind, names), "    ")}\
{_in_full(kind)}"""


def payload_source(validator: FieldsValidator, validator_name: str) -> str:
    """Write a `send_payload` for payloads of exactly the declared class that have exactly its fields."""
    names = _names(validator)
    in_full = "return _signal._send_payload_in_full(_sender, _payload, _async_wrapper)\n"
    if names is not None:
        in_full = f"""\
{_FIND}\
_validator = {validator_name}
if _snapshot.plain and _validator is not None and _async_wrapper is None and {_IS_EXACT}:
{indent(_delivery_of_payload("send_payload", names), "    ")}\
{in_full}"""
    return f"""\
def send_payload(_signal, _sender, _payload, /, *, _async_wrapper=None):
{indent(in_full, "    ")}"""


def _names(validator: FieldsValidator) -> tuple[str, ...] | None:
    """The names of the fields, if they can be spelt out and payloads have nothing else."""
    return None if validator.takes_extra or not can_be_spelt_out(validator.names) else validator.names


_IS_EXACT = "_type(_payload) is _validator.payload_type and _tuple(_values := _payload.__dict__) == _validator.names"


_CHECK = f"""\
if not ({_IS_EXACT}):
    _payload = _validator.whole(_signal, _sender, _payload)
    _values = _payload.__dict__
"""


# The refusal is raised outside the handler: inside it, the error's context would show the values in every report.
_VALIDATE = """\
_refusal = None
try:
    _payload = _validator.validate(_fields)
except _ValidationError as _error:
    _refusal = _error
if _refusal is not None:
    raise _validator.rejection(_signal, _sender, _fields, _refusal)
"""


def _delivery_of_payload(kind: Kind, names: tuple[str, ...]) -> str:
    """Call receivers some or all of which take the payload, whose dictionary is in ``_values``."""
    values = "".join(f"{name} = _values[{name!r}]\n" for name in names)
    keywords = "".join(f", {name}={name}" for name in names)
    by_payload, by_keywords = "_receiver(_sender, _payload)", f"_receiver(_sender{keywords})"
    each = f"{by_payload} if _ref.terms.as_payload else {by_keywords}"
    return f"""\
_results = []
if _snapshot.payloads:
{indent(_loop(_WEAK_FUNCTION, _kept(kind, by_payload)), "    ")}\
else:
{indent(_told("_payload"), "    ")}\
{indent(values, "    ")}\
    if _snapshot.functions and _snapshot.by_keywords:
{indent(_loop(_WEAK_FUNCTION, _kept(kind, by_keywords)), "        ")}\
    else:
{indent(_loop(_ANY_RECEIVER, _kept(kind, each)), "        ")}\
return _results
"""


_WRAPPER: Final[dict[Kind, str]] = {
    "send": "_async_wrapper",
    "send_async": "_sync_wrapper",
    "send_robust": "_async_wrapper",
    "send_payload": "_async_wrapper",
}

_FIND = """\
if _type(_sender) is not _senders.usual_type and _type(_sender) is not _senders.former_type:
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
    # The last test alone would do. The others save time when there are receivers, and when nobody is connected.
    return f"if _table.common is _NOBODY:\n    return []\n{_FIND}{_IN_VAIN}"


def _accepted(plan: FieldPlan) -> str:
    """Return the expression that says whether a field may go to its validator or, if it has none, is valid."""
    test = plan.test.format(value=plan.name)
    if plan.is_required:
        return test or f"{plan.name} is not _MISSING"
    return f"({plan.name} is _MISSING or {test})" if test else ""


def _validation(plans: tuple[FieldPlan, ...], delivery: str) -> str:
    """Call the validators of the fields that need one, fill in the defaults, then deliver.

    Factories are called in the ``try``, as a factory that fails to make a model raises pydantic's error too.
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
    """Return the variable for the field's final value: another one than the argument, which must survive a failure."""
    return f"_valid_{plan.name}" if plan.validate or plan.default_factory else plan.name


def _told(payload: str) -> str:
    return f"""\
for _ref in _snapshot.watchers:
    _watcher = _ref()
    if _watcher is not None and _ref.is_connected:
        _watcher.take(_sender, {payload})
"""


def _delivery(kind: Kind, keywords: str, told: str = "") -> str:
    """Call receivers that take keywords. Weakly held functions, the commonest kind, are reached by the shortest way.

    If there are watchers, that way is not taken, so that they cost it nothing.
    """
    call = f"_receiver(_sender{keywords})"
    shortest = other = _kept(kind, call)
    if kind == "send_async":
        shortest, other = _kept(kind, f"await {call}"), f"_value = {call}\n{_AWAIT_COROUTINE}{_kept(kind, '_value')}"
    return f"""\
_results = []
if _snapshot.{"coroutines" if kind == "send_async" else "functions"}:
{indent(_loop(_WEAK_FUNCTION, shortest), "    ")}\
else:
{indent(told + _loop(_ANY_RECEIVER, other), "    ")}\
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


_AWAIT_COROUTINE = """\
if _ref.terms.is_async or (_value is not None and _isinstance(_value, _Coroutine)):
    _value = await _value
"""


def _kept(kind: Kind, call: str) -> str:
    """Keep what a receiver returns; in a robust send, also what it raises."""
    if kind != "send_robust":
        return f"_results.append((_receiver, {call}))\n"
    return f"""\
try:
    _value = {call}
except _BaseException as _error:
    if not _is_failure(_error):
        raise
    _results.append(_failed(_signal, _ref, _receiver, _error))
else:
    _outcome = _new(_Outcome)
    _set_receiver(_outcome, _receiver)
    _set_value(_outcome, _value)
    _set_error(_outcome, None)
    _results.append(_outcome)
"""


def _loop(receiver: str, keep: str) -> str:
    """Call each receiver that is still connected and alive."""
    return f"""\
for _ref in _snapshot.refs:
{indent(receiver, "    ")}\
    if _receiver is not None and _ref.is_connected:
{indent(keep, "        ")}"""
