"""Findings: what to tell people about a signal, with how much it matters and a fingerprint to know it again by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._records.changes import Affected, Change
from .._records.fingerprint import fingerprint
from .._records.rules import RULES, Columns, Rule, Severity
from .severity import Profile, severity_of


@dataclass(frozen=True)
class Finding:
    """One thing to tell.

    Attributes:
        rule: What kind of thing it is.
        severity: How much it matters.
        signal: The signal's key.
        path: The field, ``order.items[].price``; empty for the signal itself.
        message: For people.
        location: File and line to look at.
        subject: What distinguishes it from others of this kind at the same place.
        columns: Who breaks, if it is a change, of those that its profile is about.
        affected: The known receivers and senders that break, or may do so.
        waived: Why it is accepted, if a waiver says so.
        cause: What findings that are put together have in common; empty if it is told by itself.
        also: The other fields that it is about, where it was put together of several.
    """

    rule: Rule
    severity: Severity
    signal: str
    path: str
    message: str
    location: str
    subject: str = ""
    columns: Columns | None = None
    affected: tuple[Affected, ...] = ()
    waived: str | None = None
    cause: str = ""
    also: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What it is known again by, though lines move and messages are worded anew."""
        return fingerprint(self.rule.id, self.signal, self.path, self.subject)


def finding(rule: str, signal: str, path: str, message: str, location: str, subject: str = "") -> Finding:
    """A finding of its rule's severity."""
    return Finding(RULES[rule], RULES[rule].severity, signal, path, message, location, subject)


def findings_of(changes: Iterable[Change], profile: Profile) -> tuple[Finding, ...]:
    """What to tell of the changes between two catalogs.

    Args:
        changes: The changes.
        profile: Where signals go.
    """
    return tuple(
        Finding(
            rule=change.rule,
            severity=severity_of(change, profile),
            signal=change.signal,
            path=change.path,
            message=change.message,
            location=change.location,
            subject=change.subject,
            columns=profile.concerned(change.columns),
            affected=change.affected,
            cause=change.cause,
        )
        for change in changes
    )


def failures(findings: Iterable[Finding], fail_on: Severity) -> tuple[Finding, ...]:
    """The findings that make a check fail: not waived, and at least that severe."""
    return tuple(found for found in findings if found.waived is None and found.severity >= fail_on > Severity.OFF)
