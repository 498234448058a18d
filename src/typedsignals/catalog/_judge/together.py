"""Findings that have one cause, put together to be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .._records.changes import Affected
from .._records.rules import Columns, worst
from .findings import Finding

UNREAD = "TS505"
"""The rule whose findings are told as one for each signal, whatever the field."""

MOST_NAMED = 10
"""How many other places are named before the rest is only counted."""


def put_together(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with those of one cause as one that names all places: a nested model may be used in many.

    They are only put together to be told: each place can be waived, and may be older than others.

    Args:
        findings: What is to be told.
    """
    grouped: dict[object, list[Finding]] = {}
    for number, found in enumerate(findings):
        grouped.setdefault(_cause(found) or number, []).append(found)
    return tuple(_together(group) for group in grouped.values())


def _cause(found: Finding) -> object:
    """What is equal of findings to put together; None if there are no others of their kind."""
    if found.rule.id == UNREAD and found.waived is None:
        return found.rule.id, found.signal
    if not found.cause:
        return None
    return found.rule.id, found.signal, found.cause, found.subject, found.waived


def _together(group: list[Finding]) -> Finding:
    first, paths = group[0], tuple(dict.fromkeys(found.path for found in group))
    if first.rule.id == UNREAD and first.waived is None:
        fields = f"the field{'s' if len(paths) > 1 else ''} {', '.join(paths)}"
        return replace(first, path="", message=f"signal {first.signal} has {fields}, which no receiver reads")
    if len(paths) == 1:
        return first
    return replace(
        first,
        severity=max(found.severity for found in group),
        message=f"{first.message}; the same at {_named(paths[1:])}",
        also=paths[1:],
        columns=_worst_of([found.columns for found in group if found.columns]),
        affected=_affected(group),
    )


def _named(paths: tuple[str, ...]) -> str:
    more = [f"{len(paths) - MOST_NAMED} more"] if len(paths) > MOST_NAMED else []
    return " and ".join([", ".join(paths[:MOST_NAMED]), *more])


def _worst_of(columns: list[Columns]) -> Columns | None:
    return Columns(*(worst(*verdicts) for verdicts in zip(*columns, strict=True))) if columns else None


def _affected(group: list[Finding]) -> tuple[Affected, ...]:
    """All that break, each once, and for sure if it does so at any of the places."""
    found: dict[tuple[str, str, str], Affected] = {}
    for who in (who for finding in group for who in finding.affected):
        key = who.party, who.name, who.location
        if key not in found or who.is_certain:
            found[key] = who
    return tuple(found.values())
