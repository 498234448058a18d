"""The part of a signal that sends: the general code of each send, and the decision to replace it by generated code."""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

from .._concurrency.serialised import lock
from .._connecting.snapshot import NOBODY, Snapshot
from .._declaring.declared import DeclaredSignal
from .._exceptions import PayloadError
from .._validating.fast_path import fast_path, trusting_path
from .._validating.misplaced_payloads import refuse_positional
from .._validating.one_build import build_of
from .._validating.payload import field_values
from .._validating.rendering import carried
from . import own_methods
from .arguments import checked_wrapper, refuse_wrappers
from .dispatch import Delivery, call, call_async, call_robust
from .generated import let_go_of_payload, specialise, specialise_open
from .own_methods import Kind, generalise, new_method

if TYPE_CHECKING:
    from .dispatch import Receiver, Wrapper
    from .outcome import Outcome


class SendableSignal(DeclaredSignal):
    """Takes each send from the call of its method to the calls of receivers; a base class of `Signal`."""

    _own_send: MethodType | None = None
    _own_send_async: MethodType | None = None
    _own_send_robust: MethodType | None = None
    _own_send_payload: MethodType | None = None
    _general_sends = 0
    """How many sends have run general code."""

    # What each send does, in order

    def _send_in_general(
        self, sender: object, positional: tuple[Any, ...], fields: dict[str, Any]
    ) -> list[tuple[Receiver, Any]]:
        """Send in general code or, if that has been done often enough, in code generated now."""
        if self._is_sent_often():
            return self._specialise("send")(sender, *positional, **fields)  # type: ignore[no-any-return]
        snapshot, delivery, wrapper = self._prepare("send", "_async_wrapper", sender, positional, fields)
        return call(self._itself, self._table, snapshot, delivery, wrapper) if delivery else []

    async def _send_async_in_general(
        self, sender: object, positional: tuple[Any, ...], fields: dict[str, Any]
    ) -> list[tuple[Receiver, Any]]:
        """Send in general code or, if that has been done often enough, in code generated now."""
        if self._is_sent_often():
            return await self._specialise("send_async")(sender, *positional, **fields)  # type: ignore[no-any-return]
        snapshot, delivery, wrapper = self._prepare("send_async", "_sync_wrapper", sender, positional, fields)
        return await call_async(self._table, snapshot, delivery, wrapper) if delivery else []

    def _send_robust_in_general(
        self, sender: object, positional: tuple[Any, ...], fields: dict[str, Any]
    ) -> list[Outcome]:
        """Send in general code or, if that has been done often enough, in code generated now."""
        if self._is_sent_often():
            return self._specialise("send_robust")(sender, *positional, **fields)  # type: ignore[no-any-return]
        snapshot, delivery, wrapper = self._prepare("send_robust", "_async_wrapper", sender, positional, fields)
        return call_robust(self._itself, self._table, snapshot, delivery, wrapper) if delivery else []

    def _send_payload_in_general(
        self, sender: object, payload: object, wrapper: Wrapper | None
    ) -> list[tuple[Receiver, Any]]:
        """Send in general code or, if that has been done often enough, in code generated now."""
        if self.payload_type is not None and self._is_sent_often():
            method = self._specialise("send_payload")
            return method(sender, payload, _async_wrapper=wrapper)  # type: ignore[no-any-return]
        return self._send_payload_in_full(sender, payload, wrapper)

    def _prepare(
        self, method: str, wrapper_name: str, sender: object, positional: tuple[Any, ...], fields: dict[str, Any]
    ) -> tuple[Snapshot, Delivery | None, Wrapper | None]:
        """Give the connections to call, what to call them with, and the wrapper that the send was given.

        If the signal has ``validate="connected"`` and no receivers, nothing is validated, and there is nothing to call
        them with.
        """
        refuse_positional(method, positional)
        wrapper = checked_wrapper(wrapper_name, fields.pop(wrapper_name, None))
        if self.validate == "connected" and self._table.common is NOBODY:
            return NOBODY, None, wrapper
        sender = self._senders.accept(sender)
        snapshot = self._table.find(sender)
        if self.validate == "connected" and not snapshot.reaches_anyone:
            return snapshot, None, wrapper
        return snapshot, self._delivery(sender, fields), wrapper

    def _delivery(self, sender: object, fields: dict[str, Any]) -> Delivery:
        if self.payload_type is None:
            return Delivery(sender, fields, {}, None)
        validator = self._validator
        return _delivery_of(sender, validator(self._itself, sender, fields), validator.names)

    def _prepare_payload(self, sender: object, payload: object) -> tuple[Snapshot, Delivery]:
        sender = self._senders.accept(sender)
        if self.payload_type is None:
            raise PayloadError(f"{self!r} has no payload; declare one, or use send", signal=self._itself, sender=sender)
        validator, snapshot = self._validator, self._table.find(sender)
        payload = validator.accept(self._itself, sender, payload)
        return snapshot, _delivery_of(sender, payload, validator.names)

    def _checked(self, sender: object, positional: tuple[Any, ...], fields: dict[str, Any]) -> tuple[Any, Any]:
        """Give the sender and the payload, or keywords, of a send that is to be delivered later."""
        refuse_positional("prepare", positional)
        refuse_wrappers("prepare", fields)
        sender = self._senders.accept(sender)
        return sender, carried(self._delivery(sender, fields))

    def _delivery_now(self, sender: object, payload: Any) -> tuple[Snapshot, Delivery]:
        """Give the connections to call now for what `_checked` gave, and what to call them with."""
        if self.payload_type is not None:
            return self._prepare_payload(sender, payload)
        sender = self._senders.accept(sender)
        return self._table.find(sender), Delivery(sender, dict(payload), {}, None)

    def _deliver_again(self, delivery: Delivery) -> tuple[Snapshot, Delivery]:
        """Do the same for a delivery that was made earlier, which keeps its kind, and extra that no payload has."""
        snapshot, now = self._delivery_now(delivery.sender, carried(delivery))
        return snapshot, delivery._replace(fields=now.fields, payload=now.payload)

    def _send_in_full(
        self, snapshot: Snapshot, sender: object, fields: dict[str, Any], wrapper: Wrapper | None
    ) -> list[tuple[Receiver, Any]]:
        """Send what generated code cannot, beginning with validation."""
        wrapper = checked_wrapper("_async_wrapper", wrapper)
        return call(self._itself, self._table, snapshot, self._delivery(sender, fields), wrapper)

    async def _send_async_in_full(
        self, snapshot: Snapshot, sender: object, fields: dict[str, Any], wrapper: Wrapper | None
    ) -> list[tuple[Receiver, Any]]:
        """Send what generated code cannot, beginning with validation."""
        wrapper = checked_wrapper("_sync_wrapper", wrapper)
        return await call_async(self._table, snapshot, self._delivery(sender, fields), wrapper)

    def _send_robust_in_full(
        self, snapshot: Snapshot, sender: object, fields: dict[str, Any], wrapper: Wrapper | None
    ) -> list[Outcome]:
        """Send what generated code cannot, beginning with validation."""
        wrapper = checked_wrapper("_async_wrapper", wrapper)
        return call_robust(self._itself, self._table, snapshot, self._delivery(sender, fields), wrapper)

    def _send_payload_in_full(
        self, sender: object, payload: object, wrapper: Wrapper | None
    ) -> list[tuple[Receiver, Any]]:
        """Send a payload of any kind, to receivers of any kind."""
        snapshot, delivery = self._prepare_payload(sender, payload)
        wrapper = checked_wrapper("_async_wrapper", wrapper)
        return call(self._itself, self._table, snapshot, delivery, wrapper, method="send_payload")

    # The code of its own

    def _own_method(self, kind: Kind) -> MethodType:
        """Return the method of this signal, which stays the same for its whole life."""
        with lock:  # so that threads that ask at once agree on one
            method: MethodType | None = getattr(self, f"_own_{kind}")
            if method is None:
                method = new_method(self._itself, kind)
                if self.payload_type is None and kind != "send_payload":
                    specialise_open(method, self._needs())
                setattr(self, f"_own_{kind}", method)
        return method

    def _is_sent_often(self) -> bool:
        """Count one more send by general code, and say whether to generate code: not until the payload is complete."""
        self._general_sends += 1
        often = self._general_sends > own_methods.SENDS_BEFORE_GENERATING
        return often and cast(type[BaseModel], self.payload_type).__pydantic_complete__

    def _specialise(self, kind: Kind) -> MethodType:
        """Generate the code of a method, unless the payload is rebuilt meanwhile."""
        derived, validator = self._derived_now(), self._validator
        plans = None
        if kind != "send_payload":
            plan = trusting_path if self.validate == "never" else fast_path
            build = build_of(cast(type[BaseModel], self.payload_type))
            plans = None if build is None else build.made_by(plan)
        method, needs = self._own_method(kind), self._needs()
        label = f"{self.__module__}.{self.name or self._attribute_path() or 'signal'}"
        with lock:
            if derived is self._derived:
                specialise(method, plans, validator, self.validate, label, needs)
        return method

    def _needs(self) -> dict[str, Any]:
        return {"_table": self._table, "_senders": self._senders}

    def _forget_payload(self) -> None:
        super()._forget_payload()
        for method in filter(None, [getattr(self, f"_own_{kind}") for kind in own_methods.KINDS]):
            if self.payload_type is None and method is not self._own_send_payload:
                specialise_open(method, self._needs())
            else:
                generalise(method)
                let_go_of_payload(method, self._needs())


def _delivery_of(sender: object, payload: BaseModel, names: tuple[str, ...]) -> Delivery:
    return Delivery(sender, field_values(payload, names), payload.model_extra or {}, payload)
