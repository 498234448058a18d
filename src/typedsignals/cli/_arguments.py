"""What both commands take."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def _checked(names: list[str]) -> list[str]:
    for name in names:
        if not is_dotted(name):
            hint = as_dotted(name)
            raise typer.BadParameter(f"{name!r} is no name of a package{f'; did you mean {hint!r}?' if hint else ''}")
    return names


def is_dotted(name: str) -> bool:
    """Whether an ``import`` could have the name."""
    return all(part.isidentifier() for part in name.split("."))


def as_dotted(path: str) -> str | None:
    """What the package in a folder or file is probably called."""
    try:
        steps = os.path.relpath(path.replace("\\", "/")).replace(os.sep, "/").removesuffix(".py").split("/")
    except (OSError, ValueError):  # empty, or elsewhere
        return None
    name = ".".join(step for step in steps if step not in {".", "src", "__init__"})
    return name if is_dotted(name) else None


def named(file: Path | None) -> Path | None:
    """A file that an option names, which an empty text does not."""
    if file == Path():
        raise typer.BadParameter("it names no file")
    return file


Packages = Annotated[
    list[str],
    typer.Argument(
        metavar="PACKAGE",
        help="The packages or modules to import, by their names, from this folder, its src, or the Python path.",
        callback=_checked,
        show_default=False,
    ),
]
