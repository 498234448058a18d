"""Exceptions and warnings: what they are, and what they carry."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, assert_type

from pydantic_core import ErrorDetails

from typedsignals import (
    AsyncReceiverError,
    DeadReceiverWarning,
    DeclarationError,
    PayloadError,
    ReceiverSignatureError,
    SenderError,
    Signal,
    TypedSignalsError,
    WeakReceiverError,
)

try:
    Signal().send(None)
except PayloadError as error:
    assert_type(error.errors(), list[ErrorDetails])
    assert_type(error.signal, Signal[Any, Any, Any] | None)
    assert_type(error.receiver, Callable[..., Any] | None)
    assert_type(error.sender, object)
    error.details  # E: private
except ReceiverSignatureError as error:
    error.errors  # E: a PayloadError's alone
except (SenderError, WeakReceiverError, DeclarationError, AsyncReceiverError) as error:
    assert_type(error.signal, Signal[Any, Any, Any] | None)
except TypedSignalsError as error:
    assert_type(error.args, tuple[Any, ...])

a_value_error: ValueError = PayloadError("wrong fields")
a_root: TypedSignalsError = PayloadError("wrong fields")
type_errors: list[TypeError] = [
    DeclarationError("a"),
    SenderError("b"),
    ReceiverSignatureError("c"),
    WeakReceiverError("d"),
]
a_runtime_error: RuntimeError = AsyncReceiverError("a coroutine receiver")
a_type_error: TypeError = PayloadError("wrong fields")  # E: a ValueError

warnings.simplefilter("error", DeadReceiverWarning)
a_warning: RuntimeWarning = DeadReceiverWarning("collected")
