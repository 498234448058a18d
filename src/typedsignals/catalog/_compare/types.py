"""Compare two types of one field."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._fit.bounds import within
from .._fit.relations import Relations
from .._fit.three_valued import every
from .._records import types as t
from .._records.changes import Change, change
from .._records.verdicts import RECEIVERS, SAFE_RECEIVERS, SAFE_SENDERS, WARNED_RECEIVERS, Verdict
from .choices import compare_choices, is_enumerated, is_shown_otherwise, receivers_verdict
from .conversions import converted_to
from .pairing import Members, similarity


class TypeComparison:
    """Compares the types of a field.

    Args:
        relations: What is known about both programs.
        compare_models: Compares two models that are nested in the types.
    """

    def __init__(self, relations: Relations, compare_models: Callable[[str, str, str], Iterator[Change]]) -> None:
        self._relations = relations
        self._compare_models = compare_models

    def compare(self, old: t.TypeRecord, new: t.TypeRecord, path: str) -> Iterator[Change]:
        """Yield all changes from one type to the other."""
        if t.is_live(new) and not t.is_live(old):
            yield change("TS316", path, f"{path}: {old} became {new}, which cannot be serialised")
        elif _is_only(old) or _is_only(new) or self._relations.hide_null(old, new):
            yield from self._compare_alike(old, new, path)
        else:
            if t.is_nullable(new) and not t.is_nullable(old):
                yield change("TS304", path, f"{path}: {old} became nullable")
            elif t.is_nullable(old) and not t.is_nullable(new):
                yield change("TS305", path, f"{path}: {old} no longer accepts None")
            yield from self._compare_alike(t.without_null(old), t.without_null(new), path)

    def _compare_alike(self, old: t.TypeRecord, new: t.TypeRecord, path: str) -> Iterator[Change]:
        if isinstance(old, t.UnionType) and isinstance(new, t.UnionType):
            yield from self._unions(old, new, path)
        elif similarity(old) == similarity(new):
            yield from _constraints(old, new, path)
            yield from _strictness(old, new, path)
            yield from self._parts(old, new, path)
        else:
            yield from self._leaf(old, new, path)

    def _parts(self, old: t.TypeRecord, new: t.TypeRecord, path: str) -> Iterator[Change]:
        match old, new:
            case t.ModelType(), t.ModelType():
                yield from self._compare_models(old.model, new.model, path)
            case t.ChoiceType(), t.ChoiceType():
                yield from compare_choices(self._relations, old, new, path)
            case t.ArrayType(), t.ArrayType():
                yield from self.compare(old.item, new.item, f"{path}[]")
            case t.TupleType(), t.TupleType():
                for index, (before, after) in enumerate(zip(old.items, new.items, strict=True)):
                    yield from self.compare(before, after, f"{path}[{index}]")
            case t.MappingType(), t.MappingType():
                yield from self.compare(old.key, new.key, f"{path}{{key}}")
                yield from self.compare(old.value, new.value, f"{path}{{}}")
            case t.LiveType(), t.LiveType():
                yield from _live_classes(old, new, path)
            case _:
                yield from _undecidable(old, new, path)

    def _leaf(self, old: t.TypeRecord, new: t.TypeRecord, path: str) -> Iterator[Change]:
        """Yield changes between types of different kinds: what matters is whether one accepts the other's values."""
        sent, received = self._relations.sent(old, new), self._relations.received(new, old)
        wire = self._wire(old, new)
        if is_enumerated(old, new) or self._relations.is_wrapped(old, new):
            # Values are no longer members of the enumeration, or no longer have the attributes of the class.
            verdict = Verdict.SAFE if received else receivers_verdict(old, new)
            message = f"{path}: type changed from {old} to {new}"
            yield change("TS301", path, message, senders=Verdict.of(sent), **dict.fromkeys(RECEIVERS, verdict), **wire)
        elif sent is None or received is None:
            yield change("TS901", path, f"{path}: whether {new} accepts the values of {old} cannot be decided", **wire)
        elif not (sent and received and set(wire.values()) <= {Verdict.SAFE}):
            rule, verb = {
                (True, True): ("TS302", "widened"),  # only messages tell the difference, as of a date and a datetime
                (True, False): ("TS302", "widened"),
                (False, True): ("TS303", "narrowed"),
            }.get((sent, received), ("TS301", "changed"))
            met = WARNED_RECEIVERS if is_shown_otherwise(old, new) else SAFE_RECEIVERS if received else {}
            yield change(rule, path, f"{path}: type {verb} from {old} to {new}", **met, **wire)

    def _wire(self, old: t.TypeRecord, new: t.TypeRecord) -> dict[str, Verdict]:
        if t.is_live(old):
            return {"backward": Verdict.NOT_CONCERNED, "forward": Verdict.NOT_CONCERNED}
        relations = self._relations
        return {
            "backward": Verdict.of(relations.backward(old, new)),
            "forward": Verdict.of(relations.forward(new, old)),
        }

    def _unions(self, old: t.UnionType, new: t.UnionType, path: str) -> Iterator[Change]:
        changes = [*self._discriminators(old, new, path), *self._members(old, new, path)]
        # Messages are judged by the whole union: another member may read what a changed one no longer does.
        safe: dict[str, Verdict] = {}
        if self._relations.backward(old, new):
            safe["backward"] = Verdict.SAFE
        if self._relations.forward(new, old):
            safe["forward"] = Verdict.SAFE
        yield from (found.with_verdicts(**safe) for found in changes)

    def _discriminators(self, old: t.UnionType, new: t.UnionType, path: str) -> Iterator[Change]:
        if old.discriminator != new.discriminator:
            before, after = old.discriminator or "none", new.discriminator or "none"
            # Without a discriminator, pydantic tries each member, so a value still becomes the same one.
            safe = {} if new.discriminator else SAFE_SENDERS | SAFE_RECEIVERS
            message = f"{path}: discriminator changed from {before} to {after}"
            yield change("TS310", path, message, **safe, **self._wire(old, new))

    def _members(self, old: t.UnionType, new: t.UnionType, path: str) -> Iterator[Change]:
        members = Members(self._relations, old, new)
        for before, after in members.pairs:
            inside = f"{path}<{after}>" if isinstance(after, t.ModelType) else path
            yield from self._compare_alike(before, after, inside)
        for member in members.removed:
            wire = Verdict.of(self._relations.backward(member, new))
            sent = Verdict.of(self._relations.sent(member, new))
            if {wire, sent} != {Verdict.SAFE}:
                message = f"{path}: {member} was removed from the union"
                yield change("TS309", path, message, str(member), senders=sent, backward=wire)
        for member in members.added:
            wire = Verdict.of(self._relations.forward(member, old))
            if wire is not Verdict.SAFE or not self._relations.received(member, old):
                yield change("TS308", path, f"{path}: {member} was added to the union", str(member), forward=wire)


