"""The settings of checks, in ``[tool.typedsignals]`` of a pyproject.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from ..._suggestion import closest
from .._records.errors import SettingsError
from .._records.escaping import one_line
from .._records.reading import read_text
from .._records.rules import RULES, About, Severity
from .severity import Compat, Profile


def _known_rule(name: str) -> str:
    if name not in RULES:
        raise ValueError(f"there is no rule {name!r}{_hint(_meant_rule(name))}")
    return name


def _meant_rule(name: str) -> str | None:
    """Return the rule that has the number in a name. With another number, it would be another rule."""
    spelt = name.upper().translate(MISREAD)
    number = "".join(filter(str.isdecimal, spelt))
    return closest(spelt, [rule for rule in RULES if rule == f"TS{number}"])


def _hint(meant: str | None) -> str:
    return f"; did you mean {meant!r}?" if meant else ""


def _module(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError(f"{name!r} is not the name of a module")
    return name


def _name(name: str) -> str:
    if not name.strip():
        raise ValueError(REASONS["string_too_short"])
    return name


def _waivable_rule(name: str) -> str:
    if About.WAIVERS in RULES[name].about:
        raise ValueError(f"{name} is about waivers and cannot be waived: correct or remove them, or set its severity")
    return name


def _severity(name: object) -> object:
    if isinstance(name, Severity):
        return name
    if not isinstance(name, str) or name.upper() not in Severity.__members__:
        raise ValueError(f"a severity is one of {', '.join(Severity.__members__).lower()}, not {_written(name)}")
    return Severity[name.upper()]


def _written(value: object) -> str:
    """Return the value as in the file, or its type if it is not a single value."""
    return repr(value) if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _no_number(value: object) -> object:
    if isinstance(value, int | float):  # pydantic would make a date of it, counting from 1970
        raise ValueError(DATE_WANTED)  # noqa: TRY004 - pydantic reports a ValueError as a problem of the setting
    return value


MISREAD = str.maketrans("OIL", "011")
"""Letters that look like digits."""

DATE_WANTED = "it should be a date, such as 2027-03-31"

REASONS = {
    "missing": "it is missing",
    "model_type": "it should be a table",
    "dict_type": "it should be a table",
    "tuple_type": "it should be a list",
    "string_type": "it should be a string",
    "string_too_short": "it is empty",
}
"""What is wrong with a setting, in the words of TOML, by pydantic's type of the error."""

ModuleName = Annotated[str, AfterValidator(_module)]
RuleId = Annotated[str, AfterValidator(_known_rule)]
WaivableRuleId = Annotated[RuleId, AfterValidator(_waivable_rule)]
SeverityName = Annotated[Severity, BeforeValidator(_severity)]
Name = Annotated[str, AfterValidator(_name)]
"""Not stripped: it has to equal the name in the finding, which may start with a space."""
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _written_name(setting: str) -> str:
    return setting.replace("_", "-")


class _Table(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", alias_generator=_written_name)


class Waiver(_Table):
    """Accepts a finding, for a reason and until a date.

    Attributes:
        rule: The rule's id; rules about waivers cannot be waived.
        signal: The signal's key.
        path: The field; without it, the waiver accepts all findings of the rule about the signal.
        reason: Why the finding is accepted.
        expires: The last day on which the waiver is valid.
    """

    rule: WaivableRuleId
    signal: Name
    path: Name | None = None
    reason: Text
    expires: Annotated[date | None, BeforeValidator(_no_number)] = None

    def __str__(self) -> str:
        return f"waiver of {self.rule} for {self.signal}{f' {self.path}' if self.path else ''}"


class Settings(_Table):
    """How to check signals.

    Attributes:
        profile: Where signals go: within one program, or to a broker and back.
        compat: Which messages must be readable, with a broker or a relay.
        fail_on: The lowest severity that makes a check fail.
        severity: Other severities for some rules; ``off`` hides their findings.
        waivers: The findings that are accepted.
        exclude: The names of modules that are ignored, including all modules in them.
    """

    profile: Literal["in-process", "brokered"] = "in-process"
    compat: Compat = "full"
    fail_on: SeverityName = Severity.ERROR
    severity: dict[RuleId, SeverityName] = {}
    waivers: tuple[Waiver, ...] = ()
    exclude: tuple[ModuleName, ...] = ()

    def as_profile(self) -> Profile:
        """Where signals go, for judging changes."""
        return Profile(is_brokered=self.profile == "brokered", compat=self.compat)


def find_settings_file(folder: Path) -> Path | None:
    """Find the nearest pyproject.toml with a table ``[tool.typedsignals]``, in a folder or in one around it.

    Args:
        folder: Where to start.

    Raises:
        SettingsError: One of the pyproject.toml files cannot be read.
    """
    files = (above / "pyproject.toml" for above in (folder, *folder.parents))
    return next((file for file in files if file.is_file() and "typedsignals" in _tools(file)), None)


def load_settings(file: Path) -> Settings:
    """Read the settings of a project.

    Args:
        file: The pyproject.toml.

    Raises:
        SettingsError: The file cannot be read, has no settings, or has wrong ones. The message names each of those.
    """
    tools = _tools(file)
    if "typedsignals" not in tools:
        raise SettingsError(f"{file} has no table [tool.typedsignals]")
    return parse_settings(tools["typedsignals"], str(file))


def _tools(file: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(read_text(file, "utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # it is not text or not TOML, or a number is too long
        raise SettingsError(f"{file} is not valid TOML: {error}") from error
    tools = document.get("tool")
    return tools if isinstance(tools, dict) else {}


def parse_settings(table: Any, source: str) -> Settings:
    """Check a table of settings.

    Args:
        table: The content of ``[tool.typedsignals]``.
        source: The name of the file, for messages.

    Raises:
        SettingsError: A setting is wrong.
    """
    try:
        return Settings.model_validate(table)
    except ValidationError as error:
        problems = [f"  {one_line(_setting(detail['loc']))}: {_reason(detail)}" for detail in error.errors()]
        raise SettingsError("\n".join([f"[tool.typedsignals] in {source} is wrong:", *problems])) from error


def _setting(location: tuple[int | str, ...]) -> str:
    parts = [part for part in location if part != "[key]"]  # pydantic adds this if a key itself is wrong
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".") or "settings"


def _meant_setting(location: tuple[int | str, ...]) -> str | None:
    table = Settings if len(location) == 1 else Waiver
    return closest(str(location[-1]), map(_written_name, table.model_fields))


def _reason(detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return f"there is no such setting{_hint(_meant_setting(detail['loc']))}"
    if detail["type"] in REASONS:
        return REASONS[detail["type"]]
    if detail["type"].startswith("date"):
        return DATE_WANTED
    return detail["msg"].removeprefix("Value error, ").replace("Input should be", "it should be")
