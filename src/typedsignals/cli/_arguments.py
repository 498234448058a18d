"""What both commands take."""

from __future__ import annotations

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
    steps = path.replace("\\", "/").removesuffix(".py").split("/")
    name = ".".join(step for step in steps if step not in {"", ".", "src", "__init__"})
    return name if is_dotted(name) else None


Packages = Annotated[
    list[str],
    typer.Argument(
        metavar="PACKAGE",
        help="The packages or modules to import, by their names, from this folder, its src, or the Python path.",
        callback=_checked,
        show_default=False,
    ),
]
