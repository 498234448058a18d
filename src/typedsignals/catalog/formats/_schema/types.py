"""JSON Schemas (draft 7) of types, as pydantic writes their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..._records.signals import ModelRecord
from ..._records.types import (
    AnyType,
    ArrayType,
    ChoiceType,
    Constraints,
    LiveType,
    MappingType,
    ModelType,
    NullType,
    OpaqueType,
    ScalarType,
    TupleType,
    TypeRecord,
    UnionType,
)
from .scalars import Schema, scalar_schema, unexpressed

SETS = frozenset({"set", "frozenset", "Set", "MutableSet"})
DISTINCT = frozenset({"bool", "int", "str", "UUID", "date"})
"""Scalars of which no two different ones are written in the same way."""


class TypeSchemas:
    """The schemas of the types in one model.

    Args:
        models: The records of nested models.
        reference: Gives what the schema of a model is referred to by.
        settings: The configuration of the model that the types are in.
        are_constrained: Whether what is written meets the constraints: validators may change what has met them.
    """

    def __init__(
        self,
        models: Mapping[str, ModelRecord],
        reference: Callable[[str], str],
        settings: Mapping[str, str],
        *,
        are_constrained: bool = True,
    ) -> None:
        self._models = models
        self._reference = reference
        self._settings = settings
        self._are_constrained = are_constrained

    def schema(self, record: TypeRecord) -> Schema:
        """The schema of what values of a type are written as."""
        match record:
            case ScalarType() | ArrayType() | MappingType():
                return self._constrained(record)
            case UnionType():
                return self._union(record)
            case TupleType():
                return self._tuple(record)
            case ModelType():
                return {"$ref": self._reference(record.model)}
        return _plain_schema(record)

    def _constrained(self, record: ScalarType | ArrayType | MappingType) -> Schema:
        free = record if self._are_constrained else record.model_copy(update={"constraints": Constraints()})
        match free:
            case ScalarType():
                schema = scalar_schema(free, self._settings)
            case ArrayType():
                schema = self._array(free)
            case _:
                schema = self._mapping(free)
        return schema | unexpressed(record.constraints, schema)

    def _array(self, record: ArrayType) -> Schema:
        schema: Schema = {"type": "array", "items": self.schema(record.item)}
        if record.container in SETS and _is_distinct(record.item):
            schema["uniqueItems"] = True
        return schema | _size(record.constraints, "minItems", "maxItems")

    def _mapping(self, record: MappingType) -> Schema:
        schema: Schema = {"type": "object", "additionalProperties": self.schema(record.value)}
        keys = self.schema(record.key)
        if keys.get("type") == "string" and len(keys) > 1:
            schema["propertyNames"] = keys
        return schema | _size(record.constraints, "minProperties", "maxProperties")

    def _tuple(self, record: TupleType) -> Schema:
        return array_schema([self.schema(item) for item in record.items])

    def _union(self, record: UnionType) -> Schema:
        schemas = [self.schema(member) for member in record.members]
        name = self._written_discriminator(record)
        if name is None:
            return {"anyOf": schemas}
        return {"oneOf": schemas, "discriminator": name}

    def _written_discriminator(self, union: UnionType) -> str | None:
        """The key that tells the members apart in messages, if it is in all of them, and the same."""
        names = {self._tag(member, union.discriminator) for member in union.members}
        return names.pop() if len(names) == 1 else None

    def _tag(self, member: TypeRecord, discriminator: str) -> str | None:
        if not isinstance(member, ModelType):
            return None
        field = self._models[member.model].field(discriminator)
        if field is None or field.sometimes_absent or not isinstance(field.type, ChoiceType):
            return None
        return field.written_name


def array_schema(items: list[Schema]) -> Schema:
    """The schema of an array with an item of its own for each place."""
    if not items:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "items": items, "additionalItems": False, "minItems": len(items)}


def _plain_schema(record: NullType | AnyType | ChoiceType | LiveType | OpaqueType) -> Schema:
    """The schema of what has no parts; of anything, where it cannot be told what is written."""
    match record:
        case NullType():
            return {"type": "null"}
        case ChoiceType():
            return _choices(record)
        case AnyType():
            return {"x-python-type": record.declared} if record.declared else {}
    return {"x-python-type": record.name}


def _choices(record: ChoiceType) -> Schema:
    about = {"x-python-type": record.name} if record.name else {}
    values = [choice.value for choice in record.choices if choice.value is not None]
    if len(values) < len(record.choices):
        return about  # one that JSON does not have may be written as anything
    # 1 and 1.0 are one number in JSON, but True is none.
    distinct = {(isinstance(value, bool), value): value for value in values}
    return {**({"enum": [*distinct.values()]} if distinct else {"not": {}}), **about}


def _size(constraints: Constraints, least: str, most: str) -> Schema:
    limits = {least: constraints.min_length, most: constraints.max_length}
    return {keyword: limit for keyword, limit in limits.items() if limit is not None}


def _is_distinct(record: TypeRecord) -> bool:
    return isinstance(record, ChoiceType) or (isinstance(record, ScalarType) and record.name in DISTINCT)
