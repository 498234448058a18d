"""The messages of changes."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, NotRequired

import pytest
from pydantic import (
    AliasChoices,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    SkipValidation,
    ValidationError,
    create_model,
    field_validator,
)
from typing_extensions import TypedDict

from typedsignals.catalog import Catalog, Severity, compare_catalogs
from typedsignals.catalog._judge.severity import Profile, severity_of

from .making import catalog, changes, model, receiver
from .test_rules import ROWS, SIGNALS

RULES = f"{__package__}.test_rules"
MESSAGES = {
    "TS105": ["i: shop.Item became shop.Line", "payload: shop.Order became shop.OrderPlaced"],
    "TS201": ["b: required field added", "i.b: required field added"],
    "TS202": ["b: optional field added", "i.b: optional field added"],
    "TS203": ["b: required field removed"],
    "TS204": ["b: optional field removed"],
    "TS205": ["a<Card>.kind: renamed to type", "a<Cash>.kind: renamed to type", "b: renamed to c"],
    "TS206": ["a: renamed to b"],
    "TS207": ["a: validation alias changed from 'x' to 'y'"],
    "TS208": ["a is no longer written", "a is written as y, no longer as a"],
    "TS209": ["a: default added: 1"],
    "TS210": ["a: default removed: 1"],
    "TS211": ["a: default changed from 1 to 2", "a: default changed from builtins.list() to [1]"],
    "TS301": [
        "a: type changed from Named to str",
        "a: type changed from Pattern[bytes] to Pattern[str]",
        "a: type changed from Pattern[str] to Pattern[bytes]",
        "a: type changed from Text to str",
        "a: type changed from UUID to str",
        "a: type changed from int to str",
        "a: type changed from list[int] to set[int]",
        "a: type changed from str to Named",
    ],
    "TS302": [
        "a: type widened from Pattern[str] to Pattern",
        "a: type widened from int to Any",
        "a: type widened from int to float",
    ],
    "TS303": [
        "a: type narrowed from Any to int",
        "a: type narrowed from Pattern to Pattern[bytes]",
        "a: type narrowed from float to int",
    ],
    "TS304": ["a: int became nullable"],
    "TS305": ["a: int | None no longer accepts None"],
    "TS306": ["a: 'y' was added to Literal['x', 'y']", "a: BLUE was added to Color", "a: GREEN was added to Color"],
    "TS307": ["a: 'y' was removed from Literal['x', 'y']", "a: BLUE was removed from Color"],
    "TS308": ["a: bytes was added to the union", "a: list[int] was added to the union"],
    "TS309": ["a: list[int] was removed from the union"],
    "TS310": [
        "a: discriminator changed from kind to none",
        "a: discriminator changed from kind to type",
        "a: discriminator changed from none to kind",
    ],
    "TS311": [
        "a: constraint tightened from Annotated[str, max_length=3] to Annotated[str, max_length=2]",
        "a: constraint tightened from int to Annotated[int, gt=0]",
    ],
    "TS312": [
        "a: constraint loosened from Annotated[int, gt=0] to int",
        "a[]: constraint loosened from Annotated[int, le=9] to int",
    ],
    "TS313": ["a: no longer accepts e.g. '1' for int"],
    "TS314": [f"a: AfterValidator(func={RULES}.second) added; AfterValidator(func={RULES}.first) removed"],
    "TS315": [
        "a: class changed from tests.catalog.test_rules.Animal to tests.catalog.test_rules.Cat",
        "a: class changed from tests.catalog.test_rules.Cat to tests.catalog.test_rules.Animal",
        "a: class changed from tests.catalog.test_rules.Cat to tests.catalog.test_rules.Dog",
    ],
    "TS316": ["a: int became Cat, which cannot be serialised"],
    "TS317": ["a: BLUE: value changed from 'blue' to 'azure'"],
    "TS401": ["payload: unknown fields are forbidden"],
    "TS402": ["payload: unknown fields no longer forbidden"],
    "TS403": ["payload: unknown fields no longer kept"],
    "TS404": ["i: by position, it takes (height, width), no longer (width, height)"],
    "TS901": ["a: constraints changed from (Annotated[str, pattern='a+']) to (Annotated[str, pattern='b+'])"],
}
"""Of each rule about payloads, what it says of the rows that show its verdicts."""

OF_SIGNALS = [
    "signal shop.placed is now named shop.sent",
    "signal shop.placed was removed",
    "sender: type narrowed from Animal to Cat",
    "sender: type narrowed from anything to Cat",
    "sender: type changed from Dog to Cat",
    "sender: type widened from Cat to Animal",
    "sender: type widened from Cat to anything",
    "validation: was 'never' and is 'always'",
    "validation: was 'never' and is 'connected'",
    "validation: was 'connected' and is 'always'",
    "validation: was 'always' and is 'never'",
    "validation: was 'connected' and is 'never'",
    "validation: was 'always' and is 'connected'",
    "results: type changed from bool to str",
    "results: type widened from bool to bool | None",
    "results: type narrowed from int | str to int",
    "results: type widened from bool to anything",
    "receivers: accepted 'any' and accepts 'sync'",
    "receivers: accepted 'any' and accepts 'async'",
    "receivers: accepted 'sync' and accepts 'any'",
    "receivers: accepted 'async' and accepts 'any'",
    "owner: was blinker: ordered and is django: ordered",
    "owner: was this program and is blinker: ordered",
    "signal shop.placed is no longer carried by the relay shop",
    "group mail no longer receives signal shop.placed",
    "group mail was renamed to post, so that nobody receives signal shop.placed for it",
    "messages of signal shop.placed had a key, and have none: they may be delivered in any order",
]
"""The same for rules about signals, row by row."""

PLAIN: Any = (int, 1)
RENAMED: Any = (int, Field(1, serialization_alias="amt"))
SILENT: Any = (int, Field(1, exclude=True))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (PLAIN, RENAMED, "a is written as amt, no longer as a"),
        (RENAMED, SILENT, "a is no longer written"),
        (SILENT, RENAMED, "a is written as amt"),
    ],
)
def test_how_a_field_is_written_is_said_in_words(before: Any, after: Any, message: str) -> None:
    """The message also tells if the field is left out of messages, before or now."""
    found = changes(model("Order", a=before), model("Order", a=after))
    assert [(one.rule.id, one.message) for one in found] == [("TS208", message)]


@pytest.mark.parametrize("kind", [list, dict, set, frozenset, tuple, str, bytes, int, float, complex, bool])
def test_what_a_builtin_type_makes_is_the_same_as_a_default(kind: Any) -> None:
    """A mutable default equals its factory, because pydantic copies it for each instance."""
    made, given = model("Order", a=(kind, Field(default_factory=kind))), model("Order", a=(kind, kind()))
    assert changes(made, given) == changes(given, made) == ()
    values = [payload().a for payload in (made, given, given)]  # type: ignore[attr-defined]  # made at run time
    assert values == [kind()] * 3
    assert kind not in (list, dict, set) or values[1] is not values[2]


def test_a_default_that_changes_is_told_with_both() -> None:
    """The message shows both defaults; a factory is shown as a call."""
    (found,) = changes(model("Order", a=(list, Field(default_factory=list))), model("Order", a=(list, [1])))
    assert found.message == "a: default changed from builtins.list() to [1]"


def test_code_that_has_no_name_of_its_own_is_said_to_change() -> None:
    """The message does not say that a lambda changed from itself to itself."""
    old, new = (
        model("Order", a=(int, Field(default_factory=factory)))
        for factory in (
            lambda: 1,
            lambda: 2,
        )
    )
    (found,) = changes(old, new)
    name = f"{__name__}.test_code_that_has_no_name_of_its_own_is_said_to_change.<locals>.<lambda>()"
    assert found.message == f"a: the code of the default factory {name} changed"


class Total(TypedDict):
    x: int


class Partial(TypedDict):
    x: NotRequired[int]


def test_a_key_that_may_be_absent_surprises_those_who_read_it() -> None:
    """pydantic accepts a missing key now, and refused it before."""
    old, new = model("Order", a=Total), model("Order", a=Partial)
    with pytest.raises(ValidationError):
        old(a={})
    assert new(a={}).a == {}  # type: ignore[attr-defined]  # made at run time
    found = {change.rule.id: change for change in changes(old, new, receivers=[receiver(fields=("a",))])}
    assert found["TS302"].message == "a.x: may be absent now"
    assert severity_of(found["TS302"], Profile()) is Severity.WARN
    assert [str(who) for who in found["TS302"].affected] == ["receiver ship (shop/stock.py:9) may break"]
    _, back = changes(new, old)
    assert back.message == "a.x: may no longer be absent"
    assert {found["TS302"].subject, back.subject} == {"absent"}  # what tells it from changes of the type


def test_each_payload_rule_says_what_changed() -> None:
    """By the words of whoever wrote the models."""
    said: dict[str, set[str]] = {}
    for old, new, *_ in ROWS:
        for change in changes(old, new):
            said.setdefault(change.rule.id, set()).add(change.message)
    assert {rule: sorted(messages) for rule, messages in said.items()} == MESSAGES


def test_each_signal_rule_says_what_changed() -> None:
    """With both names, types or modes."""
    payload = model(a=int)
    said = [compare_catalogs(catalog(payload, **old), catalog(payload, **new)) for old, new, *_ in SIGNALS]
    assert [change.message for found in said for change in found] == OF_SIGNALS


def test_a_payload_that_comes_or_goes_is_a_change_of_what_can_be_sent() -> None:
    """And the mode of validation is nothing to compare then."""
    with_payload, without = catalog(model(a=int)), catalog(validate_mode="never")
    found = [compare_catalogs(without, with_payload), compare_catalogs(with_payload, without)]
    assert [[(change.rule.id, change.message) for change in changes] for changes in found] == [
        [("TS303", "payload: anything could be sent, now only shop.Order")],
        [("TS302", "payload: only shop.Order could be sent, now anything")],
    ]


def test_a_change_is_where_the_signal_is_now() -> None:
    """Or where it was, if it is gone."""
    old, new = catalog(model(a=int), line=3), catalog(model(a=str), line=7)
    (changed,) = compare_catalogs(old, new)
    (gone,) = compare_catalogs(old, Catalog.of(("shop",), {}, []))
    assert (changed.location, gone.location) == ("shop/orders.py:7", "shop/orders.py:3")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((), ("x",), "from none to 'x'"),
        (("x",), ("x", "y"), "from 'x' to 'x', 'y'"),
        (("x", "y"), (), "from 'x', 'y' to none"),
    ],
)
def test_all_validation_aliases_are_named(before: tuple[str, ...], after: tuple[str, ...], words: str) -> None:
    """Old messages have the name of the field, which can still be read."""
    old, new = (
        model("Order", a=(int, Field(validation_alias=AliasChoices(*names)) if names else ...))
        for names in (before, after)
    )
    (found,) = changes(old, new)
    assert (found.message, str(found.verdicts)) == (f"a: validation alias changed {words}", "✓✓✓✓✓✓")


@dataclasses.dataclass
class Item:
    n: int


def test_another_kind_of_class_is_told_with_both_kinds() -> None:
    """With both names, which may be equal."""
    _, found = changes(model("Order", a=model("Item", n=int)), model("Order", a=Item))
    assert (found.rule.id, found.message) == ("TS301", f"a: model shop.Item became dataclass {__name__}.Item")


FORBID, LOWER = ConfigDict(extra="forbid"), ConfigDict(extra="ignore", str_to_lower=True)


def checked(**validators: Any) -> Any:
    return create_model("Item", __module__="shop", __validators__=validators, n=(str, ...))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (model("Item", n=str), model("Item", FORBID, n=str), "unknown fields are forbidden"),
        (model("Item", FORBID, n=str), model("Item", n=str), "unknown fields no longer forbidden"),
        (model("Item", n=str), model("Item", LOWER, n=str), "str_to_lower added"),
        (checked(), checked(v=field_validator("n")(lambda value: value)), "field validator v of n added"),
    ],
)
def test_a_nested_model_is_named_by_its_path(old: Any, new: Any, message: str) -> None:
    """The payload itself has no path."""
    (found,) = changes(old, new)
    assert (found.path, found.message) == ("", f"payload: {message}")
    (found,) = changes(model("Order", a=list[old]), model("Order", a=list[new]))
    assert (found.path, found.message) == ("a[]", f"a[]: {message}")


@pytest.mark.parametrize(
    ("old", "new", "message", "subject"),
    [
        (SecretStr, HttpUrl, "whether HttpUrl accepts the values of SecretStr cannot be decided", ""),
        (
            SkipValidation[int],
            SkipValidation[str],
            "what changed from SkipValidation[int] to SkipValidation[str] cannot be decided",
            "",
        ),
        (
            Annotated[str, Field(pattern="a")],
            Annotated[str, Field(pattern="b")],
            "constraints changed from (Annotated[str, pattern='a']) to (Annotated[str, pattern='b'])",
            "constraints",
        ),
    ],
)
def test_what_cannot_be_decided_is_said_with_both_types(old: Any, new: Any, message: str, subject: str) -> None:
    """Anybody may break."""
    (found,) = changes(model("Order", a=old), model("Order", a=new))
    assert (found.rule.id, found.path, found.message, found.subject) == ("TS901", "a", f"a: {message}", subject)
