"""Changes of enumerations: members as text and numbers, members of a ``Literal``, and names of members."""

from __future__ import annotations

import enum
from contextlib import suppress
from enum import Enum, EnumType, Flag, IntEnum, IntFlag, StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from typedsignals.catalog import Catalog, ModelRecords, Verdict, compare_catalogs
from typedsignals.catalog._records.types import ChoiceType

from .making import catalog, changes, model, shown
from .test_verdicts import of, reads, verdict

STRICT = ConfigDict(strict=True)


class StrMixed(str, Enum):  # noqa: UP042  # as it may be written
    pass


class IntMixed(int, Enum):
    pass


class Named(StrEnum):
    def __str__(self) -> str:
        return self.name


class Formatted(StrEnum):
    def __format__(self, _: str) -> str:
        return self.name


class NamedAlso(StrEnum):
    def __str__(self) -> str:
        return self.name.lower()


KINDS: dict[str, Any] = {
    "StrEnum": StrEnum,
    "StrMixed": StrMixed,
    "IntEnum": IntEnum,
    "IntMixed": IntMixed,
    "Enum": Enum,
    "Named": Named,
    "NamedAlso": NamedAlso,
    "Formatted": Formatted,
    "Flag": Flag,
    "IntFlag": IntFlag,
}


def enumeration(kind: str, **members: Any) -> Any:
    return KINDS[kind]("Color", members, module="shop")


def told(old: Any, new: Any, config: ConfigDict = STRICT) -> list[tuple[str, str, str]]:
    return [
        (found.rule.id, str(found.verdicts), found.message)
        for found in changes(model("Order", config, a=old), model("Order", config, a=new))
    ]


@pytest.mark.parametrize(
    ("old", "new", "value", "message"),
    [
        ("StrEnum", "StrMixed", "red", "str() and f-strings show members of Color by name, no longer by value"),
        ("StrMixed", "StrEnum", "red", "str() and f-strings show members of Color by value, no longer by name"),
        ("IntEnum", "IntMixed", 1, "str() and f-strings show members of Color by name, no longer by value"),
        ("Enum", "StrEnum", "red", "str() and f-strings show members of Color by value, no longer by name"),
        ("Enum", "IntEnum", 1, "str() and f-strings show members of Color by value, no longer by name"),
        ("StrEnum", "Named", "red", "str() shows members of Color by their own code, no longer by value"),
        ("Named", "NamedAlso", "red", "str() shows members of Color by other code"),
        ("StrEnum", "Formatted", "red", "f-strings show members of Color by their own code, no longer by value"),
        ("StrEnum", "Enum", "red", "members of Color are no longer instances of str"),
        ("IntEnum", "Enum", 1, "members of Color are no longer instances of int"),
    ],
)
def test_members_as_text_and_numbers(old: str, new: str, value: Any, message: str) -> None:
    """Receivers may use members as text or numbers; senders and messages are not concerned."""
    before, after = enumeration(old, RED=value), enumeration(new, RED=value)
    assert told(before, after) == [("TS301", "✓⚠⚠⚠✓✓", f"a: {message}")]
    [found] = changes(model("Order", STRICT, a=before), model("Order", STRICT, a=after))
    assert found.subject == ("base" if "instances of" in message else "text")  # what tells two of a path apart
    ways = (str, format) if "members" not in message.split(maxsplit=1)[0] else ()
    shown_before, shown_after = ([way(kind.RED) for way in ways] for kind in (before, after))
    assert (shown_before != shown_after) == bool(ways)


@pytest.mark.parametrize(
    ("old", "new"), [("StrEnum", "StrEnum"), ("Flag", "Flag"), ("StrMixed", "StrMixed"), ("IntFlag", "IntFlag")]
)
def test_members_that_are_shown_as_before(old: str, new: str) -> None:
    """There is no change."""
    value: Any = "red" if old.startswith("Str") else 1
    assert told(enumeration(old, RED=value), enumeration(new, RED=value)) == []


def colors(base: Any, **options: Any) -> Any:
    return base("Color", {"RED": 1, "BLUE": 2}, module="shop", **options)


Conforming = colors(IntFlag, boundary=enum.CONFORM)
Bounded = colors(IntFlag, boundary=enum.STRICT)
Keeping = colors(IntFlag)
Numbers = colors(IntEnum)
COMBINED, UNKNOWN = '{"a":3}', '{"a":8}'


