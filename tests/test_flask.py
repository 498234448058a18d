"""Flask's own signals, typed: receivers get what Flask sends, as it is, where and when Flask promises."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import blinker
import flask
import flask.signals
import pytest
from flask import Flask, Response, current_app, g, request
from flask.testing import FlaskClient
from jinja2 import Template
from markupsafe import Markup

import typedsignals.flask
from typedsignals import ReceiverSignatureError, SenderError, Signal
from typedsignals.blinker import ContractWarning
from typedsignals.flask import (
    AppcontextTearingDown,
    BeforeRenderTemplate,
    GotRequestException,
    MessageFlashed,
    RequestFinished,
    RequestTearingDown,
    TemplateRendered,
    appcontext_tearing_down,
    before_render_template,
    got_request_exception,
    message_flashed,
    request_finished,
    request_started,
    request_tearing_down,
    template_rendered,
)

OURS: dict[str, Signal[Any, Any, ...]] = {
    name: value for name, value in vars(typedsignals.flask).items() if isinstance(value, Signal)
}
THEIRS = {name: value for name, value in vars(flask.signals).items() if isinstance(value, blinker.NamedSignal)}


class BrokenError(Exception):
    """The error that the failing view raises."""


@pytest.fixture
def app() -> Flask:
    """An app with a page, a page that is streamed, a page that flashes a message, and one that fails."""
    app = Flask(__name__)
    app.secret_key = "for the session only"  # noqa: S105 - of a test

    @app.get("/")
    def page() -> str:
        return flask.render_template_string("Hello, {{ name }}!", name="world")

    @app.get("/stream")
    def stream() -> Iterator[str]:
        return flask.stream_template_string("Hello, {{ name }}!", name="world")

    @app.get("/flash")
    def flash() -> str:
        flask.flash(Markup("<b>saved</b>"), "success")
        return "done"

    @app.get("/fail")
    def fail() -> str:
        raise BrokenError

    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Flask's test client."""
    return app.test_client()


def test_all_of_flasks_signals_are_offered() -> None:
    """Under their names, sent by Flask apps."""
    assert {name: signal.name for name, signal in OURS.items()} == {
        name: signal.name for name, signal in THEIRS.items()
    }
    assert {signal.sender_type for signal in OURS.values()} == {Flask}
    assert len(OURS) == 10


def test_everything_is_listed() -> None:
    """``__all__`` has the signals and their payloads, and nothing else."""
    payloads = {signal.payload_type.__name__ for signal in OURS.values() if signal.payload_type}
    assert len(payloads) == 10
    assert set(typedsignals.flask.__all__) == {*OURS, *payloads}


@pytest.mark.parametrize("name", OURS)
def test_a_signal_of_flask_is_known_by_name(name: str) -> None:
    """It shows Flask's name, is declared where users import it from, and is pickled and copied as itself."""
    signal = OURS[name]
    assert signal.__module__ == "typedsignals.flask"
    assert signal._place.file == typedsignals.flask.__file__
    assert repr(signal) == f"<Signal '{signal.name}'>"
    assert pickle.loads(pickle.dumps(signal)) is signal  # noqa: S301 - of our own making
    assert copy.deepcopy(signal) is signal


def test_a_request_sends_what_the_contracts_say(client: FlaskClient) -> None:
    """All signals of a page arrive, in Flask's order; none breaks its contract, which would be an error here."""
    log: list[str] = []

    def note(name: str) -> Any:
        return lambda sender, **extra: log.append(name)

    with ExitStack() as stack:
        for name, signal in OURS.items():
            stack.enter_context(signal.connected_to(note(name)))
        client.get("/")
        rendered, log[:] = log[:], []
        client.get("/flash")
        flashed, log[:] = log[:], []
        assert client.get("/fail").status_code == 500
    assert rendered == [
        "appcontext_pushed",
        "request_started",
        "before_render_template",
        "template_rendered",
        "request_finished",
        "request_tearing_down",
        "appcontext_tearing_down",
        "appcontext_popped",
    ]
    assert set(flashed) == set(rendered) - {"before_render_template", "template_rendered"} | {"message_flashed"}
    assert "got_request_exception" in log


def test_nothing_is_connected_unasked() -> None:
    """Importing the module connects nothing to Flask's signals."""
    assert not any(signal.receivers for signal in THEIRS.values())


