"""Subscriptions that last: a readable log of what happens in an app."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, has_request_context, request
from jinja2 import Template

from typedsignals.flask import before_render_template, message_flashed, request_started, template_rendered

from .models import Model, model_saved


class Log:
    """Logs what one app does, one line for each event."""

    def __init__(self, app: Flask) -> None:
        self.lines: list[str] = []
        model_saved.connect(self.note_saved)
        message_flashed.connect(self.note_flashed, app)
        request_started.connect(self.number_request, app)
        self._numbered = 0

        @before_render_template.connect_via(app)
        def add_number(sender: Flask, context: dict[str, Any], **extra: Any) -> None:
            context["title"] = f"{context['title']} ({g.number})"

        @template_rendered.connect_via(app)
        def note_rendered(sender: Flask, template: Template, context: dict[str, Any], **extra: Any) -> None:
            self.lines.append(f"Rendered: {template.name}, as {context['title']!r}")

    def number_request(self, sender: Flask, **extra: Any) -> None:
        self._numbered += 1
        g.number = self._numbered

    def note_saved(self, sender: Model, created: bool, **extra: Any) -> None:
        place = f"{request.method} {request.path}" if has_request_context() else "no request"
        self.lines.append(f"{type(sender).__name__} {'created' if created else 'changed'} in {place}")

    def note_flashed(self, sender: Flask, message: str, **extra: Any) -> None:
        self.lines.append(f"Flashed: {message}")
