"""The trace of a publisher goes on in its receivers, with OpenTelemetry itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanContext, TraceFlags, TraceState

from typedsignals.relay._message.message import Message
from typedsignals.relay._message.wire import from_headers, to_headers
from typedsignals.testing import relayed

from .shops import MAIN, engine_of, new_relay, new_signal, publish

TRACER = TracerProvider().get_tracer(__name__)


class Seen:
    """Receivers that note the span that is current while they run, and that of a span of their own."""

    def __init__(self) -> None:
        self.current: list[SpanContext] = []
        self.parents: list[int | None] = []

    def look(self, sender: object, order_id: int, customer: str = "") -> None:
        self.current.append(trace.get_current_span().get_span_context())
        with TRACER.start_as_current_span("work") as span:
            self.parents.append(span.parent and span.parent.span_id)  # type: ignore[attr-defined]

    async def look_async(self, sender: object, order_id: int, customer: str = "") -> None:
        self.look(sender, order_id)


@pytest.fixture
def seen() -> Iterator[Seen]:
    yield Seen()
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_receivers_run_in_the_trace_of_the_publisher(sqlite: str, seen: Seen) -> None:
    """Plain and async ones: the publisher's span is current, as a remote one, and the parent of their own spans."""
    signal = new_signal()
    relay = new_relay(sqlite, signal)
    relay.receiver(signal, group="plain")(seen.look)
    relay.receiver(signal, group="async")(seen.look_async)
    with relayed(relay) as queue:
        with TRACER.start_as_current_span("order") as span:
            publish(relay, signal, engine_of(sqlite), 7)
        queue.deliver()
        assert queue.errors == []
    published = span.get_span_context()
    assert [(one.trace_id, one.span_id, one.is_remote) for one in seen.current] == [
        (published.trace_id, published.span_id, True)
    ] * 2
    assert seen.parents == [published.span_id] * 2


def test_the_state_of_the_trace_travels_through_the_tables(sqlite: str) -> None:
    """Both attributes of CloudEvents are in the message that a worker reads, and on the wire."""
    signal = new_signal()
    relay = new_relay(sqlite, signal)
    state = TraceState([("shop", "7")])
    context = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1), trace_state=state)
    with relayed(relay) as queue:
        with trace.use_span(trace.NonRecordingSpan(context)):
            publish(relay, signal, engine_of(sqlite), 7)
        (message,) = queue.messages
    expected = {"traceparent": f"00-{1:032x}-{2:016x}-01", "tracestate": "shop=7"}
    assert dict(message.headers) == expected
    headers = to_headers(message)
    assert headers["ce-traceparent"] == expected["traceparent"]
    assert dict(from_headers(headers, message.content).headers) == expected


def test_what_is_published_outside_a_trace_has_none(sqlite: str, seen: Seen) -> None:
    """The receiver does not get the span in which the worker happens to be."""
    signal = new_signal()
    relay = new_relay(sqlite, signal)
    relay.receiver(signal, group="plain")(seen.look)
    with relayed(relay) as queue:
        publish(relay, signal, engine_of(sqlite), 7)
        (message,) = queue.messages
        assert dict(message.headers) == {}
        queue.deliver()
    assert [one.is_valid for one in seen.current] == [False]


def test_a_context_that_is_none_is_ignored(sqlite: str, seen: Seen) -> None:
    """Whoever writes to the database may write anything into it; the receiver is called as without."""
    signal = new_signal()
    relay = new_relay(sqlite, signal)
    relay.receiver(signal, group="plain")(seen.look)
    with relayed(relay) as queue:
        publish(relay, signal, engine_of(sqlite), 7)
        (message,) = queue.messages
        forged = Message(
            id=message.id.replace("7", "8"),
            source="shop",
            type=message.type,
            subject=MAIN.name,
            time=message.time,
            content=message.content,
            headers={"traceparent": "nonsense", "tracestate": "=,;"},
        )
        queue.publish(forged)
        queue.deliver()
        assert queue.errors == []
    assert [one.is_valid for one in seen.current] == [False, False]


def test_without_opentelemetry_nothing_is_imported() -> None:
    """A program that does not trace publishes and receives without it, even if it is installed."""
    code = """if True:
        import sys
        from datetime import UTC, datetime
        from typedsignals.relay._message.tracing import incoming, outgoing
        assert dict(outgoing()) == {}
        with incoming({"traceparent": "00-00000000000000000000000000000001-0000000000000002-01"}):
            sys.exit(any(name.startswith("opentelemetry") for name in sys.modules))
    """
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own