@pytest.mark.parametrize("path", ["/", "/stream"])
def test_a_receiver_may_change_what_is_rendered(client: FlaskClient, path: str) -> None:
    """The context is the dictionary that Flask renders, even if an earlier receiver made a payload of it."""
    contexts: list[dict[str, Any]] = []

    def greet_moon(sender: Flask, template: Template, context: dict[str, Any]) -> None:
        context["name"] = "moon"
        contexts.append(context)

    def note(sender: Flask, context: dict[str, Any], **extra: Any) -> None:
        contexts.append(context)

    with before_render_template.connected_to(greet_moon), template_rendered.connected_to(note):
        assert client.get(path).text == "Hello, moon!"
    assert contexts[0] is contexts[1]


def test_live_objects_arrive_as_themselves(app: Flask, client: FlaskClient) -> None:
    """Templates, responses and exceptions are the objects that Flask uses, and receivers can change them."""
    errors: list[BaseException | None] = []

    def mark(sender: Flask, response: Response, **extra: Any) -> None:
        assert sender is app
        response.headers["X-Seen"] = "yes"

    def failed(sender: Flask, exception: Exception) -> None:
        errors.append(exception)

    def ended(sender: Flask, exc: BaseException | None, **extra: Any) -> None:
        errors.append(exc)

    with (
        request_finished.connected_to(mark, app),
        got_request_exception.connected_to(failed, app),
        request_tearing_down.connected_to(ended, app),
        appcontext_tearing_down.connected_to(ended, app),
    ):
        assert client.get("/fail").headers["X-Seen"] == "yes"
    assert len(errors) == 3
    assert isinstance(errors[0], BrokenError)
    assert len(set(map(id, errors))) == 1


def test_a_page_that_goes_well_ends_without_an_exception(client: FlaskClient) -> None:
    """Both of the signals about the end say None."""
    payloads: list[object] = []

    def ended(sender: Flask, payload: RequestTearingDown | AppcontextTearingDown) -> None:
        payloads.append(payload)

    with (
        request_tearing_down.connected_to(ended, as_payload=True),
        appcontext_tearing_down.connected_to(ended, as_payload=True),
    ):
        client.get("/")
    assert payloads == [RequestTearingDown(exc=None), AppcontextTearingDown(exc=None)]


def test_markup_that_is_flashed_stays_markup(client: FlaskClient) -> None:
    """A string of a subclass does not become a plain string."""
    flashed: list[tuple[str, str]] = []

    def note(sender: Flask, message: str, category: str) -> None:
        flashed.append((message, category))

    with message_flashed.connected_to(note):
        client.get("/flash")
    assert flashed == [(Markup("<b>saved</b>"), "success")]
    assert type(flashed[0][0]) is Markup


def test_receivers_run_in_the_request(client: FlaskClient) -> None:
    """``request`` and ``g`` work in receivers, and are those of the view."""
    log: list[str] = []

    def begin(sender: Flask) -> None:
        g.begun_at = request.path

    def finish(sender: Flask, **extra: Any) -> None:
        log.append(g.begun_at)

    with request_started.connected_to(begin), request_finished.connected_to(finish):
        client.get("/flash?x=1")
    assert log == ["/flash"]


def test_current_app_means_the_app(app: Flask, client: FlaskClient) -> None:
    """A receiver that is connected to the proxy gets this app's signals, and no other's."""
    log: list[Flask] = []

    def note(sender: Flask, **extra: Any) -> None:
        log.append(sender)

    with app.app_context():
        request_started.connect(note, current_app)
    Flask("other").test_client().get("/")
    client.get("/")
    request_started.disconnect(note, app)
    client.get("/")
    assert len(log) == 1
    assert log[0] is app


# Coroutine functions


def test_coroutine_receivers_run_in_the_request(app: Flask, client: FlaskClient) -> None:
    """Flask's ``ensure_sync`` calls them inside the request, beside plain ones, from plain and async views."""
    pytest.importorskip("asgiref")
    log: list[str] = []

    @app.get("/async")
    async def from_async_view() -> str:
        return "done"

    async def fetch(sender: Flask, response: Response, **extra: Any) -> None:
        log.append(f"async {request.path}")

    def note(sender: Flask, response: Response, **extra: Any) -> None:
        log.append(f"plain {request.path}")

    with request_finished.connected_to(fetch), request_finished.connected_to(note):
        client.get("/async")
        client.get("/")
    assert log == ["async /async", "plain /async", "async /", "plain /"]


