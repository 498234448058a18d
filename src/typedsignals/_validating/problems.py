"""Explain what is wrong with the fields of a send, without showing any value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import AliasChoices, AliasPath, BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from .._suggestion import LONGEST_NAME, closest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from .._signal import Signal

DECLARED_CONTEXT = frozenset(
    "gt ge lt le multiple_of min_length max_length field_type pattern expected expected_tags discriminator "
    "class class_name method_name function_name max_digits decimal_places whole_digits tz_expected "
    "expected_schemes expected_version".split()
)
"""The keys of an error's ``ctx`` that come from the declaration. Any other key may contain the value that was sent."""

AUTHORED = frozenset({"value_error", "assertion_error"})
"""Errors that the payload's own validators raise: their author wrote the text, and it is shown as written."""

WITHOUT_VALUE = {
    "date_from_datetime_parsing": "Input should be a valid date or datetime",
    "date_parsing": "Input should be a valid date in the format YYYY-MM-DD",
    "datetime_from_date_parsing": "Input should be a valid datetime or date",
    "datetime_parsing": "Input should be a valid datetime",
    "time_delta_parsing": "Input should be a valid timedelta",
    "time_parsing": "Input should be in a valid time format",
    "timezone_offset": "Timezone offset of {tz_expected} required",
    "too_long": "{field_type} should have at most {max_length} item(s) after validation",
    "too_short": "{field_type} should have at least {min_length} item(s) after validation",
    "union_tag_invalid": "Input tag found using {discriminator} should be one of {expected_tags}",
    "url_parsing": "Input should be a valid URL",
    "uuid_parsing": "Input should be a valid UUID",
}
"""Texts for errors whose own texts contain a part of what was sent."""

NO_SCHEMAS = frozenset({"default", "metadata", "serialization", "expected"})
"""Keys of a schema that hold data, which may look like a schema."""

KEY_STEP = "[key]"
"""pydantic's step in an error's path that says that a key is wrong, and not its value."""

MOST_PROBLEMS = 20
"""How many problems a message lists at most: a send may have any number."""

HIDDEN_STEP = "[...]"
"""Shown in an error's path in place of a dictionary's key, which is data."""


def message_of(
    signal: Signal[Any, Any, Any], payload_type: type[BaseModel], problems: Iterable[str], advice: str
) -> str:
    """Write the message of a `PayloadError`: the signal, each problem, the payload's fields, and advice if any."""
    accepted = ", ".join(payload_type.model_fields) or "none"
    return "\n".join(
        [
            f"{signal!r} was sent fields that its payload does not accept; no receiver was called:",
            *(f"  {problem}" for problem in problems),
            f"  ({payload_type.__name__} has the fields: {accepted})",
            *([f"  ({advice})"] if advice else []),
        ]
    )


class Refusal:
    """What pydantic refused, and why, without values. The text is long to write, so it is written only if it is read.

    Args:
        error: The error that pydantic raised.
        payload_type: The payload model.
        shown: The steps of paths that may be shown.

    Attributes:
        cause: The error as the cause of a `PayloadError`: pydantic's own, if it is safe to print.
    """

    __slots__ = ("_details", "_paths", "_payload_type", "_reasons", "cause")

    def __init__(self, error: ValidationError, payload_type: type[BaseModel], shown: Steps) -> None:
        self._payload_type = payload_type
        self._details = details = error.errors(include_url=False)
        self._paths = [_path(detail, payload_type, shown) for detail in details]
        self._reasons = [_reason(detail) for detail in details]
        self.cause = (
            error if self._is_safe(error) else _without_values(error.title, details, self._paths, self._reasons)
        )

    def _is_safe(self, error: ValidationError) -> bool:
        """Whether no text of pydantic's own error shows a value or a key."""
        return (
            bool(self._payload_type.model_config.get("hide_input_in_errors"))
            # It has a cause only if the model's configuration asks for it, and that may show anything.
            and error.__cause__ is None
            and all(map(_is_shown_whole, self._paths, self._details))
            and self._reasons == [detail["msg"] for detail in self._details]
        )

    def message(self, signal: Signal[Any, Any, Any], advice: str) -> str:
        """Write the message of the `PayloadError`.

        Args:
            signal: The signal that was sent.
            advice: What to do, if that is known.
        """
        each = zip(self._paths, self._reasons, self._details, strict=True)
        problems = listed(_problem(*one, self._payload_type) for one in each)
        return message_of(signal, self._payload_type, problems, advice)


def problems_of_result(error: ValidationError, schema: object) -> list[str]:
    """Say what is wrong with what a receiver returned, without showing it.

    Args:
        error: The error that pydantic raised.
        schema: The schema of the type that it should be of.
    """
    shown, details = _steps_in(schema), error.errors(include_url=False)
    return listed(_described(_with_steps("result", one["loc"], shown), _reason(one), one) for one in details)


def listed(problems: Iterable[str]) -> list[str]:
    """List problems, but not all: there may be any number."""
    problems = list(problems)
    more = len(problems) - MOST_PROBLEMS
    return problems[:MOST_PROBLEMS] + ([f"... and {more} more"] if more > 0 else [])


def unknown_field(name: str, meant: str | None) -> str:
    """Describe a keyword that is not a field, and name the field that was meant, if that is known."""
    return f"{_shown_name(name)}: no such field" + (f"; did you mean {meant!r}?" if meant else "")


def _shown_name(name: str) -> str:
    """Shorten a name that came with a send, and escape what would break the message up."""
    shown = name if name.isprintable() else ascii(name)[1:-1]
    return shown if len(shown) <= LONGEST_NAME else f"{shown[:LONGEST_NAME]}..."


