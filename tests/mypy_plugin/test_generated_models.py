"""A few hundred generated payloads, with all that sends and receivers of them can be, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.mypy_plugin.mypying import PLUGIN, error_lines, mypy, write

MODELS = 300

HEADER = """
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, TypeVar
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, PrivateAttr
from typedsignals import Payload, Signal

T = TypeVar("T")
Cents = NewType("Cents", int)

class Wrong: ...
class Color(Enum):
    RED = 1
class Point(NamedTuple):
    x: int
@dataclass
class Size:
    width: int
class Address(Payload):
    street: str
class Page(Payload, Generic[T]):
    items: list[T]
class Lax(BaseModel):
    pass
class Extra(Payload):
    model_config = ConfigDict(extra="ignore")
class Private(Payload):
    _cache: int = PrivateAttr(default=0)
"""

# The type of a field, as the model and as receivers write it, and a value of it.
TYPES = [
    ("int", "int", "1"),
    ("str", "str", "'a'"),
    ("bool", "bool", "True"),
    ("bytes", "bytes", "b''"),
    ("float", "float", "1.5"),
    ("Decimal", "Decimal", "Decimal(1)"),
    ("datetime", "datetime", "datetime.now()"),
    ("timedelta", "timedelta", "timedelta(1)"),
    ("UUID", "UUID", "UUID(int=1)"),
    ("Color", "Color", "Color.RED"),
    ("Point", "Point", "Point(1)"),
    ("Size", "Size", "Size(1)"),
    ("Cents", "Cents", "Cents(3)"),
    ("Address", "Address", "Address(street='a')"),
    ("Page[int]", "Page[int]", "Page[int](items=[1])"),
    ("list[int]", "list[int]", "[1]"),
    ("list[Address]", "list[Address]", "[Address(street='a')]"),
    ("dict[str, list[int]]", "dict[str, list[int]]", "{'a': [1]}"),
    ("tuple[int, ...]", "tuple[int, ...]", "(1, 2)"),
    ("tuple[int, str]", "tuple[int, str]", "(1, 'a')"),
    ("set[str]", "set[str]", "{'a'}"),
    ("Mapping[str, int]", "Mapping[str, int]", "{'a': 1}"),
    ("int | None", "int | None", "None"),
    ("int | str | Address", "int | str | Address", "'a'"),
    ("Literal['a', 'b']", "Literal['a', 'b']", "'b'"),
    ("type[Address]", "type[Address]", "Address"),
    ("Callable[[int], str]", "Callable[[int], str]", "str"),
    ("Annotated[int, Field(gt=0)]", "int", "1"),
    ("Annotated[str, Field(min_length=1, description='a')]", "str", "'a'"),
    ("Annotated[list[Annotated[int, Field(gt=0)]], Field(max_length=3)]", "list[int]", "[1]"),
]
BASES = ("Payload", "Payload", "Lax", "Extra", "Private", "Page[int]")


@dataclass(frozen=True)
class GeneratedField:
    """A field of a generated model."""

    name: str
    declared: str
    received: str
    value: str
    default: str

    @property
    def declaration(self) -> str:
        return f"    {self.name}: {self.declared}{self.default}"

    @property
    def parameter(self) -> str:
        return f"{self.name}: {self.received}"

    @property
    def argument(self) -> str:
        return f"{self.name}={self.value}"


def _field(random: Random, name: str) -> GeneratedField:
    declared, received, value = random.choice(TYPES)
    defaults = (
        "",
        "",
        f" = {value}",
        f" = Field(default={value})",
        f" = Field(default_factory=lambda: {value})",
        f" = Field(default={value}, validation_alias='{name}_')",
    )
    return GeneratedField(name, declared, received, value, random.choice(defaults))


def _inherited(base: str) -> list[GeneratedField]:
    return [GeneratedField("items", "list[int]", "list[int]", "[1]", "")] if base == "Page[int]" else []


def _model(random: Random, number: int) -> Iterator[str]:
    """The lines of a model and of all that is done with it; those with an error end in ``# E``."""
    base = random.choice(BASES)
    own = [_field(random, f"f{index}_{random.choice(['a', 'total', 'x'])}") for index in range(random.randint(1, 6))]
    fields = [*_inherited(base), *own]
    named = random.sample(fields, random.randint(1, len(fields)))
    wrong = random.choice(fields).name
    sent = [field.argument for field in fields if not field.default or random.choice([True, False])]
    arguments = ", ".join(["None", *sent])
    parameters = ", ".join(field.parameter for field in named)
    yield f"class M{number}({base}):"
    yield from (field.declaration for field in own)
    yield f"s{number} = Signal(M{number})"
    for signal in (f"s{number}", f"t{number}"):
        if signal.startswith("t"):
            yield f"def f{number}(t{number}: Signal[M{number}]) -> None:"
        lines = (
            f"{signal}.send({arguments}, unknown=1)  # E",
            f"@{signal}.connect",
            f"def {signal}_1(sender: object, {parameters}, **extra: Any) -> None: ...",
            f"@{signal}.connect_via(3)",
            f"async def {signal}_2(sender: object, {', '.join(field.parameter for field in fields)}) -> None: ...",
            f"@{signal}.connect  # E",
            f"def {signal}_3(sender: object, {wrong}: Wrong, **extra: Any) -> None: ...",
            f"@{signal}.connect_via(3)  # E",
            f"def {signal}_4(sender: object, unknown: int, **extra: Any) -> None: ...",
            f"{signal}.connect({signal}_1)(None, {', '.join(field.argument for field in named)})",
            f"{signal}.connect(lambda sender, **extra: None, weak=False)",
            f"def {signal}_5(sender: object, payload: M{number}) -> None: ...",
            f"{signal}.connect({signal}_5, as_payload=True)",
            f"{signal}.connect({signal}_5)  # E",
            f"{signal}.send({arguments})",
        )
        yield from (f"{'    ' if signal.startswith('t') else ''}{line}" for line in lines)


def test_of_generated_models_exactly_the_wrong_uses_are_refused(tmp_path: Path, caches: dict[str, Path]) -> None:
    """Whatever fields a payload has, nothing crashes, what is right is accepted, and what is wrong is not."""
    random = Random(20)  # noqa: S311 - not for secrets
    lines = [*HEADER.splitlines(), *(line for number in range(MODELS) for line in _model(random, number))]
    files = write(tmp_path, {"models.py": "\n".join(lines) + "\n"})
    expected = {f"models.py:{number}" for number, line in enumerate(lines, 1) if line.endswith("# E")}
    output = mypy(tmp_path, files, PLUGIN, caches["with"])
    found = error_lines(output)
    assert found == expected, "\n".join([*sorted(found ^ expected), *output])
