"""The address of a broker, which may hold a password and is never shown with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .._errors import RelayError

SCHEMES = {"nats": "nats", "tls": "nats"}
"""The kinds of brokers, by the scheme of their addresses."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a broker. NATS may have several, between commas.

    Attributes:
        url: The address, with the password.
        kind: The kind of the broker: ``nats``.
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
        if kind is None or kinds or not usable:
            raise RelayError("broker= is not an address such as nats://localhost:4222")
        return cls(url, kind)

    def __str__(self) -> str:
        parts = [urlsplit(one) for one in self.url.split(",")]
        return ",".join(f"{part.scheme}://{part.netloc.rpartition('@')[2]}{part.path}" for part in parts)
