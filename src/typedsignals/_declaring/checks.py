"""Check what signals are declared with, and that they are initialised."""

from __future__ import annotations

from typing import Any, Self

from .._exceptions import DeclarationError
from .._inspecting.callables import code_of, place_of


def doc_for_payload(text: str, doc: str | None) -> str:
    """Return the documentation that was passed in place of a payload.

    Raises:
        DeclarationError: It is passed as ``doc=`` as well.
    """
    if doc is not None:
        raise DeclarationError("doc= is given twice: a text in place of the payload is one; leave out either")
    return text


def check_name(what: str, name: object) -> None:
    """Check that a name is a string.

    Raises:
        DeclarationError: It is not.
    """
    if name is not None and not isinstance(name, str):
        raise DeclarationError(f"{what} must be a string, got {type(name).__name__}")


def check_options(sender: object, doc: object, validate: object, accepts: object) -> None:
    """Check the arguments of a declaration other than payload and name.

    Raises:
        DeclarationError: One of them is of the wrong type, or there is no such mode.
    """
    if validate not in ("always", "connected", "never"):
        raise DeclarationError(f"validate= must be 'always', 'connected' or 'never', not {validate!r}")
    if accepts not in ("any", "sync", "async"):
        raise DeclarationError(f"accepts= must be 'any', 'sync' or 'async', not {accepts!r}")
    if doc is not None and not isinstance(doc, str):
        raise DeclarationError(f"doc= must be a string, got {type(doc).__name__}")
    if sender is None:
        return
    if not isinstance(sender, type):
        raise DeclarationError(f"sender= must be a class, the type of all senders, got {type(sender).__name__}")
    try:
        isinstance(None, sender)
    except TypeError as error:
        raise DeclarationError(
            f"sender= must be a class that isinstance() takes, got {sender.__name__}: {error}"
        ) from error


class Uninitialised:
    """Stands for an attribute that ``__init__`` sets, and raises if an instance is used before that.

    Args:
        what: What ``__init__`` makes of the instance.
    """

    def __init__(self, what: str) -> None:
        self._what = what

    def __get__(self, instance: object, owner: type) -> Self:
        if instance is None:
            return self
        init: Any = owner.__init__  # type: ignore[misc]  # of this very class, not of a subclass
        if init.__module__.partition(".")[0] == "typedsignals":
            advice = f"it is made by calling {owner.__qualname__}(), which initialises it"
        else:
            advice = f"call super().__init__() first in {init.__qualname__}{place_of(code_of(init))}"
        raise DeclarationError(f"a {owner.__qualname__} was used that is not initialised as a {self._what}: {advice}")


def is_private(name: str) -> bool:
    """Whether a name is private to this package, unlike special names such as ``__doc__``."""
    return name.startswith("_") and not name.startswith("__")
