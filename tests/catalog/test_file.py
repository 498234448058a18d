"""The catalog file: writing, reading and refusing it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import BaseModel

from examples import shop
from typedsignals.catalog import (
    FORMAT_VERSION,
    Catalog,
    CatalogError,
    ModelRecords,
    Profile,
    check_catalog,
    compare_catalogs,
    from_json,
    json_schema,
    to_json,
)

from .making import catalog, model, receiver, send, signal
from .zoo import Zoo

SHOP = Path(shop.__file__).parent


def full() -> Catalog:
    return catalog(Zoo, receivers=[receiver(fields=("integer",))], sends=[send("b", line=9), send("a")])


def test_a_catalog_survives_its_file() -> None:
    """Reading a file gives the catalog that was written, and writing that gives the same file."""
    text = to_json(full())
    assert from_json(text, "signals.json") == full()
    assert to_json(from_json(text, "signals.json")) == text


def test_the_order_does_not_depend_on_discovery() -> None:
    """Signals, models, packages and sends are sorted; receivers stay in the order of their calls."""
    models = ModelRecords()
    names = [models.add(model(name, a=int)) for name in ("B", "A")]
    signals = [signal(names[0], name="b", path="m:b"), signal(names[1], name="a", path="m:a")]
    made = Catalog.of(["q", "p"], models.records, signals, [send("x", line=2), send("y", line=1)])
    again = Catalog.of(["p", "q"], dict(reversed([*models.records.items()])), signals[::-1], made.unresolved_sends)
    assert to_json(made) == to_json(again)
    assert [one.name for one in made.signals] == ["a", "b"]
    assert [one.line for one in made.unresolved_sends] == [1, 2]
    assert [one.line for one in full().signals[0].sends] == [5, 9]


def test_what_is_empty_is_left_out() -> None:
    """Empty values are left out, but a limit or default of zero is not empty."""
    text = to_json(catalog(model("Order", a=(int, 0))))
    document = json.loads(text)
    (field,) = document["models"]["shop.Order"]["fields"]
    assert field == {"name": "a", "type": {"kind": "scalar", "name": "int"}, "required": False, "default": "0"}
    assert "sender" not in document["signals"][0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not a catalog, or was cut off"),
        ('{"version": 1, "packages"', "is not a catalog, or was cut off"),
        ("[" * 100_000, "is not a catalog, or was cut off"),
        ("[]", "has no version"),
        ('{"openapi": "3.1"}', "has no version"),
        (f'{{"version": {FORMAT_VERSION + 1}}}', "upgrade typedsignals"),
        ('{"version": 1, "packages": [], "models": {}, "signals": [{}]}', "signals.0.file: Field required"),
        ('{"version": true}', "has no version"),
        ('{"version": 0}', "has no version"),
        ('{"version": -1}', "has no version"),
        ('{"version": 1.0}', "has no version"),
        ('{"version": "1"}', "has no version"),
        ('{"version": 1, "version": 1}', "the key 'version' appears twice, as after a merge: make it again"),
        ('{"version": 1, "models": {"a": {"x": [{"b": 1, "c": 2, "b": 1}]}}}', "the key 'b' appears twice"),
        ('{"version": 1, "models": NaN}', "NaN is not a JSON number"),
        ('{"version": 1, "models": [-Infinity]}', "-Infinity is not a JSON number"),
        ('{"version": ' + "9" * 5000 + "}", "is not a catalog, or was cut off"),
        ('{"version": ' + "9" * 1000 + "}", "upgrade typedsignals"),
        ('{"version": 1, "models": ' + "[" * 500 + "]" * 500 + "}", "is not a valid catalog"),
        ('{"version": 1}\x00', "is not a catalog, or was cut off"),
    ],
)
def test_what_is_no_catalog_is_refused(text: str, problem: str) -> None:
    """The message names the file and says what to do."""
    with pytest.raises(CatalogError, match=r"^signals\.json") as caught:
        from_json(text, "signals.json")
    assert problem in str(caught.value)


def test_two_signals_of_one_name_are_refused() -> None:
    """The message names both locations."""
    with pytest.raises(CatalogError, match=r"'shop\.placed': one at shop/orders\.py:3, one at shop/orders\.py:8"):
        Catalog.of([], {}, [signal(), signal(path="shop.other:placed", line=8)])


def test_a_payload_that_is_missing_is_refused() -> None:
    """A damaged file is not read as a signal without a payload."""
    text = to_json(catalog(model("Order", a=int))).replace('"payload": "shop.Order"', '"payload": "shop.Odrer"')
    with pytest.raises(CatalogError, match=r"signals\.json is not a valid catalog: .*shop\.Odrer"):
        from_json(text, "signals.json")


def test_signals_without_a_namespace_go_by_their_path() -> None:
    """Two modules may have signals with the same name."""
    first, second = (signal(namespace="", path=f"shop.{module}:placed") for module in ("a", "b"))
    assert [one.key for one in Catalog.of([], {}, [second, first]).signals] == ["shop.a.placed", "shop.b.placed"]


def test_payloads_and_fields_are_found_by_name() -> None:
    """A catalog resolves the names in its records."""
    made = catalog(model("Order", a=int))
    record = made.payload_of(made.signals[0])
    assert record is not None
    assert record.field("b") is None
    assert (found := record.field("a")) is not None
    assert not found.is_live
    assert catalog(None).payload_of(signal()) is None


def test_the_file_has_a_json_schema() -> None:
    """The schema names its version and describes all records."""
    schema = json_schema()
    assert schema["title"] == f"typedsignals catalog, version {FORMAT_VERSION}"
    assert {"SignalRecord", "ModelRecord", "ReceiverRecord", "UnionType"} <= schema["$defs"].keys()
    assert schema["required"] == ["packages", "models", "signals"]


class Nested(BaseModel):
    a: int


def test_models_of_one_name_are_told_apart() -> None:
    """Two classes with the same name have separate records."""
    models = ModelRecords()
    assert [models.add(model("Item", a=int)), models.add(model("Item", a=str))] == ["shop.Item", "shop.Item#2"]
    assert models.add(Nested) == models.add(Nested)


def test_a_file_of_the_first_format_is_read() -> None:
    """What the old format does not contain is unknown, and does not count as a change."""
    text = (Path(__file__).parent / "format-1.json").read_text(encoding="utf-8")
    assert '"version": 1,' in text
    old = from_json(text, "format-1.json")
    new = from_json((SHOP / "signals-1.0.json").read_text(encoding="utf-8"), "signals-1.0.json")
    assert compare_catalogs(old, new) == compare_catalogs(new, old) == ()
    behaviours = [behaviour for record in old.models.values() for behaviour in record.behaviours]
    assert {behaviour.effect for behaviour in behaviours} == {"written"}
    assert check_catalog(old, Profile(is_brokered=True)) == check_catalog(new, Profile(is_brokered=True))
