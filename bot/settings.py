"""Everything the environment decides, read once at start."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import click
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import addresses
from bot.addresses import Address
from faq.knowledge.opening.hours import EXAMPLE, HoursError, parse_hours

__all__ = ["ESCAPES", "Address", "Settings", "names_given", "read_settings"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Names of this machine."""


def _token(given: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[\w-]+", given.get_secret_value(), re.ASCII):
        raise ValueError("it is not of the form 123456:letters; copy it anew from @BotFather")
    return given


def _people(given: object) -> object:
    if not isinstance(given, str):
        return given
    numbers = re.split(r"[\s,;]+", given.strip(" ,;"))
    if not all(re.fullmatch(r"[1-9]\d{0,15}", number, re.ASCII) for number in numbers):
        raise ValueError("these are no numbers of people, parted by commas (123456789,987654321); /id tells one his")
    return tuple(map(int, numbers))


ESCAPES = "in a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23"
"""What to do about an address that cannot be taken apart; nothing of the address is shown, for it holds a password."""


def _whole(given: str) -> str:
    """Check that an address can be taken apart as it is meant; the errors of the library would quote it."""
    try:
        url = urlsplit(given)
        fine = bool(url.hostname) and url.port != 0 and url.netloc.count("@") <= 1
    except ValueError:
        fine = False
    if not fine:
        raise ValueError(f"it is no address that can be read; {ESCAPES}")
    return given


def _plain(given: str) -> str:
    if "@" in urlsplit(_whole(given))._replace(netloc="").geturl():
        raise ValueError(f"an @ stands behind the host; {ESCAPES}")
    return given


def _encrypted(given: str) -> bool:
    url = urlsplit(_whole(given))
    return url.scheme == "https" or url.hostname in _LOOPBACK


def _public(given: str) -> str:
    if not _encrypted(given):
        raise ValueError("Telegram sends updates to https:// addresses only")
    return given


def _private(given: str) -> str:
    if not _encrypted(given):
        raise ValueError("admins log in at https:// addresses only")
    return given


def _hours(given: str) -> str:
    try:
        parse_hours(given)
    except HoursError as error:
        raise ValueError(f"these are no hours; write them as {EXAMPLE}") from error
    return given


_UNGUESSABLE = 16
"""Characters from which a part of the webhook's path is taken for a secret."""

_ENV_FILE = ".env"

_INVISIBLE = " \t\r\n\f\v\u00a0\u200b\ufeff"
"""What a copied value brings along unseen; a file with Windows' line ends leaves its \\r."""

Token = Annotated[SecretStr, AfterValidator(_token)]
_BEGINNINGS = {
    r"^https?://": "https:// or http://",
    r"^(https?|socks5h?)://": "http://, https://, socks5:// or socks5h://",
}
_WEB, _PROXY = _BEGINNINGS
Url = Annotated[str, StringConstraints(pattern=_WEB), AfterValidator(_whole)]
ProxyUrl = Annotated[str, StringConstraints(pattern=_PROXY), AfterValidator(_plain)]
WebhookUrl = Annotated[Url, AfterValidator(_public)]
PageUrl = Annotated[Url, AfterValidator(_private)]
Listen = Annotated[Address, NoDecode, BeforeValidator(addresses.address)]
People = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_people)]
Reached = Annotated[Address | None, NoDecode, BeforeValidator(addresses.reached)]
ListenOrOff = Annotated[Address | None, NoDecode, BeforeValidator(addresses.address_or_off)]


