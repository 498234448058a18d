"""The report as JSON."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from hypothesis import given

from typedsignals.catalog import Report, Severity
from typedsignals.catalog.reports import json as as_json

from .reporting import REPORTS, affected, finding, report

SCHEMA = jsonschema.Draft202012Validator(as_json.json_schema())


def test_a_whole_report() -> None:
    """Every name and value is part of what programs rely on."""
    found = finding(affected=(affected(),))
    assert json.loads(as_json.render(report(found, baseline="main:signals.json", left_out=(finding("TS501"),)))) == {
        "version": 1,
        "baseline": "main:signals.json",
        "fail_on": "error",
        "fails": True,
        "findings": [
            {
                "rule": "TS203",
                "title": "required field removed",
                "severity": "error",
                "signal": "shop.placed",
                "path": "total",
                "message": "total: required field removed",
                "place": {"file": "src/shop/orders.py", "line": 3},
                "fingerprint": found.fingerprint,
                "fails": True,
                "waived": None,
                "columns": {
                    "senders": "breaks",
                    "extra_receivers": "breaks",
                    "keyword_receivers": "breaks",
                    "payload_receivers": "breaks",
                    "backward": "safe",
                    "forward": "breaks",
                },
                "affected": [
                    {
                        "party": "receiver",
                        "name": "ship",
                        "place": {"file": "src/shop/stock.py", "line": 9},
                        "certain": True,
                    }
                ],
            }
        ],
        "left_out": 1,
    }


def test_names_of_files_that_are_no_text_are_escaped() -> None:
    """They may contain bytes that are not characters."""
    found = finding(location="a\udcff/b.py:3")
    read = json.loads(as_json.render(report(found, baseline="\ud83d:a.json")))
    assert read["baseline"] == "\\ud83d:a.json"
    assert read["findings"][0]["place"] == {"file": "a\\udcff/b.py", "line": 3}


def test_nothing_found() -> None:
    """The shape is the same."""
    expected: dict[str, Any] = {"version": 1, "baseline": None, "fail_on": "off", "fails": False}
    expected |= {"findings": [], "left_out": 0}
    assert json.loads(as_json.render(report(fail_on=Severity.OFF))) == expected


@given(REPORTS)
def test_all_texts_survive(made: Report) -> None:
    """The findings can be read back unchanged, and the report fits the schema."""
    text = as_json.render(made)
    assert text.isascii()
    document = json.loads(text)
    SCHEMA.validate(document)
    read = sorted((one["rule"], one["signal"], one["path"], one["message"]) for one in document["findings"])
    assert read == sorted((one.rule.id, one.signal, one.path, one.message) for one in made.findings)
    assert sum(one["fails"] for one in document["findings"]) == len(made.failures)
    assert document["baseline"] == (made.baseline and made.baseline.encode(errors="backslashreplace").decode())


def test_the_schema_is_valid() -> None:
    """It names the version that it describes."""
    schema = as_json.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "typedsignals report, version 1"
