"""The keys by which a payload is read from JSON."""

from __future__ import annotations

from pydantic import AliasChoices, AliasPath, BaseModel


def known_keys(payload_type: type[BaseModel]) -> frozenset[str] | None:
    """Return the top-level keys that a model reads; None if it keeps all others itself."""
    if payload_type.model_config.get("extra") == "allow":
        return None
    aliases = (key for field in payload_type.model_fields.values() for key in first_keys(field.validation_alias))
    return frozenset([*payload_type.model_fields, *aliases])


def first_keys(alias: str | AliasPath | AliasChoices | None) -> list[str]:
    """Return the top-level keys under which an alias looks."""
    if alias is None:
        return []
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [str(choice.path[0]) if isinstance(choice, AliasPath) else choice for choice in choices]
