"""The rules: which change of a signal breaks whom, and what is wrong with a signal as it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, IntEnum, auto

from .verdicts import Verdicts


class Severity(IntEnum):
    """How much a finding matters; severities are ordered."""

    OFF = 0
    INFO = 1
    WARN = 2
    ERROR = 3


class About(Flag):
    """The subjects of rules that decide who is affected, or whether and how findings are reported."""

    NOTHING_SPECIAL = 0
    NEW_FIELD = auto()
    NEEDED_FIELD = auto()
    """Senders have to pass the field."""
    GONE = auto()
    """The field or signal no longer exists under its old name."""
    DEFAULT = auto()
    """The change concerns only senders that do not pass the field."""
    CLASS_NAME = auto()
    """The change concerns only code that uses the payload's class."""
    UNREAD_FIELDS = auto()
    """All findings about one signal are reported as one."""
    MESSAGES = auto()
    """There are findings only if payloads are stored or sent to other programs."""
    ASYNC_RECEIVERS = auto()
    """The change concerns only receivers that are coroutine functions."""
    PLAIN_RECEIVERS = auto()
    """The change concerns only receivers that are not."""
    PUBLISHED = auto()
    """The change concerns only sends that are published by a relay."""
    GROUPS = auto()
    """The change concerns only receivers that a relay's workers call."""
    WAIVERS = auto()
    """No waiver accepts these findings: it would only be one more that is unused or expired."""


@dataclass(frozen=True)
class Rule:
    """One row of the table of rules.

    Attributes:
        id: ``TS`` and three digits.
        title: The change, or what is wrong.
        verdicts: Who breaks, unless a change turns out better; None for rules about a single catalog.
        severity: How much it matters within one program. If messages are stored, carried by a relay, or sent to other
            programs, a change that makes them unreadable is an error.
        same_as: The same rule in other tools: B buf, C Confluent Schema Registry, G griffe, O oasdiff.
        note: What the verdicts depend on.
        about: What the rule is about, if that matters elsewhere.
    """

    id: str
    title: str
    verdicts: Verdicts | None
    severity: Severity
    same_as: tuple[str, ...] = ()
    note: str = ""
    about: About = About.NOTHING_SPECIAL


NOTES = {
    "TS105": "a nested class also concerns senders, which make instances of it, and all receivers; if the old class is "
    "still there, the type has changed; if it is the same class under its old name, it is safe, and reported once",
    "TS107": "safe if what is received is still validated",
    "TS108": "receivers return the results and senders read them: safe for receivers if the type became wider, and for "
    "senders if it became narrower",
    "TS111": "senders break if they cannot await a receiver that is connected",
    "TS112": "what another library sends may come at other times",
    "TS113": "messages that wait are never delivered; `publish` refuses the signal",
    "TS114": "messages that wait for the group, and those that are published, wait until somebody deletes them",
    "TS201": "new messages: break if the old model forbids unknown fields, or gives them another type; in a nested "
    "model, no keyword receiver breaks, but any receiver may unpack a named tuple",
    "TS202": "an error if a known receiver lacks `**extra`; senders may break if they could send unknown fields; "
    "otherwise as TS201",
    "TS203": "receivers: those that name or read it; old messages: break if the new model forbids unknown fields, or "
    "gives them another type",
    "TS204": "as TS203, but old code reads new messages with its default",
    "TS205": "recognised by equal type and position; messages: if the field has a default and unknown fields are "
    "allowed, its value is lost instead",
    "TS206": "new messages: as TS205, but safe if the field is still written under its old name",
    "TS207": "old messages: only if the name that old code writes is no longer read; new code writes as before",
    "TS208": "new messages: only if old code does not read the new name; old messages stay the same",
    "TS301": "messages: safe if one type reads what the other writes (a UUID as text); senders: safe if the members of "
    "an enumeration are accepted as the text or number that they are, and refused only by type checkers if a root "
    "model is made of the value that it wraps; receivers: may be surprised if the members of an enumeration equal the "
    "values of the `Literal` before, or are no longer the same text or number",
    "TS302": "also if a key may be absent now, or members of an enumeration can be combined, as flags; "
    "receivers: safe if all new values are of the old type, as a datetime is a date",
    "TS303": "also if a key may no longer be absent, or flags can no longer be combined",
    "TS307": "if a member is renamed and keeps its value, messages can be read, and receivers may be surprised",
    "TS310": "messages: safe if all members write the field that tells them apart; within a program, safe if the "
    "discriminator was only dropped",
    "TS314": "new messages: break if a computed field was added and the old model forbids unknown fields",
    "TS315": "senders break unless the class became wider; receivers may get what they do not expect unless it became "
    "narrower",
    "TS317": "senders: only if values are converted to members",
    "TS401": "old messages: break if the old model kept unknown fields, or has computed fields that the new one does "
    "not read",
    "TS402": "new messages: safe if the new model ignores unknown fields and has no computed fields, as it writes no "
    "unknown fields then",
    "TS404": "messages: named tuples are written without names",
    "TS501": "it has no `**extra`",
    "TS508": "only if payloads are stored or sent to other programs; nested models too, and keys "
    "of mappings that are not read from text, as tuples",
    "TS509": "each send raises, or each `send_robust` reports it; judged by the known sends",
    "TS510": "receivers get it anyway; an error if payloads are stored or sent to other programs, and messages with it "
    "cannot be read",
    "TS511": "its messages are kept until a group subscribes, such as one of another program",
}
"""What the verdicts of a rule depend on, by its id."""


