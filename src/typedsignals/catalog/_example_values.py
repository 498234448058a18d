"""A value for each type of field, as it would be typed in an example."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import singledispatchmethod
from keyword import iskeyword

from ._example_imports import Imports
from ._example_layout import Code, Group, on_one_line
from ._example_scalars import CLASS, MODULES, TEXTS, scalar, text_of
from ._model import ModelRecord
from ._types import (
    ArrayType,
    Choice,
    ChoiceType,
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
        if text is None:
            return PLACEHOLDER
        return text if record.name in TEXTS else CLASS.sub(self._imported_class, text)

    def _imported_class(self, found: re.Match[str]) -> str:
        return self.imports.imported(MODULES.get(found[0], ""), found[0])

    @value.register
    def _(self, record: ChoiceType) -> Code:
        if not record.choices:
            return PLACEHOLDER
        chosen = record.choices[0]
        if not record.name:
            return self._literal(chosen)
        name = self.imports.name(record.name)
        return f"{name}.{chosen.name}" if is_name(chosen.name) else f"{name}[{text_of(chosen.name)}]"

    def _literal(self, chosen: Choice) -> Code:
        if chosen.text:
            return PLACEHOLDER
        return text_of(chosen.value) if isinstance(chosen.value, str) else chosen.literal

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
        if model.root is not None:
            return self._rooted(name, fields)
        if model.flavour == "typeddict":
            return Group("{", tuple((f"{text_of(field)}: ", code) for field, code in fields), "}")
        return Group(f"{self.imports.name(name)}(", keywords(fields), ")")

    def _rooted(self, name: str, fields: list[tuple[str, Code]]) -> Code:
        """A root model; of one that has no name of its own, what it holds, which pydantic takes as well."""
        values = unnamed(value for _, value in fields)
        if "[" in name and values:
            return values[0][1]
        return Group(f"{self.imports.name(name)}(", values, ")")

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
