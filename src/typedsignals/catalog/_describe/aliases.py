"""Read the names that fields have in messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy

from pydantic import AliasChoices, AliasGenerator, AliasPath, ConfigDict
from pydantic.fields import FieldInfo

Alias = str | AliasPath | AliasChoices | None


def read_aliases(alias: Alias, name: str) -> Iterator[str]:
    """Yield the keys that a field is read from, in addition to its name."""
    match alias:
        case AliasChoices():
            for choice in alias.choices:
                yield from read_aliases(choice, name)
        case AliasPath():
            yield ".".join(map(str, ("$", *alias.path))) if len(alias.path) > 1 else str(alias.path[0])
        case str() if alias != name:
            yield alias


def with_generated_aliases(name: str, info: FieldInfo, config: ConfigDict) -> FieldInfo:
    """Give a field the aliases of the configuration's generator, as pydantic does for the fields of models."""
    generator = config.get("alias_generator")
    if generator is None:
        return info
    read, written = _generated(generator, name)
    field = copy(info)
    may_replace = (info.alias_priority or 1) <= 1
    field.validation_alias = read if may_replace else info.validation_alias or read
    field.serialization_alias = written if may_replace else info.serialization_alias or written
    return field


def _generated(generator: Callable[[str], str] | AliasGenerator, name: str) -> tuple[Alias, str | None]:
    """Return the names that a field is read from and written as."""
    if not isinstance(generator, AliasGenerator):
        return generator(name), generator(name)
    alias, read, written = generator.generate_aliases(name)
    return read or alias, written or alias
