"""A report for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.text import Text

from .._judge.findings import Finding, failures
from .._judge.report import Report
from .._records.escaping import one_line
from .._records.rules import About, Severity
from . import _wording as wording

STYLES = {Severity.ERROR: "bold red", Severity.WARN: "bold yellow", Severity.INFO: "bold cyan"}
INDENT = "    "


def render(report: Report) -> Text:
    """Render the report as styled lines, the most severe finding first, each beginning as compilers' errors do."""
    text = Text()
    for found in wording.unwaived(report):
        _add_finding(text, report, found)
    for found in wording.waived(report):
        _add_waived(text, report, found)
    _add_summary(text, report)
    return text


def _add_finding(text: Text, report: Report, found: Finding) -> None:
    text.append(f"{wording.location(report, found.location)}: ", "bold")
    text.append(wording.SEVERITIES[found.severity], STYLES[found.severity])
    text.append(f" {found.rule.id}", "bold")
    text.append(f" {found.rule.title}: {wording.subject(found)}\n")
    for line in _details(report, found):
        text.append(f"{INDENT}{line}\n")


def _details(report: Report, found: Finding) -> Iterator[str]:
    if found.rule.title not in {found.message, found.message.removeprefix(f"{found.path}: "), _without_signal(found)}:
        yield one_line(found.message)
    if words := wording.consequences(found.verdicts):
        yield words
    yield from wording.affected_lines(report, found)


def _without_signal(found: Finding) -> str:
    return found.message.replace(f" {found.signal}", "", 1)


def _add_waived(text: Text, report: Report, found: Finding) -> None:
    place, reason = wording.location(report, found.location), one_line(found.waived or "")
    text.append(f"{place}: waived {found.rule.id} {found.rule.title}: {wording.subject(found)} ({reason})\n", "dim")


def _add_summary(text: Text, report: Report) -> None:
    failing = failures(wording.unwaived(report), report.fail_on)
    if (waivable := next((found for found in failing if About.WAIVERS not in found.rule.about), None)) is not None:
        _add_advice(text, waivable)
    text.append(wording.summary(report), "bold")
    text.append(f" ({wording.compared(report)})" if report.baseline else "")
    lines = (wording.left_out(report), wording.capitalised(wording.outcome(report)) if report.findings else "")
    text.append("\n" + "".join(f"{line}\n" for line in lines if line))


def _add_advice(text: Text, found: Finding) -> None:
    text.append("\nTo accept a finding, give the reason in pyproject.toml, for example:\n", "dim")
    text.append("".join(f"{INDENT}{line}\n" for line in _waiver(found)), "dim")
    text.append("\n")


def _waiver(found: Finding) -> Iterator[str]:
    yield "[[tool.typedsignals.waivers]]"
    yield f'rule = "{found.rule.id}"'
    yield f"signal = {toml_string(found.signal)}"
    if found.path:
        yield f"path = {toml_string(found.path)}"
    yield 'reason = "..."'


def toml_string(text: str) -> str:
    """Quote a text for TOML, and escape the control characters that JSON would keep."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)