def _is_only(record: t.TypeRecord) -> bool:
    """Whether None cannot be separated from the type: it is the only value, or is accepted implicitly."""
    hidden = isinstance(record, t.AnyType | t.OpaqueType) or (
        isinstance(record, t.ScalarType) and record.name == "JsonValue"
    )
    return hidden or all(isinstance(member, t.NullType) for member in t.members_of(record))


def _constraints(old: t.TypeRecord, new: t.TypeRecord, path: str) -> Iterator[Change]:
    if not isinstance(old, t.ScalarType | t.ArrayType | t.MappingType):
        return
    assert isinstance(new, t.ScalarType | t.ArrayType | t.MappingType)
    kind = old.name if isinstance(old, t.ScalarType) else old.container
    forth = within(old.constraints, new.constraints, kind)
    back = within(new.constraints, old.constraints, kind)
    if every((forth, back)) is None:
        yield change("TS901", path, f"{path}: constraints changed from ({old}) to ({new})", "constraints")
    if forth is False:
        yield change("TS311", path, f"{path}: constraint tightened from {old} to {new}")
    if back is False:
        yield change("TS312", path, f"{path}: constraint loosened from {old} to {new}")


def _strictness(old: t.TypeRecord, new: t.TypeRecord, path: str) -> Iterator[Change]:
    if getattr(new, "strict", False) and not getattr(old, "strict", False):
        example = converted_to(old)
        what = f"no longer accepts e.g. {example} for {old}" if example else f"no longer converts values to {old}"
        yield change("TS313", path, f"{path}: {what}")


def _live_classes(old: t.LiveType, new: t.LiveType, path: str) -> Iterator[Change]:
    if old.name == new.name:
        return
    verdicts = SAFE_SENDERS if new.name in old.bases else SAFE_RECEIVERS if old.name in new.bases else {}
    yield change("TS315", path, f"{path}: class changed from {old.name} to {new.name}", **verdicts)


def _undecidable(old: t.TypeRecord, new: t.TypeRecord, path: str) -> Iterator[Change]:
    """Yield the change of a type that cannot be described, which is only known to be different."""
    if isinstance(old, t.OpaqueType | t.AnyType) and old != new:
        yield change("TS901", path, f"{path}: what changed from {old} to {new} cannot be decided")
