"""Django's signals as sources of ours."""

from __future__ import annotations

import sys
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

from django.dispatch import Signal
from django.utils.module_loading import import_string

from .._identity import ANY, sender_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from .._sources.inlet import Inlet

_receivers: dict[Inlet, Callable[..., Any]] = {}
"""What Django calls for each inlet, and holds weakly: of a sender that is gone, it cannot be told to let go."""


class DjangoSource:
    """A signal of Django.

    Args:
        signal: The signal, or the path to import it from when somebody listens.
        name: Its name, which it does not know itself.
    """

    calls: Final = "both"
    by_sender: Final = True
    packages: Final = ("django", "asgiref")

    def __init__(self, signal: Signal | str, name: str | None = None) -> None:
        self._signal = signal
        self.name = name
        self.owner = f"django: {name}" if name else "django"

    @property
    def loaded(self) -> Signal | None:
        """The signal of Django; None if its module was not imported."""
        if isinstance(self._signal, str) and self._signal.rpartition(".")[0] not in sys.modules:
            return None
        return self.signal

    @property
    def signal(self) -> Signal:
        """The signal of Django."""
        if isinstance(self._signal, str):
            found: Signal = import_string(self._signal)
            self._signal = found
        return self._signal

    def connect(self, inlet: Inlet, /) -> None:
        receiver = _receivers[inlet] = _awaiting(inlet) if inlet.is_async else _plain(inlet)
        self.signal.connect(receiver, _django_sender(inlet))

    def disconnect(self, inlet: Inlet, /) -> None:
        receiver = _receivers.pop(inlet)
        self.signal.disconnect(receiver, _django_sender(inlet))


def is_ours(receiver: object) -> bool:
    """Whether Django calls it for one of our signals."""
    return any(receiver is ours for ours in _receivers.copy().values())


def _django_sender(inlet: Inlet) -> object:
    """Return the sender that Django is to call us for, by its identity; None stands for all."""
    return inlet.sender if _is_found_by_django(inlet.sender) else None


def _is_found_by_django(sender: object) -> bool:
    return sender is not ANY and sender_id(sender) == id(sender)


def _is_wanted(inlet: Inlet, sender: object) -> bool:
    wanted = inlet.sender
    return wanted is ANY or sender_id(wanted) == sender_id(sender)


def _plain(inlet: Inlet) -> Callable[..., Any]:
    def receive(*, signal: object, sender: object, **fields: Any) -> Any:  # noqa: ARG001 - nothing of it is needed
        return inlet(sender, fields, robust=_is_robust(sys._getframe(1))) if _is_wanted(inlet, sender) else []

    return receive


def _awaiting(inlet: Inlet) -> Callable[..., Any]:
    async def receive(*, signal: object, sender: object, **fields: Any) -> Any:  # noqa: ARG001 - as above
        robust = _is_robust(sys._getframe(1))
        return await inlet.awaiting(sender, fields, robust=robust) if _is_wanted(inlet, sender) else []

    return receive


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Give the code of a function, and of all functions in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


_ROBUST: Final = {code for method in (Signal.send_robust, Signal.asend_robust) for code in _codes(method.__code__)}


def _is_robust(caller: FrameType) -> bool:
    """Whether Django goes on if a receiver raises, which only its code says: then it must not skip others of ours."""
    return caller.f_code in _ROBUST
