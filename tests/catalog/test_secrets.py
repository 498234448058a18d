"""Catalogs contain no secrets: neither values of pydantic's secret types, nor fields with ``repr=False``."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, NamedTuple, NewType

import pytest
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr
from pydantic.dataclasses import dataclass as pydantic_dataclass
from typing_extensions import TypeAliasType, TypedDict

from typedsignals.catalog import ModelRecords, Profile, check_catalog, from_json, to_json
from typedsignals.catalog.formats import asyncapi, html, markdown

from .making import catalog, changes, model

WORD = "hunter2"


class Login(BaseModel):
    user: str = "me"
    password: SecretStr = SecretStr(WORD)


class Quiet(BaseModel):
    user: str = "me"
    password: str = Field(WORD, repr=False)


class Keys(TypedDict):
    key: SecretStr


class Pair(NamedTuple):
    key: SecretStr


@dataclasses.dataclass
class Plain:
    key: str = dataclasses.field(default=WORD, repr=False)


@dataclasses.dataclass
class Held:
    key: SecretStr
    user: str = "me"


@pydantic_dataclass
class Strict:
    key: str = Field(WORD, repr=False)


class Chain(BaseModel):
    key: SecretStr = SecretStr(WORD)
    next: Chain | None = None


class SecretText(Secret[str]):
    pass


Token = NewType("Token", SecretStr)
Alias = TypeAliasType("Alias", list[SecretStr])

RAW = Login.model_construct(password=WORD)  # type: ignore[arg-type]  # on purpose
DEFAULTS: list[tuple[Any, Any]] = [
    (str, Field(WORD, repr=False)),
    (SecretStr, WORD),
    (SecretStr, SecretStr(WORD)),
    (SecretBytes, WORD.encode()),
    (Secret[str], WORD),
    (SecretText, WORD),
    (SecretStr | None, WORD),
    (Annotated[SecretStr, Field(min_length=3)], WORD),
    (Token, WORD),
    (Alias, [WORD]),
    (list[SecretStr], [WORD]),
    (dict[str, SecretStr], {"a": WORD}),
    (tuple[int, SecretStr], (1, WORD)),
    (Login, {"password": WORD}),
    (Login, RAW),
    (list[Login], [{"password": WORD}]),
    (Quiet, Quiet()),
    (Quiet, {"password": WORD}),
    (Keys, {"key": WORD}),
    (Pair, (WORD,)),
    (Plain, Plain()),
    (Held, Held(WORD)),  # type: ignore[arg-type]  # on purpose
    (Strict, {"key": WORD}),
    (Chain, {"next": {"key": WORD}}),
    # The type does not say so, but the value does.
    (Any, RAW),
    (Any, Quiet()),
    (Any, Held(WORD)),  # type: ignore[arg-type]  # on purpose
    (Any, Plain()),
    (Any, [Quiet()]),
]


@pytest.mark.parametrize(("annotation", "default"), DEFAULTS)
def test_no_secret_is_in_a_catalog(annotation: Any, default: Any) -> None:
    """Neither the formats nor the findings contain it."""
    made = catalog(model("Order", a=(annotation, default)))
    found = check_catalog(made, Profile(is_brokered=True))
    texts = [to_json(made), asyncapi.render(made), markdown.render(made), html.render(made)]
    texts += [finding.message for finding in found]
    assert not any(WORD in text for text in texts)
    assert from_json(to_json(made), "signals.json") == made


@pytest.mark.parametrize(
    ("annotation", "default", "text", "is_hidden"),
    [
        (str, WORD, f"'{WORD}'", False),
        (SecretStr, WORD, "<hidden>", True),
        (SecretStr | None, None, "None", False),
        (str | None, Field(None, repr=False), "None", False),
        (Any, Login(), "Login(user='me', password=<hidden>)", False),
        (Any, Held(SecretStr(WORD)), "Held(key=<hidden>, user='me')", False),
        (Chain, Chain(), "<hidden>", True),
    ],
)
def test_what_is_shown_of_a_default(annotation: Any, default: Any, text: str, is_hidden: bool) -> None:
    """Everything else is shown, because readers of the catalog need it."""
    models = ModelRecords()
    name = models.add(model("Order", a=(annotation, default)))
    (field,) = models.records[name].fields
    assert (field.default, field.is_hidden) == (text, is_hidden)


def test_a_hidden_default_is_not_compared() -> None:
    """It is unknown whether it has changed, and the old value is not shown either."""
    shown, hidden = model("Order", a=(str, "old")), model("Order", a=(str, Field(WORD, repr=False)))
    assert changes(shown, hidden) == changes(hidden, shown) == ()
    assert changes(hidden, model("Order", a=(str, Field("other", repr=False)))) == ()


def test_a_hidden_default_is_known_to_be_there() -> None:
    """A field with a hidden default may be left out."""
    hidden, required = model("Order", a=(str, Field(WORD, repr=False))), model("Order", a=str)
    (added,), (removed,) = changes(required, hidden), changes(hidden, required)
    assert (added.rule.id, added.message) == ("TS209", "a: default added: <hidden>")
    assert (removed.rule.id, removed.message) == ("TS210", "a: default removed: <hidden>")
