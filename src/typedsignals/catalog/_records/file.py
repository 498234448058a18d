"""The catalog file: JSON, made to be committed."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic import ValidationError

from .errors import CatalogError
from .signals import FORMAT_VERSION, Catalog, check_consistent


def to_json(catalog: Catalog) -> str:
    """The text of the catalog file: the same for the same program, on every machine."""
    # Before 2.13, pydantic takes what `exclude_if` leaves out of a union's members for a mismatch, and warns of it.
    return catalog.model_dump_json(indent=2, warnings=False) + "\n"


def from_json(text: str, source: str) -> Catalog:
    """Read a catalog file.

    Args:
        text: What is in it.
        source: Its name, for messages.

    Raises:
        CatalogError: It is no catalog, is damaged, or was written by a newer version of this package.
    """
    try:
        document = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{source} is no catalog, or was cut off: {error}") from error
    _check_version(document, source)
    try:
        catalog = Catalog.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{place}: {first['msg']}" if place else first["msg"]
        raise CatalogError(f"{source} is no valid catalog: {reason}; make it again") from error
    try:
        check_consistent(catalog)
    except CatalogError as error:
        raise CatalogError(f"{source} is no valid catalog: {error}") from error
    return catalog


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"the key {double!r} is there twice, as after a merge: make it again")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


def _check_version(document: Any, source: str) -> None:
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise CatalogError(f"{source} is no catalog: it has no version; make one with `typedsignals catalog`")
    if version > FORMAT_VERSION:
        raise CatalogError(
            f"{source} has version {version} of the catalog format, this typedsignals reads up to {FORMAT_VERSION}: "
            "upgrade typedsignals"
        )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the catalog file."""
    schema = Catalog.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"typedsignals catalog, version {FORMAT_VERSION}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
