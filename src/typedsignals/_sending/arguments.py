"""Check the arguments of sends, waits and streams before anything happens."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from .._inspecting.callables import code_of, is_async, is_generator, place_of
from .._inspecting.signatures import signature_of

if TYPE_CHECKING:
    from .._signal import AnySignal

WRAPPERS: Final = frozenset({"_async_wrapper", "_sync_wrapper"})
"""The keywords of sends that are not fields."""


def checked_wrapper(name: str, wrapper: Any) -> Any:
    """Check a wrapper, which makes plain functions of coroutine functions or the other way round.

    Raises:
        TypeError: It is neither callable nor None.
    """
    if wrapper is None or callable(wrapper):
        return wrapper
    raise TypeError(
        f"{name}= must be a function that takes a receiver and gives another, got a {type(wrapper).__name__}"
    )


def refuse_wrappers(method: str, fields: Iterable[str]) -> None:
    """Refuse wrappers where fields are prepared, which are for the call that delivers.

    Raises:
        TypeError: There is one among the fields.
    """
    for name in WRAPPERS.intersection(fields):
        raise TypeError(f"{method}() takes no {name}=, as it calls no receiver; pass it to the method that delivers")


def checked_timeout(timeout: object, signal: AnySignal, method: str) -> float | None:
    """Check a number of seconds to wait at most; None for no limit.

    Raises:
        TypeError: It is not a number.
        ValueError: It is negative or not a number of seconds at all (NaN).
    """
    if timeout is None:
        return None
    what = f"timeout= of {method}() of {signal!r}"
    if isinstance(timeout, timedelta):
        raise TypeError(f"{what} must be a number of seconds, got a timedelta; give its total_seconds()")
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        raise TypeError(f"{what} must be a number of seconds, or None for no limit, got a {type(timeout).__name__}")
    if not timeout >= 0:  # which NaN is not
        raise ValueError(f"{what} must be 0 seconds or more, not {timeout}; give 0 to look only at what is there")
    # The operating system can count no further, which is some hundred years.
    return None if timeout > threading.TIMEOUT_MAX else timeout


def check_predicate(where: object, signal: AnySignal, method: str) -> None:
    """Check that a predicate can be called with a sender and a payload, and answers at once.

    Raises:
        TypeError: It cannot be called like that, or is a coroutine or generator function.
    """
    if where is not None:
        what = f"where= of {method}() of {signal!r}"
        _check_function(where, what, ("sender", "payload"), "it is called by the code that sends, and its result used")


def check_reduction(reduce: object, signal: AnySignal) -> None:
    """Check that a reduction can be called with payloads, and answers at once.

    Raises:
        TypeError: It cannot be called like that, or is a coroutine or generator function.
    """
    if reduce is not None:
        _check_function(reduce, f"reduce= of held() of {signal!r}", ("payloads",), "its result is delivered at once")


def _check_function(function: object, what: str, parameters: tuple[str, ...], why_plain: str) -> None:
    taken = " and the ".join(parameters)
    if not callable(function):
        raise TypeError(f"{what} must be a function of the {taken}, got a {type(function).__name__}")
    what += place_of(code_of(function))
    if is_async(function) or is_generator(function):
        raise TypeError(f"{what} must be a plain function, as {why_plain}")
    signature = signature_of(function)
    try:
        if signature is not None:
            signature.bind(*parameters)
    except TypeError as error:
        keyword = what.partition("=")[0]
        raise TypeError(f"{what} is called {keyword}({', '.join(parameters)}), but {error}") from error


def check_buffer(max_buffer: object, signal: AnySignal) -> None:
    """Check that the size of a buffer is a whole number; `stream` checks how large it must be.

    Raises:
        TypeError: It is not.
    """
    if isinstance(max_buffer, bool) or not isinstance(max_buffer, int):
        raise TypeError(
            f"max_buffer= of a stream of {signal!r} must be a whole number of events, got a {type(max_buffer).__name__}"
        )
