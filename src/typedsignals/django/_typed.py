"""Give a payload to a signal of any app."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from django.dispatch import Signal as DjangosSignal

from .._exceptions import DeclarationError
from .._signal import P, PayloadT, SenderT, Signal
from .._sources.typed import fed
from ._source import DjangoSource


@overload
def typed(
    signal: DjangosSignal, payload: Callable[P, PayloadT], /, *, name: str | None = ..., strict: bool = ...
) -> Signal[PayloadT, Any, P]: ...


@overload
def typed(
    signal: DjangosSignal,
    payload: Callable[P, PayloadT],
    /,
    *,
    sender: type[SenderT],
    name: str | None = ...,
    strict: bool = ...,
) -> Signal[PayloadT, SenderT, P]: ...


def typed(
    signal: Any, payload: Any, /, *, sender: type | None = None, name: str | None = None, strict: bool = False
) -> Signal[Any, Any, ...]:
    """Make a signal with a payload that receives what a signal of Django, or of an app, sends.

    The new signal is connected to the other one only while somebody listens to it, captures it or waits for it, and
    only for the senders that they ask for. Plain receivers are called where Django calls plain receivers, and coroutine
    functions where it awaits them. Keywords that are not fields go to receivers with ``**extra``.

    Args:
        signal: The signal of Django.
        payload: The pydantic model that defines which keywords are sent.
        sender: The class that senders are instances of. By default, any object may be the sender. Many apps send a
            class: then it is that of the class, such as ``type`` or, for models, ``ModelBase``.
        name: The name to show. By default, that of the variable that the new signal is assigned to.
        strict: If the owner breaks this contract, raise a `PayloadError` or `SenderError` where it sends. By default, a
            `ContractWarning` is given, no receiver is called, and the owner's code goes on.

    Returns:
        The signal. It lives as long as it has receivers, even if nothing else refers to it.

    Raises:
        DeclarationError: It is not a signal of Django, or `Signal` does not accept the payload or sender.

    Example:
        >>> from django.dispatch import Signal
        >>> from typedsignals import Payload
        >>> class CommentPosted(Payload):
        ...     text: str
        >>> theirs = Signal()
        >>> ours = typed(theirs, CommentPosted)
        >>> @ours.connect
        ... def show(sender: object, text: str, **extra: object) -> None:
        ...     print(text)
        >>> _ = theirs.send(None, text="First!")
        First!
    """
    if not isinstance(signal, DjangosSignal):
        raise DeclarationError(f"typed() takes a signal of Django, not a {type(signal).__name__}")
    return fed(DjangoSource(signal, name), payload, sender=sender, strict=strict)