def _without_values(title: str, details: list[ErrorDetails], paths: list[str], reasons: list[str]) -> ValidationError:
    lines = [
        InitErrorDetails(
            # The type stays pydantic's; a "custom" error carries our text, and leaves braces in it alone.
            type=PydanticCustomError(detail["type"], "{reason}", {"reason": reason}),
            loc=(path,),
            input=detail["input"],
        )
        for detail, path, reason in zip(details, paths, reasons, strict=True)
    ]
    return ValidationError.from_exception_data(title, lines, hide_input=True)


def _is_shown_whole(path: str, detail: ErrorDetails) -> bool:
    """Whether the path shows all that pydantic would show."""
    return HIDDEN_STEP not in path and all(_shown_name(str(step)) == str(step) for step in detail["loc"])


def _reason(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    if DECLARED_CONTEXT.issuperset(context) or (detail["type"] in AUTHORED and "error" in context):
        return detail["msg"]
    return WITHOUT_VALUE.get(detail["type"], "Refused as " + detail["type"]).format_map(context)


def _problem(path: str, reason: str, detail: ErrorDetails, payload_type: type[BaseModel]) -> str:
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        name = str(detail["loc"][0])
        return unknown_field(name, closest(name, payload_type.model_fields))
    return _described(path, reason, detail)


def _described(path: str, reason: str, detail: ErrorDetails) -> str:
    problem = f"{path}: {reason[:1].lower()}{reason[1:]}"
    if detail["type"].endswith(("_type", "is_instance_of")):
        problem += f", got {type(detail['input']).__name__}"
    return problem


def _path(detail: ErrorDetails, payload_type: type[BaseModel], shown: Steps) -> str:
    """Write where in the payload the error is: ``items[2].price``."""
    if not detail["loc"]:
        return "payload"
    return _with_steps(*_field_and_steps(detail, payload_type), shown)


def _with_steps(path: str, steps: Iterable[int | str], shown: Steps) -> str:
    for step in steps:
        if step == KEY_STEP:
            path += " (the key)"
        elif isinstance(step, int):
            path += f"[{step}]" if shown.positions else HIDDEN_STEP
        else:
            path += f".{step}" if step in shown.names else HIDDEN_STEP
    return path


def _field_and_steps(detail: ErrorDetails, payload_type: type[BaseModel]) -> tuple[str, tuple[int | str, ...]]:
    """Return the field's name and the steps after it; pydantic may call a missing field by its validation alias."""
    location, fields = detail["loc"], payload_type.model_fields
    if detail["type"] == "missing":
        # What is the name of a field is not another field's wire name: pydantic follows none then (see `by_name`).
        for name in (location[0],) if location[0] in fields else fields:
            alias = fields[name].validation_alias
            first = alias.choices[0] if isinstance(alias, AliasChoices) else alias
            if location == (tuple(first.path) if isinstance(first, AliasPath) else (first,)):
                return name, ()
    return _shown_name(str(location[0])), location[1:]


class Steps(NamedTuple):
    """The steps of an error's path that reveal nothing of what was sent.

    Attributes:
        names: The names of fields, of unions' tags, and of the types in unions.
        positions: Whether a number is always a position in a list, and never a dictionary's key.
    """

    names: frozenset[str]
    positions: bool


NO_STEPS: Final = Steps(frozenset(), positions=False)
"""The steps of a model of which nothing is known."""


def declared_steps(payload_type: type[BaseModel]) -> Steps | None:
    """Collect the steps that the model and its nested models declare; None while the model is incomplete."""
    if not payload_type.__pydantic_complete__:
        return None
    return _steps_in(payload_type.__pydantic_core_schema__)


def _steps_in(schema: object) -> Steps:
    schemas = tuple(schemas_in(schema))
    names: set[str] = set()
    for one in schemas:
        names.update(_names(one))
        if isinstance(kind := one.get("cls"), type):
            names.add(kind.__name__)
    kinds_of_keys = {one.get("keys_schema", {}).get("type") for one in schemas if one["type"] == "dict"}
    return Steps(frozenset(names), positions=kinds_of_keys <= {"str"})


def _names(schema: Mapping[str, Any]) -> Iterable[str]:
    match schema["type"]:
        case "model-fields" | "typed-dict":
            return _names_of_fields(schema["fields"].items())
        case "dataclass-args":
            return _names_of_fields((field["name"], field) for field in schema["fields"])
        case "tagged-union":
            return [tag for tag in schema["choices"] if isinstance(tag, str)]
        case "union":
            # A member is a pair if it has a label.
            return [choice[1] if isinstance(choice, tuple) else choice["type"] for choice in schema["choices"]]
    return ()


def _names_of_fields(fields: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Yield the names of fields, and their wire names, by which pydantic calls those that are missing."""
    for name, field in fields:
        yield name
        yield from _texts_in(field.get("validation_alias"))


def _texts_in(alias: object) -> Iterator[str]:
    """Yield the steps of an alias, of its path, or of its choices, that are not positions in a list."""
    if isinstance(alias, str):
        yield alias
    elif isinstance(alias, list):
        for part in alias:
            yield from _texts_in(part)


def schemas_in(part: object) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and all schemas inside it."""
    if isinstance(part, Mapping):
        # Otherwise it maps fields to their schemas; a field may have any name, even "type".
        is_schema = isinstance(part.get("type"), str)
        if is_schema:
            yield part
        for key, inner in part.items():
            if not (is_schema and key in NO_SCHEMAS):
                yield from schemas_in(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from schemas_in(inner)
