"""Receivers that are called in a worker: what is declared of each, and how it is called with a message."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, cast

from ... import DeclarationError
from ..._checking.terms import Options, Terms, plain_options
from ..._inspecting.callables import described, is_async
from ..._json.keys import known_keys
from ..._sending.dispatch import Delivery
from ..._validating.payload import field_names, field_values
from .._message.content import read
from .surroundings import Surroundings, Together

if TYPE_CHECKING:
    from ..._connecting.references import ReceiverRef
    from .._message.message import Message
    from .carried import Carried

AnyReceiver = Callable[..., Any]

BY_POSITION = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}

_session: ContextVar[Any] = ContextVar("typedsignals_worker_session")
"""The session that the worker lends to the receiver it is calling."""


@contextmanager
def lent(session: object) -> Iterator[None]:
    """Lend a session to the receiver that is called in the block."""
    token = _session.set(session)
    try:
        yield
    finally:
        _session.reset(token)


@contextmanager
def _with_workers_session(delivery: Any) -> Iterator[None]:
    transaction: AbstractContextManager[Any] = delivery.transaction()
    with transaction as session, lent(session):
        yield


IN_SESSION = Together("session=True", _with_workers_session, lends_session=True)


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """A receiver of one signal in one group.

    Attributes:
        carried: The signal.
        group: The group.
        function: The receiver, as it was declared.
        attempts: How often it is called at most.
        max_age: How old a message may be to be tried again, in seconds.
        together: How its work is committed together with the end of the delivery; None if it is not.
        around: What is done around it.
        terms: What is known about its signature.
        called: What is called: the receiver, or a function that gives it the session.
    """

    carried: Carried
    group: str
    function: AnyReceiver
    attempts: int
    max_age: float
    together: Together | None
    around: Surroundings
    terms: Terms
    called: AnyReceiver

    @classmethod
    def declared(
        cls,
        carried: Carried,
        group: str,
        function: AnyReceiver,
        *,
        attempts: int,
        max_age: float,
        together: Together | None,
        around: Surroundings,
    ) -> Receiver:
        """Check a receiver as `connect` does.

        Raises:
            ReceiverSignatureError: It cannot take the payload's fields.
            DeclarationError: It is a coroutine function, and its work is to be committed with the delivery.
        """
        called = _with_session(carried, function) if together is not None and together.lends_session else function
        terms = carried.signal._contract.check(carried.signal, called, plain_options(Options()))
        if together is not None and is_async(function):
            raise DeclarationError(
                f"{terms.label} is a coroutine function, but the transaction of {together.option} blocks; "
                "make it a plain function, which runs in a thread",
                signal=carried.signal,
                receiver=function,
            )
        return cls(
            carried=carried,
            group=group,
            function=function,
            attempts=attempts,
            max_age=max_age,
            together=together,
            around=around,
            terms=terms,
            called=called,
        )

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function."""
        return self.terms.is_async

    @property
    def label(self) -> str:
        """Its name, file and line."""
        return self.terms.label

    def delivery_of(self, message: Message) -> Delivery:
        """Read a message, and find its sender.

        Top-level fields that the payload's model does not know are for ``**extra``.

        Raises:
            MalformedMessageError: It is not a JSON object.
            ValidationError: It is not valid.
            LookupError: The sender is not known.
        """
        payload, unknown = read(self.carried.payload_type, message.content, self._known_keys)
        fields = field_values(payload, self._field_names)
        return Delivery(self.carried.sender_of(message.subject), fields, payload.model_extra or unknown, payload)

    # These are found out with the first message: a model may be completed after its receivers are declared.

    @cached_property
    def _known_keys(self) -> frozenset[str] | None:
        return known_keys(self.carried.payload_type)

    @cached_property
    def _field_names(self) -> tuple[str, ...]:
        return field_names(self.carried.payload_type)

    def call(self, delivery: Delivery) -> Any:
        """Call the receiver; of a coroutine function, this gives the coroutine."""
        return delivery.to(cast("ReceiverRef", self), self.called)  # which asks only for the terms


def _with_session(carried: Carried, function: AnyReceiver) -> AnyReceiver:
    """Make a receiver that passes the worker's session on, as the second argument."""
    signature = inspect.signature(function)
    parameters = [*signature.parameters.values()]
    if len(parameters) < 2 or parameters[1].kind not in BY_POSITION:  # noqa: PLR2004 - the sender and the session
        raise DeclarationError(
            f"{described(function)} takes no second argument for the session that session=True lends: "
            "write def receiver(sender, session, /, ...)",
            signal=carried.signal,
            receiver=function,
        )

    @wraps(function)
    def receiver(sender: object, /, **fields: Any) -> Any:
        return function(sender, _session.get(), **fields)

    receiver.__signature__ = signature.replace(parameters=[parameters[0], *parameters[2:]])  # type: ignore[attr-defined]
    return receiver
