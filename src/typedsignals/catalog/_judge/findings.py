"""Findings: what is reported about a signal, with its severity, and a fingerprint that identifies it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .._records.changes import Affected, Change
from .._records.fingerprint import fingerprint
from .._records.rules import RULES, Rule, Severity
from .._records.verdicts import Verdicts
from .severity import Profile, severity_of


@dataclass(frozen=True)
class Finding:
    """One thing to report.

    Attributes:
        rule: The rule that it comes from.
        severity: How much it matters.
        signal: The signal's key.
        path: The field, ``order.items[].price``; empty for the signal itself.
        message: What is wrong or what changed, for people.
        location: The file and line to look at.
        subject: Distinguishes it from other findings with the same rule, signal and path.
        verdicts: Who breaks, if it is a change; parties that the profile does not concern are not concerned.
        affected: The known receivers and senders that break or may break.
        waived: The reason why it is accepted, if a waiver says so.
        cause: Equal for findings that are reported as one; empty if it is reported by itself.
        also: The paths of the other findings that it stands for.
    """

    rule: Rule
    severity: Severity
    signal: str
    path: str
    message: str
    location: str
    subject: str = ""
    verdicts: Verdicts | None = None
    affected: tuple[Affected, ...] = ()
    waived: str | None = None
    cause: str = ""
    also: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """An identifier that stays the same when lines move or messages are reworded."""
        return fingerprint(self.rule.id, self.signal, self.path, self.subject)


def finding(rule: str, signal: str, path: str, message: str, location: str, subject: str = "") -> Finding:
    """Make a finding with the severity of its rule."""
    return Finding(RULES[rule], RULES[rule].severity, signal, path, message, location, subject)


def findings_of(changes: Iterable[Change], profile: Profile) -> tuple[Finding, ...]:
    """Return the findings about the changes between two catalogs.

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
            verdicts=profile.of_signal(is_carried=change.is_carried).concerned(change.verdicts),
            affected=change.affected,
            cause=change.cause,
        )
        for change in changes
    )


def failures(findings: Iterable[Finding], fail_on: Severity) -> tuple[Finding, ...]:
    """Return the findings that make a check fail: those that are at least that severe and not waived."""
    return tuple(found for found in findings if found.waived is None and found.severity >= fail_on > Severity.OFF)
