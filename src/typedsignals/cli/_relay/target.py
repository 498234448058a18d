"""Find the relay that a command is about, and report what goes wrong with its database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .._errors import CommandError
from .._program import import_folders

if TYPE_CHECKING:
    from ...relay import Relay


@contextmanager
def relay_at(target: str) -> Iterator[Relay]:
    """Import a relay by its place, ``shop.relay:relay``, and close it after the block.

    Raises:
        CommandError: It cannot be imported, or it cannot do what it is asked in the block.
    """
    with reported():
        relay = _imported(target)
        try:
            yield relay
        finally:
            relay.close()


def _imported(target: str) -> Relay:
    from ...relay import Relay  # noqa: PLC0415 - an extra that other commands do not need

    module, _, name = target.partition(":")
    if not name:
        raise CommandError(f"{target!r} does not name a relay: give module:name, such as shop.relay:relay")
    sys.path[:0] = map(str, import_folders([module], Path.cwd()))
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise CommandError(
            f"there is no module {error.name}; commands look for it in this folder, and in src"
        ) from None
    for part in name.split("."):
        if not hasattr(found, part):
            raise CommandError(f"there is no {name} in {module}")
        found = getattr(found, part)
    if not isinstance(found, Relay):
        raise CommandError(f"{name} in {module} is not a Relay but a {type(found).__name__}")
    return found


@contextmanager
def reported() -> Iterator[None]:
    """Turn errors of the relay, of the database and of missing packages into messages."""
    try:
        yield
    except ImportError as error:
        if "typedsignals[relay]" not in str(error):
            raise
        raise CommandError(str(error)) from None
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - as above

        from ...relay import RelayError  # noqa: PLC0415 - as above

        if isinstance(error, RelayError):
            raise CommandError(str(error)) from None
        if isinstance(error, SQLAlchemyError):  # its text may hold what was in the statement
            raise CommandError(f"the database cannot be used: {type(error).__name__}") from None
        raise
