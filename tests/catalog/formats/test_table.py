"""The table for people in a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from typedsignals.catalog import Catalog, FieldRecord, ModelRecord
from typedsignals.catalog._records.types import ScalarType
from typedsignals.catalog.formats import table

from . import samples

WIDTHS = [80, 120, 200]


def printed(catalog: Catalog, width: int = 120) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(table.render(catalog))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def as_by_the_command(catalog: Catalog, width: int) -> list[str]:
    """The lines that are printed where the terminal breaks those that are too long for it."""
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(table.render(catalog), soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def words(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_signal_is_shown_with_all_that_belongs_to_it() -> None:
    """A line for the sender and each field, receiver and send, under a heading with location and doc."""
    lines = words(printed(samples.shop()))
    begin = lines.index("shop.order-placed shop/domain.py:100 An order came in.")
    assert lines[begin + 1 : lines.index("shop.stock")] == [
        "sender Shop",
        "field order_id int gt=0",
        "lines tuple[LineItem, ...]",
        "total Decimal ge=0, max_digits=10, decimal_places=2",
        "currency Currency = Currency.EUR",
        "tags list[str] = list()",
        "coupon Annotated[str, max_length=12] | None = None",
        "voucher str | None = None deprecated",
        "receiver reserve order_id, lines priority 20 **extra shop/stock.py:31",
        "Mailer.confirm order_id, total async uses **extra shop/mail.py:18",
        "record unknown fields as payload shop/audit.py:12",
        "send shop.intake ... shop/intake.py:36",
        "shop.web.checkout order_id, lines, total shop/web/checkout.py:88",
        "",
    ]


def test_sends_of_unknown_signals_and_the_numbers_come_last() -> None:
    """They are in view when the command has ended."""
    assert words(printed(samples.shop()))[-5:] == [
        "",
        "Sends of unknown signals",
        "send shop.till reason shop/till.py:71",
        "",
        "4 signals, 6 receivers, 5 sends",
    ]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("catalog", [samples.shop(), samples.hostile()], ids=["shop", "odd"])
def test_lines_are_no_longer_than_the_terminal_is_wide(catalog: Catalog, width: int) -> None:
    """Nothing is cut off."""
    text = printed(catalog, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


@pytest.mark.parametrize("width", [1, 30, 40, 60, *WIDTHS])
def test_no_word_is_broken_in_two(width: int) -> None:
    """Locations can be clicked in many terminals, and copied from all."""
    lines = as_by_the_command(samples.shop(), width)
    wide = as_by_the_command(samples.shop(), 1000)
    assert sorted(" ".join(lines).split()) == sorted(" ".join(wide).split())
    assert all(line == line.rstrip() for line in lines)
    text = printed(samples.shop(), max(width, 60))
    for place in ("shop/domain.py:100", "shop/web/checkout.py:88", "shop/audit.py:12"):
        assert place in text


def test_names_and_docs_neither_style_nor_control_the_terminal() -> None:
    """Rich's markup and escape sequences are shown as text."""
    text = printed(samples.hostile(), 4000)
    assert "[red]x[/red]" in text
    assert r"item\x1b[31m" in text
    assert "\x1b" not in text


def test_an_optional_field_without_default_may_be_left_out() -> None:
    """For example, the keys of a `TypedDict`."""
    field = FieldRecord(name="floor", type=ScalarType(name="int"), required=False)
    model = ModelRecord(name="shop.M", extra="ignore", fields=(field,))
    text = printed(Catalog.of(["shop"], {"shop.M": model}, [samples.signal("x", "shop.M")]))
    assert "field floor int may be left out" in words(text)


def test_a_doc_of_spaces_is_none() -> None:
    """It is not shown."""
    text = printed(samples.catalog_of(samples.signal("x", None, doc=" \n ")))
    assert "  shop.x  shop/domain.py:100" in text.splitlines()


def test_lines_end_with_what_they_say() -> None:
    """Trailing spaces would be in the way in a file, or when copied."""
    for width in WIDTHS:
        assert all(line == line.rstrip() for line in printed(samples.shop(), width).splitlines())


def test_details_stand_below_names_where_there_is_no_room_beside() -> None:
    """In a narrow terminal, all details go below; a heading also continues on the next line."""
    found = samples.signal(
        "placed", None, doc="An order came in.", sender=None, sends=[samples.sent("shop.intake", 36, "a", "b")]
    )
    assert as_by_the_command(samples.catalog_of(found), 40)[2:6] == [
        "  shop.placed  shop/domain.py:100",
        "      An order came in.",
        "    send      shop.intake",
        "                a, b  shop/intake.py:36",
    ]


def test_what_is_longer_than_its_column_stands_by_itself() -> None:
    """Neither a name nor a location is broken; other details stay beside their names."""
    long = f"shop.{'very_' * 6}long"
    sends = [samples.sent(name, 1, "a") for name in ("shop.web", long, "shop.a")]
    sends[2] = sends[2].model_copy(update={"file": f"{long}/a.py"})
    found = samples.signal("x", None, sender=None, sends=sends)
    assert as_by_the_command(samples.catalog_of(found), 80)[3:8] == [
        "    send      shop.a",
        f"                a  {long}/a.py:1",
        f"              {long}",
        "                a  shop/very_very_very_very_very_very_long.py:1",
        f"              {'shop.web':30}  a  shop/web.py:1",
    ]


def test_a_send_without_fields_has_its_place_alone() -> None:
    """Where other receivers have their fields."""
    sends = [samples.sent("shop.web", 1, "a"), samples.sent("shop.web", 2).model_copy(update={"is_complete": True})]
    lines = as_by_the_command(samples.catalog_of(samples.signal("x", None, sender=None, sends=sends)), 80)
    assert lines[3:5] == ["    send      shop.web  a  shop/web.py:1", "              shop.web  shop/web.py:2"]


def test_wide_characters_have_room() -> None:
    """For example, Chinese characters take twice the space."""
    text = printed(samples.catalog_of(samples.signal("x", None, sends=[samples.sent("信号模块信号模块", 1, "a")])))
    assert "send 信号模块信号模块 a 信号模块信号模块.py:1" in words(text)


@pytest.mark.parametrize("width", [1, 10, 30])
def test_a_narrow_terminal_has_all_of_it_too(width: int) -> None:
    """However narrow the terminal is."""
    assert printed(samples.shop(), width)


def test_a_catalog_without_signals_says_so() -> None:
    """In numbers."""
    assert printed(samples.catalog_of()) == "0 signals, 0 receivers, 0 sends\n"


@pytest.mark.slow
def test_thousands_of_signals_are_shown() -> None:
    """Each module once."""
    assert printed(samples.large()).count("plant.hall_499.sensors") == 1
