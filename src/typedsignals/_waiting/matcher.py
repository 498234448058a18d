"""Decide whether a send matches what a wait asks for, and record why if it does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .._concurrency.serialised import lock
from .._exceptions import PredicateError
from .._identity import ANY, sender_id
from .._inspecting.callables import code_of, place_of

if TYPE_CHECKING:
    from .._signal import Signal

Predicate = Callable[[Any, Any], bool]


class Matcher:
    """Matches sends by their sender and a predicate.

    Args:
        sender: The sender, without a proxy around it, or `ANY`.
        where: The predicate, called with sender and payload; None to match every payload.

    Attributes:
        sender: The sender, kept alive, so that its id stays its own.
    """

    def __init__(self, sender: object, where: Predicate | None) -> None:
        self.sender = sender
        self._sender_id = sender_id(sender)
        self._where = where
        self._differences: Counter[str] = Counter()

    def matches(self, signal: Signal[Any, Any, Any], sender: object, payload: object) -> bool:
        """Whether a send matches. If it does not, record why.

        Raises:
            PredicateError: The predicate raised.
        """
        difference = self._difference(signal, sender, payload)
        if difference:
            with lock:  # because threads that send at once would count as one
                self._differences[difference] += 1
        return not difference

    def differences(self) -> str:
        """Say how many sends did not match, and why, without showing any payload."""
        with lock:  # because other threads may be sending
            return ", ".join(f"{number} {difference}" for difference, number in self._differences.items())

    def _difference(self, signal: Signal[Any, Any, Any], sender: object, payload: object) -> str:
        if self.sender is not ANY and sender_id(sender) != self._sender_id:
            return f"by another sender (a {type(sender).__name__})"
        if self._where is not None and not self._accepts(self._where, signal, sender, payload):
            return f"refused by where={place_of(code_of(self._where))}"
        return ""

    @staticmethod
    def _accepts(where: Predicate, signal: Signal[Any, Any, Any], sender: object, payload: object) -> bool:
        try:
            return bool(where(sender, payload))
        except Exception as error:
            raise PredicateError(
                f"where={place_of(code_of(where))} raised {type(error).__name__} for what {signal!r} sent; "
                "it is called as where(sender, payload) for each send, and must return whether the send matches",
                signal=signal,
                sender=sender,
            ) from error
