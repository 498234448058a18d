"""What the owner of a signal calls when it sends: the way into our signal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, final

from .._connecting.references import SenderRef

if TYPE_CHECKING:
    from .._sending.dispatch import Receiver
    from .signal import FedSignal


@final
class Inlet:
    """The way into a signal made by `typed`: what a `Source` has the owner call. Only `typed` makes inlets.

    Attributes:
        is_async: Whether the owner is to be given a coroutine function, which awaits `awaiting`; otherwise a plain one,
            which calls the inlet. It is always False if the owner cannot call coroutine functions.
    """

    __slots__ = ("_holder", "_is_connected", "_signal", "is_async", "is_wanted")

    def __init__(self, signal: FedSignal[Any, Any, Any], holder: object, *, is_async: bool) -> None:
        self._signal: Final = signal
        self._holder: Final = holder
        self._is_connected: bool | None = False
        """None while the source is asked to change that, and if an exception has ended the attempt."""
        self.is_async: Final[bool] = is_async
        self.is_wanted: bool = True
        """Whether it hands on what it is called with. It may be connected in vain, if the owner cannot be changed."""

    @property
    def sender(self) -> Any:
        """The only sender whose sends are wanted, or `ANY`; None if it is gone. The inlet does not keep it alive."""
        return self._holder.sender() if isinstance(self._holder, SenderRef) else self._holder

    def __call__(
        self, sender: object, fields: Mapping[str, Any], /, *, robust: bool = False
    ) -> list[tuple[Receiver, Any]]:
        """Call the receivers of our signal, except coroutine functions.

        Args:
            sender: The sender.
            fields: What is sent: the fields of the payload, and what the owner sends beyond them.
            robust: Call all receivers even if some raise, for a send of the owner that does so. What they raised is
                raised at the end: the exception itself or, of several, an ``ExceptionGroup``.

        Returns:
            A pair for each receiver that was called, with the receiver and the value that it returned.

        Raises:
            PayloadError: The fields are not those of the payload, and the contract is strict.
            SenderError: The sender is of another class, and the contract is strict.
        """
        return self._signal._receive(sender, fields, robust) if self._is_of_use() else []

    async def awaiting(
        self, sender: object, fields: Mapping[str, Any], /, *, robust: bool = False
    ) -> list[tuple[Receiver, Any]]:
        """Do the same, and await coroutine functions: only them, if the source calls both kinds."""
        return await self._signal._receive_async(sender, fields, robust) if self._is_of_use() else []

    def _is_of_use(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> bool:
        # While the interpreter ends, nothing can be validated: modules lose their contents, even this one.
        return self.is_wanted and not is_finalizing()

    def __repr__(self) -> str:
        kind = "awaiting" if self.is_async else "plain"
        return f"<{kind} inlet of {self._signal!r}>"
