"""The terms of a connection: how `connect` was told to call the receiver, and what is known of the receiver itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .connection import Connection


class Shape(NamedTuple):
    """What a receiver takes, as far as its signature tells."""

    takes_extra: bool = True
    """Whether it has ``**extra``; a callable whose signature cannot be read is trusted to."""
    taken: frozenset[str] = frozenset()
    """The names of parameters that no keyword can reach: the first, which gets the sender, and those already bound."""
    deprecated: tuple[str, ...] = ()
    """The deprecated fields that it names."""
    problem: str = ""
    """Why it cannot be called with what the signal sends; empty if it can."""
    kept: frozenset[str] = frozenset()
    """The fields that it has a value of its own for, and is not given."""
    doubts: tuple[str, ...] = ()
    """What the author of the receiver hardly meant."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to call a receiver, as `connect` was told; it explains each of them."""

    as_payload: bool = False
    priority: int = 0
    once: bool = False
    thread: bool = False


PlainOptions = tuple[Any, ...]
"""The values of `Options`, in order: to make a tuple, and to look for what is kept by it, takes a tenth of the time."""

plain_options: Callable[[Options | Connection], PlainOptions] = attrgetter(*Options.__match_args__)
"""The options of a connection, by its terms or its record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Options):
    """All about a connection but its receiver and sender; shared by like ones, to keep connections small."""

    is_async: bool
    shape: Shape
    label: str
    """The receiver's name and place, for when it is gone."""
    code: CodeType | None
