"""Group findings with the same cause, which are reported as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .._records.changes import Affected
from .._records.rules import About
from .._records.verdicts import Verdicts, worst
from .findings import Finding

MOST_NAMED = 10
"""How many other paths are named; the rest is only counted."""


def group_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Replace findings that have the same cause with one that names all paths: a nested model may be used in many.

    This is for reports only: each path can be waived, and may be older than the others.

    Args:
        findings: The findings to report.
    """
    groups: dict[object, list[Finding]] = {}
    for number, found in enumerate(findings):
        groups.setdefault(_group_key(found) or number, []).append(found)
    return tuple(map(_as_one, groups.values()))


def _group_key(found: Finding) -> object:
    """Return a key that is equal for findings of one group; None if a finding is reported by itself."""
    if _is_unread_field(found):
        return found.rule.id, found.signal
    if not found.cause:
        return None
    return found.rule.id, found.signal, found.cause, found.subject, found.waived


def _is_unread_field(found: Finding) -> bool:
    return About.UNREAD_FIELDS in found.rule.about and found.waived is None


def _as_one(group: list[Finding]) -> Finding:
    first, paths = group[0], tuple(dict.fromkeys(found.path for found in group))
    if _is_unread_field(first):
        fields = f"the field{'s' if len(paths) > 1 else ''} {', '.join(paths)}"
        return replace(first, path="", message=f"signal {first.signal} has {fields}, which no receiver reads")
    if len(paths) == 1:
        return first
    return replace(
        first,
        severity=max(found.severity for found in group),
        message=f"{first.message}; the same at {_named(paths[1:])}",
        also=paths[1:],
        verdicts=_worst_of([found.verdicts for found in group if found.verdicts]),
        affected=_affected(group),
    )


def _named(paths: tuple[str, ...]) -> str:
    more = [f"{len(paths) - MOST_NAMED} more"] if len(paths) > MOST_NAMED else []
    return " and ".join([", ".join(paths[:MOST_NAMED]), *more])


def _worst_of(rows: list[Verdicts]) -> Verdicts | None:
    return Verdicts(*(worst(*column) for column in zip(*rows, strict=True))) if rows else None


def _affected(group: list[Finding]) -> tuple[Affected, ...]:
    """Return all receivers and senders of the group, each once; it certainly breaks if it does for any of the paths."""
    found: dict[tuple[str, str, str], Affected] = {}
    for who in (who for finding in group for who in finding.affected):
        key = who.party, who.name, who.location
        if key not in found or who.is_certain:
            found[key] = who
    return tuple(found.values())
