"""Collect what goes wrong while held sends are delivered, and raise it when all are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from .._concurrency.event_loop import is_own_cancellation, requests_to_cancel
from .._sending.dispatch import is_failure

if TYPE_CHECKING:
    from .._location import Place
    from .._signal import AnySignal
    from .sends import HeldSend


class Failures:
    """The errors of the deliveries at the end of one block.

    Args:
        signal: The signal.
        place: The line that makes the block.
        ending: The exception that ended it; None if it came to its end.
    """

    def __init__(self, signal: AnySignal, place: Place, ending: BaseException | None) -> None:
        self._signal = signal
        self._place = place
        self._ending = ending
        self._errors: list[BaseException] = []
        self._requests_to_cancel = requests_to_cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error_type: object, interrupt: BaseException | None, traceback: object) -> None:
        """Raise the errors as a group, or log it if another exception must go on: one that ends the program or task."""
        if not self._errors:
            return
        sends = "a held send" if len(self._errors) == 1 else f"{len(self._errors)} held sends"
        group = BaseExceptionGroup(f"{sends} of {self._signal!r} failed", self._errors)
        ending = interrupt or self._ending
        if ending is None or isinstance(ending, Exception):
            raise group
        import logging  # noqa: PLC0415 - not needed to import this package

        logging.getLogger("typedsignals").error("%s", group, exc_info=group)

    @contextmanager
    def of(self, send: HeldSend) -> Iterator[None]:
        """Keep the error that the delivery of a send raises, unless that is to end the program or the task."""
        try:
            yield
        except BaseException as error:
            if not (self._is_awaited_failure if send.is_awaited else is_failure)(error):
                raise
            self._errors.append(error)
            with suppress(Exception):  # its class may let nobody change it
                error.add_note(f"sent at {send.place}, and held by the block made at {self._place}")

    def _is_awaited_failure(self, error: BaseException) -> bool:
        if isinstance(error, BaseExceptionGroup):
            return all(map(self._is_awaited_failure, error.exceptions))
        return isinstance(error, Exception) or is_own_cancellation(error, self._requests_to_cancel)
