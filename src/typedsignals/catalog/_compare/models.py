"""Compare two versions of a model and their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .._fit.received import received_type
from .._fit.relations import Relations
from .._fit.wire import WireMapping, unread_computed
from .._records import types as t
from .._records.changes import Change, change
from .._records.nested import Visits
from .._records.signals import Behaviour, FieldRecord, ModelRecord
from .._records.verdicts import SAFE_MESSAGES, SAFE_RECEIVERS, SAFE_SENDERS, WARNED_RECEIVERS, Verdict
from .class_changes import class_changed, moved
from .renames import Rename, find_renames
from .types import TypeComparison
from .unknown_fields import kept_fields, unknown_fields, without_refusals

EMPTY_VALUES = {
    "builtins.list": "[]",
    "builtins.dict": "{}",
    "builtins.set": "set([])",
    "builtins.frozenset": "frozenset([])",
    "builtins.tuple": "()",
    "builtins.str": "''",
    "builtins.bytes": "b''",
    "builtins.int": "0",
    "builtins.float": "0.0",
    "builtins.complex": "0j",
    "builtins.bool": "False",
}
"""What builtin types return as default factories, by their names, as defaults are recorded."""


class ModelComparison:
    """Compares the payloads of one signal, including all models that are nested in them.

    Args:
        relations: What is known about both programs.
        is_carried: Whether a relay reads the messages. It splits unknown fields of the payload itself off before it
            validates the others, so that even a payload that forbids them reads such messages.
    """

    def __init__(self, relations: Relations, *, is_carried: bool = False) -> None:
        self._relations = relations
        self._is_carried = is_carried
        self._types = TypeComparison(relations, self.compare)
        self._visits: Visits[tuple[str, str]] = Visits()

    def compare(self, old_name: str, new_name: str, path: str = "") -> Iterator[Change]:
        """Yield all changes from one model to the other.

        Args:
            old_name: The name of the old model in its catalog.
            new_name: The name of the new model in its catalog.
            path: Where they are nested.
        """
        if old_name == new_name and old_name in self._relations.unchanged:
            return
        with self._visits.to((old_name, new_name), path) as is_entered:
            if is_entered:
                for found in self._compare(self._relations.old[old_name], self._relations.new[new_name], path):
                    yield found.caused_by(old_name, new_name, path)

    def _compare(self, old: ModelRecord, new: ModelRecord, path: str) -> Iterator[Change]:
        if old.flavour != new.flavour and not (old.has_keys and new.has_keys):
            yield self._flavour(old, new, path)
            return
        if t.class_name(old.name) != t.class_name(new.name):
            yield self._class(old, new, path)
        if old.flavour != new.flavour:
            yield self._flavour(old, new, path)
        splits = self._is_carried and not path
        old_reader, new_reader = (without_refusals(old), without_refusals(new)) if splits else (old, new)
        yield from unknown_fields(old, new, path, splits=splits)
        yield from kept_fields(self._types, old, new, path)
        yield from _methods(old, new, old_reader, path)
        yield from _settings(path or "payload", path, old.settings, new.settings)
        backward = WireMapping(old, new_reader, self._relations.backward)
        forward = WireMapping(new, old_reader, self._relations.forward)
        yield from _order(old, new, path, backward=backward.verdict(None, None), forward=forward.verdict(None, None))
        yield from FieldComparison(self._types, self._relations, old, new, backward, forward).compare(path)

    def _class(self, old: ModelRecord, new: ModelRecord, path: str) -> Change:
        if old.flavour == new.flavour and old.flavour in ("typeddict", "namedtuple"):
            # These are accepted by their structure, whatever their names.
            return moved(old.name, new.name, path)
        if path:
            return class_changed(self._relations, old.name, new.name, path, old.bases, new.bases)
        # If the old class still exists, its objects are refused; keywords are accepted as before.
        sent = {"senders": Verdict.WARNS} if self._relations.exists(old.name) else {}
        return moved(old.name, new.name, path).with_verdicts(**sent)

    def _flavour(self, old: ModelRecord, new: ModelRecord, path: str) -> Change:
        before, after = t.ModelType(model=old.name), t.ModelType(model=new.name)
        return change(
            "TS301",
            path,
            f"{path}: {old.flavour} {old.name} became {new.flavour} {new.name}",
            senders=Verdict.of(self._relations.sent(before, after) if new.flavour == "rootmodel" else False),
            backward=Verdict.of(self._relations.backward(before, after)),
            forward=Verdict.of(self._relations.forward(after, before)),
        )


@dataclass(frozen=True)
class FieldComparison:
    """Compares the fields of two models."""

    types: TypeComparison
    relations: Relations
    old: ModelRecord
    new: ModelRecord
    backward: WireMapping
    forward: WireMapping

    def compare(self, path: str) -> Iterator[Change]:
        """Yield all changes of fields, where the models are nested at a path."""
        renames = find_renames(self.old, self.new)
        renamed = {before.name for before, _, _ in renames} | {after.name for _, after, _ in renames}
        for rename in renames:
            yield from self._renamed(rename, path)
        for field in self.old.fields:
            if (match := self.new.field(field.name)) is not None:
                yield from self._kept(field, match, _join(path, field.name))
            elif field.name not in renamed:
                yield self._removed(field, _join(path, field.name))
        for field in self.new.fields:
            if self.old.field(field.name) is None and field.name not in renamed:
                yield self._added(field, _join(path, field.name), is_nested=bool(path))

    def _renamed(self, rename: Rename, path: str) -> Iterator[Change]:
        before, after, rule = rename
        name = _join(path, before.name)
        backward, forward = self.backward.verdict(before, after), self.forward.verdict(after, before)
        message = f"{name}: renamed to {after.name}"
        unread = _unread_by_receivers(before)
        yield change(rule, name, message, after.name, backward=backward, forward=forward, **unread)
        yield from self._types(before, after, _join(path, after.name))

    def _kept(self, before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
        if after.init_only and not before.init_only:
            yield _no_attribute(path)
        yield from self._aliases(before, after, path)
        yield from _defaults(before, after, path)
        yield from _code(path, path, before.behaviours, after.behaviours)
        yield from self._types(before, after, path)

    def _types(self, before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
        """Yield changes of the type. They concern messages only if one field is read from what the other writes."""
        safe = self._safe_by_default(before, after) | _unread_by_receivers(before)
        if not self.backward.is_direct(before, after):
            safe["backward"] = Verdict.SAFE
        if not self.forward.is_direct(after, before):
            safe["forward"] = Verdict.SAFE
        for found in self.types.compare(before.type, after.type, path):
            yield found.with_verdicts(**safe)

    def _safe_by_default(self, before: FieldRecord, after: FieldRecord) -> dict[str, Verdict]:
        """Return safe verdicts for parties that get nothing new: the new type includes a default that was refused."""
        if before.refused_default is None:
            return {}
        received = received_type(before)
        if not self.relations.received(after.type, received):
            return {}
        return SAFE_RECEIVERS | ({"forward": Verdict.SAFE} if self.relations.forward(after.type, received) else {})

    def _removed(self, field: FieldRecord, path: str) -> Change:
        rule, kind = ("TS203", "required") if field.required else ("TS204", "optional")
        backward, forward = self.backward.verdict(field, None), self.forward.verdict(None, field)
        unread = _unread_by_receivers(field)
        return change(rule, path, f"{path}: {kind} field removed", backward=backward, forward=forward, **unread)

    def _added(self, field: FieldRecord, path: str, *, is_nested: bool) -> Change:
        rule, kind = ("TS201", "required") if field.required else ("TS202", "optional")
        verdicts = {"backward": self.backward.verdict(None, field), "forward": self.forward.verdict(field, None)}
        if self.new.flavour == "namedtuple":
            verdicts |= WARNED_RECEIVERS  # they may unpack it
        elif is_nested:
            verdicts["keyword_receivers"] = Verdict.SAFE  # its fields are not their keywords
        if self.old.extra == "allow" and not field.required:
            verdicts["senders"] = Verdict.WARNS  # they may have sent any value under that name
        return change(rule, path, f"{path}: {kind} field added", **verdicts)

    def _aliases(self, before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
        if before.read_names != after.read_names:
            names = _quoted(before.validation_aliases), _quoted(after.validation_aliases)
            message = f"{path}: validation alias changed from {names[0]} to {names[1]}"
            yield change("TS207", path, message, backward=self.backward.verdict(before, after))
        if before.written_name != after.written_name:
            message = f"{path} {_writing(before.written_name, after.written_name)}"
            yield change("TS208", path, message, forward=self.forward.verdict(after, before))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _no_attribute(path: str) -> Change:
    """Return the change that a field is no longer an attribute. That it is no longer written is another change."""
    message = f"{path}: is still a parameter, but no longer an attribute"
    return change("TS203", path, message, **SAFE_SENDERS, **SAFE_MESSAGES)


def _unread_by_receivers(field: FieldRecord) -> dict[str, Verdict]:
    return SAFE_RECEIVERS if field.init_only else {}


def _writing(before: str | None, after: str | None) -> str:
    if after is None:
        return "is no longer written"
    return f"is written as {after}{'' if before is None else f', no longer as {before}'}"


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _defaults(before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
    if before.required and after.may_be_absent:
        yield change("TS302", path, f"{path}: may be absent now", "absent")
    elif after.required and before.may_be_absent:
        yield change("TS303", path, f"{path}: may no longer be absent", "absent")
    elif before.required and not after.required:
        forward = Verdict.of(not after.sometimes_absent)
        yield change("TS209", path, f"{path}: default added: {after.shown_default}", forward=forward)
    elif after.required and not before.required:
        backward = Verdict.of(not (before.sometimes_absent or before.excluded))
        yield change("TS210", path, f"{path}: default removed: {before.shown_default}", backward=backward)
    elif not (before.is_hidden or after.is_hidden or _have_equal_defaults(before, after)):
        old, new = before.shown_default, after.shown_default
        is_shown = old != new
        what = f"default changed from {old} to {new}" if is_shown else f"the code of the default factory {old} changed"
        yield change("TS211", path, f"{path}: {what}")


def _have_equal_defaults(before: FieldRecord, after: FieldRecord) -> bool:
    """Whether instances get the same default, as far as that is known."""
    old, new = before.default_factory, after.default_factory
    if old is not None and new is not None and old.name == new.name and "" in (old.fingerprint, new.fingerprint):
        return True
    return _default_key(before) == _default_key(after)


def _default_key(field: FieldRecord) -> object:
    """Return a key that is equal for equal defaults. A mutable default equals its factory, as pydantic copies it."""
    factory = field.default_factory
    return field.default if factory is None else EMPTY_VALUES.get(factory.name, factory.identity)


def _methods(old: ModelRecord, new: ModelRecord, reader: ModelRecord, path: str) -> Iterator[Change]:
    """Yield changes of a model's code, which may write keys that old readers refuse."""
    found = [*_code(path or "payload", path, old.behaviours, new.behaviours)]
    keys = [key for key in unread_computed(new, reader) if key not in old.computed] if new.extra == "forbid" else []
    wire = {"forward": Verdict.BREAKS} if keys else {}
    if keys and not found:
        message = f"{path or 'payload'}: also written: {', '.join(keys)}"
        found = [change("TS314", path, message, ", ".join(keys), **SAFE_SENDERS, **SAFE_RECEIVERS, **SAFE_MESSAGES)]
    yield from (part.with_verdicts(**wire) for part in found)


