"""A value for each type of field, as it would be typed in an example."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial, singledispatchmethod
from keyword import iskeyword

from ._example_imports import Imports
from ._example_layout import Code, Group, on_one_line
from ._example_numbers import MOMENTS, decimal, floating, integer, moment
from ._example_text import matching_text
from ._model import ModelRecord
from ._types import (
    ArrayType,
    ChoiceType,
    Constraints,
    LiveType,
    MappingType,
    ModelType,
    NullType,
    ScalarType,
    TupleType,
    TypeRecord,
    UnionType,
    short,
)

PLACEHOLDER = "..."
"""For what cannot be made up."""

TEXTS = frozenset({"str", "bytes"})

FIXED = {
    "bool": "True",
    "complex": "1j",
    "Fraction": "Fraction(1, 2)",
    "UUID": 'UUID("12345678-1234-5678-1234-567812345678")',
    "Path": 'Path("file.txt")',
    "PurePath": 'PurePath("file.txt")',
    "IPv4Address": 'IPv4Address("192.0.2.1")',
    "IPv6Address": 'IPv6Address("2001:db8::1")',
    "IPv4Interface": 'IPv4Interface("192.0.2.1/24")',
    "IPv6Interface": 'IPv6Interface("2001:db8::1/32")',
    "IPv4Network": 'IPv4Network("192.0.2.0/24")',
    "IPv6Network": 'IPv6Network("2001:db8::/32")',
    "ZoneInfo": 'ZoneInfo("Europe/Paris")',
    "JsonValue": '{"key": "value"}',
    "EmailStr": '"ann@example.org"',
    "SecretStr": 'SecretStr("secret")',
    "SecretBytes": 'SecretBytes(b"secret")',
    "AnyUrl": 'AnyUrl("https://example.org/")',
    "AnyHttpUrl": 'AnyHttpUrl("https://example.org/")',
    "HttpUrl": 'HttpUrl("https://example.org/")',
    "PastDate": "date(2000, 1, 31)",
    "FutureDate": "date(2999, 1, 31)",
    "AwareDatetime": "datetime(2026, 1, 31, 12, tzinfo=timezone.utc)",
    "NaiveDatetime": "datetime(2026, 1, 31, 12)",
    "PastDatetime": "datetime(2000, 1, 31, 12)",
    "FutureDatetime": "datetime(2999, 1, 31, 12)",
}
"""Scalars that are hardly ever constrained further."""

MODULES = {
    "Decimal": "decimal",
    "Fraction": "fractions",
    "UUID": "uuid",
    **dict.fromkeys(("Path", "PurePath"), "pathlib"),
    **dict.fromkeys("IPv4Address IPv6Address IPv4Interface IPv6Interface IPv4Network IPv6Network".split(), "ipaddress"),
    "ZoneInfo": "zoneinfo",
    **dict.fromkeys("SecretStr SecretBytes AnyUrl AnyHttpUrl HttpUrl".split(), "pydantic"),
    **dict.fromkeys("date datetime time timedelta timezone".split(), "datetime"),
}
"""Where the classes come from that values of scalars are made with."""

BRACKETS = {
    "list": ("[", "]"),
    "tuple": ("(", ",)"),
    "set": ("{", "}"),
    "frozenset": ("frozenset({", "})"),
    "deque": ("deque([", "])"),
    "Set": ("frozenset({", "})"),
    "MutableSet": ("{", "}"),
}
MAPPING_BRACKETS = {
    "OrderedDict": ("OrderedDict({", "})"),
    "Counter": ("Counter({", "})"),
    "defaultdict": ("defaultdict(None, {", "})"),
}
FROM_COLLECTIONS = frozenset({"deque", *MAPPING_BRACKETS})
EMPTY = {"tuple": "()", "set": "set()", "Set": "frozenset()", "MutableSet": "set()", "frozenset": "frozenset()"}
MOST_ITEMS = 3
MOST_CHARACTERS = 60
WORD = re.compile(r"\b([A-Za-z]\w+)[(.]")
WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Values:
    """Makes up values for the types of one catalog.

    Args:
        models: The catalog's models by name.
        imports: Where to note the classes that are needed.
    """

    def __init__(self, models: Mapping[str, ModelRecord], imports: Imports) -> None:
        self.models = models
        self.imports = imports
        self._inside: list[str] = []

    @singledispatchmethod
    def value(self, record: TypeRecord) -> Code:
        """A value of a type; ``...`` where none can be made up."""
        return PLACEHOLDER

    @value.register
    def _(self, record: NullType) -> Code:
        return "None"

    @value.register
    def _(self, record: ScalarType) -> Code:
        text = scalar(record.name, record.constraints)
        for used in WORD.findall("" if record.name in TEXTS else text):
            self.imports.imported(MODULES.get(used, ""), used)
        return text

    @value.register
    def _(self, record: ChoiceType) -> Code:
        if not record.choices:
            return PLACEHOLDER
        chosen = record.choices[0]
        if not record.name:
            return text_of(chosen.value) if isinstance(chosen.value, str) else repr(chosen.value)
        name = self.imports.name(record.name)
        return f"{name}.{chosen.name}" if is_name(chosen.name) else f"{name}({chosen.value!r})"

    def _import_container(self, name: str) -> None:
        if name in FROM_COLLECTIONS:
            self.imports.imported("collections", name)

    @value.register
    def _(self, record: TupleType) -> Code:
        return Group("(", unnamed(map(self.value, record.items)), ",)" if len(record.items) == 1 else ")")

    @value.register
    def _(self, record: UnionType) -> Code:
        made = map(self.value, record.members)
        return next((code for code in made if code not in (PLACEHOLDER, "None")), PLACEHOLDER)

    @value.register
    def _(self, record: ArrayType) -> Code:
        opening, closing = BRACKETS.get(record.container, ("[", "]"))
        count = max(record.constraints.min_length or 1, 1)
        item = self.value(record.item)
        if record.constraints.max_length == 0 or item == PLACEHOLDER:
            return EMPTY.get(record.container, opening + closing) if not record.constraints.min_length else PLACEHOLDER
        if count > (MOST_ITEMS if closing[0] != "}" else 1):
            return PLACEHOLDER
        self._import_container(record.container)
        return Group(opening, unnamed([item] * count), closing if count == 1 else closing.lstrip(","))

    @value.register
    def _(self, record: MappingType) -> Code:
        opening, closing = MAPPING_BRACKETS.get(record.container, ("{", "}"))
        self._import_container(record.container)
        key, value = on_one_line(self.value(record.key)), self.value(record.value)
        return Group(opening, ((f"{key}: ", value),), closing)

    @value.register
    def _(self, record: LiveType) -> Code:
        return variable(record.name)

    @value.register
    def _(self, record: ModelType) -> Code:
        name, model = record.model, self.models.get(record.model)
        if model is None or name in self._inside:
            return PLACEHOLDER
        fields = self.required(model)
        if model.flavour == "typeddict":
            return Group("{", tuple((f"{text_of(field)}: ", code) for field, code in fields), "}")
        return Group(f"{self.imports.name(name)}(", keywords(fields), ")")

    def required(self, model: ModelRecord) -> list[tuple[str, Code]]:
        """The fields that a model must be given, with values; a model within itself is not made up again."""
        self._inside.append(model.name)
        fields = [(field.name, self.value(field.type)) for field in model.fields if field.required]
        self._inside.pop()
        return fields


def keywords(fields: Iterable[tuple[str, Code]]) -> tuple[tuple[str, Code], ...]:
    """Keyword arguments; names that are none in Python go into a dictionary that is unpacked."""
    fields = tuple(fields)
    written = [(f"{name}=", code) for name, code in fields if is_name(name)]
    others = [(f"{text_of(name)}: ", code) for name, code in fields if not is_name(name)]
    return (*written, *([("", Group("**{", tuple(others), "}"))] if others else ()))


def unnamed(codes: Iterable[Code]) -> tuple[tuple[str, Code], ...]:
    """Parts that nothing stands before."""
    return tuple(("", code) for code in codes)


def is_name(text: str) -> bool:
    """Whether it can be a name in Python."""
    return text.isidentifier() and not iskeyword(text)


def variable(class_name: str) -> str:
    """What one would call an instance of a class: ``web_shop`` for ``chain.WebShop``; ``...`` for a builtin's."""
    name = WORD_START.sub("_", short(class_name)).lower()
    if class_name.startswith("builtins.") or not name.isidentifier():
        return PLACEHOLDER
    return f"{name}_" if iskeyword(name) else name


def text_of(value: str) -> str:
    """A string as most people write it."""
    return json.dumps(value, ensure_ascii=False) if value.isprintable() else repr(value)


def scalar(name: str, constraints: Constraints) -> str:
    """A value of a scalar type."""
    made = MADE[name](constraints) if name in MADE else FIXED.get(name)
    return made or PLACEHOLDER


def _text(constraints: Constraints) -> str | None:
    shortest, longest = constraints.min_length or 0, constraints.max_length
    if constraints.pattern is not None:
        text = matching_text(constraints.pattern)
    else:
        text = "text".ljust(shortest, "x")[:longest]
    if text is None or not shortest <= len(text) <= (MOST_CHARACTERS if longest is None else longest):
        return None
    return text_of(text)


def _bytes(constraints: Constraints) -> str | None:
    text = _text(constraints)
    return None if text is None else f"b{text}"


MADE: dict[str, Callable[[Constraints], str | None]] = {
    "int": integer,
    "float": floating,
    "Decimal": decimal,
    "str": _text,
    "bytes": _bytes,
    **{name: partial(moment, name) for name in MOMENTS},
}
