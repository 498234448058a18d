"""A web page with notes."""

from __future__ import annotations

from flask import Flask, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from .log import Log
from .models import Note


def create_app(notes: list[Note] | None = None) -> Flask:
    """Make an app that shows these notes, and takes new ones."""
    app = Flask(__name__)
    app.secret_key = "of an example"  # noqa: S105 - it protects nothing
    items = [] if notes is None else notes

    @app.get("/")
    def index() -> str:
        return render_template("index.html", title="Notes", items=items)

    @app.post("/")
    def add() -> Response:
        note = Note(request.form["text"])
        items.append(note)
        note.save()
        flash("Your note was saved.")
        return redirect(url_for("index"))

    app.extensions["log"] = Log(app)
    return app
