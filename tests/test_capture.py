"""Capturing what signals send: the records, the assertions, and the messages when they fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from typedsignals import Namespace, Payload, PayloadError, PredicateError, SenderError, Signal, TypedSignalsError
from typedsignals.testing import Capture, capture, isolated, muted, only


class Shop:
    def __init__(self, town: str) -> None:
        self.town = town

    def __repr__(self) -> str:
        return f"Shop({self.town!r})"


class OrderPlaced(Payload):
    order_id: int
    coupon: str | None = None


class OrderShipped(Payload):
    order_id: int


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int = 1


shop_signals = Namespace("shop")
order_placed = shop_signals.signal("order-placed", OrderPlaced, sender=Shop)
order_shipped = shop_signals.signal("order-shipped", OrderShipped)
closed = Signal(name="closed")
bern, dublin = Shop("Bern"), Shop("Dublin")


def message_of(error: pytest.ExceptionInfo[BaseException]) -> str:
    return str(error.value)


def test_what_is_sent_is_recorded() -> None:
    """A record has the signal, the sender, the payload and the time; records stay after the block."""
    before = datetime.now(UTC)
    with capture(order_placed) as captured:
        order_placed.send(bern, order_id=7)
        assert len(captured) == 1
    after = datetime.now(UTC)
    order_placed.send(bern, order_id=8)
    record = captured.one()
    assert (record.signal, record.sender, record.payload) == (order_placed, bern, OrderPlaced(order_id=7))
    assert before <= record.time <= after
    assert captured.records == (record,) == tuple(captured)
    assert captured.payloads == (OrderPlaced(order_id=7),)
    assert captured.last is record


def test_records_are_in_order_across_signals() -> None:
    """What several signals send is in one order; what a receiver sends comes after what it received."""

    def ship(sender: Shop, order_id: int, **extra: Any) -> None:
        order_shipped.send(sender, order_id=order_id)

    with order_placed.connected_to(ship), capture(order_placed, order_shipped) as captured:
        order_placed.send(bern, order_id=1)
        order_placed.send(bern, order_id=2)
    sent = [(record.signal, record.payload.order_id) for record in captured]
    assert sent == [(order_placed, 1), (order_shipped, 1), (order_placed, 2), (order_shipped, 2)]


def test_a_namespace_captures_all_of_its_signals() -> None:
    """What is named twice, alone and in a namespace, is recorded once."""
    with capture(shop_signals, order_placed) as captured:
        order_shipped.send(None, order_id=1)
        order_placed.send(bern, order_id=2)
    assert [record.signal for record in captured] == [order_shipped, order_placed]


def test_a_signal_without_payload_is_recorded_with_its_keywords() -> None:
    """The payload is a dictionary of them."""
    with capture(closed) as captured:
        closed.send(bern, reason="fire")
        closed.send(None)
    assert captured.payloads == ({"reason": "fire"}, {})
    captured.assert_sent(reason="fire")


def test_a_capture_is_not_a_receiver() -> None:
    """It is neither in the result of a send nor among the connections, but counts for ``validate="connected"``."""
    with capture(order_placed) as captured:
        assert order_placed.send(bern, order_id=7) == []
        assert order_placed.send_robust(bern, order_id=7) == []
        assert order_placed.connections == ()
        assert order_placed.has_receivers_for(bern)
    assert not order_placed.has_receivers_for(bern)
    assert len(captured) == 2


def test_what_receivers_get_is_left_alone() -> None:
    """Receivers of every kind are called as usual, by every kind of send."""
    got: list[Any] = []

    def by_payload(sender: Shop, payload: OrderPlaced) -> None:
        got.append(payload)

    with (
        order_placed.connected_to(lambda sender, **fields: got.append(fields)),
        order_placed.connected_to(by_payload, as_payload=True, once=True),
        capture(order_placed) as captured,
    ):
        order_placed.send(bern, order_id=7)
        order_placed.send_payload(bern, OrderPlaced(order_id=8))
    assert got == [{"order_id": 7, "coupon": None}, OrderPlaced(order_id=7), {"order_id": 8, "coupon": None}]
    assert captured.payloads == (OrderPlaced(order_id=7), OrderPlaced(order_id=8))


@pytest.mark.anyio
async def test_async_sends_are_recorded_in_async_blocks() -> None:
    """``async with`` does what ``with`` does."""
    async with capture(order_placed) as captured:
        await order_placed.send_async(bern, order_id=1)
        await order_placed.send_robust_async(bern, order_id=2)
        await order_placed.send_payload_async(bern, OrderPlaced(order_id=3))
    assert [payload.order_id for payload in captured.payloads] == [1, 2, 3]


def test_a_refused_send_is_not_recorded() -> None:
    """Neither if its payload is invalid, nor if `send` cannot await a coroutine receiver."""

    async def ship(sender: Shop, **extra: Any) -> None: ...

    with capture(order_placed) as captured, order_placed.connected_to(ship):
        with pytest.raises(PayloadError):
            order_placed.send(bern, order_id="7")  # type: ignore[arg-type]
        with pytest.raises(TypedSignalsError, match="cannot await"):
            order_placed.send(bern, order_id=7)
    assert len(captured) == 0


def test_a_send_whose_receiver_fails_is_recorded() -> None:
    """It was sent, and is recorded before receivers are called."""

    def fail(sender: Shop, **extra: Any) -> None:
        raise ZeroDivisionError

    with capture(order_placed) as captured, order_placed.connected_to(fail), pytest.raises(ZeroDivisionError):
        order_placed.send(bern, order_id=7)
    assert captured.one().payload.order_id == 7


def test_silenced_signals_are_captured() -> None:
    """Muted, isolated or with other receivers only: sends are recorded, whatever the order of the blocks."""
    with capture(order_placed) as outer, muted(order_placed), capture(order_placed) as inner:
        order_placed.send(bern, order_id=1)
    with isolated(order_placed), capture(order_placed) as isolated_capture, only(print):
        order_placed.send(bern, order_id=2)
    assert outer.payloads == inner.payloads == (OrderPlaced(order_id=1),)
    assert isolated_capture.payloads == (OrderPlaced(order_id=2),)


def test_a_signal_that_validates_when_connected_validates_when_captured() -> None:
    """Without receivers and without a capture, it would validate nothing."""
    lazy = Signal(OrderPlaced, validate="connected")
    assert lazy.send(None, order_id="x") == []  # type: ignore[arg-type]
    with capture(lazy) as captured:
        lazy.send(None, order_id=7)
        lazy.send_robust(None, order_id=8)
        with pytest.raises(PayloadError):
            lazy.send(None, order_id="x")  # type: ignore[arg-type]
    assert [payload.order_id for payload in captured.payloads] == [7, 8]


def test_a_sender_and_a_predicate_narrow_it_down() -> None:
    """Only what the sender sent, and what the predicate accepts, is recorded."""
    with (
        capture(order_placed, sender=bern) as by_bern,
        capture(order_placed, where=lambda sender, payload: payload.order_id > 7) as large,
    ):
        order_placed.send(bern, order_id=7)
        order_placed.send(dublin, order_id=8)
    assert [record.sender for record in by_bern] == [bern]
    assert [record.sender for record in large] == [dublin]


def test_a_proxy_stands_for_its_sender() -> None:
    """As in `send` and `connect`."""

    class Proxy:
        def _get_current_object(self) -> Shop:
            return bern

    proxy: Any = Proxy()
    with capture(order_placed, sender=proxy) as captured:
        order_placed.send(bern, order_id=1)
        order_placed.send(dublin, order_id=2)
        order_placed.send(proxy, order_id=3)
    assert [record.sender for record in captured] == [bern, bern]


def test_a_capture_can_be_entered_again() -> None:
    """It records further sends."""
    captured = capture(order_placed)
    for order_id in (1, 2):
        with captured:
            order_placed.send(bern, order_id=order_id)
    assert [payload.order_id for payload in captured.payloads] == [1, 2]


def test_a_failing_block_fails_with_its_own_error() -> None:
    """A capture does not replace it."""
    with pytest.raises(ZeroDivisionError), capture(order_placed):
        1 / 0  # noqa: B018 - it raises


# Assertions that hold


def test_assertions_look_at_a_subset_of_the_fields() -> None:
    """Without fields, any send matches; with fields, one that has all of them."""
    with capture(order_placed, order_shipped) as captured:
        captured.assert_not_sent()
        order_placed.send(bern, order_id=7, coupon="A1")
        order_placed.send(bern, order_id=8)
        order_shipped.send(bern, order_id=7)
    captured.assert_sent()
    captured.assert_sent(order_id=7, coupon="A1")
    captured.assert_sent(order_shipped)
    captured.assert_sent_once(order_placed, order_id=7)
    captured.assert_not_sent(order_shipped, order_id=8)
    captured.assert_not_sent(order_id=7, coupon="B2")
    captured.assert_order(order_placed, order_shipped)
    captured.assert_order(order_placed, order_placed, order_shipped)


def test_a_value_equals_itself_even_if_its_eq_says_otherwise() -> None:
    """As in pytest and unittest.mock, the same object is equal."""
    nan = float("nan")
    with capture(closed) as captured:
        closed.send(None, x=nan)
    captured.assert_sent(x=nan)


def test_extra_and_deprecated_fields_are_compared_too() -> None:
    """An extra field counts if the payload allows it; a deprecated one causes no warning."""

    class Old(Payload):
        code: int = Field(deprecated="use id")

    opened, old = Signal(Open, name="open"), Signal(Old)
    with capture(opened) as captured, capture(old) as old_captured:
        opened.send(None, a=1, b=2)
        old.send(None, code=1)
    captured.assert_sent(a=1, b=2)
    captured.assert_not_sent(c=3)
    old_captured.assert_sent(code=1)


# Assertions that fail

TWO_SENT = """\
  1. <Signal 'shop.order-placed'> by Shop('Bern'): order_id=7, coupon='A1'
  2. <Signal 'shop.order-shipped'> by None: order_id=8"""


def two_sent() -> Capture[Any, Any]:
    with capture(order_placed, order_shipped) as captured:
        order_placed.send(bern, order_id=7, coupon="A1")
        order_shipped.send(None, order_id=8)
    return captured


def test_assert_sent_says_what_was_sent_and_what_differs() -> None:
    """Each record, with each field that differs."""
    with pytest.raises(AssertionError) as error:
        two_sent().assert_sent(order_placed, order_id=8, coupon=None)
    assert message_of(error) == (
        "<Signal 'shop.order-placed'> with order_id=8, coupon=None was not sent; captured:\n"
        "  1. <Signal 'shop.order-placed'> by Shop('Bern'): order_id=7, coupon='A1'\n"
        "     differs: order_id: 7, not 8\n"
        "     differs: coupon: 'A1', not None\n"
        "  2. <Signal 'shop.order-shipped'> by None: order_id=8\n"
        "     differs: another signal"
    )


def test_assert_sent_of_several_signals_names_them() -> None:
    """A field that only one of them has differs in the other."""
    with pytest.raises(AssertionError) as error:
        two_sent().assert_sent(coupon="B2")
    assert message_of(error) == (
        "<Signal 'shop.order-placed'> or <Signal 'shop.order-shipped'> with coupon='B2' was not sent; captured:\n"
        "  1. <Signal 'shop.order-placed'> by Shop('Bern'): order_id=7, coupon='A1'\n"
        "     differs: coupon: 'A1', not 'B2'\n"
        "  2. <Signal 'shop.order-shipped'> by None: order_id=8\n"
        "     differs: coupon: no such field"
    )


def test_assert_sent_says_when_nothing_was() -> None:
    """There is nothing to list."""
    with capture(closed) as captured, pytest.raises(AssertionError) as error:
        captured.assert_sent()
    assert message_of(error) == "<Signal 'closed'> was not sent; nothing was captured"


def test_assert_sent_says_what_the_capture_left_out() -> None:
    """How many sends were not recorded, and why."""
    with capture(order_placed, sender=bern, where=lambda sender, payload: False) as captured:
        order_placed.send(dublin, order_id=7)
        order_placed.send(bern, order_id=8)
        order_placed.send(bern, order_id=9)
    with pytest.raises(AssertionError) as error:
        captured.assert_sent()
    assert re.sub(r"\(\S*test_capture.py:\d+\)", "(FILE:LINE)", message_of(error)) == (
        "<Signal 'shop.order-placed'> was not sent; "
        "nothing was captured (not captured: 1 by another sender (a Shop), 2 refused by where= (FILE:LINE))"
    )


def test_assert_sent_once_says_how_often() -> None:
    """Sends that match have no differences to list."""
    with capture(closed) as captured:
        closed.send(None, a=1)
        closed.send(None)
        closed.send(None, a=1)
    with pytest.raises(AssertionError) as error:
        captured.assert_sent_once(a=1)
    assert message_of(error) == (
        "<Signal 'closed'> with a=1 was sent 2 times, not once; captured:\n"
        "  1. <Signal 'closed'> by None: a=1\n"
        "  2. <Signal 'closed'> by None: no fields\n"
        "     differs: a: no such field\n"
        "  3. <Signal 'closed'> by None: a=1"
    )


def test_assert_sent_once_says_that_it_was_not_sent() -> None:
    """As `assert_sent` does; so do `one` and `last`."""
    captured = capture(closed)
    with captured:
        for assertion in (captured.assert_sent_once, captured.one, lambda: captured.last):
            with pytest.raises(AssertionError) as error:
                assertion()
            assert message_of(error) == "<Signal 'closed'> was not sent; nothing was captured"


def test_one_says_how_many_there_are() -> None:
    """It takes exactly one."""
    with pytest.raises(AssertionError) as error:
        two_sent().one()
    assert message_of(error) == (
        "<Signal 'shop.order-placed'> or <Signal 'shop.order-shipped'> was sent 2 times, not once; captured:\n"
        + TWO_SENT
    )


def test_assert_not_sent_says_what_was_sent() -> None:
    """Every record."""
    with pytest.raises(AssertionError) as error:
        two_sent().assert_not_sent(order_shipped)
    assert message_of(error) == (
        "<Signal 'shop.order-shipped'> was sent; captured:\n"
        "  1. <Signal 'shop.order-placed'> by Shop('Bern'): order_id=7, coupon='A1'\n"
        "     differs: another signal\n"
        "  2. <Signal 'shop.order-shipped'> by None: order_id=8"
    )


def test_assert_order_says_which_signal_is_out_of_place() -> None:
    """And after which it should have been sent."""
    with pytest.raises(AssertionError) as error:
        two_sent().assert_order(order_shipped, order_placed)
    assert message_of(error) == (
        "<Signal 'shop.order-placed'> was not sent after <Signal 'shop.order-shipped'>; captured:\n" + TWO_SENT
    )
    with pytest.raises(AssertionError) as error, capture(closed) as captured:
        captured.assert_order(closed)
    assert message_of(error) == "<Signal 'closed'> was not sent; nothing was captured"


# Misuse


def test_an_assertion_about_an_unknown_field_is_an_error() -> None:
    """It would pass or fail for the wrong reason."""
    captured = two_sent()
    with pytest.raises(TypeError) as error:
        captured.assert_not_sent(order_shipped, oder_id=9)
    assert message_of(error) == "<Signal 'shop.order-shipped'> has no field 'oder_id'; did you mean 'order_id'?"
    with pytest.raises(TypeError) as error:
        captured.assert_not_sent(x=9)
    assert message_of(error) == (
        "<Signal 'shop.order-placed'> or <Signal 'shop.order-shipped'> has no field 'x'; "
        "the fields are: order_id, coupon"
    )


def test_an_assertion_about_a_payload_without_fields_says_so() -> None:
    """There is none to suggest."""

    class Empty(Payload): ...

    with capture(Signal(Empty, name="empty")) as captured, pytest.raises(TypeError) as error:
        captured.assert_sent(x=1)
    assert message_of(error) == "<Signal 'empty'> has no field 'x'; the fields are: none"


def test_an_assertion_about_a_signal_that_is_not_captured_is_an_error() -> None:
    """It would pass or fail for the wrong reason."""
    captured = two_sent()
    for assertion in (captured.assert_sent, captured.assert_not_sent, captured.assert_order):
        with pytest.raises(TypeError) as error:
            assertion(closed)
        assert message_of(error) == (
            "<Signal 'closed'> is not captured here, only <Signal 'shop.order-placed'>, <Signal 'shop.order-shipped'>"
        )


def test_assert_order_needs_signals() -> None:
    """Without any, it would always pass."""
    with pytest.raises(TypeError) as error:
        two_sent().assert_order()
    assert message_of(error) == "assert_order() needs the signals, in the order in which they should be sent"


def test_only_signals_can_be_captured() -> None:
    """Anything else, or nothing at all, is refused at once."""
    with pytest.raises(TypeError) as error:
        capture("order-placed")  # type: ignore[call-overload]
    assert message_of(error) == "capture() takes signals and namespaces, not a str: 'order-placed'"
    for nothing in ((), (Namespace("empty"),)):
        with pytest.raises(TypeError) as error:
            capture(*nothing)
        assert message_of(error) == "capture() needs at least one signal, or a namespace that has some"


def test_a_sender_must_be_one_that_can_send() -> None:
    """One of the signals must accept its type, or nothing would ever be captured."""
    with pytest.raises(SenderError) as error:
        capture(order_placed, sender="Bern")  # type: ignore[misc]
    assert message_of(error) == (
        "the sender of <Signal 'shop.order-placed'> must be of type Shop, got str; "
        "pass one of that type, or ANY for all senders"
    )
    with capture(order_placed, order_shipped, sender="Bern") as captured:
        assert len(captured) == 0


def test_a_capture_that_was_never_entered_has_nothing_to_say() -> None:
    """Otherwise it would seem that nothing was sent."""
    captured = capture(closed)
    with pytest.raises(RuntimeError) as error:
        captured.assert_not_sent()
    assert message_of(error) == (
        "<capture of <Signal 'closed'>: 0 recorded> was never entered; send inside `with capture(...) as captured:`"
    )


def test_a_capture_cannot_be_entered_twice_at_once() -> None:
    """It would record everything twice."""
    with capture(closed) as captured, pytest.raises(RuntimeError) as error, captured:
        pass
    assert message_of(error) == (
        "<capture of <Signal 'closed'>: 0 recorded> has already been entered; make another one with capture()"
    )


def send_then(action: Callable[[], object]) -> None:
    order_placed.send(bern, order_id=7)
    action()


def raises(sender: object, payload: OrderPlaced) -> bool:
    raise KeyError(payload.order_id)


def test_a_predicate_that_raises_fails_the_test_and_not_the_sender() -> None:
    """Using the capture raises the error, and so does the end of the block; the send continues."""
    captured = capture(order_placed, where=raises)
    with pytest.raises(PredicateError) as error, captured:
        assert order_placed.send(bern, order_id=7) == order_placed.send(bern, order_id=8) == []
    place = f"{raises.__code__.co_filename}:{raises.__code__.co_firstlineno}"
    assert message_of(error) == (
        f"where= ({place}) raised KeyError for what <Signal 'shop.order-placed'> sent; "
        "it is called as where(sender, payload) for each send, and must return whether the send matches"
    )
    assert repr(error.value.__cause__) == "KeyError(7)"
    assert (error.value.signal, error.value.sender) == (order_placed, bern)
    with pytest.raises(PredicateError) as again:
        captured.assert_not_sent()
    assert again.value is error.value


def test_a_predicate_that_raises_does_not_hide_why_a_block_failed() -> None:
    """The block's error stays and gets a note, unless it is the predicate's own error."""
    with pytest.raises(ZeroDivisionError) as error, capture(order_placed, where=raises):
        send_then(lambda: 1 / 0)
    (note,) = error.value.__notes__
    assert re.match(r"in addition, where= \(.*\) raised KeyError for what ", note)
    with pytest.raises(PredicateError) as own, capture(order_placed, where=raises) as captured:
        send_then(captured.one)
    assert not hasattr(own.value, "__notes__")
