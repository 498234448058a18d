"""Paths that a terminal or an editor can open."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from ...catalog import Catalog, ReceiverRecord, SendRecord, SignalRecord, folders_of

PlacedT = TypeVar("PlacedT", SignalRecord, ReceiverRecord, SendRecord)


def relative_to_here(catalog: Catalog) -> Catalog:
    """Return the catalog with all files inside the current folder named from there, as ``src/shop/orders.py``."""
    folders = folders_of(catalog, Path.cwd())

    def moved(record: PlacedT, **more: object) -> PlacedT:
        folder = folders.get(record.file.partition("/")[0], "")
        return record.model_copy(update={"file": folder + record.file, **more})

    signals = tuple(
        moved(signal, receivers=tuple(map(moved, signal.receivers)), sends=tuple(map(moved, signal.sends)))
        for signal in catalog.signals
    )
    return catalog.model_copy(
        update={"signals": signals, "unresolved_sends": tuple(map(moved, catalog.unresolved_sends))}
    )
