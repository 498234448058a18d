"""What the plugin reports, and the error codes by which it can be ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy.errorcodes import ARG_TYPE, CALL_ARG, CALL_OVERLOAD, ErrorCode

from .._suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Sequence

# Ignoring the code that mypy reports without the plugin ignores these too. With ``as_payload=True``, that is the code
# of calls that match no overload: hence two of the same name.
RECEIVER: Final = ErrorCode("signal-receiver", "The receiver does not fit the signal", "typedsignals", True, ARG_TYPE)
OBJECT_RECEIVER: Final = ErrorCode(RECEIVER.code, RECEIVER.description, RECEIVER.category, True, CALL_OVERLOAD)
SEND: Final = ErrorCode("signal-send", "What is sent does not fit the payload", "typedsignals", True, CALL_ARG)
WEAK: Final = ErrorCode("signal-weak", "The receiver dies as soon as it is connected", "typedsignals")
DECLARATION: Final = ErrorCode("signal-declaration", "The payload cannot be declared as one", "typedsignals")
ASYNC: Final = ErrorCode("signal-async", "The receiver is async, but nothing awaits it", "typedsignals")
GENERATOR: Final = ErrorCode("signal-generator", "The receiver's body never runs by itself", "typedsignals")

ALL: Final = (RECEIVER, SEND, WEAK, DECLARATION, ASYNC, GENERATOR)

KEEP_NEW = "Connect it with weak=False, or keep it in a variable"


def new_dies(kind: str) -> str:
    return f"Nothing keeps this {kind} alive: it is disconnected at once"


def local_dies(receiver: str, function: str) -> str:
    return f'Nothing keeps local function "{receiver}" alive: it is disconnected when "{function}" returns'


def keep_local(way: str, function: str) -> str:
    return f'Connect it with {way}, or keep it where it outlives "{function}"'


def has_alias(field: str, payload: str, alias: str) -> str:
    return (
        f'Field "{field}" of payload "{payload}" has alias="{alias}", but senders and receivers use the field\'s name; '
        "use validation_alias= or serialization_alias= for wire names"
    )


def deprecated_field(field: str, payload: str, receiver: str, text: str) -> str:
    reason = f": {text}" if text else ""
    return f'Field "{field}" of payload "{payload}", which {receiver} names, is deprecated{reason}'


def never_awaited(receiver: str, signal: str, methods: Sequence[str]) -> str:
    sent = " and ".join(f"{method}()" for method in methods)
    return f'{capitalised(receiver)} is async, but this module sends "{signal}" with {sent} only, which cannot await it'


def not_plain(receiver: str) -> str:
    return f"{capitalised(receiver)} is async, but receivers of a namespace must be plain functions"


def not_accepted(receiver: str, accepts: str) -> str:
    kind = "async" if accepts == "sync" else "not async"
    return f'{capitalised(receiver)} is {kind}, but the signal is declared with accepts="{accepts}"'


def never_iterated(receiver: str) -> str:
    return f"{capitalised(receiver)} is a generator function: its body does not run until its result is iterated over"


def is_method(receiver: str, first: str) -> str:
    return (
        f'{capitalised(receiver)} is connected in the body of its class, where "{first}" gets the sender; '
        "connect the bound method, in __init__ for example"
    )


def bound_field(receiver: str, field: str, payload: str) -> str:
    return (
        f'{capitalised(receiver)} already has a value for "{field}", but signal payload "{payload}" has a field '
        f'"{field}"; rename the parameter'
    )


def wrong_field(field: str, actual: str, receiver: str, taken: str) -> str:
    return f'Field "{field}" is {actual}, {receiver} takes {taken}'


def wrong_sender(actual: str, receiver: str, taken: str) -> str:
    return f"Sender is {actual}, {receiver} takes {taken}"


def no_sender(receiver: str) -> str:
    return f"{capitalised(receiver)} must take the sender as its first positional parameter"


def sender_called_like_field(receiver: str, name: str) -> str:
    return f'First parameter of {receiver} gets the sender, but is called "{name}" like a field; rename it'


def positional_only(receiver: str) -> str:
    return f"Fields are passed by keyword, but {receiver} takes more than the sender by position only"


def no_such_field(receiver: str, name: str, payload: str, fields: Sequence[str]) -> str:
    return (
        f'{capitalised(receiver)} takes "{name}" but signal payload "{payload}" has no such field; '
        f"{suggestion(name, fields)}"
    )


def takes_payload(receiver: str, payload: str) -> str:
    return f'{capitalised(receiver)} takes the payload "{payload}" but gets its fields; did you mean as_payload=True?'


def takes_no_payload(receiver: str, payload: str) -> str:
    return f'{capitalised(receiver)} must take two arguments, sender and payload "{payload}": as_payload=True'


def takes_more_than_payload(receiver: str, name: str | None, payload: str) -> str:
    shown = f'"{name}"' if name else "a third argument"
    return f'{capitalised(receiver)} takes {shown} but gets only the sender and payload "{payload}": as_payload=True'


def wrong_payload(actual: str, receiver: str, taken: str) -> str:
    return f"Payload is {actual}, {receiver} takes {taken}"


def wrong_result(receiver: str, actual: str, wanted: str) -> str:
    return f"{capitalised(receiver)} returns {actual}, the hook asks for {wanted}"


def lacks_fields(receiver: str, names: Sequence[str]) -> str:
    return f"{capitalised(receiver)} lacks {_listed(names)} and has no **extra"


def sends_unknown(method: str, name: str, fields: Sequence[str], wrappers: Sequence[str]) -> str:
    return f'{method}() got "{name}"; {suggestion(name, fields, *wrappers)}'


def sends_too_little(method: str, names: Sequence[str], payload: str) -> str:
    return f'{method}() lacks {_listed(names)} of payload "{payload}"'


def sends_payload(method: str, payload: str, meant: str) -> str:
    return f'{method}() takes the fields of payload "{payload}" as keywords; did you mean {meant}()?'


def sends_to_bound(method: str) -> str:
    return f"{method}() of a bound signal takes fields as keywords, and no sender: it has its own"


def suggestion(name: str, fields: Sequence[str], *others: str) -> str:
    """Return what was probably meant by a name: a field, or another name that is taken."""
    close = closest(name, [*fields, *others])
    return f'did you mean "{close}"?' if close else f"the fields are: {', '.join(fields) or 'none'}"


def capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _listed(names: Sequence[str]) -> str:
    return f"field{'s' if len(names) > 1 else ''} " + ", ".join(f'"{name}"' for name in names)
