"""Give the methods with which a signal is sent code that is generated for its payload.

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
from types import CodeType, FunctionType, MethodType
from typing import Any, Final, cast

from pydantic import ValidationError

from .._connecting.snapshot import NOBODY
from .._validating.fast_path import FieldPlan
from .._validating.fields import FieldsValidator, Validate
from .._validating.misplaced_payloads import refuse_positional
from .dispatch import failed, is_failure
from .outcome import MAKING
from .own_methods import Kind
from .source import open_source, payload_source, source, validating_source


class Missing:
    """The type of `MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "..."


MISSING: Final = Missing()
"""Stands for an argument that was not passed."""

_number = count(1)
"""Numbers the generated files, as signals may have the same name."""


def specialise(
    method: MethodType,
    plans: tuple[FieldPlan, ...] | None,
    validator: FieldsValidator,
    mode: Validate,
    label: str,
    needs: dict[str, Any],
) -> None:
    """Generate the code of a method of a signal that has a payload.

    Args:
        method: The method, whose function gets the code.
        plans: How each field is validated; None to validate the payload as a whole.
        validator: What validates the payload as a whole.
        mode: When it validates.
        label: What to call the signal in the source's file name.
        needs: The objects of the signal that the source refers to: its ``_table`` and ``_senders``. They must not
            refer to the signal: a connection that leads to it holds the function, and must not keep the signal alive.
    """
    function, kind = _function_of(method)
    name = _new_name(function)
    if kind == "send_payload":
        code = payload_source(validator, name)
    elif plans is None:
        code = validating_source(kind, mode, validator, name)
    else:
        code = source(kind, plans, mode, validator, name)
    _equip(function, code, _own_file(function, label), _globals(plans or ()) | needs | {name: validator})


def specialise_open(method: MethodType, needs: dict[str, Any]) -> None:
    """Give a method of a signal without a payload its code, which all such signals share."""
    function, kind = _function_of(method)
    _equip(function, open_source(kind), f"typedsignals.generated/{kind}.py", needs)


def let_go_of_payload(method: MethodType, needs: dict[str, Any]) -> None:
    """Remove the former payload from the globals of a method, whose earlier code other threads may still run.

    Args:
        method: A method that is back to general code.
        needs: As for `specialise`.
    """
    names = method.__func__.__globals__
    if "_generation" in names:
        names |= needs | {f"_validator_{names['_generation']}": None}


def _function_of(method: MethodType) -> tuple[FunctionType, Kind]:
    function = method.__func__
    assert isinstance(function, FunctionType)  # as `own_methods` made it
    return function, cast(Kind, function.__name__)


def _new_name(function: FunctionType) -> str:
    """Make a new name for the payload's validator, so that earlier code that still runs does not find this one."""
    number: int = function.__globals__.get("_generation", 0) + 1
    function.__globals__["_generation"] = number
    return f"_validator_{number}"


def _own_file(function: FunctionType, label: str) -> str:
    """Name the file that the source is said to be in, and forget the source when the function dies."""
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
        "_failed": failed,
        "_is_failure": is_failure,
        "_BaseException": BaseException,
        **MAKING,
        "_ValidationError": ValidationError,
        "_type": type,
        "_tuple": tuple,
        **names,
        **_module("typedsignals.generated", code),
    }
    made: dict[str, FunctionType] = {}
    exec(_compiled(code, file_name), namespace, made)  # noqa: S102 - of our own making, see above
    linecache.lazycache(file_name, namespace)
    (generated,) = made.values()
    function.__defaults__ = generated.__defaults__
    # The defaults of former code stay: without the GIL, other threads may be about to begin in it.
    function.__kwdefaults__ = {**(function.__kwdefaults__ or {}), **(generated.__kwdefaults__ or {})}
    # The code last: until then, other threads run the general code, which needs none of this.
    function.__code__ = generated.__code__


@lru_cache(maxsize=8)
def _compiled(code: str, file_name: str) -> CodeType:
    """Compile a source, once for all signals without a payload."""
    return compile(code, file_name, "exec")


def _given(fields: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not MISSING} | unknown


def _module(name: str, code: str) -> dict[str, Any]:
    """Return the globals in which `linecache` finds the source, for as long as the function lives."""
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
