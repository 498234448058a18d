"""Decide which payloads can be validated field by field, without making a payload object, and how.

A value may skip its field's validator if its exact type proves that pydantic would return the same object: an ``int``
where a plain ``int`` is declared. Other fields are validated by pydantic one by one. Whatever is not known to be
harmless (model validators, field validators, unusual configuration, a value of another type) goes through the
payload's own validator, which then also reports the errors. So the fast path never refuses anything itself, and
accepts only what pydantic would accept.
"""

from __future__ import annotations

import datetime
import decimal
import keyword
import uuid
from abc import ABCMeta
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, SchemaValidator

Schema = Mapping[str, Any]

IGNORABLE_KEYS = frozenset(
    {"type", "ref", "metadata", "serialization", "strict", "microseconds_precision", "cls", "cls_repr", "members"}
    | {"sub_type", "missing"}
)
"""Keys of a schema that do not affect whether pydantic accepts an object of the exact type."""

IGNORABLE_CONFIG = frozenset(
    "title strict extra_fields_behavior hide_input_in_errors validate_by_name validate_by_alias loc_by_alias "
    "from_attributes".split()
)
"""Keys of a model's core configuration that do not affect the values of its fields."""

INERT_TYPES = frozenset(
    "int float str bool bytes none decimal complex datetime date time timedelta uuid url literal enum any "
    "is-instance is-subclass callable nullable list tuple set frozenset dict union tagged-union default model "
    "model-fields model-field definition-ref json-or-python lax-or-strict".split()
)
"""Schema types that themselves run no code of the payload's author, so that validating twice is as good as once."""

INERT_IF_STRICT = frozenset("list tuple set frozenset dict enum".split())
"""Types among these that, unless strict, read an iterator, which works only once, or call an enum's ``_missing_``."""

TYPES = {
    "int": int,
    "float": float,
    "str": str,
    "bool": bool,
    "bytes": bytes,
    "datetime": datetime.datetime,
    "date": datetime.date,
    "time": datetime.time,
    "timedelta": datetime.timedelta,
    "uuid": uuid.UUID,
}
"""Schema types without constraints, with the type whose objects their validators return as they are."""


class FieldPlan(NamedTuple):
    """How to validate one field of a send.

    Attributes:
        name: The field's name.
        test: A Python expression over ``{value}`` that is true only if the value is valid as it is; empty if none is.
        needs: The objects that the test refers to, by the names that it uses for them.
        validate: The validator of a field without a test.
        default: The value of a missing field, if it may be missing and all sends can share the value.
        default_factory: Makes the value of a missing field, if it may be missing and each send needs its own.
    """

    name: str
    test: str
    needs: dict[str, Any]
    validate: Callable[[Any], Any] | None
    default: Any = PydanticUndefined
    default_factory: Callable[[], Any] | None = None

    @property
    def is_required(self) -> bool:
        """Whether a send must give the field."""
        return self.default is PydanticUndefined and self.default_factory is None


def fast_path(payload_type: type[BaseModel]) -> tuple[FieldPlan, ...] | None:
    """Plan how to validate each field of a complete model, in order; None if it must be validated as a whole."""
    schema, definitions = _model_schema(payload_type.__pydantic_core_schema__)
    if schema is None or not _is_plain(payload_type, schema):
        return None
    fields: Mapping[str, Schema] = schema["schema"]["fields"]
    plans = [_plan(name, field["schema"], schema["config"], definitions) for name, field in fields.items()]
    return None if None in plans else tuple(plan for plan in plans if plan is not None)


def trusting_path(payload_type: type[BaseModel]) -> tuple[FieldPlan, ...] | None:
    """Plan as `fast_path` does, but take values as they are, and only fill in defaults."""
    if payload_type.__pydantic_post_init__ or not can_be_spelt_out(payload_type.model_fields):
        return None
    plans = [_trusting_plan(name, field) for name, field in payload_type.model_fields.items()]
    return None if None in plans else tuple(plan for plan in plans if plan is not None)


def _trusting_plan(name: str, field: FieldInfo) -> FieldPlan | None:
    default: dict[str, Any] = {}
    if field.default_factory_takes_validated_data:
        return None
    if field.default_factory is not None:
        default = {"default_factory": field.default_factory}
    elif not field.is_required():
        default = _unshared(field.default)
    return FieldPlan(name, "", {}, None, **default)


def can_be_spelt_out(names: Iterable[str]) -> bool:
    """Whether source code can contain these names: Python treats some different spellings as the same name."""
    return all(name.isascii() and name.isidentifier() and not keyword.iskeyword(name) for name in names)


def always_gives_whole_payloads(payload_type: type[BaseModel]) -> bool:
    """Whether validating a complete model always gives a payload with all its fields."""
    schema, _ = _model_schema(payload_type.__pydantic_core_schema__)
    return schema is not None and not schema.get("custom_init") and not schema.get("post_init")


def _model_schema(schema: Schema) -> tuple[Schema | None, list[Schema]]:
    definitions: list[Schema] = []
    if schema["type"] == "definitions":
        definitions = schema["definitions"]
        schema = schema["schema"]
        if schema["type"] == "definition-ref":
            schema = next(known for known in definitions if known["ref"] == schema["schema_ref"])
    return (schema if schema["type"] == "model" else None), definitions


def _is_plain(payload_type: type[BaseModel], schema: Schema) -> bool:
    """Whether validating the model does nothing but validate its fields."""
    inner = schema["schema"]
    return (
        # A pydantic plugin wraps the validator, because it must see each validation.
        type(payload_type.__pydantic_validator__) is SchemaValidator
        and not schema.get("custom_init")
        and not schema.get("post_init")
        and inner["type"] == "model-fields"
        and schema["config"].get("strict") is True
        and IGNORABLE_CONFIG.issuperset(schema["config"])
        and can_be_spelt_out(inner["fields"])
    )


