"""Check what the receivers of a hook return."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from .._exceptions import DeclarationError, ResultError
from .problems import problems_of_result

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._signal import AnySignal

STRICT = ConfigDict(strict=True, arbitrary_types_allowed=True)

MODULES_OF_TYPES = frozenset({"typing", "typing_extensions", "types", "collections.abc"})
"""Where the classes of type expressions are defined, such as that of ``list[int]``."""


class ResultValidator:
    """Validates results strictly, as the fields of a `Payload` are.

    Args:
        returns: The type that a hook declares for results.

    Raises:
        DeclarationError: It is not a type, or pydantic cannot validate it.
    """

    __slots__ = ("_adapter", "_returns")

    def __init__(self, returns: Any) -> None:
        if not _is_type(returns):
            raise DeclarationError(
                f"returns= must be a type, such as bool or str | None, got a {type(returns).__name__}"
            )
        self._returns = returns
        self._adapter = _adapter(returns)

    def __call__(self, signal: AnySignal, label: str, receiver: Callable[..., Any], result: Any) -> Any:
        """Return the result as pydantic validated it.

        Args:
            signal: The hook.
            label: The receiver's name and place.
            receiver: The receiver.
            result: What it returned.

        Raises:
            ResultError: The result is not of the type.
            DeclarationError: The type refers to a name that is still undefined.
        """
        adapter = self._complete(signal)
        try:
            return adapter.validator.validate_python(result, strict=True)
        except ValidationError as error:
            problems = problems_of_result(error, adapter.core_schema)
        # Raised outside the handler: inside it, the error's context would show the result in every report.
        if inspect.iscoroutine(result):
            result.close()  # so that Python does not warn of it, too
            problems.append("(nothing awaits it here: use send_async, or return what it gives)")
        lines = [f"{label} of {signal!r} must return {shown_type(self._returns)}:", *problems]
        raise ResultError("\n  ".join(lines), signal=signal, receiver=receiver)

    def _complete(self, signal: AnySignal) -> TypeAdapter[Any]:
        """Return the adapter, made anew if the type referred to a name that was undefined before."""
        if not self._adapter.pydantic_complete:
            self._adapter = _adapter(self._returns)
            if not self._adapter.pydantic_complete:
                raise DeclarationError(
                    f"{shown_type(self._returns)}, which the receivers of {signal!r} return, refers to a name that is "
                    "not defined yet: define it before the first send",
                    signal=signal,
                )
        return self._adapter


def shown_type(kind: Any) -> str:
    """Show a type as it is written."""
    return kind.__qualname__ if isinstance(kind, type) else repr(kind).removeprefix("typing.")


def _is_type(kind: object) -> bool:
    """Whether it is a type expression, as opposed to a value, a function, or the name of a type."""
    return kind is None or isinstance(kind, type) or type(kind).__module__ in MODULES_OF_TYPES


def _adapter(returns: Any) -> TypeAdapter[Any]:
    try:
        return _strict_adapter(returns)
    except Exception as error:  # making the schema of a type may run its author's code
        raise DeclarationError(
            f"returns={shown_type(returns)} cannot be validated: {type(error).__name__}: {error}"
        ) from error


def _strict_adapter(returns: Any) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(returns, config=STRICT)
    except PydanticUserError as error:
        if error.code != "type-adapter-config-unused":
            raise
    return TypeAdapter(returns)  # a model or the like, which has a configuration of its own
