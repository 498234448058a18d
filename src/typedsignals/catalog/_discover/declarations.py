"""Find the signals in imported modules, and the path to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..._location import global_name, is_importable
from ..._namespace import Namespace, default_namespace
from ..._signal import Signal
from .module_files import is_within

AnySignal = Signal[Any, Any, Any]


class Declared(NamedTuple):
    """A signal and the path to it."""

    signal: AnySignal
    module: str
    path: str
    """The path in the module: ``saved``, ``Order.saved``, ``events['saved']``."""
    is_direct: bool
    """Whether the module or a class names it; otherwise it is an item of a namespace."""


def declared_signals(modules: Mapping[str, Any], packages: Iterable[str]) -> list[Declared]:
    """Return the signals of some packages, each with the path that is closest to its declaration.

    Args:
        modules: The imported modules by name, in order.
        packages: The names of the packages. Signals that they only import from elsewhere are left out.
    """
    packages = tuple(packages)
    found: dict[int, Declared] = {}
    for candidate in candidates(modules):
        if _is_own(candidate, packages):
            best = found.setdefault(id(candidate.signal), candidate)
            if _distance(candidate) < _distance(best):
                found[id(candidate.signal)] = candidate
    return list(found.values())


def candidates(modules: Mapping[str, Any]) -> Iterator[Declared]:
    """Yield all signals in modules, once for each path to them."""
    yield from named_members(modules, Signal, Namespace)
    for name, signal in default_namespace.items():
        yield Declared(signal, signal.__module__, f"signal({name!r})", is_direct=False)


def named_members(modules: Mapping[str, Any], signals: type, *namespaces: type) -> Iterator[Declared]:
    """Yield the signals in modules, their classes and their namespaces, for given classes of signals and namespaces."""
    for name, module in modules.items():
        yield from _members(name, "", getattr(module, "__dict__", {}), set(), (signals, namespaces))


def _members(
    module: str, prefix: str, members: Mapping[str, Any], seen: set[int], kinds: tuple[type, tuple[type, ...]]
) -> Iterator[Declared]:
    signals, namespaces = kinds
    for name, value in tuple(members.items()):
        # The type, because proxies imitate other objects, and fail if those are absent.
        kind = type(value)
        if issubclass(kind, signals):
            yield Declared(value, module, f"{prefix}{name}", is_direct=True)
        elif issubclass(kind, namespaces):
            for key, signal in value.items():
                yield Declared(signal, module, f"{prefix}{name}[{key!r}]", is_direct=False)
        elif issubclass(kind, type) and value.__module__ == module and id(value) not in seen:
            seen.add(id(value))
            yield from _members(module, f"{prefix}{name}.", vars(value), seen, kinds)


def _is_own(candidate: Declared, packages: tuple[str, ...]) -> bool:
    """Whether a signal is declared in the packages, or for them by a function from elsewhere."""
    signal = candidate.signal
    if is_within(signal.__module__, packages):
        return True
    return candidate.is_direct and not _is_named_at_home(signal)


def _is_named_at_home(signal: AnySignal) -> bool:
    home, path = signal.__module__, signal.__qualname__
    return global_name(signal, home) is not None or (path is not None and is_importable(signal, home, path))


def _distance(candidate: Declared) -> tuple[bool, bool]:
    return candidate.module != candidate.signal.__module__, not candidate.is_direct
