"""The report for people."""

from __future__ import annotations

import io
import tomllib
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from rich.console import Console

from typedsignals.catalog import Report, Severity, parse_settings
from typedsignals.catalog._records.escaping import one_line
from typedsignals.catalog.reports import text

from .reporting import REPORTS, TEXTS, affected, finding, report


def plain(made: Report) -> str:
    return text.render(made).plain


def test_a_whole_report() -> None:
    """It has findings by severity, waived ones in short, advice, and the outcome."""
    removed = finding(affected=(affected(), affected("log", line=20, certain=False)))
    state = finding("TS501", path="", message="receiver ship breaks", location="shop/mail.py:7", verdicts=None)
    waived = finding("TS211", message="total: default changed from 1 to 2", waived="the mailer is retired")
    made = report(removed, waived, state, baseline="main:signals.json")
    assert plain(made) == dedent(
        """\
        src/shop/orders.py:3: error TS203 required field removed: shop.placed total
            breaks senders, all receivers, new messages read by old code
            receiver ship (src/shop/stock.py:9) breaks
            receiver log (src/shop/stock.py:20) may break
        src/shop/mail.py:7: warning TS501 receiver breaks when a field is added: shop.placed
            receiver ship breaks
        src/shop/orders.py:3: waived TS211 default changed: shop.placed total (the mailer is retired)

        To accept a finding, give the reason in pyproject.toml, for example:
            [[tool.typedsignals.waivers]]
            rule = "TS203"
            signal = "shop.placed"
            path = "total"
            reason = "..."

        1 error, 1 warning; 1 waived (compared with main:signals.json)
        The check fails: 1 finding of severity error
        """
    )


def test_nothing_found_takes_one_line() -> None:
    """It says so, and names the baseline."""
    assert plain(report()) == "no findings\n"
    assert plain(report(baseline="old.json")) == "no findings (compared with old.json)\n"


def test_what_was_there_before_takes_one_line() -> None:
    """Below the numbers, above the outcome."""
    old = finding("TS501")
    known = "1 finding that was there before is not shown (1 warning)\n"
    assert plain(report(baseline="old.json", left_out=(old,))) == f"no new findings (compared with old.json)\n{known}"
    made = plain(report(finding("TS104"), baseline="old.json", left_out=(old,)))
    assert made.endswith(f"1 warning (compared with old.json)\n{known}The check passes\n")


def test_a_check_that_passes_needs_no_waiver() -> None:
    """Warnings are shown without advice."""
    made = plain(report(finding("TS104")))
    assert "pyproject.toml" not in made
    assert made.endswith("1 warning\nThe check passes\n")


@pytest.mark.parametrize("rule", ["TS601", "TS602"])
def test_a_finding_about_a_waiver_is_not_to_be_waived(rule: str) -> None:
    """The advice is about the most severe of the other failing findings, if there is one."""
    about = finding(rule, location="a.toml", severity=Severity.ERROR)
    assert "accept" not in plain(report(about))
    assert "accept" not in plain(report(about, finding("TS501")))
    made = plain(report(about, finding("TS501"), fail_on=Severity.WARN))
    assert 'rule = "TS501"' in made
    assert f'rule = "{rule}"' not in made


@pytest.mark.parametrize(
    "message", ["total: signal is never sent", "signal is never sent", "signal shop.placed is never sent"]
)
def test_a_message_that_says_no_more_than_the_first_line_is_left_out(message: str) -> None:
    """The first line has the signal, the field and the rule."""
    assert plain(report(finding("TS503", message=message))).startswith(
        "src/shop/orders.py:3: info TS503 signal is never sent: shop.placed total\n1 info\n"
    )


def test_a_location_without_a_line() -> None:
    """A finding about a whole file names only the file."""
    assert plain(report(finding("TS601", location="pyproject.toml"))).startswith("pyproject.toml: warning TS601 ")


def printed(made: Report, **options: Any) -> str:
    file = io.StringIO()
    Console(file=file, width=500, _environ={}, **options).print(text.render(made), soft_wrap=True, end="")
    return file.getvalue()


def test_severities_are_coloured_on_a_terminal() -> None:
    """And only there."""
    made = report(finding())
    assert "\x1b[1;31merror\x1b[0m" in printed(made, force_terminal=True, color_system="standard")
    assert printed(made) == plain(made)


@given(REPORTS)
def test_no_text_forges_a_line(made: Report) -> None:
    """There are as many first lines as findings, and no control characters."""
    lines = plain(made).split("\n")
    starts = [line for line in lines if " TS" in line and not line.startswith((" ", "rule"))]
    assert len(plain(made).splitlines()) == len(lines) - 1
    assert len(starts) >= len(made.findings)
    assert all(one_line(line) == line for line in lines)


@given(REPORTS)
def test_all_texts_are_there(made: Report) -> None:
    """Each finding shows its signal, and its message or the reason for its waiver."""
    shown = plain(made)
    for found in made.findings:
        assert one_line(found.waived if found.waived is not None else found.signal) in shown


@given(TEXTS.filter(str.strip), TEXTS.filter(lambda path: path.strip() or not path))
def test_the_waiver_that_is_shown_is_valid(signal: str, path: str) -> None:
    """Whatever the names, it can be copied, and accepts the finding."""
    waiver = "\n".join(text._waiver(finding(signal=signal, path=path)))
    settings = parse_settings(tomllib.loads(waiver)["tool"]["typedsignals"], "pyproject.toml")
    assert [(one.signal, one.path or "") for one in settings.waivers] == [(signal, path)]
