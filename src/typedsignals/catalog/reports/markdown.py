"""The findings as Markdown, made for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.escaping import one_line
from ._wording import (
    SEVERITIES,
    affected_lines,
    capitalised,
    compared,
    in_order,
    left_out,
    location,
    outcome,
    summary,
    told,
    who_breaks,
)

MOST_CHARACTERS = 60_000
"""GitHub takes comments of up to 65,536 characters."""

SPECIAL = re.compile(r"[\\`*_\[\]<>&!|~$:@#{}]|(?<=www)\.", re.IGNORECASE)
HEAD = "| | rule | signal | field | what | where |\n| --- | --- | --- | --- | --- | --- |"


def render(report: Report) -> str:
    """A heading with the numbers, a table of findings, and folded away: who breaks, and what is waived.

    Args:
        report: What was found.
    """
    blocks = [_heading(report)]
    shown = told(report)
    waived = [found for found in in_order(report) if found.waived is not None]
    if shown:
        blocks.append("\n".join((HEAD, *_fitting(_row(report, found) for found in shown))))
        blocks.append(_folded("Who breaks", (_broken(report, found) for found in shown if found.columns)))
    if waived:
        blocks.append(_folded(f"{len(waived)} waived", map(_waived, waived)))
    return "\n\n".join(filter(None, blocks)) + "\n"


def escaped(text: str) -> str:
    """The text as it stands, whatever it looks like: no markup, no link, no mention of a person or an issue.

    Entities are used for all that means something, since a table and a code span each know fewer other escapes.
    """
    return SPECIAL.sub(_entity, one_line(text))


def _entity(found: re.Match[str]) -> str:
    entity = f"&#{ord(found[0])};"
    # Mentions are looked for in the text that is made of this, between tags.
    return f"{entity}<!-- -->" if found[0] in "@#" else entity


def _code(text: str) -> str:
    return f"<code>{escaped(text)}</code>" if text else ""


def _heading(report: Report) -> str:
    first = f"### Signals: {summary(report)}"
    sentences = (compared(report), left_out(report), outcome(report) if report.findings else "")
    rest = " ".join(f"{escaped(capitalised(one))}." for one in sentences if one)
    return f"{first}\n\n{rest}".rstrip()


def _row(report: Report, found: Finding) -> str:
    rule = f"{found.rule.id} {escaped(found.rule.title)}"
    cells = (
        SEVERITIES[found.severity],
        rule,
        _code(found.signal),
        _code(found.path),
        escaped(found.message),
        _code(location(report, found.location)),
    )
    return f"| {' | '.join(cells)} |"


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """As many lines as fit into a third of what may be written, and how many are left out."""
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
    words = escaped(who_breaks(found.columns) or "breaks no one")
    return "\n".join((f"{about}: {words}", *(f"  - {escaped(line)}" for line in affected_lines(report, found))))


def _waived(found: Finding) -> str:
    about = " ".join(filter(None, (f"- {found.rule.id}", _code(found.signal), _code(found.path))))
    return f"{about}: {escaped(found.message)} (waived: {escaped(found.waived or '')})"
