"""What all reports for people say in the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typedsignals.catalog import Severity
from typedsignals.catalog._records.escaping import one_line
from typedsignals.catalog.reports._wording import (
    affected_lines,
    consequences,
    left_out,
    location,
    outcome,
    subject,
    summary,
)

from .reporting import affected, columns, finding, report


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        ("✓✓✓✓✓✓", ""),
        ("✓✓✓✓--", ""),
        ("✗✓✗✓✗✓", "breaks senders, receivers without **extra, old messages read by new code"),
        ("✗✗✗✗✓✓", "breaks senders, all receivers"),
        ("✓⚠⚠⚠✓✗", "breaks new messages read by old code; may surprise all receivers"),
        ("⚠✗⚠✓✓✓", "breaks receivers with **extra; may surprise senders, receivers without **extra"),
    ],
)
def test_columns_are_said_in_words(marks: str, words: str) -> None:
    """Parties that break come first, then those that may be surprised; safe ones are not named."""
    assert consequences(columns(marks)) == words


def test_a_finding_about_no_change_breaks_no_one() -> None:
    """It has no columns."""
    assert consequences(None) == ""


def test_numbers_are_summed_up() -> None:
    """By severity, the most severe first; waived ones apart."""
    error, warning, info = (finding(severity=severity) for severity in (Severity.ERROR, Severity.WARN, Severity.INFO))
    assert summary(report()) == "no findings"
    assert summary(report(warning, error, error, info, info)) == "2 errors, 1 warning, 2 info"
    assert summary(report(finding(waived="old"))) == "no findings; 1 waived"
    assert summary(report(error, finding(waived="old"))) == "1 error; 1 waived"


def test_what_was_there_before_is_counted() -> None:
    """In one line, by severity."""
    error, info, waived = finding(), finding(severity=Severity.INFO), finding(waived="old")
    made = report(left_out=(error, info, waived))
    assert summary(made) == "no new findings"
    assert left_out(made) == "3 findings that were there before are not shown (1 error, 1 info, 1 waived)"
    assert left_out(report(left_out=(info,))) == "1 finding that was there before is not shown (1 info)"
    assert left_out(report(left_out=(waived,))) == "1 finding that was there before is not shown (1 waived)"
    assert left_out(report(error)) == ""


@pytest.mark.parametrize(
    ("fail_on", "expected"),
    [
        (Severity.ERROR, "the check fails: 1 finding of severity error"),
        (Severity.WARN, "the check fails: 2 findings of severity warning or worse"),
        (Severity.INFO, "the check fails: 3 findings of severity info or worse"),
        (Severity.OFF, "nothing fails this check"),
    ],
)
def test_the_outcome_names_its_reason(fail_on: Severity, expected: str) -> None:
    """It says how many findings made the check fail, and by which setting."""
    severities = (Severity.ERROR, Severity.WARN, Severity.INFO)
    made = report(*(finding(severity=severity) for severity in severities), fail_on=fail_on)
    assert outcome(made) == expected


def test_a_waived_finding_fails_nothing() -> None:
    """The check passes."""
    assert outcome(report(finding(waived="old"))) == "the check passes"


def test_many_affected_are_counted() -> None:
    """Those that certainly break come first; beyond ten, they are counted."""
    known = [affected(f"r{line}", line=line, certain=line > 5) for line in range(12)]
    lines = affected_lines(report(), finding(affected=tuple(known)))
    assert lines[0] == "receiver r6 (src/shop/stock.py:6) breaks"
    assert lines[9] == "receiver r3 (src/shop/stock.py:3) may break"
    assert lines[10:] == ["and 2 more"]


@given(st.text())
def test_one_line_is_one_printable_line(text: str) -> None:
    """Line ends, control characters and marks of direction are escaped."""
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not set(line) & set("\x00\x1b\x7f\x9b\u202e\u2066\ufffe")
    assert one_line(line) == line


def test_one_line_keeps_what_can_be_read() -> None:
    """Letters, marks and emoji stay as they are; a line end is escaped."""
    assert one_line("é ✗ 😀 \\n") == "é ✗ 😀 \\n"
    assert one_line("a\nb\u2028\x1b[0m\udc80") == "a\\nb\\u2028\\x1b[0m\\udc80"


def test_the_subject_is_the_signal_and_the_field() -> None:
    """Or only the signal; white space in a name is kept."""
    assert subject(finding()) == "shop.placed total"
    assert subject(finding(path="")) == "shop.placed"
    assert subject(finding(signal="\n a", path="")) == "\\n a"


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("shop/orders.py:3", "src/shop/orders.py:3"),
        ("pyproject.toml", "pyproject.toml"),
        ("other/a.py:1", "other/a.py:1"),
        ("a:b", "a:b"),
        ("a.py:²", "a.py:²"),
        ("", ""),
    ],
)
def test_places_are_relative_to_the_project(place: str, shown: str) -> None:
    """Files of a package are in its folder; without a number behind a colon, there is no line."""
    assert location(report(), place) == shown
