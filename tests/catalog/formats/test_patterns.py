"""Which patterns JSON Schema takes as they are, held against what node makes of them."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, create_model
from pydantic_core import SchemaError

from tests import outside
from typedsignals.catalog.formats._schema.patterns import is_portable

COMPILES = "p => { try { new RegExp(p, 'u'); return true } catch { return false } }"
PARTS = (
    r"a | b- ^ $ . * + ? {2} {2,} {1,3} ( ) (?: | [ ] [^ [a-z] [^a-z-] [\d_] \d \w \s \. \- \\ \A \z \b (?P<n> (?i) } -"
).split()
PATTERNS = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)


PORTABLE = r"^a ^[A-Z]{3}-\d{3}$ ^[^@\s]+@[^@\s]+\.[a-z]+$ (?:a|b)+? [\w.-]+ [-a] \d{2,} é (a|)".split()
FOREIGN = r"\Aa a\z (?P<n>a) (?i)a a** \- [[:alpha:]] [a&&b] [a--b] a{ } \p{L} (?=a)".split()


@pytest.mark.parametrize("pattern", ["", *PORTABLE])
def test_what_is_written_alike_is_portable(pattern: str) -> None:
    """Classes, groups, repetitions and the usual escapes."""
    assert is_portable(pattern)


@pytest.mark.parametrize("pattern", FOREIGN)
def test_what_differs_is_not(pattern: str) -> None:
    """Anchors, names, flags, sets of sets, and needless escapes."""
    assert not is_portable(pattern)


def is_accepted(pattern: str) -> bool:
    """Whether pydantic takes it."""
    try:
        create_model("Order", __base__=BaseModel, text=(str, Field(pattern=pattern)))
    except (SchemaError, re.error):
        return False
    return True


@settings(max_examples=10)
@given(st.lists(PATTERNS, min_size=50, max_size=200))
def test_portable_patterns_compile(patterns: list[str]) -> None:
    """A portable pattern that pydantic accepts is a strict regular expression of ECMA 262."""
    portable = [pattern for pattern in patterns if is_portable(pattern) and is_accepted(pattern)]
    script = f"console.log(JSON.stringify({json.dumps(portable)}.filter(p => !({COMPILES})(p))))"
    command = [outside.program("node"), "-e", script]
    refused = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own
    assert json.loads(refused.stdout) == []
