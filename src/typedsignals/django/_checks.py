"""What ``manage.py check`` reports of receivers: those that cannot be called, and those that never are."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from inspect import Signature
from typing import Any

from django.core import checks
from django.db.models import Model
from django.dispatch import Signal as DjangosSignal

from .._connecting.registry import all_signals
from .._inspecting.callables import described
from .._inspecting.signatures import signature_of
from .._signal import AnySignal
from .._sources.signal import FedSignal
from .._suggestion import closest
from .._validating.payload import field_names
from ._model_signals import ModelSignal
from ._source import DjangoSource, is_ours


def check_receivers(**options: Any) -> list[checks.CheckMessage]:  # noqa: ARG001 - what Django passes
    """Report receivers that cannot be called with what Django sends, or that are never called."""
    return [*_misfits(), *_never_called()]


def _misfits() -> Iterator[checks.CheckMessage]:
    """Give an error for each receiver of Django's own signals that the first send would fail to call.

    Ours need no such check: connecting them refuses what does not fit.
    """
    for ours in all_signals():
        theirs = ours._source.loaded if isinstance(ours, FedSignal) and isinstance(ours._source, DjangoSource) else None
        for receiver in _receivers_of(theirs) if theirs else ():
            problem = _problem(ours, receiver)
            if problem:
                yield checks.Error(
                    f"{described(receiver)} cannot be called with what {ours!r} sends: {problem}",
                    hint="Connect it to the signal of typedsignals.django: then type checkers find such mistakes.",
                    id="typedsignals.E001",
                )


def _receivers_of(theirs: DjangosSignal) -> Iterator[Callable[..., Any]]:
    for _, kept, *_ in [*theirs.receivers]:
        receiver = kept() if isinstance(kept, weakref.ReferenceType) else kept
        if receiver is not None and not is_ours(receiver):
            yield receiver


def _problem(ours: AnySignal, receiver: Callable[..., Any]) -> str:
    """Say why Django cannot call the receiver; empty if it can."""
    signature = signature_of(receiver)
    if signature is None or ours.payload_type is None:
        return ""
    fields = field_names(ours.payload_type)
    try:
        signature.bind(**dict.fromkeys(("signal", "sender", *fields)))
    except TypeError as error:
        return f"{error}{_suggestion(signature, fields)}"
    return ""


def _suggestion(signature: Signature, fields: tuple[str, ...]) -> str:
    for parameter in signature.parameters.values():
        if parameter.default is parameter.empty and parameter.name not in ("signal", "sender", *fields):
            meant = closest(parameter.name, fields)
            if meant:
                return f"; did you mean {meant!r}?"
    return ""


def _never_called() -> Iterator[checks.CheckMessage]:
    for signal in all_signals():
        if isinstance(signal, ModelSignal):
            for connection in signal.connections:
                reason = _silence_of(connection.sender)
                if reason:
                    yield checks.Warning(
                        f"{described(connection.receiver)} is never called: it is connected to {signal.name} of "
                        f"{connection.sender.__name__}, {reason}",
                        hint="Connect it to a model that is saved itself: one without Meta.abstract and not swapped.",
                        id="typedsignals.W001",
                    )


def _silence_of(sender: Any) -> str:
    """Say why a model sends nothing; empty if it does."""
    if not (isinstance(sender, type) and issubclass(sender, Model)) or sender is Model:
        return ""
    if sender._meta.abstract:
        return "which is abstract"
    return f"which {sender._meta.swapped} replaces" if sender._meta.swapped else ""