def _change(
    id: str,  # noqa: A002  # its name everywhere
    title: str,
    symbols: str,
    severity: Severity,
    same_as: str = "",
    about: About = About.NOTHING_SPECIAL,
) -> Rule:
    return Rule(id, title, Verdicts.of(symbols), severity, tuple(same_as.split()), NOTES.get(id, ""), about)


def _state(id: str, title: str, severity: Severity, about: About = About.NOTHING_SPECIAL) -> Rule:  # noqa: A002  # as above
    return Rule(id, title, None, severity, (), NOTES.get(id, ""), about)


_INFO, _WARN, _ERROR = Severity.INFO, Severity.WARN, Severity.ERROR

# The symbols stand for: senders, keyword receivers with **extra, those without, payload receivers, backward, forward.
RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        _change("TS101", "signal removed", "✗✗✗✗✗✗", _ERROR, "B:MESSAGE_NO_DELETE G:OBJECT_REMOVED", About.GONE),
        _change("TS102", "signal renamed", "✓✓✓✓✗✗", _WARN, "B:FIELD_SAME_NAME"),
        _change("TS103", "sender type narrowed or changed", "✗✓✓✓--", _ERROR, "G:ATTRIBUTE_CHANGED_TYPE"),
        _change("TS104", "sender type widened", "✓⚠⚠⚠--", _WARN, "G:ATTRIBUTE_CHANGED_TYPE"),
        _change("TS105", "payload class moved or renamed", "✓✓✓⚠✓✓", _WARN, "G:OBJECT_REMOVED", About.CLASS_NAME),
        _change("TS106", "validated more often", "✗✓✓✓✓✓", _ERROR),
        _change("TS107", "validated less often", "✓⚠⚠⚠✓⚠", _WARN),
        _change("TS108", "type of results changed", "✗✗✗✗--", _ERROR, "G:RETURN_CHANGED_TYPE"),
        _change("TS109", "coroutine functions no longer accepted", "✓✗✗✗--", _ERROR, "", About.ASYNC_RECEIVERS),
        _change("TS110", "plain functions no longer accepted", "✓✗✗✗--", _ERROR, "", About.PLAIN_RECEIVERS),
        _change("TS111", "more kinds of receivers accepted", "⚠✓✓✓--", _WARN),
        _change("TS112", "owner changed", "✓⚠⚠⚠--", _WARN),
        _change("TS113", "signal no longer carried by a relay", "✗---✗-", _ERROR, "", About.PUBLISHED),
        _change("TS114", "group of a relay's receivers removed or renamed", "----✗-", _ERROR),
        _change("TS115", "messages no longer delivered in order", "✓⚠⚠⚠--", _WARN, "", About.GROUPS),
        _change(
            "TS201",
            "required field added",
            "✗✓✗✓✗✓",
            _ERROR,
            "C:REQUIRED_PROPERTY_ADDED",
            About.NEW_FIELD | About.NEEDED_FIELD,
        ),
        _change("TS202", "optional field added", "✓✓✗✓✓✓", _WARN, "C:OPTIONAL_PROPERTY_ADDED", About.NEW_FIELD),
        _change("TS203", "required field removed", "✗✗✗✗✓✗", _ERROR, "B:FIELD_NO_DELETE", About.GONE),
        _change(
            "TS204", "optional field removed", "✗✗✗✗✓✓", _ERROR, "O:response-optional-property-removed", About.GONE
        ),
        _change("TS205", "field renamed", "✗✗✗✗✗✗", _ERROR, "B:FIELD_SAME_NAME", About.GONE),
        _change("TS206", "field renamed, old name kept as validation alias", "✗✗✗✗✓✗", _ERROR, "", About.GONE),
        _change("TS207", "validation alias changed", "✓✓✓✓✗✓", _INFO, "B:FIELD_SAME_JSON_NAME"),
        _change("TS208", "serialization alias changed", "✓✓✓✓✓✗", _INFO, "B:FIELD_SAME_JSON_NAME"),
        _change("TS209", "default added", "✓✓✓✓✓✓", _INFO, "C:REQUIRED_ATTRIBUTE_REMOVED"),
        _change("TS210", "default removed", "✗✓✓✓✓✓", _ERROR, "G:PARAMETER_CHANGED_REQUIRED", About.NEEDED_FIELD),
        _change("TS211", "default changed", "⚠⚠⚠⚠✓✓", _WARN, "B:FIELD_SAME_DEFAULT", About.DEFAULT),
        _change("TS301", "type changed", "✗✗✗✗✗✗", _ERROR, "B:FIELD_SAME_TYPE"),
        _change("TS302", "type widened", "✓⚠⚠⚠✓✗", _WARN, "C:TYPE_EXTENDED"),
        _change("TS303", "type narrowed", "✗✓✓✓✗✓", _ERROR, "C:TYPE_NARROWED"),
        _change("TS304", "became nullable", "✓⚠⚠⚠✓✗", _WARN, "O:response-property-became-nullable"),
        _change("TS305", "became non-null", "✗✓✓✓✗✓", _ERROR, "O:request-property-became-not-nullable"),
        _change("TS306", "enum or Literal member added", "✓⚠⚠⚠✓✗", _WARN, "C:ENUM_ARRAY_EXTENDED"),
        _change("TS307", "enum or Literal member removed", "✗✓✓✓✗✓", _ERROR, "B:ENUM_VALUE_NO_DELETE"),
        _change("TS308", "union member added", "✓⚠⚠⚠✓✗", _WARN, "C:SUM_TYPE_EXTENDED"),
        _change("TS309", "union member removed", "✗✓✓✓✗✓", _ERROR, "C:SUM_TYPE_NARROWED"),
        _change("TS310", "discriminator changed", "✗⚠⚠⚠✗✗", _ERROR, "O:request-discriminator-property-name-changed"),
        _change("TS311", "constraint tightened", "✗✓✓✓✗✓", _ERROR, "C:MINIMUM_INCREASED C:MAXIMUM_DECREASED"),
        _change("TS312", "constraint loosened", "✓⚠⚠⚠✓✗", _WARN, "C:MINIMUM_DECREASED C:MAXIMUM_INCREASED"),
        _change("TS313", "lax to strict", "✗✓✓✓⚠✓", _ERROR),
        _change("TS314", "validators or serializers changed", "⚠⚠⚠⚠⚠⚠", _WARN),
        _change("TS315", "live class changed", "✗⚠⚠⚠--", _ERROR, "G:ATTRIBUTE_CHANGED_TYPE"),
        _change("TS316", "field became live", "✗⚠⚠⚠✗✗", _ERROR),
        _change("TS317", "value of an enum member changed", "✗⚠⚠⚠✗✗", _ERROR, "G:ATTRIBUTE_CHANGED_VALUE"),
        _change("TS401", "unknown fields forbidden", "✗⚠✓⚠✓✓", _ERROR, "C:ADDITIONAL_PROPERTIES_REMOVED"),
        _change("TS402", "unknown fields no longer forbidden", "✓✓✓✓✓✗", _INFO, "C:ADDITIONAL_PROPERTIES_ADDED"),
        _change("TS403", "unknown fields no longer kept", "✓⚠✓⚠⚠✓", _WARN),
        _change(
            "TS404", "positional order of a dataclass or named tuple changed", "⚠⚠⚠⚠✓✓", _WARN, "G:PARAMETER_MOVED"
        ),
        _change("TS901", "a change that cannot be decided", "⚠⚠⚠⚠⚠⚠", _WARN),
        _state("TS501", "receiver breaks when a field is added", _WARN),
        _state("TS502", "receiver uses a deprecated field", _WARN),
        _state("TS503", "signal is never sent", _INFO),
        _state("TS504", "signal has no receivers", _INFO),
        _state("TS505", "no receiver reads a field", _INFO, About.UNREAD_FIELDS),
        _state("TS506", "receiver cannot be called with what the signal carries", _ERROR),
        _state("TS507", "send does not match the payload", _ERROR),
        _state("TS508", "messages cannot be read back", _ERROR, About.MESSAGES),
        _state("TS509", "async receiver of a signal that is only sent plainly", _ERROR),
        _state("TS510", "default is refused by its own field", _WARN),
        _state("TS511", "no group receives a carried signal", _INFO),
        _state("TS601", "waiver is not used", _WARN, About.WAIVERS),
        _state("TS602", "waiver has expired", _WARN, About.WAIVERS),
    )
}
