"""Settings, other severities and waivers."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from typedsignals.catalog import (
    Finding,
    Profile,
    Settings,
    SettingsError,
    Severity,
    apply_settings,
    failures,
    find_settings_file,
    findings_of,
    load_settings,
    parse_settings,
)

from .making import changes, model

TODAY = date(2026, 5, 17)
FOUND = findings_of(changes(model("Order", a=int, b=(int, 1)), model("Order", a=str, c=float)), Profile())


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "pyproject.toml"
    file.write_text(text, encoding="utf-8")
    return file


def settings(waivers: str = "", more: str = "") -> Settings:
    return parse_settings(tomllib.loads(more + waivers), "pyproject.toml")


def waiver(rule: str = "TS301", signal: str = "shop.placed", more: str = "") -> str:
    return f'[[waivers]]\nrule = "{rule}"\nsignal = "{signal}"\nreason = "agreed"\n{more}\n'


def test_settings_are_read_from_pyproject(tmp_path: Path) -> None:
    """All settings have names with hyphens, as is usual in TOML."""
    file = written(
        tmp_path,
        '[tool.typedsignals]\nprofile = "brokered"\ncompat = "backward"\nfail-on = "warn"\n'
        '[tool.typedsignals.severity]\nTS503 = "off"\n'
        '[[tool.typedsignals.waivers]]\nrule = "TS301"\nsignal = "shop.placed"\nreason = "agreed"\n'
        "expires = 2026-06-01\n",
    )
    read = load_settings(file)
    assert read.as_profile() == Profile(is_brokered=True, compat="backward")
    assert read.fail_on is Severity.WARN
    assert read.severity == {"TS503": Severity.OFF}
    assert read.waivers[0].expires == date(2026, 6, 1)


def test_the_defaults(tmp_path: Path) -> None:
    """By default, signals stay within one program, and errors fail."""
    assert load_settings(written(tmp_path, "[tool.typedsignals]\n")) == Settings()
    assert Settings().as_profile() == Profile()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[tool", "is not valid TOML"),
        ("[project]", "has no table [tool.typedsignals]"),
        ('[tool.typedsignals]\nprofil = "x"', "profil: there is no such setting"),
        ('[tool.typedsignals]\nfaill-on = "x"', "faill-on: there is no such setting; did you mean 'fail-on'?"),
        ("[tool.typedsignals]\nfail_on = 1", "fail_on: there is no such setting; did you mean 'fail-on'?"),
        (
            '[[tool.typedsignals.waivers]]\nreasons = "r"',
            "waivers[0].reasons: there is no such setting; did you mean 'reason'?",
        ),
        ('[tool.typedsignals.severity]\nts503 = "off"', "ts503: there is no rule 'ts503'; did you mean 'TS503'?"),
        ('[tool.typedsignals.severity]\nTS5O3 = "off"', "TS5O3: there is no rule 'TS5O3'; did you mean 'TS503'?"),
        ('[tool.typedsignals.severity]\nTSI0I = "off"', "TSI0I: there is no rule 'TSI0I'; did you mean 'TS101'?"),
        ('[tool.typedsignals.severity]\nTS-503 = "off"', "did you mean 'TS503'?"),
        (
            '[[tool.typedsignals.waivers]]\nrule = "503"',
            "rule: there is no rule '503'; did you mean 'TS503'?",
        ),
        ('[tool.typedsignals]\nfail-on = "fatal"', "fail-on: a severity is one of off, info, warn, error, not 'fatal'"),
        ("[tool.typedsignals]\nfail-on = 9", "fail-on: "),
        ('[tool.typedsignals.severity]\nTS999 = "off"', "\n  severity.TS999: there is no rule 'TS999'"),
        ('[[tool.typedsignals.waivers]]\nrule = "TS301"\nsignal = "s"\nreason = ""', "waivers[0].reason: it is empty"),
        ('[[tool.typedsignals.waivers]]\nrule = "TS301"\nreason = "r"', "waivers[0].signal: it is missing"),
        ("[[tool.typedsignals.waivers]]\nsignal = 3", "waivers[0].signal: it should be a string"),
        (
            '[[tool.typedsignals.waivers]]\nexpires = "soon"',
            "waivers[0].expires: it should be a date, such as 2027-03-31",
        ),
        (
            '[[tool.typedsignals.waivers]]\nrule = "TS601"\nsignal = "s"\nreason = "r"',
            "waivers[0].rule: TS601 is about waivers and cannot be waived: correct or remove them, or set its severity",
        ),
        ('[[tool.typedsignals.waivers]]\nrule = "TS602"', "waivers[0].rule: TS602 is about waivers"),
        ("[tool.typedsignals]\nprofile = 3", "profile: it should be 'in-process' or 'brokered'"),
        ("[tool.typedsignals]\nwaivers = 3", "waivers: it should be a list"),
        ('[tool.typedsignals]\nexclude = "shop.tests"', "exclude: it should be a list"),
        (
            '[tool.typedsignals]\nexclude = ["shop", "shop/tests"]',
            "exclude[1]: 'shop/tests' is not the name of a module",
        ),
        ("[tool.typedsignals]\nseverity = 3", "severity: it should be a table"),
        ("[tool]\ntypedsignals = 3", "settings: it should be a table"),
        ("[[tool.typedsignals]]\n", "settings: it should be a table"),
        ("[tool.typedsignals]\nfail-on = 0", "fail-on: a severity is one of off, info, warn, error, not 0"),
        ("[tool.typedsignals]\nfail-on = 2.0", "fail-on: a severity is one of off, info, warn, error, not 2.0"),
        ("[tool.typedsignals]\nfail-on = true", "fail-on: a severity is one of off, info, warn, error, not True"),
        ("[tool.typedsignals]\nfail-on = inf", "fail-on: a severity is one of off, info, warn, error, not inf"),
        ("[tool.typedsignals]\nfail-on = nan", "fail-on: a severity is one of off, info, warn, error, not nan"),
        ("[tool.typedsignals]\nfail-on = []", "fail-on: a severity is one of off, info, warn, error, not a list"),
        ('[tool.typedsignals]\nfail-on = ""', "fail-on: a severity is one of off, info, warn, error, not ''"),
        (
            "[tool.typedsignals.severity]\nTS503 = 0",
            "severity.TS503: a severity is one of off, info, warn, error",
        ),
        ('[tool.typedsignals.severity]\n"" = "off"', "severity.: there is no rule ''"),
        ('[tool.typedsignals.severity]\n"a\\nb" = "off"', "severity.a\\nb: there is no rule 'a\\nb'"),
        ('[tool.typedsignals]\nprofile = ""', "profile: it should be 'in-process' or 'brokered'"),
        ("[tool.typedsignals]\nprofile = true", "profile: it should be 'in-process' or 'brokered'"),
        ("[tool.typedsignals]\ncompat = 0", "compat: it should be 'backward', 'forward' or 'full'"),
        ("[tool.typedsignals]\nexclude = [0]", "exclude[0]: it should be a string"),
        ('[tool.typedsignals]\nexclude = [""]', "exclude[0]: '' is not the name of a module"),
        ('[tool.typedsignals]\nexclude = ["a\\u001b"]', "exclude[0]: 'a\\x1b' is not the name of a module"),
        ("[tool.typedsignals]\nwaivers = {}", "waivers: it should be a list"),
        ("[tool.typedsignals]\nwaivers = [0]", "waivers[0]: it should be a table"),
        ("[[tool.typedsignals.waivers]]\nrule = []", "waivers[0].rule: it should be a string"),
        ("[[tool.typedsignals.waivers]]\nrule = 301", "waivers[0].rule: it should be a string"),
        ('[[tool.typedsignals.waivers]]\nrule = ""', "waivers[0].rule: there is no rule ''"),
        ('[[tool.typedsignals.waivers]]\nsignal = ""', "waivers[0].signal: it is empty"),
        ('[[tool.typedsignals.waivers]]\npath = " "', "waivers[0].path: it is empty"),
        ("[[tool.typedsignals.waivers]]\npath = 1", "waivers[0].path: it should be a string"),
        ('[[tool.typedsignals.waivers]]\nreason = " \\n"', "waivers[0].reason: it is empty"),
        ("[[tool.typedsignals.waivers]]\nreason = true", "waivers[0].reason: it should be a string"),
        ("[[tool.typedsignals.waivers]]\nexpires = 0", "waivers[0].expires: it should be a date, such as 2027-03-31"),
        (
            "[[tool.typedsignals.waivers]]\nexpires = 2027",
            "waivers[0].expires: it should be a date, such as 2027-03-31",
        ),
        ("[[tool.typedsignals.waivers]]\nexpires = nan", "waivers[0].expires: it should be a date, such as 2027-03-31"),
        (
            "[[tool.typedsignals.waivers]]\nexpires = true",
            "waivers[0].expires: it should be a date, such as 2027-03-31",
        ),
        ('[[tool.typedsignals.waivers]]\nexpires = ""', "waivers[0].expires: it should be a date, such as 2027-03-31"),
        (
            "[[tool.typedsignals.waivers]]\nexpires = 2027-03-31T10:00:00",
            "waivers[0].expires: it should be a date, such as 2027-03-31",
        ),
        ("[tool.typedsignals]\ncompat = 'full'\ncompat = 'full'", "is not valid TOML"),
        ("[tool.typedsignals]\nfail-on = " + "9" * 5000, "is not valid TOML"),
        ("[tool.typedsignals]\nfail-on = " + "[" * 5000, "is not valid TOML"),
        (
            "[tool.typedsignals]\nfail-on = " + "9" * 1000,
            "fail-on: a severity is one of off, info, warn, error, not 9",
        ),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, problem: str) -> None:
    """The message says which setting is wrong, and how."""
    with pytest.raises(SettingsError, match=r"pyproject\.toml") as caught:
        load_settings(written(tmp_path, text))
    assert problem in str(caught.value)
    assert str(caught.value).isprintable() or "\n  " in str(caught.value)


@pytest.mark.parametrize(
    "table",
    [
        {"fail": 1},
        {"reason": 1},
        {"waivers": [{"exclude": 1}]},
        {"severity": {"TS504x5": "off", "TS599": "off", "rules 503": "off", "TS": "off"}},
    ],
)
def test_names_that_are_not_near_are_not_suggested(table: dict[str, Any]) -> None:
    """Nor those of another table, nor rules with another number."""
    with pytest.raises(SettingsError, match="there is no") as caught:
        parse_settings(table, "shop.toml")
    assert "did you mean" not in str(caught.value)


def test_all_wrong_settings_are_told_at_once() -> None:
    """Each on a line of its own."""
    with pytest.raises(SettingsError) as caught:
        parse_settings({"Xtra": 1, "exclude": [""], "waivers": [{"rule": "TS301", "signal": "s"}]}, "shop.toml")
    assert str(caught.value) == (
        "[tool.typedsignals] in shop.toml is wrong:\n"
        "  waivers[0].reason: it is missing\n"
        "  exclude[0]: '' is not the name of a module\n"
        "  Xtra: there is no such setting"
    )
    with pytest.raises(SettingsError, match=r"\n  settings: it should be a table$"):
        parse_settings(3, "shop.toml")


def test_modules_to_ignore_may_be_nested() -> None:
    """They are kept as they are written."""
    assert parse_settings({"exclude": ["shop", "shop.tests.slow"]}, "here").exclude == ("shop", "shop.tests.slow")


def test_a_mark_of_the_byte_order_is_passed_by(tmp_path: Path) -> None:
    """Some editors write one."""
    assert load_settings(written(tmp_path, '\ufeff[tool.typedsignals]\nfail-on = "Info"')).fail_on is Severity.INFO


def test_a_severity_can_be_given_as_such() -> None:
    """Settings that are made in Python may contain a `Severity`."""
    assert parse_settings({"fail-on": Severity.WARN}, "here").fail_on is Severity.WARN


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A file with settings that was asked for must exist."""
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "pyproject.toml")


