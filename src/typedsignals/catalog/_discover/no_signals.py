"""Explain why no signals were found in packages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from ..._connecting.registry import all_signals
from .declarations import AnySignal, Declared, candidates, named_members
from .importing import Importer
from .module_files import is_within, relative_file

SHOWN = 3
"""How many names are shown; the rest is counted."""


class Library(NamedTuple):
    """A library with signals of its own."""

    owner: str
    module: str
    """The module with its classes ``Signal``, and of namespaces if it has some."""
    namespaces: tuple[str, ...]
    advice: str


OTHERS = (
    Library(
        "Blinker",
        "blinker",
        ("Namespace",),
        "import Signal and Namespace from typedsignals instead, or give the signals of others a payload with "
        "typedsignals.blinker.typed()",
    ),
    Library(
        "Django",
        "django.dispatch",
        (),
        "import those of Django itself from typedsignals.django instead, and give those of apps a payload with "
        "typedsignals.django.typed()",
    ),
    Library(
        "Celery",
        "celery.utils.dispatch",
        (),
        "import those of Celery itself from typedsignals.celery instead, and give those of extensions a payload with "
        "typedsignals.celery.typed()",
    ),
)
"""The libraries from which programs take signals that have no payload."""


def explain_no_signals(
    importer: Importer, modules: Mapping[str, Any], packages: Iterable[str], known: Iterable[AnySignal]
) -> tuple[str, ...]:
    """Describe each possible reason, and what to do, in a line.

    Args:
        importer: The importer of the packages.
        modules: The modules that it has imported, by name.
        packages: The names of the packages.
        known: The signals that existed before the import.
    """
    packages = tuple(packages)
    return tuple(
        chain(_modules(importer, packages), _of_others(modules), _imported(modules), _unnamed(packages, known))
    )


def _modules(importer: Importer, packages: tuple[str, ...]) -> Iterator[str]:
    for name in packages:
        if importer.is_excluded(name):
            yield f"{name} is excluded by the settings"
        elif name.rpartition(".")[2] == "__main__":
            yield f"{name} is not imported, as that would run it: name the modules that declare signals"


def _of_others(modules: Mapping[str, Any]) -> Iterator[str]:
    for other in OTHERS:
        # If the program has not imported a library, it has no signals of that library's.
        library = sys.modules.get(other.module)
        if library is not None:
            kinds = [getattr(library, name) for name in other.namespaces]
            if found := _by_identity(named_members(modules, library.Signal, *kinds)):
                yield f"{_named(found)} {'is' if len(found) == 1 else 'are'} {other.owner}'s: {other.advice}"


def _imported(modules: Mapping[str, Any]) -> Iterator[str]:
    if found := _by_identity(one for one in candidates(modules) if one.signal.__module__ != one.module):
        homes = sorted({one.signal.__module__ for one in found})
        yield f"{_named(found)} {'is' if len(found) == 1 else 'are'} declared elsewhere: name {_listed(homes)}"


def _unnamed(packages: tuple[str, ...], known: Iterable[AnySignal]) -> Iterator[str]:
    """Say which signals have no name by which they could be imported."""
    before = set(map(id, known))
    found = [one for one in all_signals() if is_within(one.__module__, packages) and id(one) not in before]
    if found:
        declared = [(one._declaration.place, one.__module__) for one in found]
        places = sorted({f"{relative_file(place.file, module)}:{place.line}" for place, module in declared})
        yield (
            f"what is declared at {_listed(places)} can only be reached through an instance or a container: "
            "make it an attribute of a module or class, or an item of a namespace"
        )


def _by_identity(found: Iterable[Declared]) -> list[Declared]:
    return list({id(one.signal): one for one in found}.values())


def _named(found: Iterable[Declared]) -> str:
    return _listed(sorted(f"{one.module}.{one.path}" for one in found))


def _listed(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
