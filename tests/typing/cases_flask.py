"""Signals that others own: Flask's, and any of Blinker's, are as typed as our own."""

from __future__ import annotations

from typing import Any

import blinker
from flask import Flask, Response, current_app
from jinja2 import Template

from typedsignals import Payload, Signal
from typedsignals.blinker import as_blinker, typed
from typedsignals.flask import TemplateRendered, message_flashed, request_finished, request_started, template_rendered


class LoggedIn(Payload):
    user: str


theirs = blinker.Namespace().signal("logged-in")
ours = typed(theirs, LoggedIn, sender=Flask)
from_anyone = typed(theirs, LoggedIn, strict=True)
view: blinker.NamedSignal = as_blinker(ours)


@ours.connect
def from_apps(sender: Flask, user: str, **extra: Any) -> None: ...


@from_anyone.connect
def from_objects(sender: object, user: str) -> None: ...


@template_rendered.connect
def rendered(sender: Flask, template: Template, context: dict[str, Any], **extra: Any) -> None: ...


@request_started.connect_via(current_app)
async def started(sender: Flask, **extra: Any) -> None: ...


@message_flashed.connect
def flashed(sender: Flask, message: str, category: str) -> None: ...


def with_payload(sender: Flask, payload: TemplateRendered) -> None: ...


with template_rendered.connected_to(with_payload, as_payload=True):
    pass


@ours.connect  # E: the user is a str
def wrong_type(sender: Flask, user: int, **extra: Any) -> None: ...


@template_rendered.connect  # E: the template is a Template
def wrong_template(sender: Flask, template: str, **extra: Any) -> None: ...


@request_finished.connect  # E: the response has nowhere to go
def no_response(sender: Flask) -> None: ...


@request_finished.connect  # E: the sender is a Flask
def wrong_sender(sender: str, response: Response) -> None: ...


template_rendered.connected_to(with_payload)  # E: it takes the payload
request_started.connect(started, "app")  # E: the sender is a Flask
typed(theirs, 3)  # E: no payload
typed(theirs, LoggedIn, sender="app")  # E: no class
as_blinker(theirs)  # E: no signal of ours
as_blinker(Signal())
