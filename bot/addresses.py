"""Addresses at which servers of ours listen, as they are written in settings."""

from __future__ import annotations

import re
from dataclasses import dataclass

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - refused where it is of no use
"""Names under which a server listens at all addresses, and cannot be reached."""

_LONGEST = 50
"""Characters of an address that fit into the name of a connection to PostgreSQL."""


@dataclass(frozen=True)
class Address:
    """Where a server of ours listens."""

    host: str
    """Name or number of the interface; 127.0.0.1: this machine alone."""
    port: int
    """Port; 0: any free one."""

    @property
    def name(self) -> str:
        """It as a part of a file's name."""
        return f"{re.sub(r'[^0-9A-Za-z.]', '-', self.host)}-{self.port}"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(given: object) -> object:
    """Return the address that is written, what is no text unchanged. Raises ValueError."""
    if not isinstance(given, str):
        return given
    host, _, port = given.rpartition(":")
    if not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:
        raise ValueError("it is not a port (8081) or an address with a port (0.0.0.0:8081)")
    return Address(host.strip("[]") or "127.0.0.1", int(port))


def address_or_off(given: object) -> object:
    """Return the same, or None for "off". Raises ValueError."""
    if isinstance(given, str) and given.lower() == "off":
        return None
    try:
        return address(given)
    except ValueError as error:
        raise ValueError(f"{error}, nor off") from error


def reached(given: object) -> object:
    """Return the address that is written, at which other machines reach this one; None: off. Raises ValueError."""
    found = address_or_off(given)
    if isinstance(found, Address) and (found.host in _EVERYWHERE or not found.port or len(str(found)) > _LONGEST):
        raise ValueError(
            f"it is not where other replicas reach this one (10.0.0.5:8083), {_LONGEST} characters at most"
        )
    return found
