"""Namespaces: named collections of signals."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload
from weakref import WeakSet

from pydantic import BaseModel
from typing_extensions import TypeForm

from ._checking.kinds import Accepts
from ._declaring.checks import Uninitialised, check_options, doc_for_payload, is_private
from ._declaring.declaration import Declaration
from ._every import EverySignal
from ._exceptions import DeclarationError
from ._hook import Hook, ResultT, check_payload_of_hook
from ._location import Place, frame_of_caller
from ._signal import P, PayloadT, SenderT, Signal
from ._validating.fields import Validate
from ._validating.payload import check_payload_type

if TYPE_CHECKING:
    from ._signal import AnyReceiver

ReceiverT = TypeVar("ReceiverT", bound=Callable[[Signal[Any, Any, ...], Any, Any], object])
"""A function of a signal, a sender and a payload."""


class NamedSignal(Signal[Any, Any, ...]):
    """A signal with a name and without a payload, for code that comes from Blinker.

    Args:
        name: The name.
        doc: What the signal means, for people.
        accepts: As for `Signal`.
    """

    def __init__(self, name: str, doc: str | None = None, *, accepts: Accepts = "any") -> None:
        if name is None:
            raise DeclarationError("a signal that is made by name must have one; without a name, make a Signal()")
        super().__init__(name=name, doc=doc, accepts=accepts)

    if TYPE_CHECKING:
        # The sender may be left out, as in Blinker. An overload in Signal would say so of `Signal()` too, and would
        # make "no overload matches" of every message about a wrong field.
        def send(self, sender: object = None, /, *args: Any, **kwargs: Any) -> list[tuple[AnyReceiver, Any]]: ...
        async def send_async(
            self, sender: object = None, /, *args: Any, **kwargs: Any
        ) -> list[tuple[AnyReceiver, Any]]: ...


class Namespace(Mapping[str, Signal[Any, Any, ...]]):
    """A named collection of signals: a mapping from names to signals.

    Args:
        name: The name, which is shown before the names of the signals.

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
        _check_name("a namespace", name)
        self.name = name
        self._signals: dict[str, Signal[Any, Any, ...]] = {}
        self._every = EverySignal(name)
        self._replaced: WeakSet[type] = WeakSet()

    @overload
    def signal(
        self, name: str, text: str | None = ..., /, *, doc: str | None = ..., accepts: Accepts = ...
    ) -> NamedSignal: ...

    @overload
    def signal(
        self,
        name: str,
        text: str | None = ...,
        /,
        *,
        sender: type[SenderT],
        doc: str | None = ...,
        accepts: Accepts = ...,
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
        accepts: Accepts = ...,
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
        accepts: Accepts = ...,
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
        accepts: Accepts = "any",
    ) -> Signal[Any, Any, ...]:
        """Return the signal of this name. Declare it if there is none yet.

        A notebook cell or ``importlib.reload`` may execute a declaration again, together with its payload class or
        sender class. The new declaration then replaces the earlier one. Receivers that still fit stay connected.

        Args:
            name: The name.
            payload: As for `Signal`. Without it, an existing signal is returned whatever its payload. A string in its
                place is taken as ``doc``.
            sender: As for `Signal`.
            doc: As for `Signal`.
            validate: As for `Signal`.
            accepts: As for `Signal`.

        Raises:
            DeclarationError: The name is already declared with another payload, sender, ``validate`` or ``accepts``, or
                `Signal` does not accept an argument.
        """
        if isinstance(payload, str):
            payload, doc = None, doc_for_payload(payload, doc)
        _check_name("a signal", name)
        check_options(sender, doc, validate, accepts)
        known = self._signals.get(name)
        if known is None:
            options = {"sender": sender, "doc": doc, "validate": validate, "accepts": accepts}
            made = self._declare(name, payload, options)
            known = self._include(name, made)
            if known is made:
                return made
        if payload is not None or sender is not None or accepts != "any":
            declared = Declaration(payload, sender, validate, accepts, self.name, Place.of(frame_of_caller()))
            self._follow(known, declared, doc)
        return known

    @overload
    def hook(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["sync"] = ...,
    ) -> Hook[PayloadT, Any, ResultT, ResultT, P]: ...

    @overload
    def hook(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["async"],
    ) -> Hook[PayloadT, Any, ResultT, Coroutine[Any, Any, ResultT], P]: ...

    @overload
    def hook(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["any"],
    ) -> Hook[PayloadT, Any, ResultT, ResultT | Coroutine[Any, Any, ResultT], P]: ...

    @overload
    def hook(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        sender: type[SenderT],
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["sync"] = ...,
    ) -> Hook[PayloadT, SenderT, ResultT, ResultT, P]: ...

    @overload
    def hook(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        sender: type[SenderT],
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["async"],
    ) -> Hook[PayloadT, SenderT, ResultT, Coroutine[Any, Any, ResultT], P]: ...

    @overload
    def hook(
        self,
        name: str,
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        sender: type[SenderT],
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["any"],
    ) -> Hook[PayloadT, SenderT, ResultT, ResultT | Coroutine[Any, Any, ResultT], P]: ...

    def hook(
        self,
        name: str,
        payload: Any,
        /,
        *,
        returns: Any,
        sender: type | None = None,
        doc: str | None = None,
        validate: Validate = "always",
        accepts: Accepts = "sync",
    ) -> Hook[Any, Any, Any, Any, ...]:
        """Return the hook of this name. Declare it if there is none yet.

        Args:
            name: The name.
            payload: As for `Hook`.
            returns: As for `Hook`.
            sender: As for `Hook`.
            doc: As for `Hook`.
            validate: As for `Hook`.
            accepts: As for `Hook`.

        Raises:
            DeclarationError: The name is already declared as a signal, or with another payload, type of results,
                sender, ``validate`` or ``accepts``, or `Hook` does not accept an argument.
        """
        check_payload_of_hook(payload)
        _check_name("a hook", name)
        check_options(sender, doc, validate, accepts)
        options: dict[str, Any] = {"sender": sender, "doc": doc, "validate": validate, "accepts": accepts}
        known: Any = self._signals.get(name)
        if known is None:
            hook = Hook[Any, Any, Any, Any, ...](payload, returns=returns, name=name, **options)
            known = self._include(name, hook)
        place = Place.of(frame_of_caller())
        self._follow(known, Declaration(payload, sender, validate, accepts, self.name, place, (returns,)), doc)
        return known  # type: ignore[no-any-return]  # a hook: it agrees with this declaration

    def _follow(self, known: Signal[Any, Any, ...], declared: Declaration, doc: str | None) -> None:
        """Let a signal be what it is declared with now, if that is its declaration executed again."""
        earlier = known._declaration
        if declared.agrees_with(earlier):
            return
        if declared.payload is not None:
            check_payload_type(declared.payload)
        if not declared.repeats(earlier):
            raise DeclarationError(
                f"{known!r} {declared.conflict(earlier)}; declare it once and import it from there, or choose another "
                "name",
                signal=known,
            )
        for kind in self._replaced.intersection(declared.classes):
            raise DeclarationError(
                f"{known!r} was declared again at {earlier.place} with another {kind.__name__}, which has taken "
                "the place of this one; import it from there again",
                signal=known,
            )
        known._declare_again(declared, doc)
        self._replaced.update(declared.replaced(earlier))
        known._check_receivers()

    def _declare(self, name: str, payload: type[BaseModel] | None, options: dict[str, Any]) -> Signal[Any, Any, ...]:
        is_open = payload is options["sender"] is None and options["validate"] == "always"
        if is_open:
            return NamedSignal(name, options["doc"], accepts=options["accepts"])
        return Signal[Any, Any, ...](payload, name=name, **options)

    def _include(self, name: str, signal: Signal[Any, Any, ...]) -> Signal[Any, Any, ...]:
        """Include a new signal, and return it; or that of this name, if another thread was faster."""
        signal._join(self.name)
        known = self._signals.setdefault(name, signal)
        self._every.include(known)
        return known

    def connect(self, receiver: ReceiverT, *, weak: bool = True, priority: int = 0) -> ReceiverT:
        """Call a plain function whenever any signal of the namespace is sent; usable as a decorator.

        The call is ``receiver(signal, sender, payload)``. It comes after the signal's own receivers, also for signals
        that are declared later. This is for logs and metrics: what the function returns is ignored, and it is not among
        the signal's ``connections``. It is muted with the signal.

        If one of the signal's own receivers ends the send by raising, the function is not called. If the function
        raises itself, so does the send. In a robust send, neither is so, and what the function raises is logged.

        Args:
            receiver: The function. Its signature is checked now. If a signal has no payload, it gets a dictionary of
                the keywords in its place.
            weak: As for `Signal.connect`.
            priority: Among the receivers of the namespace, one with a higher priority is called earlier.

        Returns:
            The receiver.

        Raises:
            ReceiverSignatureError: It cannot be called like that, or is a coroutine function.
            WeakReceiverError: The receiver cannot be held weakly.

        Example:
            >>> shop = Namespace("shop")
            >>> @shop.connect
            ... def audit(signal: Signal[Any, Any, ...], sender: object, payload: object) -> None:
            ...     print(signal.name, "was sent by", sender, "with", payload)
            >>> shop.signal("opened").send("Bern", hour=9)
            opened was sent by Bern with {'hour': 9}
            []
        """
        self._every.connect_to(self.values(), receiver, weak=weak, priority=priority)
        return receiver

    def disconnect(self, receiver: AnyReceiver) -> bool:
        """Disconnect a receiver of the namespace. Connections of the same function to single signals stay.

        A send that is under way no longer calls it.

        Returns:
            Whether it was connected.
        """
        return self._every.disconnect(receiver)

    def disconnect_all(self) -> int:
        """Disconnect the receivers of the namespace, and all those of its signals; see `Signal.disconnect_all`.

        Returns:
            How many connections there were.
        """
        return self._every.disconnect_all() + sum(signal.disconnect_all() for signal in self.values())

    def __getitem__(self, name: str) -> Signal[Any, Any, ...]:
        return self._signals[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._signals))  # made in one step, whatever other threads declare meanwhile

    def __len__(self) -> int:
        return len(self._signals)

    def __dir__(self) -> Iterable[str]:
        """Return what users may use, for completion."""
        return [name for name in super().__dir__() if not is_private(name)]

    def __repr__(self) -> str:
        if "name" not in self.__dict__:
            return super().__repr__()  # it is not initialised, which its use will report
        return f"<Namespace {self.name!r}: {', '.join(self._signals) or 'empty'}>"


for _name in ("name", "_signals", "_every", "_replaced"):
    setattr(Namespace, _name, Uninitialised("namespace"))


def _check_name(what: str, name: object) -> None:
    if not isinstance(name, str):
        raise DeclarationError(f"{what}'s name must be a string, got {type(name).__name__}")


default_namespace: Namespace = Namespace()
"""The namespace of the signals that `signal` makes."""


def signal(name: str, doc: str | None = None) -> NamedSignal:
    """Return the signal of this name in `default_namespace`. Make it if there is none, as in Blinker."""
    return default_namespace.signal(name, doc)