@pytest.mark.parametrize(
    ("old", "new", "message", "unread", "unread_before"),
    [
        (Numbers, Keeping, ("TS302", "✓⚠⚠⚠✓✗", "members of Color can be combined now"), [], [COMBINED, UNKNOWN]),
        (Keeping, Numbers, ("TS303", "✗✓✓✓✗✓", "members of Color can no longer be combined"), [COMBINED, UNKNOWN], []),
        (Keeping, Bounded, ("TS303", "✗✓✓✓✗✓", "Color no longer keeps unknown bits"), [UNKNOWN], []),
        (Bounded, Keeping, ("TS302", "✓⚠⚠⚠✓✗", "Color keeps unknown bits now"), [], [UNKNOWN]),
        (Keeping, Conforming, ("TS303", "✗✓✓✓⚠✓", "Color no longer keeps unknown bits"), [], []),
        (Conforming, Keeping, ("TS302", "✓⚠⚠⚠✓⚠", "Color keeps unknown bits now"), [], []),
    ],
)
def test_flags_have_values_that_are_no_members(
    old: Any, new: Any, message: tuple[str, str, str], unread: list[str], unread_before: list[str]
) -> None:
    """Combinations of members and, by default, bits that no member has."""
    rule, marks, words = message
    assert told(old, new) == [(rule, marks, f"a: {words}")]
    before, after = (model("Order", STRICT, a=kind) for kind in (old, new))
    assert [one for one in (COMBINED, UNKNOWN) if not reads(after, one)] == unread
    assert [one for one in (COMBINED, UNKNOWN) if not reads(before, one)] == unread_before


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (int, Verdict.SAFE),
        (Annotated[int, Field(le=2)], Verdict.WARNS),
        (Literal[1, 2], Verdict.BREAKS),
        (Keeping | None, Verdict.SAFE),
    ],
)
def test_flags_that_became_another_type(new: Any, expected: Verdict) -> None:
    """Their combinations are numbers, but none of the members' own."""
    found = changes(model("Order", STRICT, a=Keeping), model("Order", STRICT, a=new))
    assert verdict(found, "backward") is expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Literal["a"] | Literal["b"], Literal["b", "a"]),  # noqa: PYI030  # as it may be written
        (Literal["a", "b"], Literal["a"] | Literal["b"]),  # noqa: PYI030
        (bool, Literal[True] | Literal[False]),  # noqa: PYI030
        (bool | None, Literal[True, False] | None),
    ],
)
def test_values_may_be_in_several_members_of_a_union(old: Any, new: Any) -> None:
    """Nothing changes if they are put into one, or apart."""
    assert told(old, new) == []


def test_values_may_fit_different_members_of_a_union() -> None:
    """The type is wider then."""
    assert told(Literal["a", 1], str | int) == [
        ("TS302", "✓⚠⚠⚠✓✗", "a: type widened from Literal['a', 1] to str | int")
    ]


def test_a_catalog_that_does_not_know_how_members_are_shown() -> None:
    """An older catalog can be compared, without guessing how members were shown."""
    old, new = (catalog(model("Order", a=enumeration(kind, RED="red"))) for kind in ("StrEnum", "StrMixed"))
    text = old.model_dump_json(warnings=False).replace('"text":"value"', '"text":""')
    assert '"text":"value"' in old.model_dump_json(warnings=False)
    assert compare_catalogs(Catalog.model_validate_json(text), new) == ()


@pytest.mark.parametrize(
    ("kind", "marks"), [("StrEnum", "✗✓✓✓✗✓"), ("StrMixed", "✗⚠⚠⚠✗✓"), ("Named", "✗⚠⚠⚠✗✓"), ("Formatted", "✗⚠⚠⚠✗✓")]
)
def test_text_that_became_an_enumeration(kind: str, marks: str) -> None:
    """The members are still text, but may be shown differently."""
    assert [found[:2] for found in told(str, enumeration(kind, RED="red"))] == [("TS303", marks)]


def test_text_that_became_an_enumeration_of_which_nobody_knows_how_it_is_shown() -> None:
    """The catalog of the new program may be an older one as well; receivers are not warned by a guess."""
    old, new = (catalog(model("Order", a=kind)) for kind in (str, enumeration("StrEnum", RED="red")))
    text = new.model_dump_json(warnings=False).replace('"text":"value"', '"text":""')
    assert shown(compare_catalogs(old, Catalog.model_validate_json(text))) == [("TS303", "a", "✗✓✓✓✗✓")]


def test_a_list_that_became_an_enumeration() -> None:
    """How members are shown does not matter to receivers that expect something else."""
    assert [found[:2] for found in told(of(list, str), enumeration("Named", RED="red"))] == [("TS301", "✗✗✗✗✗✗")]


# Literals


