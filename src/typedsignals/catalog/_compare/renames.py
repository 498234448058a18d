"""Find renamed fields among the removed and added ones."""

from __future__ import annotations

from typing import NamedTuple

from .._records.signals import FieldRecord, ModelRecord


class Rename(NamedTuple):
    """A renamed field, before and after, with the id of the rule."""

    before: FieldRecord
    after: FieldRecord
    rule: str


def find_renames(old: ModelRecord, new: ModelRecord) -> list[Rename]:
    """Pair removed fields with added ones.

    An added field that is still read from the old name is certainly the same. Otherwise, the type and the position
    among the fields that both models have must be equal.
    """
    removed = [field for field in old.fields if new.field(field.name) is None]
    added = [field for field in new.fields if old.field(field.name) is None]
    renames: list[Rename] = []
    for before in removed:
        heir = next((after for after in added if _names(before) & {*after.validation_aliases}), None)
        rule = "TS206"
        if heir is None:
            heir = next((after for after in added if _replaces(before, after, old, new)), None)
            rule = "TS205"
        if heir is not None:
            added.remove(heir)
            renames.append(Rename(before, heir, rule))
    return renames


def _names(field: FieldRecord) -> set[str]:
    return {field.name, field.written_name or field.name}


def _replaces(before: FieldRecord, after: FieldRecord, old: ModelRecord, new: ModelRecord) -> bool:
    same_kind = before.type == after.type and before.required == after.required
    return same_kind and _predecessor(before, old, new) == _predecessor(after, new, old)


def _predecessor(field: FieldRecord, model: ModelRecord, other: ModelRecord) -> str | None:
    """Return the last field before a field that both models have."""
    names = [part.name for part in model.fields[: model.fields.index(field)]]
    return next((name for name in reversed(names) if other.field(name) is not None), None)
