"""The methods that send: each signal has its own for its whole life, and they get faster code later.

A validated send is fast because its code is generated for its payload (`generated`), which takes as long as a thousand
sends. So the first sends of a signal run general code, and only a signal that is sent often gets code of its own.

The method stays, and its function is given other code. A new method would not reach what holds the old one: a
connection to another signal, a test's patch, a pickle.
"""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final, Literal, cast, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._signal import AnySignal

Kind = Literal["send", "send_async", "send_robust", "send_payload"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SENDS_BEFORE_GENERATING: Final = 8
"""How many sends of a signal run general code."""


_SHARED: Final[dict[Kind, Callable[..., Any]]] = {}
"""The functions of the class, whose names and docstrings all signals' own methods have."""


class OwnMethod:
    """Gives each signal its own method at first access.

    The class itself keeps the ordinary function, for documentation and for calls such as ``Signal.send(signal, None)``.

    Args:
        shared: That function.
    """

    def __init__(self, shared: Callable[..., Any]) -> None:
        self._kind = cast(Kind, shared.__name__)
        self._shared = _SHARED[self._kind] = shared
        self.__wrapped__ = shared  # so that mocks of signals see which methods are coroutine functions
        self.__doc__ = shared.__doc__

    def __get__(self, signal: AnySignal | None, owner: type | None = None) -> Callable[..., Any]:
        if signal is None:
            return self._shared
        method = signal._own_method(self._kind)
        if getattr(type(signal), self._kind) is self._shared:
            # From now on it is found without this detour. A subclass that overrides the method keeps its own.
            setattr(signal, self._kind, method)
        return method


def new_method(signal: AnySignal, kind: Kind) -> MethodType:
    """Make a method of the signal that runs general code."""
    general, shared = _GENERAL[kind], _SHARED[kind]
    function = FunctionType(general.__code__, {"__name__": __name__}, kind)
    function.__kwdefaults__ = general.__kwdefaults__
    function.__doc__, function.__qualname__ = shared.__doc__, shared.__qualname__
    return MethodType(function, signal)


def generalise(method: MethodType) -> None:
    """Give a method its general code back."""
    function = method.__func__
    assert isinstance(function, FunctionType)  # as it was made here
    function.__code__ = _GENERAL[cast(Kind, function.__name__)].__code__
    # The defaults of keywords stay: without the GIL, other threads may be about to begin in the former code.
    function.__defaults__ = None


# Their code runs with the globals of each signal's own function, which has no names of this module.


def _send(_signal: Any, _sender: Any, /, *_positional: Any, **_fields: Any) -> Any:
    return _signal._send_in_general(_sender, _positional, _fields)


async def _send_async(_signal: Any, _sender: Any, /, *_positional: Any, **_fields: Any) -> Any:
    return await _signal._send_async_in_general(_sender, _positional, _fields)


def _send_robust(_signal: Any, _sender: Any, /, *_positional: Any, **_fields: Any) -> Any:
    return _signal._send_robust_in_general(_sender, _positional, _fields)


def _send_payload(_signal: Any, _sender: Any, _payload: Any, /, *, _async_wrapper: Any = None) -> Any:
    return _signal._send_payload_in_general(_sender, _payload, _async_wrapper)


_GENERAL: Final[dict[Kind, Any]] = {
    "send": _send,
    "send_async": _send_async,
    "send_robust": _send_robust,
    "send_payload": _send_payload,
}
