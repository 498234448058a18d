"""Apply the project's settings to findings: severities, waivers, and findings about waivers themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from ..._suggestion import closest
from .._records.rules import RULES, Severity
from .findings import Finding, finding
from .settings import Settings, Waiver


def apply_settings(
    findings: Iterable[Finding],
    settings: Settings,
    today: date,
    *,
    is_compared: bool = True,
    source: str = "pyproject.toml",
) -> tuple[Finding, ...]:
    """Apply a project's settings to findings, and add findings about its waivers.

    Args:
        findings: The findings.
        settings: The project's settings.
        today: The day that decides which waivers have expired.
        is_compared: Whether there was a baseline. Without one, a waiver of a change is not reported as unused.
        source: The file that contains the settings, for locations.
    """
    found = tuple(findings)
    valid = [waiver for waiver in settings.waivers if not _has_expired(waiver, today)]
    judged = tuple(_waived(one, valid) for one in found)
    checked = [waiver for waiver in settings.waivers if is_compared or _is_of_state(waiver)]
    judged += tuple(_about_waivers(judged, checked, today, source))
    severe = (replace(one, severity=settings.severity.get(one.rule.id, one.severity)) for one in judged)
    return tuple(one for one in severe if one.severity is not Severity.OFF)


def _is_of_state(waiver: Waiver) -> bool:
    return RULES[waiver.rule].verdicts is None


def _has_expired(waiver: Waiver, today: date) -> bool:
    return waiver.expires is not None and waiver.expires < today


def _matches(waiver: Waiver, found: Finding) -> bool:
    return waiver.rule == found.rule.id and waiver.signal == found.signal and waiver.path in (None, found.path)


def _waived(found: Finding, waivers: list[Waiver]) -> Finding:
    waiver = next((waiver for waiver in waivers if _matches(waiver, found)), None)
    return found if waiver is None else replace(found, waived=waiver.reason)


def _about_waivers(
    findings: tuple[Finding, ...], waivers: Iterable[Waiver], today: date, source: str
) -> Iterator[Finding]:
    for waiver in waivers:
        subject = f"{waiver.rule} {waiver.path}"
        if not any(_matches(waiver, found) for found in findings):
            message = f"the {waiver} is not used: {_advice(waiver, findings)}"
            yield finding("TS601", waiver.signal, waiver.path or "", message, source, subject)
        elif _has_expired(waiver, today):
            message = f"the {waiver} expired on {waiver.expires}: fix the finding, or renew the waiver"
            yield finding("TS602", waiver.signal, waiver.path or "", message, source, subject)


def _advice(waiver: Waiver, findings: tuple[Finding, ...]) -> str:
    """Suggest the names of a similar finding that is not waived, or to remove the waiver."""
    open_ = [one for one in findings if one.rule.id == waiver.rule and one.waived is None]
    meant = [closest(waiver.signal, (one.signal for one in open_))]
    if waiver.path is not None:
        meant.append(closest(waiver.path, (one.path for one in open_ if one.signal in meant)))
    names = [name for name in meant if name is not None]
    return f"did you mean {' '.join(names)}? Else remove it" if len(names) == len(meant) else "remove it"
