"""What changed between two types of one field, and whom that breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ._answers import every, some
from ._bounds import within
from ._changes import Change, change
from ._fits import Relation, Use
from ._model import ModelRecord
from ._rules import Verdict
from ._types import (
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
    class_name,
    is_live,
    is_nullable,
    members_of,
    without_null,
)

Models = Mapping[str, ModelRecord]


@dataclass(frozen=True)
class Relations:
    """The four questions to ask of an old and a new type."""

    old: Models
    new: Models

    def sent(self, old: TypeRecord, new: TypeRecord) -> bool | None:
        """Whether what senders pass, which know the old type, is accepted."""
        return Relation(Use.SEND, self.old, self.new).holds(old, new)

    def received(self, new: TypeRecord, old: TypeRecord) -> bool | None:
        """Whether receivers, which know the old type, can expect nothing new."""
        return Relation(Use.RECEIVE, self.new, self.old).holds(new, old)

    def backward(self, old: TypeRecord, new: TypeRecord) -> bool | None:
        """Whether all old messages can be read."""
        return Relation(Use.WIRE, self.old, self.new).holds(old, new)

    def forward(self, new: TypeRecord, old: TypeRecord) -> bool | None:
        """Whether old code can read all new messages."""
        return Relation(Use.WIRE, self.new, self.old).holds(new, old)


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
        elif _is_only(old) or _is_only(new):
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
                yield from _choices(old, new, path)
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
        if sent is None or received is None:
            yield change("TS901", path, f"{path}: whether {new} takes the values of {old} cannot be decided", **wire)
        elif not (sent and received and set(wire.values()) <= {Verdict.SAFE}):
            rule, verb = {
                (True, False): ("TS302", "widened"),
                (False, True): ("TS303", "narrowed"),
            }.get((sent, received), ("TS301", "changed"))
            yield change(rule, path, f"{path}: type {verb} from {old} to {new}", **wire)

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
            yield change(
                "TS310", path, f"{path}: discriminator changed from {before} to {after}", **self._wire(old, new)
            )

    def _members(self, old: UnionType, new: UnionType, path: str) -> Iterator[Change]:
        pairs, removed, added = match_members(old, new)
        for before, after in pairs:
            inside = f"{path}<{after}>" if isinstance(after, ModelType) else path
            yield from self._compare_alike(before, after, inside)
        for member in removed:
            wire = Verdict.of(self._relations.backward(member, new))
            sent = Verdict.of(self._relations.sent(member, new))
            if {wire, sent} != {Verdict.SAFE}:
                message = f"{path}: {member} was removed from the union"
                yield change("TS309", path, message, str(member), senders=sent, backward=wire)
        for member in added:
            wire = Verdict.of(self._relations.forward(member, old))
            if wire is not Verdict.SAFE or not self._relations.received(member, old):
                yield change("TS308", path, f"{path}: {member} was added to the union", str(member), forward=wire)


def match_members(
    old: UnionType, new: UnionType
) -> tuple[list[tuple[TypeRecord, TypeRecord]], list[TypeRecord], list[TypeRecord]]:
    """The members that correspond, those that were removed, and those that were added."""
    pairs: list[tuple[TypeRecord, TypeRecord]] = []
    removed, added = [*old.members], [*new.members]
    for key in (repr, _member_key):
        for before in tuple(removed):
            after = next((member for member in added if key(member) == key(before)), None)
            if after is not None:
                pairs.append((before, after))
                removed.remove(before)
                added.remove(after)
    return pairs, removed, added


def similarity(record: TypeRecord) -> tuple[object, ...]:
    """Types of which this is equal are compared part by part, others as a whole."""
    match record:
        case ScalarType(name=name):
            return (record.kind, name)
        case ArrayType(container=container) | MappingType(container=container):
            return (record.kind, container)
        case TupleType(items=items):
            return (record.kind, len(items))
        case ChoiceType(name=name):
            return (record.kind, bool(name))
    return (record.kind,)


def _member_key(member: TypeRecord) -> tuple[object, ...]:
    """What tells the members of one union apart."""
    match member:
        case ModelType(model=name):
            return (member.kind, class_name(name))
        case LiveType(name=name) | OpaqueType(name=name) | ChoiceType(name=name):
            return (member.kind, name)
    return similarity(member)


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
        yield change("TS313", path, f"{path}: values that {old} was made from are not converted any more")


def _choices(old: ChoiceType, new: ChoiceType, path: str) -> Iterator[Change]:
    if old.name != new.name:
        yield moved(old.name, new.name, path)
    old_names, new_names = {item.name for item in old.choices}, {item.name for item in new.choices}
    for item in old.choices:
        if item not in new.choices:
            kept = bool(item.name) and item.name in new_names
            read = some(other.reads(item) for other in new.choices)
            verdicts = {"senders": Verdict.of(kept), "backward": Verdict.of(read)}
            yield change("TS307", path, f"{path}: {item} was removed from {old}", item.literal, **verdicts)
    for item in new.choices:
        if item not in old.choices:
            written = some(other.reads(item) for other in old.choices)
            known = bool(item.name) and item.name in old_names
            seen = {} if not known else dict.fromkeys(RECEIVERS, Verdict.SAFE)
            verdicts = {**seen, "forward": Verdict.of(written)}
            yield change("TS306", path, f"{path}: {item} was added to {new}", item.literal, **verdicts)


RECEIVERS = ("extra_receivers", "keyword_receivers", "payload_receivers")


def moved(old: str, new: str, path: str) -> Change:
    """That a class has another name: if it is nested, all who make, import or check instances may notice."""
    noticed = dict.fromkeys(("senders", *RECEIVERS), Verdict.WARNS) if path else {}
    return change("TS105", path, f"{path or 'payload'}: {old} became {new}", old, **noticed)


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
