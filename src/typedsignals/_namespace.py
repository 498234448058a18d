"""Namespaces: named collections of signals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, overload

from pydantic import BaseModel

from ._exceptions import DeclarationError
from ._signal import P, PayloadT, SenderT, Signal
from ._validation import Validate

if TYPE_CHECKING:
    from ._signal import AnyReceiver


class NamedSignal(Signal[Any, Any, ...]):
    """A signal without a payload that is made by name, for code that comes from Blinker.

    Args:
        name: Its name.
        doc: What it means, for people.
    """

    def __init__(self, name: str, doc: str | None = None) -> None:
        super().__init__(name=name, doc=doc)

    if TYPE_CHECKING:
        # The sender may be left out, as in Blinker. An overload in Signal would say so of `Signal()` too, and would
        # make "no overload matches" of every message about a wrong field.
        def send(self, sender: object = None, /, *args: Any, **kwargs: Any) -> list[tuple[AnyReceiver, Any]]: ...
        async def send_async(
            self, sender: object = None, /, *args: Any, **kwargs: Any
        ) -> list[tuple[AnyReceiver, Any]]: ...


class Namespace(Mapping[str, Signal[Any, Any, ...]]):
    """A named collection of signals: a mapping of their names to them.

    Args:
        name: Shown with the names of its signals.

    Example:
        >>> from typedsignals import Payload
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> shop = Namespace("shop")
        >>> shop.signal("order-placed", OrderPlaced)
        <Signal 'shop.order-placed'>
        >>> list(shop)
        ['order-placed']
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._signals: dict[str, Signal[Any, Any, ...]] = {}

    @overload
    def signal(self, name: str, text: str | None = ..., /, *, doc: str | None = ...) -> NamedSignal: ...

    @overload
    def signal(
        self,
        name: str,
        text: str | None = ...,
        /,
        *,
        sender: type[SenderT],
        doc: str | None = ...,
    ) -> Signal[Any, SenderT, ...]: ...

    @overload
    def signal(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        doc: str | None = ...,
        validate: Validate = ...,
    ) -> Signal[PayloadT, Any, P]: ...

    @overload
    def signal(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        sender: type[SenderT],
        doc: str | None = ...,
        validate: Validate = ...,
    ) -> Signal[PayloadT, SenderT, P]: ...

    def signal(
        self,
        name: str,
        payload: Any = None,
        /,
        *,
        sender: type | None = None,
        doc: str | None = None,
        validate: Validate = "always",
    ) -> Signal[Any, Any, ...]:
        """The signal of this name, declared now if there is none yet.

        Args:
            name: Its name.
            payload: As for `Signal`. Without it, a string here is ``doc``, and a signal that has been declared is
                given back whatever its payload.
            sender: As for `Signal`.
            doc: As for `Signal`.
            validate: As for `Signal`.

        Raises:
            DeclarationError: The name was declared before, with another payload, sender or ``validate``; or an
                argument is none that `Signal` takes.
        """
        if isinstance(payload, str):
            payload, doc = None, payload
        if not isinstance(name, str):
            raise DeclarationError(f"a signal's name must be a string, got {type(name).__name__}")
        known = self._signals.get(name)
        if known is None:
            known = self._signals.setdefault(name, self._declare(name, payload, sender, doc, validate))
        if payload is not None or sender is not None:
            _check_same(known, payload, sender, validate)
        return known

    def _declare(
        self, name: str, payload: type[BaseModel] | None, sender: type | None, doc: str | None, validate: Validate
    ) -> Signal[Any, Any, ...]:
        options: dict[str, Any] = {"sender": sender, "name": name, "doc": doc, "validate": validate}
        is_open = payload is sender is None and validate == "always"
        signal = NamedSignal(name, doc) if is_open else Signal[Any, Any, ...](payload, **options)
        signal._namespace = self.name
        return signal

    def __getitem__(self, name: str) -> Signal[Any, Any, ...]:
        return self._signals[name]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._signals))

    def __len__(self) -> int:
        return len(self._signals)

    def __repr__(self) -> str:
        return f"<Namespace {self.name!r}: {', '.join(self._signals) or 'empty'}>"


def _check_same(
    known: Signal[Any, Any, ...], payload: type[BaseModel] | None, sender: type | None, validate: Validate
) -> None:
    if (known.payload_type, known.sender_type, known.validate) != (payload, sender, validate):
        place = known._place
        earlier = _declaration(known.payload_type, known.sender_type, known.validate)
        raise DeclarationError(
            f"{known!r} is declared at {place.file}:{place.line} with {earlier}, "
            f"and now with {_declaration(payload, sender, validate)}; "
            "declare it once and import it from there, or choose another name",
            signal=known,
        )


def _declaration(payload: type | None, sender: type | None, validate: Validate) -> str:
    parts = ["no payload" if payload is None else f"payload {payload.__name__}"]
    if sender is not None:
        parts.append(f"sender {sender.__name__}")
    if validate != "always":
        parts.append(f"validate={validate!r}")
    return " and ".join(parts)


default_namespace: Namespace = Namespace()
"""The namespace of the signals that `signal` makes."""


def signal(name: str, doc: str | None = None) -> NamedSignal:
    """The signal of this name in `default_namespace`, made now if there is none; as in Blinker."""
    return default_namespace.signal(name, doc)