def test_ours_stand_in_for_blinkers(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flask does not notice that it sends a `Signal`, from plain and async views, which may send it too."""
    pytest.importorskip("asgiref")
    finished, saved, log = Signal("Sent by Flask."), Signal("Sent by the app."), []
    monkeypatch.setattr("flask.app.request_finished", finished)

    @app.get("/plain")
    def save() -> str:
        saved.send(app, _async_wrapper=app.ensure_sync, pk=1)
        return "done"

    @app.get("/async")
    async def save_async() -> str:
        await saved.send_async(app, pk=2)
        return "done"

    async def fetch(sender: Flask, **extra: Any) -> None:
        log.append(("async", request.path, extra.get("pk")))

    def note(sender: Flask, **extra: Any) -> None:
        log.append(("plain", request.path, extra.get("pk")))

    for signal in (finished, saved):
        signal.connect(fetch, app)
        signal.connect(note, app)
    for path, pk in (("/plain", 1), ("/async", 2)):
        log.clear()
        client.get(path)
        assert log == [("async", path, pk), ("plain", path, pk), ("async", path, None), ("plain", path, None)]


# What breaks the contract


def test_a_receiver_that_does_not_fit_is_refused_at_once() -> None:
    """The message says where it is, and what to do."""

    def misspelt(sender: Flask, contexts: dict[str, Any], **extra: Any) -> None: ...

    def lacking(sender: Flask, template: Template) -> None: ...

    with pytest.raises(ReceiverSignatureError) as caught:
        template_rendered.connect(misspelt)  # type: ignore[signal-receiver]
    assert re.search(r"misspelt' \(.*test_flask.py:\d+\)", str(caught.value))
    assert "it takes 'contexts', but there is no such field; did you mean 'context'?" in str(caught.value)
    with pytest.raises(ReceiverSignatureError, match="does not take the field 'context'; add \\*\\*extra: Any"):
        template_rendered.connect(lacking)  # type: ignore[signal-receiver]


def test_a_sender_that_is_not_an_app_is_refused_at_once() -> None:
    """Only apps send Flask's signals."""

    def note(sender: Flask, **extra: Any) -> None: ...

    with pytest.raises(SenderError, match="the sender of <Signal 'request-started'> must be of type Flask, got str"):
        request_started.connect(note, "app")  # type: ignore[call-overload]


def test_current_app_means_nothing_outside_its_context() -> None:
    """Flask's own error says what to do."""

    def note(sender: Flask, **extra: Any) -> None: ...

    with pytest.raises(RuntimeError, match="Working outside of application context"):
        request_started.connect(note, current_app)


BROKEN: list[Any] = [
    pytest.param({"template": Template("")}, "context: field required", id="missing"),
    pytest.param(
        {"template": "secret", "context": {}}, "template: input should be an instance of Template, got str", id="type"
    ),
]


@pytest.mark.parametrize(("keywords", "problem"), BROKEN)
def test_a_broken_contract_does_not_break_the_request(
    app: Flask, client: FlaskClient, keywords: dict[str, Any], problem: str
) -> None:
    """An extension that sends Flask's signal wrongly gets a warning, and the page is served."""
    log: list[object] = []

    def note(sender: Flask, template: Template, **extra: Any) -> None:
        log.append(template)

    @app.get("/extension")
    def from_extension() -> str:
        send: Any = flask.template_rendered.send
        send(app, _async_wrapper=app.ensure_sync, **keywords)
        return "served"

    with template_rendered.connected_to(note), pytest.warns(ContractWarning) as caught:
        assert client.get("/extension").text == "served"
    (warning,) = caught
    text = str(warning.message)
    assert text.startswith("<Signal 'template-rendered'> was sent fields that its payload does not accept")
    assert f"\n  {problem}\n" in text
    assert "secret" not in text
    assert log == []


def test_a_send_by_the_proxy_outside_its_context_is_a_warning() -> None:
    """The owner's code cannot be fixed here, so it continues."""

    def note(sender: Flask, **extra: Any) -> None: ...

    send: Any = flask.request_started.send
    with request_started.connected_to(note), pytest.warns(ContractWarning, match="a LocalProxy that stands for no"):
        send(current_app)


def test_keywords_of_a_newer_flask_go_to_extra(app: Flask) -> None:
    """They do not break the contract."""
    log: list[dict[str, Any]] = []

    def note(sender: Flask, **extra: Any) -> None:
        log.append(extra)

    send: Any = flask.request_started.send
    with request_started.connected_to(note):
        send(app, trace_id=7)
    assert log == [{"trace_id": 7}]


def test_payloads_can_be_made_by_hand() -> None:
    """A test may make one; its fields are the objects that it was given."""
    template, context, error = Template(""), {"a": 1}, BrokenError()
    assert BeforeRenderTemplate(template=template, context=context).context is context
    assert TemplateRendered(template=template, context=context).template is template
    assert GotRequestException(exception=error).exception is error
    assert RequestFinished(response=Response()).response.status_code == 200
    assert MessageFlashed(message="saved", category="success").category == "success"
