"""Messages as CloudEvents 1.0 in binary mode: the attributes in headers, and the payload as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudevents.core.bindings.http import HTTPMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from .._errors import MalformedMessageError
from .message import Message

KEY = "partitionkey"
TYPE_OF_CONTENT = "application/json"
KNOWN = {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", KEY}
NEEDED = {"ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time"}
"""The headers that there must be. The SDK would make up an id, a time and a version."""
LONGEST_ATTRIBUTE = 4096
"""The longest attribute that is read, in characters."""


class _AsItIs(JSONFormat):
    """Passes the content on as it is, as it is JSON already."""

    def read_data(self, data: Any, *arguments: Any) -> bytes:
        return bytes(data)

    def write_data(self, data: Any, *arguments: Any) -> bytes:
        return bytes(data)


def to_headers(message: Message) -> dict[str, str]:
    """Write what is known of a message, apart from its content, as headers."""
    attributes: dict[str, Any] = {
        **message.headers,
        "id": message.id,
        "source": message.source,
        "type": message.type,
        "time": message.time,
        "datacontenttype": TYPE_OF_CONTENT,
        "subject": message.subject,
        KEY: message.key,
    }
    event = CloudEvent({name: value for name, value in attributes.items() if value is not None}, message.content)
    return to_binary(event, _AsItIs()).headers


def from_headers(headers: Mapping[str, str], content: bytes) -> Message:
    """Read a message.

    Raises:
        MalformedMessageError: It is not a CloudEvent of version 1.0 with JSON content.
    """
    if any(len(value) > LONGEST_ATTRIBUTE for value in headers.values()):
        raise MalformedMessageError(f"an attribute has more than {LONGEST_ATTRIBUTE} characters")
    if not {name.lower() for name in headers} >= NEEDED:
        raise MalformedMessageError(f"it is not a CloudEvent: it lacks one of the headers {', '.join(sorted(NEEDED))}")
    try:
        event = from_binary(HTTPMessage(dict(headers), content), _AsItIs(), CloudEvent)
    except Exception as error:
        # The SDK lets whatever goes wrong through, such as a time that cannot be parsed. Its texts may hold values.
        raise MalformedMessageError(f"it is not a CloudEvent of version 1.0: {type(error).__name__}") from None
    attributes = event.get_attributes()
    if attributes.get("datacontenttype", TYPE_OF_CONTENT) != TYPE_OF_CONTENT:
        raise MalformedMessageError("its content is not JSON")
    return Message(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        subject=attributes.get("subject"),
        key=attributes.get(KEY),
        time=attributes["time"],
        content=content,
        headers={name: str(value) for name, value in attributes.items() if name not in KNOWN},
    )
