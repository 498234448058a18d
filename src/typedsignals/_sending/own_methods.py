"""The `send` and `send_async` of each signal: one method for its whole life, which gets faster code later.

A validated send is fast because its code is generated for its payload (`_specialised`), which takes as long as a
thousand sends. So the first sends of a signal run general code, and only a signal that is sent often gets its own.

Replacing the method then would pull it away from whoever holds it: a connection to another signal, a patch of a test,
a pickle. Therefore the method stays, and its function is given other code.
"""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._signal import Signal

Kind = Literal["send", "send_async"]

SELDOM: Final = 8
"""How many sends of a signal run general code."""


class OwnMethod:
    """Gives each signal its own method of this name, as soon as it is asked for.

    The class itself has the ordinary function, for documentation and for calls such as ``Signal.send(signal, None)``.

    Args:
        shared: That function.
    """

    def __init__(self, shared: Callable[..., Any]) -> None:
        self._shared = shared
        self._kind: Kind = "send_async" if shared.__name__ == "send_async" else "send"
        self.__doc__ = shared.__doc__

    def __get__(self, signal: Signal[Any, Any, Any] | None, owner: type | None = None) -> Callable[..., Any]:
        if signal is None:
            return self._shared
        method = signal._own_method(self._kind)
        if getattr(type(signal), self._kind) is self._shared:
            # From now on it is found without this detour; a subclass that has another method keeps that.
            setattr(signal, self._kind, method)
        return method


def new_method(signal: Signal[Any, Any, Any], kind: Kind, shared: Callable[..., Any]) -> MethodType:
    """A method of the signal that runs general code."""
    function = FunctionType(_GENERAL[kind], {"__name__": __name__}, kind)
    function.__doc__, function.__qualname__ = shared.__doc__, shared.__qualname__
    return MethodType(function, signal)


def generalise(method: MethodType) -> None:
    """Let a method run general code again."""
    function = method.__func__
    assert isinstance(function, FunctionType)  # as it was made here
    # The code first: it ignores the defaults of what it replaces.
    function.__code__ = _GENERAL["send_async" if function.__name__ == "send_async" else "send"]
    function.__defaults__ = function.__kwdefaults__ = None


# Their code runs with the globals of each signal's function, in which there are no names of this module.


def _send(_signal: Any, _sender: Any, /, *_positional: Any, **_fields: Any) -> Any:
    return _signal._send_in_general(_sender, _positional, _fields)


async def _send_async(_signal: Any, _sender: Any, /, *_positional: Any, **_fields: Any) -> Any:
    return await _signal._send_async_in_general(_sender, _positional, _fields)


_GENERAL: Final = {"send": _send.__code__, "send_async": _send_async.__code__}
