"""The Flask app of the examples: everything that Flask's documentation does with signals, typed."""

from __future__ import annotations

import gc
from pathlib import Path

import flask
import pytest
from flask import Flask, current_app

from examples.flask_templates.app import create_app
from examples.flask_templates.capturing import captured_templates, capturing_templates
from examples.flask_templates.models import Note, model_saved
from tests.test_examples import ROOT, mypy
from typedsignals import PayloadError, SenderError
from typedsignals.flask import TemplateRendered, template_rendered
from typedsignals.testing import capture


@pytest.fixture
def app() -> Flask:
    """The app with ten notes."""
    return create_app([Note(f"note {number}") for number in range(10)])


def test_templates_are_captured(app: Flask) -> None:
    """As in Flask's documentation: which template was rendered, and with which variables."""
    with captured_templates(app) as templates:
        response = app.test_client().get("/")
    assert response.status_code == 200
    ((template, context),) = templates
    assert template.name == "index.html"
    assert len(context["items"]) == 10


def test_a_temporary_subscription_records_payloads(app: Flask) -> None:
    """It ends with its block, and receives from this app only."""
    templates: list[TemplateRendered] = []
    with capturing_templates(app, templates):
        app.test_client().get("/")
        create_app().test_client().get("/")
    app.test_client().get("/")
    assert [rendered.template.name for rendered in templates] == ["index.html"]


def test_templates_are_captured_without_a_helper(app: Flask) -> None:
    """`capture` needs no receiver, and no receiver need be connected."""
    with capture(template_rendered, sender=app) as captured:
        app.test_client().get("/")
    captured.assert_sent_once()
    assert captured.last.payload.template.name == "index.html"


def test_a_template_is_rendered_with_what_a_receiver_adds(app: Flask) -> None:
    """One receiver, connected by decorator, changes the title; another counts requests for it."""
    client = app.test_client()
    assert "<title>Notes (1)</title>" in client.get("/").text
    assert "<title>Notes (2)</title>" in client.get("/").text


def test_a_model_sends_when_it_is_saved() -> None:
    """Its receiver knows whether it is new, and the request if there is one."""
    notes: list[Note] = []
    app = create_app(notes)
    response = app.test_client().post("/", data={"text": "buy milk"}, follow_redirects=True)
    assert "<p>Your note was saved.</p>" in response.text
    assert "<li>buy milk</li>" in response.text
    notes[0].save()
    assert app.extensions["log"].lines == [
        "Note created in POST /",
        "Flashed: Your note was saved.",
        "Rendered: index.html, as 'Notes (2)'",
        "Note changed in no request",
    ]


def test_a_model_must_keep_to_its_signal() -> None:
    """A save that sends a wrong payload, or whose sender is not a model, fails at its own line."""
    with pytest.raises(PayloadError, match="created: input should be a valid boolean, got str"):
        model_saved.send(Note("x"), created="yes")  # type: ignore[arg-type]
    with pytest.raises(SenderError, match="must be of type Model, got str"):
        model_saved.send("a note", created=True)  # type: ignore[arg-type]


def test_the_proxy_is_as_good_as_the_app(app: Flask) -> None:
    """Flask's documentation warns against ``current_app`` as a sender; our signals treat it as the app."""
    with app.app_context(), captured_templates(current_app) as templates:
        app.test_client().get("/")
    assert len(templates) == 1


def test_nothing_is_left_of_an_app_that_is_gone() -> None:
    """Its log's connections go with it, and the next page of another app ends our connection to Flask's signal."""
    create_app().test_client().get("/")
    gc.collect()
    assert template_rendered.connections == ()
    other = Flask("other")
    with other.app_context():
        flask.render_template_string("")
    assert not flask.template_rendered.receivers


@pytest.mark.slow
def test_mypy_accepts_the_app(tmp_path: Path) -> None:
    """The app has no errors, as strictly as mypy can look."""
    status, lines = mypy(ROOT / "examples" / "flask_templates", cache=tmp_path)
    assert (status, lines) == (0, ["Success: no issues found in 5 source files"])
