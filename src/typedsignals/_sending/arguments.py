"""Checking the arguments of sends, waits and streams before anything happens."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .._inspecting.callables import code_of, is_async, is_generator, place_of
from .._inspecting.signatures import signature_of

if TYPE_CHECKING:
    from .._signal import Signal


def checked_wrapper(name: str, wrapper: Any) -> Any:
    """What makes plain functions of coroutine functions, or the other way round; None if there is nothing.

    Raises:
        TypeError: It cannot be called.
    """
    if wrapper is None or callable(wrapper):
        return wrapper
    raise TypeError(
        f"{name}= must be a function that takes a receiver and gives another, got a {type(wrapper).__name__}"
    )


def checked_timeout(timeout: object, signal: Signal[Any, Any, Any], method: str) -> float | None:
    """The seconds to wait at most; None for ever.

    Raises:
        TypeError: It is not a number.
        ValueError: It is a number that no time has.
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
    # Beyond, the operating system cannot count; it is some hundred years.
    return None if timeout > threading.TIMEOUT_MAX else timeout


def check_predicate(where: object, signal: Signal[Any, Any, Any], method: str) -> None:
    """Refuse what cannot be called with a sender and a payload, or says nothing when it is.

    Raises:
        TypeError: It is such.
    """
    if where is None:
        return
    what = f"where= of {method}() of {signal!r}"
    if not callable(where):
        raise TypeError(f"{what} must be a function of the sender and the payload, got a {type(where).__name__}")
    what += place_of(code_of(where))
    if is_async(where) or is_generator(where):
        raise TypeError(f"{what} must be a plain function, as it is called by the code that sends, and its result used")
    signature = signature_of(where)
    try:
        if signature is not None:
            signature.bind(None, None)
    except TypeError as error:
        raise TypeError(f"{what} is called where(sender, payload), but {error}") from error


def check_buffer(max_buffer: object, signal: Signal[Any, Any, Any]) -> None:
    """Refuse what is not a number of events. How many there must be is checked with the rest.

    Raises:
        TypeError: It is such.
    """
    if isinstance(max_buffer, bool) or not isinstance(max_buffer, int):
        raise TypeError(
            f"max_buffer= of a stream of {signal!r} must be a whole number of events, got a {type(max_buffer).__name__}"
        )
