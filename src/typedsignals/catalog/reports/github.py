"""A report as annotations of a GitHub workflow: one command for each finding."""

from __future__ import annotations

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.escaping import one_line
from .._records.rules import Severity
from ._wording import affected_lines, consequences, left_out, subject, summary, unwaived

COMMANDS = {Severity.ERROR: "error", Severity.WARN: "warning", Severity.INFO: "notice"}
IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_PROPERTIES = IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report) -> str:
    """Render a workflow command for each finding that is not waived, and lines with the numbers of findings.

    The most severe come first, as GitHub shows only the first ten of each kind for a step.
    """
    lines = (*(_command(report, found) for found in unwaived(report)), summary(report), left_out(report))
    return "".join(f"{line}\n" for line in lines if line)


def _command(report: Report, found: Finding) -> str:
    file, line = report.file_and_line(found.location)
    properties = {
        "file": file,
        "line": "" if line is None else str(line),
        "title": f"{found.rule.id} {found.rule.title}: {subject(found)}",
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{COMMANDS[found.severity]} {given}::{_message(report, found).translate(IN_MESSAGES)}"


def _property(value: str) -> str:
    return one_line(value).translate(IN_PROPERTIES)


def _message(report: Report, found: Finding) -> str:
    lines = (one_line(found.message), consequences(found.verdicts), *affected_lines(report, found))
    return "\n".join(filter(None, lines))
