"""The API reference shows signatures that readers understand, and each public name once."""

from __future__ import annotations

import importlib
import re

import pytest

import typedsignals
from tests.docs.pages import ROOT, pages

SIGNATURES = {place: text for page in pages().values() for place, text in page.signatures.items()}
PARAMETERS = [(place, text) for page in pages().values() for place, text in page.parameters]
INTERNAL = re.compile(
    r"\b(\w+T|T_co|P|R|Any(Receiver|Signal|Sender|Session|Transaction)|Concatenate|Validate|Accepts)\b"
)
WITHOUT_TYPE = {"*", "/", "**fields"}
DOCUMENTED = ["", ".blinker", ".catalog", ".relay", ".sqlalchemy", ".steps", ".testing"]
TABLES = {".celery": "celery.md", ".django": "django.md", ".flask": "flask.md"}
"""The modules whose signals are in a table of a guide, with their payloads."""


def test_signatures_are_found() -> None:
    """So that the tests below test something."""
    assert SIGNATURES["typedsignals.Signal.has_receivers_for"] == "has_receivers_for(sender: Sender) → bool"
    assert ("typedsignals.Signal.connect", "priority: int = 0") in PARAMETERS
    assert len(SIGNATURES) > 200


def test_no_signature_shows_what_only_type_checkers_need() -> None:
    """No type variables, no names of private aliases."""
    assert [text for text in SIGNATURES.values() if INTERNAL.search(text)] == []


def test_every_parameter_has_a_type() -> None:
    """The fields of a payload have theirs there."""
    assert [(place, text) for place, text in PARAMETERS if text not in WITHOUT_TYPE and ": " not in text] == []


def test_every_function_tells_its_result() -> None:
    """Even if it is None. Classes and errors are their own result."""
    functions = [
        text for text in SIGNATURES.values() if "(" in text and not re.match(r"(final )?class|exception", text)
    ]
    assert len(functions) > 80
    assert [text for text in functions if "→" not in text] == []


def test_every_attribute_has_a_type() -> None:
    """Data such as ``ANY`` stand for themselves."""
    attributes = [text for place, text in SIGNATURES.items() if re.fullmatch(r"[a-z_.]+\.[A-Z]\w+\.\w+", place)]
    assert len(attributes) > 150
    assert [text for text in attributes if "(" not in text and ": " not in text] == []


@pytest.mark.parametrize("module", DOCUMENTED)
def test_every_public_name_is_documented_once(module: str) -> None:
    """On a page of the reference, or at the end of the guide; what is public in two modules, in the upper one."""
    described = importlib.import_module(f"typedsignals{module}")
    upper = set() if module == "" else {id(value) for value in vars(typedsignals).values()}
    names = [name for name in described.__all__ if id(getattr(described, name)) not in upper]
    assert names
    places = [place for page in pages().values() for place in page.signatures]
    wrong = {name: count for name in names if (count := places.count(f"typedsignals{module}.{name}")) != 1}
    assert wrong == {}


@pytest.mark.parametrize(("module", "guide"), TABLES.items())
def test_the_guide_names_each_signal_of_a_framework(module: str, guide: str) -> None:
    """Its payload is named in the signal's class."""
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    names = [name for name in importlib.import_module(f"typedsignals{module}").__all__ if name.islower()]
    assert len(names) > 5
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []
