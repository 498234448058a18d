"""Compare what two versions of a model do with fields that they do not know."""

from __future__ import annotations

from collections.abc import Iterator

from .._fit.wire import unread, unread_computed
from .._records.changes import Change, change
from .._records.signals import UNKNOWN_FIELDS, ModelRecord
from .._records.verdicts import SAFE_MESSAGES, SAFE_RECEIVERS, Verdict
from .types import TypeComparison


def without_refusals(model: ModelRecord) -> ModelRecord:
    """Return the model as it reads messages from which unknown fields were split off."""
    return model.model_copy(update={"extra": "ignore"}) if model.extra == "forbid" else model


def unknown_fields(old: ModelRecord, new: ModelRecord, path: str, *, splits: bool) -> Iterator[Change]:
    """Yield the change of what happens to unknown fields, which a relay may split off before."""
    where = path or "payload"
    if old.extra == new.extra:
        return
    if new.extra == "forbid":
        kept = not splits and (old.extra == "allow" or unread_computed(old, new))
        yield change("TS401", path, f"{where}: unknown fields are forbidden", backward=Verdict.of(not kept))
    elif old.extra == "forbid":
        writes = not splits and (new.extra == "allow" or unread_computed(new, old))
        yield change("TS402", path, f"{where}: unknown fields no longer forbidden", forward=Verdict.of(not writes))
    elif old.extra == "allow":
        yield change("TS403", path, f"{where}: unknown fields no longer kept")


def kept_fields(types: TypeComparison, old: ModelRecord, new: ModelRecord, path: str) -> Iterator[Change]:
    """Yield changes of the type of unknown fields, which could be sent before, and are kept now."""
    if new.extra != "allow" or old.extra == "forbid":
        return
    safe: dict[str, Verdict] = {}
    if not path:
        safe["keyword_receivers"] = Verdict.SAFE
    if old.extra == "ignore":  # nobody has received or written any, except for computed fields
        safe |= SAFE_RECEIVERS | SAFE_MESSAGES
        if any(field.name in old.computed for field in unread(old, new)):
            safe["backward"] = Verdict.WARNS
    for found in types.compare(old.kept, new.kept, f"{path}.{UNKNOWN_FIELDS}" if path else UNKNOWN_FIELDS):
        yield found.with_verdicts(**safe)
