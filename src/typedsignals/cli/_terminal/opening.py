"""Places as a terminal or an editor opens them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from ...catalog import Catalog, ReceiverRecord, SendRecord, SignalRecord, folders_of

PlacedT = TypeVar("PlacedT", SignalRecord, ReceiverRecord, SendRecord)


def to_be_opened(catalog: Catalog) -> Catalog:
    """The catalog with its files relative to the current folder, as ``src/shop/orders.py``, where they lie in it."""
    folders = folders_of(catalog, Path.cwd())

    def moved(placed: PlacedT, **more: object) -> PlacedT:
        folder = folders.get(placed.file.partition("/")[0], "")
        return placed.model_copy(update={"file": folder + placed.file, **more})

    signals = tuple(
        moved(signal, receivers=tuple(map(moved, signal.receivers)), sends=tuple(map(moved, signal.sends)))
        for signal in catalog.signals
    )
    return catalog.model_copy(
        update={"signals": signals, "unresolved_sends": tuple(map(moved, catalog.unresolved_sends))}
    )
