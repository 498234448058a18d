"""The terms of a connection: the options that were passed to `connect`, and what is known about the receiver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from types import CodeType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .._connecting.connection import Connection


class Shape(NamedTuple):
    """What a receiver takes, by its signature."""

    takes_extra: bool = True
    """Whether it has ``**extra``. A callable whose signature cannot be read is assumed to."""
    taken: frozenset[str] = frozenset()
    """The parameters that no keyword can reach: the first, which gets the sender, and those that are bound already."""
    deprecated: tuple[str, ...] = ()
    """The deprecated fields that it names."""
    problem: str = ""
    """Why it cannot be called with what the signal sends; empty if it can."""
    kept: frozenset[str] = frozenset()
    """The fields for which it has a value of its own, so that a send does not pass them."""
    doubts: tuple[str, ...] = ()
    """What its author has probably not meant."""


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """How to call a receiver; `Signal.connect` explains each option."""

    as_payload: bool = False
    priority: int = 0
    once: bool = False
    thread: bool = False


PlainOptions = tuple[Any, ...]
"""The values of `Options`, in order. Making and hashing a tuple takes a tenth of the time."""

plain_options: Callable[[Options | Connection], PlainOptions] = attrgetter(*Options.__match_args__)
"""Gives the options of a connection, from its terms or its record."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms(Options):
    """Everything about a connection except its receiver and sender; connections share it where it is the same.

    Compared by identity, so that a set of the terms of many connections is quickly made.
    """

    is_async: bool
    shape: Shape
    label: str
    """The receiver's name, file and line, for messages when it is gone."""
    code: CodeType | None
