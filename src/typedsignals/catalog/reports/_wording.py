"""What reports for people say in the same words: severities, who breaks, how many findings there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.changes import Affected
from .._records.escaping import one_line
from .._records.rules import Columns, Severity, Verdict

SEVERITIES = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "info"}
PARTIES = (
    "senders",
    "receivers with **extra",
    "receivers without **extra",
    "payload receivers",
    "old messages read by new code",
    "new messages read by old code",
)
"""What the columns stand for, in their order."""

RECEIVERS = PARTIES[1:4]
EFFECTS = {Verdict.BREAKS: "breaks", Verdict.WARNS: "may surprise"}
MOST_AFFECTED = 10
"""How many receivers and senders are named before the rest is only counted."""


def in_order(report: Report) -> list[Finding]:
    """The findings by file and line, whatever order they were found in."""
    return sorted(report.findings, key=lambda found: _place(report, found))


def told(report: Report) -> list[Finding]:
    """The findings that are not waived, the gravest first: those that make the check fail are among them."""
    return sorted((found for found in in_order(report) if found.waived is None), key=lambda found: -found.severity)


def _place(report: Report, found: Finding) -> tuple[str, int, str, str, str, str]:
    file, line = report.file_and_line(found.location)
    return file, line or 0, found.rule.id, found.signal, found.path, found.subject


def location(report: Report, place: str) -> str:
    """A location as editors know it: relative to the project's root."""
    file, line = report.file_and_line(place)
    return one_line(file if line is None else f"{file}:{line}")


def subject(found: Finding) -> str:
    """What a finding is about: the signal and, if it is about one, the field."""
    return one_line(" ".join(filter(None, (found.signal, found.path))))


def who_breaks(columns: Columns | None) -> str:
    """The columns in words: ``breaks senders, old messages read by new code; may surprise payload receivers``."""
    parts = (_effect(columns, verdict) for verdict in EFFECTS) if columns else ()
    return "; ".join(filter(None, parts))


def _effect(columns: Columns, verdict: Verdict) -> str:
    parties = [party for party, given in zip(PARTIES, columns, strict=True) if given is verdict]
    if set(RECEIVERS) <= set(parties):
        start = parties.index(RECEIVERS[0])
        parties[start : start + len(RECEIVERS)] = ["all receivers"]
    return f"{EFFECTS[verdict]} {', '.join(parties)}" if parties else ""


def affected_lines(report: Report, found: Finding) -> list[str]:
    """The receivers and senders that break, each with its place, those that break for sure first."""
    known = sorted(found.affected, key=lambda who: not who.is_certain)
    lines = [_affected(report, who) for who in known[:MOST_AFFECTED]]
    return [*lines, f"and {len(known) - MOST_AFFECTED} more"] if len(known) > MOST_AFFECTED else lines


def _affected(report: Report, who: Affected) -> str:
    verb = "breaks" if who.is_certain else "may break"
    return f"{who.party} {one_line(who.name)} ({location(report, who.location)}) {verb}"


def counted(number: int, word: str) -> str:
    """``1 error``, ``2 errors``; what is no countable word stays: ``2 info``."""
    return f"{number} {word}{'s' if number != 1 and word != 'info' else ''}"


def summary(report: Report) -> str:
    """How many findings there are: ``3 errors, 1 warning; 1 waived``."""
    none = "no new findings" if report.left_out else "no findings"
    waived = [f"{number} waived"] if (number := _waived(report.findings)) else []
    return "; ".join([_by_severity(report.findings) or none, *waived])


def left_out(report: Report) -> str:
    """How many findings are not told, as the baseline has them: ``2 findings that ... (1 error, 1 waived)``."""
    if not report.left_out:
        return ""
    waived = [f"{number} waived"] if (number := _waived(report.left_out)) else []
    kinds = ", ".join(filter(None, (_by_severity(report.left_out), *waived)))
    number = len(report.left_out)
    was, shown = ("was", "is not shown") if number == 1 else ("were", "are not shown")
    return f"{counted(number, 'finding')} that {was} there before {shown} ({kinds})"


def _waived(findings: Iterable[Finding]) -> int:
    return sum(found.waived is not None for found in findings)


def _by_severity(findings: Iterable[Finding]) -> str:
    numbers = Counter(found.severity for found in findings if found.waived is None)
    return ", ".join(counted(numbers[severity], name) for severity, name in SEVERITIES.items() if numbers[severity])


def outcome(report: Report) -> str:
    """Whether the check fails, and what for."""
    if report.fail_on is Severity.OFF:
        return "nothing fails this check"
    least = SEVERITIES[report.fail_on]
    reason = f"{least}{'' if report.fail_on is Severity.ERROR else ' or worse'}"
    failing = len(report.failures)
    return f"the check fails: {counted(failing, 'finding')} of severity {reason}" if failing else "the check passes"


def compared(report: Report) -> str:
    """What was checked: the catalog alone, or what changed since another."""
    return "" if report.baseline is None else f"compared with {one_line(report.baseline)}"


def capitalised(text: str) -> str:
    """The text as it begins a sentence."""
    return text[:1].upper() + text[1:]
