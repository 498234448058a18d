"""Writing small programs and cataloguing them."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from textwrap import dedent
from types import ModuleType

from typedsignals.catalog import Catalog, SendRecord, SignalRecord
from typedsignals.catalog._discover.packages import Discovery, discover

FORGOTTEN: list[ModuleType] = []
"""Kept alive: receivers that go before anything is sent to them are warned of."""


class Program:
    """Modules in a folder that is on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, **modules: str) -> None:
        """Write modules, with ``__`` for each dot in a name: ``shop__orders``; ``shop`` is the package itself."""
        for name, text in modules.items():
            package, _, module = name.rpartition("__")
            self.write_file(f"{package.replace('__', '/')}/{module}.py" if package else f"{module}/__init__.py", text)

    def write_file(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
        importlib.invalidate_caches()

    def forget(self) -> None:
        """Forget imported modules, so that what was written can be imported again."""
        written = [name for name, module in sys.modules.items() if self._wrote(name, module)]
        FORGOTTEN.extend(sys.modules.pop(name) for name in written)

    def _wrote(self, name: str, module: ModuleType) -> bool:
        parent = sys.modules.get(name.rpartition(".")[0])
        # A module may replace itself with an object without a specification.
        spec = getattr(module, "__spec__", None) or getattr(parent, "__spec__", None)
        return str(self.folder) in str(spec)

    def discovered(self, *packages: str) -> Discovery:
        return discover(packages or ("shop",))

    def catalog(self, *packages: str) -> Catalog:
        """The catalog of packages that have no problems."""
        found = self.discovered(*packages)
        assert found.problems == ()
        return found.catalog


def only_signal(catalog: Catalog) -> SignalRecord:
    (signal,) = catalog.signals
    return signal


def send_lines(signal: SignalRecord) -> list[int]:
    return [send.line for send in signal.sends]


def unresolved(catalog: Catalog) -> list[str]:
    return [send.location for send in catalog.unresolved_sends]


def keywords(send: SendRecord) -> tuple[tuple[str, ...], bool]:
    return send.keywords, send.is_complete
