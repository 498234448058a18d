"""The address of a broker, which may hold a password and is never shown with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .._errors import RelayError

SCHEMES = {"nats": "nats", "tls": "nats", "amqp": "rabbit", "amqps": "rabbit"}
"""The kinds of brokers, by the scheme of their addresses."""
ALONE = {"rabbit"}
"""The kinds of which an address names one server, or what stands before several."""
UNORDERED = {"rabbit"}
"""The kinds that lose the order of messages when one of them is tried again."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a broker. NATS may have several, between commas.

    Attributes:
        url: The address, with the password.
        kind: The kind of the broker: ``nats``, ``rabbit``.
    """

    url: str = field(repr=False)
    kind: str

    @classmethod
    def of(cls, url: str) -> Address:
        """Read an address.

        Raises:
            RelayError: It is not that of a broker that a relay can use. The message does not show it.
        """
        try:
            parts = [urlsplit(one) for one in url.split(",")]
            kinds = {SCHEMES.get(part.scheme) for part in parts}
            usable = all(part.hostname and part.port is not False for part in parts)
        except ValueError:  # such as a port that is not a number; its text could show the password
            kinds, usable = {None}, False
        kind = kinds.pop()
        if kind is None or kinds or not usable or (kind in ALONE and len(parts) > 1):
            raise RelayError("broker= is not an address such as nats://localhost:4222 or amqp://localhost:5672/")
        return cls(url, kind)

    @property
    def keeps_order(self) -> bool:
        """Whether the broker can keep the order of messages with the same key, also when one is tried again."""
        return self.kind not in UNORDERED

    def __str__(self) -> str:
        parts = [urlsplit(one) for one in self.url.split(",")]
        return ",".join(f"{part.scheme}://{part.netloc.rpartition('@')[2]}{part.path}" for part in parts)
