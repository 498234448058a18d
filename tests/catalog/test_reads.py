"""Finding the fields that a receiver reads."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from typedsignals.catalog._discover.fields_read import fields_read, uses_extra

FIELDS = ("order_id", "total", "note")
kept: list[Any] = []


def reads_two(sender: object, payload: Any) -> object:
    return payload.total or [payload.order_id, sender, payload.total]


def reads_none(sender: object, payload: Any) -> object:
    return ("payload", kept.pop) if kept else ()


def reads_deeply(sender: Any, payload: Any) -> object:
    while kept:
        kept.append(payload.note.text[0] + sender.payload)
    return payload.order_id.real


def forgets(sender: object, payload: Any) -> None:
    del payload


async def reads_async(sender: object, payload: Any) -> object:
    return payload.note


class Log:
    def keep(self, sender: object, payload: Any) -> None:
        kept.append(payload.note)

    @classmethod
    def keep_all(cls, sender: object, payload: Any) -> None:
        kept.append(payload.note)

    @staticmethod
    def keep_any(sender: object, payload: Any) -> None:
        kept.append(payload.note)

    def __call__(self, sender: object, payload: Any) -> None:
        kept.append(payload.note)


@pytest.mark.parametrize(
    ("receiver", "expected"),
    [
        (reads_two, ("order_id", "total")),
        (reads_none, ()),
        (reads_deeply, ("order_id", "note")),
        (reads_async, ("note",)),
        (forgets, ()),
        (lambda sender, payload: payload.note, ("note",)),
        (Log().keep, ("note",)),
        (Log().keep_all, ("note",)),
        (Log().keep_any, ("note",)),
        (Log(), ("note",)),
    ],
)
def test_attributes_of_the_payload_are_what_it_reads(receiver: Any, expected: tuple[str, ...]) -> None:
    """The fields are in the payload's order, however the receiver is written."""
    assert fields_read(receiver, FIELDS) == expected


def hands_on(sender: object, payload: Any) -> None:
    kept.append(payload)


def hands_on_first(sender: Any, payload: Any) -> None:
    sender.keep(payload, sender.note, payload.note)


def keeps(sender: Any, payload: Any) -> None:
    sender.payload = payload


def replaces(sender: object, payload: Any) -> object:
    payload = kept
    return payload.note


def closes_over(sender: object, payload: Any) -> object:
    return lambda: payload.note


def calls(sender: object, payload: Any) -> object:
    return payload.model_dump()


def changes(sender: object, payload: Any) -> None:
    payload.note = ""


def by_name(sender: object, payload: Any) -> object:
    return getattr(payload, "note")  # noqa: B009  # on purpose


def by_star(*arguments: Any) -> None:
    kept.append(arguments[1].note)


@pytest.mark.parametrize(
    "receiver",
    [
        hands_on,
        hands_on_first,
        keeps,
        replaces,
        closes_over,
        calls,
        changes,
        by_name,
        by_star,
        partial(reads_two, None),
        print,
        dict,
    ],
)
def test_any_other_use_leaves_it_open(receiver: Any) -> None:
    """It is unknown what happens to the payload elsewhere."""
    assert fields_read(receiver, FIELDS) is None


def forwards(sender: object, *, order_id: int, **extra: Any) -> None:
    kept.append(extra)


def looks_up(*arguments: Any, **fields: Any) -> object:
    return fields["note"]


def encloses(sender: object, **extra: Any) -> object:
    return lambda: extra


def ignores(sender: object, **extra: Any) -> object:
    return "extra", kept.extra  # type: ignore[attr-defined]  # it is never called


def names_it(sender: object, **extra: Any) -> str:
    return "extra"


def discards(sender: object, **extra: Any) -> None:
    del extra


def has_none(sender: object, extra: object) -> object:
    return extra


@pytest.mark.parametrize(
    ("receiver", "expected"),
    [
        (forwards, True),
        (looks_up, True),
        (encloses, True),
        (ignores, False),
        (names_it, False),
        (discards, False),
        (has_none, False),
    ],
)
def test_what_is_collected_counts_as_read_where_it_is_used(receiver: Any, expected: bool) -> None:
    """Most receivers take ``**extra`` only to ignore it."""
    assert uses_extra(receiver.__code__) is expected
