"""The signal that `typed` makes: what arrives from its owner is checked, and reaches our receivers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._connecting.snapshot import NOBODY, Snapshot
from .._exceptions import ContractWarning, SenderError, TypedSignalsError
from .._identity import unwrapped
from .._sending.dispatch import Delivery, call, call_async, call_robust, call_robust_async, observed
from .._signal import P, PayloadT, SenderT, Signal
from .feed import Feed
from .halves import Halves, Results
from .owners_line import level_of_owner
from .robust import raised_together
from .table import FedTable

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .._connecting.registry import SignalRef
    from .._signal import AnyReceiver
    from .source import Options, Source


class FedSignal(Signal[PayloadT, SenderT, P]):
    """A signal that is sent when a signal with another owner is."""

    _table: FedTable

    def __init__(
        self, source: Source, options: Options, payload: type[BaseModel], *, sender: type | None, strict: bool
    ) -> None:
        self._source = source
        self._options = options
        self._strict = strict
        self._halves = Halves()
        accepts = "sync" if options.calls == "plain" else "any"
        keywords: dict[str, Any] = {"sender": sender, "name": options.name, "doc": options.doc, "accepts": accepts}
        fields: Any = payload  # what makes payloads, to a checker
        super().__init__(fields, **keywords)

    @property
    def owner(self) -> str:
        """Whose signal it is."""
        return self._options.owner

    @property
    def _hears_all(self) -> bool:
        # An owner that knows senders may do without sending for the others.
        return not self._options.by_sender

    def _new_table(self, signal: SignalRef) -> FedTable:
        return FedTable(signal, Feed(self, self._source, stays=self._options.stays), self._options)

    # What inlets call

    def _receive(self, sender: object, fields: Mapping[str, Any], robust: bool) -> list[tuple[AnyReceiver, Any]]:
        if self._is_one_of_two_calls(sender):
            return self._receive_half(sender, fields, robust)
        prepared = self._prepared(sender, fields)
        if prepared is None:
            return []
        snapshot, delivery = prepared
        # Coroutine functions that it reaches were connected after the owner had begun to send without awaiting.
        return self._call(snapshot.without_coroutines(), delivery, robust)

    async def _receive_async(
        self, sender: object, fields: Mapping[str, Any], robust: bool
    ) -> list[tuple[AnyReceiver, Any]]:
        if self._is_one_of_two_calls(sender):
            return await self._receive_half_async(sender, fields, robust)
        prepared = self._prepared(sender, fields)
        return await self._call_async(*prepared, robust) if prepared else []

    def _call(self, snapshot: Snapshot, delivery: Delivery, robust: bool) -> list[tuple[AnyReceiver, Any]]:
        if robust:
            return raised_together(self, call_robust(self, self._table, snapshot, delivery, None))
        return call(self, self._table, snapshot, delivery, None)

    async def _call_async(self, snapshot: Snapshot, delivery: Delivery, robust: bool) -> list[tuple[AnyReceiver, Any]]:
        if robust:
            return raised_together(self, await call_robust_async(self, self._table, snapshot, delivery, None))
        return await call_async(self._table, snapshot, delivery, None)

    # One send in two calls: the first is checked and seen by all who look on

    def _is_one_of_two_calls(self, sender: object) -> bool:
        return self._options.calls == "both" and self._table.calls_both(sender)

    def _receive_half(self, sender: object, fields: Mapping[str, Any], robust: bool) -> list[tuple[AnyReceiver, Any]]:
        results, snapshot, delivery = self._prepared_half(sender, fields, awaited=False)
        if delivery and not snapshot.queues:  # what is held is held by the call that can await it
            results += self._call(snapshot, delivery, robust)
        return results

    async def _receive_half_async(
        self, sender: object, fields: Mapping[str, Any], robust: bool
    ) -> list[tuple[AnyReceiver, Any]]:
        results, snapshot, delivery = self._prepared_half(sender, fields, awaited=True)
        if delivery:
            results += await self._call_async(snapshot, delivery, robust)
        return results

    def _prepared_half(
        self, sender: object, fields: Mapping[str, Any], *, awaited: bool
    ) -> tuple[Results, Snapshot, Delivery | None]:
        half, is_first = self._halves.meet(sender, fields, awaited=awaited)
        results = Results()
        results.half = half
        if is_first:
            try:
                half.prepared = self._seen(self._prepared(sender, fields))
            finally:
                half.lock.release()
        with half.lock:  # the first call may be at work, in another thread
            prepared = half.prepared
        if prepared is None:
            return results, NOBODY, None
        snapshot, delivery = prepared
        if not snapshot.queues:
            snapshot = snapshot.share(awaited=awaited)
        return results, snapshot if is_first or snapshot.queues else Snapshot(snapshot.refs), delivery

    def _seen(self, prepared: tuple[Snapshot, Delivery] | None) -> tuple[Snapshot, Delivery] | None:
        """Show the delivery to all who look on, who may replace it; later, if it is held."""
        if prepared is None or prepared[0].queues:
            return prepared
        snapshot, delivery = prepared
        return snapshot, observed(snapshot, delivery)

    # What arrives

    def _prepared(self, sender: object, fields: Mapping[str, Any]) -> tuple[Snapshot, Delivery] | None:
        """Find the receivers, and make the delivery; None if nobody listens, or the contract is broken."""
        try:
            self._follow()  # the garbage collector may have taken receivers since
            sender = self._present(sender)
            snapshot = self._table.find(sender)
            if snapshot.reaches_anyone:
                return snapshot, self._open_delivery(self._senders.accept(sender), dict(fields))
        except TypedSignalsError as error:  # not raised by a receiver: none was called yet
            if self._strict:
                raise
            self._warn(str(error))
        return None

    def _follow(self) -> None:
        try:
            self._table.follow()
        except Exception as error:  # the source's own
            if self._strict:
                raise
            self._warn(f"the owner of {self!r} cannot be connected or disconnected: {type(error).__name__}: {error}")

    def _warn(self, message: str) -> None:
        level = level_of_owner(type(self._source), self._options.packages)
        warnings.warn(message, ContractWarning, stacklevel=level)

    def _present(self, sender: object) -> object:
        """Return the sender, or the object behind it if it is a proxy."""
        try:
            return unwrapped(sender)
        except Exception as error:
            raise SenderError(
                f"{self!r} was sent by a {type(sender).__name__} that stands for no object here; nobody was called",
                signal=self,
                sender=sender,
            ) from error

    def _open_delivery(self, sender: object, fields: dict[str, Any]) -> Delivery:
        """Make the delivery; keywords that are not fields go into its extra."""
        validator = self._validator
        if validator.takes_extra:
            return self._delivery(sender, fields)
        names = validator.names
        delivery = self._delivery(sender, {name: fields[name] for name in fields if name in names})
        return delivery._replace(extra={name: fields[name] for name in fields if name not in names})
