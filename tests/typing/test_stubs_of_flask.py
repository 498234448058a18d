"""Flask at work sends what its stub says: stubtest compares names and signatures, but not what signals carry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any, get_type_hints

import blinker
import flask
import pytest
from pydantic import ConfigDict, TypeAdapter

STUB = Path(__file__).parents[2] / "stubs" / "flask-stubs" / "signals.pyi"
SIGNALS = [name for name, value in vars(flask.signals).items() if isinstance(value, blinker.NamedSignal)]

Sent = tuple[object, dict[str, Any]]


class _Generic:
    """Blinker's signal as the stubs have it: its type parameters are what is asked for."""

    def __class_getitem__(cls, parameters: tuple[type, Any]) -> tuple[type, Any]:
        return parameters


@pytest.fixture
def contracts(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[type, Any]]:
    """The sender's type and the contract that the stub has for each signal."""
    monkeypatch.setattr(blinker, "NamedSignal", _Generic)
    loader = SourceFileLoader("stub_of_flask_signals", str(STUB))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    stub = module_from_spec(spec)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    loader.exec_module(stub)
    return stub.__annotations__


@contextmanager
def recorded() -> Iterator[dict[str, list[Sent]]]:
    """Record what each of Flask's signals sends."""
    sent: dict[str, list[Sent]] = {name: [] for name in SIGNALS}
    with ExitStack() as connected:
        for name, of_name in sent.items():
            signal: blinker.Signal = getattr(flask, name)
            connected.enter_context(
                signal.connected_to(lambda sender, *, to=of_name, **fields: to.append((sender, fields)))
            )
        yield sent


@pytest.fixture(scope="module")
def sent() -> dict[str, list[Sent]]:
    """What Flask sends while it answers one request with a page, and fails on another."""
    app = flask.Flask(__name__)
    app.secret_key = __name__

    @app.get("/page")
    def page() -> str:
        flask.flash("Saved", "success")
        return flask.render_template_string("{{ title }}", title="Page")

    @app.get("/failure")
    def failure() -> str:
        raise LookupError

    with recorded() as sent:
        client = app.test_client()
        assert client.get("/page").text == "Page"
        assert client.get("/failure").status_code == 500
        with pytest.raises(KeyError), app.app_context():
            raise KeyError
    return sent


def test_every_signal_has_a_contract(contracts: dict[str, tuple[type, Any]]) -> None:
    """No signal of Flask is missing from the stub, and none is made up."""
    assert contracts.keys() == set(SIGNALS)


@pytest.mark.parametrize("name", SIGNALS)
def test_what_is_sent_is_as_the_stub_says(
    name: str, contracts: dict[str, tuple[type, Any]], sent: dict[str, list[Sent]]
) -> None:
    """The sender and all fields have the types of the contract, and no field is missing or unknown."""
    sender_type, contract = contracts[name]
    fields = get_type_hints(contract.__call__) if isinstance(contract, type) else {}
    fields.pop("return", None)
    config = ConfigDict(strict=True, arbitrary_types_allowed=True)
    assert sent[name], f"{name} was not sent"
    for sender, values in sent[name]:
        assert isinstance(sender, sender_type)
        assert values.keys() == fields.keys()
        for field, value in values.items():
            TypeAdapter[Any](fields[field], config=config).validate_python(value)
