"""What is different between two catalogs, in short: all that would change in the file, and not only what breaks."""

from __future__ import annotations

from collections.abc import Iterator

from .._records.signals import Catalog, SignalRecord
from .catalogs import compare_catalogs

ASIDE = {
    "doc": "documentation",
    "line": "place",
    "file": "place",
    "receivers": "receivers",
    "sends": "sends",
    "validate_mode": "mode of validation",
}
"""What comparing takes no account of, as it breaks nobody."""


def differences(old: Catalog, new: Catalog) -> tuple[str, ...]:
    """One line for each difference; none if the catalogs are the same.

    Args:
        old: The catalog before.
        new: The catalog after.
    """
    return tuple(_differences(old, new))


def _differences(old: Catalog, new: Catalog) -> Iterator[str]:
    before = {signal.key: signal for signal in old.signals}
    changes = compare_catalogs(old, new)
    for change in changes:
        yield f"{change.signal}: {change.message}"
    for signal in new.signals:
        if signal.key in before:
            yield from _aside(before[signal.key], signal)
        elif not any(change.rule.id == "TS102" and change.location == signal.location for change in changes):
            yield f"{signal.key}: is new"
    yield from _of_models(old, new, has_changes=bool(changes))
    if old.packages != new.packages:
        yield f"packages: {', '.join(old.packages)} became {', '.join(new.packages)}"


def _aside(old: SignalRecord, new: SignalRecord) -> Iterator[str]:
    words = dict.fromkeys(word for name, word in ASIDE.items() if getattr(old, name) != getattr(new, name))
    if words:
        yield f"{new.key}: {' and '.join(words)} changed"


def _of_models(old: Catalog, new: Catalog, *, has_changes: bool) -> Iterator[str]:
    """Models that differ where no change told of it."""
    if not has_changes:
        for name, model in new.models.items():
            if name in old.models and old.models[name] != model:
                yield f"{name}: details changed"