def _plan(name: str, schema: Schema, config: Schema, definitions: list[Schema]) -> FieldPlan | None:
    default: dict[str, Any] = {}
    if schema["type"] == "default":
        found = _default(schema)
        if found is None:
            return None
        default, schema = found, schema["schema"]
    tested = _test(schema, name)
    if tested is not None:
        return FieldPlan(name, *tested, validate=None, **default)
    if not all(_is_inert(part, strict=True) for part in (schema, *definitions)):
        return None
    whole: Any = {"type": "definitions", "schema": schema, "definitions": definitions} if definitions else schema
    return FieldPlan(name, "", {}, SchemaValidator(whole, config).validate_python, **default)  # type: ignore[arg-type]


def _default(schema: Schema) -> dict[str, Any] | None:
    """Return the default of a field that may be missing; None if pydantic does more than fill it in."""
    if schema.get("validate_default") or schema.get("on_error", "raise") != "raise":
        return None
    if "default_factory" in schema:
        return None if schema.get("default_factory_takes_data") else {"default_factory": schema["default_factory"]}
    return _unshared(schema["default"])


def _unshared(default: object) -> dict[str, Any]:
    """Return the default, or a factory that copies it, as pydantic does: no receiver may change it for later sends."""
    return {"default": default} if _is_hashable(default) else {"default_factory": partial(deepcopy, default)}


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except Exception:  # as in pydantic, whatever the author's __hash__ raises
        return False
    return True


def _test(schema: Schema, name: str) -> tuple[str, dict[str, Any]] | None:
    """Write an expression that is true only for valid values, with the objects that it needs; None if there is none."""
    kind = schema["type"]
    if kind == "nullable":
        inner = _test(schema["schema"], name)
        return inner and (f"({{value}} is None or {inner[0]})", inner[1])
    if kind == "json-or-python":
        return _test(schema["python_schema"], name)
    if kind == "lax-or-strict" and "strict" not in schema:
        return _test(schema["strict_schema"], name)
    if kind == "model":
        return _model_test(schema, name)
    if not IGNORABLE_KEYS.issuperset(schema):
        return None
    return _exact_test(kind, TYPES[kind]) if kind in TYPES else _other_test(schema, name)


def _exact_test(kind: str, exact_type: type) -> tuple[str, dict[str, Any]]:
    return f"_type({{value}}) is _{kind}", {f"_{kind}": exact_type, "_type": type}


def _model_test(schema: Schema, name: str) -> tuple[str, dict[str, Any]] | None:
    if schema["config"].get("revalidate_instances", "never") != "never":
        return None
    return _exact_test(f"class_{name}", schema["cls"])


def _other_test(schema: Schema, name: str) -> tuple[str, dict[str, Any]] | None:
    match schema["type"]:
        case "any":
            return "{value} is not _MISSING", {}
        case "none":
            return "{value} is None", {}
        case "decimal":
            test, needs = _exact_test("Decimal", decimal.Decimal)
            return f"({test} and {{value}}.is_finite())", needs
        case "enum":
            return _exact_test(f"class_{name}", schema["cls"])
        case "is-instance" if _is_plain_class(schema["cls"]):
            # _MISSING, which stands for a field that was not sent, is an instance of object.
            test = f"({{value}} is not _MISSING and _isinstance({{value}}, _class_{name}))"
            return test, {f"_class_{name}": schema["cls"], "_isinstance": isinstance}
    return None


def _is_inert(schema: Schema, *, strict: bool) -> bool:
    """Whether validating twice is as good as once: it runs no code of the author and uses no iterator up.

    Args:
        schema: The schema of the value.
        strict: Whether the configuration around the schema is strict.
    """
    kind = schema["type"]
    if kind == "model":
        return _is_inert_model(schema)
    is_strict = schema.get("strict", strict)
    if kind == "lax-or-strict":
        return bool(is_strict) and _is_inert(schema["strict_schema"], strict=strict)
    return (
        kind in INERT_TYPES
        and (is_strict or kind not in INERT_IF_STRICT)
        and not ("default_factory" in schema or callable(schema.get("discriminator")))
        and (kind != "is-instance" or _is_plain_class(schema["cls"]))
        and all(_is_inert(part, strict=strict) for part in _parts(schema))
    )


def _is_inert_model(schema: Schema) -> bool:
    config = schema["config"]
    if config.get("revalidate_instances", "never") != "never":
        return False
    strict = bool(config.get("strict"))
    if schema.get("strict", strict):
        return True  # instances are accepted as they are, anything else is refused
    runs_code = schema.get("post_init") or schema.get("custom_init") or config.get("from_attributes")
    return not runs_code and _is_inert(schema["schema"], strict=strict)


def _parts(schema: Schema) -> Iterator[Schema]:
    """Yield the schemas directly inside a schema that pydantic uses to validate Python objects."""
    for key in ("schema", "keys_schema", "values_schema", "python_schema", "extras_schema"):
        if key in schema:
            yield schema[key]
    for key in ("items_schema", "choices", "fields"):
        parts = schema.get(key, ())
        if "type" in parts and isinstance(parts["type"], str):
            yield parts  # the schema of a list's items, as opposed to a mapping with a field named "type"
        else:
            for part in parts.values() if isinstance(parts, Mapping) else parts:
                yield part[0] if isinstance(part, tuple) else part  # a tuple is a union's member and its label


def _is_plain_class(cls: object) -> bool:
    """Whether Python itself decides what is an instance of the class, and not its author's ``__instancecheck__``."""
    check: object = type(cls).__instancecheck__
    return check in (type.__instancecheck__, ABCMeta.__instancecheck__)
