"""The block in which the sends of a signal are held, and its end, which delivers them."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Generator, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from .._concurrency.interrupts import Ending, EndingOf
from .._connecting.blocks import Holding, opened
from .._connecting.registry import table_of
from .._exceptions import HeldSendError
from .._location import Place, frame_of_caller
from .._sending.arguments import check_reduction
from .failures import Failures
from .reduction import reduced_by_sender
from .sends import AWAITED, HeldSend

if TYPE_CHECKING:
    from .._sending.dispatch import Delivery, Wrapper
    from .._signal import AnySignal
    from .reduction import Reduce

OnError: TypeAlias = Literal["drop", "deliver"]
"""What happens to the sends that a block holds if an exception ends it."""


class HeldBlock:
    """The block of `Signal.held`: an ``async with``, or a ``with`` for sends that need not be awaited.

    Args:
        signal: The signal.
        reduce: Makes one payload of those of a sender; None to deliver each.
        on_error: As for `Signal.held`.

    Raises:
        TypeError: The reduction cannot be called with payloads.
        ValueError: ``on_error`` is something else.
    """

    def __init__(self, signal: AnySignal, reduce: Reduce | None, on_error: OnError) -> None:
        check_reduction(reduce, signal)
        if on_error not in get_args(OnError):
            raise ValueError(f"on_error= of held() of {signal!r} must be 'drop' or 'deliver', not {on_error!r}")
        self._arguments = signal, reduce, on_error, Place.of(frame_of_caller())
        self._ending = Ending()

    def __enter__(self) -> None:
        sends = HeldSends(*self._arguments, can_await=False)
        self._ending.begin(sends.holding(), sends.end)

    async def __aenter__(self) -> None:
        sends = HeldSends(*self._arguments, can_await=True)
        self._ending.begin(sends.holding(), sends.end_async)

    if TYPE_CHECKING:

        def __exit__(self, error_type: object, error: object, traceback: object) -> None: ...

        async def __aexit__(self, error_type: object, error: object, traceback: object) -> None: ...

    else:
        __exit__ = __aexit__ = EndingOf(attrgetter("_ending"))


class HeldSends:
    """What one block holds.

    Args:
        signal: As for `HeldBlock`.
        reduce: As for `HeldBlock`.
        on_error: As for `HeldBlock`.
        place: The line that makes the block.
        can_await: Whether the end of the block is awaited.
    """

    def __init__(
        self, signal: AnySignal, reduce: Reduce | None, on_error: OnError, place: Place, *, can_await: bool
    ) -> None:
        self._signal = signal
        self._reduce = reduce
        self._on_error = on_error
        self._place = place
        self._can_await = can_await
        self._process = os.getpid()
        self._sends: list[HeldSend] = []

    # While the block is open

    def holding(self) -> Iterator[None]:
        """Hold what is sent until the generator resumes."""
        with opened(Holding(self), [table_of(self._signal)]):
            yield

    def check(self, method: str) -> None:
        """Refuse what the end of the block could not deliver.

        Raises:
            HeldSendError: The method must be awaited, and the end of the block is not.
        """
        if method in AWAITED and not self._can_await:
            raise HeldSendError(
                f"{method}() of {self._signal!r} cannot be held by the block made at {self._place}: it is a `with`, "
                "which can await nothing at its end; use `async with`",
                signal=self._signal,
            )

    def keep(self, delivery: Delivery, method: str, wrapper: Wrapper | None) -> None:
        """Keep a send."""
        self._sends.append(HeldSend(delivery, method, wrapper, Place.of(frame_of_caller())))

    def take_over(self, sends: list[HeldSend]) -> None:
        """Keep what an inner block held."""
        self._sends += sends

    # When it has ended

    def end(self, error_type: object, error: BaseException | None, traceback: object) -> None:
        """Deliver what was held; called like ``__exit__``.

        Raises:
            BaseExceptionGroup: With what receivers and the reduction raised, once everything is delivered.
        """
        with Failures(self._signal, self._place, error) as failures:
            for send in self._due(error, failures):
                with failures.of(send):
                    self.check(send.method)  # a block that began after the send may have handed it over
                    send.deliver(self._signal)

    def end_async(self, error_type: object, error: BaseException | None, traceback: object) -> Later:
        """Do the same in the code that awaits the result; called like ``__aexit__``."""
        return Later(lambda: self._end_async(error))

    async def _end_async(self, error: BaseException | None) -> None:
        with Failures(self._signal, self._place, error) as failures:
            for send in self._due(error, failures):
                with failures.of(send):
                    result = send.deliver(self._signal)
                    if send.is_awaited:
                        await result

    def _due(self, error: BaseException | None, failures: Failures) -> list[HeldSend]:
        """Return what is to be delivered now; hand it over if there is an outer block."""
        sends, self._sends = self._sends, []
        # What was held before a fork is delivered by the parent.
        if self._process != os.getpid() or (error is not None and self._on_error == "drop"):
            return []
        if self._reduce is not None:
            sends = reduced_by_sender(self._signal, self._reduce, sends, failures)
        outer = table_of(self._signal).queues_here()
        if outer:
            outer[-1].take_over(sends)
            return []
        return sends


class Later:
    """Awaits a coroutine that is made only then; unlike a coroutine, it may go without being awaited."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._make = make

    def __await__(self) -> Generator[Any, Any, None]:
        return self._make().__await__()