class Settings(BaseSettings):
    """Settings from the environment, or from a file .env in the working folder."""

    model_config = SettingsConfigDict(
        env_file=_ENV_FILE,
        env_file_encoding="utf-8-sig",  # Windows' editors put a mark in front, which would be part of the first name
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    telegram_bot_token: Token | None = None
    """Token from @BotFather; None: no Telegram, a simulated one on this machine instead."""
    telegram_base_url: Url = "https://api.telegram.org"
    """Bot API server: Telegram's, or one's own."""
    telegram_proxy: Annotated[ProxyUrl | None, Field(repr=False)] = None
    """Proxy to reach the Bot API server through; None: the one that the environment names, if any."""
    database_url: SecretStr | None = None
    """PostgreSQL, postgresql://user:password@host/database; None: SQLite in the data folder."""
    database_connections: Annotated[int, Field(ge=2, le=100)] = 5
    """Connections to PostgreSQL that the bot keeps at most; it writes over one."""
    chats_at_once: Annotated[int, Field(ge=1, le=32)] = 16
    """How many chats are served at the same time; more than 32 only slow the HTTP client down."""
    backlog_limit: Annotated[int, Field(ge=100)] = 2_000
    """Updates open at once, above which Telegram keeps the rest; a twentieth of them may be of one chat."""
    dead_letter_hours: Annotated[int, Field(ge=1)] = 25
    """How long an update that failed three times waits for an admin; `privacy` in faq/phrases.yaml tells residents."""
    webhook_url: Annotated[WebhookUrl | None, Field(repr=False)] = None
    """Public address at which Telegram hands updates over; None: the bot polls."""
    webhook_listen: Listen = Address("127.0.0.1", 8082)
    """Where the proxy in front passes what comes to `webhook_url`."""
    admin_port: ListenOrOff = Address("127.0.0.1", 8081)
    """Where /healthz, /readyz and /metrics are; None: nowhere."""
    admin_page: ListenOrOff = None
    """Where the page for admins is, within the bot; None: nowhere. Only 127.0.0.1 is reached without a proxy."""
    admin_page_url: Annotated[PageUrl | None, Field(repr=False)] = None
    """Public address of that page, where a proxy stands in front; None: it is opened on this machine or by a tunnel."""
    replica_listen: Reached = None
    """Where this process, of several that serve one bot, is reached by the others; None: it is the only one."""
    flood_per_minute: int = Field(default=20, ge=0)
    """Messages a minute of one resident, or of one group, after which they are asked to wait; 0: no limit."""
    staff_chat_id: Annotated[int, Field(lt=0)] | None = None
    """The staff's group, to which residents' questions are handed over; None: they are told of 12345 instead."""
    staff_hours: Annotated[str, AfterValidator(_hours)] | None = None
    """When staff are there, written as in faq/offices.yaml; None: residents are told that it is not known."""
    admin_ids: People = ()
    """Telegram's numbers of the owners: they work off what was not answered, see who did what and how the bot fares."""
    editor_ids: People = ()
    """The same of editors, who see only what they do themselves."""
    unanswered_days: Annotated[int, Field(ge=1, le=30)] = 30
    """Days for which a question that was not answered is kept; `privacy` in faq/phrases.yaml promises 30 at most."""
    log_format: Literal["text", "json"] = "text"
    """How log lines are written: for people, or one JSON object a line for programs that gather logs."""
    simulator_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """Port of the simulated Telegram's chat page on this machine; 0: any free one."""

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, given: object) -> object:
        return given.strip(_INVISIBLE) if isinstance(given, str) else given

    @property
    def secrets(self) -> frozenset[str]:
        """What no log may show: the token, who logs in where with what, and what makes the webhook hard to guess."""
        token = self.telegram_bot_token.get_secret_value() if self.telegram_bot_token else ""
        found = {token, token.rpartition(":")[2]}
        database = self.database_url.get_secret_value() if self.database_url else ""
        for address in (database, self.telegram_proxy or "", self.proxy or "", self.telegram_base_url):
            login = address.partition("://")[2].rpartition("@")[0]
            password = login.partition(":")[2]
            options = parse_qsl(address.partition("?")[2])
            found |= {value for name, value in options if "pass" in name}
            found |= {login, password, unquote(password), *password.split("@")}
        _, _, path, query, _ = urlsplit(self.webhook_url or "")
        found |= {query, *(part for part in path.split("/") if len(part) >= _UNGUESSABLE)}
        return frozenset(found - {""})

    @property
    def proxy(self) -> str | None:
        """The proxy to the Bot API server: TELEGRAM_PROXY, else HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say it.

        The environment's is for other machines only: a server on this one is reached without.
        """
        from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - with http.client, 30 ms of each command

        server = urlsplit(self.telegram_base_url)
        named = getproxies()
        if self.telegram_proxy or server.hostname in _LOOPBACK or proxy_bypass(server.netloc):
            return self.telegram_proxy
        found = named.get(server.scheme) or named.get("all")
        return f"http://{found}" if found and "://" not in found else found

    def simulated(self, url: str, token: str, staff: int) -> Settings:
        """Return the same settings for a simulated Telegram at `url`, which knows only `token`; `staff`: its group."""
        telegram = {"telegram_base_url": url, "telegram_bot_token": SecretStr(token), "staff_chat_id": staff}
        return self.model_copy(update={**telegram, "telegram_proxy": None, "webhook_url": None})


def read_settings() -> Settings:
    """Return the settings; a wrong one ends the program with a message that does not show its value."""
    try:
        _check_file(Path(_ENV_FILE))
        settings = Settings()
    except OSError as error:
        raise click.ClickException(f"the file {_ENV_FILE} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"the file {_ENV_FILE} is not UTF-8; save it with encoding UTF-8") from error
    except ValidationError as error:
        problems = "; ".join(f"{str(e['loc'][0]).upper()}: {_reason(e)}" for e in error.errors(include_input=False))
        raise click.ClickException(
            f"wrong setting in the environment or in .env: {problems}; README.md lists what each setting may be"
        ) from error
    _check_proxy(settings)
    return settings


def names_given() -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of all that is set in the environment, and of what is in the file .env."""
    file = Path(_ENV_FILE)
    written = dotenv_values(file, encoding="utf-8-sig", interpolate=False) if file.is_file() else {}
    return frozenset(os.environ), frozenset(written)


def _check_file(file: Path) -> None:
    """Raise OSError if `file` is not an ordinary one, UnicodeDecodeError if it is UTF-16: its lines are ignored."""
    if not file.exists():
        return
    if not file.is_file():  # reading a FIFO would wait for ever
        raise OSError(errno.EINVAL, "it is no ordinary file; move it away")
    if b"\0" in file.read_bytes():
        raise UnicodeDecodeError("utf-8", b"", 0, 0, "it holds zero bytes")


def _check_proxy(settings: Settings) -> None:
    """Refuse a proxy of the environment that cannot be used: the libraries' own errors would quote it."""
    try:
        proxy = settings.proxy
        if proxy and (not re.match(_PROXY, proxy) or not _plain(proxy)):
            raise ValueError(f"it must begin with {_BEGINNINGS[_PROXY]}")
    except ValueError as error:
        raise click.ClickException(
            f"wrong setting in the environment: the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY: {error}; "
            "mend it, or set TELEGRAM_PROXY instead"
        ) from error


def _reason(error: ErrorDetails) -> str:
    """Return what is wrong in words for who sets it, not for who wrote this module."""
    if error["type"] == "string_pattern_mismatch":
        return f"it must begin with {_BEGINNINGS[error['ctx']['pattern']]}"
    return error["msg"].removeprefix("Value error, ")
