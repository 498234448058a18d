"""What changed between two types of one field, and whom that breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._fit.bounds import within
from .._fit.relations import Relations
from .._fit.ternary import every
from .._records.changes import Change, change
from .._records.rules import Verdict
from .._records.types import (
    AnyType,
    ArrayType,
    ChoiceType,
    LiveType,
    MappingType,
    ModelType,
    NullType,
    OpaqueType,
    ScalarType,
    TupleType,
    TypeRecord,
    UnionType,
    is_live,
    is_nullable,
    members_of,
    without_null,
)
from .choices import compare_choices, is_enumerated, is_shown_otherwise, met_instead
from .classes import RECEIVERS
from .conversions import converted_to
from .pairing import Members, similarity


class TypeComparison:
    """Compares the types of a field.

    Args:
        relations: What fits what.
        compare_models: Compares two models that are nested in the types.
    """

    def __init__(self, relations: Relations, compare_models: Callable[[str, str, str], Iterator[Change]]) -> None:
        self._relations = relations
        self._compare_models = compare_models

    def compare(self, old: TypeRecord, new: TypeRecord, path: str) -> Iterator[Change]:
        """All changes from one type to the other."""
        if is_live(new) and not is_live(old):
            yield change("TS316", path, f"{path}: {old} became {new}, which cannot be serialised")
        elif _is_only(old) or _is_only(new) or self._relations.hide_null(old, new):
            yield from self._compare_alike(old, new, path)
        else:
            if is_nullable(new) and not is_nullable(old):
                yield change("TS304", path, f"{path}: {old} became nullable")
            elif is_nullable(old) and not is_nullable(new):
                yield change("TS305", path, f"{path}: {old} does not take None any more")
            yield from self._compare_alike(without_null(old), without_null(new), path)

    def _compare_alike(self, old: TypeRecord, new: TypeRecord, path: str) -> Iterator[Change]:
        if isinstance(old, UnionType) and isinstance(new, UnionType):
            yield from self._unions(old, new, path)
        elif similarity(old) == similarity(new):
            yield from _constraints(old, new, path)
            yield from _strictness(old, new, path)
            yield from self._parts(old, new, path)
        else:
            yield from self._leaf(old, new, path)

    def _parts(self, old: TypeRecord, new: TypeRecord, path: str) -> Iterator[Change]:
        match old, new:
            case ModelType(), ModelType():
                yield from self._compare_models(old.model, new.model, path)
            case ChoiceType(), ChoiceType():
                yield from compare_choices(self._relations, old, new, path)
            case ArrayType(), ArrayType():
                yield from self.compare(old.item, new.item, f"{path}[]")
            case TupleType(), TupleType():
                for index, (before, after) in enumerate(zip(old.items, new.items, strict=True)):
                    yield from self.compare(before, after, f"{path}[{index}]")
            case MappingType(), MappingType():
                yield from self.compare(old.key, new.key, f"{path}{{key}}")
                yield from self.compare(old.value, new.value, f"{path}{{}}")
            case LiveType(), LiveType():
                yield from _live_classes(old, new, path)
            case _:
                yield from _undecidable(old, new, path)

    def _leaf(self, old: TypeRecord, new: TypeRecord, path: str) -> Iterator[Change]:
        """Types of different kinds: only whether one takes the values of the other is left to say."""
        sent, received = self._relations.sent(old, new), self._relations.received(new, old)
        wire = self._wire(old, new)
        if is_enumerated(old, new) or self._relations.is_wrapped(old, new):
            # No value is a member of the enumeration any more, or has what instances of the class have.
            met = Verdict.SAFE if received else met_instead(old, new)
            message = f"{path}: type changed from {old} to {new}"
            yield change("TS301", path, message, senders=Verdict.of(sent), **dict.fromkeys(RECEIVERS, met), **wire)
        elif sent is None or received is None:
            yield change("TS901", path, f"{path}: whether {new} takes the values of {old} cannot be decided", **wire)
        elif not (sent and received and set(wire.values()) <= {Verdict.SAFE}):
            rule, verb = {
                (True, False): ("TS302", "widened"),
                (False, True): ("TS303", "narrowed"),
            }.get((sent, received), ("TS301", "changed"))
            shown = dict.fromkeys(RECEIVERS, Verdict.WARNS) if is_shown_otherwise(old, new) else {}
            yield change(rule, path, f"{path}: type {verb} from {old} to {new}", **shown, **wire)

    def _wire(self, old: TypeRecord, new: TypeRecord) -> dict[str, Verdict]:
        if is_live(old):
            return {"backward": Verdict.NOT_CONCERNED, "forward": Verdict.NOT_CONCERNED}
        relations = self._relations
        return {
            "backward": Verdict.of(relations.backward(old, new)),
            "forward": Verdict.of(relations.forward(new, old)),
        }

    def _unions(self, old: UnionType, new: UnionType, path: str) -> Iterator[Change]:
        changes = [*self._discriminators(old, new, path), *self._members(old, new, path)]
        # The whole has the last word: another member may take what one of them does not any more.
        safe: dict[str, Verdict] = {}
        if self._relations.backward(old, new):
            safe["backward"] = Verdict.SAFE
        if self._relations.forward(new, old):
            safe["forward"] = Verdict.SAFE
        yield from (found.with_columns(**safe) for found in changes)

    def _discriminators(self, old: UnionType, new: UnionType, path: str) -> Iterator[Change]:
        if old.discriminator != new.discriminator:
            before, after = old.discriminator or "none", new.discriminator or "none"
            # Without one, each member is tried: the values of its tag still lead to it.
            same = {} if new.discriminator else dict.fromkeys(("senders", *RECEIVERS), Verdict.SAFE)
            message = f"{path}: discriminator changed from {before} to {after}"
            yield change("TS310", path, message, **same, **self._wire(old, new))

    def _members(self, old: UnionType, new: UnionType, path: str) -> Iterator[Change]:
        members = Members(self._relations, old, new)
        for before, after in members.pairs:
            inside = f"{path}<{after}>" if isinstance(after, ModelType) else path
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


def _is_only(record: TypeRecord) -> bool:
    """Whether there is nothing but None to take away, or None is hidden in it."""
    hidden = isinstance(record, AnyType | OpaqueType) or (isinstance(record, ScalarType) and record.name == "JsonValue")
    return hidden or all(isinstance(member, NullType) for member in members_of(record))


def _constraints(old: TypeRecord, new: TypeRecord, path: str) -> Iterator[Change]:
    if not isinstance(old, ScalarType | ArrayType | MappingType):
        return
    assert isinstance(new, ScalarType | ArrayType | MappingType)
    kind = old.name if isinstance(old, ScalarType) else old.container
    forth = within(old.constraints, new.constraints, kind)
    back = within(new.constraints, old.constraints, kind)
    if every((forth, back)) is None:
        yield change("TS901", path, f"{path}: constraints changed from ({old}) to ({new})", "constraints")
    if forth is False:
        yield change("TS311", path, f"{path}: constraint tightened from {old} to {new}")
    if back is False:
        yield change("TS312", path, f"{path}: constraint loosened from {old} to {new}")


def _strictness(old: TypeRecord, new: TypeRecord, path: str) -> Iterator[Change]:
    if getattr(new, "strict", False) and not getattr(old, "strict", False):
        example = converted_to(old)
        told = f"no longer accepts e.g. {example} for {old}" if example else f"no longer converts values to {old}"
        yield change("TS313", path, f"{path}: {told}")


def _live_classes(old: LiveType, new: LiveType, path: str) -> Iterator[Change]:
    if old.name == new.name:
        return
    verdicts = {}
    if new.name in old.bases:
        verdicts = {"senders": Verdict.SAFE}
    elif old.name in new.bases:
        verdicts = dict.fromkeys(RECEIVERS, Verdict.SAFE)
    yield change("TS315", path, f"{path}: class changed from {old.name} to {new.name}", **verdicts)


def _undecidable(old: TypeRecord, new: TypeRecord, path: str) -> Iterator[Change]:
    """Opaque types and unchecked ones, of which only equality can be told."""
    if isinstance(old, OpaqueType | AnyType) and old != new:
        yield change("TS901", path, f"{path}: what changed from {old} to {new} cannot be decided")
