"""What changed between two records of a model, and whom that breaks."""

from __future__ import annotations

from collections.abc import Iterator

from ._changes import Change, change
from ._compare_types import Relations, TypeComparison
from ._model import Behaviour, FieldRecord, ModelRecord
from ._renames import find_renames
from ._rules import Verdict
from ._types import ModelType

NO_KEYWORD = {"keyword_receivers": Verdict.SAFE}
"""The fields of a nested model are no keywords of receivers."""


class ModelComparison:
    """Compares the payloads of one signal, with all models that are nested in them.

    Args:
        relations: What fits what, with the models of both sides.
    """

    def __init__(self, relations: Relations) -> None:
        self._relations = relations
        self._types = TypeComparison(relations, self.compare)
        # A model within itself is compared once.
        self._open: set[tuple[str, str]] = set()

    def compare(self, old_name: str, new_name: str, path: str = "") -> Iterator[Change]:
        """All changes from one model to the other.

        Args:
            old_name: The old model's name in its catalog.
            new_name: The new model's.
            path: Where it is nested.
        """
        if (old_name, new_name) in self._open:
            return
        self._open.add((old_name, new_name))
        yield from self._compare(self._relations.old[old_name], self._relations.new[new_name], path)
        self._open.remove((old_name, new_name))

    def _compare(self, old: ModelRecord, new: ModelRecord, path: str) -> Iterator[Change]:
        if old.name != new.name:
            yield change("TS105", path, f"{path or 'payload'}: {old.name} became {new.name}", old.name)
        if old.flavour != new.flavour:
            yield self._flavour(old, new, path)
        yield from _extra(old, new, path)
        yield from _code(path or "payload", path, _behaviours(old), _behaviours(new))
        yield from self._fields(old, new, path)

    def _flavour(self, old: ModelRecord, new: ModelRecord, path: str) -> Change:
        before, after = ModelType(model=old.name), ModelType(model=new.name)
        return change(
            "TS301",
            path,
            f"{path}: {old.name} was a {old.flavour} and is a {new.flavour}",
            backward=Verdict.of(self._relations.backward(before, after)),
            forward=Verdict.of(self._relations.forward(after, before)),
        )

    def _fields(self, old: ModelRecord, new: ModelRecord, path: str) -> Iterator[Change]:
        renames = find_renames(old, new)
        renamed = {before.name for before, _, _ in renames} | {after.name for _, after, _ in renames}
        for before, after, rule in renames:
            yield _renamed(before, after, rule, old, new, path)
            yield from self._types.compare(before.type, after.type, _join(path, after.name))
        for field in old.fields:
            if (match := new.field(field.name)) is not None:
                yield from self._field(field, match, old, new, _join(path, field.name))
            elif field.name not in renamed:
                yield _removed(field, new, _join(path, field.name))
        for field in new.fields:
            if old.field(field.name) is None and field.name not in renamed:
                yield _added(field, old, path)

    def _field(
        self, before: FieldRecord, after: FieldRecord, old: ModelRecord, new: ModelRecord, path: str
    ) -> Iterator[Change]:
        yield from _aliases(before, after, old, new, path)
        yield from _defaults(before, after, path)
        yield from _code(path, path, before.behaviours, after.behaviours)
        yield from self._types.compare(before.type, after.type, path)


def arrives(written: FieldRecord, read: FieldRecord, reader: ModelRecord) -> Verdict:
    """What becomes of a field's value, written by one model, where another reads it.

    It may be read, be lost, or make the whole message unreadable.
    """
    key = written.written_name
    if key in read.read_names:
        return Verdict.SAFE
    unknown = key is not None and reader.extra == "forbid"
    return Verdict.BREAKS if read.required or unknown else Verdict.WARNS


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _renamed(
    before: FieldRecord, after: FieldRecord, rule: str, old: ModelRecord, new: ModelRecord, path: str
) -> Change:
    name = _join(path, before.name)
    message = f"{name}: renamed to {after.name}"
    return change(
        rule, name, message, after.name, backward=arrives(before, after, new), forward=arrives(after, before, old)
    )


def _removed(field: FieldRecord, new: ModelRecord, path: str) -> Change:
    refused = new.extra == "forbid" and field.written_name is not None
    kind = "required" if field.required else "optional"
    rule = "TS203" if field.required else "TS204"
    return change(rule, path, f"{path}: {kind} field removed", backward=Verdict.of(not refused))


def _added(field: FieldRecord, old: ModelRecord, path: str) -> Change:
    name = _join(path, field.name)
    refused = old.extra == "forbid" and field.written_name is not None
    verdicts = {"forward": Verdict.of(not refused), **(NO_KEYWORD if path else {})}
    if field.required:
        return change("TS201", name, f"{name}: required field added", **verdicts)
    if old.extra == "allow":
        # An old message may hold anything under that name.
        verdicts["backward"] = Verdict.WARNS
    return change("TS202", name, f"{name}: optional field added", **verdicts)


def _aliases(
    before: FieldRecord, after: FieldRecord, old: ModelRecord, new: ModelRecord, path: str
) -> Iterator[Change]:
    if before.read_names != after.read_names:
        names = _quoted(before.validation_aliases), _quoted(after.validation_aliases)
        message = f"{path}: validation alias changed from {names[0]} to {names[1]}"
        yield change("TS207", path, message, backward=arrives(before, after, new))
    if before.written_name != after.written_name:
        message = f"{path}: written as {after.written_name or 'nothing'}, no more as {before.written_name or 'nothing'}"
        yield change("TS208", path, message, forward=arrives(after, before, old))


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _defaults(before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
    if before.required and not after.required:
        forward = Verdict.of(not after.sometimes_absent)
        yield change("TS209", path, f"{path}: default added: {_default(after)}", forward=forward)
    elif after.required and not before.required:
        backward = Verdict.of(not before.sometimes_absent)
        yield change("TS210", path, f"{path}: default removed: {_default(before)}", backward=backward)
    elif (before.default, before.default_factory) != (after.default, after.default_factory):
        yield change("TS211", path, f"{path}: default changed from {_default(before)} to {_default(after)}")


def _default(field: FieldRecord) -> str:
    if field.default_factory is not None:
        return f"{field.default_factory.name}()"
    return field.default or "absent"


def _extra(old: ModelRecord, new: ModelRecord, path: str) -> Iterator[Change]:
    where = path or "payload"
    if old.extra == new.extra:
        return
    if new.extra == "forbid":
        kept = old.extra == "allow"
        yield change("TS401", path, f"{where}: unknown fields are forbidden", backward=Verdict.of(not kept))
    elif old.extra == "forbid":
        writes = new.extra == "allow"
        yield change("TS402", path, f"{where}: unknown fields no longer forbidden", forward=Verdict.of(not writes))
    elif old.extra == "allow":
        yield change("TS403", path, f"{where}: unknown fields no longer kept")


def _behaviours(model: ModelRecord) -> tuple[Behaviour, ...]:
    """The code and the configuration that take part in validating and serialising."""
    settings = (Behaviour(name=f"{name}={value}", fingerprint="") for name, value in model.settings.items())
    return (*model.behaviours, *settings)


def _code(where: str, path: str, old: tuple[Behaviour, ...], new: tuple[Behaviour, ...]) -> Iterator[Change]:
    changed = sorted({part.name for part in {*old} ^ {*new}})
    if changed:
        yield change("TS314", path, f"{where}: {', '.join(changed)} changed", ", ".join(changed))
