"""What the reports have in common: their order of findings, and their words for severities, parties and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.changes import Affected
from .._records.counting import counted
from .._records.escaping import one_line
from .._records.rules import Severity
from .._records.verdicts import Verdict, Verdicts

SEVERITIES = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "info"}
PARTIES = (
    "senders",
    "receivers with **extra",
    "receivers without **extra",
    "payload receivers",
    "old messages read by new code",
    "new messages read by old code",
)
"""The parties that verdicts are about, in order."""

RECEIVERS = PARTIES[1:4]
EFFECTS = {Verdict.BREAKS: "breaks", Verdict.WARNS: "may surprise"}
MOST_AFFECTED = 10
"""How many receivers and senders are listed before the rest is only counted."""


def in_order(report: Report) -> list[Finding]:
    """Sort the findings by file and line."""
    return sorted(report.findings, key=lambda found: _place(report, found))


def unwaived(report: Report) -> list[Finding]:
    """Sort the findings that are not waived by severity, the most severe first."""
    return sorted((found for found in in_order(report) if found.waived is None), key=lambda found: -found.severity)


def waived(report: Report) -> list[Finding]:
    """Sort the waived findings by file and line."""
    return [found for found in in_order(report) if found.waived is not None]


def _place(report: Report, found: Finding) -> tuple[str, int, str, str, str, str]:
    file, line = report.file_and_line(found.location)
    return file, line or 0, found.rule.id, found.signal, found.path, found.subject


def location(report: Report, place: str) -> str:
    """Write a location relative to the root of the project, as editors take it."""
    file, line = report.file_and_line(place)
    return one_line(file if line is None else f"{file}:{line}")


def subject(found: Finding) -> str:
    """Name what a finding is about: the signal, and the field if there is one."""
    return one_line(" ".join(filter(None, (found.signal, found.path))))


def consequences(verdicts: Verdicts | None) -> str:
    """Put verdicts in words: ``breaks senders, old messages read by new code; may surprise payload receivers``."""
    parts = (_effect(verdicts, verdict) for verdict in EFFECTS) if verdicts else ()
    return "; ".join(filter(None, parts))


def _effect(verdicts: Verdicts, verdict: Verdict) -> str:
    parties = [party for party, given in zip(PARTIES, verdicts, strict=True) if given is verdict]
    if set(RECEIVERS) <= set(parties):
        start = parties.index(RECEIVERS[0])
        parties[start : start + len(RECEIVERS)] = ["all receivers"]
    return f"{EFFECTS[verdict]} {', '.join(parties)}" if parties else ""


def affected_lines(report: Report, found: Finding) -> list[str]:
    """List the receivers and senders that break, with their locations; those that certainly break come first."""
    known = sorted(found.affected, key=lambda who: not who.is_certain)
    lines = [_affected(report, who) for who in known[:MOST_AFFECTED]]
    return [*lines, f"and {len(known) - MOST_AFFECTED} more"] if len(known) > MOST_AFFECTED else lines


def _affected(report: Report, who: Affected) -> str:
    verb = "breaks" if who.is_certain else "may break"
    return f"{who.party} {one_line(who.name)} ({location(report, who.location)}) {verb}"


def summary(report: Report) -> str:
    """Count the findings: ``3 errors, 1 warning; 1 waived``."""
    none = "no new findings" if report.left_out else "no findings"
    return "; ".join(filter(None, (_by_severity(report.findings) or none, _number_waived(report.findings))))


def left_out(report: Report) -> str:
    """Count the findings that the baseline has too: ``2 findings that ... (1 error, 1 waived)``."""
    if not report.left_out:
        return ""
    kinds = ", ".join(filter(None, (_by_severity(report.left_out), _number_waived(report.left_out))))
    number = len(report.left_out)
    was, shown = ("was", "is not shown") if number == 1 else ("were", "are not shown")
    return f"{counted(number, 'finding')} that {was} there before {shown} ({kinds})"


def _number_waived(findings: Iterable[Finding]) -> str:
    number = sum(found.waived is not None for found in findings)
    return f"{number} waived" if number else ""


def _by_severity(findings: Iterable[Finding]) -> str:
    numbers = Counter(found.severity for found in findings if found.waived is None)
    return ", ".join(_counted(numbers[severity], severity) for severity in SEVERITIES if numbers[severity])


def _counted(number: int, severity: Severity) -> str:
    return f"{number} info" if severity is Severity.INFO else counted(number, SEVERITIES[severity])


def outcome(report: Report) -> str:
    """Say whether the check fails, and why."""
    if report.fail_on is Severity.OFF:
        return "nothing fails this check"
    least = SEVERITIES[report.fail_on]
    reason = f"{least}{'' if report.fail_on is Severity.ERROR else ' or worse'}"
    failing = len(report.failures)
    return f"the check fails: {counted(failing, 'finding')} of severity {reason}" if failing else "the check passes"


def compared(report: Report) -> str:
    """Name the baseline, if there is one."""
    return "" if report.baseline is None else f"compared with {one_line(report.baseline)}"


def capitalised(text: str) -> str:
    """Write a text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
