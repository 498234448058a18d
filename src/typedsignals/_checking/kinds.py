"""Which kinds of receivers a signal accepts: plain functions, coroutine functions, or both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from .._inspecting.callables import is_async, wraps_async

Accepts: TypeAlias = Literal["any", "sync", "async"]
"""Which receivers can be connected: all, only those that return at once, or only those that are awaited."""


def kind_problem(receiver: Callable[..., Any], accepts: Accepts) -> str:
    """Say why a signal does not accept receivers of this kind; empty if it does.

    A plain function that wraps a coroutine function may run the coroutine to its end, or return it. Only its author
    knows, so it is accepted as either.
    """
    asynchronous = is_async(receiver)
    if accepts == "sync" and asynchronous:
        return (
            "it is a coroutine function, but the signal is declared with accepts='sync', as it is sent where nothing "
            "can be awaited; connect a plain function, which may start a task, or declare the signal with accepts='any'"
        )
    if accepts == "async" and not asynchronous and not wraps_async(receiver):
        return (
            "it is a plain function, but the signal is declared with accepts='async', so that no receiver blocks the "
            "event loop; write it as `async def`, or declare the signal with accepts='any'"
        )
    return ""
