"""Listing all differences between two catalogs."""

from __future__ import annotations

from pydantic import Field

from typedsignals.catalog import Catalog, ModelRecords, differences

from .making import catalog, model, receiver, send, signal


def of_signals(*paths: str) -> Catalog:
    signals = [signal(name=path.rpartition(":")[2], path=path, line=number) for number, path in enumerate(paths)]
    return Catalog.of(["shop"], {}, signals)


def test_a_catalog_does_not_differ_from_itself() -> None:
    """There is no line."""
    made = catalog(model("Order", a=int))
    assert differences(made, made) == ()


def test_changes_are_told_as_a_check_tells_them() -> None:
    """Each line starts with the name of the signal."""
    old, new = catalog(model("Order", a=int)), catalog(model("Order", a=str))
    assert differences(old, new) == ("shop.placed: a: type changed from int to str",)


def test_new_and_removed_signals_are_told() -> None:
    """A renamed signal does not count as new."""
    told = differences(of_signals("shop:a", "shop:b"), of_signals("shop:b", "shop:c"))
    assert told == ("shop.a: signal shop.a was removed", "shop.b: location changed", "shop.c: is new")
    old, new = catalog(name="placed"), catalog(name="ordered")
    assert differences(old, new) == ("shop.placed: signal shop.placed is now named shop.ordered",)


def test_what_breaks_nobody_is_told_in_a_word() -> None:
    """Each signal has one line for its details."""
    old = catalog(receivers=[receiver()])
    new = catalog(sends=[send()], line=8)
    assert differences(old, new) == ("shop.placed: location and receivers and sends changed",)


def test_details_of_models_are_told_if_nothing_else_is() -> None:
    """Descriptions are such details."""
    described = model("Order", a=(int, Field(description="The number.")))
    old, new = catalog(model("Order", a=int)), catalog(described)
    assert differences(old, new) == ("shop.Order: details changed",)
    both = ModelRecords()
    both.add(model("Order", a=int))
    assert differences(old, old.model_copy(update={"models": {**old.models, "other": old.models["shop.Order"]}})) == ()


def test_other_packages_are_told() -> None:
    """The packages are named."""
    assert differences(catalog(), catalog(packages=["shop", "stock"])) == ("packages: shop became shop, stock",)
    told = differences(catalog(packages=["shop", "stock"]), catalog(packages=["bank", "shop"]))
    assert told == ("packages: shop, stock became bank, shop",)
