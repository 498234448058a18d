"""A hook: a signal that asks, and whose receivers answer with results of a declared type."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, overload

from pydantic import BaseModel
from typing_extensions import TypeForm, TypeVar

from ._checking.kinds import Accepts
from ._exceptions import DeclarationError
from ._identity import AnySender
from ._sending.dispatch import Delivery, Receiver
from ._sending.first import call_first, call_first_async
from ._signal import AnyReceiver, P, PayloadT, SenderT, Signal
from ._validating.fields import Validate
from ._validating.results import ResultValidator

if TYPE_CHECKING:
    from ._connecting.references import ReceiverRef
    from ._connecting.snapshot import Snapshot
    from ._declaring.declaration import Declaration
    from ._sending.bound import BoundSignal
    from ._sending.outcome import Outcome
    from ._sending.prepared import Prepared
    from ._signal import Wrapper

ResultT = TypeVar("ResultT", default=Any)
ReturnT = TypeVar("ReturnT", default=ResultT)
"""What calling a receiver gives: the result, or a coroutine of it."""


class Hook(Signal[PayloadT, SenderT, P], Generic[PayloadT, SenderT, ResultT, ReturnT, P]):
    """A signal whose receivers answer: with a veto, a changed value, or whatever type of result it declares.

    Type checkers know the type of its results, and refuse receivers that return something else. When the program
    runs, each result is validated as strictly as the fields of a `Payload` are. Everything else is as in `Signal`.

    Args:
        payload: The pydantic model that defines the fields.
        returns: The type of the results: ``bool``, ``str | None``, or any other that pydantic can validate.
        sender: As for `Signal`.
        name: As for `Signal`.
        doc: As for `Signal`.
        validate: When the fields are validated, as for `Signal`. Results always are.
        accepts: As for `Signal`, but by default ``"sync"``: a hook asks where the answer is needed, mostly with
            `Signal.send` or `first`.

    Attributes:
        returns: The type of the results.

    Raises:
        DeclarationError: There is no payload, pydantic cannot validate the type of the results, or `Signal` does not
            accept an argument.

    Example:
        >>> from typedsignals import Payload
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> may_ship = Hook(OrderPlaced, returns=bool)
        >>> @may_ship.connect
        ... def in_stock(sender: object, order_id: int, **extra: object) -> bool:
        ...     return order_id != 8
        >>> all(answer for receiver, answer in may_ship.send(None, order_id=8))
        False
    """

    returns: TypeForm[ResultT]
    _noun = "Hook"

    @overload
    def __init__(
        self: Hook[PayloadT, Any, ResultT, ResultT, P],
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["sync"] = ...,
    ) -> None: ...

    @overload
    def __init__(
        self: Hook[PayloadT, Any, ResultT, Coroutine[Any, Any, ResultT], P],
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["async"],
    ) -> None: ...

    @overload
    def __init__(
        self: Hook[PayloadT, Any, ResultT, ResultT | Coroutine[Any, Any, ResultT], P],
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["any"],
    ) -> None: ...

    @overload
    def __init__(
        self: Hook[PayloadT, SenderT, ResultT, ResultT, P],
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        sender: type[SenderT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["sync"] = ...,
    ) -> None: ...

    @overload
    def __init__(
        self: Hook[PayloadT, SenderT, ResultT, Coroutine[Any, Any, ResultT], P],
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        sender: type[SenderT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["async"],
    ) -> None: ...

    @overload
    def __init__(
        self: Hook[PayloadT, SenderT, ResultT, ResultT | Coroutine[Any, Any, ResultT], P],
        payload: Callable[P, PayloadT],
        /,
        *,
        returns: TypeForm[ResultT],
        sender: type[SenderT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Literal["any"],
    ) -> None: ...

    def __init__(
        self,
        payload: Any = None,
        /,
        *,
        returns: Any,
        sender: type | None = None,
        name: str | None = None,
        doc: str | None = None,
        validate: Validate = "always",
        accepts: Accepts = "sync",
    ) -> None:
        check_payload_of_hook(payload)
        self._results, self.returns = ResultValidator(returns), returns
        options: dict[str, Any] = {"sender": sender, "name": name, "doc": doc, "validate": validate}
        super().__init__(payload, accepts=accepts, **options)

    @property
    def _declaration(self) -> Declaration:
        return super()._declaration._replace(returns=(self.returns,))

    def _declare_again(self, declared: Declaration, doc: str | None) -> None:
        (returns,) = declared.returns
        results = ResultValidator(returns)
        super()._declare_again(declared, doc)
        self._results, self.returns = results, returns

    # Asking

    def first(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> ResultT | None:
        """Call receivers in order until one returns something other than None, and return that.

        The receivers after it are not called. The arguments are those of `Signal.send`.

        Returns:
            The first result that is not None; None if there is none.

        Raises:
            ResultError: A receiver that was called returned something of another type.
            PayloadError: Fields are missing, unknown or wrong; no receiver was called.
            SenderError: The sender is not of the declared type; no receiver was called.
            AsyncReceiverError: A coroutine function is connected; no receiver was called.
            HeldSendError: A `held` block holds what the hook sends.
        """
        snapshot, delivery, wrapper = self._prepare("first", "_async_wrapper", sender, args, kwargs)
        return call_first(self, self._table, snapshot, delivery, wrapper) if delivery else None

    async def first_async(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> ResultT | None:
        """Do the same as `first`, but await coroutine receivers, as `Signal.send_async` does."""
        snapshot, delivery, wrapper = self._prepare("first_async", "_sync_wrapper", sender, args, kwargs)
        return await call_first_async(self, self._table, snapshot, delivery, wrapper) if delivery else None

    def _delivery(self, sender: object, fields: dict[str, Any]) -> Delivery:
        return super()._delivery(sender, fields)._replace(check=self._checked_result)

    def _prepare_payload(self, sender: object, payload: object) -> tuple[Snapshot, Delivery]:
        snapshot, delivery = super()._prepare_payload(sender, payload)
        return snapshot, delivery._replace(check=self._checked_result)

    def _checked_result(self, ref: ReceiverRef, receiver: Receiver, result: Any) -> Any:
        return self._results(self, ref.terms.label, receiver, result)

    def _is_sent_often(self) -> bool:
        """Stay with general code: generated code takes any result."""
        return False

    if TYPE_CHECKING:
        # The methods are those of `Signal`, with the type of the results. To pass as a signal, a hook would have to
        # accept receivers that return anything, which is what it is there to refuse.

        def send(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> list[tuple[AnyReceiver, ResultT]]: ...
        async def send_async(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[AnyReceiver, ResultT]]: ...
        def send_robust(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> list[Outcome[ResultT]]: ...
        async def send_robust_async(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[Outcome[ResultT]]: ...
        async def send_concurrent(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> list[tuple[AnyReceiver, ResultT]]: ...
        def send_payload(
            self, sender: SenderT, payload: PayloadT, /, *, _async_wrapper: Wrapper | None = None
        ) -> list[tuple[AnyReceiver, ResultT]]: ...
        async def send_payload_async(
            self, sender: SenderT, payload: PayloadT, /, *, _sync_wrapper: Wrapper | None = None
        ) -> list[tuple[AnyReceiver, ResultT]]: ...
        def of(self, sender: SenderT, /) -> BoundSignal[PayloadT, SenderT, ResultT, P]: ...
        def prepare(
            self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
        ) -> Prepared[PayloadT, SenderT, ResultT]: ...

        @overload  # type: ignore[override]
        def connect(
            self,
            receiver: Callable[Concatenate[SenderT, P], ReturnT],
            sender: SenderT | AnySender = ...,
            weak: bool = ...,
            *,
            as_payload: Literal[False] = ...,
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
            alive: object = ...,
        ) -> Callable[Concatenate[SenderT, P], ReturnT]: ...

        @overload
        def connect(
            self,
            receiver: Callable[[SenderT, PayloadT], ReturnT],
            sender: SenderT | AnySender = ...,
            weak: bool = ...,
            *,
            as_payload: Literal[True],
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
            alive: object = ...,
        ) -> Callable[[SenderT, PayloadT], ReturnT]: ...

        def connect(self, *args: Any, **options: Any) -> Any: ...

        @overload  # type: ignore[override]
        def connect_via(
            self,
            sender: SenderT | AnySender,
            weak: bool = ...,
            *,
            as_payload: Literal[False] = ...,
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
            alive: object = ...,
        ) -> Callable[[Callable[Concatenate[SenderT, P], ReturnT]], Callable[Concatenate[SenderT, P], ReturnT]]: ...

        @overload
        def connect_via(
            self,
            sender: SenderT | AnySender,
            weak: bool = ...,
            *,
            as_payload: Literal[True],
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
            alive: object = ...,
        ) -> Callable[[Callable[[SenderT, PayloadT], ReturnT]], Callable[[SenderT, PayloadT], ReturnT]]: ...

        def connect_via(self, *args: Any, **options: Any) -> Any: ...

        @overload  # type: ignore[override]
        def connected_to(
            self,
            receiver: Callable[Concatenate[SenderT, P], ReturnT],
            sender: SenderT | AnySender = ...,
            *,
            as_payload: Literal[False] = ...,
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
        ) -> AbstractContextManager[Callable[Concatenate[SenderT, P], ReturnT]]: ...

        @overload
        def connected_to(
            self,
            receiver: Callable[[SenderT, PayloadT], ReturnT],
            sender: SenderT | AnySender = ...,
            *,
            as_payload: Literal[True],
            priority: int = ...,
            once: bool = ...,
            thread: bool = ...,
            key: str | None = ...,
        ) -> AbstractContextManager[Callable[[SenderT, PayloadT], ReturnT]]: ...

        def connected_to(self, *args: Any, **options: Any) -> Any: ...


def check_payload_of_hook(payload: type[BaseModel] | str | None) -> None:
    """Refuse to declare a hook without a payload.

    Raises:
        DeclarationError: There is none.
    """
    if payload is None or isinstance(payload, str):
        raise DeclarationError("a hook must have a payload, a pydantic model: Hook(OrderPlaced, returns=bool)")
