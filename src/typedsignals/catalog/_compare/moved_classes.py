"""Find classes that were moved or renamed, but are still available under their old names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from .._records import types as t
from .._records.changes import Change, change
from .._records.signals import Behaviour, Catalog, FieldRecord, ModelRecord, SenderRecord, SignalRecord
from .._records.verdicts import SAFE_RECEIVERS, SAFE_SENDERS

SUFFIX = re.compile(r"[\[#].*", re.DOTALL)
"""The part after the name of a class: its type arguments, or the number of its record."""


class MovedClasses:
    """The classes of an old catalog that the new program has under another name as well as under the old one.

    Args:
        old: The old catalog.
        present_name: The present name of the class that has an old name; None if no class has it.
    """

    def __init__(self, old: Catalog, present_name: Callable[[str], str | None]) -> None:
        known = {_bare(name) for name in _all_names(old)}
        found = {name: now for name in sorted(known) if (now := present_name(name)) not in (None, name)}
        count = Counter(found.values())
        # If there was already a class with that name, it is another class, which has replaced the old one.
        self._now = {name: now for name, now in found.items() if now and now not in known and count[now] == 1}
        self._before = {now: name for name, now in self._now.items()}
        self._short = {t.short(name): t.short(now) for name, now in self._now.items()}
        self._told: set[str] = set()

    def applied(self, old: Catalog) -> Catalog:
        """Return the old catalog, with the present names of these classes."""
        if not self._now:
            return old
        models = {self._name(name): self._model(model) for name, model in old.models.items()}
        return old.model_copy(update={"models": models, "signals": tuple(map(self._signal, old.signals))})

    def notes(self, signal: SignalRecord, models: Mapping[str, ModelRecord]) -> Iterator[Change]:
        """Yield one change for each of these classes that a signal uses, unless an earlier signal had that change.

        Args:
            signal: The old signal, with present names.
            models: The old models, with present names.
        """
        for now in dict.fromkeys(map(_bare, _names_of(signal, models) if self._before else ())):
            if now in self._before and now not in self._told:
                self._told.add(now)
                before = self._before[now]
                message = f"{before} is {now} now, and is still found by its old name"
                yield change("TS105", "", message, before, **SAFE_SENDERS, **SAFE_RECEIVERS)

    def _name(self, name: str) -> str:
        bare = _bare(name)
        # Type arguments have only the last parts of their names.
        suffix = re.sub(r"\w+", lambda part: self._short.get(part[0], part[0]), name.removeprefix(bare))
        return self._now.get(bare, bare) + suffix

    def _names(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self._name, names))

    def _signal(self, signal: SignalRecord) -> SignalRecord:
        sender = signal.sender
        if sender is not None:
            sender = SenderRecord(name=self._name(sender.name), bases=self._names(sender.bases))
        payload = None if signal.payload is None else self._name(signal.payload)
        returns = None if signal.returns is None else self._type(signal.returns)
        return signal.model_copy(update={"sender": sender, "payload": payload, "returns": returns})

    def _model(self, model: ModelRecord) -> ModelRecord:
        fields = tuple(map(self._field, model.fields))
        named = {"name": self._name(model.name), "bases": self._names(model.bases)}
        extra = None if model.extra_type is None else self._type(model.extra_type)
        return model.model_copy(update={**named, "fields": fields, "extra_type": extra})

    def _field(self, field: FieldRecord) -> FieldRecord:
        factory = field.default_factory
        if factory is not None and factory.name in self._now:
            # The fingerprint includes the name, so it no longer tells anything about the code.
            factory = Behaviour(name=self._now[factory.name], fingerprint="")
        return field.model_copy(update={"type": self._type(field.type), "default_factory": factory})

    def _type(self, record: t.TypeRecord) -> t.TypeRecord:
        changes: dict[str, object] = {}
        match record:
            case t.ModelType(model=name):
                changes = {"model": self._name(name)}
            case t.LiveType(name=name, bases=bases):
                changes = {"name": self._name(name), "bases": self._names(bases)}
            case t.ChoiceType(name=name) | t.OpaqueType(name=name):
                changes = {"name": self._name(name)}
            case t.UnionType(members=parts):
                changes = {"members": tuple(map(self._type, parts))}
            case t.TupleType(items=parts):
                changes = {"items": tuple(map(self._type, parts))}
            case t.ArrayType(item=item):
                changes = {"item": self._type(item)}
            case t.MappingType(key=key, value=value):
                changes = {"key": self._type(key), "value": self._type(value)}
        return record.model_copy(update=changes)


def _bare(name: str) -> str:
    return SUFFIX.sub("", name)


def _all_names(catalog: Catalog) -> Iterator[str]:
    for signal in catalog.signals:
        if signal.sender is not None:
            yield from (signal.sender.name, *signal.sender.bases)
        if signal.returns is not None:
            yield from _classes_in(signal.returns)
    for model in catalog.models.values():
        yield from (model.name, *model.bases)
        for record in model.types:
            yield from _classes_in(record)


def _names_of(signal: SignalRecord, models: Mapping[str, ModelRecord]) -> Iterator[str]:
    """Yield the classes that a signal uses: of its sender, its payload, its results, and all nested in these."""
    if signal.sender is not None:
        yield signal.sender.name
    waiting = [signal.payload] if signal.payload is not None else []
    for found in _classes_in(signal.returns) if signal.returns is not None else ():
        yield found
        waiting += [found] if found in models else []
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        for found in (found for record in models[name].types for found in _classes_in(record)):
            yield found
            waiting += [found] if found in models else []


def _classes_in(record: t.TypeRecord) -> Iterator[str]:
    match record:
        case t.ModelType(model=name):
            yield name
        case t.LiveType(name=name, bases=bases):
            yield from (name, *bases)
        case t.ChoiceType(name=name) | t.OpaqueType(name=name) if name:
            yield name
    for part in t.parts_of(record):
        yield from _classes_in(part)
