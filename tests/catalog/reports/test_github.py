"""Annotations of GitHub workflows, read back as GitHub's runner reads them."""

from __future__ import annotations

import re

from hypothesis import given

from typedsignals.catalog import Report, Severity
from typedsignals.catalog._records.escaping import one_line
from typedsignals.catalog.reports import github
from typedsignals.catalog.reports._wording import subject

from .reporting import REPORTS, affected, finding, report


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands of the lines, read by the rules of the runner (``ActionCommand.TryParseV2``)."""
    return [command(line) for line in re.split(r"\r\n|\r|\n", text) if line.lstrip().startswith("::")]


def command(line: str) -> tuple[str, dict[str, str], str]:
    head, _, message = line.lstrip()[2:].partition("::")
    name, _, given = head.partition(" ")
    pairs = (pair.partition("=") for pair in given.split(",") if pair)
    return name, {key: decoded(value, "%3A", "%2C") for key, _, value in pairs}, decoded(message)


def decoded(text: str, *more: str) -> str:
    for code in ("%0D", "%0A", *more, "%25"):
        text = text.replace(code, chr(int(code[1:], 16)))
    return text


def test_a_command_for_each_finding() -> None:
    """With its location and title; its consequences stand on lines of their own."""
    made = report(finding(affected=(affected(),)))
    assert github.render(made) == (
        "::error file=src/shop/orders.py,line=3,title=TS203 required field removed%3A shop.placed total::"
        "total: required field removed%0Abreaks senders, all receivers, new messages read by old code"
        "%0Areceiver ship (src/shop/stock.py:9) breaks\n1 error\n"
    )


def test_what_fails_comes_first() -> None:
    """GitHub shows ten of a kind, so the most severe come first; waived ones are only counted."""
    severities = (Severity.INFO, Severity.WARN, Severity.ERROR)
    made = report(*(finding(severity=severity) for severity in severities), finding(waived="old"))
    text = github.render(made)
    assert [name for name, _, _ in commands(text)] == ["error", "warning", "notice"]
    assert text.endswith("\n1 error, 1 warning, 1 info; 1 waived\n")


def test_what_was_there_before_is_counted() -> None:
    """In a line of the log, without an annotation."""
    made = github.render(report(left_out=(finding(),)))
    assert made == "no new findings\n1 finding that was there before is not shown (1 error)\n"


def test_a_finding_without_a_line() -> None:
    """It names only its file."""
    ((_, properties, _),) = commands(github.render(report(finding("TS601", location="pyproject.toml"))))
    assert properties.keys() == {"file", "title"}


@given(REPORTS)
def test_no_text_forges_a_command(made: Report) -> None:
    """There is one command for each finding that is not waived, with its whole text."""
    shown = [found for found in made.findings if found.waived is None]
    read = commands(github.render(made))
    assert len(read) == len(shown)
    messages = sorted(message.partition("\n")[0] for _, _, message in read)
    titles = sorted(properties["title"] for _, properties, _ in read)
    assert titles == sorted(f"{one.rule.id} {one.rule.title}: {subject(one)}" for one in shown)
    if all(found.message for found in shown):
        assert messages == sorted(one_line(found.message) for found in shown)
