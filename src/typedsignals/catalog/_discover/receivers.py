"""Record the receivers of a signal."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any

from ..._checking.fitting import BY_KEYWORD, bound_keywords
from ..._checking.terms import plain_options
from ..._connecting.connection import Connection
from ..._connecting.registry import table_of
from ..._inspecting.callables import code_of, receiver_name
from ..._inspecting.signatures import signature_of
from ..._signal import Signal
from .._records.signals import ReceiverRecord
from .fields_read import fields_read, uses_extra
from .module_files import relative_file

if TYPE_CHECKING:
    from ...relay import GroupReceiver


def receiver_records(signal: Signal[Any, Any, Any]) -> tuple[ReceiverRecord, ...]:
    """Return the receivers of a signal in the order of calls, each once even if it is connected to several senders.

    Those of its namespace come last.
    """
    payload = signal.payload_type
    fields = None if payload is None else payload.model_fields.keys()
    own = (
        _record(connection, fields, signal._problem_with(connection.receiver, plain_options(connection)))
        for connection in signal.connections
    )
    # Which fields these read is unknown, as payloads of many kinds reach them.
    of_namespace = (
        _record(connection, None, ref.terms.shape.problem, of_namespace=True)
        for ref in table_of(signal).followers_here()
        for connection in signal._described([ref])
    )
    return tuple(dict.fromkeys((*own, *of_namespace)))


def group_receiver_record(signal: Signal[Any, Any, Any], receiver: GroupReceiver, relay: str) -> ReceiverRecord:
    """Return a receiver that the workers of a relay call."""
    payload = signal.payload_type
    assert payload is not None  # else no relay carries the signal
    signature = signature_of(receiver.called)
    return ReceiverRecord(
        **_place(receiver.function),
        **_extra(receiver.function, takes_extra=_takes_extra(signature)),
        fields=_named(receiver.function, signature, payload.model_fields.keys()),
        is_async=receiver.is_async,
        problem=receiver.problem,
        relay=relay,
        group=receiver.group,
    )


def _record(
    connection: Connection, fields: Collection[str] | None, problem: str, *, of_namespace: bool = False
) -> ReceiverRecord:
    receiver = connection.receiver
    signature = signature_of(receiver)
    return ReceiverRecord(
        **_place(receiver),
        **_extra(receiver, takes_extra=not connection.as_payload and _takes_extra(signature)),
        style="payload" if connection.as_payload else "keyword",
        fields=_read(receiver, fields) if connection.as_payload else _named(receiver, signature, fields),
        is_async=connection.is_async,
        weak=connection.weak,
        priority=connection.priority,
        key=connection.key,
        problem=problem,
        of_namespace=of_namespace,
    )


def _place(receiver: Any) -> dict[str, Any]:
    """Return the name of a receiver, and where it is."""
    code, module = code_of(receiver), _module(receiver)
    return {
        "name": receiver_name(receiver),
        "module": module,
        # Code that is not written in Python has no location.
        "file": f"<{module}>" if code is None else relative_file(code.co_filename, module),
        "line": 0 if code is None else code.co_firstlineno,
    }


def _extra(receiver: Any, *, takes_extra: bool) -> dict[str, Any]:
    code = code_of(receiver)
    return {"takes_extra": takes_extra, "uses_extra": takes_extra and (code is None or uses_extra(code))}


def _module(receiver: Any) -> str:
    while isinstance(receiver, partial):
        receiver = receiver.func
    return getattr(receiver, "__module__", None) or type(receiver).__module__


def _takes_extra(signature: Signature | None) -> bool:
    if signature is None:
        return True
    return any(parameter.kind is Parameter.VAR_KEYWORD for parameter in signature.parameters.values())


def _read(receiver: Any, fields: Collection[str] | None) -> tuple[str, ...] | None:
    return None if fields is None else fields_read(receiver, fields)


def _named(receiver: Any, signature: Signature | None, fields: Collection[str] | None) -> tuple[str, ...] | None:
    """Return the fields that a receiver names, except for the sender (the first) and those that a partial passes.

    A parameter without a default counts as a field even if there is no such field; one with a default does not.
    """
    if signature is None:
        return None
    parameters = tuple(signature.parameters.values())[1:]
    kept = bound_keywords(receiver)
    by_keyword = [one for one in parameters if one.kind in BY_KEYWORD and one.name not in kept]
    return tuple(one.name for one in by_keyword if fields is None or one.name in fields or one.default is one.empty)
