"""JSON Schemas (draft 7) of models, as pydantic serialises their instances."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..._records.signals import UNKNOWN_FIELDS, Effect, FieldRecord, ModelRecord
from ..._records.types import NO_VALUE, MappingType, short
from .defaults import default_schema
from .scalars import Schema
from .types import TypeSchemas, array_schema


def model_schema(record: ModelRecord, models: Mapping[str, ModelRecord], reference: Callable[[str], str]) -> Schema:
    """Make the schema of the JSON that a model's instances become, with all fields, by their serialization aliases.

    Args:
        record: The model.
        models: The records of all models.
        reference: Returns the reference to the schema of a model.
    """
    about = {"title": short(record.name), "x-python-type": record.name}
    if record.doc:
        about["description"] = record.doc
    if any(behaviour.effect == "written" and not behaviour.fields for behaviour in record.behaviours):
        return about
    if record.root is not None:
        return _root_schema(record, models, reference) | about
    if not record.has_keys:
        return about | array_schema([_field_schema(field, record, models, reference) for field in record.fields])
    written = [field for field in record.fields if field.written_name is not None]
    schema: Schema = {
        **about,
        "type": "object",
        "properties": {
            **{str(field.written_name): _field_schema(field, record, models, reference) for field in written},
            **{name: {"readOnly": True} for name in record.computed},
        },
    }
    required = [field.written_name for field in written if not field.sometimes_absent]
    if required or record.computed:
        schema["required"] = [*dict.fromkeys((*required, *record.computed))]
    if record.extra == "forbid":
        schema["additionalProperties"] = False
    elif record.extra_type is not None:
        schema["additionalProperties"] = _unknown_schema(record.extra_type, record, models, reference)
    return schema


def _unknown_schema(
    kept: MappingType, record: ModelRecord, models: Mapping[str, ModelRecord], reference: Callable[[str], str]
) -> Schema:
    field = FieldRecord(name=UNKNOWN_FIELDS, type=kept.value, required=True)
    return _field_schema(field, record, models, reference)


def _root_schema(record: ModelRecord, models: Mapping[str, ModelRecord], reference: Callable[[str], str]) -> Schema:
    schema = _field_schema(record.fields[0], record, models, reference)
    # Keywords beside a reference are ignored, and an enumeration is a class of its own.
    return {"allOf": [schema]} if schema.keys() & {"$ref", "x-python-type"} else schema


def _field_schema(
    field: FieldRecord, record: ModelRecord, models: Mapping[str, ModelRecord], reference: Callable[[str], str]
) -> Schema:
    effects = _effects(field, record)
    if "written" in effects:  # code decides what is written
        schema: Schema = {"x-python-type": str(field.type)}
    else:
        types = TypeSchemas(models, reference, record.settings, are_constrained="values" not in effects)
        schema = types.schema(field.type)
        if (refused := field.refused_default) not in (None, NO_VALUE):
            schema = {"anyOf": [schema, types.schema(refused)]}
    about = _about(field)
    # Keywords beside a reference are ignored.
    return {"allOf": [schema], **about} if about and "$ref" in schema else schema | about


def _about(field: FieldRecord) -> Schema:
    about = default_schema(field)
    if field.description:
        about["description"] = field.description
    if field.deprecated is not None:
        about |= {"deprecated": True, "x-deprecated": field.deprecated}
    return about


def _effects(field: FieldRecord, record: ModelRecord) -> set[Effect]:
    """Collect the effects that annotations and the model's methods have on a field."""
    methods = (method for method in record.behaviours if not {field.name, "*"}.isdisjoint(method.fields))
    return {behaviour.effect for behaviour in (*field.behaviours, *methods)}
