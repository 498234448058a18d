"""A signal as one of its senders sees it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, overload

from pydantic import BaseModel
from typing_extensions import ParamSpec, TypeVar

from .._identity import sender_id
from .generated import MISSING

if TYPE_CHECKING:
    from .._connecting.connection import Connection
    from .._signal import Signal
    from .._waiting.stream import Stream, WhenFull
    from .outcome import Outcome
    from .prepared import Prepared

PayloadT = TypeVar("PayloadT", bound=BaseModel)
SenderT = TypeVar("SenderT", default=Any)
ResultT = TypeVar("ResultT", default=Any)
P = ParamSpec("P", default=...)
R = TypeVar("R")
AnyReceiver = Callable[..., Any]
Wrapper = Callable[[AnyReceiver], AnyReceiver]
_NO_RECEIVER: Any = MISSING


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class BoundSignal(Generic[PayloadT, SenderT, ResultT, P]):
    """A signal for one sender alone; made by `Signal.of`.

    Its methods are those of the signal without the sender, and do the same. Receivers are called as usual:
    ``receiver(sender, **fields)``. It keeps the signal and the sender alive, and the signal knows nothing of it.

    Two are equal, and have the same hash, if they have the same signal and the same sender.

    Attributes:
        signal: The signal.
        sender: The sender.

    Example:
        >>> from typedsignals import Payload, Signal
        >>> class Saved(Payload):
        ...     size: int
        >>> saved = Signal(Saved)
        >>> letter = saved.of("letter.txt")
        >>> @letter.connect
        ... def back_up(sender: str, size: int, **extra: object) -> str:
        ...     return f"back up {sender}"
        >>> [value for receiver, value in letter.send(size=3)]
        ['back up letter.txt']
        >>> saved.of("another.txt").send(size=4)
        []
    """

    signal: Signal[PayloadT, SenderT, P]
    sender: SenderT

    # Sending

    def send(self, /, *args: P.args, **kwargs: P.kwargs) -> list[tuple[AnyReceiver, ResultT]]:
        """Do what `Signal.send` does."""
        return self.signal.send(self.sender, *args, **kwargs)

    async def send_async(self, /, *args: P.args, **kwargs: P.kwargs) -> list[tuple[AnyReceiver, ResultT]]:
        """Do what `Signal.send_async` does."""
        return await self.signal.send_async(self.sender, *args, **kwargs)

    def send_robust(self, /, *args: P.args, **kwargs: P.kwargs) -> list[Outcome[ResultT]]:
        """Do what `Signal.send_robust` does."""
        return self.signal.send_robust(self.sender, *args, **kwargs)

    async def send_robust_async(self, /, *args: P.args, **kwargs: P.kwargs) -> list[Outcome[ResultT]]:
        """Do what `Signal.send_robust_async` does."""
        return await self.signal.send_robust_async(self.sender, *args, **kwargs)

    async def send_concurrent(self, /, *args: P.args, **kwargs: P.kwargs) -> list[tuple[AnyReceiver, ResultT]]:
        """Do what `Signal.send_concurrent` does."""
        return await self.signal.send_concurrent(self.sender, *args, **kwargs)

    def send_payload(
        self, payload: PayloadT, /, *, _async_wrapper: Wrapper | None = None
    ) -> list[tuple[AnyReceiver, ResultT]]:
        """Do what `Signal.send_payload` does."""
        return self.signal.send_payload(self.sender, payload, _async_wrapper=_async_wrapper)

    async def send_payload_async(
        self, payload: PayloadT, /, *, _sync_wrapper: Wrapper | None = None
    ) -> list[tuple[AnyReceiver, ResultT]]:
        """Do what `Signal.send_payload_async` does."""
        return await self.signal.send_payload_async(self.sender, payload, _sync_wrapper=_sync_wrapper)

    def prepare(self, /, *args: P.args, **kwargs: P.kwargs) -> Prepared[PayloadT, SenderT, ResultT]:
        """Do what `Signal.prepare` does."""
        return self.signal.prepare(self.sender, *args, **kwargs)

    # Connecting. The options cannot be given by position: a sender in the place of one would be taken for it.

    @overload
    def connect(
        self,
        receiver: Callable[Concatenate[SenderT, P], R],
        *,
        weak: bool = ...,
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
        *,
        weak: bool = ...,
        as_payload: Literal[True],
        priority: int = ...,
        once: bool = ...,
        thread: bool = ...,
        key: str | None = ...,
        alive: object = ...,
    ) -> Callable[[SenderT, PayloadT], R]: ...

    def connect(
        self,
        receiver: Any = MISSING,
        *,
        weak: bool = True,
        as_payload: bool = False,
        priority: int = 0,
        once: bool = False,
        thread: bool = False,
        key: str | None = None,
        alive: object = MISSING,
    ) -> Any:
        """Do what `Signal.connect` does, for this sender; usable as a decorator.

        A decorator with options is ``@signal.connect_via(sender, ...)``.
        """
        return self.signal.connect(  # type: ignore[call-overload]  # as_payload is either
            receiver,
            self.sender,
            weak,
            as_payload=as_payload,
            priority=priority,
            once=once,
            thread=thread,
            key=key,
            alive=alive,
        )

    @overload
    def connected_to(
        self,
        receiver: Callable[Concatenate[SenderT, P], R],
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
        *,
        as_payload: Literal[True],
        priority: int = ...,
        once: bool = ...,
        thread: bool = ...,
        key: str | None = ...,
    ) -> AbstractContextManager[Callable[[SenderT, PayloadT], R]]: ...

    def connected_to(
        self,
        receiver: AnyReceiver,
        *,
        as_payload: bool = False,
        priority: int = 0,
        once: bool = False,
        thread: bool = False,
        key: str | None = None,
    ) -> AbstractContextManager[Any]:
        """Do what `Signal.connected_to` does, for this sender."""
        return self.signal.connected_to(  # type: ignore[call-overload,no-any-return]  # as_payload is either
            receiver, self.sender, as_payload=as_payload, priority=priority, once=once, thread=thread, key=key
        )

    def disconnect(self, receiver: AnyReceiver = _NO_RECEIVER, *, key: str | None = None) -> bool:
        """Disconnect a receiver, or the one of a key, from this sender, and return whether it was connected to it.

        A receiver that is connected to all senders stays connected.
        """
        return self.signal.disconnect(receiver, self.sender, key=key)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections to this very sender, in the order in which they are called."""
        key = sender_id(self.sender)
        return tuple(one for one in self.signal.connections if sender_id(one.sender) == key)

    @property
    def receivers(self) -> tuple[AnyReceiver, ...]:
        """What a send would call now, in order, including receivers of all senders; blocks that mute do not count."""
        return tuple(self.signal.receivers_for(self.sender))

    @property
    def has_receivers(self) -> bool:
        """What `Signal.has_receivers_for` says of this sender."""
        return self.signal.has_receivers_for(self.sender)

    # Waiting

    async def wait(
        self,
        *,
        where: Callable[[SenderT, PayloadT], bool] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - its error says what arrived
    ) -> tuple[SenderT, PayloadT]:
        """Do what `Signal.wait` does, for this sender."""
        return await self.signal.wait(self.sender, where=where, timeout=timeout)

    def wait_sync(
        self, *, where: Callable[[SenderT, PayloadT], bool] | None = None, timeout: float | None = None
    ) -> tuple[SenderT, PayloadT]:
        """Do what `Signal.wait_sync` does, for this sender."""
        return self.signal.wait_sync(self.sender, where=where, timeout=timeout)

    def stream(
        self, *, max_buffer: int = 100, when_full: WhenFull = "raise"
    ) -> AbstractAsyncContextManager[Stream[PayloadT, SenderT]]:
        """Do what `Signal.stream` does, for this sender."""
        return self.signal.stream(self.sender, max_buffer=max_buffer, when_full=when_full)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BoundSignal):
            return NotImplemented
        return self.signal is other.signal and sender_id(self.sender) == sender_id(other.sender)

    def __hash__(self) -> int:
        return hash((id(self.signal), sender_id(self.sender)))

    def __repr__(self) -> str:
        return f"<BoundSignal: {self.signal!r} of a {type(self.sender).__name__}>"