@pytest.mark.parametrize(
    ("literal", "new", "config", "marks"),
    [
        (Literal["red"], enumeration("StrEnum", RED="red"), ConfigDict(), "⚠⚠⚠⚠✓✓"),
        (Literal["red"], enumeration("StrEnum", RED="red"), STRICT, "✗⚠⚠⚠✓✓"),
        (Literal["red"], enumeration("StrMixed", RED="red"), ConfigDict(), "⚠⚠⚠⚠✓✓"),
        (Literal[1], enumeration("IntEnum", ONE=1), ConfigDict(), "⚠⚠⚠⚠✓✓"),
        (Literal[1, 2], enumeration("IntEnum", ONE=1), ConfigDict(), "✗⚠⚠⚠✗✓"),
        (Literal["red"], enumeration("StrEnum", RED="red", BLUE="blue"), ConfigDict(), "⚠⚠⚠⚠✓✗"),
        (Literal["red"], enumeration("Enum", RED="red"), ConfigDict(), "⚠✗✗✗✓✓"),
        (Literal["1"], enumeration("IntEnum", ONE=1), ConfigDict(), "✗✗✗✗✗✗"),
    ],
)
def test_a_literal_that_became_an_enumeration(literal: Any, new: Any, config: ConfigDict, marks: str) -> None:
    """Members that are text equal the old values, so receivers are surprised at most; strict fields want members."""
    for old, now in ((literal, new), (literal | None, new | None), (of(list, literal), of(list, new))):
        assert [found[:2] for found in told(old, now, config)] == [("TS301", marks)]


def test_an_enumeration_that_became_a_literal() -> None:
    """Members are still accepted, because pydantic compares values, but receivers no longer get members."""
    kind = enumeration("StrEnum", RED="red")
    assert [found[:2] for found in told(kind, Literal["red"])] == [("TS301", "⚠✗✗✗✓✓")]
    assert accepted(model("Order", STRICT, a=Literal["red"]), kind.RED)
    assert [found[:2] for found in told(enumeration("Enum", RED="red"), Literal["red"])] == [("TS301", "✗✗✗✗✓✓")]


def test_a_literal_of_members_is_of_their_enumeration() -> None:
    """The builtin base of members is known for both."""
    kind = enumeration("StrEnum", RED="red", BLUE="blue")
    red = of(Literal, kind.RED)
    assert [found[:2] for found in told(kind, red)] == [("TS307", "✗✓✓✓✗✓")]
    assert [found[:2] for found in told(red, kind, ConfigDict())] == [("TS306", "✓⚠⚠⚠✓✗")]


# Names


def test_a_member_that_was_renamed() -> None:
    """Its value is kept, so messages can be read; the old name no longer exists."""
    old, new = enumeration("StrEnum", RED="red", BLUE="b"), enumeration("StrEnum", CRIMSON="red", BLUE="b")
    assert told(old, new) == [("TS307", "✗⚠⚠⚠✓✓", "a: RED was renamed to CRIMSON, and its value is kept")]


def test_a_member_that_was_renamed_and_keeps_its_old_name() -> None:
    """Code that uses the old name does not break."""
    old, new = enumeration("StrEnum", RED="red"), enumeration("StrEnum", CRIMSON="red", RED="red")
    message = "a: RED was renamed to CRIMSON, and its value is kept, as is the old name"
    assert told(old, new) == [("TS307", "✓⚠⚠⚠✓✓", message)]


def test_another_name_that_was_removed() -> None:
    """Code that uses the alias breaks."""
    old, new = enumeration("StrEnum", RED="red", CRIMSON="red"), enumeration("StrEnum", RED="red")
    assert told(old, new) == [("TS307", "✗⚠⚠⚠✓✓", "a: CRIMSON, an alias of RED, was removed from Color")]
    assert told(new, old) == []


def test_another_name_that_became_a_member() -> None:
    """Code that uses the alias means another value now."""
    old, new = enumeration("StrEnum", RED="red", CRIMSON="red"), enumeration("StrEnum", RED="red", CRIMSON="crimson")
    found = told(old, new)
    assert found[0] == ("TS317", "✓⚠⚠⚠✓✓", "a: CRIMSON was an alias of RED, and is another member of Color now")
    assert [rule for rule, _, _ in found] == ["TS317", "TS306"]


def test_members_that_exchange_their_values_are_not_renamed() -> None:
    """Both names still exist."""
    old, new = enumeration("StrEnum", A="a", B="b"), enumeration("StrEnum", A="b", B="a")
    assert {found[0] for found in told(old, new)} == {"TS317"}


