"""What changed between two records of a model, and whom that breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .._describe.defaults import EMPTY
from .._fit.relations import Relations
from .._fit.wire import Passage, unread_computed
from .._fit.with_default import with_default
from .._records.changes import Change, change
from .._records.nested import Visits
from .._records.rules import Verdict
from .._records.signals import Behaviour, FieldRecord, ModelRecord
from .._records.types import ModelType, class_name
from .classes import RECEIVERS, class_changed, moved
from .renames import Rename, find_renames
from .types import TypeComparison

NO_KEYWORD = {"keyword_receivers": Verdict.SAFE}
"""The fields of a nested model are no keywords of receivers."""

UNSEEN = dict.fromkeys(RECEIVERS, Verdict.SAFE)
"""What instances of a dataclass are only made with, receivers do not read."""

UNPACKED = dict.fromkeys(RECEIVERS, Verdict.WARNS)
"""Named tuples may be taken apart, which takes a variable for each of their fields."""


class ModelComparison:
    """Compares the payloads of one signal, with all models that are nested in them.

    Args:
        relations: What fits what, with the models of both sides.
    """

    def __init__(self, relations: Relations) -> None:
        self._relations = relations
        self._types = TypeComparison(relations, self.compare)
        self._visits: Visits[tuple[str, str]] = Visits()

    def compare(self, old_name: str, new_name: str, path: str = "") -> Iterator[Change]:
        """All changes from one model to the other.

        Args:
            old_name: The old model's name in its catalog.
            new_name: The new model's.
            path: Where it is nested.
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
        if class_name(old.name) != class_name(new.name):
            yield self._class(old, new, path)
        if old.flavour != new.flavour:
            yield self._flavour(old, new, path)
        yield from _extra(old, new, path)
        yield from _methods(old, new, path)
        yield from _settings(path or "payload", path, old.settings, new.settings)
        backward = Passage(old, new, self._relations.backward)
        forward = Passage(new, old, self._relations.forward)
        yield from _order(old, new, path, backward=backward.verdict(None, None), forward=forward.verdict(None, None))
        yield from FieldComparison(self._types, self._relations, old, new, backward, forward).compare(path)

    def _class(self, old: ModelRecord, new: ModelRecord, path: str) -> Change:
        if old.flavour == new.flavour and old.flavour in ("typeddict", "namedtuple"):
            # What is the same in its form is taken, whatever it is called.
            return moved(old.name, new.name, path)
        if path:
            return class_changed(self._relations, old.name, new.name, path, old.bases, new.bases)
        # Whoever sends an object of a class that is another now is refused; keywords are taken as before.
        sent = {"senders": Verdict.WARNS} if self._relations.exists(old.name) else {}
        return moved(old.name, new.name, path).with_columns(**sent)

    def _flavour(self, old: ModelRecord, new: ModelRecord, path: str) -> Change:
        before, after = ModelType(model=old.name), ModelType(model=new.name)
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
    backward: Passage
    forward: Passage

    def compare(self, path: str) -> Iterator[Change]:
        """All changes of fields; the path is that of the models."""
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
                yield self._added(field, path)

    def _renamed(self, rename: Rename, path: str) -> Iterator[Change]:
        before, after, rule = rename
        name = _join(path, before.name)
        backward, forward = self.backward.verdict(before, after), self.forward.verdict(after, before)
        unseen = UNSEEN if before.init_only else {}
        message = f"{name}: renamed to {after.name}"
        yield change(rule, name, message, after.name, backward=backward, forward=forward, **unseen)
        yield from self._types(before, after, _join(path, after.name))

    def _kept(self, before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
        if after.init_only and not before.init_only:
            yield self._no_attribute(after, path)
        yield from self._aliases(before, after, path)
        yield from _defaults(before, after, path)
        yield from _code(path, path, before.behaviours, after.behaviours)
        yield from self._types(before, after, path)

    def _types(self, before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
        """Changes of the type concern messages only where the one field's value is what the other reads."""
        unread = self._as_before(before, after)
        if not self.backward.is_direct(before, after):
            unread["backward"] = Verdict.SAFE
        if not self.forward.is_direct(after, before):
            unread["forward"] = Verdict.SAFE
        if before.init_only:
            unread |= UNSEEN
        for found in self.types.compare(before.type, after.type, path):
            yield found.with_columns(**unread)

    def _as_before(self, before: FieldRecord, after: FieldRecord) -> dict[str, Verdict]:
        """Who gets nothing new, as a default that the field refused is of a type that it takes now."""
        if before.refused_default is None:
            return {}
        got = with_default(before)
        if not self.relations.received(after.type, got):
            return {}
        return UNSEEN | ({"forward": Verdict.SAFE} if self.relations.forward(after.type, got) else {})

    def _no_attribute(self, field: FieldRecord, path: str) -> Change:
        """Senders pass it as before, and that it is not written any more is told as well."""
        safe = dict.fromkeys(("senders", "backward", "forward"), Verdict.SAFE)
        return change("TS203", path, f"{path}: instances are made with it, and have it no more", **safe)

    def _removed(self, field: FieldRecord, path: str) -> Change:
        rule, kind = ("TS203", "required") if field.required else ("TS204", "optional")
        return change(
            rule,
            path,
            f"{path}: {kind} field removed",
            backward=self.backward.verdict(field, None),
            forward=self.forward.verdict(None, field),
            **(UNSEEN if field.init_only else {}),
        )

    def _added(self, field: FieldRecord, path: str) -> Change:
        name = _join(path, field.name)
        rule, kind = ("TS201", "required") if field.required else ("TS202", "optional")
        return change(
            rule,
            name,
            f"{name}: {kind} field added",
            backward=self.backward.verdict(None, field),
            forward=self.forward.verdict(field, None),
            **self._unsaid(field),
            **(UNPACKED if self.new.flavour == "namedtuple" else NO_KEYWORD if path else {}),
        )

    def _unsaid(self, field: FieldRecord) -> dict[str, Verdict]:
        """Senders may have sent a value of any type under that name, where unknown fields were kept."""
        return {"senders": Verdict.WARNS} if self.old.extra == "allow" and not field.required else {}

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


def _writing(before: str | None, after: str | None) -> str:
    if after is None:
        return "is no longer written"
    return f"is written as {after}{'' if before is None else f', no more as {before}'}"


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names)) or "none"


