"""The rules: which change of a signal breaks whom, and what is wrong with a signal as it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple


class Verdict(Enum):
    """What a change means for one party; the value is the mark that tables show."""

    SAFE = "✓"
    WARNS = "⚠"
    BREAKS = "✗"
    NOT_CONCERNED = "-"

    @classmethod
    def of(cls, answer: bool | None) -> Verdict:
        """The verdict for the answer to whether one thing fits another; None is that it cannot be told."""
        return {True: cls.SAFE, False: cls.BREAKS, None: cls.WARNS}[answer]


def worst(*verdicts: Verdict) -> Verdict:
    """The gravest of some verdicts; safe if there are none."""
    return next((grave for grave in (Verdict.BREAKS, Verdict.WARNS) if grave in verdicts), Verdict.SAFE)


class Severity(IntEnum):
    """How much a finding matters; they are ordered."""

    OFF = 0
    INFO = 1
    WARN = 2
    ERROR = 3


class Columns(NamedTuple):
    """The verdict for each party."""

    senders: Verdict
    extra_receivers: Verdict
    """Keyword receivers with ``**extra``."""
    keyword_receivers: Verdict
    """Keyword receivers without."""
    payload_receivers: Verdict
    backward: Verdict
    """Old messages read by new code."""
    forward: Verdict
    """New messages read by old code."""

    @classmethod
    def of(cls, marks: str) -> Columns:
        """Read the marks of a row: ``✗✓✗✓✗✓``."""
        return cls(*map(Verdict, marks))

    def __str__(self) -> str:
        return "".join(verdict.value for verdict in self)


@dataclass(frozen=True)
class Rule:
    """One row of the table of rules.

    Attributes:
        id: ``TS`` and three digits.
        title: The change, or what is wrong.
        columns: Who breaks, unless the change itself shows better; None for rules about a single catalog.
        severity: How much it matters within one program. Where messages are stored or sent to other programs, what
            breaks the reading of them is an error.
        same_as: The same rule in known tools: B buf, C Confluent Schema Registry, G griffe, O oasdiff.
        note: On what the verdicts depend.
    """

    id: str
    title: str
    columns: Columns | None
    severity: Severity
    same_as: tuple[str, ...] = ()
    note: str = ""


def _change(id: str, title: str, marks: str, severity: Severity, same_as: str = "", note: str = "") -> Rule:  # noqa: A002  # its name everywhere
    return Rule(id, title, Columns.of(marks), severity, tuple(same_as.split()), note)


def _state(id: str, title: str, severity: Severity, note: str = "") -> Rule:  # noqa: A002  # as above
    return Rule(id, title, None, severity, note=note)


_INFO, _WARN, _ERROR = Severity.INFO, Severity.WARN, Severity.ERROR

# The marks stand for: senders, keyword receivers with **extra, those without, payload receivers, backward, forward.
RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        _change("TS101", "signal removed", "✗✗✗✗✗✗", _ERROR, "B:MESSAGE_NO_DELETE G:OBJECT_REMOVED"),
        _change("TS102", "signal renamed", "✓✓✓✓✗✗", _WARN, "B:FIELD_SAME_NAME"),
        _change("TS103", "sender type narrowed or changed", "✗✓✓✓--", _ERROR, "G:ATTRIBUTE_CHANGED_TYPE"),
        _change("TS104", "sender type widened", "✓⚠⚠⚠--", _WARN, "G:ATTRIBUTE_CHANGED_TYPE"),
        _change(
            "TS105",
            "payload class moved or renamed",
            "✓✓✓⚠✓✓",
            _WARN,
            "G:OBJECT_REMOVED",
            "if it is nested in the payload, senders make instances of it and all receivers get them; where the "
            "old class is known to be still there, the type has changed; where it is still found by its old name, it "
            "is safe, and told once",
        ),
        _change("TS106", "validated more often", "✗✓✓✓✓✓", _ERROR),
        _change(
            "TS107",
            "validated less often",
            "✓⚠⚠⚠✓⚠",
            _WARN,
            "",
            "safe if what is received is still validated",
        ),
        _change(
            "TS201",
            "required field added",
            "✗✓✗✓✗✓",
            _ERROR,
            "C:REQUIRED_PROPERTY_ADDED",
            "forward: breaks if the old model forbids unknown fields; in a nested model, no keyword receiver breaks, "
            "but any may unpack a named tuple",
        ),
        _change(
            "TS202",
            "optional field added",
            "✓✓✗✓✓✓",
            _WARN,
            "C:OPTIONAL_PROPERTY_ADDED",
            "an error when a known receiver lacks `**extra`; senders may break if they could send unknown fields; "
            "otherwise as TS201",
        ),
        _change(
            "TS203",
            "required field removed",
            "✗✗✗✗✓✗",
            _ERROR,
            "B:FIELD_NO_DELETE",
            "receivers: those that name or read it; backward: breaks if the new model forbids unknown fields",
        ),
        _change(
            "TS204",
            "optional field removed",
            "✗✗✗✗✓✓",
            _ERROR,
            "O:response-optional-property-removed",
            "as TS203, but old code reads new messages with its default",
        ),
        _change(
            "TS205",
            "field renamed",
            "✗✗✗✗✗✗",
            _ERROR,
            "B:FIELD_SAME_NAME",
            "told by equal type and place; messages: where the field has a default and unknown fields are allowed, "
            "its value is lost instead",
        ),
        _change(
            "TS206",
            "field renamed, old name kept as validation alias",
            "✗✗✗✗✓✗",
            _ERROR,
            "",
            "forward: as TS205, and safe if it is still written under its old name",
        ),
        _change(
            "TS207",
            "validation alias changed",
            "✓✓✓✓✗✓",
            _INFO,
            "B:FIELD_SAME_JSON_NAME",
            "backward: only if the name that old code writes is not read any more; new code writes as before",
        ),
        _change(
            "TS208",
            "serialization alias changed",
            "✓✓✓✓✓✗",
            _INFO,
            "B:FIELD_SAME_JSON_NAME",
            "forward: only if old code does not read the new name; old messages are as they were",
        ),
        _change("TS209", "default added", "✓✓✓✓✓✓", _INFO, "C:REQUIRED_ATTRIBUTE_REMOVED"),
        _change("TS210", "default removed", "✗✓✓✓✓✓", _ERROR, "G:PARAMETER_CHANGED_REQUIRED"),
        _change("TS211", "default changed", "⚠⚠⚠⚠✓✓", _WARN, "B:FIELD_SAME_DEFAULT"),
        _change(
            "TS301",
            "type changed",
            "✗✗✗✗✗✗",
            _ERROR,
            "B:FIELD_SAME_TYPE",
            "messages: safe where what one type writes, the other reads (a UUID as text); senders: safe where an "
            "enumeration's members are taken for the text or number that they are, and only type checkers refuse to "
            "have a root model made of what it holds; receivers: may be surprised where members of an enumeration "
            "equal the values of the `Literal` before, or are no longer the same text or number",
        ),
        _change("TS302", "type widened", "✓⚠⚠⚠✓✗", _WARN, "C:TYPE_EXTENDED", "also if a key may be absent now"),
        _change("TS303", "type narrowed", "✗✓✓✓✗✓", _ERROR, "C:TYPE_NARROWED", "also if a key has to be there now"),
        _change("TS304", "became nullable", "✓⚠⚠⚠✓✗", _WARN, "O:response-property-became-nullable"),
        _change("TS305", "became non-null", "✗✓✓✓✗✓", _ERROR, "O:request-property-became-not-nullable"),
        _change("TS306", "enum or Literal member added", "✓⚠⚠⚠✓✗", _WARN, "C:ENUM_ARRAY_EXTENDED"),
        _change(
            "TS307",
            "enum or Literal member removed",
            "✗✓✓✓✗✓",
            _ERROR,
            "B:ENUM_VALUE_NO_DELETE",
            "a member that was renamed and keeps its value is read from messages, and receivers may be surprised",
        ),
        _change("TS308", "union member added", "✓⚠⚠⚠✓✗", _WARN, "C:SUM_TYPE_EXTENDED"),
        _change("TS309", "union member removed", "✗✓✓✓✗✓", _ERROR, "C:SUM_TYPE_NARROWED"),
        _change(
            "TS310",
            "discriminator changed",
            "✗⚠⚠⚠✗✗",
            _ERROR,
            "O:request-discriminator-property-name-changed",
            "messages: safe where all members write the field that tells them apart; within a program, safe if it was "
            "only dropped",
        ),
        _change("TS311", "constraint tightened", "✗✓✓✓✗✓", _ERROR, "C:MINIMUM_INCREASED C:MAXIMUM_DECREASED"),
        _change("TS312", "constraint loosened", "✓⚠⚠⚠✓✗", _WARN, "C:MINIMUM_DECREASED C:MAXIMUM_INCREASED"),
        _change("TS313", "lax to strict", "✗✓✓✓⚠✓", _ERROR),
        _change(
            "TS314",
            "validators or serializers changed",
            "⚠⚠⚠⚠⚠⚠",
            _WARN,
            "",
            "forward: breaks if a computed field was added and the old model forbids unknown fields",
        ),
        _change(
            "TS315",
            "live class changed",
            "✗⚠⚠⚠--",
            _ERROR,
            "G:ATTRIBUTE_CHANGED_TYPE",
            "senders break unless it became wider; receivers may see what they do not expect unless it became narrower",
        ),
        _change("TS316", "field became live", "✗⚠⚠⚠✗✗", _ERROR),
        _change(
            "TS317",
            "value of an enum member changed",
            "✗⚠⚠⚠✗✗",
            _ERROR,
            "G:ATTRIBUTE_CHANGED_VALUE",
            "senders: only where values are converted to members",
        ),
        _change(
            "TS401",
            "unknown fields forbidden",
            "✗⚠✓⚠✓✓",
            _ERROR,
            "C:ADDITIONAL_PROPERTIES_REMOVED",
            "backward: breaks if the old model allowed and kept them, or has computed fields that the new one does not "
            "read",
        ),
        _change(
            "TS402",
            "unknown fields no longer forbidden",
            "✓✓✓✓✓✗",
            _INFO,
            "C:ADDITIONAL_PROPERTIES_ADDED",
            "forward: safe if the new model ignores them and has no computed fields, as it writes none",
        ),
        _change("TS403", "unknown fields no longer kept", "✓⚠✓⚠⚠✓", _WARN),
        _change(
            "TS404",
            "positional order of a dataclass or named tuple changed",
            "⚠⚠⚠⚠✓✓",
            _WARN,
            "G:PARAMETER_MOVED",
            "messages: named tuples are written without names",
        ),
        _change("TS901", "a change that cannot be decided", "⚠⚠⚠⚠⚠⚠", _WARN),
        _state("TS501", "receiver breaks when a field is added", _WARN, "it has no `**extra`"),
        _state("TS502", "receiver uses a deprecated field", _WARN),
        _state("TS503", "signal is never sent", _INFO),
        _state("TS504", "signal has no receivers", _INFO),
        _state("TS505", "no receiver reads a field", _INFO),
        _state("TS506", "receiver cannot be called with what the signal carries", _ERROR),
        _state("TS507", "send does not match the payload", _ERROR),
        _state(
            "TS508",
            "messages cannot be read back",
            _ERROR,
            "only where messages are stored or sent; nested models too",
        ),
        _state(
            "TS509",
            "async receiver of a signal that is only sent plainly",
            _ERROR,
            "each send raises, or each `send_robust` reports it; from the sends that are known",
        ),
        _state(
            "TS510",
            "default is refused by its own field",
            _WARN,
            "receivers get it all the same; an error where messages are stored or sent and cannot be read for it",
        ),
        _state("TS601", "waiver is not used", _WARN),
        _state("TS602", "waiver has expired", _WARN),
    )
}

ABOUT_WAIVERS = frozenset({"TS601", "TS602"})
"""The rules whose findings no waiver accepts, which would only be one more that is unused or expired."""