def test_a_member_whose_value_another_one_has_now_was_removed() -> None:
    """The other one already existed, so it is not a new name; old messages can be read, but mean the other one."""
    old, new = enumeration("StrEnum", A="a", B="b"), enumeration("StrEnum", B="a")
    assert told(old, new) == [
        ("TS307", "✗✓✓✓✓✓", "a: A was removed from Color"),
        ("TS317", "✓⚠⚠⚠✗⚠", "a: B: value changed from 'b' to 'a'"),
    ]
    assert reads(model("Order", a=new), model("Order", a=old)(a=old.A).model_dump_json())
    assert not reads(model("Order", a=new), model("Order", a=old)(a=old.B).model_dump_json())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"A": "a", "B": "b"}, {"A": "b", "B": "a"}, [("TS317", "A"), ("TS317", "B")]),
        ({"A": "a", "B": "b", "C": "c"}, {"C": "c"}, [("TS307", "'a'"), ("TS307", "'b'")]),
        ({"A": "a", "B": "b"}, {"X": "a", "Y": "b"}, [("TS307", "'a'"), ("TS307", "'b'")]),
        ({"A": "a", "B": "a", "C": "a"}, {"A": "a"}, [("TS307", "B"), ("TS307", "C")]),
        ({"A": "a", "B": "a"}, {"A": "a", "B": "b"}, [("TS317", "B"), ("TS306", "'b'")]),
    ],
)
def test_changes_of_two_members_are_told_apart(
    old: dict[str, str], new: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    """By the value or the name, whatever is gone, so that their findings have separate fingerprints."""
    found = changes(*(model("Order", a=enumeration("StrEnum", **members)) for members in (old, new)))
    assert [(change.rule.id, change.subject) for change in found] == expected


def test_a_value_that_is_only_alike_is_no_renamed_member() -> None:
    """True and 1 are different values."""
    found = told(enumeration("Enum", YES=1), enumeration("Enum", TRUE=True))
    assert [rule for rule, _, _ in found] == ["TS307", "TS306"]


@st.composite
def versions(draw: st.DrawFn) -> Any:
    """One version of an enumeration or `Literal`."""
    names = draw(st.lists(st.sampled_from("ABC"), min_size=1, unique=True))
    values = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=len(names), max_size=len(names)))
    kind = draw(st.sampled_from(["StrEnum", "StrMixed", "Enum", "Literal"]))
    if kind == "Literal":
        return of(Literal, *dict.fromkeys(values))
    return enumeration(kind, **dict(zip(names, values, strict=True)))


def values_of(kind: Any) -> list[Any]:
    return [*kind] if isinstance(kind, EnumType) else [*kind.__args__]


def accepted(payload: type[BaseModel], value: Any) -> bool:
    with suppress(ValidationError):
        payload.model_validate({"a": value})
        return True
    return False


def are_read(writer: type[BaseModel], reader: type[BaseModel], kind: Any) -> bool:
    """Whether everything that one enumeration writes can be read by another."""
    written = (writer.model_validate({"a": value}).model_dump_json() for value in values_of(kind))
    return all(reads(reader, message) for message in written)


def sendable(kind: Any, new: Any) -> list[Any]:
    """What code that knows one version sends, using the members of the other version if it imports them."""
    if isinstance(kind, EnumType) and isinstance(new, EnumType):
        return [new.__members__.get(name) for name in kind.__members__]
    return values_of(kind)


@given(versions(), versions(), st.booleans())
def test_verdicts_hold(old: Any, new: Any, is_strict: bool) -> None:
    """pydantic reads messages, accepts members and values, and shows members as predicted."""
    before, after = (model("Order", ConfigDict(strict=is_strict), a=kind) for kind in (old, new))
    found = changes(before, after)
    note(f"{values_of(old)} -> {values_of(new)}: {shown(found)}")
    for column, is_read in {"backward": are_read(before, after, old), "forward": are_read(after, before, new)}.items():
        said = verdict(found, column)
        event(f"{column} {said.name}")
        assert said is Verdict.WARNS or (said is Verdict.SAFE) == is_read
    said = verdict(found, "senders")
    is_taken = all(accepted(after, sent) for sent in sendable(old, new))
    event(f"senders {said.name}")
    assert said is Verdict.WARNS or not (said is Verdict.SAFE and not is_taken)
    if said is Verdict.BREAKS and is_strict:
        assert not is_taken
    if verdict(found, "extra_receivers") is Verdict.SAFE and isinstance(old, EnumType):
        common = [name for name in old.__members__ if name in new.__members__]
        assert [f"{old[name]}" for name in common] == [f"{new[name]}" for name in common]


def test_how_members_are_shown_is_recorded_by_what_shows_them() -> None:
    """The record depends on the code, not on what a member happens to look like."""
    models = ModelRecords()
    models.add(model("Order", a=Annotated[enumeration("Formatted", RED="red"), Field()]))
    kind = models.records["shop.Order"].fields[0].type
    assert isinstance(kind, ChoiceType)
    assert kind.text == "value"
    assert len(kind.formatted) == 16
    assert shown(()) == []
