"""Imported by the app typedsignals.django, when all models are loaded."""

from __future__ import annotations

from typing import Any

from typedsignals.django import post_save

from .models import Magazine

issues: list[str] = []


@post_save.for_model(Magazine).connect
def count(sender: type[Magazine], instance: Magazine, **extra: Any) -> None:
    """Note each issue."""
    issues.append(instance.title)
