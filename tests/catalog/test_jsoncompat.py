"""The verdicts on messages agree with those of jsoncompat, which compares the JSON schemas of writer and reader.

It compares less: it ignores strictness and the meaning of formats, and accepts any two types as the values of mappings.
The models here contain only what it compares.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from typedsignals.catalog import Verdict

from .making import changes, model, shown
from .test_verdicts import computing, of, verdict

jsoncompat = pytest.importorskip("jsoncompat", reason="jsoncompat needs Python 3.12")

LIMITS = st.builds(lambda ge, le: Field(ge=ge, le=le), st.none() | st.integers(-3, 3), st.none() | st.integers(5, 9))
LENGTHS = st.builds(lambda most: Field(max_length=most), st.none() | st.integers(1, 4))
LEAVES = st.one_of(
    st.sampled_from([bool, int, float, str]),
    st.builds(lambda limits: of(Annotated, int, limits), LIMITS),
    st.builds(lambda limits: of(Annotated, str, limits), LENGTHS),
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True).map(lambda values: of(Literal, *values)),
)
TYPES = st.one_of(
    LEAVES,
    LEAVES.map(lambda part: part | None),
    st.tuples(LEAVES, LEAVES).map(lambda parts: parts[0] | parts[1]),
    st.builds(lambda part, lengths: of(Annotated, of(list, part), lengths), LEAVES, LENGTHS),
)


@st.composite
def models(draw: st.DrawFn) -> type[BaseModel]:
    config = ConfigDict(
        strict=True,
        extra=draw(st.sampled_from(["ignore", "forbid"])),
        json_schema_serialization_defaults_required=True,
    )
    names = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True))
    fields: dict[str, Any] = {}
    for name in names:
        part = draw(TYPES)
        fields[name] = draw(st.sampled_from([(part, ...), (part | None, None)]))
    computed = draw(st.lists(st.sampled_from([key for key in "abc" if key not in names]), max_size=1))
    order = computing("Order", config, fields, computed)
    return draw(st.sampled_from([order, model("Order", config, nested=list[order])]))  # type: ignore[valid-type]  # made at run time


def written(payload: type[BaseModel]) -> str:
    """The JSON schema of what a model writes: its fields and computed fields, and nothing else."""
    schema = payload.model_json_schema(mode="serialization")
    nested = {name: {**part, "additionalProperties": False} for name, part in schema.pop("$defs", {}).items()}
    return json.dumps({**schema, "additionalProperties": False, "$defs": nested})


def read(payload: type[BaseModel]) -> str:
    return json.dumps(payload.model_json_schema(mode="validation"))


def agree(said: Verdict, writer: type[BaseModel], reader: type[BaseModel]) -> None:
    status = judged(writer, reader)
    event(f"{said.name} {status}")
    assert (said, status) != (Verdict.BREAKS, "compatible")
    # What a model does not read of itself is no change.
    assert (said, status) != (Verdict.SAFE, "incompatible") or judged(writer, writer) == "incompatible"


def judged(writer: type[BaseModel], reader: type[BaseModel]) -> str:
    return str(jsoncompat.analyze_compat(written(writer), read(reader), "deserializer")["status"])


@given(models(), models())
def test_the_verdicts_agree(old: type[BaseModel], new: type[BaseModel]) -> None:
    """Neither finds a message unreadable that the other finds safe."""
    found = changes(old, new)
    note(f"{old.model_fields} -> {new.model_fields}: {shown(found)}")
    agree(verdict(found, "backward"), old, new)
    agree(verdict(found, "forward"), new, old)