def _code(where: str, path: str, old: tuple[Behaviour, ...], new: tuple[Behaviour, ...]) -> Iterator[Change]:
    """Yield changes of code that takes part in validation and serialisation."""
    yield from _named_parts(where, path, [part.identity for part in old], [part.identity for part in new])


def _settings(where: str, path: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """Yield changes of configuration that takes part in validation and serialisation."""
    yield from _named_parts(where, path, old.items(), new.items())


def _named_parts(
    where: str, path: str, old: Iterable[tuple[str, str]], new: Iterable[tuple[str, str]]
) -> Iterator[Change]:
    """Yield the change between parts with names and contents, if there is one."""
    before, after = {name for name, _ in {*old} - {*new}}, {name for name, _ in {*new} - {*old}}
    kinds = {"added": after - before, "removed": before - after, "changed": before & after}
    parts = [f"{', '.join(sorted(names))} {verb}" for verb, names in kinds.items() if names]
    if parts:
        yield change("TS314", path, f"{where}: {'; '.join(parts)}", ", ".join(sorted(before | after)))


def _order(old: ModelRecord, new: ModelRecord, path: str, **wire: Verdict) -> Iterator[Change]:
    """Yield the change of the order in which fields are passed by position. Removed fields are changes of their own."""
    kept = [name for name in old.positional if new.field(name)]
    is_all = len(kept) == len(old.positional)
    after = [name for name in new.positional if is_all or old.field(name)]
    if after[: len(kept)] != kept:
        message = f"{path or 'payload'}: by position, it takes ({', '.join(after)}), no longer ({', '.join(kept)})"
        yield change("TS404", path, message, **wire)
