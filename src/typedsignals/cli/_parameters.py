"""The parameters that both commands take."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


def _checked(names: list[str]) -> list[str]:
    for name in names:
        if not is_dotted(name):
            hint = f"; did you mean {meant!r}?" if (meant := as_dotted(name)) else ""
            raise typer.BadParameter(f"{name!r} is not the name of a package{hint}")
    return names


def is_dotted(name: str) -> bool:
    """Tell whether ``import`` could take this name."""
    return all(part.isidentifier() for part in name.split("."))


def as_dotted(path: str) -> str | None:
    """Guess the name of the package in a folder or file."""
    try:
        steps = os.path.relpath(path.replace("\\", "/")).replace(os.sep, "/").removesuffix(".py").split("/")
    except (OSError, ValueError):  # empty, or on another drive
        return None
    name = ".".join(step for step in steps if step not in {".", "src", "__init__"})
    return name if is_dotted(name) else None


def named(file: Path | None) -> Path | None:
    """Refuse an empty text as the name of a file."""
    if file == Path():
        raise typer.BadParameter("it names no file")
    return file


def one_of(choices: Iterable[str]) -> str:
    """Show the choices of an option, for its help."""
    return f"[{'|'.join(choices)}]"


def format_option(formats: type[StrEnum]) -> Any:
    """Make the option that selects a format; the first is the default."""
    default = next(iter(formats))
    text = f"The format; by default the one that the name of the output file implies, else {default}."
    return typer.Option("--format", "-f", metavar=one_of(formats), help=text)


Packages = Annotated[
    list[str],
    typer.Argument(
        metavar="PACKAGE",
        help="Names of packages or modules to import from this folder, its src, or the Python path.",
        callback=_checked,
        show_default=False,
    ),
]

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", callback=named, help="Write to this file instead of the terminal."),
]
