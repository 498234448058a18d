"""Which name is suggested as the one that was meant, in all places that suggest one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from typedsignals import Namespace, Payload, PayloadError, ReceiverSignatureError
from typedsignals._suggestion import closest
from typedsignals.catalog import check_project, discover, parse_settings
from typedsignals.mypy_plugin import _messages as messages
from typedsignals.testing import capture


class Letter(Payload):
    note: str = ""


letters = Namespace("letters")
letter_sent = letters.signal("letter-sent", Letter)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("order_idd", "order_id"),
        ("order", "order_id"),
        ("orderId", "order_id"),
        ("odrer_id", "order_id"),
        ("totl", "total"),
        ("totla", "total"),
        ("nmae", "name"),
        ("prices", "price"),
        ("costumer", "customer"),
    ],
)
def test_a_name_that_is_nearly_written_is_suggested(written: str, meant: str) -> None:
    """With a letter too many, too few or misplaced, or another ending."""
    assert closest(written, ["x", meant, "unlike"]) == meant


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("other", "note"),
        ("sender", "order"),
        ("user_id", "order_id"),
        ("first_name", "last_name"),
        ("created_at", "updated_at"),
        ("count", "amount"),
        ("status", "state"),
        ("id", "item"),
        ("a", "b"),
    ],
)
def test_a_name_that_only_shares_letters_is_not(written: str, other: str) -> None:
    """It is another word."""
    assert closest(written, [other]) is None


def test_no_place_suggests_what_is_not_near() -> None:
    """Neither a send, a receiver, an assertion of a capture nor mypy's plugin."""
    with pytest.raises(PayloadError) as sent:
        letter_sent.send(None, other="")  # type: ignore[signal-send]
    assert "  other: no such field\n" in str(sent.value)

    def read(sender: object, other: str, **extra: Any) -> None: ...

    with pytest.raises(ReceiverSignatureError, match="there is no such field; the fields are: note"):
        letter_sent.connect(read)  # type: ignore[signal-receiver]
    with capture(letter_sent) as captured, pytest.raises(TypeError, match="no field 'other'; the fields are: note"):
        captured.assert_sent(other="")
    assert messages.suggestion("other", ["note"]) == "the fields are: note"


def test_neither_a_module_nor_a_waiver_is_taken_for_another() -> None:
    """The message says that the module is missing, or that the waiver has no effect."""
    (problem,) = discover([f"{__package__}.testing"]).problems
    assert "did you mean" not in problem.message
    waiver = {"rule": "TS504", "signal": "letters.notes", "reason": "none"}
    settings = parse_settings({"waivers": [waiver]}, "pyproject.toml")
    report = check_project(discover([__name__]).catalog, settings, date(2030, 1, 1))
    assert [one.message for one in report.findings if one.rule.id == "TS601"] == [
        "the waiver of TS504 for letters.notes is not used: remove it"
    ]
