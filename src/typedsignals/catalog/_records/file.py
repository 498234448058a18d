"""The catalog file: JSON that is meant to be committed."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic import ValidationError

from .errors import CatalogError
from .signals import FORMAT_VERSION, Catalog, check_consistent


def to_json(catalog: Catalog) -> str:
    """Return the text of the catalog file. The same program has the same text on every machine."""
    # Before 2.13, pydantic warns of a mismatch if `exclude_if` leaves out fields of a union's members.
    return catalog.model_dump_json(indent=2, warnings=False) + "\n"


def from_json(text: str, source: str) -> Catalog:
    """Read a catalog file.

    Args:
        text: The content of the file.
        source: The name of the file, for messages.

    Raises:
        CatalogError: The file is not a catalog, is damaged, or was written by a newer version of this package.
    """
    try:
        document = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{source} is not a catalog, or was cut off: {error}") from error
    _check_version(document, source)
    try:
        catalog = Catalog.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        reason = f"{path}: {first['msg']}" if path else first["msg"]
        raise CatalogError(f"{source} is not a valid catalog: {reason}; make it again") from error
    try:
        check_consistent(catalog)
    except CatalogError as error:
        raise CatalogError(f"{source} is not a valid catalog: {error}") from error
    return catalog


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"the key {double!r} appears twice, as after a merge: make it again")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _check_version(document: Any, source: str) -> None:
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise CatalogError(f"{source} is not a catalog: it has no version; make one with `typedsignals catalog`")
    if version > FORMAT_VERSION:
        raise CatalogError(
            f"{source} has version {version} of the catalog format, and this typedsignals reads up to version "
            f"{FORMAT_VERSION}: upgrade typedsignals"
        )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the catalog file."""
    schema = Catalog.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"typedsignals catalog, version {FORMAT_VERSION}",
        **{key: value for key, value in schema.items() if key != "title"},
    }
