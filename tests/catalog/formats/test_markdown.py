"""The document in Markdown, as GitHub reads it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from itertools import groupby, pairwise
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.outside import NODE, program
from typedsignals.catalog import Catalog, FieldRecord, ModelRecord
from typedsignals.catalog._records.types import ScalarType
from typedsignals.catalog.formats import markdown
from typedsignals.catalog.formats._markdown_text import anchor, block, code, code_cell, prose, prose_cell, table, text
from typedsignals.catalog.formats._plain_text import distinct_names

from . import samples

GITHUB = MarkdownIt("commonmark").enable("table").enable("strikethrough")
ODD_TEXTS = [
    samples.NASTY,
    "a | b",
    r"a \| b",
    "ends with \\",
    "`",
    "``a`b``",
    " `spaced` ",
    "*a* _b_ __c__ ~~d~~",
    "[a](b) ![c](d) <https://e.org>",
    "# heading",
    "1. item",
    "2) item",
    "- item",
    "+ item",
    "===",
    "---",
    "> quote",
    "&amp; &lt;",
    "$x$",
    "a_b_c",
    "a  b",
    "<br>",
]


ODD_CHARACTERS = r"ab1 `|\*_~[]()<>&;#!$+-=.:/@'" + '"\n'


def tokens(source: str) -> list[Token]:
    """All tokens, those within lines too."""
    found = []
    for token in GITHUB.parse(source):
        found += [token, *(token.children or ())]
    return found


def plain(source: str) -> str:
    """What a reader sees."""
    return "".join(token.content for token in tokens(source) if token.type in ("text", "code_inline", "text_special"))


def one_line(source: str) -> str:
    return " ".join(source.replace("\x1b", r"\x1b").split())


@pytest.mark.parametrize("source", ODD_TEXTS)
def test_texts_are_shown_as_they_are(source: str) -> None:
    """Nothing in them becomes markup."""
    assert plain(text(source)) == one_line(source)
    assert {token.type for token in tokens(text(source))} <= {"paragraph_open", "inline", "text", "paragraph_close"}


@given(st.text(ODD_CHARACTERS, max_size=12))
def test_any_text_is_shown_as_it_is(source: str) -> None:
    """In a paragraph, and in a table beside code."""
    assert plain(text(source)) == one_line(source)
    document = table(("A", "B", "C"), [(text(source), code_cell(source), "end")])
    cells = [token.content for token in GITHUB.parse(document) if token.type == "inline"]
    assert [plain(cell) for cell in cells] == ["A", "B", "C", one_line(source), one_line(source), "end"]
    spans = [token.content for token in tokens(code(source)) if token.type == "code_inline"]
    assert spans == [one_line(source)][: len(one_line(source))]


@pytest.mark.parametrize("source", ODD_TEXTS)
def test_code_is_shown_as_it_is(source: str) -> None:
    """Whatever backticks it has."""
    assert [token.content for token in tokens(code(source)) if token.type == "code_inline"] == [one_line(source)]


@pytest.mark.parametrize("source", ODD_TEXTS)
def test_cells_of_a_table_hold_any_text_and_code(source: str) -> None:
    """A bar in them does not end the cell, and a backslash before it stays."""
    document = table(("A", "B", "C"), [(text(source), code_cell(source), "end")])
    cells = [token.content for token in GITHUB.parse(document) if token.type == "inline"]
    assert [plain(cell) for cell in cells] == ["A", "B", "C", one_line(source), one_line(source), "end"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("use `coupon`, not `*a|b*` ", [("use ", False), ("coupon", True), (", not ", False), ("*a|b*", True)]),
        ("``int``", [("int", True)]),
        (r"`a\|b` | c", [(r"a\|b", True), (" | c", False)]),
        ("`a``b`", [("`a``b`", False)]),
        ("`open", [("`open", False)]),
        ("1. `a`", [("1. ", False), ("a", True)]),
    ],
)
def test_code_in_docs_is_code(source: str, shown: list[tuple[str, bool]]) -> None:
    """Between one or two backticks; in a table too."""
    assert seen(prose(source)) == shown
    cells = [token.content for token in GITHUB.parse(table(("A",), [(prose_cell(source),)])) if token.type == "inline"]
    assert plain(cells[1]) == "".join(part for part, _ in shown)


def seen(source: str) -> list[tuple[str, bool]]:
    """What a reader sees, in pieces that are code or not."""
    visible = [token for token in tokens(source) if token.type in ("text", "code_inline", "text_special")]
    kinds = groupby(visible, key=lambda token: token.type == "code_inline")
    return [("".join(token.content for token in group), is_code) for is_code, group in kinds]


def test_a_block_of_code_ends_where_the_code_does() -> None:
    """Even if it contains the end of a block."""
    (token,) = GITHUB.parse(block("a\n```\nb", "python"))
    assert (token.type, token.info, token.content) == ("fence", "python", "a\n```\nb\n")


def test_there_is_no_table_without_rows_and_no_code_without_text() -> None:
    """What is empty is left out."""
    assert table(("A",), []) == ""
    assert code("") == ""


def slugs(headings: list[str]) -> list[str]:
    """What GitHub names headings, by the package that reproduces it."""
    script = (
        "import Slugger from 'github-slugger'; const slugger = new Slugger();"
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((heading) => slugger.slug(heading))))"
    )
    command = [program("node"), "--input-type=module", "-e", script, json.dumps(headings)]
    done = subprocess.run(command, cwd=NODE, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    names: list[str] = json.loads(done.stdout)
    return names


@pytest.mark.slow
@pytest.mark.usefixtures("node_packages")
def test_links_lead_to_headings_as_github_names_them() -> None:
    """Letters and digits of all scripts stay; equal anchors get a number."""
    headings = [*map(one_line, ODD_TEXTS), "A B", "a-b", "a b", "a-b-1", "shop.order-placed", "x²", "٣", "é", "a‿b"]
    assert distinct_names(map(anchor, headings)) == slugs(headings)


@pytest.mark.slow
@pytest.mark.usefixtures("node_packages")
@pytest.mark.parametrize(
    "catalog", [samples.shop(), samples.hostile(), samples.large(3, 3)], ids=["shop", "odd", "large"]
)
def test_each_link_leads_to_a_heading(catalog: Catalog) -> None:
    """Links in the table, and links to nested models."""
    document = GITHUB.parse(markdown.render(catalog))
    headings = [plain(token.content) for before, token in pairwise(document) if before.type == "heading_open"]
    links = [str(token.attrs["href"]) for token in tokens(markdown.render(catalog)) if token.type == "link_open"]
    assert len(links) >= len(catalog.signals)
    assert {unquote(link.removeprefix("#")) for link in links} <= set(slugs(headings))


def test_links_lead_to_the_signal_that_they_name() -> None:
    """Even if a module and two signals have names that GitHub turns into the same anchor."""
    signals = [samples.signal(name, None, module="shop") for name in ("a.b", "ab")]
    document = markdown.render(samples.catalog_of(*signals, samples.signal("x", None, module="shopab")))
    assert "[`shop.a.b`](#shopab)" in document
    assert "[`shop.ab`](#shopab-1)" in document
    assert "## `shopab`" in document


def test_names_and_docs_add_nothing_to_the_document() -> None:
    """It has the same elements as with ordinary names, and no HTML except line breaks and code."""
    found = tokens(markdown.render(samples.hostile()))
    assert {token.content for token in found if token.type in ("html_inline", "html_block")} <= {"<br>"}
    assert not [token for token in found if token.type in ("strong_open", "em_open", "image") and token.level > 1]
    assert {token.content for token in found if token.type == "strong_open"} <= {""}


def test_each_row_of_a_table_has_all_its_cells() -> None:
    """Whatever is in them."""
    for catalog in (samples.shop(), samples.hostile()):
        rows = [line for line in markdown.render(catalog).splitlines() if line.startswith("|")]
        widths = [len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows]
        assert set(widths) <= {4, 5}


def test_a_signal_is_described_whole() -> None:
    """Its doc, place, sender, fields, receivers, sends, and an example."""
    document = markdown.render(samples.shop())
    section = document.partition("### `shop.order-placed`")[2].partition("\n## ")[0]
    for part in (
        "An order came in. A receiver that raises refuses it.\n\nSent once for each order.",
        "Declared at `shop/domain.py:100` as `shop.domain.order_placed`, sent by `shop.domain.Shop`.",
        "What is known of an order when it comes in.",
        "| `order_id` | `Annotated[int, gt=0]` | **required** | Counts up from 1 in each shop. |",
        "| `currency` | `Currency` | `Currency.EUR` | Currency: EUR, CHF |",
        r"| `coupon` | `Annotated[str, max_length=12] \| None` | `None` |  |",
        r"| `voucher` | `str \| None` | `None` | **deprecated**: use `coupon` |",
        "Nested: [`LineItem`](#testscatalogformatssampleslineitem).",
        "| `shop.mail.Mailer.confirm` | `order_id, total` | async, uses \\*\\*extra | `shop/mail.py:18` |",
        "| `shop.audit.record` | unknown fields | as payload | `shop/audit.py:12` |",
        "- `shop/intake.py:36` with `...`",
        "- `shop/web/checkout.py:88` with `order_id, lines, total`",
    ):
        assert part in section
    (example,) = [token.content for token in GITHUB.parse(section) if token.type == "fence"]
    ast.parse(example)


def test_sends_of_unknown_signals_are_listed() -> None:
    """At the end."""
    assert markdown.render(samples.shop()).endswith(
        "## Sends of unknown signals\n\n- `shop/till.py:71` with `reason`\n"
    )


def test_fields_say_how_they_differ_on_the_wire() -> None:
    """Other names, and fields that are never or not always written."""
    fields = (
        FieldRecord(
            name="a", type=ScalarType(name="int"), required=True, validation_aliases=("b",), serialization_alias="c"
        ),
        FieldRecord(name="d", type=ScalarType(name="int"), required=False, excluded=True),
    )
    model = ModelRecord(name="shop.M", extra="allow", fields=fields, computed=("e",))
    document = markdown.render(Catalog.of(["shop"], {"shop.M": model}, [samples.signal("x", "shop.M")]))
    assert "| `a` | `int` | **required** | read from b<br>written as c |" in document
    assert "| `d` | `int` | may be left out | never serialised |" in document
    assert "Also: other fields are allowed; also written: e." in document


def test_a_payload_without_fields_says_so() -> None:
    """Instead of nothing."""
    model = ModelRecord(name="shop.Ping", extra="forbid", fields=())
    document = markdown.render(Catalog.of(["shop"], {"shop.Ping": model}, [samples.signal("x", "shop.Ping")]))
    assert "\n\nCarries `shop.Ping`:\n\nNo fields.\n\n" in document


@pytest.mark.slow
def test_thousands_of_signals_have_sections() -> None:
    """One each, and the summary."""
    assert markdown.render(samples.large()).count("\n### ") == 2001
