"""List all differences between two catalogs, including harmless ones."""

from __future__ import annotations

from collections.abc import Iterator

from .._records.signals import Catalog, SignalRecord
from .catalogs import compare_catalogs, paired_signals

DETAILS = {
    "doc": "documentation",
    "line": "location",
    "file": "location",
    "receivers": "receivers",
    "sends": "sends",
    "validate_mode": "mode of validation",
    "accepts": "accepted kinds of receivers",
    "returns": "type of results",
    "carried": "relays",
}
"""Harmless differences between two signals, in words."""


def differences(old: Catalog, new: Catalog) -> tuple[str, ...]:
    """Describe each difference in a line; there are none if the catalogs are equal.

    Args:
        old: The old catalog.
        new: The new catalog.
    """
    return tuple(_differences(old, new))


def _differences(old: Catalog, new: Catalog) -> Iterator[str]:
    changes = compare_catalogs(old, new)
    for change in changes:
        yield f"{change.signal}: {change.message}"
    before = {after.key: signal for signal, after in paired_signals(old, new) if after is not None}
    for signal in new.signals:
        if signal.key not in before:
            yield f"{signal.key}: is new"
        elif signal.key == before[signal.key].key:
            yield from _details(before[signal.key], signal)
    yield from _model_differences(old, new, has_changes=bool(changes))
    if old.relays != new.relays:
        yield "relays: details changed"
    if old.packages != new.packages:
        yield f"packages: {', '.join(old.packages)} became {', '.join(new.packages)}"


def _details(old: SignalRecord, new: SignalRecord) -> Iterator[str]:
    words = dict.fromkeys(word for name, word in DETAILS.items() if getattr(old, name) != getattr(new, name))
    if words:
        yield f"{new.key}: {' and '.join(words)} changed"


def _model_differences(old: Catalog, new: Catalog, *, has_changes: bool) -> Iterator[str]:
    """Describe models that differ in a way that is not a change."""
    if not has_changes:
        for name, model in new.models.items():
            if name in old.models and old.models[name] != model:
                yield f"{name}: details changed"
