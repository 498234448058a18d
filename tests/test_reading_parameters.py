"""Reading parameters from a function's code finds what `inspect` finds, and faster."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, cast

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from typedsignals._checking.contract import ReceiverContract
from typedsignals._checking.plain_functions import shape_at_a_glance
from typedsignals._inspecting.signatures import parameters_of

NAMES = ["a", "b", "c", "d", "e", "f"]


@st.composite
def functions(draw: st.DrawFn) -> Callable[..., Any]:
    """A function with parameters of any kind, local variables, and cells."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, len(names)), min_size=2, max_size=2)))
    defaults = draw(st.integers(0, cuts[1]))
    positional = [f"{name}={name!r}" if i >= cuts[1] - defaults else name for i, name in enumerate(names[: cuts[1]])]
    if cuts[0]:
        positional.insert(cuts[0], "/")
    variable = draw(st.sampled_from(["", "*args"]))
    by_keyword = [f"{name}={name!r}" if draw(st.booleans()) else name for name in names[cuts[1] :]]
    star = [variable] if variable else ["*"] if by_keyword else []
    parameters = ", ".join([*positional, *star, *by_keyword, *draw(st.sampled_from([[], ["**extra"]]))])
    namespace: dict[str, Any] = {}
    exec(f"def made({parameters}):\n    local = 1\n    return lambda: (local, {', '.join(names)})", namespace)  # noqa: S102 - of names
    return namespace["made"]  # type: ignore[no-any-return]


def found(function: Callable[..., Any]) -> list[tuple[object, ...]] | None:
    parameters = parameters_of(function)
    return None if parameters is None else [(one.name, one.kind, one.default) for one in parameters]


def expected(function: Callable[..., Any]) -> list[tuple[object, ...]] | None:
    try:
        signature = inspect.signature(function)
    except ValueError:
        return None
    return [(one.name, one.kind, one.default) for one in signature.parameters.values()]


@given(functions())
def test_parameters_are_those_that_inspect_finds(function: Callable[..., Any]) -> None:
    """Names, kinds and defaults; for a method, without the parameter for its object."""
    assert found(function) == expected(function)
    assert found(MethodType(function, "object")) == expected(MethodType(function, "object"))


def with_signature() -> Any:
    def function(*args: object) -> None: ...

    function.__signature__ = inspect.signature(lambda sender: None)  # type: ignore[attr-defined]
    return function


@pytest.mark.parametrize("function", [with_signature(), iter, dict.get, dict, "x".join, str.__call__])
def test_what_is_more_than_code_is_left_to_inspect(function: Callable[..., Any]) -> None:
    """Functions with a signature of their own, builtins, and callables without a signature."""
    assert found(function) == expected(function) or found(function) is None


@given(functions(), st.data())
def test_a_function_that_fits_at_a_glance_fits_when_its_parameters_are_read(
    function: FunctionType, data: st.DataObject
) -> None:
    """The glance finds what reading finds, or leaves it to the reading."""
    own = [parameter.name for parameter in parameters_of(function) or ()]
    others = st.lists(st.sampled_from(NAMES), unique=True)
    fields = tuple(data.draw(st.one_of(st.just([name for name in own[1:] if name in NAMES]), others)))
    deprecated = frozenset(data.draw(st.lists(st.sampled_from(fields), max_size=1))) if fields else frozenset()
    glance = shape_at_a_glance(function, fields, deprecated)
    contract = ReceiverContract(fields, deprecated)
    read = contract._keyword_shape(parameters_of(function) or (), fields, frozenset(), frozenset())
    event(f"accepted: {glance is not None}")
    assert glance is None or glance == read


def test_most_functions_that_fit_are_accepted_at_a_glance() -> None:
    """With all fields or with ``**extra``; with any name for the sender."""

    def with_all(sender: object, a: int, b: int = 2) -> None: ...

    def with_extra(who: object, /, *, b: int, **extra: object) -> None: ...

    for function in (with_all, with_extra):
        assert shape_at_a_glance(cast(FunctionType, function), ("a", "b"), frozenset()) is not None
