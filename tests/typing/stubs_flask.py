"""Flask's signals: what receivers each of them takes, given the stubs."""

from __future__ import annotations

from typing import Any, assert_type

import flask
from flask import (
    Flask,
    Response,
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    before_render_template,
    current_app,
    got_request_exception,
    message_flashed,
    request_finished,
    request_started,
    request_tearing_down,
    template_rendered,
)
from flask.signals import template_rendered as template_rendered_of_its_module
from flask.testing import FlaskClient
from jinja2 import Template

app = Flask(__name__)
template = Template("")


class Recorder:
    def __init__(self) -> None:
        self.rendered: list[tuple[Template, dict[str, Any]]] = []

    def record(self, sender: Flask, template: Template, context: dict[str, Any], **extra: Any) -> None:
        self.rendered.append((template, context))


# Each signal takes a receiver that names all of its fields.


@template_rendered.connect
def on_template_rendered(sender: Flask, template: Template, context: dict[str, Any]) -> None: ...


@before_render_template.connect
def on_before_render_template(sender: Flask, template: Template, context: dict[str, Any]) -> None: ...


@request_started.connect
def on_request_started(sender: Flask) -> None: ...


@request_finished.connect
def on_request_finished(sender: Flask, response: Response) -> None: ...


@request_tearing_down.connect
def on_request_tearing_down(sender: Flask, exc: BaseException | None) -> None: ...


@got_request_exception.connect
def on_got_request_exception(sender: Flask, exception: Exception) -> None: ...


@appcontext_pushed.connect
def on_appcontext_pushed(sender: Flask) -> None: ...


@appcontext_popped.connect
def on_appcontext_popped(sender: Flask) -> None: ...


@appcontext_tearing_down.connect
def on_appcontext_tearing_down(sender: Flask, exc: BaseException | None) -> None: ...


@message_flashed.connect
def on_message_flashed(sender: Flask, message: str, category: str) -> None: ...


# Some of them and the rest, in any kind of callable.


@template_rendered.connect_via(app)
def some_of_the_fields(sender: Flask, context: dict[str, Any], **extra: Any) -> None: ...


@template_rendered.connect_via(current_app)
def none_of_the_fields(sender: Flask, **extra: object) -> None: ...


@request_finished.connect
async def asynchronous(sender: Flask, response: Response, **extra: Any) -> None: ...


@message_flashed.connect
def of_any_sender(sender: object, message: str, **extra: Any) -> None: ...


recorder = Recorder()
template_rendered.connect(recorder.record, app)
with template_rendered.connected_to(recorder.record, app), message_flashed.connected_to(of_any_sender):
    ...
with request_started.connected_to(lambda sender: None):
    ...
with message_flashed.connected_to(lambda sender, **extra: None):  # E[pyright]: strict wants the type of `extra`
    ...
with message_flashed.connected_to(lambda sender, message, category: None):  # E[mypy]: infers no keywords
    ...


# What a signal does not send, or sends with another type.


@template_rendered.connect  # E: a template is no string
def template_as_name(sender: Flask, template: str, **extra: Any) -> None: ...


@before_render_template.connect  # E: misspelt
def misspelt(sender: Flask, contxt: dict[str, Any], **extra: Any) -> None: ...


@template_rendered.connect_via(app)  # E: the context is missing, and there is no **extra
def without_context(sender: Flask, template: Template) -> None: ...


@request_started.connect  # E: sends no request
def request_as_field(sender: Flask, request: flask.Request) -> None: ...


@request_finished.connect  # E: a response is not its text
def response_as_text(sender: Flask, response: str, **extra: Any) -> None: ...


@request_tearing_down.connect  # E: spelt `exc` here
def exception_of_teardown(sender: Flask, exception: BaseException | None, **extra: Any) -> None: ...


@request_tearing_down.connect  # E: there is not always an exception
def always_an_exception(sender: Flask, exc: BaseException, **extra: Any) -> None: ...


@got_request_exception.connect  # E: spelt `exception` here
def exc_of_request(sender: Flask, exc: Exception, **extra: Any) -> None: ...


@got_request_exception.connect  # E: any exception
def one_kind_of_exception(sender: Flask, exception: ValueError, **extra: Any) -> None: ...


@appcontext_pushed.connect  # E: no fields
def pushed_with_exc(sender: Flask, exc: BaseException | None) -> None: ...


@appcontext_popped.connect  # E: no fields
def popped_with_exc(sender: Flask, exc: BaseException | None) -> None: ...


@appcontext_tearing_down.connect  # E: misspelt
def misspelt_exc(sender: Flask, ecx: BaseException | None, **extra: Any) -> None: ...


@message_flashed.connect  # E: a category is a string
def category_as_number(sender: Flask, category: int, **extra: Any) -> None: ...


@message_flashed.connect  # E: Flask is the sender
def sender_of_another_class(sender: Template, **extra: Any) -> None: ...


@template_rendered.connect_via("app")  # E: Flask is the sender
def via_a_name(sender: Flask, **extra: Any) -> None: ...


def names_the_template_only(sender: Flask, template: Template) -> None: ...


template_rendered.connect(names_the_template_only)  # E: the context is missing
with template_rendered.connected_to(names_the_template_only):  # E: the context is missing
    ...
template_rendered.connect(none_of_the_fields, sender="app")  # E: Flask is the sender


# Sending them, as a test of a receiver does.

template_rendered.send(app, template=template, context={})
template_rendered.send(app, _async_wrapper=app.ensure_sync, template=template, context={})
request_tearing_down.send(app, exc=None)
request_started.send(app)
request_finished.send(app, response="")  # E: a response is not its text
got_request_exception.send(app, exc=ValueError())  # E: spelt `exception` here
message_flashed.send(app, message="")  # E: the category is missing
appcontext_pushed.send("app")  # E: Flask is the sender
appcontext_popped.send()  # E: Flask is the sender


# Everything else is Flask's own.

assert_type(flask.render_template(""), str)
assert_type(app.test_client(), FlaskClient)
assert_type(app.ensure_sync(print)(), Any)
assert_type(current_app, Flask)
template_rendered_of_its_module.connect(names_the_template_only)  # E: the context is missing
flask.template_rendered.connect(names_the_template_only)  # E: the context is missing
flask.no_such_function()  # E: not Flask's
