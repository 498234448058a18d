"""A report as JUnit XML, which continuous integration shows among its tests."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as ET

from .._judge.findings import Finding
from .._judge.report import Report
from .._records.escaping import one_line
from ._wording import SEVERITIES, affected_lines, consequences, in_order, location

NOTHING = "all signals"
"""The one test of a report without findings: services often take a report without tests for a mistake."""


def render(report: Report) -> str:
    """Render a suite for each signal and a test for each finding, in ASCII.

    The test fails if the finding makes the check fail, is skipped if it is waived, and passes with a note otherwise.
    """
    root = ET.Element("testsuites", name="typedsignals")
    failing = set(report.failures)
    found = sorted(in_order(report), key=lambda one: one.signal)
    for signal, group in groupby(found, key=lambda one: one.signal):
        _add_suite(root, report, one_line(signal), list(group), failing)
    if not found:
        suite = ET.SubElement(root, "testsuite", name="typedsignals", tests="1", failures="0", errors="0", skipped="0")
        ET.SubElement(suite, "testcase", classname="typedsignals", name=NOTHING)
    _sum_up(root)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return document.decode("ascii") + "\n"


def _add_suite(root: ET.Element, report: Report, signal: str, found: list[Finding], failing: set[Finding]) -> None:
    waived = sum(one.waived is not None for one in found)
    failed = sum(one in failing for one in found)
    numbers = {"tests": len(found), "failures": failed, "errors": 0, "skipped": waived}
    attributes = {"name": signal, **{key: str(number) for key, number in numbers.items()}}
    suite = ET.SubElement(root, "testsuite", attributes)
    for one in found:
        case = ET.SubElement(suite, "testcase", classname=signal, name=_name(one))
        _add_result(case, report, one, fails=one in failing)


def _name(found: Finding) -> str:
    distinction = ", ".join(filter(None, found.subject.split(",")))
    return one_line(" ".join(filter(None, (found.rule.id, found.rule.title, found.path, distinction))))


def _add_result(case: ET.Element, report: Report, found: Finding, *, fails: bool) -> None:
    if found.waived is not None:
        ET.SubElement(case, "skipped").text = one_line(f"waived: {found.waived}")
    elif fails:
        message = one_line(found.message)
        ET.SubElement(case, "failure", type=SEVERITIES[found.severity], message=message).text = _text(report, found)
    else:
        ET.SubElement(case, "system-out").text = _text(report, found)


def _text(report: Report, found: Finding) -> str:
    first = f"{location(report, found.location)}: {SEVERITIES[found.severity]} {one_line(found.message)}"
    return "\n".join(filter(None, (first, consequences(found.verdicts), *affected_lines(report, found))))


def _sum_up(root: ET.Element) -> None:
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.attrib[key]) for suite in root)))
