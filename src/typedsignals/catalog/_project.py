"""Checking a program as its project wants it."""

from __future__ import annotations

from datetime import date

from ._compare.catalogs import compare_catalogs
from ._discover.existing import is_defined, present_name
from ._judge.checks import check_catalog
from ._judge.findings import findings_of
from ._judge.report import Report
from ._judge.settings import Settings
from ._judge.together import put_together
from ._judge.waivers import apply_settings
from ._records.signals import Catalog


def check_project(
    catalog: Catalog,
    settings: Settings,
    today: date,
    *,
    baseline: Catalog | None = None,
    source: str = "pyproject.toml",
) -> Report:
    """All findings about a program, judged by its settings.

    Next to a baseline, it is about what has changed: what was wrong before is left out, and does not fail.

    Args:
        catalog: What the program declares, which has been imported.
        settings: How to judge.
        today: The day that decides which waivers have expired.
        baseline: What it declared before; without it, changes are not looked for.
        source: The file that the settings are from, for locations.
    """
    profile = settings.as_profile()
    changes = (
        ()
        if baseline is None
        else compare_catalogs(baseline, catalog, is_defined=is_defined, present_name=present_name)
    )
    found = (*findings_of(changes, profile), *check_catalog(catalog, profile))
    judged = apply_settings(found, settings, today, is_compared=baseline is not None, source=source)
    known = () if baseline is None else check_catalog(baseline, profile)
    before = {one.fingerprint for one in known}
    return Report(
        put_together(one for one in judged if one.fingerprint not in before),
        settings.fail_on,
        left_out=put_together(one for one in judged if one.fingerprint in before),
    )
