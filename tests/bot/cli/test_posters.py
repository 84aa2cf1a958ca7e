"""A poster's code carries a link that the bot understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.channels.telegram.commands.links import linked
from bot.cli.main import bot
from bot.simulator.server import serving_in_thread
from bot.simulator.simulator import TOKEN
from faq.knowledge.types import Faq


@pytest.fixture(scope="module")
def where(small_untouched: Path) -> list[str]:
    """Options of the program: six intents are enough here."""
    return ["--faq", str(small_untouched / "faq"), "--data", str(small_untouched / "var")]


def run(where: list[str], *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(bot, [*where, "qr", "--name", "@hebi_bot", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("target", "carried"),
    [
        ("dibao.apply", "?start=dibao-apply"),
        ("dibao", "?start=dibao"),
        ("浚县", "?start=xunxian"),
        ("xunxian/dibao.apply", "?start=xunxian--dibao-apply"),
    ],
)
def test_a_code_is_printed_with_its_link(faq: Faq, where: list[str], target: str, carried: str) -> None:
    code, output = run(where, target)
    *drawn, address = output.rstrip().split("\n")
    assert (code, address) == (0, f"https://t.me/hebi_bot{carried}")
    assert len(drawn) > 15
    assert set("".join(drawn)) <= set("█▀▄ ")
    assert linked(address.partition("=")[2], faq)


def test_a_poster_is_a_file_that_can_be_printed(where: list[str], tmp_path: Path) -> None:
    for name, begins in (("a.svg", b"<?xml"), ("a.png", b"\x89PNG"), ("a.pdf", b"%PDF")):
        assert run(where, "dibao.apply", "--out", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert run(where, "dibao.apply", "--out", str(tmp_path / "a.doc"))[0] == 2
    assert run(where, "dibao.apply", "--out", str(tmp_path / "no" / "a.svg"))[0] == 1


def test_what_is_not_there_gets_no_code(where: list[str]) -> None:
    code, output = run(where, "dibao.no_such")
    assert code == 2
    assert "no intent, topic or district" in output


def test_without_a_token_the_name_is_asked_for(
    where: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    done = CliRunner().invoke(bot, [*where, "qr", "dibao.apply"])
    assert done.exit_code == 1
    assert "--name" in done.output


def test_with_a_token_the_name_is_asked_of_telegram(
    where: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with serving_in_thread() as api:
        monkeypatch.setenv("TELEGRAM_BASE_URL", api.url)
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
        done = CliRunner().invoke(bot, [*where, "qr", "dibao"])
    assert done.output.rstrip().endswith("https://t.me/hebi_test_bot?start=dibao")
