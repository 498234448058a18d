"""JSON Schemas of single values, as pydantic serialises them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._records.types import Constraints, ScalarType
from .patterns import is_portable

Schema = dict[str, Any]

MOMENTS = {
    "date": "date",
    "PastDate": "date",
    "FutureDate": "date",
    "datetime": "date-time",
    "AwareDatetime": "date-time",
    "PastDatetime": "date-time",
    "FutureDatetime": "date-time",
    "NaiveDatetime": "",  # the format demands an offset
    "time": "time",
    "timedelta": "duration",
}
TEXTS = MOMENTS | {
    "UUID": "uuid",
    "IPv4Address": "ipv4",
    "IPv6Address": "ipv6",
    "EmailStr": "email",
    **dict.fromkeys(
        (
            "AnyUrl AnyHttpUrl HttpUrl FileUrl FtpUrl AnyWebsocketUrl WebsocketUrl RedisDsn AmqpDsn MySQLDsn MariaDBDsn"
        ).split(),
        "uri",
    ),
    **dict.fromkeys(
        (
            "str bytes complex Fraction Path PurePath Pattern Pattern[str] Pattern[bytes] ZoneInfo "
            "IPv4Interface IPv6Interface IPv4Network "
            "IPv6Network IPvAnyAddress IPvAnyInterface IPvAnyNetwork NameEmail Secret SecretStr SecretBytes "
            "PostgresDsn CockroachDsn MongoDsn KafkaDsn NatsDsn ClickHouseDsn SnowflakeDsn"
        ).split(),
        "",
    ),
}
"""The types that become strings in JSON, with the name of the format, if it has one."""

NUMBERS = {"int": "integer", "float": "number", "ByteSize": "integer"}
LIMITS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
DECIMAL = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(E[+-]?[0-9]+)?$"
NOT_FINITE = ["Infinity", "-Infinity", "NaN"]


def scalar_schema(record: ScalarType, settings: Mapping[str, str]) -> Schema:
    """Make the schema of the JSON that a scalar becomes; an unknown one may become anything.

    Args:
        record: The scalar.
        settings: The configuration of its model, which may change how it is written.
    """
    if record.name == "bool":
        return {"type": "boolean"}
    if record.name in NUMBERS:
        return _number(record, settings)
    if record.name == "Decimal":
        return _decimal(record.constraints)
    if record.name in MOMENTS and _is_counted(record.name, settings):
        return {"type": "number"}
    if record.name in TEXTS:
        return _text(record, settings)
    return {} if record.name == "JsonValue" else {"x-python-type": record.name}


def unexpressed(constraints: Constraints, schema: Schema) -> Schema:
    """Return the constraints that a schema does not express, by pydantic's names."""
    shown = {name for name, keyword in KEYWORDS.items() if not schema.keys().isdisjoint(keyword)}
    rest = {name: value for name, value in constraints if value is not None and name not in shown}
    return {"x-constraints": rest} if rest else {}


KEYWORDS: Mapping[str, tuple[str, ...]] = {
    **{name: (keyword,) for name, keyword in LIMITS.items()},
    "multiple_of": ("multipleOf",),
    "min_length": ("minLength", "minItems", "minProperties"),
    "max_length": ("maxLength", "maxItems", "maxProperties"),
    "pattern": ("pattern",),
}


def _number(record: ScalarType, settings: Mapping[str, str]) -> Schema:
    schema: Schema = {"type": NUMBERS[record.name]}
    for name, keyword in LIMITS.items():
        if isinstance(limit := getattr(record.constraints, name), int | float):
            schema[keyword] = limit
    # Implementations round floats differently.
    if record.name == "int" and isinstance(step := record.constraints.multiple_of, int) and step > 0:
        schema["multipleOf"] = step
    if record.name == "float" and settings.get("ser_json_inf_nan") == "strings":
        return {"anyOf": [schema, {"enum": NOT_FINITE}]}
    return schema


def _decimal(constraints: Constraints) -> Schema:
    return {"type": "string"} if constraints.allow_inf_nan else {"type": "string", "pattern": DECIMAL}


def _is_counted(name: str, settings: Mapping[str, str]) -> bool:
    """Tell whether a time or duration is written as a number."""
    temporal = settings.get("ser_json_temporal", "iso8601") != "iso8601"
    return temporal or (name == "timedelta" and settings.get("ser_json_timedelta") == "float")


def _text(record: ScalarType, settings: Mapping[str, str]) -> Schema:
    schema: Schema = {"type": "string"}
    if TEXTS[record.name]:
        schema["format"] = TEXTS[record.name]
    if record.name == "bytes" and settings.get("ser_json_bytes") == "base64":
        schema["contentEncoding"] = "base64"
    if record.name == "str" and not {"str_to_lower", "str_to_upper"} & settings.keys():
        schema |= _limits_of_text(record.constraints)
    return schema


def _limits_of_text(constraints: Constraints) -> Schema:
    limits: Schema = {"minLength": constraints.min_length, "maxLength": constraints.max_length}
    if constraints.pattern is not None and is_portable(constraints.pattern):
        limits["pattern"] = constraints.pattern
    return {keyword: limit for keyword, limit in limits.items() if limit is not None}
