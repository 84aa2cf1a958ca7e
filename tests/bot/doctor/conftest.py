"""Settings and environment of the tests' own: nothing of the machine's is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.doctor.findings import Finding, Subject
from bot.settings import Settings
from bot.simulator.simulator import TOKEN

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env to work in, and an environment without settings."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in (*map(str.upper, Settings.model_fields), *PROXIES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return folder


@pytest.fixture
def settings() -> Callable[..., Settings]:
    """Make settings with the simulator's token, others as given."""

    def make(**given: object) -> Settings:
        return Settings().model_copy(update={"telegram_bot_token": SecretStr(TOKEN), **given})

    return make


def of(subject: Subject, findings: Iterable[Finding]) -> Finding:
    """Return the one finding about `subject`."""
    (found,) = [finding for finding in findings if finding.subject is subject]
    return found
