"""A report as Markdown, for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.escaping import one_line
from . import _wording as wording

MOST_CHARACTERS = 60_000
"""GitHub takes comments of up to 65,536 characters."""

SPECIAL = re.compile(r"[\\`*_\[\]<>&!|~$:@#{}]|(?<=www)\.", re.IGNORECASE)
HEAD = "| | rule | signal | field | what | where |\n| --- | --- | --- | --- | --- | --- |"


def render(report: Report) -> str:
    """Render a heading with the numbers, a table of findings, and folded lists of who breaks and what is waived."""
    blocks = [_heading(report)]
    shown = wording.unwaived(report)
    waived = wording.waived(report)
    if shown:
        blocks.append("\n".join((HEAD, *_fitting(_row(report, found) for found in shown))))
        blocks.append(_folded("Who breaks", (_broken(report, found) for found in shown if found.verdicts)))
    if waived:
        blocks.append(_folded(f"{len(waived)} waived", map(_waived, waived)))
    return "\n\n".join(filter(None, blocks)) + "\n"


def escaped(text: str) -> str:
    """Escape all markup, links, and mentions of a person or an issue.

    Entities work everywhere; tables and code spans each lack some of the other escapes.
    """
    return SPECIAL.sub(_entity, one_line(text))


def _entity(found: re.Match[str]) -> str:
    entity = f"&#{ord(found[0])};"
    # GitHub looks for mentions in the rendered text between tags.
    return f"{entity}<!-- -->" if found[0] in "@#" else entity


def _code(text: str) -> str:
    return f"<code>{escaped(text)}</code>" if text else ""


def _heading(report: Report) -> str:
    first = f"### Signals: {wording.summary(report)}"
    sentences = (wording.compared(report), wording.left_out(report), wording.outcome(report) if report.findings else "")
    rest = " ".join(f"{escaped(wording.capitalised(one))}." for one in sentences if one)
    return f"{first}\n\n{rest}".rstrip()


def _row(report: Report, found: Finding) -> str:
    rule = f"{found.rule.id} {escaped(found.rule.title)}"
    cells = (
        wording.SEVERITIES[found.severity],
        rule,
        _code(found.signal),
        _code(found.path),
        escaped(found.message),
        _code(wording.location(report, found.location)),
    )
    return f"| {' | '.join(cells)} |"


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """Yield as many lines as fit into a third of a comment, and a note about the rest."""
    lines, room = list(lines), MOST_CHARACTERS // 3
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            yield f"\n{len(lines) - number} more are left out: see the report in another format."
            return
        yield line


def _folded(title: str, items: Iterable[str]) -> str:
    lines = list(_fitting(items))
    return "\n".join((f"<details><summary>{title}</summary>", "", *lines, "", "</details>")) if lines else ""


def _broken(report: Report, found: Finding) -> str:
    about = " ".join(filter(None, (f"- {found.rule.id}", _code(found.signal), _code(found.path))))
    words = escaped(wording.consequences(found.verdicts) or "breaks no one")
    return "\n".join((f"{about}: {words}", *(f"  - {escaped(line)}" for line in wording.affected_lines(report, found))))


def _waived(found: Finding) -> str:
    about = " ".join(filter(None, (f"- {found.rule.id}", _code(found.signal), _code(found.path))))
    return f"{about}: {escaped(found.message)} (waived: {escaped(found.waived or '')})"
