"""Subscriptions that end with a block: record which templates are rendered, and with which context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from flask import Flask
from jinja2 import Template

from typedsignals.flask import TemplateRendered, template_rendered

Recorded = list[tuple[Template, dict[str, Any]]]


@contextmanager
def captured_templates(app: Flask) -> Iterator[Recorded]:
    """Record the templates that this app renders, by connecting and disconnecting a receiver."""
    recorded: Recorded = []

    def record(sender: Flask, template: Template, context: dict[str, Any], **extra: Any) -> None:
        recorded.append((template, context))

    template_rendered.connect(record, app)
    try:
        yield recorded
    finally:
        template_rendered.disconnect(record, app)


def capturing_templates(app: Flask, recorded: list[TemplateRendered]) -> AbstractContextManager[object]:
    """Record the same as payloads, with a temporary subscription."""

    def record(sender: Flask, payload: TemplateRendered) -> None:
        recorded.append(payload)

    return template_rendered.connected_to(record, app, as_payload=True)
