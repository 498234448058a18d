"""Type-safe signals: declare one with a pydantic model, and both the type checker and every send check it."""

from ._connecting.connection import Connection
from ._exceptions import (
    AsyncReceiverError,
    ContractWarning,
    DeadReceiverWarning,
    DeclarationError,
    DroppedReceiverWarning,
    EventLoopError,
    HeldSendError,
    PayloadError,
    PredicateError,
    ReceiverSignatureError,
    ReceiverWarning,
    ResultError,
    SenderError,
    StreamClosedError,
    StreamFullError,
    TypedSignalsError,
    WaitTimeoutError,
    WeakReceiverError,
)
from ._hook import Hook
from ._identity import ANY
from ._namespace import NamedSignal, Namespace, default_namespace, signal
from ._sending.bound import BoundSignal
from ._sending.outcome import Outcome
from ._sending.prepared import Prepared
from ._signal import Signal
from ._sources.inlet import Inlet
from ._sources.source import Source
from ._sources.typed import typed
from ._validating.payload import Payload
from ._waiting.stream import Stream

__all__ = [
    "ANY",
    "AsyncReceiverError",
    "BoundSignal",
    "Connection",
    "ContractWarning",
    "DeadReceiverWarning",
    "DeclarationError",
    "DroppedReceiverWarning",
    "EventLoopError",
    "HeldSendError",
    "Hook",
    "Inlet",
    "NamedSignal",
    "Namespace",
    "Outcome",
    "Payload",
    "PayloadError",
    "PredicateError",
    "Prepared",
    "ReceiverSignatureError",
    "ReceiverWarning",
    "ResultError",
    "SenderError",
    "Signal",
    "Source",
    "Stream",
    "StreamClosedError",
    "StreamFullError",
    "TypedSignalsError",
    "WaitTimeoutError",
    "WeakReceiverError",
    "default_namespace",
    "signal",
    "typed",
]
