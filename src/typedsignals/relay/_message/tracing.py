"""The context of a trace, which travels with a message if the program uses OpenTelemetry.

CloudEvents names its two attributes as W3C Trace Context names the headers. OpenTelemetry is never imported here before
the program has imported it: without it, nothing is traced.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from .message import NO_HEADERS

LOADED = "opentelemetry.trace"
"""The module that a program has imported if it traces anything."""


def outgoing() -> Mapping[str, str]:
    """Return ``traceparent`` and ``tracestate`` of the current span; nothing if there is none."""
    if LOADED not in sys.modules:
        return NO_HEADERS
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - as above

    headers: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(headers)
    return headers


_NOT_TRACED = nullcontext()


def incoming(headers: Mapping[str, str]) -> AbstractContextManager[None]:
    """Let the span in which a message was published be the current one in a block: spans in it are its children."""
    return _traced(headers) if "traceparent" in headers and LOADED in sys.modules else _NOT_TRACED


@contextmanager
def _traced(headers: Mapping[str, str]) -> Iterator[None]:
    from opentelemetry import context  # noqa: PLC0415 - as above
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - as above

    token = context.attach(TraceContextTextMapPropagator().extract(headers, context.Context()))
    try:
        yield
    finally:
        context.detach(token)
