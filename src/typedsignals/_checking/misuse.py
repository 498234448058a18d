"""Refuse wrong arguments of `connect` and similar methods, apart from receivers that do not fit the payload."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partialmethod
from types import FunctionType
from typing import TYPE_CHECKING, Any

from .._exceptions import ReceiverSignatureError, SenderError
from .._identity import ANY
from .._inspecting.callables import code_of, described
from .._inspecting.signatures import parameters_of
from .._location import frame_of_caller
from .fitting import BY_POSITION
from .terms import Options, plain_options

if TYPE_CHECKING:
    from .._signal import AnySignal

NOT_YET_METHODS = (classmethod, partialmethod, property)


def not_callable(thing: object) -> str:
    """Say why something that cannot be called is not a receiver, and what may be meant."""
    kind = type(thing).__name__
    problem = "None is not callable" if thing is None else f"a {kind} is not callable"
    if thing is None or inspect.isawaitable(thing):
        return f"{problem}; pass the function itself, connect(f), and not what it returns, connect(f())"
    if isinstance(thing, NOT_YET_METHODS):
        return f"{problem}; connect what an object or the finished class gives for it, as in connect(Class.method)"
    if hasattr(type(thing), "send_payload"):
        return f"{problem}; to pass on what one signal sends to another, connect its send: connect(other.send)"
    return problem


def check_receiver_and_sender(
    signal: AnySignal, receiver: Any, sender: object, weak: object = False, *, is_new: bool = True
) -> None:
    """Refuse arguments that are swapped.

    Args:
        signal: The signal.
        receiver: The argument for the receiver.
        sender: The argument for the sender.
        weak: The argument for ``weak``.
        is_new: Whether the receiver is to be connected, and not disconnected.

    Raises:
        ReceiverSignatureError: The receiver is not callable, or ``weak`` is a second receiver.
    """
    if not callable(receiver):
        method, done = ("connect", "connected to") if is_new else ("disconnect", "disconnected from")
        hint = f"; the receiver comes first: {method}(receiver, sender)" if callable(sender) else ""
        raise ReceiverSignatureError(
            f"{described(receiver)} cannot be {done} {signal!r}: {not_callable(receiver)}{hint}",
            signal=signal,
            receiver=receiver,
            sender=sender,
        )
    _check_weak(signal, sender, weak)


def _check_weak(signal: AnySignal, sender: object, weak: Any) -> None:
    if callable(weak):
        raise ReceiverSignatureError(
            f"weak= of a connection to {signal!r} must be True or False, got {described(weak)}; connect one receiver "
            "at a time: connect(receiver, sender)",
            signal=signal,
            receiver=weak,
            sender=sender,
        )


def check_muted(signal: AnySignal, receiver: Any) -> None:
    """Refuse to mute something that cannot be a receiver.

    Raises:
        ReceiverSignatureError: It is not callable.
    """
    if not callable(receiver):
        raise ReceiverSignatureError(
            f"{described(receiver)} cannot be muted for {signal!r}: {not_callable(receiver)}; receivers are muted one "
            "by one, muted(f, g), and all of them by muted()",
            signal=signal,
            receiver=receiver,
        )


def no_receiver(
    signal: AnySignal, sender: object, options: Mapping[str, object], *, has_alive: bool
) -> ReceiverSignatureError:
    """Return the error of `connect` without a receiver, which shows how to decorate one with these options."""
    given = [f"{name}={value!r}" for name, value in options.items() if value]
    if has_alive:
        given.append("alive=...")
    shown = ", ".join(["ANY" if sender is ANY else "sender", *(given or ["priority=1"])])
    return ReceiverSignatureError(
        f"connect() of {signal!r} was given no receiver; a decorator with options is connect_via(sender, ...), or "
        f"connect_via(ANY, ...) for all senders: @signal.connect_via({shown})",
        signal=signal,
    )


def checked_key(signal: AnySignal, key: object) -> str:
    """Return the name of a connection as a plain string, whose author cannot have changed what it equals.

    Raises:
        ReceiverSignatureError: It is not a string, or an empty one.
    """
    if not isinstance(key, str) or not key:
        got = "an empty one" if isinstance(key, str) else f"a {type(key).__name__}"
        raise ReceiverSignatureError(
            f"key= of a connection of {signal!r} must be a string that is not empty, got {got}", signal=signal
        )
    return str.__str__(key)


def check_alive(signal: AnySignal, weak: object) -> None:
    """Refuse to keep a receiver alive as long as an object, and as long as the signal.

    Raises:
        ReceiverSignatureError: ``weak`` is false.
    """
    if not weak:
        raise ReceiverSignatureError(
            f"a connection of {signal!r} was given both alive= and weak=False; with alive=, the receiver lives as long "
            "as that object, with weak=False as long as the connection: choose one of them",
            signal=signal,
        )


def key_to_disconnect(signal: AnySignal, key: str | None, *, is_alone: bool) -> str:
    """Return the key of the connections to end, which is given instead of a receiver.

    Raises:
        ReceiverSignatureError: Neither a receiver nor a key is given, or both are, or the key is not valid.
    """
    if key is not None and is_alone:
        return checked_key(signal, key)
    given = (
        "neither a receiver nor a key; to disconnect all receivers, use disconnect_all()"
        if key is None
        else "both a receiver and a key; a connection with a key is found by that alone: disconnect(key=...)"
    )
    raise ReceiverSignatureError(f"disconnect() of {signal!r} was given {given}", signal=signal)


def no_sender(signal: AnySignal, given: str = "no sender", sender: object = None) -> SenderError:
    """Return the error of `connect_via` without a sender."""
    return SenderError(
        f"connect_via() of {signal!r} was given {given}, so nothing is connected; it is used as "
        "@signal.connect_via(sender), or @signal.connect_via(ANY) for all senders; if a function is the sender, use "
        "connect(receiver, sender=function)",
        signal=signal,
        sender=sender,
    )


def check_sender_of_decorator(signal: AnySignal, sender: object, weak: object) -> None:
    """Refuse a sender of `connect_via` that is a receiver, before anything is decorated.

    Raises:
        SenderError: The sender is a receiver.
        ReceiverSignatureError: ``weak`` is a receiver.
    """
    if type(sender) is FunctionType and _is_a_receiver(signal, sender):
        raise no_sender(signal, f"{described(sender)} for a sender", sender)
    _check_weak(signal, sender, weak)


def _is_a_receiver(signal: AnySignal, function: FunctionType) -> bool:
    """Whether a function is probably meant as a receiver: it is being decorated, or takes what the signal sends."""
    if _is_being_decorated(function):
        return True
    parameters = parameters_of(function)
    if not parameters or parameters[0].kind not in BY_POSITION:
        return False
    fields = () if signal.payload_type is None else signal.payload_type.model_fields
    names_field = any(parameter.name in fields for parameter in parameters[1:])
    return parameters[0].name == "sender" or (
        names_field and not signal._problem_with(function, plain_options(Options()))
    )


def _is_being_decorated(function: Callable[..., Any]) -> bool:
    """Whether the line that runs is one of the function's decorators, so that its name is not assigned yet."""
    code, frame = code_of(function), frame_of_caller()
    if code is None or frame.f_code.co_filename != code.co_filename or frame.f_code is code:
        return False
    name = function.__name__
    last = max(line for _, _, line in code.co_lines() if line is not None)
    is_named = frame.f_locals.get(name, frame.f_globals.get(name)) is function
    return code.co_firstlineno <= frame.f_lineno <= last and not is_named
