"""Check a program by the settings of its project."""

from __future__ import annotations

from datetime import date

from ._compare.catalogs import compare_catalogs
from ._discover.present_classes import is_defined, present_name
from ._judge.checks import check_catalog
from ._judge.findings import findings_of
from ._judge.grouping import group_findings
from ._judge.report import Report
from ._judge.settings import Settings
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
    """Find what is wrong with a program, judged by its settings.

    With a baseline, the report is about what has changed: findings that the baseline has as well are left out, and do
    not make the check fail.

    Args:
        catalog: What the program declares. The program has to be imported.
        settings: How to judge.
        today: The day that decides which waivers have expired.
        baseline: What the program declared before. Without it, there are no findings about changes.
        source: The file that contains the settings, for locations.
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
        group_findings(one for one in judged if one.fingerprint not in before),
        settings.fail_on,
        left_out=group_findings(one for one in judged if one.fingerprint in before),
    )
