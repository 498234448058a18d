"""Saying what is wrong with the fields of a send, without saying what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from ._signal import Signal

DECLARED_CONTEXT = frozenset(
    "gt ge lt le multiple_of min_length max_length field_type pattern expected expected_tags discriminator "
    "class class_name method_name function_name max_digits decimal_places whole_digits tz_expected "
    "expected_schemes".split()
)
"""The keys of an error's ``ctx`` that repeat the declaration. Any other may repeat the value that was sent."""

AUTHORED = frozenset({"value_error", "assertion_error"})
"""Errors that the payload's own validators raise: the text is their author's and shown as written."""

HIDDEN_STEP = "[...]"
"""Stands in an error's path for the key of a dictionary, which is data."""


def rejection(signal: Signal[Any, Any, Any], payload_type: type[BaseModel], problems: Iterable[str]) -> str:
    """The message of a `PayloadError`: which signal, each problem, and the fields that there are."""
    accepted = ", ".join(payload_type.model_fields) or "none"
    return "\n".join(
        [
            f"{signal!r} was sent fields that its payload does not accept; no receiver was called:",
            *(f"  {problem}" for problem in problems),
            f"  ({payload_type.__name__} has the fields: {accepted})",
        ]
    )


def rejection_of_values(
    signal: Signal[Any, Any, Any], payload_type: type[BaseModel], error: ValidationError
) -> tuple[str, ValidationError]:
    """The message of a `PayloadError`, and a cause for it that shows no values either.

    Args:
        signal: The signal that was sent.
        payload_type: Its payload.
        error: What pydantic found; it is the cause itself if it is safe to print.
    """
    details = error.errors(include_url=False)
    names = _declared_names(payload_type)
    paths = [_path(detail["loc"], payload_type, names) for detail in details]
    reasons = [_reason(detail) for detail in details]
    problems = [
        _problem(path, reason, detail, payload_type)
        for path, reason, detail in zip(paths, reasons, details, strict=True)
    ]
    hidden = bool(payload_type.model_config.get("hide_input_in_errors"))
    if not hidden or any(HIDDEN_STEP in path for path in paths) or reasons != [d["msg"] for d in details]:
        error = _without_values(error.title, details, paths, reasons)
    return rejection(signal, payload_type, problems), error


def unknown_field(name: str, payload_type: type[BaseModel]) -> str:
    """The problem of a keyword that is no field, with the field that was probably meant."""
    close = get_close_matches(name, payload_type.model_fields, n=1)
    return f"{name}: no such field" + (f"; did you mean {close[0]!r}?" if close else "")


def _without_values(title: str, details: list[ErrorDetails], paths: list[str], reasons: list[str]) -> ValidationError:
    lines = [
        InitErrorDetails(
            # The type is pydantic's; as a "custom" error it carries our text, in which braces stay as they are.
            type=PydanticCustomError(detail["type"], "{reason}", {"reason": reason}),
            loc=(path,),
            input=detail["input"],
        )
        for detail, path, reason in zip(details, paths, reasons, strict=True)
    ]
    return ValidationError.from_exception_data(title, lines, hide_input=True)


def _reason(detail: ErrorDetails) -> str:
    if detail["type"] in AUTHORED or DECLARED_CONTEXT.issuperset(detail.get("ctx", {})):
        return detail["msg"]
    return "Refused as " + detail["type"]


def _problem(path: str, reason: str, detail: ErrorDetails, payload_type: type[BaseModel]) -> str:
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        return unknown_field(path, payload_type)
    problem = f"{path}: {reason[:1].lower()}{reason[1:]}"
    if detail["type"].endswith(("_type", "is_instance_of")):
        problem += f", got {type(detail['input']).__name__}"
    return problem


def _path(location: tuple[int | str, ...], payload_type: type[BaseModel], names: frozenset[str]) -> str:
    """Where in the payload: ``items[2].price``."""
    if not location:
        return "payload"
    first, *steps = location
    path = _field_name(str(first), payload_type)
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step}" if step in names else HIDDEN_STEP
    return path


def _field_name(step: str, payload_type: type[BaseModel]) -> str:
    """The name of the field that pydantic calls ``step``, which may be its validation alias."""
    for name, field in payload_type.model_fields.items():
        if field.validation_alias == step:
            return name
    return step


def _declared_names(payload_type: type[BaseModel]) -> frozenset[str]:
    """The names of all fields of the model and of the models nested in it."""
    names: set[str] = set()
    _collect_names(payload_type.__pydantic_core_schema__, names)
    return frozenset(names)


def _collect_names(schema: object, names: set[str]) -> None:
    if isinstance(schema, Mapping):
        fields = schema.get("fields")
        if isinstance(fields, Mapping):
            names.update(fields)
        for part in schema.values():
            _collect_names(part, names)
    elif isinstance(schema, list | tuple):
        for part in schema:
            _collect_names(part, names)
