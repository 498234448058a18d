"""The signal as users see it: what it does is in its bases, `SendableSignal` and `DeclaredSignal`, and in its table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, Literal, TypeAlias, overload

from pydantic import BaseModel
from typing_extensions import ParamSpec, TypeVar

from ._checking.kinds import Accepts
from ._checking.misuse import (
    check_alive,
    check_muted,
    check_receiver_and_sender,
    check_sender_of_decorator,
    checked_key,
    key_to_disconnect,
    no_receiver,
    no_sender,
)
from ._concurrency.interrupts import lasting
from ._concurrency.lazy import lazy
from ._connecting.blocks import Muted, MutedReceivers, opened
from ._connecting.connection import Connection
from ._connecting.kept import kept_for
from ._connecting.watching import watching
from ._holding.block import HeldBlock, OnError
from ._identity import ANY, AnySender, unwrapped
from ._sending.arguments import check_buffer, check_predicate, checked_timeout, checked_wrapper
from ._sending.bound import BoundSignal
from ._sending.concurrent import call_concurrent
from ._sending.dispatch import call_async, call_robust_async
from ._sending.generated import MISSING
from ._sending.outcome import Outcome
from ._sending.own_methods import KINDS, OwnMethod
from ._sending.prepared import Prepared
from ._sending.sendable import SendableSignal
from ._validating.fields import Validate
from ._waiting.stream import Stream, WhenFull, stream
from ._waiting.wait import wait, wait_sync

if TYPE_CHECKING:
    from ._concurrency.event_loop import EventLoop
    from ._connecting.references import ReceiverRef
    from ._connecting.watching import See

PayloadT = TypeVar("PayloadT", bound=BaseModel)
SenderT = TypeVar("SenderT", default=Any)
P = ParamSpec("P", default=...)
R = TypeVar("R")
AnyReceiver = Callable[..., Any]
_NO_RECEIVER: Any = MISSING
Wrapper = Callable[[AnyReceiver], AnyReceiver]


class Signal(SendableSignal, Generic[PayloadT, SenderT, P]):
    """A named point that code can send from and connect to.

    If a signal has a payload, type checkers check each send and each receiver, and so does typedsignals when the
    program runs. A signal without a payload takes any keywords and behaves like Blinker's ``Signal``.

    Args:
        payload: The pydantic model that defines the fields. A string in its place is taken as ``doc``.
        sender: The class that senders must be instances of. By default, any object may be the sender.
        name: The name to show. By default, that of the variable or attribute that the signal is assigned to.
        doc: What the signal means, for people.
        validate: ``"always"`` validates each send. ``"connected"`` validates a send only if somebody listens.
            ``"never"`` trusts the values, but still fills in defaults and refuses missing and unknown fields.
        accepts: ``"sync"`` refuses to connect coroutine functions, for a signal that is sent where nothing can be
            awaited. ``"async"`` refuses plain functions, so that no receiver blocks the event loop. ``"any"`` accepts
            both.

    Attributes:
        name: The name that was passed to the signal, or None.
        payload_type: The payload model, or None.
        sender_type: The class that senders must be instances of, or None.
        validate: When sends are validated.
        accepts: Which kinds of receivers can be connected.

    Raises:
        DeclarationError: The payload is not a model with named fields, a field has ``alias=``, the sender is not a
            class that ``isinstance`` accepts, or another argument has the wrong type.

    Example:
        >>> from typedsignals import Payload
        >>> class OrderPlaced(Payload):
        ...     order_id: int
        >>> order_placed = Signal(OrderPlaced)
        >>> @order_placed.connect
        ... def ship(sender: object, order_id: int, **extra: object) -> str:
        ...     return f"ship {order_id}"
        >>> [value for receiver, value in order_placed.send(None, order_id=7)]
        ['ship 7']
    """

    ANY: ClassVar[AnySender] = ANY

    name: str | None
    payload_type: type[PayloadT] | None
    sender_type: type[SenderT] | None
    validate: Validate
    accepts: Accepts

    @overload
    def __init__(
        self: Signal[Any, Any, ...],
        text: str | None = ...,
        /,
        *,
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Accepts = ...,
    ) -> None: ...

    @overload
    def __init__(
        self: Signal[Any, SenderT, ...],
        text: str | None = ...,
        /,
        *,
        sender: type[SenderT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Accepts = ...,
    ) -> None: ...

    @overload
    def __init__(
        self: Signal[PayloadT, Any, P],
        payload: Callable[P, PayloadT],
        /,
        *,
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Accepts = ...,
    ) -> None: ...

    @overload
    def __init__(
        self,
        payload: Callable[P, PayloadT],
        /,
        *,
        sender: type[SenderT],
        name: str | None = ...,
        doc: str | None = ...,
        validate: Validate = ...,
        accepts: Accepts = ...,
    ) -> None: ...

    def __init__(
        self,
        payload: Any = None,
        /,
        *,
        sender: type | None = None,
        name: str | None = None,
        doc: str | None = None,
        validate: Validate = "always",
        accepts: Accepts = "any",
    ) -> None:
        super().__init__(payload, sender, name, doc, validate, accepts)

    def of(self, sender: SenderT, /) -> BoundSignal[PayloadT, SenderT, Any, P]:
        """Give this signal as one sender sees it: to send, connect and wait without naming the sender each time.

        Args:
            sender: The sender.

        Returns:
            A new `BoundSignal`, which is equal to others of this signal and sender.

        Raises:
            SenderError: The sender is not of the declared type, or is `ANY`.
        """
        return BoundSignal(self, self._senders.accept_one(sender))

    # Sending

    def send(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> list[tuple[AnyReceiver, Any]]:
        """Validate the fields and call each receiver that is connected to the sender, in order.

        If a receiver raises an exception, the send ends and the exception reaches the caller. The sender may be left
        out if the signal has no payload; it is None then.

        Args:
            sender: The object that the event is about.
            args: Only for type checkers; no positional argument is accepted.
            kwargs: The payload's fields. As in Blinker, also ``_async_wrapper``: a callable that turns a coroutine
                function into a plain one, so that coroutine receivers can be called.

        Returns:
            A pair for each receiver that was called, with the receiver and the value that it returned.

        Raises:
            PayloadError: Fields are missing, unknown or wrong; no receiver was called.
            SenderError: The sender is not of the declared type; no receiver was called.
            AsyncReceiverError: A coroutine function is connected; no receiver was called.
        """
        return self._own_method("send")(sender, *args, **kwargs)  # type: ignore[no-any-return]

    async def send_async(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> list[tuple[AnyReceiver, Any]]:
        """Do the same as `send`, but await coroutine receivers, one after the other.

        Plain receivers are called as usual. If one of them returns a coroutine, as a wrapper around a coroutine
        function does, the coroutine is awaited. A returned task or future is not awaited: it is a value like any
        other. Instead of ``_async_wrapper``, this method takes ``_sync_wrapper``: a callable that turns a plain
        function into a coroutine function.
        """
        return await self._own_method("send_async")(sender, *args, **kwargs)  # type: ignore[no-any-return]

    def send_robust(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> list[Outcome]:
        """Do the same as `send`, but call every receiver, even if some raise exceptions.

        Exceptions are logged with their tracebacks to the logger ``typedsignals``. A receiver that is a coroutine
        function is not called; its outcome has an `AsyncReceiverError`.

        Returns:
            An outcome for each receiver, in order.

        Raises:
            PayloadError: Fields are missing, unknown or wrong; no receiver was called.
            SenderError: The sender is not of the declared type; no receiver was called.
        """
        return self._own_method("send_robust")(sender, *args, **kwargs)  # type: ignore[no-any-return]

    async def send_robust_async(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> list[Outcome]:
        """Do the same as `send_robust`, but await coroutine receivers, one after the other, as `send_async` does.

        If something that a receiver awaits is cancelled, only that receiver fails. If the task that sends is
        cancelled, the send ends.
        """
        snapshot, delivery, wrapper = self._prepare("send_robust_async", "_sync_wrapper", sender, args, kwargs)
        return await call_robust_async(self, self._table, snapshot, delivery, wrapper) if delivery else []

    async def send_concurrent(
        self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs
    ) -> list[tuple[AnyReceiver, Any]]:
        """Do the same as `send_async`, but run all coroutine receivers at the same time.

        Receivers begin in order. Those connected with ``thread=True`` are called in worker threads, with a copy of the
        caller's context; other plain receivers are called as usual. If a receiver fails, those that still run are
        cancelled. Threads cannot be cancelled and are waited for, so all receivers have ended when this method returns
        or raises. ``_sync_wrapper`` applies to plain receivers that are not called in threads.

        Needs anyio (``typedsignals[async]``). Runs on asyncio and trio.

        Returns:
            A pair for each receiver that was called, in the order of connection, with the receiver and the value that
            it returned.

        Raises:
            ExceptionGroup: One or more receivers raised. The group holds what they raised. It is a
                ``BaseExceptionGroup`` if something that a receiver awaited was cancelled.
            PayloadError: Fields are missing, unknown or wrong; no receiver was called.
            SenderError: The sender is not of the declared type; no receiver was called.
        """
        snapshot, delivery, wrapper = self._prepare("send_concurrent", "_sync_wrapper", sender, args, kwargs)
        return await call_concurrent(self, self._table, snapshot, delivery, wrapper) if delivery else []

    def send_payload(
        self, sender: SenderT, payload: PayloadT, /, *, _async_wrapper: Wrapper | None = None
    ) -> list[tuple[AnyReceiver, Any]]:
        """Send a payload object that was made earlier. It is not validated again; the rest is as in `send`.

        Raises:
            PayloadError: The object is not an instance of the signal's payload; no receiver was called.
            SenderError: The sender is not of the declared type; no receiver was called.
            AsyncReceiverError: A coroutine function is connected; no receiver was called.
        """
        method = self._own_method("send_payload")
        return method(sender, payload, _async_wrapper=_async_wrapper)  # type: ignore[no-any-return]

    async def send_payload_async(
        self, sender: SenderT, payload: PayloadT, /, *, _sync_wrapper: Wrapper | None = None
    ) -> list[tuple[AnyReceiver, Any]]:
        """Do the same as `send_payload`, but await coroutine receivers, one after the other."""
        snapshot, delivery = self._prepare_payload(sender, payload)
        wrapper = checked_wrapper("_sync_wrapper", _sync_wrapper)
        return await call_async(self._table, snapshot, delivery, wrapper, method="send_payload_async")

    def prepare(self, sender: SenderT, /, *args: P.args, **kwargs: P.kwargs) -> Prepared[PayloadT, SenderT]:
        """Validate a send now, to deliver it later.

        What is returned has a method for each way to deliver it. A callback for later takes one of them:
        ``on_commit(signal.prepare(sender, order_id=7).send_robust)``. With ``validate="connected"`` it is validated
        too, as nobody knows who will listen.

        Args:
            sender: The object that the event is about.
            args: Only for type checkers; no positional argument is accepted.
            kwargs: The payload's fields.

        Returns:
            The send, which keeps the sender and the payload alive.

        Raises:
            PayloadError: Fields are missing, unknown or wrong.
            SenderError: The sender is not of the declared type.
        """
        return Prepared(self, *self._checked(sender, args, kwargs))

    # Connecting. Each signature spells out the options: with a TypedDict, type checkers and `help` would show only its
    # name, and Python would accept options that do not exist.

    @overload
    def connect(
        self,
        receiver: Callable[Concatenate[SenderT, P], R],
        sender: SenderT | AnySender = ...,
        weak: bool = ...,
        *,
        as_payload: Literal[False] = ...,
        priority: int = ...,
        once: bool = ...,
        thread: bool = ...,
        key: str | None = ...,
        alive: object = ...,
    ) -> Callable[Concatenate[SenderT, P], R]: ...

    @overload
    def connect(
        self,
        receiver: Callable[[SenderT, PayloadT], R],
        sender: SenderT | AnySender = ...,
        weak: bool = ...,
        *,
        as_payload: Literal[True],
        priority: int = ...,
        once: bool = ...,
        thread: bool = ...,
        key: str | None = ...,
        alive: object = ...,
    ) -> Callable[[SenderT, PayloadT], R]: ...

    def connect(  # noqa: PLR0913 - the options of a connection
        self,
        receiver: Any = MISSING,
        sender: Any = ANY,
        weak: bool = True,
        *,
        as_payload: bool = False,
        priority: int = 0,
        once: bool = False,
        thread: bool = False,
        key: str | None = None,
        alive: object = MISSING,
    ) -> Any:
        """Call the receiver whenever the signal is sent; usable as a decorator.

        The call is ``receiver(sender, **fields)``, with all fields of the payload, defaults included. The receiver
        names the fields that it needs and takes all others in ``**extra``, so that the payload can gain fields.
        Connecting a receiver to the same sender again replaces the options; the receiver is not called twice. With a
        key, connecting another receiver by the same key replaces the receiver, too.

        Args:
            receiver: The callable to connect. Its signature is checked now.
            sender: Only call the receiver for this sender: the same object, or an equal string or integer.
            weak: Do not keep the receiver alive, or the object of a bound method. A lambda or a local function that
                nothing else refers to disappears at once: connect it with ``weak=False``.
            as_payload: Call ``receiver(sender, payload)``, with the payload object.
            priority: A receiver with a higher priority is called earlier; equal ones in the order of connection.
            once: Disconnect the receiver when it is called for the first time.
            thread: Let `send_concurrent` call the receiver in a worker thread, so that it does not block others.
                Other ways to send call it in their own thread.
            key: A name for the connection. It takes the place of the receiver's identity: any receiver that is
                connected to the same sender by the same key replaces this one, in its position. The same receiver may
                be connected by several keys.
            alive: Keep the receiver alive as long as this object, which holds it in its ``__dict__``. A receiver that
                refers to the object does not keep it alive.

        Returns:
            The receiver.

        Raises:
            ReceiverSignatureError: The receiver cannot take the payload's fields, or is of a kind that the signal does
                not accept; or an option is wrong.
            WeakReceiverError: The receiver cannot be held weakly, or not by the object that ``alive`` names.
            SenderError: The sender is not of the declared type.
        """
        if receiver is MISSING:
            options = {"as_payload": as_payload, "priority": priority, "once": once, "thread": thread, "key": key}
            raise no_receiver(self, sender, options, has_alive=alive is not MISSING)
        if key is not None:
            key = checked_key(self, key)
        if alive is not MISSING:
            check_alive(self, weak)
        if sender is not ANY:
            sender = self._sender_to_connect(receiver, sender, weak)
        terms = self._contract.check(self, receiver, (as_payload, priority, once, thread))
        kept = None if alive is MISSING else kept_for(receiver, alive, self)
        self._table.connect(receiver, sender, terms, weak=weak, key=key, kept=kept)
        if "receiver_connected" in self.__dict__:
            self._announce_connected(receiver, sender, weak)
        return receiver

    @overload
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
    ) -> Callable[[Callable[Concatenate[SenderT, P], R]], Callable[Concatenate[SenderT, P], R]]: ...

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
    ) -> Callable[[Callable[[SenderT, PayloadT], R]], Callable[[SenderT, PayloadT], R]]: ...

    def connect_via(
        self,
        sender: Any = MISSING,
        weak: bool | None = None,
        *,
        as_payload: bool = False,
        priority: int = 0,
        once: bool = False,
        thread: bool = False,
        key: str | None = None,
        alive: object = MISSING,
    ) -> Callable[[AnyReceiver], AnyReceiver]:
        """Connect the decorated function to one sender, and keep it alive unless ``weak=True`` or ``alive`` is given.

        The sender is required; `ANY` stands for every sender. The other arguments and the errors are those of
        `connect`.
        """
        if sender is MISSING:
            raise no_sender(self)
        check_sender_of_decorator(self, sender, weak)
        options: dict[str, Any] = {"as_payload": as_payload, "priority": priority, "once": once, "thread": thread}
        if key is not None:
            options["key"] = checked_key(self, key)
        if alive is not MISSING:
            weak = True if weak is None else weak
            check_alive(self, weak)
            options["alive"] = alive
        return lambda receiver: self.connect(receiver, sender, bool(weak), **options)

    @overload
    def connected_to(
        self,
        receiver: Callable[Concatenate[SenderT, P], R],
        sender: SenderT | AnySender = ...,
        *,
        as_payload: Literal[False] = ...,
        priority: int = ...,
        once: bool = ...,
        thread: bool = ...,
        key: str | None = ...,
    ) -> AbstractContextManager[Callable[Concatenate[SenderT, P], R]]: ...

    @overload
    def connected_to(
        self,
        receiver: Callable[[SenderT, PayloadT], R],
        sender: SenderT | AnySender = ...,
        *,
        as_payload: Literal[True],
        priority: int = ...,
        once: bool = ...,
        thread: bool = ...,
        key: str | None = ...,
    ) -> AbstractContextManager[Callable[[SenderT, PayloadT], R]]: ...

    @lasting
    def connected_to(
        self,
        receiver: AnyReceiver,
        sender: Any = ANY,
        *,
        as_payload: bool = False,
        priority: int = 0,
        once: bool = False,
        thread: bool = False,
        key: str | None = None,
    ) -> Iterator[AnyReceiver]:
        """Connect the receiver for a ``with`` block.

        The receiver is kept alive inside the block. After the block, the connections are exactly those from before.
        If this receiver was connected before, or another one by the same key, it is connected again with its earlier
        options. Blocks nest.

        The arguments and errors are those of `connect`.
        """
        if key is not None:
            key = checked_key(self, key)
        sender = self._sender_to_connect(receiver, sender, weak=False)
        terms = self._contract.check(self, receiver, (as_payload, priority, once, thread))
        try:
            announce = self._announce_connected if "receiver_connected" in self.__dict__ else None
            yield from self._table.connected(receiver, sender, terms, announce, key=key)
        finally:
            if "receiver_disconnected" in self.__dict__ and not self._table.is_connected(receiver, sender, key):
                self._announce_disconnected(receiver, sender)

    def _sender_to_connect(self, receiver: object, sender: object, weak: object) -> object:
        """Check the arguments of a connection, and return the sender to connect to."""
        if sender is ANY:
            return ANY
        if callable(weak) or not callable(receiver):
            check_receiver_and_sender(self, receiver, sender, weak)
        return self._accepted(sender)

    def disconnect(self, receiver: AnyReceiver = _NO_RECEIVER, sender: object = ANY, *, key: str | None = None) -> bool:
        """Disconnect the receiver from one sender, or from all of them.

        A send that is under way no longer calls it.

        Args:
            receiver: The receiver. Its connections that have a key stay.
            sender: The sender; `ANY` stands for all of them.
            key: The key of the connection, instead of the receiver.

        Returns:
            Whether it was connected.

        Raises:
            ReceiverSignatureError: The receiver is not callable; or neither a receiver nor a key was passed, or both.
        """
        if key is not None or receiver is _NO_RECEIVER:
            key = key_to_disconnect(self, key, is_alone=receiver is _NO_RECEIVER)
            return bool(self._ended(self._table.disconnect_key(key, unwrapped(sender))))
        if not callable(receiver):
            check_receiver_and_sender(self, receiver, sender, is_new=False)  # type: ignore[unreachable]  # to a checker
        if sender is not ANY and type(sender) is not self._senders.usual_type:
            sender = unwrapped(sender)
        was_connected = self._table.disconnect(receiver, sender)
        if "receiver_disconnected" in self.__dict__:
            self._announce_disconnected(receiver, sender)
        return was_connected

    def disconnect_all(self) -> int:
        """Disconnect all receivers from all senders.

        Code that waits for the signal goes on waiting, and a `connected_to` block restores what it found. The signal
        `receiver_disconnected` is sent for each connection, when all have ended.

        Returns:
            How many connections there were.
        """
        return self._ended(self._table.disconnect_all())

    def _ended(self, connections: list[tuple[ReceiverRef, object]]) -> int:
        """Announce that connections have ended, and count them."""
        if "receiver_disconnected" in self.__dict__:
            for ref, sender in connections:
                receiver = ref.receiver()
                if receiver is not None:
                    self._announce_disconnected(receiver, sender)
        return len(connections)

    @lasting
    def muted(self, *receivers: AnyReceiver) -> Iterator[None]:
        """Do not call these receivers inside a ``with`` block. Sends are validated as usual. Blocks nest.

        Which receivers are connected does not matter: one that is connected inside the block is not called either.
        The block keeps the receivers alive.

        Args:
            receivers: The receivers; if omitted, all of them.

        Raises:
            ReceiverSignatureError: An argument is not callable.
        """
        for receiver in receivers:
            check_muted(self, receiver)
        with opened(MutedReceivers(receivers) if receivers else Muted(), [self._table]):
            yield

    @property
    def is_muted(self) -> bool:
        """Whether a `muted` block for all receivers is open."""
        return any(isinstance(block, Muted) for block in self._table.blocks_here())

    def held(
        self, *, reduce: Callable[[Sequence[PayloadT]], PayloadT] | None = None, on_error: OnError = "drop"
    ) -> HeldBlock:
        """Hold what is sent inside a ``with`` or ``async with`` block, and deliver it at the end of the block.

        Inside, each send is validated at once and returns an empty list. At the end, sends are delivered in their
        order, each in the way in which it was sent, to the receivers that are connected then. If some fail, the others
        are delivered all the same. Sends that must be awaited can only be held in an ``async with``.

        The block holds what its own thread or task sends. Threads, tasks and forked processes that it starts send as
        usual. What a receiver sends during the delivery is sent at once. Blocks nest: at its end, an inner block hands
        over to the outer one. All sends are kept until then, even with ``reduce=``.

        Args:
            reduce: Called once for each sender with all its payloads, at least one, in order. Returns the payload to
                deliver, in the way and at the place of the sender's last send. If the signal has no payload, it takes
                and returns dictionaries of keywords.
            on_error: If an exception ends the block, ``"drop"`` drops what it holds, and ``"deliver"`` delivers it.

        Returns:
            The context manager. Entering it gives nothing.

        Raises:
            ExceptionGroup: Raised at the end, once everything is delivered: what receivers and ``reduce=`` raised. It
                is a ``BaseExceptionGroup`` if something that a receiver awaited was cancelled.
            HeldSendError: Raised by a send that must be awaited, if the block is a ``with``.
            PayloadError: In the group: what ``reduce=`` returned is not the signal's payload, or that was declared
                again meanwhile.
            TypeError: ``reduce=`` cannot be called with a sequence of payloads.
            ValueError: ``on_error=`` is none of these.

        Example:
            >>> from typedsignals import Payload
            >>> class Resized(Payload):
            ...     width: int
            >>> resized = Signal(Resized)
            >>> @resized.connect
            ... def draw(sender: object, width: int, **extra: object) -> None:
            ...     print("width", width)
            >>> with resized.held(reduce=lambda payloads: payloads[-1]):
            ...     for width in range(100):
            ...         _ = resized.send("window", width=width)
            width 99
        """
        return HeldBlock(self, reduce, on_error)

    # The meta-signals are made when they are first asked for: until then, they cannot have receivers. So `connect` and
    # its like look for them in the instance's dictionary, which saves a call.

    @lazy
    def receiver_connected(self) -> Signal[Any, Any, ...]:
        """Sent after each `connect`. The sender is this signal; the fields: ``receiver``, ``sender``, ``weak``."""
        return _meta_signal("receiver_connected", "Sent after each connect.", ("receiver", "sender", "weak"))

    @lazy
    def receiver_disconnected(self) -> Signal[Any, Any, ...]:
        """Sent after each `disconnect`. The sender is this signal; the fields: ``receiver``, ``sender``.

        It is not sent when a receiver or a sender is garbage-collected.
        """
        return _meta_signal("receiver_disconnected", "Sent after each disconnect.", ("receiver", "sender"))

    @lazy
    def waiting_started(self) -> Signal[Any, Any, ...]:
        """Sent when a `wait`, `wait_sync` or `stream` has begun. The sender is this signal; the field: ``sender``."""
        return _meta_signal("waiting_started", "Sent after a wait has begun.", ("sender",))

    @lazy
    def waiting_ended(self) -> Signal[Any, Any, ...]:
        """Sent when a `wait`, `wait_sync` or `stream` has ended. The sender is this signal; the field: ``sender``."""
        return _meta_signal("waiting_ended", "Sent after a wait has ended.", ("sender",))

    def _announce_connected(self, receiver: AnyReceiver, sender: object, weak: bool) -> None:
        self.receiver_connected.send(self, receiver=receiver, sender=sender, weak=weak)

    def _announce_disconnected(self, receiver: AnyReceiver, sender: object) -> None:
        self.receiver_disconnected.send(self, receiver=receiver, sender=sender)

    def _announce_waiting(self, meta_signal: Literal["waiting_started", "waiting_ended"], sender: object) -> None:
        if meta_signal in self.__dict__:
            self.__dict__[meta_signal].send(self, sender=sender)

    # Waiting

    async def wait(
        self,
        sender: SenderT | AnySender = ANY,
        *,
        where: Callable[[SenderT, PayloadT], bool] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - its error says what arrived
    ) -> tuple[SenderT, PayloadT]:
        """Wait until any thread sends the signal, and return what was sent.

        Waiting begins when the coroutine is awaited; earlier sends are missed. If you start something and then wait
        for the signal that it sends, open a `stream` before you start it.

        Needs anyio (``typedsignals[async]``). Runs on asyncio and trio.

        Args:
            sender: Only wait for sends from this sender.
            where: Only wait for sends for which ``where(sender, payload)`` is true. The thread that sends calls it.
            timeout: The longest time to wait, in seconds.

        Returns:
            The sender and the payload. If the signal has no payload, a dictionary of the keywords in its place.

        Raises:
            WaitTimeoutError: It took too long. The message says what was sent meanwhile, and why it did not match.
            PredicateError: ``where=`` raised.
            EventLoopError: No event loop is running.
            TypeError: ``where=`` cannot be called with a sender and a payload, or the timeout is not a number.
            ValueError: The timeout is negative.
        """
        check_predicate(where, self, "wait")
        return await wait(self, sender, where, checked_timeout(timeout, self, "wait"))

    def wait_sync(
        self,
        sender: SenderT | AnySender = ANY,
        *,
        where: Callable[[SenderT, PayloadT], bool] | None = None,
        timeout: float | None = None,
    ) -> tuple[SenderT, PayloadT]:
        """Block this thread until another one sends the signal; the rest is as in `wait`.

        Raises:
            WaitTimeoutError: It took too long. The message says what was sent meanwhile, and why it did not match.
            PredicateError: ``where=`` raised.
            EventLoopError: An event loop is running in this thread, and would be blocked.
            TypeError: ``where=`` cannot be called with a sender and a payload, or the timeout is not a number.
            ValueError: The timeout is negative.
        """
        check_predicate(where, self, "wait_sync")
        return wait_sync(self, sender, where, checked_timeout(timeout, self, "wait_sync"))

    def stream(
        self, sender: SenderT | AnySender = ANY, *, max_buffer: int = 100, when_full: WhenFull = "raise"
    ) -> AbstractAsyncContextManager[Stream[PayloadT, SenderT]]:
        """Open a stream of what any thread sends: ``async with signal.stream() as events``.

        The stream begins with the block, and keeps each event until a task takes it:
        ``async for sender, payload in events``. The code that sends is never blocked, and never gets an error from
        the stream.

        Needs anyio (``typedsignals[async]``). Runs on asyncio and trio.

        Args:
            sender: Only collect what this sender sends.
            max_buffer: How many events the buffer holds, at least 1.
            when_full: What happens to an event for which the buffer has no room. ``"drop_oldest"`` drops the oldest
                event instead, ``"drop_newest"`` drops the new one. With ``"raise"``, the stream ends: the task that
                takes events gets those in the buffer and then a `StreamFullError`.

        Returns:
            A context manager that gives the `Stream`.

        Raises:
            TypeError: ``max_buffer=`` is not a whole number.
            ValueError: ``max_buffer=`` is less than 1, or ``when_full=`` is none of these.
            SenderError: The sender is not of the declared type.
        """
        check_buffer(max_buffer, self)
        return stream(self, sender, max_buffer, when_full)

    @property
    def _hears_all(self) -> bool:
        """Whether those who wait for one sender can see, at no further cost, what others send."""
        return True

    def _watched(
        self, see: See, sender: object, loop: EventLoop | None, *, others: bool = False
    ) -> AbstractContextManager[None]:
        """Let code that waits see what is sent; see `watching`."""
        return watching(self, self._table, see, sender, loop, others=others)

    # Looking at connections

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All connections, of every sender, in the order in which they are called."""
        return tuple(self._described(self._table.all()))

    def _described(self, refs: Iterable[ReceiverRef]) -> Iterator[Connection]:
        for ref in refs:
            receiver, sender = ref.receiver(), self._table.sender_of(ref)
            if receiver is not None:
                yield Connection.of(ref, receiver, sender)

    @property
    def receivers(self) -> Mapping[Any, AnyReceiver]:
        """All receivers. As in Blinker, the keys mean nothing; use it to find out whether there are receivers."""
        receivers = ((ref.receiver_id, ref.sender_id, ref.receiver()) for ref in self._table.all())
        return {(key, sender): receiver for key, sender, receiver in receivers if receiver is not None}

    def has_receivers_for(self, sender: SenderT | AnySender) -> bool:
        """Whether a send from this sender would reach anyone; `muted` blocks do not count.

        Besides receivers, this counts those of the namespace, tasks and threads that wait for the signal or stream it,
        and tests that capture it.
        """
        return any(True for _ in self.receivers_for(sender)) or self._table.has_audience(unwrapped(sender))

    def receivers_for(self, sender: SenderT | AnySender) -> Iterator[AnyReceiver]:
        """Give the receivers that a send from this sender would call, in order; `muted` blocks do not count."""
        for ref in self._table.reached_by(unwrapped(sender)):
            receiver = ref.receiver()
            if receiver is not None:
                yield receiver


AnySignal: TypeAlias = Signal[Any, Any, Any]
"""A signal whose payload is not known to the code that handles it."""


def _meta_signal(name: str, doc: str, fields: tuple[str, ...]) -> Signal[Any, Any, ...]:
    signal = Signal[Any, Any, ...](doc, name=name)
    signal._send_only(fields)
    return signal


for _kind in KINDS:
    # Not by decorators: type checkers must see the methods as they are written above.
    setattr(Signal, _kind, OwnMethod(getattr(Signal, _kind)))

# Instances share the table of their attributes' names as long as each name was known before there were many of them.
# For those that are set only when they are needed, this saves each signal 0.75 KB.
_first = Signal.__new__(Signal)
_later = ("_namespace", "_table", "_senders", "_derived", "_general_sends", "_global_name")
for _name in (*_later, *KINDS, *map("_own_{}".format, KINDS)):
    setattr(_first, _name, None)
del _first
