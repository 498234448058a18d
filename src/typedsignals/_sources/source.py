"""What tells us about a signal that somebody else owns: the protocol that users write classes for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, Self, TypeAlias, get_args

from .._exceptions import DeclarationError

if TYPE_CHECKING:
    from .inlet import Inlet

Calls: TypeAlias = Literal["plain", "either", "both"]
"""Which kinds of receivers the owner calls: see `Source`."""


class Source(Protocol):
    """A signal that somebody else owns, as `typed` needs it: a class of ten lines, for a library or a single signal.

    ``connect`` makes the owner call ``inlet(sender, fields)`` at each send, and ``disconnect`` ends that. Each inlet
    is connected at most once at a time, and stands for something else than any other inlet, so that the source can keep
    what it needs for it in a dictionary.

    A source may also have these attributes, of its class or its own:

    - ``calls``: ``"plain"`` if the owner calls plain functions only, which is the default: coroutine functions cannot
      be connected then. ``"both"`` if it calls plain functions and awaits coroutine functions in the same send;
      ``"either"`` if in some sends it can await nothing, so that it must only be given a coroutine function while
      there are coroutine functions to await. With both, if ``inlet.is_async``, ``connect`` must give the owner a
      coroutine function, which awaits ``inlet.awaiting(sender, fields)``.
    - ``by_sender``: True if ``connect`` heeds ``inlet.sender``. By default, inlets are for all senders.
    - ``stays``: True if the owner must not be changed while it sends. What was connected stays connected then, and
      hands on nothing while nobody listens.
    - ``doc``: What the signal means, for people.
    - ``owner``: Whose signal it is, as the catalog shows it. By default, the name of the class and its module.
    - ``packages``: The names of the packages that the owner's send passes through on its way to the inlet, so that a
      `ContractWarning` points to the line that sends, and not to one of theirs.
    """

    @property
    def name(self) -> str | None:
        """The name of the signal, or None."""

    def connect(self, inlet: Inlet, /) -> object:
        """Make the owner call the inlet, or a function that calls it, at each send."""

    def disconnect(self, inlet: Inlet, /) -> object:
        """End what ``connect`` did. The owner may be sending."""


class Options(NamedTuple):
    """What a source says of itself; see `Source`."""

    name: str | None
    doc: str | None
    calls: Calls
    by_sender: bool
    stays: bool
    owner: str
    packages: tuple[str, ...]

    @classmethod
    def of(cls, source: Any) -> Self:
        """Read the attributes of a source.

        Raises:
            DeclarationError: One has a value that it cannot have, or is missing.
        """
        kind = type(source)
        for method in ("connect", "disconnect"):
            if not callable(getattr(source, method, None)):
                raise DeclarationError(f"typed() takes a source, and a {kind.__name__} has no method {method}(inlet)")
        if not hasattr(source, "name"):
            raise DeclarationError(f"typed() takes a source, and a {kind.__name__} has no attribute name")
        calls: Any = getattr(source, "calls", "plain")
        if calls not in get_args(Calls):
            raise DeclarationError(f"{kind.__name__}.calls must be 'plain', 'either' or 'both', not {calls!r}")
        return cls(
            source.name,
            getattr(source, "doc", None),
            calls,
            bool(getattr(source, "by_sender", False)),
            bool(getattr(source, "stays", False)),
            getattr(source, "owner", f"{kind.__module__}.{kind.__qualname__}"),
            tuple(getattr(source, "packages", ())),
        )
