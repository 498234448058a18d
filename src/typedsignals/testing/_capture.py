"""Record what signals send, and make assertions about the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, Self, TypeVar, overload

from .._concurrency.interrupts import Ending, EndingOf, Nothing
from .._connecting.blocks import Observed, opened
from .._connecting.registry import table_of
from .._exceptions import PredicateError, SenderError
from .._identity import ANY, AnySender
from .._namespace import Namespace
from .._sending.bound import BoundSignal
from .._signal import PayloadT, SenderT, Signal
from .._validating.rendering import carried
from .._waiting.matcher import Matcher
from ._failures import check_fields, differences, failure, is_match, listed, shown_request
from ._targets import AnySignal, signals_of

if TYPE_CHECKING:
    from .._sending.dispatch import Delivery


@dataclass(frozen=True, slots=True)
class Record(Generic[PayloadT, SenderT]):
    """One captured send.

    Attributes:
        signal: The signal that was sent.
        sender: The sender.
        payload: The payload, or a dictionary of the keywords if the signal has no payload.
        time: The time of the send, in UTC.
        is_held: Whether a `Signal.held` block kept the send from receivers at that time. Delivering it is no record.
    """

    signal: Signal[PayloadT, SenderT, ...]
    sender: SenderT
    payload: PayloadT
    time: datetime
    is_held: bool = False


ClassT = TypeVar("ClassT")


class _SentByClasses(Protocol[PayloadT, ClassT]):
    """A signal whose senders are classes. mypy does not find that ``Book`` is one if ``SenderT`` is ``type[Model]``."""

    def _as_sent_by_classes(self) -> Signal[PayloadT, type[ClassT], ...]: ...


@overload
def capture(
    signal: Signal[PayloadT, SenderT, ...],
    /,
    *,
    sender: SenderT | AnySender = ...,
    where: Callable[[SenderT, PayloadT], bool] | None = ...,
) -> Capture[PayloadT, SenderT]: ...


@overload
def capture(
    signal: _SentByClasses[PayloadT, ClassT],
    /,
    *,
    sender: type[ClassT],
    where: Callable[[type[ClassT], PayloadT], bool] | None = ...,
) -> Capture[PayloadT, type[ClassT]]: ...


@overload
def capture(
    signal: BoundSignal[PayloadT, SenderT, Any, ...],
    /,
    *,
    where: Callable[[SenderT, PayloadT], bool] | None = ...,
) -> Capture[PayloadT, SenderT]: ...


@overload
def capture(
    namespace: Namespace, /, *, sender: object = ..., where: Callable[[Any, Any], bool] | None = ...
) -> Capture[Any, Any]: ...


@overload
def capture(
    signal: AnySignal | Namespace,
    another: AnySignal | Namespace,
    /,
    *signals: AnySignal | Namespace,
    sender: object = ...,
    where: Callable[[Any, Any], bool] | None = ...,
) -> Capture[Any, Any]: ...


def capture(*signals: Any, sender: Any = ANY, where: Callable[[Any, Any], bool] | None = None) -> Capture[Any, Any]:
    """Record what signals send inside a ``with`` or ``async with`` block.

    Each send is recorded before any receiver is called, even if receivers are muted or isolated, or fail. A capture is
    not a receiver: it is not in the signal's ``connections``, and adds nothing to the result of a send. A send that is
    refused, because of its payload for example, is not recorded. Records keep senders and payloads alive.

    Args:
        signals: Signals, and namespaces for all the signals that they have when this is called. Or one `BoundSignal`,
            for what its sender sends.
        sender: Record only sends by this sender. A signal with another owner is connected for it alone, if the owner
            can tell senders apart; then failures of assertions do not know what other senders sent.
        where: Record only sends for which this returns true, called as ``where(sender, payload)``.

    Returns:
        The capture, which you enter using ``with``. Its records stay after the block.

    Raises:
        TypeError: An argument is neither a signal nor a namespace, or there are no signals. Or there is a bound signal
            and another argument for what to capture.
        SenderError: The sender is of a type that none of the signals accepts.

    Example:
        >>> from typedsignals import Payload, Signal
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> order_placed = Signal(OrderPlaced)
        >>> with capture(order_placed) as captured:
        ...     order_placed.send("shop", order_id=7)
        []
        >>> captured.one().payload.order_id
        7
    """
    if any(isinstance(signal, BoundSignal) for signal in signals):
        signals, sender = _of_one_sender(signals, sender)
    targets = signals_of("capture", signals)
    return Capture(targets, _accepted(targets, sender), where)


class Capture(Generic[PayloadT, SenderT]):
    """Holds records of what signals sent inside a block; made by `capture`.

    ``len`` counts its records, and iterating yields them. Entered again, it records further sends.
    """

    def __init__(
        self, signals: tuple[AnySignal, ...], sender: object, where: Callable[[Any, Any], bool] | None
    ) -> None:
        self._signals = signals
        self._matcher = Matcher(sender, where)
        self._records: list[Record[PayloadT, SenderT]] = []
        self._error: PredicateError | None = None
        self._ending = Ending()
        self._state: Literal["new", "open", "closed"] = "new"

    def __enter__(self) -> Self:
        return self._begin(self._ended)

    async def __aenter__(self) -> Self:
        return self._begin(self._ended_async)

    if TYPE_CHECKING:

        def __exit__(self, error_type: object, error: object, traceback: object) -> None: ...

        async def __aexit__(self, error_type: object, error: object, traceback: object) -> None: ...

    else:
        __exit__ = __aexit__ = EndingOf(attrgetter("_ending"))

    def _begin(self, ended: Callable[..., object]) -> Self:
        if self._state == "open":
            raise RuntimeError(f"{self!r} has already been entered; make another one with capture()")
        self._ending.forget()
        return self._ending.begin(self._recording(), ended)

    def _recording(self) -> Iterator[Self]:
        try:
            self._state = "open"
            with opened(Observed(self._observe, heard=self._matcher.sender), map(table_of, self._signals)):
                yield self
        finally:
            self._state = "closed"
            self._ending.forget()

    def _ended(self, error_type: object, error: BaseException | None, traceback: object) -> None:
        """Raise the error of a predicate at the end of the block, or note it on the error that ends the block."""
        if self._error is not None and error is not self._error:
            if error is None:
                raise self._error
            error.add_note(f"in addition, {self._error}")

    def _ended_async(self, error_type: object, error: BaseException | None, traceback: object) -> Nothing:
        self._ended(error_type, error, traceback)
        return Nothing()

    def __repr__(self) -> str:
        return f"<capture of {listed(self._signals, ', ')}: {len(self._records)} recorded>"

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record[PayloadT, SenderT]]:
        return iter(self.records)

    @property
    def records(self) -> tuple[Record[PayloadT, SenderT], ...]:
        """All records, in the order of the sends across all captured signals.

        Raises:
            RuntimeError: The capture was never entered.
            PredicateError: The ``where=`` predicate raised an error.
        """
        if self._state == "new":
            raise RuntimeError(f"{self!r} was never entered; send inside `with capture(...) as captured:`")
        if self._error is not None:
            raise self._error
        return tuple(self._records)

    @property
    def payloads(self) -> tuple[PayloadT, ...]:
        """The payloads of all records."""
        return tuple(record.payload for record in self.records)

    @property
    def last(self) -> Record[PayloadT, SenderT]:
        """The latest record.

        Raises:
            AssertionError: Nothing was recorded.
        """
        self.assert_sent()
        return self._records[-1]

    def one(self) -> Record[PayloadT, SenderT]:
        """Return the only record.

        Raises:
            AssertionError: There is none, or more than one.
        """
        self.assert_sent_once()
        return self._records[0]

    # Assertions

    def assert_sent(self, signal: AnySignal | None = None, /, **fields: object) -> None:
        """Assert that a signal was sent with these fields; its other fields may have any values.

        Args:
            signal: The signal; if omitted, any of the captured signals.
            fields: Fields, with the values that they must equal.

        Raises:
            AssertionError: There was no such send. The message lists all sends, with their values and what differs.
            TypeError: The signal is not captured, or has no such field.
        """
        if True not in self._matches(signal, fields):
            self._fail(signal, fields, f"{self._request(signal, fields)} was not sent")

    def assert_sent_once(self, signal: AnySignal | None = None, /, **fields: object) -> None:
        """Assert what `assert_sent` does, and that it was sent only once."""
        self.assert_sent(signal, **fields)
        matches = self._matches(signal, fields)
        times = matches.count(True)
        if times > 1:
            self._fail(signal, fields, f"{self._request(signal, fields)} was sent {times} times, not once")
        if None in matches:
            self._fail(signal, fields, f"cannot tell whether {self._request(signal, fields)} was sent only once")

    def assert_not_sent(self, signal: AnySignal | None = None, /, **fields: object) -> None:
        """Assert the opposite of `assert_sent`."""
        matches = self._matches(signal, fields)
        if True in matches:
            self._fail(signal, fields, f"{self._request(signal, fields)} was sent")
        if None in matches:
            self._fail(signal, fields, f"cannot tell whether {self._request(signal, fields)} was sent")

    def assert_order(self, *signals: AnySignal) -> None:
        """Assert that signals were sent in this order, whatever was sent in between.

        Raises:
            AssertionError: They were not. The message lists all sends, and names the first signal that is out of order.
            TypeError: A signal is not captured, or no signals are given.
        """
        if not signals:
            raise TypeError("assert_order() needs the signals, in the order in which they should be sent")
        records = iter(self.records)
        earlier = ""
        for signal in signals:
            self._check_captured(signal)
            if not any(record.signal is signal for record in records):
                raise AssertionError(failure(f"{signal!r} was not sent{earlier}", self.records, self._matcher))
            earlier = f" after {signal!r}"

    def _matches(self, signal: AnySignal | None, fields: dict[str, object]) -> list[bool | None]:
        """Return for each record whether it matches; None if that cannot be determined."""
        if signal is not None:
            self._check_captured(signal)
        check_fields(self._signals if signal is None else (signal,), fields)
        return [is_match(record, signal, fields) for record in self.records]

    def _request(self, signal: AnySignal | None, fields: dict[str, object]) -> str:
        return shown_request(self._signals if signal is None else (signal,), fields)

    def _fail(self, signal: AnySignal | None, fields: dict[str, object], message: str) -> None:
        raise AssertionError(
            failure(message, self.records, self._matcher, lambda record: differences(record, signal, fields))
        )

    def _check_captured(self, signal: AnySignal) -> None:
        if not any(signal is captured for captured in self._signals):
            raise TypeError(f"{signal!r} is not captured here, only {listed(self._signals, ', ')}")

    def _observe(self, signal: AnySignal, delivery: Delivery) -> Delivery:
        payload = carried(delivery)
        try:
            if self._matcher.matches(signal, delivery.sender, payload):
                is_held = bool(table_of(signal).queues_here())
                self._records.append(Record(signal, delivery.sender, payload, datetime.now(UTC), is_held))
        except PredicateError as error:
            # The test must fail with this, and not the code that it tests.
            self._error = self._error or error
        return delivery


def _of_one_sender(signals: tuple[Any, ...], sender: object) -> tuple[tuple[AnySignal], object]:
    if len(signals) > 1 or sender is not ANY:
        raise TypeError(
            "capture() takes one bound signal, which has its sender, and nothing else to capture; for more, pass "
            "signals, and sender="
        )
    return (signals[0].signal,), signals[0].sender


def _accepted(signals: tuple[AnySignal, ...], sender: object) -> object:
    """Return the sender without a proxy around it; raise if none of the signals accepts it."""
    errors = []
    for signal in signals:
        try:
            return signal._accepted(sender)
        except SenderError as error:
            errors.append(error)
    raise errors[0]
