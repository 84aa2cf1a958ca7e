"""Take the address of a PostgreSQL server apart, and show it without a word of what is secret in it."""

from __future__ import annotations

from urllib.parse import unquote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.settings import ESCAPES
from bot.store.errors import StoreError

_FORM = "it is not of the form postgresql://user:password@host/database"


def postgresql(address: str) -> URL:
    """Return the URL for SQLAlchemy. Raises StoreError, which shows nothing of `address`.

    A second @ is refused: the library would take a part of the password for a part of the host, and print it.
    """
    if address.partition("://")[2].count("@") > 1:
        raise StoreError(f"DATABASE_URL: it holds more than one @; {ESCAPES}")
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:  # ValueError: of a port that is no number
        raise StoreError(f"DATABASE_URL: {_FORM}; {ESCAPES}") from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreError(f"DATABASE_URL: {url.get_backend_name()} is not served; use postgresql://… or leave it empty")
    return url.set(drivername="postgresql+psycopg")


def shown(url: URL) -> str:
    """Return host, port and database of `url`: what stands before the @ and after the ? may be secret.

    >>> shown(postgresql("postgresql://u:secret@h:1/d?sslpassword=secret"))
    'postgresql://***@h:1/d'
    """
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}"
    host = url.host or ",".join(_values(url, "host"))
    login = "***@" if url.username or url.password else ""
    return f"postgresql://{login}{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"


def secrets(url: URL) -> frozenset[str]:
    """Return what no message may show of `url`, as it was written and as it is meant."""
    found = {str(url.password or ""), *(value for name in url.query if "pass" in name for value in _values(url, name))}
    return frozenset(found | {unquote(value) for value in found}) - {""}


def _values(url: URL, name: str) -> tuple[str, ...]:
    given = url.query.get(name, ())
    return (given,) if isinstance(given, str) else tuple(given)