def test_the_nearest_settings_are_found(tmp_path: Path) -> None:
    """They may be in the folder or above it; a pyproject.toml without settings is skipped."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    written(tmp_path / "a", "tool = 3\n")
    assert find_settings_file(inner) is None
    outer = written(tmp_path, "[tool.typedsignals]\n")
    assert find_settings_file(inner) == outer
    nearer = written(inner, "[tool.typedsignals]\n")
    assert find_settings_file(inner) == nearer
    assert find_settings_file(tmp_path) == outer


def test_a_damaged_file_on_the_way_is_an_error(tmp_path: Path) -> None:
    """It may contain settings."""
    file = written(tmp_path, "[tool")
    with pytest.raises(SettingsError, match="is not valid TOML") as caught:
        find_settings_file(tmp_path)
    assert str(file) in str(caught.value)


def applied(chosen: Settings) -> list[tuple[str, str | None]]:
    return [(found.rule.id, found.waived) for found in apply_settings(FOUND, chosen, TODAY)]


def test_findings_stay_as_they_are_without_settings() -> None:
    """By default, nothing is waived or changed."""
    assert list(apply_settings(FOUND, Settings(), TODAY)) == list(FOUND)
    assert [found.rule.id for found in FOUND] == ["TS301", "TS204", "TS201"]


@pytest.mark.parametrize("more", ["", 'path = "a"', "expires = 2026-05-17"])
def test_a_waiver_accepts_a_finding_with_its_reason(more: str) -> None:
    """It names the rule, the signal and possibly the path, and is valid on its last day."""
    assert applied(settings(waiver(more=more))) == [("TS301", "agreed"), ("TS204", None), ("TS201", None)]


@pytest.mark.parametrize(
    "text", [waiver(rule="TS302"), waiver(signal="shop.other"), waiver(more='path = "b"'), waiver("TS303")]
)
def test_a_waiver_that_waives_nothing_is_told(text: str) -> None:
    """It is outdated, or misspelt."""
    assert applied(settings(text))[-1] == ("TS601", None)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (waiver(signal="shop.plcaed"), "did you mean shop.placed? Else remove it"),
        (waiver("TS201", more='path = "d"'), "remove it"),
        (waiver(signal="shop.plcaed", more='path = "a"'), "did you mean shop.placed a? Else remove it"),
        (waiver(signal="shop.plcaed", more='path = "b"'), "remove it"),
        (waiver(signal="stock.low"), "remove it"),
        (waiver(signal="shop.plcaed") + waiver(), "remove it"),
    ],
)
def test_a_misspelt_waiver_is_told_what_it_may_mean(text: str, advice: str) -> None:
    """The message suggests a finding of that rule with a similar name that is not waived."""
    unused = [one for one in apply_settings(FOUND, settings(text), TODAY) if one.rule.id == "TS601"]
    assert unused[0].message.endswith(f" is not used: {advice}")


def test_an_expired_waiver_does_not_count_and_is_told() -> None:
    """The finding is back, together with one about the waiver."""
    found = applied(settings(waiver(more="expires = 2026-05-16")))
    assert found[0] == ("TS301", None)
    assert found[-1] == ("TS602", None)


@pytest.mark.parametrize(
    ("text", "rule", "path", "message"),
    [
        (waiver("TS302"), "TS601", "", "waiver of TS302 for shop.placed is not used: remove it"),
        (waiver("TS302", more='path = "a"'), "TS601", "a", "waiver of TS302 for shop.placed a is not used: remove it"),
        (
            waiver(more="expires = 2026-05-16"),
            "TS602",
            "",
            "waiver of TS301 for shop.placed expired on 2026-05-16: fix the finding, or renew the waiver",
        ),
        (
            waiver(more='path = "a"\nexpires = 2026-05-16'),
            "TS602",
            "a",
            "waiver of TS301 for shop.placed a expired on 2026-05-16: fix the finding, or renew the waiver",
        ),
    ],
)
def test_what_is_wrong_with_a_waiver_is_told_where_it_stands(text: str, rule: str, path: str, message: str) -> None:
    """In the file of the settings, with the signal and the path that it names."""
    chosen = settings(text)
    found = apply_settings(FOUND, chosen, TODAY, source="shop.toml")[-1]
    assert (found.rule.id, found.signal, found.path, found.location) == (rule, "shop.placed", path, "shop.toml")
    assert found.message == f"the {message}"
    assert found.subject == f"{chosen.waivers[0].rule} {chosen.waivers[0].path}"


def test_severities_can_be_set_and_findings_hidden() -> None:
    """`off` hides the findings of a rule, including those about waivers."""
    chosen = settings(waiver("TS302"), '[severity]\nTS301 = "info"\nTS201 = "off"\nTS601 = "off"\n')
    found = apply_settings(FOUND, chosen, TODAY)
    assert [(one.rule.id, one.severity) for one in found] == [("TS301", Severity.INFO), ("TS204", Severity.ERROR)]


def levels(found: tuple[Finding, ...], level: Severity) -> list[str]:
    return [one.rule.id for one in failures(found, level)]


def test_a_check_fails_from_a_level_on() -> None:
    """Waived findings never fail; with `off`, nothing does."""
    found = apply_settings(FOUND, settings(waiver(), '[severity]\nTS204 = "warn"\n'), TODAY)
    assert levels(found, Severity.INFO) == ["TS204", "TS201"]
    assert levels(found, Severity.ERROR) == ["TS201"]
    assert levels(found, Severity.OFF) == []
