"""JSON Schemas (draft 7) of types, as pydantic serialises their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..._records import types
from ..._records.signals import ModelRecord
from .scalars import Schema, scalar_schema, unexpressed

SETS = frozenset({"set", "frozenset", "Set", "MutableSet"})
DISTINCT = frozenset({"bool", "int", "str", "UUID", "date"})
"""Scalars whose different values are always written differently."""


class TypeSchemas:
    """The schemas of the types in one model.

    Args:
        models: The records of nested models.
        reference: Returns the reference to the schema of a model.
        settings: The configuration of the model that the types are in.
        are_constrained: Whether written values meet the constraints; a validator may have changed them since.
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

    def schema(self, record: types.TypeRecord) -> Schema:
        """Make the schema of the JSON that values of a type become."""
        match record:
            case types.ScalarType() | types.ArrayType() | types.MappingType():
                return self._constrained(record)
            case types.UnionType():
                return self._union(record)
            case types.TupleType():
                return self._tuple(record)
            case types.ModelType():
                return {"$ref": self._reference(record.model)}
        return _plain_schema(record)

    def _constrained(self, record: types.ScalarType | types.ArrayType | types.MappingType) -> Schema:
        free = record if self._are_constrained else record.model_copy(update={"constraints": types.Constraints()})
        match free:
            case types.ScalarType():
                schema = scalar_schema(free, self._settings)
            case types.ArrayType():
                schema = self._array(free)
            case _:
                schema = self._mapping(free)
        return schema | unexpressed(record.constraints, schema)

    def _array(self, record: types.ArrayType) -> Schema:
        schema: Schema = {"type": "array", "items": self.schema(record.item)}
        if record.container in SETS and _is_distinct(record.item):
            schema["uniqueItems"] = True
        return schema | _size(record.constraints, "minItems", "maxItems")

    def _mapping(self, record: types.MappingType) -> Schema:
        schema: Schema = {"type": "object", "additionalProperties": self.schema(record.value)}
        keys = self.schema(record.key)
        if keys.get("type") == "string" and len(keys) > 1:
            schema["propertyNames"] = keys
        return schema | _size(record.constraints, "minProperties", "maxProperties")

    def _tuple(self, record: types.TupleType) -> Schema:
        return array_schema([self.schema(item) for item in record.items])

    def _union(self, record: types.UnionType) -> Schema:
        schemas = [self.schema(member) for member in record.members]
        name = self._written_discriminator(record)
        if name is None:
            return {"anyOf": schemas}
        return {"oneOf": schemas, "discriminator": name}

    def _written_discriminator(self, union: types.UnionType) -> str | None:
        """Return the key that tells the members apart in JSON, if all of them have the same."""
        names = {self._tag(member, union.discriminator) for member in union.members}
        return names.pop() if len(names) == 1 else None

    def _tag(self, member: types.TypeRecord, discriminator: str) -> str | None:
        if not isinstance(member, types.ModelType):
            return None
        field = self._models[member.model].field(discriminator)
        if field is None or field.sometimes_absent or not isinstance(field.type, types.ChoiceType):
            return None
        return field.written_name


def array_schema(items: list[Schema]) -> Schema:
    """Make the schema of an array with a schema for each item."""
    if not items:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "items": items, "additionalItems": False, "minItems": len(items)}


def _plain_schema(
    record: types.NullType | types.AnyType | types.ChoiceType | types.LiveType | types.OpaqueType,
) -> Schema:
    """Make the schema of a type without parts; it accepts anything if the JSON of its values is unknown."""
    match record:
        case types.NullType():
            return {"type": "null"}
        case types.ChoiceType():
            return _choices(record)
        case types.AnyType():
            return {"x-python-type": record.declared} if record.declared else {}
    return {"x-python-type": record.name}


def _choices(record: types.ChoiceType) -> Schema:
    about = {"x-python-type": record.name} if record.name else {}
    values = [choice.value for choice in record.choices if choice.value is not None]
    if len(values) < len(record.choices):
        return about  # a value that is not JSON may be written as anything
    if record.boundary:
        return {"type": "integer", **about}
    # 1 and 1.0 are the same number in JSON, but True is not a number.
    distinct = {(isinstance(value, bool), value): value for value in values}
    return {**({"enum": [*distinct.values()]} if distinct else {"not": {}}), **about}


def _size(constraints: types.Constraints, least: str, most: str) -> Schema:
    limits = {least: constraints.min_length, most: constraints.max_length}
    return {keyword: limit for keyword, limit in limits.items() if limit is not None}


def _is_distinct(record: types.TypeRecord) -> bool:
    return isinstance(record, types.ChoiceType) or (isinstance(record, types.ScalarType) and record.name in DISTINCT)
