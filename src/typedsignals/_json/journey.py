"""Find what in a payload cannot travel as JSON: it would not be written, or not be read as it was written.

This reads pydantic's schema of the model, which says what happens at every depth, whatever annotations led to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import SchemaValidator, ValidationError

from .keys import first_keys

Schema = Mapping[str, Any]

LIVE = {"is-instance", "is-subclass", "callable", "generator"}
"""The kinds of schemas that take an object of this process, and nothing that could be in a message."""
INNER = {
    "schema": "",
    "json_schema": "",
    "strict_schema": "",
    "arguments_schema": "",
    "items_schema": "[]",
    "keys_schema": "{key}",
    "values_schema": "{}",
    "extras_schema": "{}",
}
"""Where schemas keep the schemas inside them, and how a path shows the step. Those for Python and for lax validation
are not looked into, as messages are JSON, and strict models are the rule."""


def problem_of_journey(payload_type: type[BaseModel]) -> str:
    """Say what keeps a payload from travelling: the path of each field, and what is wrong with it; "" if nothing."""
    if payload_type.model_rebuild(raise_errors=False) is False:
        return f"{payload_type.__name__} is not complete: names in its annotations are not defined yet"
    found = [*_Journey(payload_type.__pydantic_core_schema__).obstacles()]
    return f"{payload_type.__name__} cannot travel: {'; '.join(found)}" if found else ""


class _Journey:
    def __init__(self, schema: Schema) -> None:
        self._definitions = {known["ref"]: known for known in schema.get("definitions", ())}
        self._schema = schema
        self._visited: set[str] = set()

    def obstacles(self) -> Iterator[str]:
        yield from self._at(self._schema, "", None)

    def _at(self, schema: Schema, path: str, config: Schema | None) -> Iterator[str]:
        """Yield the obstacles at one place of the payload, and below it."""
        kind = schema.get("type")  # an argument of a call has none
        if kind == "definition-ref":
            ref = schema["schema_ref"]
            if ref not in self._visited:
                self._visited.add(ref)
                yield from self._at(self._definitions[ref], path, config)
        elif _is_secret(schema):
            yield f"{path} is secret, and would be written as asterisks"
        elif kind in LIVE:
            yield f"{path} is an object of this process"
        else:
            config = schema.get("config", config)
            if self._refuses(schema, config):
                yield f"{path} refuses its own default"
            for step, inner in _inside(schema):
                where = f"{path}{step}" if path else step.removeprefix(".")
                yield from _of_field(inner, where, step)
                yield from self._at(inner, where, config)

    def _refuses(self, schema: Schema, config: Schema | None) -> bool:
        """Whether it has a default that is not valid for its own field."""
        if "default" not in schema:
            return False
        inner: Any = {"type": "definitions", "schema": schema["schema"], "definitions": [*self._definitions.values()]}
        try:
            SchemaValidator(inner, config).validate_python(schema["default"])  # type: ignore[arg-type]
        except ValidationError:
            return True
        return False


def _inside(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the schemas inside a schema, with the step that leads there."""
    fields = schema.get("fields", ())
    if isinstance(fields, Mapping):
        yield from ((f".{name}", field) for name, field in fields.items())
    else:
        yield from ((f".{field['name']}", field) for field in fields if isinstance(field, Mapping))
    for name, step in INNER.items():
        inner = schema.get(name)
        if isinstance(inner, Mapping):
            yield step, inner
        elif isinstance(inner, list):
            # What a call takes, such as that of a named tuple, has names.
            yield from ((f".{item['name']}" if "name" in item else f"[{n}]", item) for n, item in enumerate(inner))
    choices = schema.get("choices", ())
    for choice in choices.values() if isinstance(choices, Mapping) else choices:
        yield "", choice[0] if isinstance(choice, tuple) else choice
    yield from (("", step) for step in schema.get("steps", ()))


def _of_field(field: Schema, path: str, step: str) -> Iterator[str]:
    """Yield what is wrong with how a field is called in messages."""
    if not field.get("type", "").endswith("-field"):
        return
    is_required = field.get("required", field["schema"]["type"] != "default")
    if field.get("serialization_exclude"):
        if is_required:
            yield f"{path} is required, but not written"
        return
    name = step.removeprefix(".")
    written, read = field.get("serialization_alias", name), {name, *_keys(field.get("validation_alias"))}
    if written not in read:
        yield f"{path} is written as {written!r}, but read as {', '.join(map(repr, sorted(read)))}"


def _keys(alias: Any) -> list[str]:
    """Return the top-level keys of an alias, as a schema writes it: a string, a path, or a list of paths."""
    if isinstance(alias, list):
        paths = alias if isinstance(alias[0], list) else [alias]
        return [str(path[0]) for path in paths if len(path) == 1]
    return first_keys(alias)


def _is_secret(schema: Schema) -> bool:
    """Whether it is one of pydantic's secret types, by the function that writes it."""
    serialization = schema.get("serialization")
    function = serialization.get("function") if isinstance(serialization, Mapping) else None
    name = getattr(function, "__name__", "")
    return getattr(function, "__module__", "") == "pydantic.types" and "secret" in name
