"""Markdown, read back by a parser of it."""

from __future__ import annotations

import html
import re
from itertools import pairwise

from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from typedsignals.catalog import Report, Severity
from typedsignals.catalog._records.escaping import one_line
from typedsignals.catalog.reports import markdown

from .reporting import REPORTS, TEXTS, affected, finding, report

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = re.compile(r"</?(code|details|summary)>|<!-- -->")


def cells(text: str) -> list[list[str]]:
    """The rows of the table below its head."""
    tokens = PARSER.parse(text)
    row: list[str] = []
    rows = []
    for before, token in pairwise(tokens):
        if before.type == "td_open":
            row.append(visible(token))
        if token.type == "tr_close":
            rows.append(row)
            row = []
    return rows[1:]


def visible(token: Token) -> str:
    """The text of a piece, which may hold no markup but ours."""
    parts = token.children or ()
    assert {part.type for part in parts} <= {"text", "html_inline", "text_special"}, parts
    assert all(OURS.fullmatch(part.content) for part in parts if part.type == "html_inline")
    return "".join(part.content for part in parts if part.type != "html_inline")


def test_a_whole_report() -> None:
    """A heading, the table, who breaks, and what is waived."""
    waived = finding("TS211", message="total: default changed", waived="retired")
    made = report(finding(affected=(affected(),)), waived, baseline="main")
    assert markdown.render(made) == (
        "### Signals: 1 error; 1 waived\n\n"
        "Compared with main. The check fails&#58; 1 finding of severity error.\n\n"
        "| | rule | signal | field | what | where |\n| --- | --- | --- | --- | --- | --- |\n"
        "| error | TS203 required field removed | <code>shop.placed</code> | <code>total</code> "
        "| total&#58; required field removed | <code>src/shop/orders.py&#58;3</code> |\n\n"
        "<details><summary>Who breaks</summary>\n\n"
        "- TS203 <code>shop.placed</code> <code>total</code>: breaks senders, all receivers, new messages read by old "
        "code\n  - receiver ship (src/shop/stock.py&#58;9) breaks\n\n</details>\n\n"
        "<details><summary>1 waived</summary>\n\n"
        "- TS211 <code>shop.placed</code> <code>total</code>: total&#58; default changed (waived: retired)\n\n"
        "</details>\n"
    )


def test_nothing_found_is_a_heading() -> None:
    """And names the baseline, if there is one."""
    assert markdown.render(report()) == "### Signals: no findings\n"
    assert markdown.render(report(baseline="old.json")) == "### Signals: no findings\n\nCompared with old.json.\n"


def test_what_was_there_before_is_counted() -> None:
    """In a sentence of the heading."""
    made = markdown.render(report(baseline="old.json", left_out=(finding(),)))
    assert made == (
        "### Signals: no new findings\n\n"
        "Compared with old.json. 1 finding that was there before is not shown (1 error).\n"
    )


def test_the_grave_ones_come_first() -> None:
    """Wherever they are."""
    severities = (Severity.INFO, Severity.ERROR, Severity.WARN)
    rows = cells(markdown.render(report(*(finding(severity=severity) for severity in severities))))
    assert [row[0] for row in rows] == ["error", "warning", "info"]


def test_only_changes_break_someone() -> None:
    """A finding without a change is not listed there; a change that breaks no one says so."""
    assert "<details>" not in markdown.render(report(finding("TS501", verdicts=None)))
    assert "breaks no one" in markdown.render(report(finding("TS209")))


def test_it_fits_into_a_comment() -> None:
    """GitHub refuses longer ones; a note says how many findings are left out."""
    many = [finding(path=f"field_{number}", affected=(affected(),)) for number in range(3000)]
    many += [finding(path=f"waived_{number}", waived="old") for number in range(3000)]
    text = markdown.render(report(*many))
    assert len(text) < 65_536
    left_out = [int(number) for number in re.findall(r"(\d+) more are left out", text)]
    assert len(left_out) == 3
    assert len(cells(text)) + left_out[0] == 3000


@given(REPORTS)
def test_cells_hold_the_texts(made: Report) -> None:
    """Each row has the text of its finding, and no markup in it."""
    shown = [found for found in made.findings if found.waived is None]
    rows = cells(markdown.render(made))
    expected = [(found.signal, found.path, found.message) for found in shown]
    assert sorted(tuple(cell.strip() for cell in row[2:5]) for row in rows) == sorted(
        tuple(one_line(part).strip() for part in parts) for parts in expected
    )


@given(REPORTS)
def test_no_text_is_markup(made: Report) -> None:
    """The only links, images, code, headings and tags are the report's own."""
    tokens = PARSER.parse(markdown.render(made))
    for token in tokens:
        if token.type == "inline":
            visible(token)
        assert token.type not in {"fence", "code_block", "hr", "blockquote_open"}
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h3"]
    blocks = {token.content.strip() for token in tokens if token.type == "html_block"}
    assert all(re.fullmatch(r"</details>|<details><summary>(Who breaks|\d+ waived)</summary>", one) for one in blocks)


@given(TEXTS)
def test_no_one_is_mentioned(text: str) -> None:
    """GitHub searches each text between tags for people and issues, so a tag separates the name from its mark."""
    rendered = PARSER.renderInline(markdown.escaped(text))
    pieces = [html.unescape(piece) for piece in re.split("<[^>]*>", rendered)]
    assert not [piece for piece in pieces if re.search(r"[@#]\w", piece)]
    assert "".join(pieces).strip() == one_line(text).strip()


def test_no_address_is_made_a_link() -> None:
    """GitHub searches the source for addresses, so each is escaped."""
    escaped = markdown.escaped("https://example.com WWW.example.com")
    assert escaped == "https&#58;//example.com WWW&#46;example.com"
