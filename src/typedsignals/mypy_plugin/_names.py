"""The names by which mypy knows what the plugin deals with."""

from __future__ import annotations

SIGNAL = "typedsignals._signal.Signal"
HOOK = "typedsignals._hook.Hook"
BOUND_SIGNAL = "typedsignals._sending.bound.BoundSignal"
SIGNALS = (SIGNAL, HOOK)
"""The classes that define the methods of signals: a hook has its own, as its results have a type."""
SENDABLE = (*SIGNALS, BOUND_SIGNAL)
"""The classes that send and connect; a bound signal has its sender."""

NAMESPACE = "typedsignals._namespace.Namespace"
BASE_MODEL = "pydantic.main.BaseModel"
FIELD = frozenset({"pydantic.fields.Field"})
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
DEPRECATED = frozenset({"warnings.deprecated", "typing_extensions.deprecated"})
COROUTINE = "typing.Coroutine"
COROUTINES = frozenset({COROUTINE, "types.CoroutineType"})

OF, PREPARE = "of", "prepare"
SENDING = frozenset(
    {"send", "send_async", "send_robust", "send_robust_async", "send_concurrent", PREPARE, "first", "first_async"}
)
NOT_AWAITING = frozenset({"send", "send_robust", "send_payload", "first"})
AWAITING = frozenset({"send_async", "send_robust_async", "send_concurrent", "send_payload_async", "first_async"})
MAYBE_AWAITING = AWAITING | {OF, PREPARE}
SENDING_PAYLOAD = {"send": "send_payload", "send_async": "send_payload_async"}
"""The methods that send fields, each with the one that sends a payload object in the same way."""

CONNECTING = frozenset({"connect", "connected_to"})

CONNECT_VIA = "connect_via of Signal"
"""The name that the plugin gives to what `connect_via` returns: mypy's own name of the method in messages."""

ASYNC_WRAPPER, SYNC_WRAPPER = "_async_wrapper", "_sync_wrapper"
"""The keywords besides fields: with the first, a send that does not await can call async receivers; with the second,
one that awaits makes plain receivers async."""

MARKS = "__typedsignals_marks"
"""The attribute that keeps the marks of a model's fields; as it is private, mypy does not compare it with a base's."""

ACCEPTS = "accepts"
"""The argument and the attribute that say which kinds of receivers a signal accepts."""

RETURNED = "__typedsignals_returned"
"""The attribute that keeps what receivers of a bound hook return."""

TRUE = "builtins.True"
PARTIAL = "functools.partial"
ANY = "typedsignals._identity.ANY"
