"""Flask's ten signals, each with a payload.

Each is sent when Flask sends its own, with the app as sender. Receivers get the same objects that Flask sends. They run
in the contexts that Flask promises, so ``flask.request`` and ``flask.g`` work in them.
"""

from __future__ import annotations

from typing import Any, Final

import flask
from flask import Flask, Response
from jinja2 import Template
from pydantic import InstanceOf

from ._validating.payload import Payload
from .blinker import typed

__all__ = [
    "AppcontextPopped",
    "AppcontextPushed",
    "AppcontextTearingDown",
    "BeforeRenderTemplate",
    "GotRequestException",
    "MessageFlashed",
    "RequestFinished",
    "RequestStarted",
    "RequestTearingDown",
    "TemplateRendered",
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "before_render_template",
    "got_request_exception",
    "message_flashed",
    "request_finished",
    "request_started",
    "request_tearing_down",
    "template_rendered",
]


class BeforeRenderTemplate(Payload):
    """What a template is about to be rendered with.

    Attributes:
        template: The template.
        context: Its variables. A receiver that changes the dictionary changes what is rendered.
    """

    template: Template
    context: InstanceOf[dict[str, Any]]


class TemplateRendered(Payload):
    """What a template was rendered with.

    Attributes:
        template: The template.
        context: Its variables.
    """

    template: Template
    context: InstanceOf[dict[str, Any]]


class RequestStarted(Payload):
    """No fields: the request is ``flask.request``."""


class RequestFinished(Payload):
    """The answer to a request.

    Attributes:
        response: The response, which has not been sent yet.
    """

    response: Response


class RequestTearingDown(Payload):
    """How a request ends.

    Attributes:
        exc: The exception that was not handled, or None.
    """

    exc: BaseException | None


class GotRequestException(Payload):
    """An exception that a request raised.

    Attributes:
        exception: The exception. No error handler took it, and it is about to become an error page.
    """

    exception: Exception


class AppcontextTearingDown(Payload):
    """How an application context ends.

    Attributes:
        exc: The exception that was not handled, or None.
    """

    exc: BaseException | None


class AppcontextPushed(Payload):
    """No fields: the context's objects are ``flask.current_app`` and ``flask.g``."""


class AppcontextPopped(Payload):
    """No fields."""


class MessageFlashed(Payload):
    """A message that the user sees on the next page.

    Attributes:
        message: The text or markup, as the same object.
        category: The category, such as ``"message"`` or ``"error"``.
    """

    message: InstanceOf[str]
    category: InstanceOf[str]


before_render_template: Final = typed(flask.before_render_template, BeforeRenderTemplate, sender=Flask)
"""Sent before a template is rendered."""

template_rendered: Final = typed(flask.template_rendered, TemplateRendered, sender=Flask)
"""Sent after a template is rendered."""

request_started: Final = typed(flask.request_started, RequestStarted, sender=Flask)
"""Sent before a request is handled, in its context."""

request_finished: Final = typed(flask.request_finished, RequestFinished, sender=Flask)
"""Sent just before a response is sent to the client."""

request_tearing_down: Final = typed(flask.request_tearing_down, RequestTearingDown, sender=Flask)
"""Sent when a request ends, even if it failed."""

got_request_exception: Final = typed(flask.got_request_exception, GotRequestException, sender=Flask)
"""Sent when handling a request raises an exception that no error handler takes."""

appcontext_tearing_down: Final = typed(flask.appcontext_tearing_down, AppcontextTearingDown, sender=Flask)
"""Sent when an application context ends, even if it failed."""

appcontext_pushed: Final = typed(flask.appcontext_pushed, AppcontextPushed, sender=Flask)
"""Sent when an application context begins."""

appcontext_popped: Final = typed(flask.appcontext_popped, AppcontextPopped, sender=Flask)
"""Sent after an application context is gone."""

message_flashed: Final = typed(flask.message_flashed, MessageFlashed, sender=Flask)
"""Sent when a message is flashed."""
