"""Everything the environment decides, read once at start."""

from __future__ import annotations

import re
from typing import Annotated

import click
from pydantic import AfterValidator, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


def _token(given: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[\w-]+", given.get_secret_value()):
        raise ValueError("it is not of the form 123456:letters; copy it anew from @BotFather")
    return given


Token = Annotated[SecretStr, AfterValidator(_token)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://")]
ProxyUrl = Annotated[str, StringConstraints(pattern=r"^(https?|socks5h?)://")]


class Settings(BaseSettings):
    """Settings from the environment, or from a file .env in the working folder."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    telegram_bot_token: Token | None = None
    """Token from @BotFather; None: no Telegram, the terminal instead."""
    telegram_base_url: Url = "https://api.telegram.org"
    """Bot API server: Telegram's, or one's own."""
    telegram_proxy: ProxyUrl | None = None
    """Proxy to reach the Bot API server through; None: none."""
    database_url: SecretStr | None = None
    """PostgreSQL, postgresql://user:password@host/database; None: SQLite in the data folder."""
    chats_at_once: Annotated[int, Field(ge=1, le=32)] = 16
    """How many chats are served at the same time; more than 32 only slow the HTTP client down."""
    backlog_limit: Annotated[int, Field(ge=100)] = 2_000
    """Updates open at once, above which Telegram keeps the rest."""


def read_settings() -> Settings:
    """Return the settings; a wrong one ends the program with a message that does not show its value."""
    try:
        return Settings()
    except UnicodeDecodeError as error:
        raise click.ClickException("the file .env is not UTF-8; save it with encoding UTF-8") from error
    except ValidationError as error:
        problems = "; ".join(f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False))
        raise click.ClickException(f"wrong setting in the environment or in .env: {problems}") from error