def _defaults(before: FieldRecord, after: FieldRecord, path: str) -> Iterator[Change]:
    if before.required and after.may_be_absent:
        yield change("TS302", path, f"{path}: may be absent now", "absent")
    elif after.required and before.may_be_absent:
        yield change("TS303", path, f"{path}: may not be absent any more", "absent")
    elif before.required and not after.required:
        forward = Verdict.of(not after.sometimes_absent)
        yield change("TS209", path, f"{path}: default added: {after.shown_default}", forward=forward)
    elif after.required and not before.required:
        backward = Verdict.of(not (before.sometimes_absent or before.excluded))
        yield change("TS210", path, f"{path}: default removed: {before.shown_default}", backward=backward)
    elif not (before.is_hidden or after.is_hidden or _made_alike(before, after)):
        old, new = before.shown_default, after.shown_default
        told = (
            f"default changed from {old} to {new}" if old != new else f"the code of the default factory {old} changed"
        )
        yield change("TS211", path, f"{path}: {told}")


def _made_alike(before: FieldRecord, after: FieldRecord) -> bool:
    """Whether instances get the same by default, as far as it is known."""
    old, new = before.default_factory, after.default_factory
    if old is not None and new is not None and old.name == new.name and "" in (old.fingerprint, new.fingerprint):
        return True
    return _made(before) == _made(after)


def _made(field: FieldRecord) -> object:
    """What instances get by default: pydantic copies what could change, so that it is as if it were made anew."""
    factory = field.default_factory
    return field.default if factory is None else EMPTY.get(factory.name, factory.identity)


def _extra(old: ModelRecord, new: ModelRecord, path: str) -> Iterator[Change]:
    where = path or "payload"
    if old.extra == new.extra:
        return
    if new.extra == "forbid":
        kept = old.extra == "allow" or unread_computed(old, new)
        yield change("TS401", path, f"{where}: unknown fields are forbidden", backward=Verdict.of(not kept))
    elif old.extra == "forbid":
        writes = new.extra == "allow" or unread_computed(new, old)
        yield change("TS402", path, f"{where}: unknown fields no longer forbidden", forward=Verdict.of(not writes))
    elif old.extra == "allow":
        yield change("TS403", path, f"{where}: unknown fields no longer kept")


def _methods(old: ModelRecord, new: ModelRecord, path: str) -> Iterator[Change]:
    """The code of a model; what it newly writes may be a key that readers refuse."""
    found = [*_code(path or "payload", path, old.behaviours, new.behaviours)]
    keys = [key for key in unread_computed(new, old) if key not in old.computed] if new.extra == "forbid" else []
    wire = {"forward": Verdict.BREAKS} if keys else {}
    if keys and not found:
        message = f"{path or 'payload'}: also written: {', '.join(keys)}"
        safe = dict.fromkeys(("senders", *RECEIVERS, "backward"), Verdict.SAFE)
        found = [change("TS314", path, message, ", ".join(keys), **safe)]
    yield from (part.with_columns(**wire) for part in found)


def _code(where: str, path: str, old: tuple[Behaviour, ...], new: tuple[Behaviour, ...]) -> Iterator[Change]:
    """Code that takes part in validating and serialising."""
    before, after = ({part.identity for part in behaviours} for behaviours in (old, new))
    yield from _unlike(where, path, {name for name, _ in before - after}, {name for name, _ in after - before})


def _settings(where: str, path: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """Configuration that does."""
    before, after = ({*settings.items()} for settings in (old, new))
    yield from _unlike(where, path, dict(before - after).keys(), dict(after - before).keys())


def _unlike(where: str, path: str, before: AbstractSet[str], after: AbstractSet[str]) -> Iterator[Change]:
    kinds = {"added": after - before, "removed": before - after, "changed": before & after}
    told = [f"{', '.join(sorted(names))} {verb}" for verb, names in kinds.items() if names]
    if told:
        yield change("TS314", path, f"{where}: {'; '.join(told)}", ", ".join(sorted(before | after)))


def _order(old: ModelRecord, new: ModelRecord, path: str, **wire: Verdict) -> Iterator[Change]:
    """Fields given by position reach others where the order changes; that some are gone is told of each."""
    kept = [name for name in old.positional if new.field(name)]
    is_all = len(kept) == len(old.positional)
    after = [name for name in new.positional if is_all or old.field(name)]
    if after[: len(kept)] != kept:
        message = f"{path or 'payload'}: by position, it takes ({', '.join(after)}), no more ({', '.join(kept)})"
        yield change("TS404", path, message, **wire)
